"""転居, 転出: who moves within the municipality, and who leaves it (標準仕様書1.0 4.1.2, 4.1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from domain import checks, event_rules
from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.event_rules import planned_move_out
from domain.findings import Finding
from domain.life_events import DeletedExOfficio, LifeEvent, MovedOut, MovedWithin, MoveOutConfirmed, MoveOutPlanned
from domain.notifications import Change, Notice, Proposal, Situation, Wanted, told
from domain.outbox import SPECIAL_CASE_MOVE_OUT
from domain.procedures.filing import Filing
from domain.residents import ResidentRecord
from domain.seating import settled
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, HouseholdNumber
from domain.values.names import Name
from domain.values.relationships import Relationship

_BETWEEN = "\u3000"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MovingWithin:
    """Somebody who moves. What the form says of her besides must be what her record says."""

    addressee_number: AddresseeNumber = told("宛名番号", "who moves: addressee number")
    relationship_to_householder: Relationship | None = told(
        "続柄", "in the household that she is in then; as it was where that is the same", default=None
    )
    full_name: Name | None = told("氏名（届書）", "name, as the form says it", default=None)
    date_of_birth: RegisterDate | None = told("生年月日（届書）", "date of birth, as the form says it", default=None)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MoveWithin:
    """Move within the municipality, a whole household or some of it, into a new or another one (転居届)."""

    procedure: ClassVar[str] = "moveWithin"

    filing: Filing = told("届出", "how it was handed in")
    members: tuple[MovingWithin, ...] = told("異動者", "who moves")
    household: HouseholdNumber | None = told(
        "異動先世帯", "their household then: their own, another, or a new one where none is said", default=None
    )
    current_address: Address = told("住所", "the new address")
    building_line: str | None = told("方書", "building line of the new address", default=None)

    def wanted(self) -> Wanted:
        """Who moves, whom they leave, whom they join. Raises `InvalidValue`: somebody twice, or nobody."""
        who = tuple(one.addressee_number for one in self.members)
        event_rules.require_each_once(who, "members")
        joined = () if self.household is None else (self.household,)
        return Wanted(residents=who, households=joined, new_households=int(self.household is None))

    def proposed(self, situation: Situation) -> Proposal:
        """The new address for each of them, and her place in the household. Raises `InvalidValue` naming the input."""
        home = self.household or situation.new_households[0]
        if self.household is not None and not situation.members_of(self.household):
            raise InvalidValue("household", "nobody lives in this household", "該当する世帯がありません")
        records = [self._record(situation, at) for at in range(len(self.members))]
        moves = [
            Change(record.addressee_number, self._moved(record, member, home, situation.today))
            for record, member in zip(records, self.members, strict=True)
        ]
        return settled(situation, moves, self._findings(situation, records))

    def _record(self, situation: Situation, at: int) -> ResidentRecord:
        return event_rules.record_named(situation, self.members[at].addressee_number, f"members.{at}.addressee_number")

    def _moved(self, record: ResidentRecord, member: MovingWithin, home: HouseholdNumber, today: date) -> MovedWithin:
        stays = record.household_number == home
        unsaid = record.relationship_to_householder if stays else None
        return MovedWithin(
            reason=ChangeReason.MOVE_WITHIN,
            household_number=home,
            relationship_to_householder=member.relationship_to_householder or unsaid,
            householder_name=record.householder_name if stays else None,
            current_address=self.current_address,
            building_line=self.building_line,
            address_established_on=self.filing.changed_on,
            previous_address=whole_address(record),
            **self.filing.reported("転居届", today),
        )

    def _findings(self, situation: Situation, records: Sequence[ResidentRecord]) -> Iterator[Finding]:
        yield from event_rules.dates(self.filing, situation.today)
        yield from event_rules.in_time(self.filing, situation.today)
        yield from event_rules.authority(self.filing)
        texts = (("current_address", self.current_address.text), ("building_line", self.building_line))
        yield from event_rules.substitutes(texts)
        for at, (member, record) in enumerate(zip(self.members, records, strict=True)):
            path = f"members.{at}"
            yield from event_rules.not_closed(record, f"{path}.addressee_number")
            yield from event_rules.since_resident(self.filing, record)
            on_form: dict[str, Any] = {"full_name": member.full_name, "date_of_birth": member.date_of_birth}
            yield from event_rules.moves_only(record, on_form, path)
            if (record.current_address.text, record.building_line) == (self.current_address.text, self.building_line):
                yield Finding(checks.ADDRESS_UNCHANGED, ("current_address",))


def whole_address(record: ResidentRecord) -> Address:
    """Where she lives, with the building line: as an address that is left behind has it."""
    return Address(_BETWEEN.join(filter(None, (record.current_address.text, record.building_line))))


class Destination(StrEnum):
    """Where somebody moves out to."""

    DOMESTIC = "DOMESTIC"
    ABROAD = "ABROAD"

    @property
    def reason(self) -> ChangeReason:
        """国内転出 or 国外転出."""
        return ChangeReason.MOVE_OUT_ABROAD if self is Destination.ABROAD else ChangeReason.MOVE_OUT_DOMESTIC


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MoveOut:
    """Move out of the municipality, a whole household or some of it (転出届).

    The date of change is the day planned. Until it comes they are residents (標準仕様書1.0 1.1.5); more than 14 days
    after it the records are closed ex officio instead (4.1.3.0.1).
    """

    procedure: ClassVar[str] = "moveOut"

    filing: Filing = told("届出", "how it was handed in; its date of change is the day planned")
    residents: tuple[AddresseeNumber, ...] = told("異動者", "who moves out: addressee numbers")
    destination: Destination = told("転出先", "whether they stay in Japan", default=Destination.DOMESTIC)
    planned_move_out_address: Address | None = told(
        "転出先住所（予定）", "address planned; the municipality alone will do", default=None
    )
    with_card: bool = told(
        "特例転出", "whether they move with a card, so that no certificate is issued (住基法第24条の2)", default=False
    )

    def wanted(self) -> Wanted:
        """Who moves out, and whom they leave. Raises `InvalidValue`: somebody twice, or nobody."""
        event_rules.require_each_once(self.residents, "residents")
        return Wanted(residents=self.residents)

    def proposed(self, situation: Situation) -> Proposal:
        """The plan of each of them; where its day has come, the end of her record. Raises `InvalidValue`."""
        events = self._planned(situation), self._closed(situation)
        changes = [Change(one, event) for event in events for one in self.residents]
        whole = settled(situation, changes, self._findings(situation))
        if self.filing.changed_on.earliest <= situation.today:
            return whole
        # What follows for the household follows on the day; what is found of it is told now.
        return Proposal(whole.changes[: len(self.residents)], whole.findings)

    @property
    def _handed_in(self) -> str:
        return SPECIAL_CASE_MOVE_OUT if self.with_card else "転出届"

    def _planned(self, situation: Situation) -> MoveOutPlanned:
        return MoveOutPlanned(
            reason=self._reason(situation.today),
            planned_move_out_address=self.planned_move_out_address,
            **self.filing.reported(self._handed_in, situation.today),
        )

    def _closed(self, situation: Situation) -> LifeEvent:
        late = event_rules.is_late(self.filing, situation.today)
        reason = self._reason(situation.today)
        reported = self.filing.reported(self._handed_in, situation.today)
        kind = DeletedExOfficio if late else MovedOut
        return kind(reason=reason, ceased_resident_on=self.filing.changed_on, **reported)

    def _reason(self, today: date) -> ChangeReason:
        late = event_rules.is_late(self.filing, today)
        return ChangeReason.EX_OFFICIO_DELETION if late else self.destination.reason

    def _findings(self, situation: Situation) -> Iterator[Finding]:
        yield from event_rules.dates(self.filing, situation.today, ahead=True)
        yield from event_rules.authority(self.filing)
        if event_rules.is_late(self.filing, situation.today):
            yield Finding(checks.MOVE_OUT_EX_OFFICIO, ("filing.changed_on",))
        for at, number in enumerate(self.residents):
            record = event_rules.record_named(situation, number, f"residents.{at}")
            yield from event_rules.not_closed(record, f"residents.{at}")
            yield from event_rules.not_moving_out(situation.histories[number], f"residents.{at}")
            yield from event_rules.since_resident(self.filing, record)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ConfirmMoveOut:
    """Take notice that people who left were entered elsewhere (転入通知の受理).

    The date of change is the day on which they moved in there, the date of notification that of the notice. A record
    that is open is closed on the earlier of that day and the one planned (標準仕様書1.0 1.1.5); the plan stays.
    """

    procedure: ClassVar[str] = "confirmMoveOut"

    filing: Filing = told("通知", "how it came; its date of change is the day on which they moved in there")
    residents: tuple[AddresseeNumber, ...] = told("異動者", "who moved in there: addressee numbers")
    confirmed_move_out_address: Address = told("転出先住所（確定）", "address there")

    def wanted(self) -> Wanted:
        """Who left, and whom they left. Raises `InvalidValue`: somebody twice, or nobody."""
        event_rules.require_each_once(self.residents, "residents")
        return Wanted(residents=self.residents)

    def proposed(self, situation: Situation) -> Proposal:
        """Where each of them is now, and the end of a record that is still open. Raises `InvalidValue`."""
        found = list(event_rules.dates(self.filing, situation.today))
        changes: list[Change] = []
        for at, number in enumerate(self.residents):
            record = event_rules.record_named(situation, number, f"residents.{at}")
            plan = planned_move_out(situation.histories[number])
            found += self._findings(record, plan, f"residents.{at}")
            changes += [Change(number, event) for event in self._events(record, plan, situation.today)]
        return settled(situation, changes, found)

    def _events(self, record: ResidentRecord, plan: MoveOutPlanned | None, today: date) -> Iterator[LifeEvent]:
        closing = None if record.is_closed else self._closed(plan, today)
        yield MoveOutConfirmed(
            reason=closing.reason if closing else reason_said(record),
            confirmed_move_out_address=self.confirmed_move_out_address,
            **self.filing.reported("転入通知", today),
        )
        if closing:
            yield closing

    def _closed(self, plan: MoveOutPlanned | None, today: date) -> LifeEvent:
        moved_in = self.filing.changed_on
        reported = self.filing.reported("転入通知", today)
        if plan is None:
            return DeletedExOfficio(reason=ChangeReason.EX_OFFICIO_DELETION, ceased_resident_on=moved_in, **reported)
        reported["changed_on"] = min(plan.changed_on, moved_in, key=lambda day: day.earliest)
        return MovedOut(reason=ChangeReason.MOVE_OUT_DOMESTIC, ceased_resident_on=reported["changed_on"], **reported)

    def _findings(self, record: ResidentRecord, plan: MoveOutPlanned | None, name: str) -> Iterator[Finding]:
        if record.is_closed and reason_said(record) not in _LEFT:
            yield Finding(checks.NEVER_MOVED_OUT, (name,))
        if not record.is_closed and plan is None:
            yield Finding(checks.MOVE_OUT_NOT_NOTIFIED, (name,))
        yield from event_rules.since_resident(self.filing, record)


_LEFT = (ChangeReason.MOVE_OUT_DOMESTIC, ChangeReason.MOVE_OUT_ABROAD, ChangeReason.EX_OFFICIO_DELETION)
_BY_WORD = {reason.japanese: reason for reason in ChangeReason}


def reason_said(record: ResidentRecord) -> ChangeReason:
    """The reason of the last change that a record names; 職権消除 where it names none of the 37."""
    return _BY_WORD.get(record.change_reason or "", ChangeReason.EX_OFFICIO_DELETION)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CloseDue:
    """Close the records of people whose planned move-out day has come (転出予定年月日の到来).

    The daily job hands it in. Who is not due, or closed already, is passed over: handed in again, it does nothing. What
    there is to find of their households was told when the move-outs were notified, and stops nothing now.
    """

    procedure: ClassVar[str] = "closeDue"

    residents: tuple[AddresseeNumber, ...] = told("異動者", "whose planned day may have come: addressee numbers")

    def wanted(self) -> Wanted:
        """Whose day may have come, and whom they leave. Raises `InvalidValue`: somebody twice, or nobody."""
        event_rules.require_each_once(self.residents, "residents")
        return Wanted(residents=self.residents)

    def proposed(self, situation: Situation) -> Proposal:
        """The end of each record whose day has come."""
        return Proposal(settled(situation, list(self._changes(situation))).changes)

    def _changes(self, situation: Situation) -> Iterator[Change]:
        for number in self.residents:
            history = situation.histories.get(number)
            plan = planned_move_out(history) if history else None
            if plan and plan.changed_on.earliest <= situation.today:
                yield Change(number, _happened(plan))


def _happened(plan: MoveOutPlanned) -> MovedOut:
    return MovedOut(
        reason=plan.reason,
        changed_on=plan.changed_on,
        notified_on=plan.notified_on,
        notification_reason=plan.notification_reason,
        ceased_resident_on=plan.changed_on,
    )


NOTICES: tuple[type[Notice], ...] = (MoveWithin, MoveOut, ConfirmMoveOut, CloseDue)
