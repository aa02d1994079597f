"""Batches of certificates: a list that is issued line by line, each line once, however often the batch is begun anew.

A line is done when the book has it: the same transaction enters both, and no line is entered twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, bindparam, select

from domain.ledger.entries import Entry
from persistence.certificate_tables import ISSUANCE_BATCHES, ISSUANCES
from persistence.database import Database, compiled
from persistence.ledger_statements import record_in
from persistence.logins import Login
from persistence.reading import MUNICIPALITY

_BATCHES = ISSUANCE_BATCHES.c
_FIND = compiled(
    select(
        _BATCHES.id, _BATCHES.source, _BATCHES.lines, _BATCHES.started_at, _BATCHES.started_by, _BATCHES.ended_at
    ).where(_BATCHES.municipality_code == MUNICIPALITY, _BATCHES.source == bindparam("source", type_=LargeBinary))
)
_DONE = compiled(
    select(ISSUANCES.c.batch_line, ISSUANCES.c.id)
    .where(ISSUANCES.c.municipality_code == MUNICIPALITY, ISSUANCES.c.batch_id == bindparam("batch", type_=Uuid))
    .order_by(ISSUANCES.c.batch_line)
)
_BEGIN: Final = """
INSERT INTO issuance_batches (municipality_code, id, source, lines, started_at, started_by)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (municipality_code, source) DO NOTHING RETURNING id
"""
_END: Final = """
UPDATE issuance_batches SET ended_at = $3 WHERE municipality_code = $1 AND id = $2 AND ended_at IS NULL RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """A list that is issued: `source` is its SHA-256, by which it is known again."""

    id: str
    source: bytes
    lines: int
    started_at: datetime
    started_by: str
    ended_at: datetime | None = None


class Batches:
    """The repository of batches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, municipality_code: str, source: bytes) -> Batch | None:
        """The batch of this list, if it was ever begun. Raises `Refusal` (STORE_UNAVAILABLE)."""
        rows = await self._database.fetch(_FIND, {"municipality": municipality_code, "source": source})
        return _batch(rows[0]) if rows else None

    async def begin(self, municipality_code: str, batch: Batch, entry: Entry) -> Batch:
        """Begin it, with its ledger entry; or give the one of this list that was begun before, ended or not.

        Raises `Refusal`: LEDGER_UNAVAILABLE, STORE_UNAVAILABLE.
        """
        said = (UUID(batch.id), batch.source, batch.lines, batch.started_at, batch.started_by)
        async with self._database.transaction(municipality_code, Login.WRITER) as connection:
            if await connection.fetchval(_BEGIN, municipality_code, *said) is not None:
                await record_in(connection, [entry])
                return batch
            (before,) = await connection.fetch(_FIND.text, municipality_code, batch.source)
        return _batch(before)

    async def done(self, municipality_code: str, id_: str) -> dict[int, str]:
        """The lines that were issued, in their order, each with its issuance. Raises `Refusal`."""
        rows = await self._database.fetch(_DONE, {"municipality": municipality_code, "batch": UUID(id_)})
        return {int(row[0]): str(row[1]) for row in rows}  # type: ignore[call-overload] # the columns of the statement

    async def end(self, municipality_code: str, id_: str, at: datetime, entry: Entry) -> bool:
        """Note that all its lines are done, with its ledger entry; false where that was noted before.

        Raises `Refusal`: LEDGER_UNAVAILABLE, STORE_UNAVAILABLE.
        """
        async with self._database.transaction(municipality_code, Login.WRITER) as connection:
            if await connection.fetchval(_END, municipality_code, UUID(id_), at) is None:
                return False
            await record_in(connection, [entry])
        return True


def _batch(row: Sequence[Any]) -> Batch:
    id_, source, lines, started_at, started_by, ended_at = row
    return Batch(str(id_), bytes(source), lines, started_at, started_by, ended_at)
