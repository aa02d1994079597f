"""Migrations make exactly the tables that the code describes, once, whoever else begins at the same time."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from persistence import migrating
from persistence.home import StartRefused
from persistence.migrating import migrate, require_newest_tables
from persistence.tables import METADATA
from tests.persistence.ledgers import connected
from tests.persistence.registers import query, write_village
from tests.postgres import NewDatabase

# By name: a column that a migration adds stands last, and no statement goes by places.
COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname,
       pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relname <> 'alembic_version' ORDER BY c.relname, a.attname
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version' ORDER BY 1, 2
"""
INDEXES = """
SELECT tablename, indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1, 2
"""
IDENTITY_OF_TABLES = "SELECT oid, relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 8136 AND NOT granted"


def on_connection(url: str, work: Callable[[Connection], Any]) -> Any:
    """Do something with a connection of SQLAlchemy's."""

    async def inside() -> Any:
        async with migrating._connected(url) as connection:
            result = await connection.run_sync(work)
            await connection.commit()
            return result

    return asyncio.run(inside())


def described(url: str) -> None:
    """Prepare a database as the code describes it, without migrations."""
    on_connection(url, METADATA.create_all)


def downgrade(connection: Connection) -> None:
    """Undo every migration."""
    config = migrating._config()
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


def test_alembic_finds_nothing_left_to_migrate(new_database: NewDatabase) -> None:
    def differences(connection: Connection) -> Any:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)

    assert on_connection(new_database(migrate), differences) == []


@pytest.mark.parametrize("catalogue", [COLUMNS, CONSTRAINTS, INDEXES], ids=["columns", "constraints", "indexes"])
def test_migrated_tables_are_in_every_detail_those_of_the_code(new_database: NewDatabase, catalogue: str) -> None:
    migrated = query(new_database(migrate), catalogue)

    assert migrated
    assert migrated == query(new_database(described), catalogue)


def test_migrating_again_leaves_everything_as_it_is(new_database: NewDatabase) -> None:
    url = new_database(write_village)
    before = query(url, IDENTITY_OF_TABLES), query(url, "SELECT count(*) FROM residents")

    migrate(url)

    assert (query(url, IDENTITY_OF_TABLES), query(url, "SELECT count(*) FROM residents")) == before


async def migrating_process(url: str) -> asyncio.subprocess.Process:
    """A process of its own that migrates; the URL holds a password and stays out of its arguments."""
    program = "import sys; from persistence.migrating import migrate; migrate(sys.stdin.read())"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdin=asyncio.subprocess.PIPE)
    assert process.stdin
    process.stdin.write(url.encode())
    process.stdin.close()
    return process


def test_two_processes_that_migrate_at_once_both_succeed(new_database: NewDatabase) -> None:
    url = new_database()

    async def story() -> list[int]:
        async with connected(url) as connection:
            await connection.execute("SELECT pg_advisory_lock(8136)")
            both = [await migrating_process(url) for _ in range(2)]
            async with asyncio.timeout(30):
                while await connection.fetchval(WAITING) < 2:  # noqa: ASYNC110 - PostgreSQL tells nobody who waits
                    await asyncio.sleep(0.05)
            await connection.execute("SELECT pg_advisory_unlock(8136)")
            return [await one.wait() for one in both]

    assert asyncio.run(story()) == [0, 0]
    assert query(url, "SELECT version_num FROM alembic_version") == [("0005",)]
    assert query(url, INDEXES)


def test_what_was_migrated_can_be_undone_and_done_again(new_database: NewDatabase) -> None:
    url = new_database(migrate)
    indexes = query(url, INDEXES)

    on_connection(url, downgrade)
    assert query(url, COLUMNS) == []

    migrate(url)
    assert query(url, INDEXES) == indexes


def test_a_database_without_its_tables_is_refused_until_it_is_migrated(new_database: NewDatabase) -> None:
    url = new_database()
    with pytest.raises(StartRefused, match="daicho migrate"):
        asyncio.run(require_newest_tables(url))

    migrate(url)
    asyncio.run(require_newest_tables(url))


def test_a_migration_that_fails_leaves_nothing_behind(new_database: NewDatabase) -> None:
    url = new_database()
    query(url, "CREATE TABLE support_measures (x integer)")

    with pytest.raises(Exception, match="support_measures"):
        migrate(url)
    assert query(url, "SELECT relname FROM pg_class WHERE relname IN ('residents', 'alembic_version')") == []


def test_a_database_out_of_reach_is_refused_without_its_password() -> None:
    url = "postgresql://daicho:secret-word@127.0.0.1:1/daicho?sslmode=disable"
    with pytest.raises(StartRefused) as refused:
        migrate(url)
    assert "secret-word" not in f"{refused.value!r}{refused.value.__cause__!r}"


def test_a_url_is_read_by_the_driver_with_all_that_it_may_say(new_database: NewDatabase) -> None:
    url = new_database()
    migrate(url + ("&" if "?" in url else "?") + "sslmode=disable")

    assert query(url, INDEXES)
