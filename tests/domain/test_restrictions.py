"""Restrictions (抑止): several at once, by process and level, and none of them ends by itself (標準仕様書1.0 3.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.errors import Code, InvalidValue, Refusal
from domain.restrictions import (
    CHANGE_RESTRICTED,
    CHANGE_RESTRICTED_ALERT,
    RestrictedProcess,
    Restriction,
    RestrictionLevel,
    Whose,
    findings_on,
    level_of,
)

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_restriction(**differently: Any) -> Restriction:
    """One of level ERROR on changes of one person, from a week ago on."""
    usual: dict[str, Any] = {
        "id": "r",
        "whose": Whose.RESIDENT,
        "number": "0000000019",
        "process": RestrictedProcess.CHANGE,
        "level": RestrictionLevel.ERROR,
        "starts_on": TODAY - timedelta(days=7),
    }
    return Restriction(**usual | differently)


def test_a_restriction_holds_past_the_last_day_that_was_planned() -> None:
    one = a_restriction(ends_on=TODAY - timedelta(days=1))

    assert one.holds(TODAY, NOON)
    assert one.is_overdue(TODAY)


def test_a_restriction_holds_from_its_first_day_on() -> None:
    one = a_restriction(starts_on=TODAY)

    assert one.holds(TODAY, NOON)
    assert not one.holds(TODAY - timedelta(days=1), NOON - timedelta(days=1))


def test_a_restriction_that_is_released_holds_again_when_the_time_is_over() -> None:
    one = a_restriction().released(NOON, HOUR)

    moments = [NOON, NOON + HOUR - timedelta(seconds=1), NOON + HOUR, NOON + 2 * HOUR]

    assert [one.holds(TODAY, at) for at in moments] == [False, False, True, True]


def test_a_restriction_that_is_lifted_holds_no_more_and_is_neither_released_nor_lifted_again() -> None:
    one = a_restriction(ends_on=TODAY - timedelta(days=1)).lifted(NOON)

    assert not one.holds(TODAY, NOON)
    assert not one.is_overdue(TODAY)
    for again in (lambda: one.lifted(NOON), lambda: one.released(NOON, HOUR)):
        with pytest.raises(Refusal) as told:
            again()
        assert told.value.code is Code.INVALID_INPUT


def test_a_restriction_cannot_end_before_it_starts() -> None:
    with pytest.raises(InvalidValue, match="INVALID_VALUE"):
        a_restriction(ends_on=TODAY - timedelta(days=8))


@pytest.mark.parametrize("process", RestrictedProcess)
def test_of_several_restrictions_the_strictest_counts_for_each_process(process: RestrictedProcess) -> None:
    levels = (RestrictionLevel.NONE, RestrictionLevel.ALERT, RestrictionLevel.ERROR)
    several = [a_restriction(process=process, level=level) for level in levels]

    for at in range(4):
        expected = levels[at - 1] if at else RestrictionLevel.NONE
        assert level_of(several[:at], process, TODAY, NOON) is expected
    for other in set(RestrictedProcess) - {process}:
        assert level_of(several, other, TODAY, NOON) is RestrictionLevel.NONE


@pytest.mark.parametrize(
    ("level", "checks"),
    [
        (RestrictionLevel.ERROR, [CHANGE_RESTRICTED]),
        (RestrictionLevel.ALERT, [CHANGE_RESTRICTED_ALERT]),
        (RestrictionLevel.NONE, []),
    ],
)
def test_a_restriction_of_changes_is_an_error_a_warning_or_nothing(level: RestrictionLevel, checks: list[Any]) -> None:
    found = findings_on([a_restriction(level=level)], TODAY, NOON)

    assert [one.check for one in found] == checks


def test_a_restriction_of_another_process_says_nothing_to_a_change() -> None:
    others = [a_restriction(process=one) for one in set(RestrictedProcess) - {RestrictedProcess.CHANGE}]

    assert findings_on(others, TODAY, NOON) == ()
