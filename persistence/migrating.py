"""Bringing a database to the newest tables."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from persistence.home import StartRefused
from persistence.logins import Logins
from persistence.roles import NOT_ALLOWED, place

MIGRATIONS = Path(__file__).parent / "migrations"
NO_CONNECTION = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)


def migrate(url: str, ask_for_logins: Callable[[], Logins] = Logins) -> None:
    """Run what migrations are missing, and make the logins; `url` is the owner's. Done again, it changes nothing.

    The logins are asked for once nobody else is migrating. Raises `StartRefused` when the database cannot be reached,
    or its owner may not make logins.
    """
    asyncio.run(migrate_database(url, ask_for_logins))


async def migrate_database(url: str, ask_for_logins: Callable[[], Logins] = Logins) -> None:
    """The same inside an event loop."""
    async with _connected(url) as connection:
        await connection.run_sync(_upgrade)
        await connection.run_sync(_place, ask_for_logins())
        await connection.commit()


async def require_newest_tables(url: str) -> None:
    """Raises `StartRefused` when migrations are missing, or newer than this program, or the database out of reach."""
    async with _connected(url) as connection:
        heads = await connection.run_sync(_current_heads)
    if heads != set(ScriptDirectory.from_config(_config()).get_heads()):
        raise StartRefused(
            "The database has not the tables of this version. Run: daicho migrate",
            "データベースの表がこの版のものではありません。daicho migrate を実行してください。",
        )


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    # The driver itself reads the URL, as it does for every other connection: SQLAlchemy would not know sslmode.
    engine = create_async_engine("postgresql+asyncpg://", async_creator=partial(asyncpg.connect, url))
    try:
        connection = await engine.connect()
    except NO_CONNECTION as error:  # not chained: its text may hold the URL
        why = type(getattr(getattr(error, "orig", None), "__cause__", None) or error).__name__
        raise StartRefused(f"The database cannot be reached: {why}", f"データベースに接続できません：{why}") from None
    try:
        yield connection
    finally:
        await connection.close()
        await engine.dispose()


def _current_heads(connection: Connection) -> set[str]:
    """What has run; nothing that a login without its rights could know of."""
    try:
        return set(MigrationContext.configure(connection).get_current_heads())
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != NOT_ALLOWED:
            raise
        return set()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _upgrade(connection: Connection) -> None:
    # Two processes that start together: the second waits here, and then finds nothing to do.
    connection.execute(text("SELECT pg_advisory_xact_lock(8136)"))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _place(connection: Connection, logins: Logins) -> None:
    try:
        place(connection, logins)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != NOT_ALLOWED:
            raise
        raise StartRefused(
            "The owner of the database may not make logins. Let her: ALTER ROLE … CREATEROLE",
            "データベースの所有者にログインを作成する権限がありません。ALTER ROLE … CREATEROLE で付与してください。",
        ) from None
