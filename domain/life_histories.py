"""What a record says, as the fold of its events: so it can be rebuilt from them at any time, and compared.

The events that stand, in their order, make the record. A reversal (異動の取消し) takes one of them out; a correction
(誤記修正) stands directly behind the one it corrects. Either way what came later is said again after it, one version a
change, so that every later day still reads as it did (`domain.histories`). Nothing is ever taken out of the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.histories import JAPAN
from domain.life_events import Corrected, Entered, LifeEvent, Reversed
from domain.residents import ResidentRecord
from domain.values.dates import RegisterDate
from domain.versions import Version


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as the register keeps it: its place among the person's events, from 1; when, by whom, and where."""

    number: int
    event: LifeEvent
    at: datetime
    staff_number: str
    terminal: str


@dataclass(frozen=True, slots=True)
class LifeHistory:
    """A person's record: what stood before its first event (imported, or nothing), and all its events."""

    base: Version | None
    events: tuple[Recorded, ...] = ()

    @property
    def standing(self) -> tuple[Recorded, ...]:
        """The events that make the record now, in the order in which they count."""
        line: list[Recorded] = []
        for recorded in self.events:
            _settle(line, recorded)
        return tuple(line)

    @property
    def record(self) -> ResidentRecord | None:
        """The record as it stands."""
        if not self.events:
            return self.base.record if self.base else None
        return LifeHistory(self.base, self.events[:-1]).versions_with(self.events[-1])[-1].record

    @property
    def versions(self) -> list[Version]:
        """Every version that the events made, the base before them."""
        history, versions = LifeHistory(self.base), [self.base] if self.base else []
        for recorded in self.events:
            versions += history.versions_with(recorded)
            history = history.followed_by(recorded)
        return versions

    def followed_by(self, recorded: Recorded) -> LifeHistory:
        """The same with one more event."""
        return LifeHistory(self.base, (*self.events, recorded))

    def versions_with(self, recorded: Recorded) -> list[Version]:
        """The versions that one more event adds, at least one.

        Raises `InvalidValue` where an item would not be one, or where the event that it is about does not stand.
        """
        line = list(self.standing)
        at = _place_of(line, recorded)
        before = _record_after(self.base, line[:at])
        if isinstance(recorded.event, Reversed):
            first = self._without(line.pop(at), before, recorded, is_last=at == len(line))
        else:
            day = line[at - 1].event.holds_from if isinstance(recorded.event, Corrected) and at else None
            first = _version(recorded.event.applied_to(before), day or recorded.event.holds_from, recorded)
            line.insert(at, recorded)
            at += 1
        return [first, *_said_again(first.record, line[at:], recorded)]

    def _without(self, reversed_: Recorded, before: ResidentRecord | None, by: Recorded, *, is_last: bool) -> Version:
        """The record as it was before the event that is taken back, saying that it was."""
        if before is not None:
            return _version(by.event.applied_to(before), reversed_.event.holds_from, by)
        if not is_last or not isinstance(reversed_.event, Entered):
            raise InvalidValue(
                "of", "later changes of this record must be reversed first", "後の異動を先に取り消してください"
            )
        # What began the record is taken back: the record stays, closed from its first day (異動の取消し（減）).
        day = RegisterDate.of(reversed_.event.holds_from)
        entered = reversed_.event.applied_to(None)
        closed = replace(entered, ceased_resident_on=day, **by.event.items())
        return _version(closed, reversed_.event.holds_from, by)


def reason_of_reversal(history: LifeHistory, number: int) -> ChangeReason:
    """Whether taking back this event adds a resident, takes one away, or neither (標準仕様書1.0 4.6.0.1).

    Raises `InvalidValue` where the event does not stand.
    """
    line = list(history.standing)
    at = _index_of(line, number)
    before = _record_after(history.base, line[:at])
    after = _record_after(history.base, line[: at + 1])
    was_resident, is_resident = (one is not None and not one.is_closed for one in (before, after))
    if was_resident == is_resident:
        return ChangeReason.REVERSAL_REVISION
    return ChangeReason.REVERSAL_INCREASE if was_resident else ChangeReason.REVERSAL_DECREASE


def _settle(line: list[Recorded], recorded: Recorded) -> None:
    at = _place_of(line, recorded)
    if isinstance(recorded.event, Reversed):
        line.pop(at)
    else:
        line.insert(at, recorded)


def _place_of(line: Sequence[Recorded], recorded: Recorded) -> int:
    """Where among the standing events this one takes effect: what it takes out, or where it comes to stand."""
    match recorded.event:
        case Reversed(of=number):
            return _index_of(line, number)
        case Corrected(of=int(number)):
            return _index_of(line, number) + 1
        case Corrected():
            return 0
    return len(line)


def _index_of(line: Sequence[Recorded], number: int) -> int:
    for at, recorded in enumerate(line):
        if recorded.number == number:
            return at
    raise InvalidValue("of", "there is no such change that stands", "取消し・修正の対象となる異動がありません")


def _record_after(base: Version | None, line: Sequence[Recorded]) -> ResidentRecord | None:
    record = base.record if base else None
    for recorded in line:
        record = recorded.event.applied_to(record)
    return record


def _said_again(record: ResidentRecord, line: Sequence[Recorded], by: Recorded) -> Iterator[Version]:
    for recorded in line:
        record = recorded.event.applied_to(record)
        yield _version(record, recorded.event.holds_from, by)


def _version(record: ResidentRecord, holds_from: date, by: Recorded) -> Version:
    """A version as it is processed now (処理日, 処理時刻, 端末, 職員)."""
    at = by.at.astimezone(JAPAN)
    stamped = replace(
        record,
        processed_on=RegisterDate.of(at.date()),
        processed_at_time=f"{at:%H:%M:%S}",
        terminal_id=by.terminal,
        staff_number=by.staff_number,
    )
    return Version(stamped, holds_from, by.at)
