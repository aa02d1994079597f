"""The ledger's tree on PostgreSQL: it grows outside the request path, from the bytes of entries that are committed.

Who lets it grow holds the municipality's frontier by a row lock until COMMIT: however many processes do, there is one
chain. Nodes are only ever inserted. What a leaf says is what its entry was when the tree reached it: an administrator
of the database who changes an entry before that, within the seconds until the next round, leaves no trace.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

import asyncpg

from domain.errors import Code, InvalidValue, Refusal
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.keeping import Grown, LedgerBent
from domain.ledger.proofs import Path, consistency_path, consistency_proof, inclusion_path, inclusion_proof, root_at
from domain.ledger.tiles import WIDTH, Tile, TileNodes, kept, tiles_for
from domain.ledger.tree import Frontier, Node, leaf_hash, perfect_subtrees
from persistence.ledger_checkpoints import LedgerCheckpoints
from persistence.logins import Login, Logins

T = TypeVar("T")

TOGETHER: Final = 1_024
"""Entries that the tree grows by in one transaction, which takes some ten milliseconds."""
_UNHURRIED: Final = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
_LOCK_FRONTIER: Final = "SELECT frontier FROM ledger_frontiers WHERE municipality_code = $1 FOR UPDATE"
_FRONTIER: Final = "SELECT frontier FROM ledger_frontiers WHERE municipality_code = $1"
_FIRST_FRONTIER: Final = """
INSERT INTO ledger_frontiers (municipality_code, frontier) VALUES ($1, $2) ON CONFLICT (municipality_code) DO NOTHING
"""
_MOVE_FRONTIER: Final = "UPDATE ledger_frontiers SET frontier = $2 WHERE municipality_code = $1"
_SIZE: Final = "SELECT size FROM ledger_heads WHERE municipality_code = $1"
_ENTRIES: Final = """
SELECT position, recorded_at, entry FROM ledger_entries
WHERE municipality_code = $1 AND position >= $2 AND position < $3 ORDER BY position
"""
_INSERT_NODES: Final = """
INSERT INTO ledger_nodes (municipality_code, level, place, hash)
SELECT $1, level, place, hash FROM unnest($2::smallint[], $3::bigint[], $4::bytea[]) AS new (level, place, hash)
"""
_MAY_BE_LOST: Final = "SET LOCAL synchronous_commit = off"
"""Growth that a crash takes is made again from the entries; what is signed waits for the disk, and all before it."""
_TILE: Final = """
SELECT hash FROM ledger_nodes
WHERE municipality_code = $1 AND level = $2 AND place >= $3 AND place < $4 ORDER BY place
"""
_RECORDED_AT: Final = "SELECT recorded_at FROM ledger_entries WHERE municipality_code = $1 AND position = $2"


class LedgerTree:
    """The trees of all municipalities; each use opens a connection of the municipality's ledger login."""

    def __init__(self, logins: Logins, *, prepared_statements: bool = True) -> None:
        self._logins = logins
        self._statement_cache_size = 100 if prepared_statements else 0

    @asynccontextmanager
    async def opened(self, municipality_code: str) -> AsyncIterator[StoredTree]:
        """One municipality's tree. Raises `Refusal` (STORE_UNAVAILABLE), also for what fails inside the block."""
        try:
            connection = await asyncpg.connect(
                self._logins.url(municipality_code, Login.LEDGER),
                server_settings={"application_name": "daicho tree"},
                statement_cache_size=self._statement_cache_size,
            )
            try:
                yield StoredTree(connection, municipality_code)
            finally:
                connection.terminate()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            raise Refusal(Code.STORE_UNAVAILABLE) from None


