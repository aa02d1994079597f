"""The policy's table as the tests of this room read it, and what differs from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from authz.facts import Record
from authz.review.asking import DEFAULT, KINDS, Answer, Cell
from authz.review.asking import ITEMS as ITEMS_OF_KINDS
from authz.review.table import Table
from domain.items import Item

__all__ = ["DEFAULT", "ITEMS", "KINDS", "Answer", "Cell"]

TABLE = Table.load()
ITEMS: Mapping[str, Mapping[str, Item]] = {name: ITEMS_OF_KINDS[kind] for name, kind in KINDS.items()}
"""By the name of a kind of record."""

profile = TABLE.profile
items_of = TABLE.items_of
written = TABLE.written


def offers() -> dict[str, set[str]]:
    """Department by department the purposes that the policy must offer."""
    return TABLE.offers


def purposes() -> list[str]:
    """All twenty."""
    return TABLE.purposes


def profiles() -> tuple[Any, ...]:
    """Every purpose with nothing switched off, and some with classes switched off."""
    return TABLE.profiles


def facts(kind: str) -> dict[str, Record]:
    """Every combination of facts by its name in the table."""
    return TABLE.facts[kind]


def decisions() -> dict[Cell, Answer]:
    """Every cell of the table with what it says."""
    return TABLE.decisions


def openings() -> dict[tuple[Any, Record], bool]:
    """Who opens a record with these facts."""
    return TABLE.openings


def searches() -> dict[tuple[Any, str], str | None]:
    """By which rule a caller may search by an item; None where she may not."""
    return TABLE.searches


def differences(expected: Mapping[Any, object], answer: Callable[..., object]) -> list[str]:
    """Every question that is not answered as expected, with both answers."""
    answers = ((question, right, answer(*question)) for question, right in expected.items())
    return [
        f"{_told(question)}: {right}, but the policy says {given}"
        for question, right, given in answers
        if given != right
    ]


def _told(question: tuple[object, ...]) -> str:
    return str(question) if isinstance(question, Cell) else ", ".join(map(str, question))
