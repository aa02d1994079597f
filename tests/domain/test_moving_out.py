"""転出: planned, after the fact, ex officio, confirmed, and closed on the earlier day (標準仕様書1.0 1.1.5, 4.1.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.life_events import DeletedExOfficio, Died, FormerSurnameChanged, MovedOut, MoveOutConfirmed, MoveOutPlanned
from domain.notifications import Change, Notice, Proposal, Situation
from domain.procedures.moving import CloseDue, ConfirmMoveOut, Destination, MoveOut
from domain.residents import ResidentRecord
from domain.seating import is_householder
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from tests.domain.people import addressee
from tests.domain.situations import (
    TODAY,
    a_family,
    a_filing,
    a_resident,
    a_situation,
    after,
    approved,
    codes,
    events_of,
    household,
    on,
    reasons,
)

pytestmark = pytest.mark.holds("S1-03")

THERE = Address("東京都架空区架空1丁目1番1号")
ELSEWHERE = Address("大阪府架空市架空2番地")
RENAMED = FormerSurnameChanged(
    reason=ChangeReason.FORMER_SURNAME_ENTRY,
    changed_on=on(),
    notified_on=on(),
    former_surname="旧姓",
    former_surname_reading=None,
)


def a_move_out(*who: int, on_day: str = "2026-05-01", **said: Any) -> MoveOut:
    """Who moves out, on the first of next month if not said."""
    usual: dict[str, Any] = {
        "filing": a_filing(on_day),
        "residents": tuple(addressee(nth) for nth in who),
        "planned_move_out_address": THERE,
    }
    return MoveOut(**{**usual, **said})


def a_confirmation(*who: int, on_day: str = "2026-04-10", notified_on: str | None = None) -> ConfirmMoveOut:
    """Another municipality tells that they moved in there."""
    filing = a_filing(on_day, notified_on=notified_on and on(notified_on))
    return ConfirmMoveOut(
        filing=filing, residents=tuple(addressee(nth) for nth in who), confirmed_move_out_address=ELSEWHERE
    )


def due(*who: int) -> CloseDue:
    """What the daily job hands in."""
    return CloseDue(residents=tuple(addressee(nth) for nth in who))


def record_of(situation: Situation, nth: int) -> ResidentRecord:
    """The record of the nth person, who has one."""
    record = situation.record_of(addressee(nth))
    assert record is not None
    return record


def test_who_plans_to_move_out_is_a_resident_until_the_day() -> None:
    situation = a_situation(*a_family("世帯主", "妻"))
    proposal = a_move_out(1, 2).proposed(situation)
    assert [type(change.event) for change in proposal.changes] == [MoveOutPlanned, MoveOutPlanned]
    then = record_of(after(situation, a_move_out(1, 2)), 1)
    assert not then.is_closed
    assert (then.planned_move_out_address, then.changed_on) == (THERE, on("2026-05-01"))
    assert then.notified_on == on()


@pytest.mark.parametrize(
    ("destination", "reason"),
    [
        (Destination.DOMESTIC, ChangeReason.MOVE_OUT_DOMESTIC),
        (Destination.ABROAD, ChangeReason.MOVE_OUT_ABROAD),
    ],
    ids=["move_out_domestic", "move_out_abroad"],
)
def test_move_out_domestic_and_move_out_abroad_close_the_record_when_the_day_has_come(
    destination: Destination, reason: ChangeReason
) -> None:
    situation = a_situation(*a_family("世帯主"))
    notice = a_move_out(1, on_day="2026-04-10", destination=destination)
    assert reasons(notice.proposed(situation).changes) == [reason, reason]
    record = record_of(after(situation, notice), 1)
    assert record.ceased_resident_on == on("2026-04-10")
    assert (record.planned_move_out_address, record.change_reason) == (THERE, reason.japanese)
    assert (record.change_record, record.notification_reason) == ("消除", "転出届")


@pytest.mark.parametrize(("days_ago", "is_late"), [(14, False), (15, True)])
def test_ex_officio_deletion_of_who_tells_it_more_than_14_days_later(days_ago: int, is_late: bool) -> None:
    situation = a_situation(*a_family("世帯主"))
    day = (TODAY - timedelta(days=days_ago)).isoformat()
    proposal = a_move_out(1, on_day=day).proposed(situation)
    reason = ChangeReason.EX_OFFICIO_DELETION if is_late else ChangeReason.MOVE_OUT_DOMESTIC
    assert codes(proposal) == (["MOVE_OUT_EX_OFFICIO"] if is_late else [])
    assert set(reasons(proposal.changes)) == {reason}
    assert isinstance(proposal.changes[-1].event, DeletedExOfficio) is is_late
    assert record_of(after(situation, a_move_out(1, on_day=day)), 1).ceased_resident_on == RegisterDate(day)


def test_what_the_plan_means_for_the_household_is_told_when_it_is_notified_and_done_on_the_day() -> None:
    situation = a_situation(*a_family("世帯主", "妻", "子"))
    assert codes(a_move_out(1).proposed(situation)) == ["HOUSEHOLDER_LEAVES"]
    assert a_move_out(1).proposed(situation).subjects == (addressee(1),)


def test_the_day_comes_and_who_is_left_alone_is_householder() -> None:
    planned = after(a_situation(*a_family("世帯主", "妻")), a_move_out(1))
    assert not any(map(is_householder, planned.members_of(household(1))[1:]))
    on_the_day = replace(planned, today=date(2026, 5, 1))
    then = after(on_the_day, due(1))
    (wife,) = then.members_of(household(1))
    assert is_householder(wife)
    assert wife.changed_on == on("2026-05-01")


@pytest.mark.holds("F-05")
def test_nobody_moves_out_twice() -> None:
    planned = after(a_situation(*a_family("世帯主")), a_move_out(1))
    assert codes(a_move_out(1).proposed(planned)) == ["ALREADY_MOVING_OUT"]
    gone = after(a_situation(*a_family("世帯主")), a_move_out(1, on_day="2026-04-10"))
    assert codes(a_move_out(1).proposed(gone)) == ["RECORD_CLOSED"]


def test_nobody_moves_out_before_she_was_a_resident() -> None:
    situation = a_situation(a_resident(1, became_resident_on=on("2026-04-05")))
    assert codes(a_move_out(1, on_day="2026-04-04").proposed(situation)) == ["BEFORE_RESIDENCE"]


@pytest.mark.parametrize("notice", [a_move_out(9), a_confirmation(9)])
def test_who_is_not_there_is_refused_by_the_name_of_the_input(notice: Notice) -> None:
    with pytest.raises(InvalidValue) as refused:
        notice.proposed(a_situation())
    assert refused.value.names == ("residents.0",)


@pytest.mark.parametrize("notice", [a_move_out(), a_move_out(1, 1), a_confirmation(), due(1, 1)])
def test_residents_are_some_and_each_once(notice: Notice) -> None:
    with pytest.raises(InvalidValue) as refused:
        notice.wanted()
    assert refused.value.names == ("residents",)


def test_before_its_day_nothing_is_closed_and_after_it_only_once() -> None:
    planned = after(a_situation(*a_family("世帯主")), a_move_out(1))
    the_day_before = replace(planned, today=date(2026, 4, 30))
    assert due(1).proposed(the_day_before).changes == ()
    three_days_late = replace(planned, today=date(2026, 5, 4))
    closed = after(three_days_late, due(1))
    assert record_of(closed, 1).ceased_resident_on == on("2026-05-01")
    assert due(1).proposed(closed).changes == ()


def test_a_plan_that_was_imported_is_closed_when_its_day_has_come() -> None:
    imported = a_resident(1, planned_move_out_address=THERE, changed_on=on("2026-04-01"), change_reason="国外転出")
    (change,) = due(1).proposed(a_situation(imported)).changes
    assert isinstance(change.event, MovedOut)
    assert change.event.reason is ChangeReason.MOVE_OUT_ABROAD
    assert change.event.ceased_resident_on == on("2026-04-01")


def test_an_imported_plan_whose_day_is_not_known_any_more_closes_nothing() -> None:
    revised_since = {"changed_on": on("2026-04-01"), "change_reason": "職権修正"}
    imported = a_situation(a_resident(1, planned_move_out_address=THERE, **revised_since))
    assert due(1).proposed(imported).changes == ()
    (_, closing) = a_confirmation(1).proposed(imported).changes
    assert closing.event.reason is ChangeReason.EX_OFFICIO_DELETION


def test_closing_keeps_the_reason_of_the_plan_whatever_happened_since() -> None:
    abroad = after(a_situation(*a_family("世帯主")), a_move_out(1, destination=Destination.ABROAD))
    renamed = approved(abroad, Proposal((Change(addressee(1), RENAMED),)))
    (change,) = due(1).proposed(replace(renamed, today=date(2026, 5, 1))).changes
    assert change.event.reason is ChangeReason.MOVE_OUT_ABROAD


def test_who_dies_before_the_day_does_not_move_out() -> None:
    planned = after(a_situation(*a_family("世帯主")), a_move_out(1))
    died = Died(reason=ChangeReason.DEATH, changed_on=on(), notified_on=on(), ceased_resident_on=on())
    dead = approved(planned, Proposal((Change(addressee(1), died),)))
    assert due(1).proposed(replace(dead, today=date(2026, 5, 1))).changes == ()


def test_a_confirmation_stands_beside_the_plan() -> None:
    planned = after(a_situation(*a_family("世帯主")), a_move_out(1))
    record = record_of(after(planned, a_confirmation(1)), 1)
    assert (record.planned_move_out_address, record.confirmed_move_out_address) == (THERE, ELSEWHERE)


PLANNED_AND_THERE = [
    ("2026-04-10", "2026-04-20", "2026-04-10"),
    ("2026-04-20", "2026-04-10", "2026-04-10"),
    ("2026-04-15", "2026-04-15", "2026-04-15"),
]


@pytest.mark.parametrize(("moved_in", "planned_on", "closed_on"), PLANNED_AND_THERE)
def test_a_record_is_closed_on_the_earlier_of_the_two_days(moved_in: str, planned_on: str, closed_on: str) -> None:
    a_week_ago = replace(a_situation(*a_family("世帯主")), today=date(2026, 4, 3))
    planned = replace(after(a_week_ago, a_move_out(1, on_day=planned_on)), today=date(2026, 4, 25))
    then = after(planned, a_confirmation(1, on_day=moved_in))
    assert record_of(then, 1).ceased_resident_on == on(closed_on)
    assert record_of(then, 1).change_reason == "国内転出"


@given(st.integers(-30, 60), st.integers(-30, 0))
def test_whichever_day_is_earlier_closes_the_record_and_once(planned_in: int, moved_in: int) -> None:
    day, there = ((TODAY + timedelta(days=days)).isoformat() for days in (planned_in, moved_in))
    long_ago = replace(a_situation(*a_family("世帯主")), today=TODAY - timedelta(days=40))
    planned = replace(after(long_ago, a_move_out(1, on_day=day)), today=TODAY)
    then = after(planned, a_confirmation(1, on_day=there))
    assert record_of(then, 1).ceased_resident_on == RegisterDate(min(day, there))
    assert due(1).proposed(then).changes == ()


def test_a_confirmation_of_who_was_closed_adds_the_address_and_takes_nothing_back() -> None:
    gone = after(a_situation(*a_family("世帯主")), a_move_out(1, on_day="2026-04-01"))
    proposal = a_confirmation(1, on_day="2026-03-30").proposed(gone)
    assert [type(change.event) for change in proposal.changes] == [MoveOutConfirmed]
    record = record_of(after(gone, a_confirmation(1, on_day="2026-03-30")), 1)
    assert record.ceased_resident_on == on("2026-04-01")
    assert (record.planned_move_out_address, record.confirmed_move_out_address) == (THERE, ELSEWHERE)


def test_a_confirmation_of_who_never_notified_closes_ex_officio_with_a_warning() -> None:
    situation = a_situation(*a_family("世帯主", "妻"))
    proposal = a_confirmation(1, on_day="2026-04-01").proposed(situation)
    assert codes(proposal) == ["MOVE_OUT_NOT_NOTIFIED"]
    assert events_of(proposal, addressee(1))[-1].reason is ChangeReason.EX_OFFICIO_DELETION
    assert is_householder(after(situation, a_confirmation(1, on_day="2026-04-01")).members_of(household(1))[0])


def test_who_was_removed_ex_officio_may_be_confirmed_and_who_died_may_not() -> None:
    removed = a_resident(1, ceased_resident_on=on("2026-01-01"), change_reason="職権消除")
    dead = a_resident(1, ceased_resident_on=on("2026-01-01"), change_reason="死亡")
    assert codes(a_confirmation(1).proposed(a_situation(removed))) == []
    assert record_of(after(a_situation(removed), a_confirmation(1)), 1).change_reason == "職権消除"
    assert codes(a_confirmation(1).proposed(a_situation(dead))) == ["NEVER_MOVED_OUT"]


def test_the_day_there_may_not_be_after_today() -> None:
    planned = after(a_situation(*a_family("世帯主")), a_move_out(1))
    assert codes(a_confirmation(1, on_day="2026-04-11").proposed(planned)) == ["CHANGED_IN_FUTURE"]


def test_a_plan_may_leave_the_address_blank() -> None:
    situation = a_situation(*a_family("世帯主"))
    notice = a_move_out(1, planned_move_out_address=None)
    assert record_of(after(situation, notice), 1).planned_move_out_address is None
    assert codes(notice.proposed(after(situation, notice))) == ["ALREADY_MOVING_OUT"]
