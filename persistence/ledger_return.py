"""The ledger after a restore: what it held beyond the restored register is put back unchanged, each at its position."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg

from persistence.home import StartRefused
from persistence.ledger_tables import LEDGER_ENTRIES, LEDGER_SEARCHES

_TOGETHER: Final = 1_000
_HEADS: Final = "SELECT municipality_code, size FROM ledger_heads ORDER BY municipality_code"
_ENTRY: Final = "SELECT entry FROM ledger_entries WHERE municipality_code = $1 AND position = $2"
_MOVE_HEAD: Final = """
INSERT INTO ledger_heads (municipality_code, size) VALUES ($1, $2)
ON CONFLICT (municipality_code) DO UPDATE SET size = excluded.size
"""


@dataclass(frozen=True, slots=True)
class Later:
    """The entries of one municipality from a position on, up to the end of its ledger."""

    municipality_code: str
    first: int
    end: int


async def put_back(whole: asyncpg.Connection, restored: asyncpg.Connection) -> int:
    """Copy what the whole ledger has beyond the restored one, inside a transaction of `restored`; returns how many.

    Raises `StartRefused` where one is not the continuation of the other.
    """
    sizes = dict(await restored.fetch(_HEADS))
    later = [Later(code, sizes.get(code, 0), size) for code, size in await whole.fetch(_HEADS)]
    for each in later:
        await _require_same_past(each, whole, restored)
        for table in (LEDGER_ENTRIES, LEDGER_SEARCHES):
            await _copy(table.name, [column.name for column in table.columns], each, whole, restored)
        await restored.execute(_MOVE_HEAD, each.municipality_code, each.end)
    return sum(each.end - each.first for each in later)


async def _copy(
    table: str, columns: Sequence[str], later: Later, whole: asyncpg.Connection, restored: asyncpg.Connection
) -> None:
    names = ", ".join(columns)
    select = f"SELECT {names} FROM {table} WHERE municipality_code = $1 AND position >= $2 AND position < $3"  # noqa: S608 - names of our own tables
    for first, end in _stretches(later):
        rows = await whole.fetch(select, later.municipality_code, first, end)
        await restored.copy_records_to_table(table, records=rows, columns=columns)


def _stretches(later: Later) -> Iterator[tuple[int, int]]:
    for first in range(later.first, later.end, _TOGETHER):
        yield first, min(first + _TOGETHER, later.end)


async def _require_same_past(later: Later, whole: asyncpg.Connection, restored: asyncpg.Connection) -> None:
    last = (later.municipality_code, later.first - 1)
    if later.end < later.first or await whole.fetchval(_ENTRY, *last) != await restored.fetchval(_ENTRY, *last):
        raise StartRefused(
            "The ledger that was found does not continue the restored one: they are of two different histories.",
            "見つかったアクセス記録は復元したものの続きではありません（履歴が異なります）。",
        )
