"""Entries on their way out of the database: exported with their leaf hashes, or deleted when their time is over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

import asyncpg

from domain.ids import RANDOM_BYTES, uuid7
from domain.ledger.canonical import as_json
from domain.ledger.exports import Record
from domain.ledger.keeping import LedgerBent
from domain.ledger.tree import leaf_hash
from persistence.ledger_tree import StoredTree

_TOGETHER: Final = 2_048
_JAPAN: Final = ZoneInfo("Asia/Tokyo")
_RECORDS: Final = """
SELECT nodes.place, nodes.hash, entries.entry FROM ledger_nodes AS nodes
LEFT JOIN ledger_entries AS entries
  ON entries.municipality_code = nodes.municipality_code AND entries.position = nodes.place
WHERE nodes.municipality_code = $1 AND nodes.level = 0 AND nodes.place >= $2 AND nodes.place < $3
ORDER BY nodes.place
"""
_FILED: Final = """
SELECT nodes.place, nodes.hash, entries.entry, entries.id, entries.recorded_at, entries.kind, entries.staff_number,
    entries.purpose
FROM ledger_entries AS entries
JOIN ledger_nodes AS nodes
  ON nodes.municipality_code = entries.municipality_code AND nodes.level = 0 AND nodes.place = entries.position
WHERE entries.municipality_code = $1 AND entries.position >= $2 AND entries.position < $3
ORDER BY entries.position
"""
# An id begins with its time, and there is an index for ids.
_SINCE: Final = "SELECT min(position) FROM ledger_entries WHERE municipality_code = $1 AND id >= $2"
_ENTRY: Final = "SELECT entry FROM ledger_entries WHERE municipality_code = $1 AND position = $2"
_INSERT_DELETION: Final = """
INSERT INTO ledger_deletions (municipality_code, before, deleted_at, note) VALUES ($1, $2, $3, $4)
"""
_DELETE_SEARCHES: Final = "DELETE FROM ledger_searches WHERE municipality_code = $1 AND position < $2"
_DELETE_ENTRIES: Final = "DELETE FROM ledger_entries WHERE municipality_code = $1 AND position < $2"


async def records(tree: StoredTree, first: int, end: int) -> AsyncIterator[list[Record]]:
    """The leaf hashes from a position up to the end (excluded), each with its entry or none, some at a time.

    Inside a transaction, so that all are of one moment. Raises `LedgerBent` where a leaf hash is missing.
    """
    for start in range(first, end, _TOGETHER):
        stop = min(start + _TOGETHER, end)
        rows = await tree.connection.fetch(_RECORDS, tree.municipality_code, start, stop)
        for expected, row in zip(range(start, stop), rows, strict=False):
            if row["place"] != expected:
                raise LedgerBent(expected)
        if len(rows) < stop - start:
            raise LedgerBent(start + len(rows))
        yield [(row["hash"], row["entry"]) for row in rows]


async def first_misfiled(tree: StoredTree, first: int, end: int) -> int | None:
    """The first entry that is what was recorded, but stands under another id, time, kind, person or purpose.

    No hash covers these columns, and by them entries are found: what is misfiled would be missed by whoever reads.
    """
    for start in range(first, end, _TOGETHER):
        stop = min(start + _TOGETHER, end)
        for row in await tree.connection.fetch(_FILED, tree.municipality_code, start, stop):
            if leaf_hash(row["entry"]) == row["hash"] and not _is_filed_as_written(row):
                return int(row["place"])
    return None


def _is_filed_as_written(row: asyncpg.Record) -> bool:
    written: dict[str, Any] = as_json(row["entry"])
    return all(row[name] == written.get(name) for name in ("kind", "staff_number", "purpose")) and (
        (str(row["id"]), row["recorded_at"]) == (written["id"], datetime.fromisoformat(written["recorded_at"]))
    )


async def entry_at(tree: StoredTree, position: int) -> bytes | None:
    """The canonical bytes at a position; none where there are none (any more)."""
    found: bytes | None = await tree.connection.fetchval(_ENTRY, tree.municipality_code, position)
    return found


async def first_since(tree: StoredTree, day: date, *, size: int) -> int:
    """The position before which every entry was recorded before this day in Japan; `size` where none was on or after.

    By the order of the ledger: where the clock was set back, an entry of an earlier day may come later.
    """
    beginning = beginning_of(day)
    if beginning.timestamp() < 0:  # before there could be any
        return 0
    least = uuid7(beginning, bytes(RANDOM_BYTES))
    found: int | None = await tree.connection.fetchval(_SINCE, tree.municipality_code, least)
    return size if found is None else min(found, size)


def beginning_of(day: date) -> datetime:
    """The first moment of a day in Japan."""
    return datetime.combine(day, time(), _JAPAN).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class SignedDeletion:
    """What goes: entries of a municipality below a position; when; and the signed record that lets it go."""

    municipality_code: str
    before: int
    deleted_at: datetime
    note: bytes


async def delete(owner: asyncpg.Connection, deletion: SignedDeletion) -> int:
    """Delete entries in time, with the owner's rights: no login of the service has them. Returns how many there were.

    Their leaf hashes stay, and the signed record with them, in one transaction.
    """
    told = (deletion.municipality_code, deletion.before)
    async with owner.transaction():
        await owner.execute(_INSERT_DELETION, *told, deletion.deleted_at, deletion.note)
        await owner.execute(_DELETE_SEARCHES, *told)
        done: str = await owner.execute(_DELETE_ENTRIES, *told)
    return int(done.rpartition(" ")[2])
