"""What the register should hold, kept beside it in memory: everybody's events, and what follows from them.

An event comes into this book as it was handed in, never as the store says it: so what the store says of it is compared
with something of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from domain.life_event_texts import number_in
from domain.life_events import CodeChanged, Entered, LifeEvent
from domain.life_histories import LifeHistory, Recorded
from domain.notifications import Maker, Notification, State
from domain.outbox import Message, messages_of
from domain.procedures.moving import CloseDue
from domain.residents import ResidentRecord
from domain.seating import is_householder
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.versions import Version

TOLD_OF_NO_HEAD = frozenset({"HOUSEHOLDER_LEAVES", "NO_HOUSEHOLDER"})


@dataclass(frozen=True)
class Happened:
    """An event as it came to be, and by which notification."""

    addressee_number: AddresseeNumber
    recorded: Recorded
    notification: str

    @property
    def event(self) -> LifeEvent:
        """The event itself."""
        return self.recorded.event


@dataclass
class Book:
    """What should be there. `states` are those of all notifications by id, `headless` the households without 世帯主."""

    histories: dict[AddresseeNumber, LifeHistory] = field(default_factory=dict)
    versions: dict[AddresseeNumber, list[Version]] = field(default_factory=dict)
    happened: list[Happened] = field(default_factory=list)
    messages: dict[AddresseeNumber, list[tuple[Message, int]]] = field(default_factory=dict)
    notifications: dict[str, Notification] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    headless: set[HouseholdNumber] = field(default_factory=set)

    def begins_with(self, base: Version) -> None:
        """Somebody's record as it was imported."""
        number = base.record.addressee_number
        self.histories[number], self.versions[number] = LifeHistory(base), [base]

    @property
    def records(self) -> Mapping[AddresseeNumber, ResidentRecord]:
        """What stands, by addressee number."""
        return {number: self.versions[number][-1].record for number in sorted(self.versions)}

    @property
    def provisional(self) -> list[Notification]:
        """What waits for a second person, oldest first."""
        return [self.notifications[id_] for id_, state in self.states.items() if state is State.PROVISIONAL]

    @property
    def approved(self) -> list[tuple[str, AddresseeNumber]]:
        """What was approved, and of whom, the last at the end."""
        return list(dict.fromkeys((one.notification, one.addressee_number) for one in self.happened))

    @property
    def awaited(self) -> list[IndividualNumber]:
        """The Individual Numbers that wait with them."""
        brought = (number_in(change.event) for one in self.provisional for change in one.changes)
        return [number for number in brought if number is not None]

    def hears(self, notification: Notification) -> None:
        """A notification was answered to be in this state."""
        self.notifications.setdefault(notification.id, notification)
        self.states[notification.id] = notification.state

    def happens(self, id_: str, by: Maker) -> None:
        """All that a notification proposes, one event after the other."""
        notification = self.notifications[id_]
        for change in notification.changes:
            number = change.addressee_number
            history = self.histories.get(number, LifeHistory(None))
            recorded = Recorded(len(history.events) + 1, change.event, by.at, by.staff_number, by.terminal)
            versions = self.versions.setdefault(number, [])
            before = versions[-1].record if versions else None
            versions += history.versions_with(recorded)
            self.histories[number] = history.followed_by(recorded)
            self.happened.append(Happened(number, recorded, id_))
            told = messages_of(change.event, before, versions[-1].record)
            self.messages.setdefault(number, []).extend((message, recorded.number) for message in told)
        self._settle_heads(notification)

    def held_by(self, notification: Notification) -> set[tuple[str, str, UUID, int]]:
        """Whom and which households a provisional notification holds, with the version that was seen."""
        id_, holds = UUID(notification.id), set()
        for number in {change.addressee_number for change in notification.changes}:
            versions = self.versions.get(number, [])
            holds.add(("RESIDENT", number.value, id_, len(versions)))
            then = self._then(notification, number)
            homes = {one.record.household_number for one in (*versions[-1:], then)}
            holds |= {("HOUSEHOLD", home.value, id_, 0) for home in homes}
        return holds

    def has_taken(self, notification: Notification) -> bool:
        """Whether somebody else has, or had, a number or code that it brings."""
        brought = {
            (change.addressee_number, value)
            for change in notification.changes
            for value in (number_in(change.event), _code_in(change.event))
            if value is not None
        }
        return any(
            value in (one.record.individual_number, one.record.resident_record_code)
            for whose, value in brought
            for number, versions in self.versions.items()
            for one in versions
            if number != whose
        )

    def homes(self) -> dict[HouseholdNumber, list[ResidentRecord]]:
        """Who lives where."""
        homes: dict[HouseholdNumber, list[ResidentRecord]] = {}
        for record in self.records.values():
            if not record.is_closed:
                homes.setdefault(record.household_number, []).append(record)
        return homes

    def _then(self, notification: Notification, number: AddresseeNumber) -> Version:
        """Her record once it is approved."""
        history, made = self.histories.get(number, LifeHistory(None)), notification.made
        for change in notification.changes:
            if change.addressee_number == number:
                nth = len(history.events) + 1
                history = history.followed_by(Recorded(nth, change.event, made.at, made.staff_number, made.terminal))
        return history.versions[-1]

    def _settle_heads(self, notification: Notification) -> None:
        """Who acknowledged that a household has no householder; the day of a move-out asks nobody."""
        told = {one.check.code for one in notification.findings} & TOLD_OF_NO_HEAD
        headless = {home for home, living in self.homes().items() if not any(map(is_householder, living))}
        if told <= notification.acknowledged and (told or notification.procedure == CloseDue.procedure):
            self.headless |= headless
        self.headless &= headless


def _code_in(event: LifeEvent) -> ResidentRecordCode | None:
    if isinstance(event, Entered):
        return event.record.resident_record_code
    return event.resident_record_code if isinstance(event, CodeChanged) else None
