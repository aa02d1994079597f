"""Ledgers as tests need them: their tables, an open store, and what every failure must look like."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
import pytest

from domain.errors import Code, Refusal
from domain.ledger.canonical import as_json
from persistence.ledger_store import LedgerStore
from tests.ledger_builders import CITY, entry
from tests.logins import logins_at, migrated

AT_MOST = 1.3
"""Seconds: the one after which an answer is withheld, and what a busy machine adds."""


def create_ledger(url: str) -> None:
    """Prepare a database: its tables, the ledger's among them."""
    migrated(url)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[LedgerStore]:
    """A started store, closed at the end."""
    store = LedgerStore(logins_at(url))
    await store.start()
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def refused_in_time() -> Iterator[None]:
    """What is done here is refused with LEDGER_UNAVAILABLE, about a second later at most."""
    started = time.monotonic()
    with pytest.raises(Refusal) as refusal:
        yield
    assert refusal.value.code is Code.LEDGER_UNAVAILABLE
    assert time.monotonic() - started < AT_MOST


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection, closed at the end."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def stored_positions(store: LedgerStore, code: str = CITY) -> list[object]:
    """The positions of all entries of a municipality, in the order of the ledger."""
    return [as_json(body)["position"] for body in await store.entries(code, last=None)]


async def all_at_once(*stores: LedgerStore, count: int) -> list[int]:
    """Append so many entries to each store, all at once; the positions answered, sorted."""
    appends = [store.append([entry(1 + i * len(stores) + j)]) for i in range(count) for j, store in enumerate(stores)]
    answers = await asyncio.gather(*appends)
    return sorted(position for positions in answers for position in positions)
