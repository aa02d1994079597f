"""大量検索実行一覧: who searched or saw very much within an hour or a day (標準仕様書1.0 10.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from domain.ledger.analyses.findings import Finding, Reason, found
from domain.ledger.entries import Kind
from domain.ledger.reading import Recorded

MANY_SEARCHES: Final = 200
"""Searches by one person within an hour, whenever it begins."""
MANY_RECORDS: Final = 1_000
"""Records shown to one person within an hour, whenever it begins."""
MANY_SEARCHES_A_DAY: Final = 1_000
"""Searches by one person on a day: so many, whoever spreads them."""
MANY_RECORDS_A_DAY: Final = 5_000
"""Records shown to one person on a day."""
TOO_MANY: Final = frozenset({"TOO_MANY_HITS", "EXTRACTION_REQUIRED"})
"""The codes with which too much was refused."""
HOUR: Final = timedelta(hours=1)
LOOKS: Final = frozenset({Kind.READ, Kind.SEARCH, Kind.ISSUE})


class _Look(NamedTuple):
    """One act, as much of it as is counted."""

    at: datetime
    searches: int
    records: int
    entry: Recorded


@dataclass(slots=True)
class _Stretch:
    """What one person did from one act to another."""

    first: Recorded
    last: Recorded
    searches: int = 0
    records: int = 0

    def add(self, look: _Look) -> None:
        """What she did next."""
        self.last = look.entry
        self.searches += look.searches
        self.records += look.records

    def told(self, reason: Reason) -> Finding:
        base = replace(found(reason, self.first, subjects=()), until=self.last.at, path=None, items=())
        return replace(base, code=None, count=self.searches, records=self.records, entries=())


@dataclass(slots=True)
class _Person:
    """What one person did within the last hour and on this day, and where too much of it began."""

    recent: deque[_Look] = field(default_factory=deque)
    searches: int = 0
    records: int = 0
    bursts: dict[Reason, _Stretch] = field(default_factory=dict)
    day: _Stretch | None = None

    def add(self, look: _Look) -> Iterable[Finding]:
        """What she does now; the bursts that were over before."""
        ended = self._let_go(look.at)
        self.recent.append(look)
        self.searches += look.searches
        self.records += look.records
        if self.day is None:
            self.day = _Stretch(look.entry, look.entry)
        self.day.add(look)
        if self.searches >= MANY_SEARCHES:
            self._goes_on(Reason.MANY_SEARCHES, look)
        if self.records >= MANY_RECORDS:
            self._goes_on(Reason.MANY_RECORDS, look)
        return ended

    def settle(self, now: datetime) -> Iterator[Finding]:
        """What is over by now."""
        yield from self._let_go(now)
        if self.day is not None and now.date() != self.day.first.day:
            yield from self._end_of_day()

    def end(self) -> Iterator[Finding]:
        """No more comes."""
        yield from self._ended(MANY_SEARCHES, MANY_RECORDS)
        yield from self._end_of_day()

    def _let_go(self, now: datetime) -> Iterable[Finding]:
        """Forget what is an hour old; the bursts that end with it."""
        recent = self.recent
        while recent and now - recent[0].at >= HOUR:
            old = recent.popleft()
            self.searches -= old.searches
            self.records -= old.records
        return self._ended(MANY_SEARCHES - self.searches, MANY_RECORDS - self.records) if self.bursts else ()

    def _goes_on(self, reason: Reason, look: _Look) -> None:
        if (burst := self.bursts.get(reason)) is not None:
            burst.add(look)
            return
        self.bursts[reason] = burst = _Stretch(self.recent[0].entry, self.recent[0].entry)
        for one in self.recent:
            burst.add(one)

    def _ended(self, searches_lack: int, records_lack: int) -> list[Finding]:
        """The bursts of which so much is lacking now that they are over."""
        lacking = {Reason.MANY_SEARCHES: searches_lack, Reason.MANY_RECORDS: records_lack}
        over = [reason for reason, lack in lacking.items() if lack > 0 and reason in self.bursts]
        return [self.bursts.pop(reason).told(reason) for reason in over]

    def _end_of_day(self) -> Iterator[Finding]:
        """The day, where it was much of a day."""
        day, self.day = self.day, None
        if day is not None and day.searches >= MANY_SEARCHES_A_DAY:
            yield day.told(Reason.MANY_SEARCHES_A_DAY)
        if day is not None and day.records >= MANY_RECORDS_A_DAY:
            yield day.told(Reason.MANY_RECORDS_A_DAY)


class MassSearches:
    """Stretches in which one person searched or saw very much within any hour, such days, and what was refused."""

    def __init__(self) -> None:
        self._hour: datetime | None = None
        self._by_person: dict[str, _Person] = {}

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """What was refused, and what is over."""
        at = entry.at
        if self._hour is None or not timedelta() <= at - self._hour < HOUR:
            self._hour = at.replace(minute=0, second=0, microsecond=0)
            for one in self._by_person.values():  # who does no more is told in her turn, and days end
                yield from one.settle(at)
        if entry.staff_number is None:
            return
        if entry.text("code") in TOO_MANY:
            yield found(Reason.REFUSED_AS_TOO_MANY, entry)
        if entry.kind in LOOKS:
            hers = self._by_person.get(entry.staff_number)
            if hers is None:
                hers = self._by_person[entry.staff_number] = _Person()
            yield from hers.add(_Look(at, entry.kind is Kind.SEARCH, entry.count, entry))

    def rest(self) -> Iterator[Finding]:
        """What was not over."""
        for one in self._by_person.values():
            yield from one.end()
