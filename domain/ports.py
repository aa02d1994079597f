"""What the rooms inside need from outside, as Protocols and the plain data that crosses them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from domain.histories import Span, Standpoint

Row = Sequence[object]
"""A row from the store: facts code, key, then the columns of the reading in their order."""

FACTS, KEY, FIRST_COLUMN = 0, 1, 2
"""Where a row holds the code of its facts, its number, and the first of the items asked for."""

HISTORY_NUMBER = -1
"""Where a row of a version holds its history number: after the items asked for."""


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
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on an item, its value in the normal form of the search key.

    `shown_for` are the codes of facts for which this caller would be shown the item: the condition matches only those
    (`None` where the item is no search but an id that the service itself sealed). `with_variants`: the value is folded
    and so is what it is compared with. `in_past`: what earlier versions of the record say counts too.
    """

    item: str
    match: Match
    value: str = field(repr=False)
    shown_for: frozenset[int] | None = None
    with_variants: bool = False
    in_past: bool = False


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


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what matches, and how many match in all: counted to one more than was allowed, then no further."""

    rows: list[Row]
    count: int


class ResidentStore(Protocol):
    """Residents, as rows of a reading."""

    async def matching(self, reading: Reading, occasion: Occasion, condition: Condition) -> list[Row]:
        """The one with this number, if the condition may match it; closed ones too."""
        ...

    async def searched(self, reading: Reading, occasion: Occasion, search: Search, most: int) -> Hits:
        """Those that match, by addressee number, with their count; no rows where more than `most` do."""
        ...

    async def numbered(self, reading: Reading, occasion: Occasion, numbers: Collection[str]) -> list[Row]:
        """Those with these addressee numbers, closed ones too."""
        ...

    async def living_in(
        self, reading: Reading, occasion: Occasion, household_numbers: Collection[str]
    ) -> list[tuple[str, Row]]:
        """Current members of these households, each with the household number, in the order of members."""
        ...


class VersionStore(Protocol):
    """The versions of residents' records, as rows of a reading: a version's items under the facts of today."""

    async def standing(
        self, reading: Reading, occasion: Occasion, condition: Condition, standpoint: Standpoint
    ) -> list[Row]:
        """What the record of the resident whom the condition matches today said then, if it said anything."""
        ...

    async def of(self, reading: Reading, occasion: Occasion, numbers: Collection[str], span: Span) -> list[Row]:
        """The versions of these residents, of each so many; the rows end with their history numbers."""
        ...


class HouseholdStore(Protocol):
    """Households, as rows of a reading."""

    async def matching(self, reading: Reading, occasion: Occasion, condition: Condition) -> list[Row]:
        """The household with this number, if the condition may match it."""
        ...

    async def numbered(self, reading: Reading, occasion: Occasion, numbers: Collection[str]) -> list[Row]:
        """Those with these household numbers."""
        ...
