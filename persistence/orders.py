"""An order, carried out in one transaction with its answer and its entries in the ledger: all of it or nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import asyncpg

from domain.errors import Code, Refusal
from domain.ports import Answer, Order
from persistence.database import Database
from persistence.idempotency import answered_before
from persistence.ledger_statements import append_in
from persistence.logins import Login

Act = Callable[[asyncpg.Connection], Awaitable[None]]


async def done_once(database: Database, order: Order, at: datetime, act: Act) -> Answer:
    """Do it, or give what was answered when it was done before under the same key.

    Raises `Refusal`: IDEMPOTENCY_KEY_REUSED, LEDGER_UNAVAILABLE, STORE_UNAVAILABLE, and what `act` raises.
    """
    async with database.transaction(order.municipality_code, Login.WRITER) as connection:
        given = await answered_before(connection, order, at)
        if given is not None:
            return given
        await act(connection)
        try:
            await append_in(connection, order.entries)
        except asyncpg.PostgresError:  # its text may hold values
            raise Refusal(Code.LEDGER_UNAVAILABLE) from None
    return order.answer
