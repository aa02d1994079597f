"""The eras of the Japanese calendar as a table of parameters (標準仕様書1.0 1.3.6), and how a day is named in them.

Month and day are those of the Gregorian calendar throughout; before 1873 Japan's own calendar was another, and no day
of then is converted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class Era:
    """A 元号 with its first and last day, both included; the era of today has no last day."""

    name: str
    first: date
    last: date | None = None

    def year(self, number: int) -> int:
        """The Western year of this era's year `number` (元年 is 1)."""
        return self.first.year + number - 1

    def overlaps(self, earliest: date, latest: date) -> bool:
        """Whether any day from `earliest` to `latest` lies in this era."""
        return self.first <= latest and (self.last is None or earliest <= self.last)


ERAS: tuple[Era, ...] = (
    Era("明治", date(1868, 1, 25), date(1912, 7, 30)),
    Era("大正", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", date(2019, 5, 1)),
)
"""In order. 1912-07-30 and 1926-12-25 belong to two eras each (標準仕様書1.0 1.1.8); a new era is one more row here."""


def era_of(day: date, eras: Sequence[Era] = ERAS) -> Era:
    """The era of a day, the later where a day has two. Raises `InvalidValue` for a day before the first."""
    for era in reversed(eras):
        if era.overlaps(day, day):
            return era
    raise InvalidValue("Era", "the day lies before the first era", "最初の元号より前の日です")


def era_year(day: date, eras: Sequence[Era] = ERAS) -> str:
    """The year of a day in the Japanese calendar: 令和元年, 昭和25年."""
    era = era_of(day, eras)
    number = day.year - era.first.year + 1
    return f"{era.name}{'元' if number == 1 else number}年"
