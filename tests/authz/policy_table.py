"""The policy as a complete table, read from policy_table.toml and transfers.toml, and what differs from it.

A cell is a profile of a caller, facts of a record and an item. `differences` names every cell that is not as the table
says, all at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from authz.callers import Profile
from authz.facts import HouseholdFacts, Record, ResidentFacts, names_that_hold
from domain.items import F1_ITEMS, HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS, Item

HERE = Path(__file__).parent
KINDS: Mapping[str, type[Record]] = {"resident": ResidentFacts, "household": HouseholdFacts}
ITEMS: Mapping[str, Mapping[str, Item]] = {
    "resident": {**RESIDENT_ITEMS, **VERSION_ITEMS},
    "household": HOUSEHOLD_ITEMS,
}
"""By the kind of record whose facts decide them: a version of a record goes by the record's."""
DEFAULT = ("WITHHELD", "default")

Answer = tuple[str, str]
"""An outcome and the id of the rule."""


class Cell(NamedTuple):
    """One question to the policy."""

    profile: Profile
    facts: Record
    item: str

    def __str__(self) -> str:
        who = [self.profile.purpose, *(f"without {name}" for name in sorted(self.profile.switched_off))]
        record = "+".join(names_that_hold(self.facts)) or "none"
        return f"{' '.join(who)}, {type(self.facts).__name__} {record}, {self.item}"


@cache
def written(name: str) -> dict[str, Any]:
    """One of the tables beside this file."""
    return tomllib.loads((HERE / name).read_text("utf-8"))


def offers() -> dict[str, set[str]]:
    """Department by department the purposes that the policy must offer: its own and what may be granted to it."""
    table = written("transfers.toml")
    offered: dict[str, set[str]] = {row["department"]: set(row["codes"]) for row in table["grantable"]}
    for row in [*table["transfer"], *table["purpose"]]:
        for department in row["departments"]:
            offered.setdefault(department, set()).update(row.get("codes") or [row["code"]])
    return offered


def purposes() -> list[str]:
    """All twenty."""
    return [code for group in written("policy_table.toml")["purposes"].values() for code in group]


def profile(purpose: str, switched_off: Iterable[str] = ()) -> Profile:
    """A caller with this purpose, from the first department that works for it."""
    department = next(name for name, codes in offers().items() if purpose in codes and name != "コマンド操作")
    return Profile(department, purpose, frozenset(switched_off))


@cache
def profiles() -> tuple[Profile, ...]:
    """Every purpose with nothing switched off, and some with classes switched off."""
    closing = written("policy_table.toml")["switched_off"]
    narrowed = [profile(purpose, names) for purpose in closing["purposes"] for names in closing["sets"]]
    return (*map(profile, purposes()), *narrowed)


@cache
def facts(kind: str) -> dict[str, Record]:
    """Every combination of facts by its name in the table."""
    names = written("policy_table.toml")["facts"]["all"]
    return {name: KINDS[kind](**dict.fromkeys(name.split("+") if name != "none" else [], True)) for name in names}


@cache
def decisions() -> dict[Cell, Answer]:
    """Every cell of the table with what it says."""
    blank = {
        Cell(who, record, item): DEFAULT
        for kind, items in ITEMS.items()
        for who in profiles()
        for record in facts(kind).values()
        for item in items
    }
    named = {
        cell: answer
        for kind in ITEMS
        for entry in written("policy_table.toml")[kind]
        for cell, answer in _cells(kind, entry)
    }
    assert named.keys() <= blank.keys()
    return blank | named


@cache
def openings() -> dict[tuple[Profile, Record], bool]:
    """Who opens a record with these facts."""
    named = {
        (profile(purpose), facts(kind)[name])
        for entry in written("policy_table.toml")["opens"]
        for kind in entry["kinds"]
        for purpose in _expanded("purposes", entry["purposes"])
        for name in _expanded("facts", entry["facts"])
    }
    return {
        (who, record): (Profile(who.department, who.purpose), record) in named
        for who in profiles()
        for kind in KINDS
        for record in facts(kind).values()
    }


@cache
def searches() -> dict[tuple[Profile, str], str | None]:
    """By which rule a caller may search by an item; None where she may not."""
    named = {
        (purpose, item): rule
        for entry in written("policy_table.toml")["search"]
        for purpose in _expanded("purposes", entry["purposes"])
        for rule, wanted in entry.items()
        if rule != "purposes"
        for item in items_of(wanted)
    }
    return {
        (who, item): None if item in items_of(who.switched_off) else named.get((who.purpose, item))
        for who in profiles()
        for item in {**ITEMS["resident"], **HOUSEHOLD_ITEMS}
    }


def items_of(wanted: Iterable[str | int]) -> set[str]:
    """Items from names of classes, numbers of F1 and identifiers."""
    classes = written("policy_table.toml")["classes"]
    listed = [one for name in wanted for one in classes.get(name, [name])]
    return {F1_ITEMS[one - 1].identifier if isinstance(one, int) else one for one in listed}


def differences(expected: Mapping[Any, object], answer: Callable[..., object]) -> list[str]:
    """Every question that is not answered as expected, with both answers."""
    answers = ((question, right, answer(*question)) for question, right in expected.items())
    return [
        f"{_told(question)}: {right}, but the policy says {given}"
        for question, right, given in answers
        if given != right
    ]


def _cells(kind: str, entry: Mapping[str, Any]) -> Iterator[tuple[Cell, Answer]]:
    closed = set(entry.get("switched_off", ()))
    callers = [one for one in profiles() if one.purpose in _expanded("purposes", entry["purposes"])]
    for outcome in entry.keys() & {"SHOWN", "MASKED", "WITHHELD"}:
        for rule, wanted in entry[outcome].items():
            for item in items_of(wanted) & ITEMS[kind].keys():
                for name in _expanded("facts", entry["facts"]):
                    for who in callers:
                        if closed <= who.switched_off:
                            yield Cell(who, facts(kind)[name], item), (outcome, rule)


def _expanded(what: str, names: Iterable[str]) -> list[str]:
    groups = written("policy_table.toml")[what]
    return [one for name in names for one in groups.get(name, [name])]


def _told(question: tuple[object, ...]) -> str:
    return str(question) if isinstance(question, Cell) else ", ".join(map(str, question))
