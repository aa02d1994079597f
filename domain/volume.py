"""Volume (大量データ出力): how many records somebody was shown, and how often she searched, within the last hour.

Counted by the minute, so that what is remembered of anybody is small: a minute counts until it lies an hour back whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many records one person may be shown, and how many searches she may make, within an hour."""

    records: int
    searches: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What was shown and searched in the minute that began `at` (or, as it comes in, at that moment)."""

    at: datetime
    records: int = 0
    searches: int = 0


class LastHour:
    """The tallies of one person's last hour, and their sums."""

    def __init__(self) -> None:
        self._minutes: dict[datetime, Tally] = {}
        self._sums = Tally(datetime.min)

    def add(self, more: Tally) -> None:
        """Count this too."""
        minute = _minute(more.at)
        known = self._minutes.get(minute, Tally(minute))
        self._minutes[minute] = Tally(minute, known.records + more.records, known.searches + more.searches)
        sums = self._sums
        self._sums = Tally(sums.at, sums.records + more.records, sums.searches + more.searches)

    def learn(self, told: Iterable[Tally]) -> None:
        """Take what somebody else counted of the same person: of each minute the larger count, since each may lag."""
        for one in told:
            minute = _minute(one.at)
            known = self._minutes.get(minute, Tally(minute))
            larger = max(known.records, one.records), max(known.searches, one.searches)
            self._minutes[minute] = Tally(minute, *larger)
        self._sums = Tally(datetime.min)

    def spent(self, at: datetime) -> Tally:
        """The sums of the hour before `at`; what is older is forgotten, once a minute."""
        minute = _minute(at)
        if self._sums.at != minute:
            self._minutes = {began: one for began, one in self._minutes.items() if minute - began <= HOUR}
            tallies = self._minutes.values()
            self._sums = Tally(minute, sum(one.records for one in tallies), sum(one.searches for one in tallies))
        return self._sums


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
