"""A disk that is full, for the ledger only or for the whole database: no disclosure, and a clean recovery (C-04)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import asyncpg
import pytest

from persistence import embedded
from tests.api.cases.test_c_gate import ASK, SHOWN, is_withheld, positions
from tests.persistence.conftest import passable_folder
from tests.postgres import Databases, database_of, execute
from tests.serving import Service, serve, with_village

FILLING = "INSERT INTO filling SELECT repeat(md5(n::text), 30) FROM generate_series(1, {rows}) AS n"


@pytest.fixture
def url(databases: Databases, tablespace: str) -> Iterator[str]:
    """A database with the village."""
    made = databases.create(with_village)
    yield made
    databases.drop(made)


def fill(url: str, tablespace: str) -> None:
    """Take all the room there is, by the megabyte and then by the page."""
    asyncio.run(execute(url, f"CREATE TABLE filling (t text) TABLESPACE {tablespace}"))
    for rows in (1_000, 100, 7, 1):
        while not is_full(url, rows):
            pass


def is_full(url: str, rows: int) -> bool:
    """Whether there is no room for so many rows more."""
    try:
        asyncio.run(execute(url, FILLING.format(rows=rows)))
    except asyncpg.DiskFullError:
        return True
    return False


@pytest.mark.holds("C-04")
@pytest.mark.parametrize("place", ["ledger", "database"])
def test_a_full_disk_discloses_nothing_and_is_recovered_from_cleanly(
    databases: Databases, tablespace: str, url: str, place: str
) -> None:
    if place == "ledger":
        asyncio.run(execute(url, f"ALTER TABLE ledger_entries SET TABLESPACE {tablespace}"))
    else:
        asyncio.run(execute(databases.url, f'ALTER DATABASE "{database_of(url)}" SET TABLESPACE {tablespace}'))
    with ExitStack() as stack:
        service = serve(url, stack)
        assert service.ask("tax-clerk", ASK).data == SHOWN
        fill(url, tablespace)
        answered = 0
        while (answer := service.ask("tax-clerk", ASK)).status == 200:  # what is left in the last page
            answered += 1
            assert answered < 100
        assert is_withheld(answer)
        assert is_withheld(service.ask("register-desk", ASK))
        asyncio.run(execute(url, "DROP TABLE filling"))
        assert service.ask("tax-clerk", ASK).data == SHOWN
        assert positions(service) == list(range(len(positions(service))))
        assert_all_are_whole(service)


def assert_all_are_whole(service: Service) -> None:
    """Every entry that is there can be read, and the head counts them."""
    (head,) = service.execute("SELECT size FROM ledger_heads")
    assert head["size"] == len(service.ledger())


@pytest.mark.holds("C-02", "C-04")
def test_a_server_that_is_stopped_and_started_again_is_503_meanwhile() -> None:
    with passable_folder() as folder, ExitStack() as stack:
        server = embedded.start(folder / "home")
        with_village(server.url)
        service = serve(server.url, stack)
        assert service.ask("tax-clerk", ASK).data == SHOWN
        server.stop()
        for caller in ("tax-clerk", "care-clerk"):
            answer = service.ask(caller, ASK)
            assert is_withheld(answer, answer.codes[0])
        again = embedded.start(folder / "home")
        stack.callback(again.stop)
        assert again.url == server.url
        assert service.ask("tax-clerk", ASK).data == SHOWN
        assert positions(service) == list(range(len(positions(service))))
        stack.close()
