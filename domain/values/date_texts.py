"""Dates as people write them: in eras or Western years, whole, partial, or uncertain (不詳日, 標準仕様書1.0 1.1.8)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from domain.errors import InvalidValue
from domain.values.date_spans import first_day, is_on_calendar, last_day, require_numbers
from domain.values.eras import ERAS, Era
from domain.values.texts import refuse_unreadable

UNKNOWN = "XXXX"
"""The ISO 8601-2 form of a date of which nothing is known (年月日不詳)."""

MAX_CODE_POINTS = 60


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says: its partial ISO 8601 form, the first and last day it may mean, and how sure it is.

    `era` is the era's name, `None` for a Western year; `is_certain` is false for every 不詳日; `on_calendar` is false
    for a day such as 2月29日 in a common year.
    """

    iso: str
    earliest: date
    latest: date
    era: str | None = None
    is_certain: bool = False
    on_calendar: bool = True


_YEAR = r"(?:(?P<era>[^\W\d_]{2})(?P<era_year>元|[0-9]{1,2})|(?P<year>[0-9]{4}))年"
_MONTH = r"(?P<month>[0-9]{1,2})月"
_DAY = r"(?P<day>[0-9]{1,2})日"
_TO_MONTH = r"(?P<to_month>[0-9]{1,2})月"
_TO_DAY = r"(?P<to_day>[0-9]{1,2})日"

_CERTAIN = tuple(re.compile(pattern) for pattern in (_YEAR, _YEAR + _MONTH, _YEAR + _MONTH + _DAY))

# 不詳日入力一覧 of 標準仕様書1.0 1.1.8, in its order; 年月日不詳 has no numbers and is read apart.
_UNCERTAIN = tuple(
    re.compile(pattern)
    for pattern in (
        _YEAR + "頃",
        _YEAR + _MONTH + "頃",
        _YEAR + _MONTH + _DAY + "頃",
        "推定" + _YEAR + _MONTH + _DAY,
        "推定" + _YEAR + _MONTH,
        _YEAR + "(?P<season>[春夏秋冬])",
        _YEAR + _MONTH + "(?P<third>[上中下])旬",
        _YEAR + _MONTH + "(?P<third>[上中下])旬頃",
        _YEAR + "月日不詳",
        _YEAR + _MONTH + "日不詳",
        _YEAR + _MONTH + _DAY + "から" + _TO_MONTH + _TO_DAY + "頃までの間",
        _YEAR + _MONTH + "推定" + _DAY + "から" + _TO_DAY + "までの間",
        _YEAR + _MONTH + _DAY + "頃から" + _TO_DAY + "頃までの間",
    )
)
_NOTHING_KNOWN = Reading(UNKNOWN, date.min, date.max)

# The standard names the words, not their days. Winter lies at both ends of a year.
_SEASONS: Mapping[str, tuple[int, int]] = MappingProxyType({"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (1, 12)})
_THIRDS: Mapping[str, tuple[int, int | None]] = MappingProxyType({"上": (1, 10), "中": (11, 20), "下": (21, None)})

_Groups = Mapping[str, str | None]
_MonthAndDay = tuple[int | None, int | None]


def read(text: str, eras: Sequence[Era] = ERAS) -> Reading:
    """What `text` says: 昭和25年3月31日, 1950年3月, 令和元年, or one of the 14 patterns of the standard.

    Full-width digits and spaces are taken. Raises `InvalidValue` for anything else, and for a year, month or day that
    the era or no calendar has.
    """
    refuse_unreadable("RegisterDate", text, MAX_CODE_POINTS)
    tidy = "".join(unicodedata.normalize("NFKC", text).split())
    if tidy == "年月日不詳":
        return _NOTHING_KNOWN
    for pattern in (*_CERTAIN, *_UNCERTAIN):
        if match := pattern.fullmatch(tidy):
            return replace(_reading(match.groupdict(), eras), is_certain=pattern in _CERTAIN)
    raise InvalidValue("RegisterDate", "is no date the register knows", "年月日の書き方が正しくありません")


def _reading(groups: _Groups, eras: Sequence[Era]) -> Reading:
    era = _era(groups.get("era"), eras)
    year = _year(groups, era)
    start, end = _from_to(groups)
    for month, day in (start, end):
        require_numbers(year, month, day)
    earliest, latest = _within(era, first_day(year, *start), last_day(year, *end))
    return Reading(
        iso=_shared_iso(year, start, end),
        earliest=earliest,
        latest=latest,
        era=None if era is None else era.name,
        on_calendar=is_on_calendar(year, *start) and is_on_calendar(year, *end),
    )


def _era(name: str | None, eras: Sequence[Era]) -> Era | None:
    if name is None:
        return None
    for era in eras:
        if era.name == name:
            return era
    raise InvalidValue("RegisterDate", "there is no such era", "元号が正しくありません")


def _year(groups: _Groups, era: Era | None) -> int:
    if era is None:
        return int(groups["year"] or 0)
    number = groups["era_year"] or "0"
    if number == "元":
        return era.first.year
    return era.year(int(number)) if int(number) else 0


def _from_to(groups: _Groups) -> tuple[_MonthAndDay, _MonthAndDay]:
    """The month and day where the time meant begins, and where it ends."""
    month, day = _number(groups.get("month")), _number(groups.get("day"))
    if season := groups.get("season"):
        begins, ends = _SEASONS[season]
        return (begins, None), (ends, None)
    if third := groups.get("third"):
        return (month, _THIRDS[third][0]), (month, _THIRDS[third][1])
    to_day = _number(groups.get("to_day"))
    return (month, day), (_number(groups.get("to_month")) or month, to_day or day)


def _number(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _within(era: Era | None, earliest: date, latest: date) -> tuple[date, date]:
    """The days without those that the era does not have: 昭和64年 ends on January 7."""
    if latest < earliest:
        raise InvalidValue("RegisterDate", "ends before it begins", "期間の終わりが始まりより前です")
    if era is None:
        return earliest, latest
    if not era.overlaps(earliest, latest):
        raise InvalidValue("RegisterDate", "the era has no such day", "その元号にない年月日です")
    return max(earliest, era.first), min(latest, era.last or latest)


def _shared_iso(year: int, start: _MonthAndDay, end: _MonthAndDay) -> str:
    """The part that begin and end have in common, as ISO 8601."""
    iso = f"{year:04}"
    if start[0] is None or start[0] != end[0]:
        return iso
    iso = f"{iso}-{start[0]:02}"
    return iso if start[1] is None or start[1] != end[1] else f"{iso}-{start[1]:02}"
