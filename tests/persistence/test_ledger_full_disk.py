"""The ledger on a disk of its own that is full, while the rest of the database has room (case C-04)."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from domain.errors import Refusal
from domain.ledger.canonical import as_json
from domain.ledger.entries import Group
from persistence.ledger_store import LedgerStore
from tests.ledger_builders import CITY, entry
from tests.persistence.ledgers import create_ledger, opened, refused_in_time
from tests.postgres import NewDatabase, execute


class SmallDisk:
    """A file system of 1 MB that belongs to the server's account."""

    def __init__(self, folder: Path, owner: int) -> None:
        self._folder = folder
        self._options = f"uid={owner},mode=700"

    def mount(self) -> bool:
        """Whether this account may mount it."""
        return self._call("mount", "-t", "tmpfs", "-o", f"size=1m,{self._options}", "tmpfs") == 0

    def make_room(self) -> None:
        """Let it be 16 MB."""
        assert self._call("mount", "-o", "remount,size=16m") == 0

    def unmount(self) -> None:
        """Take it away, whoever still holds a file on it."""
        assert self._call("umount", "--lazy") == 0

    def _call(self, *command: str) -> int:
        done = subprocess.run([*command, self._folder], capture_output=True, check=False)  # noqa: S603 - fixed words
        return done.returncode


@pytest.fixture
def small_disk(new_database: NewDatabase) -> Iterator[tuple[str, SmallDisk]]:
    """The URL of a database whose ledger's entries lie on a small disk, and the disk."""
    url, name = new_database(create_ledger), f"small_{uuid4().hex}"
    with ExitStack() as undo:
        folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
        undo.callback(shutil.rmtree, folder)
        disk = SmallDisk(folder, asyncio.run(data_directory(url)).stat().st_uid)
        if not disk.mount():
            pytest.skip("this account may not mount a file system")
        undo.callback(disk.unmount)
        asyncio.run(execute(url, f"CREATE TABLESPACE {name} LOCATION '{folder}'"))
        asyncio.run(execute(url, f"ALTER TABLE ledger_entries SET TABLESPACE {name}"))
        yield url, disk
        asyncio.run(execute(url, "DROP TABLE ledger_entries CASCADE", f"DROP TABLESPACE {name}"))


async def data_directory(url: str) -> Path:
    """Where the server keeps its data: a folder of its own account."""
    connection = await asyncpg.connect(url)
    try:
        return Path(await connection.fetchval("SHOW data_directory"))
    finally:
        await connection.close()


async def fill(store: LedgerStore) -> int:
    """Append until the ledger refuses; how many entries were answered."""
    for number in range(500):
        subjects = tuple(str(uuid4()) for _ in range(1_000))
        try:
            await store.append([entry(number + 1, groups=(Group((), subjects, {"full_name": ("SHOWN", "base")}),))])
        except Refusal:
            return number
    raise AssertionError("the disk was not filled")


@pytest.mark.holds("C-04")
def test_a_ledger_whose_own_disk_is_full_is_refused_and_goes_on_without_a_gap(
    small_disk: tuple[str, SmallDisk],
) -> None:
    url, disk = small_disk

    async def story() -> None:
        async with opened(url) as store:
            answered = await fill(store)
            assert answered > 0
            with refused_in_time():
                await store.append([entry(9_000, groups=(Group((), tuple(map(str, range(9_000))), {}),))])
            disk.make_room()
            assert await store.append([entry(9_001)]) == (answered,)
            stored = [as_json(body) for body in await store.entries(CITY, last=None)]
            assert [body["position"] for body in stored] == list(range(answered + 1))
            assert stored[-1]["id"] == str(UUID(int=9_001))

    asyncio.run(story())
