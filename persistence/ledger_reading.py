"""The ledger as reviewers read it: found, counted and passed through page by page, never held as a whole.

An id begins with its time, so days are a range of the index of ids, and pages follow one another by id. What an entry
must contain is looked for in its bytes by the server: a million entries take it seconds, an index on whom each entry is
about would cost every reader of the register at each append (measured: see DECISIONS.md). A few such readings at a
time, on connections of their own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.errors import Code, Refusal
from domain.ids import RANDOM_BYTES, uuid7
from domain.ledger.reading import Cell, Days, Dimension, Sieve, Stretch
from persistence.logins import Login, Logins

_LOG = logging.getLogger(__name__)

AT_ONCE: Final = 2
"""So many readings of a process run at the same time; whoever asks for more waits."""
PATIENCE_SECONDS: Final = 6.0
"""For so long: who waits has a turn of the service, which others want too."""
PAGE: Final = 2_000
STRETCH: Final = 50_000
"""So many entries are looked through for one page of what was found."""

_OLDEST, _NEWEST = UUID(int=0), UUID(int=(1 << 128) - 1)
# A whole period may be long; nobody waits for who reads it. What is read by key is read by its index.
# What nobody waits for any more is given up.
_SETTINGS = (
    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL jit = off;"
    "SET LOCAL client_connection_check_interval = '2s'"
)
_PASSES = """
  (cardinality($4::text[]) = 0 OR kind = ANY($4::text[]))
  AND NOT EXISTS (SELECT FROM unnest($5::bytea[]) AS needle WHERE position(needle IN entry) = 0)
  AND (cardinality($6::bytea[]) = 0
    OR EXISTS (SELECT FROM unnest($6::bytea[]) AS needle WHERE position(needle IN entry) > 0))
"""
_STRETCH = f"""
SELECT id, entry FROM (
    SELECT id, kind, entry FROM ledger_entries WHERE municipality_code = $1 AND id >= $2 AND id < $3
    ORDER BY id DESC LIMIT $8
) AS stretch WHERE {_PASSES} ORDER BY id DESC LIMIT $7
"""  # noqa: S608 - made of constants
_REACHED = """
SELECT id FROM ledger_entries WHERE municipality_code = $1 AND id >= $2 AND id < $3 ORDER BY id DESC OFFSET $4 LIMIT 1
"""
_PAGE = f"""
SELECT id, entry FROM ledger_entries WHERE municipality_code = $1 AND id > $2 AND id < $3 AND {_PASSES}
ORDER BY id LIMIT $7
"""  # noqa: S608 - made of constants
_SIZE = "SELECT count(*) FROM ledger_entries WHERE municipality_code = $1 AND id >= $2 AND id < $3"
_KEYS: Final = {
    Dimension.DAY: "(recorded_at AT TIME ZONE 'Asia/Tokyo')::date::text",
    Dimension.HOUR: "extract(hour FROM recorded_at AT TIME ZONE 'Asia/Tokyo')::int::text",
    Dimension.KIND: "kind",
    Dimension.PURPOSE: "purpose",
    Dimension.STAFF_NUMBER: "staff_number",
}
"""Japan has had no summer time since 1951: the hour of the day is always nine ahead."""


class LedgerReading:
    """`domain.ledger.reading.LedgerReader`, signed in as each municipality's ledger login."""

    def __init__(self, logins: Logins, *, prepared_statements: bool = True) -> None:
        self._logins = logins
        self._statement_cache_size = 100 if prepared_statements else 0
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def newest(
        self, municipality_code: str, days: Days | None, sieve: Sieve, before: str | None, most: int
    ) -> Stretch:
        """At most so many entries, the newest first, before this id: from one stretch of the ledger."""
        begin, end = _ids(days)
        bounds = (municipality_code, begin, UUID(before) if before else end)
        async with self._reading(municipality_code) as connection:
            rows = await connection.fetch(_STRETCH, *bounds, *_sieved(sieve), most, STRETCH)
            if len(rows) == most:
                return Stretch([row["entry"] for row in rows], str(rows[-1]["id"]))
            reached = await connection.fetchval(_REACHED, *bounds, STRETCH - 1)
        return Stretch([row["entry"] for row in rows], str(reached) if reached else None)

    async def scanned(self, municipality_code: str, days: Days, sieve: Sieve) -> AsyncGenerator[Sequence[bytes]]:
        """All of a period in the order of time, in pages."""
        spans = (days.span,) if sieve.spans is None else sieve.spans
        async with self._reading(municipality_code) as connection:
            for span in spans:
                after, end = UUID(int=_first(span.begin).int - 1), _first(span.end)
                rows: list[asyncpg.Record] | None = None
                while rows is None or len(rows) == PAGE:
                    rows = await connection.fetch(_PAGE, municipality_code, after, end, *_sieved(sieve), PAGE)
                    yield [row["entry"] for row in rows]
                    after = rows[-1]["id"] if rows else end

    async def counted(self, municipality_code: str, days: Days, by: Sequence[Dimension]) -> list[Cell]:
        """The entries of a period, counted."""
        keys = ", ".join(f"{_KEYS[one]} AS key{at}" for at, one in enumerate(by))
        groups = f"GROUP BY {(', '.join(f'key{at}' for at in range(len(by))))}" if by else ""
        statement = (
            f"SELECT {keys}{', ' if by else ''}count(*), count(*) FILTER (WHERE position($4::bytea IN entry) > 0)"  # noqa: S608 - made of constants
            f" FROM ledger_entries WHERE municipality_code = $1 AND id >= $2 AND id < $3 {groups}"
        )
        bounds = (municipality_code, *_ids(days), b'"number_accessed":true')
        async with self._reading(municipality_code) as connection:
            rows = await connection.fetch(statement, *bounds)
        return [Cell(tuple(row[: len(by)]), *row[len(by) :]) for row in map(tuple, rows)]

    async def size(self, municipality_code: str, days: Days) -> int:
        """How many entries a period has."""
        async with self._reading(municipality_code) as connection:
            return int(await connection.fetchval(_SIZE, municipality_code, *_ids(days)))

    @asynccontextmanager
    async def _reading(self, municipality_code: str) -> AsyncIterator[asyncpg.Connection]:
        try:
            async with self._turn():
                connection = await self._connect(municipality_code)
                try:
                    async with connection.transaction(readonly=True):
                        await connection.execute(_SETTINGS)
                        yield connection
                finally:
                    connection.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as reason:
            # Only the name and the SQLSTATE: a message may hold data.
            _LOG.error("ledger not read: %s %s", type(reason).__name__, getattr(reason, "sqlstate", None) or "")
            raise Refusal(Code.STORE_UNAVAILABLE) from None

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            raise Refusal(Code.STORE_UNAVAILABLE) from None
        try:
            yield
        finally:
            self._turns.release()

    async def _connect(self, municipality_code: str) -> asyncpg.Connection:
        return await asyncpg.connect(
            self._logins.url(municipality_code, Login.LEDGER),
            server_settings={"application_name": "daicho review"},
            statement_cache_size=self._statement_cache_size,
        )


def _ids(days: Days | None) -> tuple[UUID, UUID]:
    """The first id of these days, and the first after them."""
    return (_first(days.begin), _first(days.end)) if days else (_OLDEST, _NEWEST)


def _first(moment: datetime) -> UUID:
    """The smallest id of this moment."""
    return uuid7(moment, bytes(RANDOM_BYTES))


def _sieved(sieve: Sieve) -> tuple[Any, Any, Any]:
    return sorted(sieve.kinds), list(sieve.containing), list(sieve.one_of)
