"""How was searched: very much, by numbers, and for nothing that followed (標準仕様書1.0 10.2, 重点項目評価書Ⅲ)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from domain.ledger.analyses.findings import MOST_NAMED, Finding, Known, Reason, found
from domain.ledger.entries import Kind
from domain.ledger.reading import Recorded

MANY_SEARCHES: Final = 200
"""Searches by one person within an hour of the clock."""
MANY_RECORDS: Final = 1_000
"""Records shown to one person within an hour of the clock."""
TOO_MANY: Final = frozenset({"TOO_MANY_HITS", "EXTRACTION_REQUIRED"})
"""The codes with which too much was refused."""
FOLLOWED_WITHIN: Final = timedelta(hours=1)
NUMBERS: Final = frozenset({"addressee_number", "individual_number", "resident_record_code", "residence_card_number"})
"""Items that name one person. 宛名番号等."""
ACTS: Final = frozenset({Kind.READ, Kind.SEARCH, Kind.CHANGE, Kind.ISSUE})
"""What is done with records."""


@dataclass(slots=True)
class _Hour:
    """What one person did within an hour."""

    first: Recorded
    last: Recorded
    searches: int = 0
    records: int = 0

    def told(self) -> Iterator[Finding]:
        base = replace(found(Reason.MANY_SEARCHES, self.first, subjects=()), until=self.last.at, path=None, items=())
        base = replace(base, code=None, count=self.searches, records=self.records, entries=())
        if self.searches >= MANY_SEARCHES:
            yield base
        if self.records >= MANY_RECORDS:
            yield replace(base, reason=Reason.MANY_RECORDS)


class MassSearches:
    """大量検索実行一覧: hours in which one person searched or saw very much, and what was refused as too much."""

    def __init__(self) -> None:
        self._hour: datetime | None = None
        self._by_person: dict[str, _Hour] = {}

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """What was refused, and the hours that have passed."""
        hour = entry.at.replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            yield from self.rest()
            self._hour = hour
        if entry.staff_number is None:
            return
        if entry.text("code") in TOO_MANY:
            yield found(Reason.REFUSED_AS_TOO_MANY, entry)
        if entry.kind in (Kind.READ, Kind.SEARCH, Kind.ISSUE):
            hers = self._by_person.setdefault(entry.staff_number, _Hour(entry, entry))
            hers.last = entry
            hers.searches += entry.kind is Kind.SEARCH
            hers.records += entry.count

    def rest(self) -> Iterator[Finding]:
        """Those of the last hour."""
        hours, self._by_person = self._by_person, {}
        for one in hours.values():
            yield from one.told()


class SearchesByNumber:
    """宛名番号等から該当者の検索実行一覧: of one person each search that was for her, else how many by whom and day."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._day: dict[tuple[str | None, ...], Finding] = {}

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """Each search for the person that is asked about, or the numbers of the days that have passed."""
        if self._known.about is not None:
            if self._is_for_her(entry):
                yield found(Reason.SEARCHED_BY_NUMBER, entry)
            return
        if self._day and next(iter(self._day.values())).at.date() != entry.day:
            yield from self.rest()
        items = tuple(sorted(NUMBERS & set(entry.searched_by)))
        if items:
            self._count(entry, items)

    def rest(self) -> list[Finding]:
        """Those of the last day."""
        told, self._day = list(self._day.values()), {}
        return told

    def _is_for_her(self, entry: Recorded) -> bool:
        by = entry.searched_by
        return bool(by) and (
            self._known.about in entry.people or by.get("addressee_number") == self._known.about_digest
        )

    def _count(self, entry: Recorded, items: tuple[str, ...]) -> None:
        key = (entry.staff_number, entry.text("purpose"), *items)
        before, now = self._day.get(key), found(Reason.SEARCHED_BY_NUMBER, entry, subjects=())
        self._day[key] = replace(
            now,
            at=before.at if before else now.at,
            until=now.at,
            items=items,
            path=None,
            code=None,
            count=before.count + 1 if before else 1,
            records=(before.records if before else 0) + entry.count,
            entries=(*(before.entries if before else ()), entry.id)[:MOST_NAMED],
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """A search that found somebody, and waits for what follows."""

    entry: Recorded
    people: frozenset[str]


class NotFollowedUp:
    """Searches after which nothing was done with anybody they found: nobody was looked at by herself, no record was
    changed, no paper issued, by the same person within an hour. (業務上必要のない検索: 重点項目評価書Ⅱ-6)

    Who is looked up by a number was known before: that is no search here, but what may follow one.
    """

    def __init__(self) -> None:
        self._waiting: deque[_Search] = deque()
        self._of: dict[str, list[_Search]] = {}

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """Searches whose hour has passed."""
        while self._waiting and entry.at - self._waiting[0].entry.at > FOLLOWED_WITHIN:
            yield from self._given_up(self._waiting.popleft())
        if entry.staff_number is None or not entry.people:
            return
        if entry.kind is Kind.SEARCH and NUMBERS.isdisjoint(entry.searched_by):
            search = _Search(entry, entry.people)
            self._waiting.append(search)
            self._of.setdefault(entry.staff_number, []).append(search)
        elif entry.kind in ACTS and entry.staff_number in self._of:
            hers = self._of[entry.staff_number]
            self._of[entry.staff_number] = [one for one in hers if not _follows(entry, one)]

    def rest(self) -> Iterator[Finding]:
        """Those whose hour had not passed: nothing more is known."""
        while self._waiting:
            yield from self._given_up(self._waiting.popleft())

    def _given_up(self, search: _Search) -> Iterable[Finding]:
        hers = self._of.get(search.entry.staff_number or "", [])
        if search not in hers:
            return ()
        hers.remove(search)
        return (found(Reason.NOT_FOLLOWED_UP, search.entry),)


def _follows(entry: Recorded, search: _Search) -> bool:
    """Whether this does something with whom the search found; what the same request brought along does not."""
    same_request = entry.text("request_id") == search.entry.text("request_id")
    return not same_request and not search.people.isdisjoint(entry.people)
