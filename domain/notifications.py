"""Notifications (届出): what is to be changed, provisional until a second person approves it (仮登録, 本登録).

A procedure (`domain.procedures`) makes a `Proposal` of what was handed in and of the `Situation` it meets: the events
of each record that it touches, and everything that the checks found. Nobody but the register office sees any of it
before it is approved (標準仕様書1.0 4.0.8); then its events are appended, all together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from domain.findings import Finding, Severity
from domain.life_events import Entered, LifeEvent
from domain.life_histories import LifeHistory, Recorded
from domain.residents import ResidentRecord
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, MunicipalityCode, ResidentRecordCode

_NOT_SAID_YET = ("-", "-")
"""Who would record a change that is only looked at ahead, and where."""


class State(StrEnum):
    """How far a notification has come."""

    PROVISIONAL = "PROVISIONAL"
    APPROVED = "APPROVED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one record."""

    addressee_number: AddresseeNumber
    event: LifeEvent


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the register a procedure must know: these people, and everybody else in their households and in these.

    `match` are people to be entered anew, as far as they are described: who looks like one of them, by number, code,
    residence card, or name, sex and date of birth, closed records too, is wanted as well (M13). `notifications` are
    those whose changes are taken back. `new_residents`, `new_households` and `new_codes` are how many numbers, and
    Resident Record Codes out of the pool, must be at hand.
    """

    residents: tuple[AddresseeNumber, ...] = ()
    households: tuple[HouseholdNumber, ...] = ()
    match: tuple[Newcomer, ...] = ()
    notifications: tuple[str, ...] = ()
    new_residents: int = 0
    new_households: int = 0
    new_codes: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Newcomer:
    """Somebody to be entered, by what an earlier record of hers would show; `None` where it is not known.

    The values are as the record says them (`domain.residents.shown`).
    """

    individual_number: str | None = None
    resident_record_code: str | None = None
    residence_card_number: str | None = None
    full_name: str | None = None
    sex: str | None = None
    date_of_birth: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier record that looks like the nth newcomer, and the items in which it does."""

    newcomer: int
    addressee_number: AddresseeNumber
    items: frozenset[str]
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """The part of the register that a procedure asked for, as it stands, and the numbers at hand.

    `histories` are of everybody wanted, closed records included, `versions` the history numbers of the records as they
    stand: a notification takes them all over, so that it is refused where one of them has changed meanwhile.
    `changes_of` gives, for each notification wanted, whom it changed by which of her events.
    """

    today: date
    municipality: MunicipalityCode
    histories: Mapping[AddresseeNumber, LifeHistory] = field(default_factory=dict)
    versions: Mapping[AddresseeNumber, int] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    changes_of: Mapping[str, tuple[tuple[AddresseeNumber, int], ...]] = field(default_factory=dict)
    new_residents: tuple[AddresseeNumber, ...] = ()
    new_households: tuple[HouseholdNumber, ...] = ()
    new_codes: tuple[ResidentRecordCode, ...] = ()

    def record_of(self, number: AddresseeNumber) -> ResidentRecord | None:
        """The record that stands, if there is one."""
        history = self.histories.get(number)
        return history.record if history else None

    def members_of(self, household: HouseholdNumber) -> tuple[ResidentRecord, ...]:
        """Who lives there now, by addressee number."""
        records = (self.histories[number].record for number in sorted(self.histories))
        return tuple(one for one in records if one and not one.is_closed and one.household_number == household)

    def after(self, changes: Iterable[Change]) -> Situation:
        """The situation once these changes have happened. Raises `InvalidValue` where a record would not be one."""
        histories = dict(self.histories)
        at = datetime.combine(self.today, time(), UTC)
        for change in changes:
            history = histories.get(change.addressee_number, LifeHistory(None))
            number = history.events[-1].number + 1 if history.events else 1
            histories[change.addressee_number] = history.followed_by(Recorded(number, change.event, at, *_NOT_SAID_YET))
        return replace(self, histories=histories)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a notification would change, in the order in which it happens, and what the checks found."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops it."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What must be acknowledged by its code."""
        return tuple(one for one in self.findings if one.severity is Severity.WARNING)

    @property
    def is_refused(self) -> bool:
        """Whether an error stops it for good, which everybody is told; one that only some are told waits on it."""
        return any(one.check.told_by is None for one in self.errors)

    @property
    def households(self) -> frozenset[HouseholdNumber]:
        """The households that somebody is to belong to then."""
        said = (change.event.items().get("household_number") for change in self.changes)
        entered = (change.event.record.household_number for change in self.changes if isinstance(change.event, Entered))
        return frozenset((*(one for one in said if one is not None), *entered))

    @property
    def subjects(self) -> tuple[AddresseeNumber, ...]:
        """Whose records it touches, each once."""
        return tuple(dict.fromkeys(change.addressee_number for change in self.changes))


class Notice(Protocol):
    """What was handed in for one procedure, as values: every one a frozen dataclass in `domain.procedures`."""

    procedure: ClassVar[str]
    """Its name, as policy, ledger and schema have it (`moveIn`)."""

    def wanted(self) -> Wanted:
        """What of the register it must know."""
        ...

    def proposed(self, situation: Situation) -> Proposal:
        """What it would change there, and what its checks find. Raises `InvalidValue` naming the input."""
        ...


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The key under which a caller asks, and a keyed hash of what she asks: asked again, it is answered the same."""

    caller: str
    key: str
    request: bytes


@dataclass(frozen=True, slots=True)
class Maker:
    """Who does something to a notification, where, and when."""

    staff_number: str
    department: str
    terminal: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification as the register keeps it. `versions` are the history numbers that its maker saw (`Situation`)."""

    id: str
    procedure: str
    state: State
    made: Maker
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    acknowledged: frozenset[str]
    versions: Mapping[AddresseeNumber, int]
    ended_at: datetime | None = None
    ended_by: str | None = None


def told(japanese: str, english: str, **default: Any) -> Any:
    """A field of a notice with what it is called in both languages; the schema says so to who sends one."""
    return field(metadata={"japanese": japanese, "english": english}, **default)
