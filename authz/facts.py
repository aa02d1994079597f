"""The facts about a record: all that a policy may know of it.

Dates (of support measures, releases, closing) are resolved to booleans before, by the clock: no fact holds a date or a
person, so that a decision can be remembered under the facts alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Record:
    """What the policy calls a Record, and the facts about it.

    `closed`: it is no longer current. `protected`: it leads to somebody under a support measure (支援措置). `released`:
    the officer responsible has released it for the caller's purpose.
    """

    closed: bool = False
    protected: bool = False
    released: bool = False


@dataclass(frozen=True, slots=True)
class ResidentFacts(Record):
    """A resident's record. `closed`: 住民票の除票. `protected`: the measure holds for the person or for somebody who
    shares the household.
    """


@dataclass(frozen=True, slots=True)
class HouseholdFacts(Record):
    """A household. `closed`: nobody lives in it any more. `protected`: a member is protected. `released`: every
    protected member is.
    """


Kind = type[Record]


def facts_from_code(kind: Kind, code: int) -> Record:
    """The facts that the store gives as one small number: bit 0 closed, bit 1 protected, bit 2 released."""
    return kind(closed=bool(code & 1), protected=bool(code & 2), released=bool(code & 4))


_COMBINATIONS: Mapping[Kind, Mapping[int, Record]] = MappingProxyType(
    {
        kind: MappingProxyType({code: facts_from_code(kind, code) for code in (0, 1, 2, 3, 6, 7)})
        for kind in (ResidentFacts, HouseholdFacts)
    }
)


def all_facts(kind: Kind) -> Mapping[int, Record]:
    """Every combination by its code; nothing is released that is not protected."""
    return _COMBINATIONS[kind]


def names_that_hold(facts: Record) -> tuple[str, ...]:
    """The names of the facts that hold, as the ledger writes them."""
    return tuple(field.name for field in fields(facts) if getattr(facts, field.name))
