"""A small disk for the cases in which one is full."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.persistence.test_ledger_full_disk import SmallDisk, data_directory
from tests.postgres import Databases, execute


@pytest.fixture
def tablespace(databases: Databases) -> Iterator[str]:
    """A tablespace on a disk of 16 MB."""
    name = f"small_{uuid4().hex}"
    with ExitStack() as undo:
        folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
        undo.callback(shutil.rmtree, folder)
        disk = SmallDisk(folder, asyncio.run(data_directory(databases.url)).stat().st_uid)
        if not disk.mount():
            pytest.skip("this account may not mount a file system")
        undo.callback(disk.unmount)
        disk.make_room()
        asyncio.run(execute(databases.url, f"CREATE TABLESPACE {name} LOCATION '{folder}'"))
        undo.callback(lambda: asyncio.run(execute(databases.url, f"DROP TABLESPACE {name}")))
        yield name
