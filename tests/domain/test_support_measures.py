"""Support measures: provisional from the application on, then one-year periods (標準仕様書1.0 1.1.16, 3.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.errors import Code, InvalidValue, Refusal
from domain.support_measures import (
    Protection,
    SupportKind,
    SupportMeasure,
    SupportMeasureAlert,
    SupportMeasureState,
    after_moving_out,
    alert_of,
    decided,
    ended,
    extensions,
    refused,
)
from domain.values.identifiers import AddresseeNumber

PERSON = AddresseeNumber.from_serial(1)
TODAY = date(2026, 11, 23)


def measure_from(day: date) -> SupportMeasure:
    return SupportMeasure.for_a_year(PERSON, SupportKind.DOMESTIC_VIOLENCE, starts_on=day)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2020, 4, 1), date(2021, 3, 31)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2023, 3, 1), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_a_measure_ends_a_year_after_its_start_less_one_day(starts_on: date, ends_on: date) -> None:
    assert measure_from(starts_on).ends_on == ends_on


def test_a_measure_is_in_force_from_its_first_to_its_last_day_and_on_no_other() -> None:
    measure = measure_from(date(2026, 4, 1))

    days = [date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)]

    assert [measure.in_force(day) for day in days] == [False, True, True, False]


def test_a_measure_cannot_end_before_it_starts() -> None:
    with pytest.raises(InvalidValue):
        SupportMeasure(
            addressee_number=PERSON,
            kind=SupportKind.OTHER,
            starts_on=date(2026, 4, 2),
            ends_on=date(2026, 4, 1),
        )


def applied(**differently: Any) -> Protection:
    """A provisional measure since ten days ago."""
    usual: dict[str, Any] = {
        "id": "a",
        "application": "a",
        "addressee_number": PERSON,
        "kind": SupportKind.STALKING,
        "state": SupportMeasureState.PROVISIONAL,
        "starts_on": TODAY - timedelta(days=10),
    }
    return Protection(**usual | differently)


def with_her_child(one: Protection) -> list[Protection]:
    """The applicant and who applied with her."""
    return [one, replace(one, id="b", addressee_number=AddresseeNumber.from_serial(2), relationship="子")]


def test_a_provisional_measure_protects_from_the_application_on_without_an_end() -> None:
    one = applied()

    days = [one.starts_on - timedelta(days=1), one.starts_on, TODAY, TODAY + timedelta(days=5000)]

    assert [one.in_force(day) for day in days] == [False, True, True, True]


def test_a_decided_measure_lasts_a_year_for_all_who_applied() -> None:
    both = decided(with_her_child(applied()), TODAY, TODAY, None)

    assert [(one.state, one.starts_on, one.ends_on) for one in both] == [
        (SupportMeasureState.DECIDED, date(2026, 11, 23), date(2027, 11, 22))
    ] * 2
    assert {one.provisional_from for one in both} == {TODAY - timedelta(days=10)}


def test_a_measure_is_decided_from_today_or_before_so_that_no_day_is_without_it() -> None:
    with pytest.raises(InvalidValue) as told:
        decided([applied()], TODAY, TODAY + timedelta(days=1), None)
    assert told.value.kind == "starts_on"


def test_a_measure_is_not_decided_for_a_period_that_is_over() -> None:
    with pytest.raises(InvalidValue) as told:
        decided([applied()], TODAY, TODAY - timedelta(days=9), TODAY - timedelta(days=1))
    assert told.value.kind == "ends_on"


def test_who_is_refused_is_protected_no_more_and_cannot_be_decided() -> None:
    (one,) = refused([applied()])

    assert not one.in_force(TODAY)
    for act in (lambda: decided([one], TODAY, TODAY, None), lambda: refused([one]), lambda: ended([one])):
        with pytest.raises(Refusal) as told:
            act()
        assert told.value.code is Code.INVALID_INPUT


def test_a_measure_that_is_ended_protects_no_more() -> None:
    both = ended(with_her_child(applied()))

    assert [one.in_force(TODAY) for one in both] == [False, False]


@pytest.mark.parametrize(
    ("today", "extended"),
    [
        (date(2027, 2, 27), False),
        (date(2027, 2, 28), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_a_measure_is_extended_in_the_month_before_its_last_day(today: date, extended: bool) -> None:
    running = decided(with_her_child(applied(starts_on=date(2026, 4, 1))), date(2026, 4, 1), date(2026, 4, 1), None)
    assert running[0].ends_on == date(2027, 3, 31)
    if not extended:
        with pytest.raises(Refusal):
            extensions(running, today, ["c", "d"])
        return

    more = extensions(running, today, ["c", "d"])

    assert [(one.id, one.starts_on, one.ends_on) for one in more] == [
        ("c", date(2027, 4, 1), date(2028, 3, 31)),
        ("d", date(2027, 4, 1), date(2028, 3, 31)),
    ]
    with pytest.raises(Refusal):
        extensions([*running, *more], today, ["e", "f", "g", "h"])


def test_a_measure_that_was_ended_is_not_extended() -> None:
    running = decided([applied(starts_on=date(2026, 4, 1))], date(2026, 4, 1), date(2026, 4, 1), None)
    with pytest.raises(Refusal):
        extensions(ended(running), date(2027, 3, 1), ["c"])


def test_when_she_moves_out_her_measure_goes_on_provisionally_without_an_end() -> None:
    (running,) = decided([applied()], TODAY, TODAY, None)

    provisional = after_moving_out([running], TODAY, "c")

    assert provisional is not None
    assert (provisional.state, provisional.starts_on, provisional.ends_on) == (
        SupportMeasureState.PROVISIONAL,
        TODAY,
        None,
    )
    assert after_moving_out([running, provisional], TODAY, "d") is None


def test_who_has_no_measure_in_force_moves_out_without_one() -> None:
    assert after_moving_out([], TODAY, "c") is None
    assert after_moving_out(ended([applied()]), TODAY, "c") is None


@pytest.mark.parametrize(
    ("on", "alert"),
    [
        (date(2027, 10, 21), None),
        (date(2027, 10, 22), SupportMeasureAlert.ENDS_WITHIN_A_MONTH),
        (date(2027, 11, 22), SupportMeasureAlert.ENDS_WITHIN_A_MONTH),
        (date(2027, 11, 23), SupportMeasureAlert.PERIOD_IS_OVER),
        (date(2029, 1, 1), SupportMeasureAlert.PERIOD_IS_OVER),
    ],
)
def test_the_record_warns_from_a_month_before_the_last_day_and_after_it(
    on: date, alert: SupportMeasureAlert | None
) -> None:
    running = decided([applied()], TODAY, TODAY, None)

    assert alert_of(running, on) is alert
    assert alert_of([*running, *extensions(running, date(2027, 11, 1), ["c"])], date(2027, 11, 22)) is None


def test_nothing_warns_of_a_measure_that_is_provisional_or_was_ended() -> None:
    assert alert_of([applied()], TODAY) is None
    assert alert_of(ended([applied()]), TODAY) is None
    assert alert_of([], TODAY) is None
