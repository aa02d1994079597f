"""The days that a year, a month or a day of the register may stand for, also where the calendar has no such day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from domain.errors import InvalidValue

MONTHS = range(1, 13)
DAYS = range(1, 32)


def require_numbers(year: int, month: int | None, day: int | None) -> None:
    """Refuse what no calendar ever had: a year 0, a month 13, a day 32. 2月30日 passes. Raises `InvalidValue`."""
    if year < 1 or (month is not None and month not in MONTHS) or (day is not None and day not in DAYS):
        raise InvalidValue("RegisterDate", "has a month or a day that cannot be", "ありえない月または日です")


def is_on_calendar(year: int, month: int | None, day: int | None) -> bool:
    """Whether the calendar has the day (暦上日); a month or a year always is."""
    return month is None or day is None or day <= monthrange(year, month)[1]


def first_day(year: int, month: int | None = None, day: int | None = None) -> date:
    """The earliest day meant; for a day beyond the month's end (2月30日) the last one before it."""
    if month is None or day is None:
        return date(year, month or MONTHS[0], 1)
    return date(year, month, min(day, monthrange(year, month)[1]))


def last_day(year: int, month: int | None = None, day: int | None = None) -> date:
    """The latest day meant; for a day beyond the month's end the first one after it."""
    if month is None:
        return date(year, MONTHS[-1], DAYS[-1])
    end = monthrange(year, month)[1]
    if day is not None and day > end:
        return date(year, month, end) + timedelta(days=1)
    return date(year, month, day or end)
