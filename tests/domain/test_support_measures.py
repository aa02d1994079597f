"""Support measures: one-year periods (標準仕様書1.0 1.1.16)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.errors import InvalidValue
from domain.support_measures import SupportKind, SupportMeasure
from domain.values.identifiers import AddresseeNumber

PERSON = AddresseeNumber.from_serial(1)


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
