"""Losing a connection in the middle of an approval: whoever waits for a table is ended there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")

TABLES = (
    *("notifications", "idempotency_keys", "households", "residents", "resident_versions", "search_keys"),
    *("individual_numbers", "code_pool", "holds", "life_events", "outbox", "change_heads", "ledger_entries"),
)
"""Where an approval may be on its way."""

_END_WHO_WAITS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE NOT granted AND relation = $1::text::regclass
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def killed_at(connection: asyncpg.Connection, table: str, work: Coroutine[Any, Any, T]) -> T:
    """What comes of work whose connection is lost when it comes to this table, if it ever does."""
    async with asyncio.TaskGroup() as group, connection.transaction():
        await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        working = group.create_task(work)
        ended = 0
        while not (ended or working.done()):
            await asyncio.sleep(0.002)
            ended = await connection.fetchval(_END_WHO_WAITS, table)
    return working.result()
