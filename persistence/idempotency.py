"""What was answered under an idempotency key: taken first in a transaction, so that whoever sends the same waits."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

import asyncpg
from sqlalchemy import Text, bindparam, select

from domain.errors import Code, Refusal
from domain.notifications import Idempotency
from domain.ports import Answer, Order
from persistence.changes_tables import IDEMPOTENCY_KEYS
from persistence.database import Database, compiled
from persistence.histories import fetching
from persistence.reading import MUNICIPALITY

_TAKE: Final = """
INSERT INTO idempotency_keys (municipality_code, caller, key, request, answer, made_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (municipality_code, caller, key) DO NOTHING RETURNING key
"""
_KEYS = IDEMPOTENCY_KEYS.c
_ANSWERED = compiled(
    select(_KEYS.request, _KEYS.answer).where(
        _KEYS.municipality_code == MUNICIPALITY,
        _KEYS.caller == bindparam("caller", type_=Text),
        _KEYS.key == bindparam("key", type_=Text),
    )
)


async def answered(database: Database, municipality_code: str, asked: Idempotency) -> Answer | None:
    """What this was answered before. Raises `Refusal` (IDEMPOTENCY_KEY_REUSED) where it was something else."""
    return _same(await database.fetch(_ANSWERED, _values(municipality_code, asked)), asked)


async def answered_before(connection: asyncpg.Connection, order: Order, at: datetime) -> Answer | None:
    """Take the key with the order's answer, inside the caller's transaction; or give what was answered before.

    Raises `Refusal` (IDEMPOTENCY_KEY_REUSED) where that was to something else.
    """
    code, asked = order.municipality_code, order.asked
    answer = json.dumps(order.answer, ensure_ascii=False)
    if await connection.fetchval(_TAKE, code, asked.caller, asked.key, asked.request, answer, at) is not None:
        return None
    return _same(await fetching(connection)(_ANSWERED, _values(code, asked)), asked)


def _values(municipality_code: str, asked: Idempotency) -> dict[str, Any]:
    return {"municipality": municipality_code, "caller": asked.caller, "key": asked.key}


def _same(rows: Any, asked: Idempotency) -> Answer | None:
    if not rows:
        return None
    ((request, answer),) = rows
    if request != asked.request:
        raise Refusal(Code.IDEMPOTENCY_KEY_REUSED)
    told: dict[str, Any] = json.loads(answer)
    return told
