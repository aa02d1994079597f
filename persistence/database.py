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
from sqlalchemy.sql.util import find_tables

from domain.errors import Code, Refusal
from domain.ports import Row
from persistence.certificate_tables import HANDOVERS
from persistence.changes_tables import PENDING_NUMBERS
from persistence.logins import Login, Logins
from persistence.vault_tables import INDIVIDUAL_NUMBERS, KEYSETS

DIALECT = asyncpg_dialect.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call] # SQLAlchemy's own gap

ANSWER_SECONDS: Final = 6.0
"""For so long a server that says nothing is waited for; one that is only slow gives up before, by its own timeout."""

VAULT: Final = frozenset({INDIVIDUAL_NUMBERS, PENDING_NUMBERS, HANDOVERS, KEYSETS})


class Planning(StrEnum):
    """When PostgreSQL plans a statement: `plan_cache_mode` of the connections that run it."""

    ONCE = "force_generic_plan"
    """The plan is the same for all values; planning costs more than running."""
    FOR_EACH_VALUE = "force_custom_plan"
    """A prefix of one person's name or of every address: no one plan serves both, and the wrong one reads everybody."""


CONNECTIONS: Mapping[tuple[Login, Planning], int] = {
    (Login.READER, Planning.ONCE): 8,
    (Login.READER, Planning.FOR_EACH_VALUE): 4,
    (Login.NUMBER_READER, Planning.ONCE): 8,
    (Login.NUMBER_READER, Planning.FOR_EACH_VALUE): 4,
    (Login.WRITER, Planning.ONCE): 4,
    (Login.LOADER, Planning.ONCE): 2,
}
"""So many at most, for each municipality in each process; the ledger has a few of its own."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's text, the names of its parameters in their order, when it is planned, and who runs it."""

    text: str
    names: tuple[str, ...]
    planning: Planning = Planning.ONCE
    login: Login = Login.READER


_PROBE = Statement("SELECT 1", ())


def compiled(statement: ClauseElement, planning: Planning = Planning.ONCE) -> Statement:
    """Compile once; every value must be a named parameter without a default.

    Only what names the vault is run by a login that may read it.
    """
    result = cast(SQLCompiler, statement.compile(dialect=DIALECT))
    tables = find_tables(statement, check_columns=True, include_joins=True, include_selects=True, include_crud=True)
    login = Login.READER if VAULT.isdisjoint(tables) else Login.NUMBER_READER
    return Statement(str(result), tuple(result.positiontup or ()), planning, login)


class Database:
    """Connections to the register: pools for each municipality, by login and way of planning.

    Without `prepared_statements` each statement is prepared anew, for poolers that cannot keep them.
    """

    def __init__(self, logins: Logins, *, prepared_statements: bool = True) -> None:
        self._logins = logins
        self._prepared = prepared_statements
        self._pools: dict[tuple[str, Login, Planning], asyncpg.Pool] = {}

    async def start(self) -> None:
        """Open the pools. Raises `Refusal` (STORE_UNAVAILABLE) when the database cannot be reached."""
        for code in self._logins.urls:
            for (login, planning), size in CONNECTIONS.items():
                self._pools[code, login, planning] = await self._open(self._logins.url(code, login), planning, size)
        try:
            await self.check()
        except Refusal:
            await self.close()
            raise

    async def check(self) -> None:
        """Ask it something, for each municipality. Raises `Refusal` (STORE_UNAVAILABLE) when it does not answer."""
        for code in self._logins.urls:
            await self.fetch(_PROBE, {"municipality": code})

    async def close(self) -> None:
        """Close the pools; what is being read is given up."""
        for pool in self._pools.values():
            pool.terminate()
        self._pools = {}

    async def fetch(self, statement: Statement, values: Mapping[str, Any]) -> list[Row]:
        """Run a compiled statement; `values["municipality"]` says on whose connection.

        Raises `Refusal` (STORE_UNAVAILABLE) when the database is gone or too slow.
        """
        arguments = [values[name] for name in statement.names]
        try:
            async with self._connection(values["municipality"], statement.login, statement.planning) as connection:
                rows: list[Row] = await connection.fetch(statement.text, *arguments)
                return rows
        except UNAVAILABLE:  # whose own texts may hold values
            raise Refusal(Code.STORE_UNAVAILABLE) from None

    @asynccontextmanager
    async def transaction(self, municipality_code: str, login: Login) -> AsyncIterator[asyncpg.Connection]:
        """A connection inside a transaction, committed when the block ends well.

        `login` is `WRITER`, with a second's patience at most, or `LOADER`. Raises `Refusal`: STORE_UNAVAILABLE when the
        database is gone or too slow, INVALID_INPUT when what is written does not fit what is there.
        """
        try:
            async with (
                self._connection(municipality_code, login, Planning.ONCE) as connection,
                connection.transaction(),
            ):
                yield connection
        except UNAVAILABLE:
            raise Refusal(Code.STORE_UNAVAILABLE) from None
        except asyncpg.IntegrityConstraintViolationError:  # its DETAIL holds the values
            raise Refusal(Code.INVALID_INPUT) from None

    def _connection(self, municipality_code: str, login: Login, planning: Planning) -> Any:
        pool = self._pools.get((municipality_code, login, planning))
        if pool is None:
            raise Refusal(Code.STORE_UNAVAILABLE)
        return pool.acquire(timeout=ANSWER_SECONDS)

    async def _open(self, url: str, planning: Planning, size: int) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=size,
            timeout=ANSWER_SECONDS,
            command_timeout=ANSWER_SECONDS,
            statement_cache_size=1024 if self._prepared else 0,
            # Nothing here leaves session state behind, so the usual reset on return would only cost a round trip.
            reset=_leave_as_it_is,
            server_settings=_asked_for(planning, prepared=self._prepared),
        )


def _asked_for(planning: Planning, *, prepared: bool) -> dict[str, str]:
    """What a connection itself asks for; the rest its role has. A pooler takes no more than a name."""
    name = {"application_name": "daicho"}
    return name | {"plan_cache_mode": planning.value} if prepared else name


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
