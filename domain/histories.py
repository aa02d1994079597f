"""From where a record is looked at: the day it is asked about, and the moment whose knowledge counts.

A record has a history of versions (標準仕様書1.0 1.2.1): each holds all items, says from which day on the record says
so, and when the register came to know it. Versions are only ever appended, reversals (異動の取消し) and corrections
(誤記修正) too, numbered in the order in which they were said.

What the record said on a day, as known at a moment, is **the version with the highest history number among those that
were recorded by then and hold from that day or before**: whoever speaks later of the same day is right. Hence

* for today, with all that is known, it is the version that stands (最新履歴, the highest number);
* a reversal, said from the day of the change that it takes back, hides that change from its first day on, and the
  record says again what it said before;
* a correction, said from the day of the mistake, hides the mistake; what changed since then is said again after it,
  one version a change, so that later days still read as they did.

The latest first day would be no rule: a name corrected from the beginning would lose to the wrong one in each version
since.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from domain.errors import Code, InvalidValue, Refusal
from domain.values.dates import RegisterDate

JAPAN = timezone(timedelta(hours=9))

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    _ISO_DAY.pattern + r"[Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """The day asked about, and the moment whose knowledge counts; `None`: all that is known."""

    as_of: date
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """At most `limit` versions of each record, the newest first, below the history number `after`."""

    limit: int
    after: int | None = None


def day_of(text: str, name: str = "asOf") -> date:
    """A day of the calendar, as ISO 8601 or in an era. Raises `Refusal` (INVALID_INPUT, naming the argument)."""
    day = _day(text)
    if day is None:
        raise _invalid(
            name, "a day: 2024-04-01 or 令和6年4月1日", "日付（2024-04-01 または 令和6年4月1日）で指定してください"
        )
    return day


def moment_of(text: str) -> datetime:
    """An ISO 8601 date and time with its offset, or the end of a day in Japan.

    Raises `Refusal` (INVALID_INPUT, naming knownAt).
    """
    moment = _moment(text)
    if moment is None:
        raise _invalid(
            "knownAt",
            "a day, or a date and time with its offset: 2024-04-01T09:00:00+09:00",
            "日付、または時差付きの日時（2024-04-01T09:00:00+09:00）で指定してください",
        )
    return moment


def _moment(text: str) -> datetime | None:
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):  # no such time, or before the first there is
        return None
    day = _day(text)
    return None if day is None else datetime.combine(day, time.max, JAPAN)


def _day(text: str) -> date | None:
    """The one day that the text means, if it means one."""
    try:
        read = RegisterDate(text) if _ISO_DAY.fullmatch(text) else RegisterDate.from_text(text)
    except InvalidValue:
        return None
    return read.earliest if read.is_calendar_day else None


def _invalid(name: str, english: str, japanese: str) -> Refusal:
    text = (f"'{name}' is {english}.", f"{name} は、{japanese}。")
    return Refusal(Code.INVALID_INPUT, names=(name,), detail=text)
