"""The connections: what a database that is gone, slow or silent does to a caller, and what it never tells."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

import asyncpg
import pytest
from sqlalchemy import bindparam, column, func, select

from domain.errors import Code, Refusal
from domain.ports import Search
from persistence import database as module
from persistence.database import Database, Planning, Statement, compiled
from persistence.logins import SETTINGS, Login, Logins
from tests.logins import logins_at
from tests.persistence.ledgers import connected
from tests.persistence.lines import end_connections, line_to
from tests.persistence.registers import OCCASION, equals, opened, query, reading, starts, write_village
from tests.persistence.silent_line import silent_line
from tests.postgres import NewDatabase, database_of
from tests.village import CODE, NUMBERS, number_of

ONE = Statement("SELECT 1", ())
HERE = {"municipality": CODE}
PREPARED = Statement("SELECT statement FROM pg_prepared_statements", ())
SLEEP = Statement("SELECT pg_sleep(4)", ())
ASLEEP = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query = $1 AND state = 'active')"
Story = Callable[[Database], Coroutine[Any, Any, None]]


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def tell(url: str, story: Story, **settings: Any) -> None:
    """Open the database, tell the story, close it."""

    async def work() -> None:
        async with opened(url, **settings) as store:
            await story(store.database)

    asyncio.run(work())


async def value(database: Database, text: str, planning: Planning = Planning.ONCE) -> object:
    """The one value that a statement gives."""
    ((answer,),) = await database.fetch(Statement(text, (), planning), HERE)
    return answer


async def is_refused(database: Database, statement: Statement = ONE) -> str:
    """The statement is refused as unavailable; all that could be printed of it."""
    with pytest.raises(Refusal) as refusal:
        await database.fetch(statement, HERE)
    assert refusal.value.code is Code.STORE_UNAVAILABLE
    return "".join(traceback.format_exception(refusal.value))


def test_a_compiled_statement_names_its_parameters_in_their_order() -> None:
    statement = compiled(select(func.concat(bindparam("b"), bindparam("a"), bindparam("b"))).where(column("c") == 1))

    assert statement.names[:2] == ("b", "a")
    assert statement.text.count("$1") == 2


@pytest.mark.parametrize("prepared", [True, False])
def test_statements_stay_prepared_only_where_they_may(url: str, prepared: bool) -> None:
    async def story(database: Database) -> None:
        for _ in range(3):
            await database.fetch(ONE, HERE)
        kept = {row[0] for row in await database.fetch(PREPARED, HERE)}
        assert ("SELECT 1" in kept) is prepared
        assert prepared or not kept

    tell(url, story, prepared_statements=prepared)


def test_the_register_is_read_without_prepared_statements_too(url: str) -> None:
    async def story() -> None:
        async with opened(url, prepared_statements=False) as store:
            by_name = Search((starts("full_name", "見本"),), limit=10)
            assert (await store.residents.searched(reading("full_name"), OCCASION, by_name, 9)).count == 2
            async with store.database.transaction(CODE, Login.WRITER) as connection:
                await connection.execute("UPDATE residents SET building_line = $1", "x")

    asyncio.run(story())


@pytest.mark.parametrize("planning", Planning)
def test_each_way_of_planning_has_its_connections(url: str, planning: Planning) -> None:
    async def story(database: Database) -> None:
        assert await value(database, "SHOW plan_cache_mode", planning) == planning.value
        assert await value(database, "SHOW enable_seqscan", planning) == "off"
        assert await value(database, "SHOW statement_timeout", planning) == "5s"

    tell(url, story)


def test_a_read_is_one_round_trip(url: str) -> None:
    async def story() -> None:
        async with line_to(url) as (over_the_line, line), opened(over_the_line) as store:
            key = equals("addressee_number", number_of(1))
            for _ in range(2):
                line.round_trips = 0
                await store.residents.matching(reading("full_name", "individual_number"), OCCASION, key)
            assert line.round_trips == 1

    asyncio.run(story())


@pytest.mark.parametrize("ended_by", ["the server", "the line"])
def test_a_database_that_is_gone_is_a_refusal_and_recovers_by_itself(url: str, ended_by: str) -> None:
    async def story() -> None:
        async with line_to(url) as (over_the_line, line), opened(over_the_line) as store:
            assert await value(store.database, "SELECT 1") == 1
            if ended_by == "the server":
                await end_connections(url)
            await line.cut()
            assert "PGSQL" not in await is_refused(store.database)
            await line.open()
            assert await value(store.database, "SELECT 1") == 1

    asyncio.run(story())


def test_a_connection_that_ends_in_the_middle_of_a_statement_is_a_refusal(url: str) -> None:
    async def story(database: Database) -> None:
        waiting = asyncio.create_task(is_refused(database, SLEEP))
        async with connected(url) as connection, asyncio.timeout(3):
            while not await connection.fetchval(ASLEEP, SLEEP.text):  # noqa: ASYNC110 - PostgreSQL tells nobody
                await asyncio.sleep(0.01)
        await end_connections(url)
        await waiting
        assert await value(database, "SELECT 1") == 1

    tell(url, story)


def test_a_statement_that_takes_too_long_is_refused(url: str) -> None:
    async def story(database: Database) -> None:
        await is_refused(database, SLEEP)
        assert await value(database, "SELECT 1") == 1

    tell(url + ("&" if "?" in url else "?") + "statement_timeout=50ms", story)


def test_a_server_that_falls_silent_is_not_waited_for(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.3)

    async def story() -> None:
        async with silent_line(url) as (over_the_line, line), opened(over_the_line) as store:
            assert await value(store.database, "SELECT 'before'") == "before"
            line.last_heard = b"nobody hears this"
            started = time.monotonic()
            async with asyncio.timeout(3):
                await is_refused(store.database, Statement("SELECT 'nobody hears this'", ()))
            assert time.monotonic() - started < 2
            line.last_heard = None
            assert await value(store.database, "SELECT 'after'") == "after"

    asyncio.run(story())


@pytest.mark.parametrize("where", ["/nowhere?host=/nonexistent", "nobody:x@127.0.0.1:1/nowhere"])
def test_a_database_that_cannot_be_reached_refuses_the_start(where: str) -> None:
    with pytest.raises(Refusal) as refusal:
        asyncio.run(Database(logins_at(f"postgresql://{where}")).start())
    assert refusal.value.code is Code.STORE_UNAVAILABLE
    assert "127.0.0.1" not in "".join(traceback.format_exception(refusal.value))


def test_a_database_that_is_not_there_refuses_the_start_and_leaves_no_connection(url: str) -> None:
    database = Database(logins_at(url.replace("/test_", "/no_test_")))
    with pytest.raises(Refusal):
        asyncio.run(database.start())


def test_a_closed_database_refuses(url: str) -> None:
    async def story(database: Database) -> None:
        await database.close()
        await is_refused(database)
        with pytest.raises(Refusal):
            async with database.transaction(CODE, Login.WRITER):
                pytest.fail("no transaction begins")

    tell(url, story)


def test_a_transaction_is_committed_when_its_block_ends_well_and_undone_otherwise(url: str) -> None:
    async def story(database: Database) -> None:
        async with database.transaction(CODE, Login.WRITER) as connection:
            await connection.execute("UPDATE residents SET building_line = 'kept'")
        with pytest.raises(ZeroDivisionError):
            await fail(database)

    tell(url, story)
    assert query(url, "SELECT DISTINCT building_line FROM residents") == [("kept",)]


async def fail(database: Database) -> None:
    """A change that does not end well."""
    async with database.transaction(CODE, Login.WRITER) as connection:
        await connection.execute("UPDATE residents SET building_line = 'undone'")
        raise ZeroDivisionError


@pytest.mark.parametrize("login", [Login.WRITER, Login.LOADER])
def test_a_transaction_has_the_limits_of_its_login(url: str, login: Login) -> None:
    async def story(database: Database) -> None:
        async with database.transaction(CODE, login) as connection:
            for name, limit in SETTINGS[login].items():
                assert await connection.fetchval(f"SHOW {name}") == limit
        assert await value(database, "SHOW lock_timeout") == "0"

    tell(url, story)


def test_a_change_is_safe_on_disk_before_it_is_answered_whatever_the_server_does_else(url: str) -> None:
    query(url, f'ALTER DATABASE "{database_of(url)}" SET synchronous_commit = off')

    async def story(database: Database) -> None:
        async with database.transaction(CODE, Login.WRITER) as connection:
            assert await connection.fetchval("SHOW synchronous_commit") == "on"

    tell(url, story)


@pytest.mark.holds("D-02")
def test_what_breaks_a_rule_of_the_tables_is_refused_without_its_values(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    taken = "UPDATE residents SET resident_record_code = $1"

    async def story(database: Database) -> None:
        with pytest.raises(Refusal) as refusal:
            async with database.transaction(CODE, Login.WRITER) as connection:
                await connection.execute(taken, NUMBERS[0])
        assert refusal.value.code is Code.INVALID_INPUT
        assert NUMBERS[0] not in "".join(traceback.format_exception(refusal.value)) + caplog.text

    tell(url, story)


def test_a_fault_of_ours_is_no_refusal(url: str) -> None:
    nothing = "SELECT * FROM nothing"

    async def story(database: Database) -> None:
        with pytest.raises(asyncpg.UndefinedTableError):
            await database.fetch(Statement(nothing, ()), HERE)
        with pytest.raises(asyncpg.UndefinedTableError):
            async with database.transaction(CODE, Login.WRITER) as connection:
                await connection.execute(nothing)

    tell(url, story)


def test_a_database_does_not_print_its_password() -> None:
    logins = Logins().completed("postgresql://daicho:secret-word@db/daicho", [CODE])
    made = logins.password(CODE, Login.READER)
    printed = f"{Database(logins)!r} {logins!r} {logins}"

    assert made
    assert "secret-word" not in printed
    assert made not in printed
