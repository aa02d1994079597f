"""What follows for households from what happens to their members: 世帯主, 続柄, 世帯主の氏名 (標準仕様書1.0 4.0.4).

A procedure says what happens to the people whom it is about; `settled` adds what follows. Who is left alone becomes
世帯主 ex officio. Where the householder leaves two or more behind, that is a warning, and the household has none until
one is set (1.1.10). The householder's name stands on every member's record and follows her.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain import checks
from domain.change_reasons import ChangeReason
from domain.findings import Check, Finding
from domain.life_events import Entered, LifeEvent, Revised, Seated
from domain.notifications import Change, Proposal, Situation
from domain.residents import ResidentRecord
from domain.values.identifiers import AddresseeNumber, HouseholdNumber
from domain.values.relationships import HOUSEHOLDER, Relationship

Records = Mapping[AddresseeNumber, ResidentRecord]
"""The open records, by addressee number."""


def settled(situation: Situation, changes: Sequence[Change], findings: Iterable[Finding] = ()) -> Proposal:
    """These changes with what follows from them, and what was found with what is found of the households they touch.

    Where an error stops the notification for good, nothing follows; one that waits for who may be told of it
    (`Check.told_by`) does not yet. Raises `InvalidValue` where a record would not be one.
    """
    proposal = Proposal(tuple(changes), tuple(dict.fromkeys(findings)))
    if proposal.is_refused:
        return proposal
    found, line = list(proposal.findings), list(changes)
    before, after = _records(situation), _records(situation.after(line))
    for number in _touched(before, after, line):
        turn = _Turn(number, _members(before, number), _members(after, number), proposal.changes)
        found += turn.findings
        for seat in turn.seats:
            _seat(line, turn, seat)
    return Proposal(tuple(line), tuple(found))


def is_householder(record: ResidentRecord) -> bool:
    """Whether she is entered as 世帯主."""
    return record.relationship_to_householder == HOUSEHOLDER


@dataclass(frozen=True, slots=True)
class _Seat:
    """How a member's record names her place from now on."""

    record: ResidentRecord
    relationship: Relationship | None
    householder_name: str | None


@dataclass(frozen=True, slots=True)
class _Turn:
    """A household before and after the changes."""

    number: HouseholdNumber
    was: tuple[ResidentRecord, ...]
    becomes: tuple[ResidentRecord, ...]
    changes: tuple[Change, ...]

    @property
    def cause(self) -> LifeEvent:
        """The last of the changes that touches it: what follows happens on the same day, for the same reason."""
        touched = {one.addressee_number for one in (*self.was, *self.becomes)}
        return next(one.event for one in reversed(self.changes) if one.addressee_number in touched)

    @property
    def is_left_to_one(self) -> bool:
        """Whether the householder left, and one person stays."""
        return _has_head(self.was) and not _has_head(self.becomes) and len(self.becomes) == 1

    @property
    def findings(self) -> Iterator[Finding]:
        heads = sum(map(is_householder, self.becomes))
        if heads > 1:
            yield self._finding(checks.TWO_HOUSEHOLDERS)
        if heads == 0 and self.becomes and not self.is_left_to_one:
            if _has_head(self.was):
                yield self._finding(checks.HOUSEHOLDER_LEAVES)
            elif not self.was:
                yield self._finding(checks.NO_HOUSEHOLDER)
        if _addresses(self.becomes) > max(1, _addresses(self.was)):
            yield self._finding(checks.ADDRESSES_DIFFER)

    @property
    def seats(self) -> Iterator[_Seat]:
        """Whose record must say otherwise where she belongs: all, where the householder or her name is another."""
        name, had = _name(self.becomes, alone=self.is_left_to_one), _name(self.was)
        if name is None and had is None:
            return  # 事実上の世帯主, who is no resident, stays on the records (4.1.4.3)
        as_before = {_place(one) for one in self.was}
        is_another = name != had
        for one in self.becomes:
            place = HOUSEHOLDER if self.is_left_to_one else one.relationship_to_householder
            seat = _Seat(one, place, name)
            says_otherwise = (one.relationship_to_householder, one.householder_name) != (place, name)
            if says_otherwise and (is_another or _place(one) not in as_before):
                yield seat

    def _finding(self, check: Check) -> Finding:
        return Finding(check, ("household_number",))


def _records(situation: Situation) -> Records:
    records = ((number, situation.record_of(number)) for number in sorted(situation.histories))
    return {number: record for number, record in records if record is not None and not record.is_closed}


def _members(records: Records, household: HouseholdNumber) -> tuple[ResidentRecord, ...]:
    return tuple(record for record in records.values() if record.household_number == household)


def _touched(before: Records, after: Records, changes: Iterable[Change]) -> list[HouseholdNumber]:
    """The households that somebody leaves, stays in or comes to."""
    who = {change.addressee_number for change in changes}
    return sorted(
        {one.household_number for records in (before, after) for number, one in records.items() if number in who}
    )


def _place(record: ResidentRecord) -> tuple[AddresseeNumber, Relationship | None, str | None]:
    """Who she is there; who is as before is left as she is, whatever else changes on her record."""
    return record.addressee_number, record.relationship_to_householder, record.householder_name


def _has_head(people: Iterable[ResidentRecord]) -> bool:
    return any(map(is_householder, people))


def _addresses(people: Iterable[ResidentRecord]) -> int:
    return len({one.current_address.text for one in people})


def _name(people: Sequence[ResidentRecord], *, alone: bool = False) -> str | None:
    """What the householder is called: `None` where there is no one householder, or she has no name."""
    heads = [one for one in people if alone or is_householder(one)]
    return heads[0].full_name.text if len(heads) == 1 and heads[0].full_name else None


def _seat(line: list[Change], turn: _Turn, seat: _Seat) -> None:
    """Say it in the event that the person has anyway, else in one of its own (職権修正)."""
    number = seat.record.addressee_number
    at = next((at for at in reversed(range(len(line))) if line[at].addressee_number == number), None)
    if at is not None and (event := _saying(line[at].event, seat)) is not None:
        line[at] = Change(number, event)
    else:
        line.append(Change(number, _reseated(turn.cause, seat)))


def _saying(event: LifeEvent, seat: _Seat) -> LifeEvent | None:
    """An event that says her place as well, where it is of a kind that may."""
    place: dict[str, Any] = {
        "relationship_to_householder": seat.relationship,
        "householder_name": seat.householder_name,
    }
    if isinstance(event, Entered):
        return replace(event, record=replace(event.record, **place))
    if isinstance(event, Seated):
        return replace(event, **place)
    return replace(event, revised={**event.revised, **place}) if type(event) is Revised else None


def _reseated(cause: LifeEvent, seat: _Seat) -> Seated:
    return Seated(
        reason=ChangeReason.EX_OFFICIO_REVISION,
        changed_on=cause.changed_on,
        notified_on=cause.notified_on,
        notification_reason=cause.notification_reason,
        household_number=seat.record.household_number,
        relationship_to_householder=seat.relationship,
        householder_name=seat.householder_name,
    )
