"""The policy as text: what is looked at before Oso reads it, because Oso would let it pass.

Found by trying Oso 0.27.3: an attribute that does not exist counts as false under `not`, so that a misspelt fact opens
what it should close; a rule that leads back to itself costs up to a second before it is stopped; and Oso counts bytes
where it means characters, so that with Japanese text in the file its messages name wrong lines, or end the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from graphlib import CycleError, TopologicalSorter

from authz.callers import Profile
from authz.facts import CertificateFacts, ExtractionFacts, NotificationFacts, Record
from authz.purposes import Purpose

ATTRIBUTES = {
    name: frozenset(field.name for field in fields(kind))
    for name, kind in {
        "caller": Profile,
        "record": Record,
        "purpose": Purpose,
        "notification": NotificationFacts,
        "certificate": CertificateFacts,
        "extraction": ExtractionFacts,
    }.items()
}
"""What a rule may read, by the name that every rule gives the object."""

PROOF = re.compile(r"^\?=\s*(.*?);[ \t]*$", re.MULTILINE | re.DOTALL)
"""A proof in the file: `?= query;` at the beginning of a line."""

_RULE_ID = re.compile(r'"([a-z]+(?:-[a-z]+)+)"')
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*')
_ATTRIBUTE = re.compile(r"\b([A-Za-z_]\w*)\.(\w+|\()")
_HEAD = re.compile(r"\s*(\w+)\(")
_CALL = re.compile(r"\b(\w+)\(")


def faults(text: str) -> list[str]:
    """What is wrong with the policy that Oso would not refuse, in sentences; empty when nothing is."""
    code = _STRING_OR_COMMENT.sub('""', text)
    return [*_unknown_attributes(code), *_circles(code)]


def rules_named(text: str) -> list[str]:
    """Every rule id in the policy: nothing else in it is a string with hyphens."""
    return _RULE_ID.findall(text)


def proofs(text: str) -> list[tuple[int, str]]:
    """Every proof with the line that it begins on.

    They are not left to Oso: it runs them in reverse and stops at the first that fails.
    """
    return [(_line(text, found.start()), found.group(1)) for found in PROOF.finditer(text)]


def without_proofs(text: str) -> str:
    """The policy with blank lines for its proofs, so that Oso's own messages name the right line."""
    return PROOF.sub(lambda proof: "\n" * proof.group().count("\n"), text)


def in_ascii(text: str) -> str:
    """The same text with `?` for every other character: in it, Oso's messages name the right line."""
    return text.encode("ascii", "replace").decode()


def padded(text: str) -> str:
    """The same text, so much longer that Oso, counting bytes, does not find it at its end and end the process."""
    return text + " " * (len(text.encode()) - len(text))


def _unknown_attributes(code: str) -> Iterator[str]:
    for found in _ATTRIBUTE.finditer(code):
        name, attribute = found.groups()
        if attribute not in ATTRIBUTES.get(name, ()):
            yield f"line {_line(code, found.start())}: there is no {found.group()}"


def _circles(code: str) -> Iterator[str]:
    """A rule that asks itself, straight or over others."""
    asks: dict[str, set[str]] = {}
    for statement in code.split(";"):
        head = _HEAD.match(statement)
        if head:
            asks.setdefault(head[1], set()).update(_CALL.findall(statement, head.end()))
    try:
        TopologicalSorter(asks).prepare()
    except CycleError as error:
        yield f"rules lead back to themselves: {', '.join(error.args[1])}"


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
