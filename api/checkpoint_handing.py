"""Handing a checkpoint to the places outside: side by side, none for longer than it may take.

Whether a place has one, only this process's own eyes tell: the database also holds who took what, but whoever rewrites
the ledger could write there that the witness had taken it. One place that knows another history outweighs all that take
the new one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from structlog.typing import FilteringBoundLogger

from api.checkpoint_places import NotTaken, Offer, Outside
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.keeping import Taking, Tree

SECONDS: Final = 10.0
"""So long a place has to take a checkpoint."""


class Handing:
    """Hands checkpoints to these places, and remembers what it saw each of them take."""

    def __init__(
        self,
        places: Sequence[Outside],
        now: Callable[[], datetime],
        log: FilteringBoundLogger,
        seconds: float = SECONDS,
    ) -> None:
        self._places = places
        self._now = now
        self._log = log
        self._seconds = seconds
        self._seen: dict[tuple[str, str], int] = {}

    async def hand_out(self, tree: Tree, checkpoint: Checkpoint, note: bytes) -> bool:
        """Offer it to every place that was not seen to take it; whether one has it and none knows another history."""
        told = await tree.checkpoints.taken()
        one_at_a_time = asyncio.Lock()

        async def proof_from(size: int) -> list[bytes]:
            async with one_at_a_time:  # the places are asked side by side, over one connection
                return await tree.consistency_proof(size, checkpoint.size) if size <= checkpoint.size else []

        async def offer(place: Outside) -> NotTaken | None:
            seen = tree.municipality_code, place.name
            if self._seen.get(seen, 0) >= checkpoint.size:
                return None
            last = min(told[place.name][0] if place.name in told else 0, checkpoint.size)
            try:
                cosignatures = await self._taken(place, Offer(checkpoint, note, last, proof_from))
            except NotTaken as refused:
                async with one_at_a_time:
                    refused = await _weighed(refused, tree)
                self._tell(refused, place, checkpoint)
                return refused
            async with one_at_a_time:
                await tree.checkpoints.keep_taking(Taking(checkpoint.size, place.name, self._now(), cosignatures))
            self._seen[seen] = checkpoint.size
            return None

        refusals = [one for one in await asyncio.gather(*map(offer, self._places)) if one is not None]
        return len(refusals) < len(self._places) and not any(one.is_contradiction for one in refusals)

    async def _taken(self, place: Outside, offer: Offer) -> str:
        """What the place signs. Raises `NotTaken`, also where it has not answered in time."""
        try:
            async with asyncio.timeout(self._seconds):
                return await place.take(offer)
        except TimeoutError:
            raise NotTaken("no answer in time") from None

    def _tell(self, refused: NotTaken, place: Outside, checkpoint: Checkpoint) -> None:
        tell = self._log.critical if refused.is_contradiction else self._log.error
        tell(
            "checkpoint_not_taken",
            origin=checkpoint.origin,
            size=checkpoint.size,
            place=place.name,
            why=refused.reason,
        )


async def _weighed(refused: NotTaken, tree: Tree) -> NotTaken:
    """A place that knows more was told more by another process of ours, or it knows another history."""
    if refused.knows is None:
        return refused
    newest = await tree.checkpoints.newest()
    is_ours = newest is not None and newest.size >= refused.knows
    return NotTaken("it has a newer one" if is_ours else "it knows another history", is_contradiction=not is_ours)
