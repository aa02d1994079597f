"""What was signed of a ledger, which place outside took it and when, and what was deleted in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from domain.ledger.keeping import Signed, Taking

_INSERT: Final = """
INSERT INTO ledger_checkpoints (municipality_code, size, signed_at, note) VALUES ($1, $2, $3, $4)
"""
_NEWEST: Final = """
SELECT size, signed_at, note FROM ledger_checkpoints WHERE municipality_code = $1 ORDER BY size DESC LIMIT 1
"""
_BETWEEN: Final = """
SELECT size, note FROM ledger_checkpoints
WHERE municipality_code = $1 AND size >= $2 AND size <= $3 ORDER BY size
"""
_COSIGNATURES: Final = """
SELECT size, cosignatures FROM ledger_takings
WHERE municipality_code = $1 AND size >= $2 AND size <= $3 AND cosignatures <> '' ORDER BY size, place
"""
_INSERT_TAKING: Final = """
INSERT INTO ledger_takings (municipality_code, size, place, taken_at, cosignatures) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (municipality_code, size, place) DO NOTHING
"""
_TAKEN: Final = """
WITH RECURSIVE newest AS (
    (SELECT place, size, taken_at FROM ledger_takings
     WHERE municipality_code = $1 ORDER BY place DESC, size DESC LIMIT 1)
    UNION ALL
    SELECT other.place, other.size, other.taken_at FROM newest CROSS JOIN LATERAL (
        SELECT place, size, taken_at FROM ledger_takings
        WHERE municipality_code = $1 AND place < newest.place ORDER BY place DESC, size DESC LIMIT 1
    ) AS other
)
SELECT place, size, taken_at FROM newest ORDER BY place
"""
"""Place by place the end of its part of the index: there are millions a year, and this is asked in every round."""
_DELETION: Final = """
SELECT note FROM ledger_deletions WHERE municipality_code = $1 ORDER BY before DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class LedgerCheckpoints:
    """One municipality's, on a connection. What the driver raises goes through."""

    connection: asyncpg.Connection
    municipality_code: str

    async def add(self, signed: Signed) -> None:
        """Keep a checkpoint."""
        await self.connection.execute(_INSERT, self.municipality_code, signed.size, signed.signed_at, signed.note)

    async def newest(self) -> Signed | None:
        """The one of the largest size."""
        row = await self.connection.fetchrow(_NEWEST, self.municipality_code)
        return Signed(*row) if row else None

    async def between(self, first: int, last: int) -> list[tuple[int, bytes]]:
        """Size and note of those from one size to another, both included, with the signatures of their witnesses."""
        bounds = (self.municipality_code, first, last)
        notes = {row["size"]: row["note"] for row in await self.connection.fetch(_BETWEEN, *bounds)}
        for row in await self.connection.fetch(_COSIGNATURES, *bounds):
            notes[row["size"]] += row["cosignatures"].encode()
        return list(notes.items())

    async def keep_taking(self, taking: Taking) -> None:
        """Remember that a place took one."""
        told = (taking.size, taking.place, taking.taken_at, taking.cosignatures)
        await self.connection.execute(_INSERT_TAKING, self.municipality_code, *told)

    async def taken(self) -> dict[str, tuple[int, datetime]]:
        """Of each place the largest size that it took, and when it took that."""
        rows = await self.connection.fetch(_TAKEN, self.municipality_code)
        return {row["place"]: (row["size"], row["taken_at"]) for row in rows}

    async def deletion(self) -> bytes | None:
        """The newest signed record of what was deleted in time."""
        note: bytes | None = await self.connection.fetchval(_DELETION, self.municipality_code)
        return note
