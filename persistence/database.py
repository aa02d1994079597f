"""The connections, and statements compiled once: SQLAlchemy writes the text, the driver runs it prepared."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, cast

import asyncpg
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

from domain.errors import Code, Refusal
from domain.ports import Row

DIALECT = asyncpg_dialect.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call] # SQLAlchemy's own gap

POOL_SIZE: Final = 8
ANSWER_SECONDS: Final = 6.0
"""For so long a server that says nothing is waited for; one that is only slow gives up before, by its own timeout."""

SESSION: Mapping[str, str] = {
    "application_name": "daicho",
    "statement_timeout": "5s",
    # Every statement here reads by key. Else a table that is small today (support measures) is read whole for each row,
    # which made the facts of a list of 100 three times as dear; and what looks dear would be compiled first.
    "enable_seqscan": "off",
    "jit": "off",
}

CHANGE: Final = (
    "SET LOCAL lock_timeout = '600ms'; SET LOCAL statement_timeout = '700ms';"
    " SET LOCAL idle_in_transaction_session_timeout = '800ms'; SET LOCAL synchronous_commit = on"
)
"""A change holds the ledger's head at its end, for which others wait at most a second."""

LOADING: Final = "SET LOCAL statement_timeout = 0"
"""Whole registers are copied; nobody waits."""


class Planning(StrEnum):
    """When PostgreSQL plans a statement: `plan_cache_mode` of the connections that run it."""

    ONCE = "force_generic_plan"
    """The plan is the same for all values; planning costs more than running."""
    FOR_EACH_VALUE = "force_custom_plan"
    """A prefix of one person's name or of every address: no one plan serves both, and the wrong one reads everybody."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The text of a statement, the names of its parameters in their order, and when it is planned."""

    text: str
    names: tuple[str, ...]
    planning: Planning = Planning.ONCE


_PROBE = Statement("SELECT 1", ())


def compiled(statement: ClauseElement, planning: Planning = Planning.ONCE) -> Statement:
    """Compile once; every value must be a named parameter without a default."""
    result = cast(SQLCompiler, statement.compile(dialect=DIALECT))
    return Statement(str(result), tuple(result.positiontup or ()), planning)


class Database:
    """Connections to the register: a pool for each way of planning.

    `url` is a PostgreSQL URL as asyncpg takes it; it holds a password and is never shown. Without `prepared_statements`
    each statement is prepared anew, for poolers that cannot keep them.
    """

    def __init__(self, url: str, *, prepared_statements: bool = True) -> None:
        self._url = url
        self._prepared = prepared_statements
        self._pools: dict[Planning, asyncpg.Pool] = {}

    async def start(self) -> None:
        """Open the pools. Raises `Refusal` (STORE_UNAVAILABLE) when the database cannot be reached."""
        self._pools = {planning: await self._open(planning) for planning in Planning}
        try:
            await self.fetch(_PROBE, {})
        except Refusal:
            await self.close()
            raise

    async def close(self) -> None:
        """Close the pools; what is being read is given up."""
        for pool in self._pools.values():
            pool.terminate()
        self._pools = {}

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> list[Row]:
        """Run a compiled statement. Raises `Refusal` (STORE_UNAVAILABLE) when the database is gone or too slow."""
        arguments = [values[name] for name in statement.names]
        try:
            async with self._connection(statement.planning) as connection:
                rows: list[Row] = await connection.fetch(statement.text, *arguments)
                return rows
        except UNAVAILABLE:  # whose own texts may hold values
            raise Refusal(Code.STORE_UNAVAILABLE) from None

    @asynccontextmanager
    async def transaction(self, limits: str = CHANGE) -> AsyncIterator[asyncpg.Connection]:
        """A connection inside a transaction, committed when the block ends well.

        `limits` are its settings, `CHANGE` or `LOADING`. Raises `Refusal`: STORE_UNAVAILABLE when the database is gone
        or too slow, INVALID_INPUT when what is written does not fit what is there.
        """
        try:
            async with self._connection(Planning.ONCE) as connection, connection.transaction():
                await connection.execute(limits)
                yield connection
        except UNAVAILABLE:
            raise Refusal(Code.STORE_UNAVAILABLE) from None
        except asyncpg.IntegrityConstraintViolationError:  # its DETAIL holds the values
            raise Refusal(Code.INVALID_INPUT) from None

    def _connection(self, planning: Planning) -> Any:
        if not self._pools:
            raise Refusal(Code.STORE_UNAVAILABLE)
        return self._pools[planning].acquire(timeout=ANSWER_SECONDS)

    async def _open(self, planning: Planning) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=POOL_SIZE,
            timeout=ANSWER_SECONDS,
            command_timeout=ANSWER_SECONDS,
            statement_cache_size=1024 if self._prepared else 0,
            # Nothing here leaves session state behind, so the usual reset on return would only cost a round trip.
            reset=_leave_as_it_is,
            server_settings={**SESSION, "plan_cache_mode": planning.value},
        )


async def _leave_as_it_is(_connection: object) -> None:
    return None


UNAVAILABLE = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver's word for a connection that the server ended while it lay idle
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # a lock that is not to be had, a database that takes nobody in
    asyncpg.IdleInTransactionSessionTimeoutError,
)
"""The database is gone, or too slow, or lets nobody in."""
