"""The ledger on a PostgreSQL that fails, hangs or is full: a refusal in time, and it recovers by itself."""

from __future__ import annotations

import asyncio
import time

import asyncpg
import pytest

from domain.errors import Code, Refusal
from persistence.ledger_store import MOST_WAITING, LedgerStore
from tests.ledger_builders import CITY, entry
from tests.logins import logins_at
from tests.persistence.ledgers import connected, create_ledger, opened, refused_in_time, stored_positions
from tests.persistence.silent_line import silent_line
from tests.postgres import NewDatabase, execute

FAILS_WITH_A_FULL_DISK = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$
"""


@pytest.fixture
def ledger_url(new_database: NewDatabase) -> str:
    """A database with the ledger's tables, all empty."""
    return new_database(create_ledger)


@pytest.mark.holds("C-02")
def test_a_ledger_without_its_table_is_refused_and_recovers(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            await execute(ledger_url, "ALTER TABLE ledger_entries RENAME TO gone")
            with refused_in_time():
                await store.append([entry(1)])
            await execute(ledger_url, "ALTER TABLE gone RENAME TO ledger_entries")
            assert await store.append([entry(2)]) == (0,)

    asyncio.run(story())


@pytest.mark.holds("C-02")
def test_a_ledger_that_somebody_has_locked_is_refused_in_time_and_recovers(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store, connected(ledger_url) as other:
            await store.append([entry(1)])
            async with other.transaction():
                await other.execute("UPDATE ledger_heads SET size = size")
                with refused_in_time():
                    await asyncio.gather(store.append([entry(2)]), store.append([entry(3)]))
                with refused_in_time():
                    await store.append([entry(4)])
            assert await store.append([entry(5)]) == (1,)

    asyncio.run(story())


@pytest.mark.holds("C-02")
def test_a_slow_ledger_is_waited_for(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store, connected(ledger_url) as other:
            await store.append([entry(1)])
            await other.execute("BEGIN")
            await other.execute("UPDATE ledger_heads SET size = size")
            waiting = asyncio.create_task(store.append([entry(2)]))
            await asyncio.sleep(0.2)
            assert not waiting.done()
            await other.execute("ROLLBACK")
            assert await waiting == (1,)

    asyncio.run(story())


@pytest.mark.holds("C-02")
def test_a_connection_that_was_ended_while_idle_is_replaced(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store, connected(ledger_url) as other:
            await store.append([entry(1)])
            await end_writers(other)
            await asyncio.sleep(0.1)
            assert await store.append([entry(2)]) == (1,)

    asyncio.run(story())


@pytest.mark.holds("C-02")
def test_a_connection_that_is_ended_in_a_transaction_is_refused_and_replaced(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store, connected(ledger_url) as other:
            await store.append([entry(1)])
            async with other.transaction():
                await other.execute("UPDATE ledger_heads SET size = size")
                waiting = asyncio.create_task(store.append([entry(2)]))
                await asyncio.sleep(0.1)
                await end_writers(other)
                with refused_in_time():
                    await waiting
            assert await store.append([entry(3)]) == (1,)

    asyncio.run(story())


async def end_writers(connection: asyncpg.Connection) -> None:
    await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'daicho ledger' AND datname = current_database()"
    )


@pytest.mark.holds("C-02")
def test_a_database_that_is_not_there_is_refused_in_time(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url.replace("/test_", "/gone_")) as store:
            with refused_in_time():
                await store.append([entry(1)])

    asyncio.run(story())


@pytest.mark.holds("C-02")
@pytest.mark.parametrize("last_heard", [b"BEGIN", b"INSERT", b"COMMIT"])
def test_a_server_that_falls_silent_is_refused_in_time_and_nothing_is_recorded_twice(
    ledger_url: str, last_heard: bytes
) -> None:
    async def story() -> None:
        async with silent_line(ledger_url) as (url, line), opened(url) as store:
            await store.append([entry(1)])
            line.last_heard = last_heard
            with refused_in_time():
                await store.append([entry(2)])
            line.last_heard = None
            await store.append([entry(3)])
            expected = [0, 1, 2] if last_heard == b"COMMIT" else [0, 1]
            assert await stored_positions(store) == expected

    asyncio.run(story())


def test_an_entry_whose_commit_was_not_heard_cannot_be_recorded_again(ledger_url: str) -> None:
    async def story() -> None:
        async with silent_line(ledger_url) as (url, line), opened(url) as store:
            line.last_heard = b"COMMIT"
            with refused_in_time():
                await store.append([entry(1)])
            line.last_heard = None
            with refused_in_time():
                await store.append([entry(1)])
            assert await stored_positions(store) == [0]

    asyncio.run(story())


@pytest.mark.holds("C-04")
def test_a_full_disk_is_refused_and_the_ledger_recovers_without_a_gap(ledger_url: str) -> None:
    async def story() -> None:
        trigger = "CREATE TRIGGER full_disk BEFORE INSERT ON ledger_entries EXECUTE FUNCTION full_disk()"
        await execute(ledger_url, FAILS_WITH_A_FULL_DISK, trigger)
        async with opened(ledger_url) as store:
            with refused_in_time():
                await store.append([entry(1)])
            await execute(ledger_url, "DROP TRIGGER full_disk ON ledger_entries")
            assert await store.append([entry(2)]) == (0,)

    asyncio.run(story())


def test_a_commit_that_fails_is_refused(ledger_url: str) -> None:
    async def story() -> None:
        trigger = (
            "CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
        await execute(ledger_url, FAILS_WITH_A_FULL_DISK, trigger)
        async with opened(ledger_url) as store:
            with refused_in_time():
                await store.append([entry(1)])
            assert await stored_positions(store) == []

    asyncio.run(story())


def test_a_caller_that_hangs_up_is_recorded_all_the_same(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            hanging_up = asyncio.create_task(store.append([entry(1)]))
            staying = asyncio.create_task(store.append([entry(2)]))
            await asyncio.sleep(0)
            hanging_up.cancel()
            assert await staying == (1,)
            assert await stored_positions(store) == [0, 1]

    asyncio.run(story())


def test_closing_commits_what_waits_and_takes_no_more(ledger_url: str) -> None:
    async def story() -> None:
        store = LedgerStore(logins_at(ledger_url))
        await store.start()
        waiting = [asyncio.create_task(store.append([entry(number)])) for number in range(1, 21)]
        await asyncio.sleep(0)
        await store.close()
        answers = await asyncio.gather(*waiting)
        assert sorted(position for positions in answers for position in positions) == list(range(20))
        with refused_in_time():
            await store.append([entry(21)])

    asyncio.run(story())


def test_closing_does_not_wait_for_a_ledger_that_hangs(ledger_url: str) -> None:
    async def story() -> None:
        async with connected(ledger_url) as other, opened(ledger_url) as store:
            await store.append([entry(1)])
            async with other.transaction():
                await other.execute("UPDATE ledger_heads SET size = size")
                waiting = asyncio.create_task(store.append([entry(2)]))
                await asyncio.sleep(0)
                with refused_in_time():
                    await store.close()
                    await waiting

    asyncio.run(story())


def test_a_store_that_was_not_started_refuses(ledger_url: str) -> None:
    async def story() -> None:
        with refused_in_time():
            await LedgerStore(logins_at(ledger_url)).append([entry(1)])

    asyncio.run(story())


def test_more_than_the_ledger_can_hold_waiting_is_refused_at_once(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store, connected(ledger_url) as other:
            await store.append([entry(1)])
            async with other.transaction():
                await other.execute("UPDATE ledger_heads SET size = size")
                waiting = [asyncio.create_task(store.append([entry(2)]))]
                await asyncio.sleep(0.05)
                waiting += [asyncio.create_task(store.append([entry(3 + n)])) for n in range(MOST_WAITING)]
                await asyncio.sleep(0)
                started = time.monotonic()
                with refused_in_time():
                    await store.append([entry(9_999)])
                assert time.monotonic() - started < 0.1
            assert (await waiting[0], await waiting[-1]) == ((1,), (1 + MOST_WAITING,))
            await asyncio.gather(*waiting)

    asyncio.run(story())


def test_one_entry_that_cannot_be_written_does_not_refuse_the_others(ledger_url: str) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            appends = (store.append([entry(1, id="not a UUID")]), store.append([entry(2)]))
            wrong, right = await asyncio.gather(*appends, return_exceptions=True)
            assert isinstance(wrong, ValueError)
            assert right == (0,)

    asyncio.run(story())


def test_a_ledger_that_cannot_be_read_says_so(new_database: NewDatabase) -> None:
    empty = new_database()

    async def story() -> None:
        with pytest.raises(Refusal) as refusal:
            await LedgerStore(logins_at(empty)).entries(CITY, last=1)
        assert refusal.value.code is Code.STORE_UNAVAILABLE

    asyncio.run(story())


@pytest.mark.parametrize("table", ["ledger_heads", "ledger_entries", "ledger_searches"])
def test_the_check_at_start_refuses_a_ledger_that_cannot_be_written(ledger_url: str, table: str) -> None:
    async def story() -> None:
        await execute(ledger_url, f"DROP TABLE {table} CASCADE")
        with refused_in_time():
            await LedgerStore(logins_at(ledger_url)).check_writable(CITY)

    asyncio.run(story())


@pytest.mark.holds("D-02")
def test_a_failure_is_logged_by_name_and_state_and_without_its_message(
    ledger_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with opened(ledger_url) as store:
            await store.append([entry(1, purpose="secret purpose")])
            with refused_in_time():
                await store.append([entry(1, purpose="secret purpose")])

    asyncio.run(story())
    assert "UniqueViolationError 23505" in caplog.text
    assert "secret purpose" not in caplog.text
    assert entry(1).id not in caplog.text
