"""The ledger as reviewers read it from the store: by days, by what an entry contains, in pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from domain.errors import Code, Refusal
from domain.ledger.canonical import as_json
from domain.ledger.entries import Kind
from domain.ledger.reading import Cell, Days, Dimension, Sieve, Span, naming
from persistence import ledger_reading
from persistence.ledger_reading import LedgerReading
from tests.domain.ledger.planted import FIRST, LAST, Month, at, met, person
from tests.ledger_builders import CITY
from tests.logins import OTHER_CITY, logins_at
from tests.persistence.ledgers import create_ledger, opened
from tests.postgres import Databases

DAYS = Days(FIRST, LAST)


def a_book() -> Month:
    """Three days; the last moments of one and the first of the next in Japan."""
    book = Month()
    for day in (2, 3, 4):
        for hour, minute in ((0, 0), (9, 30), (23, 59)):
            kind = Kind.SEARCH if hour == 9 else Kind.READ
            book.add(at(day, hour, minute), groups=met(person(day)), kind=kind, number_accessed=day == 3)
    return book


BOOK = a_book()


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    url = databases.create(create_ledger)

    async def fill() -> None:
        async with opened(url) as store:
            await store.append(BOOK.entries)

    asyncio.run(fill())
    yield url
    databases.drop(url)


def scanned(url: str, days: Days, sieve: Sieve = Sieve(), code: str = CITY) -> list[str]:  # noqa: B008 - it is frozen
    async def work() -> list[str]:
        pages = LedgerReading(logins_at(url)).scanned(code, days, sieve)
        async with aclosing(pages):
            return [str(as_json(entry)["id"]) async for page in pages for entry in page]

    return asyncio.run(work())


def ids(*nth: int) -> list[str]:
    return [BOOK.entries[one].id for one in nth]


@pytest.mark.parametrize("page", [1, 2, 3, 100])
def test_all_of_a_period_comes_in_the_order_of_time_however_long_a_page_is(
    url: str, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_reading, "PAGE", page)
    assert scanned(url, DAYS) == ids(*range(9))
    assert scanned(url, DAYS, Sieve(frozenset({Kind.SEARCH}))) == ids(1, 4, 7)


def test_a_day_begins_and_ends_in_japan(url: str) -> None:
    day = at(3, 0).date()
    assert scanned(url, Days(day, day)) == ids(3, 4, 5)


def test_what_an_entry_must_contain_is_found_in_its_bytes(url: str) -> None:
    assert scanned(url, DAYS, Sieve(containing=(naming(person(2)),))) == ids(0, 1, 2)
    both = Sieve(frozenset({Kind.READ}), (naming(person(3)), b'"number_accessed":true'))
    assert scanned(url, DAYS, both) == ids(3, 5)


def test_one_of_several_bytes_is_enough(url: str) -> None:
    assert scanned(url, DAYS, Sieve(one_of=(naming(person(2)), naming(person(4))))) == ids(0, 1, 2, 6, 7, 8)
    assert scanned(url, DAYS, Sieve(frozenset({Kind.SEARCH}), one_of=(naming(person(2)),))) == ids(1)


@pytest.mark.parametrize("page", [1, 2, 100])
def test_of_spans_nothing_before_between_or_after_is_read(url: str, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_reading, "PAGE", page)
    spans = (Span(at(2, 9, 30), at(2, 23, 59)), Span(at(3, 0), at(3, 0, 1)), Span(at(4, 9), at(5, 0)))
    assert scanned(url, DAYS, Sieve(spans=spans)) == ids(1, 3, 7, 8)
    assert scanned(url, DAYS, Sieve(spans=())) == []


def test_whoever_waits_too_long_for_a_turn_is_told_to_come_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_reading, "AT_ONCE", 1)
    monkeypatch.setattr(ledger_reading, "PATIENCE_SECONDS", 0.05)

    async def work() -> Code:
        reading = LedgerReading(logins_at(url))
        pages = reading.scanned(CITY, DAYS, Sieve())
        async with aclosing(pages):
            await anext(pages)
            with pytest.raises(Refusal) as refusal:
                await reading.size(CITY, DAYS)
        assert await reading.size(CITY, DAYS) == 9
        return refusal.value.code

    assert asyncio.run(work()) is Code.STORE_UNAVAILABLE


@pytest.mark.holds("M29")
def test_no_other_municipality_has_any_of_them(url: str) -> None:
    assert scanned(url, DAYS, code=OTHER_CITY) == []


@pytest.mark.parametrize("stretch", [1, 4, 9, 50])
def test_the_newest_come_first_from_one_stretch_after_another(
    url: str, stretch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_reading, "STRETCH", stretch)

    async def work() -> list[str]:
        reading, reached, found = LedgerReading(logins_at(url)), None, list[str]()
        for _ in range(20):
            part = await reading.newest(CITY, DAYS, Sieve(frozenset({Kind.SEARCH})), reached, 2)
            found += [str(as_json(entry)["id"]) for entry in part.entries]
            reached = part.reached
            if reached is None:
                break
        return found

    assert asyncio.run(work()) == ids(7, 4, 1)


def test_entries_are_counted_by_day_and_hour_in_japan(url: str) -> None:
    reading = LedgerReading(logins_at(url))
    by_day = asyncio.run(reading.counted(CITY, DAYS, [Dimension.DAY]))
    assert sorted(by_day, key=str) == [
        Cell(("2026-11-02",), 3, 0),
        Cell(("2026-11-03",), 3, 3),
        Cell(("2026-11-04",), 3, 0),
    ]
    by_hour = asyncio.run(reading.counted(CITY, DAYS, [Dimension.HOUR, Dimension.KIND]))
    assert {one.key: one.entries for one in by_hour} == {("0", "READ"): 3, ("9", "SEARCH"): 3, ("23", "READ"): 3}
    assert asyncio.run(reading.counted(CITY, DAYS, [])) == [Cell((), 9, 3)]
    assert asyncio.run(reading.size(CITY, DAYS)) == 9


def test_a_store_that_is_gone_is_told_as_such(url: str) -> None:
    gone = logins_at(url.rsplit("/", 1)[0] + "/nowhere")
    with pytest.raises(Refusal) as refusal:
        asyncio.run(LedgerReading(gone).size(CITY, DAYS))
    assert refusal.value.code is Code.STORE_UNAVAILABLE
