"""The ledger on a real PostgreSQL: positions, group commit, and finding entries again."""

from __future__ import annotations

import asyncio

import pytest

from domain.ledger.canonical import as_json, canonical
from persistence.ledger_statements import append_in
from persistence.ledger_store import LedgerStore
from tests.ledger_builders import CITY, entry
from tests.logins import OTHER_CITY, logins_at
from tests.persistence.ledgers import all_at_once, connected, create_ledger, opened, stored_positions
from tests.postgres import NewDatabase


@pytest.fixture
def ledger_url(new_database: NewDatabase) -> str:
    """A database with the ledger's tables, all empty."""
    return new_database(create_ledger)


@pytest.mark.holds("M08")
def test_an_entry_that_was_answered_is_stored_as_its_canonical_bytes(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            (position,) = await store.append([entry(1, caller="tax-clerk")])
            assert await store.entries(CITY, last=None) == [canonical(entry(1, caller="tax-clerk"), position)]

    asyncio.run(story())


def test_fifty_appends_at_once_get_positions_without_a_gap(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            assert await all_at_once(store, count=50) == list(range(50))
            assert await stored_positions(store) == list(range(50))

    asyncio.run(story())


def test_two_stores_that_append_at_once_share_one_row_of_positions(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as one, opened(ledger_url) as other:
            assert await all_at_once(one, other, count=50) == list(range(100))
            assert await stored_positions(one) == list(range(100))

    asyncio.run(story())


def test_appends_that_wait_together_share_one_commit(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store, connected(ledger_url) as connection:
            await all_at_once(store, count=50)
            transactions = await connection.fetchval("SELECT count(DISTINCT xmin::text) FROM ledger_entries")
            assert transactions <= 2

    asyncio.run(story())


def test_the_entries_of_one_append_stand_together_in_their_order(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            three, two = [entry(1), entry(2), entry(3)], [entry(4), entry(5)]
            assert [*await asyncio.gather(store.append(three), store.append(two))] == [(0, 1, 2), (3, 4)]
            ids = [str(as_json(body)["id"])[-1] for body in await store.entries(CITY, last=None)]
            assert ids == ["1", "2", "3", "4", "5"]

    asyncio.run(story())


def test_an_append_of_nothing_writes_nothing(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            assert await store.append([]) == ()
            assert await stored_positions(store) == []

    asyncio.run(story())


def test_every_municipality_has_positions_of_its_own(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            assert await store.append([entry(1)]) == (0,)
            assert await store.append([entry(2, municipality_code=OTHER_CITY)]) == (0,)
            with pytest.raises(ValueError, match="unpack"):
                await store.append([entry(3), entry(4, municipality_code=OTHER_CITY)])
            assert await store.append([entry(5)]) == (1,)
            assert await stored_positions(store, OTHER_CITY) == [0]

    asyncio.run(story())


def test_a_change_that_is_rolled_back_leaves_no_gap(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store, connected(ledger_url) as connection:
            await store.append([entry(1)])
            await connection.execute("BEGIN")
            assert await append_in(connection, [entry(2)]) == (1,)
            await connection.execute("ROLLBACK")
            assert await store.append([entry(3)]) == (1,)

    asyncio.run(story())


def test_a_change_and_its_entry_are_committed_together(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store, connected(ledger_url) as connection:
            async with connection.transaction():
                await append_in(connection, [entry(1)])
                assert await stored_positions(store) == []
            assert await stored_positions(store) == [0]

    asyncio.run(story())


def test_no_position_is_taken_outside_a_transaction(ledger_url: str) -> None:
    async def story() -> None:
        async with connected(ledger_url) as connection:
            with pytest.raises(RuntimeError, match="transaction"):
                await append_in(connection, [entry(1)])

    asyncio.run(story())


def test_the_newest_entries_come_last(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            await store.append([entry(number) for number in range(1, 6)])
            newest = [as_json(body)["position"] for body in await store.entries(CITY, last=2)]
            assert newest == [3, 4]
            assert await store.entries(OTHER_CITY, last=2) == []

    asyncio.run(story())


@pytest.mark.holds("C-13")
def test_who_searched_for_a_value_is_found_by_its_keyed_hash(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            await store.append([entry(1, searched_by={"individual_number": "aa", "sex": "cc"})])
            await store.append([entry(2, searched_by={"individual_number": "bb"})])
            await store.append([entry(3, searched_by={"individual_number": "aa"}), entry(4)])
            found = await store.searched(CITY, "individual_number", "aa")
            assert [as_json(body)["position"] for body in found] == [0, 2]
            assert await store.searched(CITY, "sex", "aa") == []
            assert await store.searched(OTHER_CITY, "individual_number", "aa") == []

    asyncio.run(story())


def test_the_check_at_start_writes_and_leaves_nothing(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            await store.check_writable(CITY)
            assert await store.append([entry(1)]) == (0,)
            await store.check_writable(CITY)
            assert await stored_positions(store) == [0]

    asyncio.run(story())


def test_the_ledger_is_written_without_prepared_statements_too(ledger_url: str) -> None:
    async def story() -> None:
        store = LedgerStore(logins_at(ledger_url), prepared_statements=False)
        await store.start()
        assert await all_at_once(store, count=20) == list(range(20))
        await store.close()

    asyncio.run(story())
