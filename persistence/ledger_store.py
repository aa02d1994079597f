"""The ledger on PostgreSQL: entries committed together, positions without a gap, and a refusal whenever that fails.

Every municipality has one writer, a task with a connection of its own. While it commits, new entries wait; then it
commits all that wait in one transaction (group commit).

**Answered means recorded; refused does not mean unrecorded.** An append is never tried twice: where COMMIT was sent and
no answer came, trying again could record a look twice, so the caller is refused and the entry may stand. A caller that
tries again brings a new entry, because it is a new look; the same entry twice is refused by the key on its id.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from domain.errors import Code, Refusal
from domain.ids import RANDOM_BYTES, uuid7
from domain.ledger.entries import Entry, Kind, visible
from domain.volume import Tally
from persistence.ledger_statements import ReadyEntry, make_ready, write
from persistence.logins import Login, Logins

_LOG = logging.getLogger(__name__)

ANSWER_SECONDS = 1.0
"""After this long without a commit, the answer is withheld."""
MOST_WAITING = 1_000
"""More appends than this do not wait for one municipality: they are refused at once."""
_TRANSACTION_SECONDS = 0.9
_CHECK_SECONDS = 5.0
_MOST_TOGETHER = 200

_READING = "SET LOCAL statement_timeout = 0"
"""A whole ledger may be long; nobody else waits for who reads it."""

_SELECT_LAST = """
SELECT entry FROM (
    SELECT position, entry FROM ledger_entries WHERE municipality_code = $1 ORDER BY position DESC LIMIT $2
) AS newest ORDER BY position
"""
_SELECT_SIZE = "SELECT size FROM ledger_heads WHERE municipality_code = $1"
_SELECT_SEARCHED = """
SELECT entries.entry FROM ledger_searches AS searches
JOIN ledger_entries AS entries
  ON entries.municipality_code = searches.municipality_code AND entries.position = searches.position
