"""Objects handed to Oso in place of a caller or a record: they know what was read of them, or answer as none should."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TypeVar

from authz.callers import Profile
from authz.facts import CertificateFacts, ExtractionFacts, NotificationFacts, Record

Told = TypeVar("Told", Profile, Record, NotificationFacts, CertificateFacts, ExtractionFacts)

READ: set[str] = set()
"""What was read of any `Watched` object."""


class Watched:
    """Notes what is read, and fails on whatever the memory's key does not hold."""

    def __getattribute__(self, name: str) -> object:
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        if name not in KEY:
            raise AssertionError(f"the policy reads {name}, which the key does not hold")
        READ.add(name)
        return super().__getattribute__(name)


KINDS = (Profile, Record, NotificationFacts, CertificateFacts, ExtractionFacts)
KEY = frozenset(field.name for kind in KINDS for field in fields(kind))
"""All that a decision is remembered under, beside the policy and the item."""


def watched(original: Told) -> Told:
    """The same caller, record or notification, watched."""
    kind = type(f"Watched{type(original).__name__}", (Watched, type(original)), {})
    values = {field.name: getattr(original, field.name) for field in fields(original)}
    made: Told = kind(**values)
    return made


def answering(original: Told, name: str, answer: Callable[[], object]) -> Told:
    """The same, but what it says of `name` is computed: it may raise, or be no plain value."""

    def read(self: object, asked: str) -> object:
        return answer() if asked == name else object.__getattribute__(self, asked)

    kind = type(f"Odd{type(original).__name__}", (type(original),), {"__getattribute__": read})
    values = {field.name: getattr(original, field.name) for field in fields(original)}
    made: Told = kind(**values)
    return made
