"""The policy as text: what is looked at before Oso reads it, because Oso would let it pass.

Found by trying Oso 0.27.3: an attribute that does not exist counts as false under `not`, so that a misspelt fact opens
what it should close; `cut` and what has effects (`print`) are taken in a rule; a comment ends at a carriage return, so
that a rule may hide in it; a rule that leads back to itself costs up to a second before it is stopped; and Oso counts
bytes where it means characters, so that with Japanese text in the file its messages name wrong lines, or end the
process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from authz.policy_statements import Placed, Statement, Token, statements, tokens
from authz.policy_vocabulary import CLASSES, OBJECTS

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {name: CLASSES[kind] for name, kind in OBJECTS.items()}
"""What a rule may read, by the name that every rule gives the object."""

_TYPES = frozenset({*CLASSES, "String"})
_SIGNS = frozenset("()[],.:;=!<>{}") | {"?=", "==", "!=", "<=", ">="}
_NUMBER = re.compile(r"\d+(\.\d+)?")
_HIDING = re.compile(r"[^\S \t\n\u3000]|[\x00-\x08\x0e-\x1f\x7f]")
_CHANGING_COURSE = frozenset({"cut", "forall", "debug", "print"})
_WORDS = frozenset({"and", "or", "not", "if", "in", "matches", "new", "true", "false"})


def faults(text: str) -> list[str]:
    """What is wrong with the policy that Oso would not refuse, in sentences; empty when nothing is."""
    every = statements(text)
    found = [*_signs(text), *_unwanted(every), *_unknown_attributes(every), *_unknown_classes(every)]
    return [f"line {line}: {what}" for line, what in sorted(dict.fromkeys(found))] + list(_circles(every))


def proofs(text: str) -> list[tuple[int, str]]:
    """Every proof with the line that it begins on.

    They are not left to Oso: it runs them in reverse and stops at the first that fails.
    """
    return [(one.line, one.text[2:-1].strip()) for one in statements(text) if one.is_proof]


def without_proofs(text: str) -> str:
    """The policy with blank lines for its proofs, so that Oso's own messages name the right line."""
    kept, after = [], 0
    for one in statements(text):
        if one.is_proof:
            kept += [text[after : one.start], "\n" * one.text.count("\n")]
            after = one.end
    return "".join([*kept, text[after:]])


def in_ascii(text: str) -> str:
    """The same text with `?` for every other character: in it, Oso's messages name the right line."""
    return text.encode("ascii", "replace").decode()


def padded(text: str) -> str:
    """The same text, so much longer that Oso, counting bytes, does not find it at its end and end the process."""
    return text + " " * (len(text.encode()) - len(text))


Fault = tuple[int, str]


def _signs(text: str) -> Iterator[Fault]:
    """What Oso might read otherwise than it is read here, or not at all."""
    for found in _HIDING.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, f"the character U+{ord(found.group()):04X} may hide a rule"
    for token in tokens(text):
        if not (token.is_text or token.is_name or token.text in _SIGNS or _NUMBER.fullmatch(token.text)):
            yield token.line, f"{token.text} is no part of a policy"


def _unwanted(every: Sequence[Statement]) -> Iterator[Fault]:
    """What is neither fact, rule nor proof, and what a rule calls that is none: `cut`, `print(...)`."""
    rules = {one.name for one in every}
    for one in every:
        if not one.is_proof and not one.name:
            yield one.line, f"{one.tokens[0].text} begins no fact and no rule"
        for token, after in _pairs(one):
            called = after == "(" and token.is_name and token.text not in (_WORDS | _TYPES | rules)
            if called or token.text in _CHANGING_COURSE:
                yield token.line, f"no rule is called {token.text}"


def _unknown_attributes(every: Sequence[Statement]) -> Iterator[Fault]:
    """An attribute is read of an object by its own name, and nothing is read of an attribute."""
    for one in every:
        found = one.tokens
        for at, token in enumerate(found):
            if token.text == "." and not _is_read(found[max(at - 2, 0) : at], found[at + 1 : at + 2]):
                read = "".join(each.text for each in found[max(at - 1, 0) : at + 2])
                yield token.line, f"there is no {read}"


def _is_read(before: Sequence[Token], after: Sequence[Token]) -> bool:
    chained = len(before) > 1 and before[-2].text == "."
    return not chained and bool(after) and after[0].text in ATTRIBUTES.get(before[-1].text, ())


def _unknown_classes(every: Sequence[Statement]) -> Iterator[Fault]:
    """A class, and what is said of its attributes where one is made or matched."""
    for one in every:
        for token, after in _pairs(one):
            if token.text in ("new", "matches") and after not in _TYPES:
                yield token.line, f"there is no class {after}"
            if after == "{" and token.text not in CLASSES:
                yield token.line, "there is no class that is not named"
        yield from _unknown_keys(one, one.placed)


def _unknown_keys(statement: Statement, placed: Sequence[Placed]) -> Iterator[Fault]:
    for one in placed:
        known = CLASSES.get(one.call)
        if known is not None and one.key and one.key not in known:
            yield statement.tokens[one.at].line, f"there is no {one.call}.{one.key}"


def _circles(every: Sequence[Statement]) -> Iterator[str]:
    """A rule that asks itself, straight or over others."""
    asks: dict[str, set[str]] = {}
    for one in every:
        called = {token.text for token, after in zip(one.body, one.body[1:], strict=False) if after.text == "("}
        asks.setdefault(one.name, set()).update(called)
    asks.pop("", None)
    try:
        TopologicalSorter(asks).prepare()
    except CycleError as error:
        yield f"rules lead back to themselves: {', '.join(error.args[1])}"


def _pairs(statement: Statement) -> Iterator[tuple[Token, str]]:
    """Every token with the text of the next."""
    found = statement.tokens
    yield from zip(found, (one.text for one in found[1:]), strict=False)
