"""Turns: so many requests are executed at once, the others wait in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from domain.errors import Code, Refusal

AT_ONCE: Final = 16
"""A change takes some twenty statements in a row and holds the heads of changes and ledger through the last of them.

Among a hundred reads, all going on after each statement, that takes seconds, and whoever commits next waits as long.
"""
PATIENCE_SECONDS: Final = 6.0
"""For so long a turn is waited for: as for a connection to the store."""


class Turns:
    """Hands out turns, `at_once` of them."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE_SECONDS) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._patience = patience

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Have a turn. Raises `Refusal` (STORE_UNAVAILABLE) where none came in time: nothing was begun."""
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise Refusal(Code.STORE_UNAVAILABLE) from None
        try:
            yield
        finally:
            self._free.release()
