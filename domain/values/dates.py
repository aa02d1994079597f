"""Dates of the register: days, and what is less than a day because nobody knows better (標準仕様書1.0 1.1.8)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from domain.errors import InvalidValue
from domain.values.date_spans import first_day, is_on_calendar, last_day, require_numbers
from domain.values.date_texts import UNKNOWN, Reading, read
from domain.values.eras import era_of, era_year

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class Precision(StrEnum):
    """How much of the date is one value."""

    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class RegisterDate:
    """A date as the register has it: `RegisterDate("1950-03-31")`, `RegisterDate("1950-03")`, `RegisterDate("1950")`.

    `iso` is ISO 8601, as far as the date is known; `XXXX` where nothing is. `text` is how the register words it where
    `iso` does not say it all: one of the 14 patterns of 不詳日, or the elder era on a day that has two
    (明治45年7月30日). `off_calendar` must be said for a day that the calendar does not have
    (`RegisterDate("1951-02-29", off_calendar=True)`). Raises `InvalidValue`.
    """

    iso: str
    text: str | None = None
    off_calendar: bool = False

    def __post_init__(self) -> None:
        if self.text is not None and read(self.text).iso != self.iso:
            raise InvalidValue("RegisterDate", "its text means another date", "文言と日付が一致しません")
        if _is_on_calendar(self.iso, self.text) is self.off_calendar:
            raise InvalidValue(
                "RegisterDate", "must say of a day, and only of one, that no calendar has it", "暦上日ではない日付です"
            )

    @classmethod
    def of(cls, day: date) -> Self:
        """A day that is fully known."""
        return cls(day.isoformat())

    @classmethod
    def as_registered(cls, iso: str, text: str | None = None) -> Self:
        """A date that the register already has, also one that the calendar does not (2月29日 in a common year).

        Only for 生年月日, 住民となった年月日, 住所を定めた年月日, 外国人住民となった年月日, and the change dates
        of birth, death and disappearance.
        """
        return cls(iso, text, off_calendar=not _is_on_calendar(iso, text))

    @classmethod
    def from_text(cls, text: str, *, off_calendar: bool = False) -> Self:
        """The date that `text` words, in an era or a Western year; kept word for word where it is uncertain.

        A day that the calendar does not have is refused unless `off_calendar` allows it. Raises `InvalidValue`.
        """
        reading = read(text)
        off = off_calendar and not reading.on_calendar
        if reading.is_certain:
            plain = cls(reading.iso, off_calendar=off)
            if plain._says_all_of(reading):
                return plain
        return cls(reading.iso, text, off_calendar=off)

    def _says_all_of(self, reading: Reading) -> bool:
        same_days = (self.earliest, self.latest) == (reading.earliest, reading.latest)
        return same_days and (reading.era is None or reading.era == era_of(self.latest).name)

    @property
    def earliest(self) -> date:
        """The first day that may be meant: what computing with the date uses (内部的な日付)."""
        return first_day(*_numbers(self.iso)) if self.text is None else read(self.text).earliest

    @property
    def latest(self) -> date:
        """The last day that may be meant."""
        return last_day(*_numbers(self.iso)) if self.text is None else read(self.text).latest

    @property
    def precision(self) -> Precision:
        """How far `iso` goes."""
        if self.iso == UNKNOWN:
            return Precision.UNKNOWN
        return (Precision.YEAR, Precision.MONTH, Precision.DAY)[self.iso.count("-")]

    @property
    def is_calendar_day(self) -> bool:
        """Whether this is one day, fully known, that the calendar has (暦上日)."""
        return self.precision is Precision.DAY and not self.off_calendar and not self._is_uncertain

    @property
    def _is_uncertain(self) -> bool:
        return self.text is not None and not read(self.text).is_certain

    def wareki(self) -> str:
        """As documents and screens show it (標準仕様書1.0 1.1.9): 令和元年5月1日, or the register's own words.

        Raises `InvalidValue` for a day before 明治.
        """
        return self.text or era_year(self.latest) + self._month_and_day()

    def seireki(self) -> str:
        """In the Western calendar, for births and limits of stay of foreign residents: 1950年3月31日."""
        if self.text is not None and self._is_uncertain:
            return self.text
        return f"{int(self.iso[:4])}年{self._month_and_day()}"

    def _month_and_day(self) -> str:
        _, month, day = _numbers(self.iso)
        return ("" if month is None else f"{month}月") + ("" if day is None else f"{day}日")


def _is_on_calendar(iso: str, text: str | None) -> bool:
    return is_on_calendar(*_numbers(iso)) if text is None else read(text).on_calendar


def _numbers(iso: str) -> tuple[int, int | None, int | None]:
    """Year, month and day of a partial ISO date."""
    match = _ISO.fullmatch(iso)
    if match is None:
        raise InvalidValue("RegisterDate", "must be YYYY, YYYY-MM or YYYY-MM-DD", "YYYY-MM-DDの形で入力してください")
    year, month, day = (None if part is None else int(part) for part in match.groups())
    require_numbers(year or 0, month, day)
    return year or 0, month, day
