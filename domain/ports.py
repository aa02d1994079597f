"""What the rooms inside need from outside, as Protocols and the plain data that crosses them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Protocol

from domain.change_feed import Changed, Hearing
from domain.histories import Span, Standpoint
from domain.ledger.entries import Entry
from domain.notifications import Idempotency, Maker, Notification, Situation, State, Wanted
from domain.restrictions import Restriction
from domain.support_measures import Protection

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


NEVER = datetime.max.replace(tzinfo=UTC)
"""A moment beyond which nothing lasts."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a reading depends on besides the caller's decisions: whose register, for which purpose, on which day.

    A restriction that is released for a while (一時解除) counts as released if that lasts beyond the moment `beyond`.
    """

    municipality_code: str
    purpose: str
    today: date
    beyond: datetime = NEVER


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

    async def date_texts(
        self, municipality_code: str, numbers: Collection[str], items: Collection[str]
    ) -> dict[str, dict[str, str]]:
        """How their records word such of these dates as ISO 8601 does not say in full (不詳日): by number and item."""
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

    async def left(self, reading: Reading, occasion: Occasion, places: Collection[tuple[str, int]]) -> list[Row]:
        """The versions with these addressee and history numbers; the rows end with their history numbers."""
        ...


class ChangeStore(Protocol):
    """What callers hear of the changes of records."""

    async def after(self, hearing: Hearing, occasion: Occasion, after: int | None, limit: int) -> list[Changed]:
        """The next changes that are heard of after this sequence, so many at most, in the order of commits."""
        ...


class HouseholdStore(Protocol):
    """Households, as rows of a reading."""

    async def matching(self, reading: Reading, occasion: Occasion, condition: Condition) -> list[Row]:
        """The household with this number, if the condition may match it."""
        ...

    async def numbered(self, reading: Reading, occasion: Occasion, numbers: Collection[str]) -> list[Row]:
        """Those with these household numbers."""
        ...


Answer = Mapping[str, Any]
"""What a change was answered: ids, codes and names, as plain JSON; kept, so that a repeated request hears the same."""


@dataclass(frozen=True, slots=True)
class Order:
    """A change that was asked for: under which key, what it will be answered, and its record in the ledger."""

    municipality_code: str
    asked: Idempotency
    answer: Answer
    entries: Sequence[Entry]


class NotificationStore(Protocol):
    """Notifications, and what becomes of the register when they are approved.

    Each order is one transaction: the change, its answer under the idempotency key, and the ledger entries as its last
    statements. Where the key was used before for the same request, nothing is done and the answer of then is given.
    Raises `Refusal`: IDEMPOTENCY_KEY_REUSED, RECORD_HELD, STALE_VERSION, NOTIFICATION_ENDED, LEDGER_UNAVAILABLE,
    STORE_UNAVAILABLE.
    """

    async def situation(self, municipality_code: str, today: date, wanted: Wanted) -> Situation:
        """The part of the register that a procedure asked for; numbers and codes are drawn for good."""
        ...

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was asked before."""
        ...

    async def keep_answer(self, order: Order) -> Answer:
        """Remember an answer that changed nothing: what the checks found."""
        ...

    async def submit(self, order: Order, notification: Notification) -> Answer:
        """Keep a provisional notification, and hold whom it touches."""
        ...

    async def perform(self, order: Order, notification: Notification) -> Answer:
        """The same, approved at once: for what needs no second person."""
        ...

    async def approve(self, order: Order, id_: str, by: Maker) -> Answer:
        """Append the events of a provisional notification to the records, and let go of whom it held."""
        ...

    async def withdraw(self, order: Order, id_: str, by: Maker) -> Answer:
        """End a provisional notification without doing it."""
        ...

    async def notification(self, municipality_code: str, id_: str, *, numbers: bool = True) -> Notification | None:
        """One notification; where nobody may see them, without the Individual Numbers that it brings (`numbers`)."""
        ...

    async def notifications(self, municipality_code: str, state: State, first: int, after: str | None) -> list[str]:
        """The ids of those in this state, oldest first, after this id."""
        ...


class RestrictionStore(Protocol):
    """Restrictions (抑止). Each order is one transaction, as with notifications."""

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was asked before."""
        ...

    async def one(self, municipality_code: str, id_: str) -> Restriction | None:
        """The restriction with this id."""
        ...

    async def touching(
        self, municipality_code: str, residents: Collection[str], households: Collection[str] = ()
    ) -> list[Restriction]:
        """What is not lifted on these people, on the households they live in, and on these households."""
        ...

    async def place(self, order: Order, restriction: Restriction, by: Maker) -> Answer:
        """Place a new one. Raises `Refusal` (INVALID_VALUE) where nobody has the number."""
        ...

    async def change(self, order: Order, restriction: Restriction, by: Maker) -> Answer:
        """Release or lift it. Raises `Refusal` (STALE_VERSION) where it was lifted meanwhile."""
        ...


class SupportMeasureStore(Protocol):
    """Support measures (支援措置). Each order is one transaction, as with notifications."""

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was asked before."""
        ...

    async def of(self, municipality_code: str, addressee_number: str) -> list[Protection]:
        """All measures that somebody has or had, by their first day."""
        ...

    async def application(self, municipality_code: str, id_: str) -> list[Protection]:
        """All measures of one application; none where there is no such."""
        ...

    async def keep(
        self, order: Order, standing: Sequence[Protection], proposed: Sequence[Protection], by: Maker
    ) -> Answer:
        """Add or change the measures of one application that stood so.

        Raises `Refusal`: STALE_VERSION where it stands otherwise now, INVALID_VALUE where somebody has no record.
        """
        ...
