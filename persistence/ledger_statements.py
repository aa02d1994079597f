"""How an entry is written down: three statements, inside a transaction, as its last before COMMIT.

A position is taken from the municipality's head, which stays locked until COMMIT: so positions follow the order of
commits, and a rollback leaves no gap. Every statement names one municipality.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from domain.errors import Code, Refusal
from domain.ledger.canonical import around_position
from domain.ledger.entries import Entry

_ADVANCE = "UPDATE ledger_heads SET size = size + $2 WHERE municipality_code = $1 RETURNING size"
_OPEN = """
INSERT INTO ledger_heads (municipality_code, size) VALUES ($1, $2)
ON CONFLICT (municipality_code) DO UPDATE SET size = ledger_heads.size + excluded.size RETURNING size
"""
_INSERT_ENTRY = """
INSERT INTO ledger_entries (municipality_code, position, id, recorded_at, kind, staff_number, purpose, entry)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_INSERT_SEARCH = "INSERT INTO ledger_searches (municipality_code, item, digest, position) VALUES ($1, $2, $3, $4)"


@dataclass(frozen=True, slots=True)
class ReadyEntry:
    """An entry prepared before the ledger is locked: everything but its position."""

    entry: Entry
    id: UUID
    before: bytes
    after: bytes

    def row(self, position: int) -> tuple[object, ...]:
        """Its row in ledger_entries."""
        entry, body = self.entry, b"%b%d%b" % (self.before, position, self.after)
        code, when, kind = entry.municipality_code, entry.recorded_at, entry.kind.value
        return code, position, self.id, when, kind, entry.staff_number, entry.purpose, body

    def searches(self, position: int) -> Iterator[tuple[object, ...]]:
        """Its rows in ledger_searches."""
        for item, digest in self.entry.searched_by.items():
            yield self.entry.municipality_code, item, digest, position


def make_ready(entries: Sequence[Entry]) -> list[ReadyEntry]:
    """Entries as they will be written. Raises `ValueError` for one that cannot be, before it can hinder others."""
    return [ReadyEntry(entry, UUID(entry.id), *around_position(entry)) for entry in entries]


async def append_in(connection: asyncpg.Connection, entries: Sequence[Entry]) -> tuple[int, ...]:
    """Record entries inside the caller's transaction, as its last statements before COMMIT; returns their positions.

    For changes: the change and its record stand or fall together. Until COMMIT the municipality's ledger is locked, so
    the connection's own timeouts must lie below a second. Raises `RuntimeError` outside a transaction, and what the
    driver raises.
    """
    if not connection.is_in_transaction():
        raise RuntimeError("a position may only be taken within a transaction")
    return await write(connection, make_ready(entries))


async def record_in(connection: asyncpg.Connection, entries: Sequence[Entry]) -> None:
    """The same for a change that may be refused: what cannot be recorded does not happen.

    Raises `Refusal` (LEDGER_UNAVAILABLE); the text of the driver's error may hold values and goes no further.
    """
    try:
        await append_in(connection, entries)
    except asyncpg.PostgresError:
        raise Refusal(Code.LEDGER_UNAVAILABLE) from None


async def write(connection: asyncpg.Connection, entries: Sequence[ReadyEntry]) -> tuple[int, ...]:
    """The statements of `append_in`, for entries that are ready."""
    positions = await _take_positions(connection, [ready.entry.municipality_code for ready in entries])
    placed = list(zip(entries, positions, strict=True))
    await connection.executemany(_INSERT_ENTRY, [ready.row(position) for ready, position in placed])
    searches = [search for ready, position in placed for search in ready.searches(position)]
    if searches:
        await connection.executemany(_INSERT_SEARCH, searches)
    return positions


async def _take_positions(connection: asyncpg.Connection, codes: Sequence[str]) -> tuple[int, ...]:
    """A position for each municipality code; heads are locked in the order of codes, so that nobody deadlocks."""
    free: dict[str, Iterator[int]] = {}
    for code, count in sorted(Counter(codes).items()):
        size = await _advance(connection, code, count)
        free[code] = iter(range(size - count, size))
    return tuple(next(free[code]) for code in codes)


async def _advance(connection: asyncpg.Connection, code: str, count: int) -> int:
    size: int | None = await connection.fetchval(_ADVANCE, code, count)
    if size is None:  # this municipality's first entries
        size = await connection.fetchval(_OPEN, code, count)
    return int(size)
