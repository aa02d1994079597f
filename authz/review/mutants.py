"""The policy with one thing changed in it that nobody should be able to change unnoticed.

A mutant drops a rule, a condition or what a list names, turns a condition around, swaps a purpose, or widens a class.
It is killed when it no longer loads, or when one of its proofs or its table fails. One that lives shows what neither
tests, or what the policy says twice: then the table tells why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from authz.policy import Policy, PolicyError
from authz.policy_statements import statements
from authz.review.table import Table
from authz.review.testing import Run

_AND = re.compile(r"\band\b")
_STRING = re.compile(r'"\w+"')
_SWAPS = (
    (re.compile(r'(?<=purpose = )"\w+"'), '"local_tax"'),
    (re.compile(r'(?<=purpose != )"\w+"'), '"local_tax"'),
    (re.compile(r"(?<== )true\b"), "false"),
    (re.compile(r"(?<== )false\b"), "true"),
    (re.compile(r"\bnot "), ""),
    (re.compile(r'"WITHHELD"'), '"SHOWN"'),
    (re.compile(r'"MASKED"'), '"SHOWN"'),
)
"""What stands in a rule, and what is put in its place."""
_WIDER = {"sees": '"provision_code"', "sees_items": '"individual_number"', "department": '"resident_register"'}
"""What is added to a list, by the name of the fact."""
_UNCHANGED = ("rule", "purpose")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed policy: in which line which statement begins, what was done to it, and the text."""

    line: int
    statement: str
    change: str
    text: str


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of a policy, in the order of its lines. Proofs, purposes and legal bases stay as they are."""
    for one in statements(text):
        if one.name and one.name not in _UNCHANGED:
            begins = one.text.partition("\n")[0]
            for change, changed in _changes(one.text):
                if changed != one.text:
                    yield Mutant(one.line, begins, change, text[: one.start] + changed + text[one.end :])


def reason(mutant: Mutant, table: Table) -> str | None:
    """Why the table says that this change changes nothing; None where it says no such thing."""
    said = (one for one in table.alike if mutant.statement.startswith(one.statement) and mutant.change == one.change)
    return next((one.reason for one in said), None)


def survives(mutant: Mutant, table: Table) -> bool:
    """Whether neither the proofs nor the table notice."""
    try:
        return next(Run(Policy(mutant.text), table).failures(), None) is None
    except PolicyError:
        return False


def _changes(statement: str) -> Iterator[tuple[str, str]]:
    yield "the rule dropped", "\n" * statement.count("\n")
    head, is_rule, body = statement.removesuffix(";").partition(" if")
    if is_rule:
        for condition, rest in _each_without(_AND.split(body)):
            yield f"without: {' '.join(condition.split())}", f"{head} if{' and'.join(rest)};" if rest else f"{head};"
    for pattern, other in _SWAPS:
        for found in pattern.finditer(statement):
            yield f"{found.group().strip()} → {other or 'nothing'}", _replaced(statement, found, other)
    for found in _STRING.finditer(statement):
        if _is_listed(statement, found.start()):
            yield f"without {found.group()}", _unlisted(statement, found)
    wider = _WIDER.get(statement.partition("(")[0])
    if wider and wider not in statement and "[" in statement:
        yield f"with {wider}", statement.replace("[", f"[{wider}, ", 1)


def _each_without(parts: list[str]) -> Iterator[tuple[str, list[str]]]:
    yield from ((part, parts[:at] + parts[at + 1 :]) for at, part in enumerate(parts))


def _is_listed(statement: str, at: int) -> bool:
    return statement.count("[", 0, at) > statement.count("]", 0, at)


def _unlisted(statement: str, found: re.Match[str]) -> str:
    before, after = statement[: found.start()], statement[found.end() :]
    return before + after.lstrip(", \n") if after.startswith(",") else before.rstrip(", \n") + after


def _replaced(statement: str, found: re.Match[str], other: str) -> str:
    return statement[: found.start()] + other + statement[found.end() :]
