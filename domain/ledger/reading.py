"""Reading the ledger: which entries are meant, and an entry as its reader has it.

What is asked for is told to the store as bytes that must stand in an entry: canonical bytes are the same each time, so
the store can leave most entries aside without understanding any, and what it gives is looked at once more, here.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from domain.errors import Code, Refusal
from domain.histories import JAPAN
from domain.ledger.canonical import as_json
from domain.ledger.entries import Kind

OF_HOUSEHOLDS: Final = frozenset({"Query.household", "Resident.household"})
"""The paths of entries whose subjects are household numbers, which look like addressee numbers."""
ANYTHING: Final[frozenset[Kind]] = frozenset()
_KINDS: Final = {one.value: one for one in Kind}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: the first moment of it, and the first after it."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Days:
    """Days in Japan, both counted. Raises `Refusal` (INVALID_INPUT) where the last lies before the first."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            text = ("'to' is a day not before 'from'.", "to は、from 以後の日としてください。")
            raise Refusal(Code.INVALID_INPUT, names=("to",), detail=text)

    @property
    def begin(self) -> datetime:
        """The first moment."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after them."""
        return midnight(self.last + timedelta(days=1))

    @property
    def span(self) -> Span:
        """All of them, without a break."""
        return Span(self.begin, self.end)


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Japan."""
    return datetime.combine(day, time(), JAPAN).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Sieve:
    """What the store leaves aside: entries of other kinds, those that lack any of the bytes of `containing`, and those
    that have none of `one_of`, if it names any.

    `spans`, in the order of time and apart from each other, are looked through instead of the whole period.
    """

    kinds: frozenset[Kind] = ANYTHING
    containing: tuple[bytes, ...] = ()
    one_of: tuple[bytes, ...] = ()
    spans: tuple[Span, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which entries a reviewer asks for: all that is given must hold. `subject` is an addressee number (宛名番号)."""

    days: Days | None = None
    kinds: frozenset[Kind] = ANYTHING
    staff_number: str | None = None
    department: str | None = None
    purpose: str | None = None
    terminal: str | None = None
    path: str | None = None
    code: str | None = None
    request_id: str | None = None
    subject: str | None = None
    number_accessed: bool | None = None

    @property
    def sieve(self) -> Sieve:
        """The same for the store."""
        told = {name: getattr(self, name) for name in (*_TEXTS, "number_accessed")}
        needles = [_pair(name, value) for name, value in told.items() if value is not None]
        return Sieve(self.kinds, (*needles, *([naming(self.subject)] if self.subject else [])))

    def holds(self, entry: Recorded) -> bool:
        """Whether this entry is meant."""
        return (
            (not self.kinds or entry.kind in self.kinds)
            and all(getattr(self, name) in (None, entry.fields[name]) for name in (*_TEXTS, "number_accessed"))
            and (self.subject is None or self.subject in entry.people)
        )


_TEXTS: Final = ("staff_number", "department", "purpose", "terminal", "path", "code", "request_id")


def naming(text: str) -> bytes:
    """The bytes that stand in every entry that has this text as a value."""
    return json.dumps(text, ensure_ascii=False).encode()


def _pair(name: str, value: str | bool) -> bytes:
    return b'"%b":%b' % (name.encode(), json.dumps(value, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True)
class Met:
    """Records that were decided alike, as an entry has them."""

    facts: frozenset[str]
    subjects: tuple[str, ...]
    items: Mapping[str, Mapping[str, str]]

    def shows(self, item: str) -> bool:
        """Whether the item was SHOWN."""
        return self.items.get(item, {}).get("outcome") == "SHOWN"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry that was read: the bytes as written, its fields by their canonical names, and what is asked most."""

    raw: bytes
    fields: Mapping[str, Any] = field(repr=False)
    at: datetime
    kind: Kind
    staff_number: str | None

    @classmethod
    def of(cls, raw: bytes) -> Recorded:
        """The entry of these canonical bytes; its time is told in Japan."""
        fields: dict[str, Any] = as_json(raw)
        at = datetime.fromisoformat(fields["recorded_at"]).astimezone(JAPAN)
        return cls(raw, fields, at, _KINDS[fields["kind"]], fields["staff_number"])

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.fields["id"])

    @property
    def day(self) -> date:
        """The day in Japan."""
        return self.at.date()

    @property
    def groups(self) -> Iterator[Met]:
        """Whose records, decided how."""
        for one in self.fields["groups"]:
            yield Met(frozenset(one["facts"]), tuple(one["subjects"]), one["items"])

    @property
    def people(self) -> frozenset[str]:
        """Whose records: their addressee numbers (and ids that are nobody's); none of an entry about households."""
        if self.fields["path"] in OF_HOUSEHOLDS:
            return frozenset()
        return frozenset().union(*(one["subjects"] for one in self.fields["groups"]))

    @property
    def searched_by(self) -> Mapping[str, str]:
        """The items it was searched by, each with the keyed hash of the value."""
        searched: Mapping[str, str] = self.fields["searched_by"]
        return searched

    @property
    def count(self) -> int:
        """How many records it found, or how many events are folded into it."""
        return int(self.fields["result_count"] or 0)

    def text(self, name: str) -> str | None:
        """A field that is a text; `None` too where the entry was written before there was such a field."""
        value = self.fields.get(name)
        return None if value is None else str(value)


class Dimension(StrEnum):
    """By what entries are counted."""

    DAY = "DAY"
    HOUR = "HOUR"
    KIND = "KIND"
    PURPOSE = "PURPOSE"
    STAFF_NUMBER = "STAFF_NUMBER"


@dataclass(frozen=True, slots=True)
class Cell:
    """Entries counted together: the key in the order of the dimensions."""

    key: tuple[str | None, ...]
    entries: int
    number_accessed: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a look through part of the ledger brought: entries, and the id it reached (`None`: the end)."""

    entries: Sequence[bytes]
    reached: str | None


class LedgerReader(Protocol):
    """The ledger as reviewers read it. Everything raises `Refusal` (STORE_UNAVAILABLE)."""

    async def newest(
        self, municipality_code: str, days: Days | None, sieve: Sieve, before: str | None, most: int
    ) -> Stretch:
        """At most so many entries, the newest first, before this id: from one stretch of the ledger."""

    def scanned(self, municipality_code: str, days: Days, sieve: Sieve) -> AsyncGenerator[Sequence[bytes]]:
        """All of a period in the order of time, in pages."""

    async def counted(self, municipality_code: str, days: Days, by: Sequence[Dimension]) -> list[Cell]:
        """The entries of a period, counted."""

    async def size(self, municipality_code: str, days: Days) -> int:
        """How many entries a period has."""


class StaffRegister(Protocol):
    """What is known of the people who use the register, for the analyses alone."""

    async def own_numbers(self, municipality_code: str) -> Mapping[str, str]:
        """The addressee number of each staff number for which one is registered."""

    async def kin(self, municipality_code: str, numbers: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Of each number: who shares her household (HOUSEHOLD), and who her surname and address (SAME_FAMILY)."""
