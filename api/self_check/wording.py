"""What the report says of the run as a whole, in Japanese and English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from api.self_check.report import Report
from api.self_check.results import Results

_JAPAN: Final = ZoneInfo("Asia/Tokyo")
_NONE: Final = (
    "試験の結果がありません。`make test` が作成します。",
    "There are no results of tests: `make test` makes them.",
)
_DIRTY: Final = (
    "コミットしていない変更を含む状態で試験しました。",
    "The tests ran with changes that were not committed.",
)
_ANOTHER: Final = (
    "試験したプログラムと、この点検をしているプログラムが異なります。",
    "What was tested is not what reports here.",
)


def run_of(results: Results | None) -> tuple[tuple[str, str, str], ...]:
    """When and of what the tests ran, each with its name in Japanese and English."""
    if results is None:
        return ()
    at = results.at.astimezone(_JAPAN)
    return (
        ("試験日時", "tests ran", f"{at:%Y-%m-%d %H:%M:%S} JST"),
        ("コミット", "commit", results.commit or "?"),
    )


def warnings_of(report: Report) -> Iterator[tuple[str, str]]:
    """What a reader must know before trusting the results."""
    if report.results is None:
        yield _NONE
        return
    if report.results.is_dirty:
        yield _DIRTY
    if not report.is_of_this:
        yield _ANOTHER
