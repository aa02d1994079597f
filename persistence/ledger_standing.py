"""How a ledger's proof stands, read with the login that keeps it."""

from __future__ import annotations

from typing import Final

from domain.ledger.standing import Outside, Standing, Taken
from persistence.ledger_tree import LedgerTree

_SIZE: Final = "SELECT size FROM ledger_heads WHERE municipality_code = $1"
_OUTSIDE: Final = """
SELECT head.size - coalesce(newest.size, 0) AS lacking, newest.taken_at AS kept_at FROM ledger_heads AS head
LEFT JOIN LATERAL (
    SELECT size, taken_at FROM ledger_takings
    WHERE municipality_code = head.municipality_code ORDER BY size DESC LIMIT 1
) AS newest ON true
WHERE head.municipality_code = $1
"""


class LedgerStandings:
    """Reads what the keeper has kept."""

    def __init__(self, tree: LedgerTree) -> None:
        self._tree = tree

    async def of(self, municipality_code: str) -> Standing:
        """One municipality's, as of one moment. Raises `Refusal` (STORE_UNAVAILABLE)."""
        async with self._tree.opened(municipality_code) as tree, tree.unhurried():
            size: int = await tree.connection.fetchval(_SIZE, municipality_code) or 0
            signed, taken = await tree.checkpoints.newest(), await tree.checkpoints.taken()
        return Standing(size, signed, tuple(Taken(place, *told) for place, told in taken.items()))

    async def outside(self, municipality_code: str) -> Outside:
        """In short, from the ends of indexes: for who asks often. Raises `Refusal` (STORE_UNAVAILABLE)."""
        async with self._tree.opened(municipality_code) as tree:
            row = await tree.connection.fetchrow(_OUTSIDE, municipality_code)
        return Outside(row["lacking"], row["kept_at"]) if row else Outside(0, None)
