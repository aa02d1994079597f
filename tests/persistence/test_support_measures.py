"""Support measures in the store: protected from the application on, until somebody ends it (標準仕様書1.0 3.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import Code, InvalidValue, Refusal
from domain.life_events import Died, LifeEvent, MovedOut
from domain.life_histories import Recorded
from domain.outcomes import Happening, Outcome
from domain.support_measures import CoveredDisclosure, SupportMeasureState, decided, ended, extensions, refused
from domain.values.dates import RegisterDate
from domain.values.identifiers import MunicipalityCode
from domain.versions import Version
from persistence.logins import Login
from persistence.support_measures import go_on_after_moving_out
from tests.persistence.protections import OFFICER, a_measure, an_id, an_order, kept, of_person, on_measures, some_day
from tests.persistence.registers import (
    CLOSED_PROTECTED,
    NOON,
    OPEN,
    PROTECTED,
    Store,
    ask,
    facts_of,
    facts_of_household,
    query,
    write_village,
)
from tests.postgres import NewDatabase
from tests.village import CODE, TODAY, addressee, number_of, residents


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


@pytest.mark.holds("A-28")
def test_an_application_protects_her_and_her_household_from_its_first_day_without_an_end(url: str) -> None:
    kept(url, a_measure(1, 7))

    assert [facts_of(url, 7, some_day(days)) for days in (-8, -7, 0, 5000)] == [OPEN, *[PROTECTED] * 3]
    assert facts_of_household(url, 3) == PROTECTED


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("end", [refused, ended])
def test_what_is_refused_or_ended_protects_no_more_and_stays_on_record(url: str, end: object) -> None:
    one = a_measure(1, 7)
    kept(url, one)

    kept(url, *end([one]), standing=(one,))  # type: ignore[operator] # one of the two functions

    assert facts_of(url, 7) == OPEN
    assert query(url, "SELECT recorded_by, ended_by, ended_at FROM support_measures WHERE ended_at IS NOT NULL") == [
        ("officer", "officer", NOON)
    ]


@pytest.mark.holds("A-28")
def test_a_decided_measure_protects_all_who_applied_until_its_last_day(url: str) -> None:
    both = (a_measure(1, 7), a_measure(2, 9, application=an_id(1), relationship="子"))
    kept(url, *both)

    kept(url, *decided(both, TODAY, TODAY, None), standing=both)

    for nth in (7, 9):
        assert [facts_of(url, nth, some_day(days)) for days in (0, 364, 365)] == [PROTECTED, PROTECTED, OPEN]


def test_what_is_kept_is_read_as_it_was_said(url: str) -> None:
    one = a_measure(
        1,
        7,
        covers=frozenset({CoveredDisclosure.INSPECTION_CURRENT_ADDRESS}),
        received_from=MunicipalityCode("011002"),
    )
    kept(url, one)

    assert of_person(url, 7) == [one]
    assert on_measures(url, lambda store: store.application(CODE, an_id(1))) == [one]
    for unknown in (an_id(9), "no id"):
        assert on_measures(url, lambda store, id_=unknown: store.application(CODE, id_)) == []


@pytest.mark.holds("A-28")
def test_an_imported_measure_is_an_application_of_its_own_and_is_extended_like_any(url: str) -> None:
    (imported,) = of_person(url, 4)
    assert (imported.state, imported.application) == (SupportMeasureState.DECIDED, imported.id)
    assert imported.ends_on is not None

    more = extensions([imported], imported.ends_on, [an_id(1)])
    kept(url, *more, standing=(imported,))

    assert of_person(url, 4) == [imported, *more]
    last = (imported.ends_on - TODAY).days
    assert [facts_of(url, 4, some_day(days)) for days in (last, last + 1, last + 365)] == [PROTECTED] * 3


@pytest.mark.holds("F-09")
def test_of_two_who_decide_at_once_the_second_is_told_and_changes_nothing(url: str) -> None:
    one = a_measure(1, 7)
    kept(url, one)
    kept(url, *refused([one]), standing=(one,))

    with pytest.raises(Refusal) as told:
        kept(url, *decided([one], TODAY, TODAY, None), standing=(one,))

    assert told.value.code is Code.STALE_VERSION
    assert [each.state for each in of_person(url, 7)] == [SupportMeasureState.REFUSED]


@pytest.mark.parametrize(("relationship", "name"), [(None, "applicant"), ("子", "joining")])
def test_who_has_no_record_cannot_apply_and_then_nobody_does(url: str, relationship: str | None, name: str) -> None:
    nobody = replace(a_measure(2, 7), addressee_number=addressee(99), relationship=relationship)

    with pytest.raises(InvalidValue) as told:
        kept(url, a_measure(1, 7), nobody)

    assert told.value.kind == name
    assert (of_person(url, 7), query(url, "SELECT 1 FROM ledger_entries")) == ([], [])


@pytest.mark.holds("F-01")
def test_an_application_sent_twice_is_recorded_once(url: str) -> None:
    first, second = an_order("key"), an_order("key")

    assert kept(url, a_measure(1, 7), order=first) == kept(url, a_measure(2, 7), order=second)

    assert [one.id for one in of_person(url, 7)] == [an_id(1)]


def left(url: str, villager: int, event: type[MovedOut] | type[Died]) -> None:
    """The nth villager leaves: her record is closed, and what follows for her measures is done."""
    number = number_of(villager)
    query(url, "UPDATE residents SET is_closed = true WHERE addressee_number = $1", number)
    record = next(one for one in residents() if one.addressee_number.value == number)
    closed = replace(record, ceased_resident_on=RegisterDate.of(TODAY))
    reason = ChangeReason.MOVE_OUT_DOMESTIC if event is MovedOut else ChangeReason.DEATH
    day = RegisterDate.of(TODAY)
    said: LifeEvent = event(reason=reason, changed_on=day, notified_on=day, ceased_resident_on=day)
    recorded = Recorded(1, said, NOON, "S1", "T1")
    outcome = Outcome((Happening(addressee(villager), recorded, record, (Version(closed),)),))

    async def work(store: Store) -> None:
        async with store.database.transaction(CODE, Login.WRITER) as connection:
            await go_on_after_moving_out(connection, CODE, outcome, OFFICER, _new_id)

    ask(url, work)


def _new_id(_at: datetime) -> str:
    return an_id(77)


@pytest.mark.holds("A-28")
def test_when_she_moves_out_her_closed_record_stays_protected_without_an_end(url: str) -> None:
    left(url, 4, MovedOut)

    assert [facts_of(url, 4, some_day(days)) for days in (0, 400)] == [CLOSED_PROTECTED] * 2
    assert [one.state for one in of_person(url, 4)] == [SupportMeasureState.DECIDED, SupportMeasureState.PROVISIONAL]


def test_who_was_not_protected_or_has_died_has_no_measure_that_goes_on(url: str) -> None:
    left(url, 1, MovedOut)
    left(url, 4, Died)

    assert of_person(url, 1) == []
    assert [one.state for one in of_person(url, 4)] == [SupportMeasureState.DECIDED]