WHERE searches.municipality_code = $1 AND searches.item = $2 AND searches.digest = $3
ORDER BY entries.position
"""
# An id begins with its time: so the last hour is a range of the index that is there for ids.
_SELECT_VOLUME = """
SELECT (
    date_trunc('minute', recorded_at, 'UTC'),
    sum(CASE WHEN kind IN ('READ', 'SEARCH', 'ISSUE') THEN coalesce((told ->> 'result_count')::int, 0) ELSE 0 END),
    count(*) FILTER (WHERE kind = 'SEARCH')
)
FROM (
    SELECT recorded_at, kind, convert_from(entry, 'UTF8')::jsonb AS told FROM ledger_entries
    WHERE municipality_code = $1 AND id >= $2 AND staff_number = $3
) AS hers
WHERE told ->> 'path' IS DISTINCT FROM $4
GROUP BY date_trunc('minute', recorded_at, 'UTC')
"""

Committed: TypeAlias = Callable[[int, float], None]
"""What is told of each transaction: how many entries (none when it failed), and its seconds."""
APPROVED_BULK = "Mutation.runExtraction"
"""The path of what is given out in bulk on approval, and bounded by that."""
_Waiter: TypeAlias = "asyncio.Future[tuple[int, ...]]"
_Submission: TypeAlias = tuple[list[ReadyEntry], _Waiter]


def _unavailable() -> Refusal:
    return Refusal(Code.LEDGER_UNAVAILABLE)


def _refuse(waiter: _Waiter) -> None:
    if not waiter.done():
        waiter.set_exception(_unavailable())


def _note_failure(reason: BaseException) -> None:
    # Only the name and the SQLSTATE: a message may hold data.
    _LOG.error("ledger not written: %s %s", type(reason).__name__, getattr(reason, "sqlstate", None) or "")


class _Writer:
    """Commits what waits for one municipality, together, and tells every waiter its positions or the refusal.

    Must be made inside a running event loop.
    """

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], committed: Committed) -> None:
        self._connect = connect
        self._committed = committed
        self._connection: asyncpg.Connection | None = None
        self._waiting: deque[_Submission] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._work())

    def submit(self, entries: list[ReadyEntry]) -> _Waiter:
        """Queue entries; the waiter is done when they are committed or refused, and may be abandoned."""
        if self._closing or len(self._waiting) >= MOST_WAITING:
            raise _unavailable()
        waiter: _Waiter = asyncio.get_running_loop().create_future()
        self._waiting.append((entries, waiter))
        self._wake.set()
        return waiter

    async def close(self) -> None:
        """Commit what waits. After a second nobody waits any more, and the writer is stopped."""
        self._closing = True
        self._wake.set()
        await asyncio.wait((self._task,), timeout=ANSWER_SECONDS)
        self._task.cancel()
        self._drop_connection()

    async def _work(self) -> None:
        while batch := await self._next_batch():
            await self._record(batch)

    async def _next_batch(self) -> list[_Submission]:
        """What waits now, or comes next; empty when the writer is closing and everything is committed."""
        if not (self._waiting or self._closing):
            self._wake.clear()
            await self._wake.wait()
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_TOGETHER))]

    async def _record(self, batch: list[_Submission]) -> None:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(_TRANSACTION_SECONDS):
                positions = await self._commit([ready for entries, _ in batch for ready in entries])
        except Exception as reason:  # noqa: BLE001 - whatever it was, nothing was recorded for sure and all are refused
            _note_failure(reason)
            self._committed(0, time.perf_counter() - began)
            self._drop_connection()
            for _, waiter in batch:
                _refuse(waiter)
        else:
            self._committed(len(positions), time.perf_counter() - began)
            _answer(batch, iter(positions))

    async def _commit(self, entries: list[ReadyEntry]) -> tuple[int, ...]:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
        # Not the driver's transaction(): when a silent server makes us give up, it would still wait for its ROLLBACK.
        await self._connection.execute("BEGIN")
        positions = await write(self._connection, entries)
        await self._connection.execute("COMMIT")
        return positions

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _tell_nobody(_entries: int, _seconds: float) -> None:
    return None


def _answer(batch: list[_Submission], positions: Iterator[int]) -> None:
    for entries, waiter in batch:
        taken = tuple(islice(positions, len(entries)))
        if not waiter.done():
            waiter.set_result(taken)


class LedgerStore:
    """The ledger of every municipality that the database holds.

    It signs in as each municipality's ledger login, on which the server gives up before we do. Without
    `prepared_statements` each statement is prepared anew, for poolers that cannot keep them.
    """

    def __init__(self, logins: Logins, *, prepared_statements: bool = True) -> None:
        self._logins = logins
        self._statement_cache_size = 100 if prepared_statements else 0
        self._writers: dict[str, _Writer] | None = None
        self._committed: Committed = _tell_nobody

    def tell_commits_to(self, committed: Committed) -> None:
        """Tell this of every transaction from now on; to be called before the first append."""
        self._committed = committed

    async def start(self) -> None:
        """Take entries from now on; connections are opened as they are needed."""
        self._writers = {}

    async def close(self) -> None:
        """Take no more entries, and commit those that wait (at most a second)."""
        writers, self._writers = self._writers or {}, None
        await asyncio.gather(*(writer.close() for writer in writers.values()))

    async def append(self, entries: Sequence[Entry]) -> tuple[int, ...]:
        """Record entries of one municipality; returns their positions when they are committed and safe on disk.

        Raises `Refusal` (LEDGER_UNAVAILABLE) if that fails or takes more than a second, `ValueError` for entries that
        cannot stand together. A cancelled caller does not cancel the writing.
        """
        if not entries:
            return ()
        (municipality_code,) = {entry.municipality_code for entry in entries}
        waiter = self._writer(municipality_code).submit(make_ready(entries))
        timer = asyncio.get_running_loop().call_later(ANSWER_SECONDS, _refuse, waiter)
        try:
            return await waiter
        finally:
            timer.cancel()

    async def check_writable(self, municipality_code: str) -> None:
        """Write an entry of this municipality and take it back. Raises `Refusal` (LEDGER_UNAVAILABLE) if that fails."""
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                await self._try_to_write(municipality_code)
        except Exception as reason:  # noqa: BLE001 - a ledger that fails in any way is not writable
            _note_failure(reason)
            raise _unavailable() from None

    async def entries(self, municipality_code: str, *, last: int | None) -> list[bytes]:
        """The last entries, or all of them (`None`), as canonical bytes, newest last.

        Raises `Refusal` (STORE_UNAVAILABLE).
        """
        return await self._read(_SELECT_LAST, municipality_code, last)

    async def searched(self, municipality_code: str, item: str, digest: str) -> list[bytes]:
        """The entries of those who searched by this item for the value with this keyed hash, newest last.

        Raises `Refusal` (STORE_UNAVAILABLE).
        """
        return await self._read(_SELECT_SEARCHED, municipality_code, item, digest)

    async def volume(self, municipality_code: str, staff_number: str, since: datetime) -> list[Tally]:
        """What this person was shown and searched since then, by the minute: what `authz.volume` counts.

        Raises `Refusal` (LEDGER_UNAVAILABLE): who cannot be counted is shown nothing.
        """
        about = uuid7(since, bytes(RANDOM_BYTES)), visible(staff_number), APPROVED_BULK
        try:
            return [Tally(*row) for row in await self._read(_SELECT_VOLUME, municipality_code, *about)]
        except Refusal:
            raise _unavailable() from None

    async def size(self, municipality_code: str) -> int:
        """How many entries there are. Raises `Refusal` (STORE_UNAVAILABLE)."""
        found = await self._read(_SELECT_SIZE, municipality_code)
        return int(found[0]) if found else 0

    def _writer(self, municipality_code: str) -> _Writer:
        if self._writers is None:
            raise _unavailable()
        if municipality_code not in self._writers:
            self._writers[municipality_code] = _Writer(partial(self._connect, municipality_code), self._committed)
        return self._writers[municipality_code]

    async def _connect(self, municipality_code: str) -> asyncpg.Connection:
        return await asyncpg.connect(
            self._logins.url(municipality_code, Login.LEDGER),
            server_settings={"application_name": "daicho ledger"},
            statement_cache_size=self._statement_cache_size,
        )

    async def _try_to_write(self, municipality_code: str) -> None:
        trial = Entry(
            id=str(UUID(int=0)),
            recorded_at=datetime.fromtimestamp(0, UTC),
            municipality_code=municipality_code,
            request_id="",
            kind=Kind.JOB,
            searched_by={"trial": ""},
        )
        connection = await self._connect(municipality_code)
        try:
            await connection.execute("BEGIN")
            await write(connection, make_ready([trial]))
            await connection.execute("ROLLBACK")
        finally:
            connection.terminate()

    async def _read(self, statement: str, municipality_code: str, *parameters: object) -> list[Any]:
        """The one column of a statement."""
        try:
            connection = await self._connect(municipality_code)
            try:
                async with connection.transaction(readonly=True):
                    await connection.execute(_READING)
                    return [row[0] for row in await connection.fetch(statement, municipality_code, *parameters)]
            finally:
                connection.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as reason:
            _note_failure(reason)
            raise Refusal(Code.STORE_UNAVAILABLE) from None
