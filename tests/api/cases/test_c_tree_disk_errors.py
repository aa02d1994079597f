"""The disk fails under the tree: what leaves is stored, and the next round goes on by itself (C-05)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from api.checkpoint_keys import write_keys
from api.checkpoint_places import FilePlace
from domain.errors import Code, Refusal
from domain.ledger.checkpoints import Checkpoint
from persistence import embedded
from tests.api.checkpointing import KEY, Clocks, keeper
from tests.crash.proofs import Proofs
from tests.failing_disks import failing
from tests.ledger_builders import CITY, entry
from tests.persistence.conftest import passable_folder
from tests.persistence.ledgers import create_ledger, opened

CALLS = [("fdatasync", "EIO"), ("pwrite64", "EIO"), ("pwrite64", "ENOSPC"), ("openat", "EIO"), ("write", "EIO")]
IN_EVERY_ROUND = {"pwrite64", "fdatasync"}
TOGETHER = 300
"""Entries between two rounds: more than one page of the tree."""
_NUMBERS = count(1)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home whose server has the ledger's tables, and is stopped."""
    with passable_folder() as folder:
        server = embedded.start(folder / "home")
        create_ledger(server.url)
        server.stop()
        yield folder / "home"


def postmaster(home: Path) -> int:
    return int((home / "postgresql" / "data" / "postmaster.pid").read_text("ascii").split()[0])


async def add(url: str) -> int:
    """More entries; how many there are."""
    async with opened(url) as store:
        await store.append([entry(next(_NUMBERS)) for _ in range(TOGETHER)])
        return await store.size(CITY)


def round_(url: str, file: Path) -> Checkpoint | None:
    """One round: the newest checkpoint, or none where the store was not available."""
    try:
        return asyncio.run(keeper(url, Clocks(), FilePlace(file)).round(CITY))
    except Refusal as refusal:
        if refusal.code is not Code.STORE_UNAVAILABLE:
            raise
        return None


def round_in_the_end(url: str, file: Path) -> Checkpoint:
    """By itself: PostgreSQL starts itself anew after such an error."""
    until = time.monotonic() + 30
    while (newest := round_(url, file)) is None:
        assert time.monotonic() < until
        time.sleep(0.1)
    return newest


@pytest.mark.holds("C-05", "M08")
@pytest.mark.parametrize(("call", "error"), CALLS)
def test_a_round_whose_disk_fails_signs_nothing_that_is_not_stored(
    home: Path, tmp_path: Path, call: str, error: str
) -> None:
    server = embedded.start(home)
    proofs = Proofs(tmp_path / "checkpoints.jsonl", tmp_path / "keys")
    write_keys(proofs.key_file, [KEY])
    try:
        asyncio.run(add(server.url))
        assert round_(server.url, proofs.file)
        there = asyncio.run(add(server.url))
        with failing(postmaster(home), call, error, children=True) as noted:
            is_done = round_(server.url, proofs.file) is not None
            failed = "INJECTED" in noted.read_text("utf-8")
        assert failed or call not in IN_EVERY_ROUND
        assert is_done or failed
        assert round_in_the_end(server.url, proofs.file).size == there
        assert proofs.findings(server.url, there) == []
    finally:
        server.stop()
