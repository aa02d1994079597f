"""Days on which a city hall is closed."""

from __future__ import annotations

from datetime import date

import pytest

from domain.holidays import Closed, closed_on, national_holidays

OF_2026 = "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23"
"""内閣府「国民の祝日について」: 2026 has a substitute for May 3rd and a day between two holidays in September."""
OF_2023 = "01-01 01-02 01-09 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-23 10-09 11-03 11-23"
OF_2024 = (
    "01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-22 09-23 10-14"
    " 11-03 11-04 11-23"
)


@pytest.mark.parametrize(("year", "days"), [(2023, OF_2023), (2024, OF_2024), (2026, OF_2026)])
def test_the_national_holidays_of_a_year_are_those_that_the_government_publishes(year: int, days: str) -> None:
    assert [f"{one:%m-%d}" for one in sorted(national_holidays(year))] == days.split()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 21), Closed.WEEKEND),
        (date(2026, 11, 22), Closed.WEEKEND),
        (date(2026, 11, 23), Closed.NATIONAL_HOLIDAY),
        (date(2026, 11, 24), None),
        (date(2026, 12, 28), None),
        (date(2026, 12, 29), Closed.TURN_OF_THE_YEAR),
        (date(2027, 1, 1), Closed.NATIONAL_HOLIDAY),
        (date(2027, 1, 3), Closed.TURN_OF_THE_YEAR),
        (date(2027, 1, 4), None),
    ],
)
def test_a_city_hall_is_closed_on_weekends_holidays_and_at_the_turn_of_the_year(day: date, why: Closed | None) -> None:
    assert closed_on(day) is why
