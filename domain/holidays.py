"""Days on which a city hall is closed (休日): Saturdays, Sundays, national holidays, and the turn of the year.

Source: 地方自治法第4条の2第2項（地方公共団体の休日）, 国民の祝日に関する法律 as it stands since 2022.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

_ON_A_DAY: Final = ((1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23))
"""元日, 建国記念の日, 天皇誕生日, 昭和の日, 憲法記念日, みどりの日, こどもの日, 山の日, 文化の日, 勤労感謝の日."""
_ON_A_MONDAY: Final = ((1, 2), (7, 3), (9, 3), (10, 2))
"""成人の日, 海の日, 敬老の日, スポーツの日: the month, and which Monday of it."""
_TURN_OF_THE_YEAR: Final = frozenset({(12, 29), (12, 30), (12, 31), (1, 2), (1, 3)})
_SATURDAY, _SUNDAY = 5, 6
_DAY: Final = timedelta(days=1)


class Closed(StrEnum):
    """Why a city hall is closed on a day."""

    WEEKEND = "WEEKEND"
    NATIONAL_HOLIDAY = "NATIONAL_HOLIDAY"
    TURN_OF_THE_YEAR = "TURN_OF_THE_YEAR"


def closed_on(day: date) -> Closed | None:
    """Why a city hall is closed on this day, or `None`: it is a working day (開庁日)."""
    if day in national_holidays(day.year):
        return Closed.NATIONAL_HOLIDAY
    if (day.month, day.day) in _TURN_OF_THE_YEAR:
        return Closed.TURN_OF_THE_YEAR
    return Closed.WEEKEND if day.weekday() >= _SATURDAY else None


@lru_cache(64)
def national_holidays(year: int) -> frozenset[date]:
    """国民の祝日 and the days off that follow from them (休日): correct from 2022 to 2099."""
    named = frozenset(_named(year))
    between = {day for day in (one + _DAY for one in named) if day not in named and day + _DAY in named}
    substitutes = {_next_free(day, named) for day in named if day.weekday() == _SUNDAY}
    return named | {day for day in between if day.weekday() != _SUNDAY} | substitutes


def _named(year: int) -> Iterator[date]:
    for month, day in _ON_A_DAY:
        yield date(year, month, day)
    for month, nth in _ON_A_MONDAY:
        first = date(year, month, 1)
        yield first + timedelta(days=-first.weekday() % 7 + 7 * (nth - 1))
    # 春分日, 秋分日: the usual approximation, which the almanac (暦要項) has borne out every year; good until 2099.
    for month, base in ((3, 20.8431), (9, 23.2488)):
        yield date(year, month, int(base + 0.242194 * (year - 1980)) - (year - 1980) // 4)


def _next_free(day: date, named: frozenset[date]) -> date:
    """振替休日: the next day that is no national holiday itself."""
    while day in named:
        day += _DAY
    return day
