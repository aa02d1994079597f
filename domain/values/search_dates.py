"""Dates as somebody searches for them: in either calendar, as far as they are known (標準仕様書1.0 2.1.3)."""

from __future__ import annotations

import re
import unicodedata

from domain.values.dates import RegisterDate
from domain.values.texts import refuse_unreadable

_ERA_LETTERS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_SHORT = re.compile(
    r"(?P<era>[MTSHR]|明治|大正|昭和|平成|令和)?(?P<year>[0-9]{1,4}|元)"
    r"(?:[-./](?P<month>[0-9]{1,2})(?:[-./](?P<day>[0-9]{1,2}))?)?",
    re.IGNORECASE,
)


def date_prefix(text: str) -> str:
    """How the partial ISO forms of the dates meant begin: 昭和25年3月, S25.3, 1950/3 and 1950-03 are all `1950-03`.

    Raises `InvalidValue` for what is no date, and for one that its era does not have.
    """
    refuse_unreadable("RegisterDate", text)
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    short = _SHORT.fullmatch(plain)
    return RegisterDate.from_text(_worded(short) if short else plain, off_calendar=True).iso


def _worded(short: re.Match[str]) -> str:
    """S25.3 as 昭和25年3月."""
    era, month, day = short["era"] or "", short["month"], short["day"]
    year = f"{_ERA_LETTERS.get(era.upper(), era)}{short['year']}年"
    return year + (f"{month}月" if month else "") + (f"{day}日" if day else "")
