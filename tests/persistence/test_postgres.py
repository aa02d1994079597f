"""The tests' own PostgreSQL: fresh databases that know nothing of each other."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from tests.postgres import Databases, NewDatabase, execute


def prepare(url: str) -> None:
    asyncio.run(execute(url, "CREATE TABLE prepared (number integer)", "INSERT INTO prepared VALUES (1)"))


def count(url: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval("SELECT count(*) FROM prepared")
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_a_fresh_database_is_empty(new_database: NewDatabase) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        count(new_database())


def test_a_prepared_database_is_a_copy_of_its_own(new_database: NewDatabase) -> None:
    first, second = new_database(prepare), new_database(prepare)
    asyncio.run(execute(first, "INSERT INTO prepared VALUES (2)"))

    assert (count(first), count(second)) == (2, 1)


def test_a_dropped_database_is_gone(databases: Databases) -> None:
    url = databases.create()
    databases.drop(url)

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        asyncio.run(execute(url, "SELECT 1"))
