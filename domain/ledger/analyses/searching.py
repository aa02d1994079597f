"""How was searched: by numbers, and for nothing that followed (標準仕様書1.0 10.2, 重点項目評価書Ⅲ)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from domain.ledger.analyses.findings import MOST_NAMED, Finding, Known, Reason, found
from domain.ledger.entries import Kind
from domain.ledger.reading import Recorded, naming

FOLLOWED_WITHIN: Final = timedelta(hours=1)
NUMBERS: Final = frozenset({"addressee_number", "individual_number", "resident_record_code", "residence_card_number"})
"""Items that name one person. 宛名番号等."""
A_SEARCH: Final = b'"searched_by":{"'
"""The bytes that stand in an entry of whatever searched by something."""
ACTS: Final = frozenset({Kind.READ, Kind.SEARCH, Kind.CHANGE, Kind.ISSUE})
"""What is done with records."""


def named_by_number(known: Known) -> tuple[bytes, ...]:
    """Bytes of which at least one stands in each entry that matters: an item that is searched by comes with a text.

    What is asked about names her, or has the hash of her number.
    """
    if known.about is None:
        return tuple(b'"%b":"' % item.encode() for item in sorted(NUMBERS))
    return tuple(map(naming, filter(None, (known.about, known.about_digest))))


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
    """A search that found somebody, and waits for what follows: as bytes, for thousands wait and few are told of."""

    raw: bytes
    at: datetime
    staff_number: str
    request_id: str | None
    people: frozenset[str]

    def is_followed_by(self, request_id: str | None, people: frozenset[str]) -> bool:
        """Whether something was done with whom it found; what the same request brought along does not count."""
        return not self.people.isdisjoint(people) and self.request_id != request_id


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
        while self._waiting and entry.at - self._waiting[0].at > FOLLOWED_WITHIN:
            yield from self._given_up(self._waiting.popleft())
        people = entry.people
        if entry.staff_number is None or not people:
            return
        if entry.kind is Kind.SEARCH and NUMBERS.isdisjoint(entry.searched_by):
            search = _Search(entry.raw, entry.at, entry.staff_number, entry.text("request_id"), people)
            self._waiting.append(search)
            self._of.setdefault(entry.staff_number, []).append(search)
        elif entry.kind in ACTS and (hers := self._of.get(entry.staff_number)):
            request = entry.text("request_id")
            self._of[entry.staff_number] = [one for one in hers if not one.is_followed_by(request, people)]

    def rest(self) -> Iterator[Finding]:
        """Those whose hour had not passed: nothing more is known."""
        while self._waiting:
            yield from self._given_up(self._waiting.popleft())

    def _given_up(self, search: _Search) -> Iterable[Finding]:
        hers = self._of.get(search.staff_number, [])
        if search not in hers:
            return ()
        hers.remove(search)
        return (found(Reason.NOT_FOLLOWED_UP, Recorded.of(search.raw)),)
