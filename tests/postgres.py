"""A pytest plugin: a PostgreSQL for the tests, and as many fresh databases in it as they want.

One embedded server serves a whole session, in a temporary home, which is searched for Individual Numbers at its end
(case D-01); with `DAICHO_TEST_DATABASE_URL`, the PostgreSQL named there (15 or later, an account that may create
databases).

    def test_something(new_database):
        url = new_database()          # empty
        url = new_database(migrate)   # a copy of a database that `migrate(url)` has prepared, once a session

Each database is dropped when its test ends.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from persistence import embedded
from tests.secrets_known import assert_no_number_is_left

Prepare = Callable[[str], None]
NewDatabase = Callable[..., str]


class Databases:
    """Makes and drops databases on one server; `url` is that of a database to do it from."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._prepared: dict[Prepare, str] = {}

    def create(self, prepare: Prepare | None = None) -> str:
        """The URL of a fresh database: empty, or as `prepare(url)` leaves one; that runs once, the rest are copies."""
        template = "template0" if prepare is None else self._template(prepare)
        return self._create(template)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self._execute(f'DROP DATABASE "{database_of(url)}" WITH (FORCE)')

    def drop_templates(self) -> None:
        """Drop what the fresh databases were copied from."""
        for name in self._prepared.values():
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _template(self, prepare: Prepare) -> str:
        if prepare not in self._prepared:
            url = self._create("template0")
            self._prepared[prepare] = database_of(url)
            prepare(url)
        return self._prepared[prepare]

    def _create(self, template: str) -> str:
        name = f"test_{uuid4().hex}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def _execute(self, statement: str) -> None:
        asyncio.run(execute(self.url, statement))


def database_of(url: str) -> str:
    """The name of the database in a URL."""
    return urlsplit(url).path.removeprefix("/")


async def execute(url: str, *statements: str) -> None:
    """Execute statements, each by itself, over a connection of their own."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of the session's PostgreSQL, as asyncpg takes it."""
    if given := os.environ.get("DAICHO_TEST_DATABASE_URL"):
        yield given.replace("+asyncpg", "")
        return
    home = Path(tempfile.mkdtemp(prefix="daicho-tests-"))
    try:
        server = embedded.start(home)
        try:
            yield server.url
        finally:
            server.stop()
        assert_no_number_is_left(home, 400)
    finally:
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    """What makes databases on the session's PostgreSQL; those it makes live until they are dropped."""
    made = Databases(postgres_url)
    yield made
    made.drop_templates()


@pytest.fixture
def new_database(databases: Databases) -> Iterator[NewDatabase]:
    """A function that makes a fresh database and gives its URL: `new_database()` or `new_database(prepare)`."""
    made: list[str] = []

    def create(prepare: Prepare | None = None) -> str:
        made.append(databases.create(prepare))
        return made[-1]

    yield create
    for url in made:
        databases.drop(url)
