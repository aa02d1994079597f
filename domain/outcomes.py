"""What becomes of records when the changes of a notification happen to them, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.life_event_texts import LISTS
from domain.life_events import Ceased, Died
from domain.life_histories import LifeHistory, Recorded
from domain.notifications import Change, Maker
from domain.residents import IDENTIFIERS, ResidentRecord
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, ResidentRecordCode
from domain.versions import Version


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a record: what stood before it, and the versions that it makes."""

    addressee_number: AddresseeNumber
    recorded: Recorded
    before: ResidentRecord | None
    versions: Sequence[Version]

    @property
    def after(self) -> ResidentRecord:
        """What stands from now on."""
        return self.versions[-1].record

    @property
    def changed_items(self) -> tuple[str, ...]:
        """The items that say something else now, in the order of a record."""
        before, after = self.before, self.after
        return tuple(
            name
            for name in IDENTIFIERS
            if getattr(after, name) != (getattr(before, name) if before is not None else _nothing(name))
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that happens, in its order."""

    happenings: tuple[Happening, ...]

    @property
    def before(self) -> Mapping[AddresseeNumber, ResidentRecord | None]:
        """What everybody's record said before; nothing where there was none."""
        return {one.addressee_number: one.before for one in reversed(self.happenings)}

    @property
    def after(self) -> Mapping[AddresseeNumber, ResidentRecord]:
        """What everybody's record says in the end."""
        return {one.addressee_number: one.after for one in self.happenings}

    @property
    def households(self) -> frozenset[HouseholdNumber]:
        """The households that somebody leaves, enters, or belongs to."""
        records = (*self.before.values(), *self.after.values())
        return frozenset(one.household_number for one in records if one is not None)

    @property
    def left(self) -> frozenset[AddresseeNumber]:
        """Who is a resident no more and alive: moved out, or deleted ex officio."""
        last = {one.addressee_number: one for one in self.happenings}
        return frozenset(
            number
            for number, one in last.items()
            if one.after.is_closed
            and isinstance(one.recorded.event, Ceased)
            and not isinstance(one.recorded.event, Died)
        )

    @property
    def new_codes(self) -> frozenset[ResidentRecordCode]:
        """The Resident Record Codes that somebody gets."""
        before = self.before
        return frozenset(
            code
            for number, record in self.after.items()
            if (code := record.resident_record_code) is not None and code != _code(before[number])
        )


def outcome_of(changes: Sequence[Change], histories: Mapping[AddresseeNumber, LifeHistory], by: Maker) -> Outcome:
    """What becomes of these histories; who has none had no record.

    Raises `InvalidValue` where an event cannot happen to its record.
    """
    return Outcome(tuple(_happenings(changes, dict(histories), by)))


def _happenings(
    changes: Sequence[Change], histories: dict[AddresseeNumber, LifeHistory], by: Maker
) -> Iterator[Happening]:
    standing = {number: history.record for number, history in histories.items()}
    for change in changes:
        number = change.addressee_number
        history = histories.get(number, LifeHistory(None))
        recorded = Recorded(len(history.events) + 1, change.event, by.at, by.staff_number, by.terminal)
        happening = Happening(number, recorded, standing.get(number), history.versions_with(recorded))
        histories[number], standing[number] = history.followed_by(recorded), happening.after
        yield happening


def _nothing(name: str) -> object:
    """What a record says of an item of which nothing was ever said."""
    return () if name in LISTS else None


def _code(record: ResidentRecord | None) -> ResidentRecordCode | None:
    return None if record is None else record.resident_record_code
