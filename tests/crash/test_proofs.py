"""The drill's look at the ledger's proof finds what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from api.checkpoint_keys import write_keys
from api.checkpoint_places import FilePlace
from tests.api.checkpointing import KEY, Clocks, keeper
from tests.crash.proofs import Proofs
from tests.ledger_builders import CITY, entry
from tests.persistence.ledgers import create_ledger, opened
from tests.persistence.registers import query
from tests.postgres import NewDatabase

ENTRIES = 7


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    return new_database(create_ledger)


@pytest.fixture
def proofs(url: str, tmp_path: Path) -> Proofs:
    """Of a ledger of which three checkpoints are in a file."""
    file, keys = tmp_path / "checkpoints.jsonl", tmp_path / "keys"
    write_keys(keys, [KEY])

    async def work() -> None:
        one = keeper(url, Clocks(), FilePlace(file))
        async with opened(url) as store:
            for first, end in ((0, 2), (2, 5), (5, ENTRIES)):
                await store.append([entry(number) for number in range(first, end)])
                await one.round(CITY)

    asyncio.run(work())
    return Proofs(file, keys)


def changed(statement: str) -> Callable[[str, Path], None]:
    return lambda url, _file: query(url, statement) and None


def cut(_url: str, file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-30])


def without_the_last(_url: str, file: Path) -> None:
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))


def of_another(_url: str, file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"\\n2\\n", b"\\n3\\n"))


SPOILT = {
    "the tree is not that of the entries": changed("UPDATE ledger_entries SET entry = entry || ' ' WHERE position = 3"),
    "the tree has not one leaf for each entry": changed("DELETE FROM ledger_nodes WHERE place = 6"),
    "the stored hashes do not lead to the tree's root": changed("UPDATE ledger_nodes SET hash = sha256('')"),
    "a checkpoint is not of the entries": changed("UPDATE ledger_entries SET entry = entry || ' ' WHERE position = 1"),
    "a checkpoint does not continue the one before": changed("UPDATE ledger_nodes SET hash = sha256('')"),
    "a line of the checkpoints is torn": cut,
    "a checkpoint counts as kept, and is not in the file": without_the_last,
    "a checkpoint is not the ledger's": of_another,
    "a checkpoint is outside, and not in the database": changed(
        "WITH gone AS (DELETE FROM ledger_takings) DELETE FROM ledger_checkpoints WHERE size = 7"
    ),
}


@pytest.mark.holds("C-06")
@pytest.mark.parametrize("what", list(SPOILT))
def test_the_look_at_the_proof_finds_what_is_wrong(url: str, proofs: Proofs, what: str) -> None:
    assert proofs.findings(url, ENTRIES) == []
    SPOILT[what](url, proofs.file)
    assert what in Proofs(proofs.file, proofs.key_file).findings(url, ENTRIES)


@pytest.mark.holds("C-06")
def test_the_look_at_the_proof_finds_that_the_keeper_left_entries_out(url: str, proofs: Proofs) -> None:
    assert proofs.findings(url, ENTRIES + 1) == ["the tree has not come to entries that were there before the keeper"]
