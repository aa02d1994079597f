"""What the rooms inside need from outside, as Protocols and the plain data that crosses them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

Row = Sequence[object]
"""A row from the store: facts code, key, then the columns of the reading in their order."""

FACTS, KEY, FIRST_COLUMN = 0, 1, 2
"""Where a row holds the code of its facts, its number, and the first of the items asked for."""


@dataclass(frozen=True, slots=True)
class Column:
    """One item to load, and the codes of facts for which its value may leave the store."""

    item: str
    shown_for: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a caller may load of a kind of record: `opens` are the codes of facts for which the record may be opened.

    Compared by identity: readings are remembered with the decisions that made them, and statements with the readings.
    """

    opens: frozenset[int]
    columns: tuple[Column, ...]
    all_codes: frozenset[int]


class Match(StrEnum):
    """How a condition compares."""

    EQUALS = "equals"
    STARTS_WITH = "starts with"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on an item, its value in the normal form of the search key.

    `shown_for` are the codes of facts for which this caller would be shown the item: the condition matches only those
    (`None` where the item is no search but an id that the service itself sealed).
    """

    item: str
    match: Match
    value: str = field(repr=False)
    shown_for: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a reading depends on besides the caller's decisions: whose register, for which purpose, on which day."""

    municipality_code: str
    purpose: str
    today: date


@dataclass(frozen=True, slots=True)
class Search:
    """All conditions hold; at most `limit` records after the addressee number `after`; closed ones only on demand."""

    conditions: tuple[Condition, ...]
    include_closed: bool = False
    after: str | None = None
    limit: int = 1


class ResidentStore(Protocol):
    """Residents, as rows of a reading."""

    async def matching(self, reading: Reading, occasion: Occasion, search: Search) -> list[Row]:
        """Those that match, by addressee number."""
        ...

    async def numbered(self, reading: Reading, occasion: Occasion, numbers: Collection[str]) -> list[Row]:
        """Those with these addressee numbers, closed ones too."""
        ...

    async def living_in(
        self, reading: Reading, occasion: Occasion, household_numbers: Collection[str]
    ) -> list[tuple[str, Row]]:
        """Current members of these households, each with the household number, in the order of members."""
        ...


class HouseholdStore(Protocol):
    """Households, as rows of a reading."""

    async def matching(self, reading: Reading, occasion: Occasion, condition: Condition) -> list[Row]:
        """The household with this number, if the condition may match it."""
        ...

    async def numbered(self, reading: Reading, occasion: Occasion, numbers: Collection[str]) -> list[Row]:
        """Those with these household numbers."""
        ...
