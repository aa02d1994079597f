"""How a ledger's proof stands, read with the login that keeps it."""

from __future__ import annotations

from typing import Final

from domain.ledger.standing import Standing, Taken
from persistence.ledger_tree import LedgerTree

_SIZE: Final = "SELECT size FROM ledger_heads WHERE municipality_code = $1"


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
