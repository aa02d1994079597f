"""The stock of unused Resident Record Codes (住基法第30条の2): added to and counted here, drawn from in `numbering`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, cast

import asyncpg
from sqlalchemy import and_, exists, func, or_, select

from domain.ledger.entries import Entry
from domain.values.identifiers import ResidentRecordCode
from persistence.changes_tables import CODE_POOL, NOTIFICATIONS
from persistence.database import Database, compiled
from persistence.ledger_statements import record_in
from persistence.logins import Login
from persistence.reading import MUNICIPALITY

_AT_ONCE: Final = 1_000
_HAD: Final = """
SELECT DISTINCT resident_record_code FROM resident_versions
WHERE municipality_code = $1 AND resident_record_code = ANY($2::text[])
"""
_ADD: Final = """
INSERT INTO code_pool (municipality_code, code, received_at) VALUES ($1, $2, $3)
ON CONFLICT (municipality_code, code) DO NOTHING
"""
_SIZE: Final = "SELECT count(*) FROM code_pool WHERE municipality_code = $1"

# A code that was drawn for a notification which was never handed in is free again.
_IS_KEPT = exists().where(
    and_(NOTIFICATIONS.c.municipality_code == MUNICIPALITY, NOTIFICATIONS.c.id == CODE_POOL.c.notification_id)
)
_FREE = compiled(
    select(func.count())
    .select_from(CODE_POOL)
    .where(CODE_POOL.c.municipality_code == MUNICIPALITY, or_(CODE_POOL.c.notification_id.is_(None), ~_IS_KEPT))
)


@dataclass(frozen=True, slots=True)
class CodeStock:
    """The stock of each municipality; with fewer than `wanted` left it is low (標準仕様書1.0 4.3.1)."""

    database: Database
    wanted: int

    async def is_low(self, municipality_code: str) -> bool:
        """Whether more should be asked for. Raises `Refusal` (STORE_UNAVAILABLE)."""
        return await self.free(municipality_code) < self.wanted

    async def free(self, municipality_code: str) -> int:
        """How many are left. Raises `Refusal` (STORE_UNAVAILABLE)."""
        ((count,),) = await self.database.fetch(_FREE, {"municipality": municipality_code})
        return cast(int, count)

    async def add(
        self, municipality_code: str, codes: Collection[ResidentRecordCode], at: datetime, entry: Entry
    ) -> int:
        """Add codes that J-LIS designated, in one transaction with the ledger entry; how many were new.

        One that is in the stock already, or that somebody has or had, is passed over. Raises `Refusal`.
        """
        async with self.database.transaction(municipality_code, Login.WRITER) as connection:
            before = await connection.fetchval(_SIZE, municipality_code)
            values = iter(sorted({code.value for code in codes}))
            while batch := list(islice(values, _AT_ONCE)):
                await _add(connection, municipality_code, batch, at)
            after = await connection.fetchval(_SIZE, municipality_code)
            await record_in(connection, [entry])
        return int(after - before)


async def _add(connection: asyncpg.Connection, municipality_code: str, codes: list[str], at: datetime) -> None:
    had: set[Any] = {row[0] for row in await connection.fetch(_HAD, municipality_code, codes)}
    await connection.executemany(_ADD, [(municipality_code, code, at) for code in codes if code not in had])