@dataclass(frozen=True, slots=True)
class StoredTree:
    """One municipality's tree, on a connection. What the driver raises goes through."""

    connection: asyncpg.Connection
    municipality_code: str

    @asynccontextmanager
    async def unhurried(self) -> AsyncIterator[None]:
        """A snapshot to read from, however long it takes: nobody waits for who reads."""
        async with self.connection.transaction(isolation="repeatable_read", readonly=True):
            await self.connection.execute(_UNHURRIED)
            yield

    async def frontier(self) -> Frontier:
        """The tree's frontier now."""
        return _parsed(await self.connection.fetchval(_FRONTIER, self.municipality_code))

    @property
    def checkpoints(self) -> LedgerCheckpoints:
        """What was signed of it."""
        return LedgerCheckpoints(self.connection, self.municipality_code)

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[Frontier]:
        """A transaction, until whose end nobody else lets the tree grow."""
        async with self.connection.transaction():
            stored = await self.connection.fetchval(_LOCK_FRONTIER, self.municipality_code)
            if stored is None:
                await self.connection.execute(_FIRST_FRONTIER, self.municipality_code, Frontier().to_bytes())
                stored = await self.connection.fetchval(_LOCK_FRONTIER, self.municipality_code)
            yield _parsed(stored)

    async def grow(self) -> Grown:
        """Take in the next entries, at most `TOGETHER`. Raises `LedgerBent` where one is missing, or was cut off."""
        async with self.locked() as start:
            size = await self.connection.fetchval(_SIZE, self.municipality_code) or 0
            end = min(size, start.size + TOGETHER)
            rows = await self.connection.fetch(_ENTRIES, self.municipality_code, start.size, end)
            _require_whole(rows, start.size, end)
            growth = start.extend([leaf_hash(row["entry"]) for row in rows])
            if rows:
                levels, places, hashes = zip(*((*node, each) for node, each in kept(growth)), strict=True)
                await self.connection.execute(_MAY_BE_LOST)
                await self.connection.execute(_INSERT_NODES, self.municipality_code, levels, places, hashes)
                await self.connection.execute(_MOVE_FRONTIER, self.municipality_code, growth.frontier.to_bytes())
        return Grown(growth.frontier, tuple(row["recorded_at"] for row in rows), end == size)

    async def require_unbent(self, frontier: Frontier, known: Iterable[Checkpoint]) -> None:
        """Raises `LedgerBent` unless the stored hashes lead to this frontier's root, and to each root that is known."""
        heads = [(frontier.size, frontier.root), *((each.size, each.root) for each in known)]
        for size, root in heads:
            if size > frontier.size or await self.root_at(size) != root:
                raise LedgerBent(size)

    async def root_at(self, size: int) -> bytes:
        """The root at this size. Raises `LedgerBent` where its hashes are not all there."""
        nodes = await self._nodes([tuple(perfect_subtrees(0, size))])
        return _found(lambda: root_at(size, nodes), size)

    async def frontier_at(self, size: int) -> Frontier:
        """The tree as it was when it was of this size. Raises `LedgerBent`."""
        wanted = tuple(perfect_subtrees(0, size))
        nodes = await self._nodes([wanted])
        return _found(lambda: Frontier(size, tuple(nodes.node(*node) for node in wanted)), size)

    async def inclusion_proof(self, position: int, size: int) -> list[bytes]:
        """The hashes from an entry to the root at this size. Raises `IndexError`, `LedgerBent`."""
        nodes = await self._nodes(inclusion_path(position, size))
        return _found(lambda: inclusion_proof(position, size, nodes), position)

    async def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        """The hashes that lead to both roots. Raises `IndexError`, `LedgerBent`."""
        nodes = await self._nodes(consistency_path(old_size, new_size))
        return _found(lambda: consistency_proof(old_size, new_size, nodes), old_size)

    async def recorded_at(self, position: int) -> datetime | None:
        """When this entry was recorded; none where there is no such entry."""
        found: datetime | None = await self.connection.fetchval(_RECORDED_AT, self.municipality_code, position)
        return found

    async def _nodes(self, path: Path | Sequence[tuple[Node, ...]]) -> TileNodes:
        tiles = tiles_for(node for subtrees in path for node in subtrees)
        return TileNodes({tile: await self._tile(tile) for tile in tiles})

    async def _tile(self, tile: Tile) -> list[bytes]:
        place = (tile.level, tile.first, tile.first + WIDTH)
        return [row["hash"] for row in await self.connection.fetch(_TILE, self.municipality_code, *place)]


def _parsed(stored: bytes | None) -> Frontier:
    try:
        return Frontier.from_bytes(stored) if stored is not None else Frontier()
    except InvalidValue:
        raise LedgerBent(0) from None


def _require_whole(rows: Sequence[Any], first: int, end: int) -> None:
    """All entries from the first position up to the end are there; the end lies before it where some were cut off."""
    if end < first:
        raise LedgerBent(end)
    for expected, row in zip(range(first, end), rows, strict=False):
        if row["position"] != expected:
            raise LedgerBent(expected)
    if len(rows) < end - first:
        raise LedgerBent(first + len(rows))


def _found(make: Callable[[], T], position: int) -> T:
    try:
        return make()
    except (LookupError, InvalidValue):
        raise LedgerBent(position) from None
