"""What becomes of records when the changes of a notification happen to them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.change_reasons import ChangeReason as Why
from domain.errors import InvalidValue
from domain.life_events import BecameJapanese, CodeChanged, DeletedExOfficio, LifeEvent, Revised, Seated
from domain.life_histories import LifeHistory
from domain.notifications import Change, Maker
from domain.outcomes import Outcome, outcome_of
from domain.residents import ResidentRecord
from domain.values.dates import RegisterDate
from domain.values.identifiers import HouseholdNumber, ResidentRecordCode
from domain.values.names import Name
from domain.versions import Version
from tests.domain.people import a_foreign_record, a_record, addressee

DAY = RegisterDate("2026-04-10")
BY = Maker("C-2002", "resident_records", "T-01", datetime(2026, 4, 10, tzinfo=UTC))
OTHER_HOME, OTHER_CODE = HouseholdNumber.from_serial(2), ResidentRecordCode("09573296386")


def happens(*events: LifeEvent, to: ResidentRecord | None = None) -> Outcome:
    """These events happen to the first person."""
    histories = {} if to is None else {addressee(1): LifeHistory(Version(to, date(2020, 1, 1)))}
    return outcome_of([Change(addressee(1), event) for event in events], histories, BY)


def revised(**items: object) -> Revised:
    """A revision ex officio."""
    return Revised(reason=Why.EX_OFFICIO_REVISION, changed_on=DAY, notified_on=DAY, revised=items)


def test_each_event_meets_the_record_that_the_one_before_it_left() -> None:
    outcome = happens(revised(full_name=Name("仮称　一")), revised(building_line="一号"), to=a_record())
    first, second = outcome.happenings
    assert (first.recorded.number, second.recorded.number) == (1, 2)
    assert second.before == first.after
    assert outcome.before[addressee(1)] == a_record()
    assert outcome.after[addressee(1)] == second.after
    assert second.after.full_name == Name("仮称　一")


def test_changed_items_are_those_that_say_something_else_in_the_order_of_a_record() -> None:
    (happening,) = happens(revised(building_line="一号", full_name=a_record().full_name), to=a_record()).happenings
    changed = happening.changed_items
    assert changed[0] == "building_line"
    assert "full_name" not in changed
    assert {"change_reason", "processed_on", "staff_number"} <= set(changed)


def test_who_had_no_record_has_one_and_everything_that_it_says_is_new() -> None:
    foreign = a_foreign_record()
    entered = BecameJapanese(
        reason=Why.EX_OFFICIO_ENTRY_NATURALIZATION, changed_on=DAY, notified_on=DAY, record=a_record()
    )
    closed = DeletedExOfficio(
        reason=Why.EX_OFFICIO_DELETION_NATURALIZATION, changed_on=DAY, notified_on=DAY, ceased_resident_on=DAY
    )
    (only,) = happens(entered).happenings
    assert only.before is None
    assert {"addressee_number", "individual_number", "sex"} <= set(only.changed_items)
    assert "alias_history" not in only.changed_items
    pair = happens(closed, entered, to=foreign)
    assert pair.happenings[0].after.is_closed
    assert not pair.after[addressee(1)].is_foreign


def test_the_households_touched_are_those_before_and_after() -> None:
    seated = Seated(
        reason=Why.HOUSEHOLD_CHANGE,
        changed_on=DAY,
        notified_on=DAY,
        household_number=OTHER_HOME,
        relationship_to_householder=None,
        householder_name=None,
    )
    assert happens(seated, to=a_record()).households == {a_record().household_number, OTHER_HOME}


def test_new_codes_are_those_that_somebody_did_not_have_before() -> None:
    changed = CodeChanged(
        reason=Why.RESIDENT_RECORD_CODE_CHANGE_REQUEST,
        changed_on=DAY,
        notified_on=DAY,
        resident_record_code=OTHER_CODE,
    )
    assert happens(changed, to=a_record()).new_codes == {OTHER_CODE}
    assert happens(revised(building_line="一号"), to=a_record()).new_codes == frozenset()


def test_nothing_can_happen_to_who_has_no_record() -> None:
    with pytest.raises(InvalidValue):
        happens(revised(building_line="一号"))
