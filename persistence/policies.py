"""The policies that ever decided, and from when on each did: only added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from persistence.database import Database, Statement
from persistence.logins import Login

_KEEP = "INSERT INTO policies (municipality_code, hash, text, first_used_at) VALUES ($1, $2, $3, $4)"
_LAST = "SELECT hash FROM policies WHERE municipality_code = $1 ORDER BY first_used_at DESC, hash LIMIT 1"
_KEPT = Statement(
    "SELECT hash, text, first_used_at FROM policies WHERE municipality_code = $1 ORDER BY first_used_at, hash",
    ("municipality",),
)


class KeptPolicy(NamedTuple):
    """A policy as it was, and when it began to decide here; one that was put back stands here twice."""

    hash: str
    text: str
    first_used_at: datetime


class Policies:
    """The repository of policies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, municipality_code: str, policy: KeptPolicy) -> None:
        """Write a policy down, unless it is the one that decides already. Raises `Refusal` (STORE_UNAVAILABLE)."""
        async with self._database.transaction(municipality_code, Login.WRITER) as connection:
            if await connection.fetchval(_LAST, municipality_code) != policy.hash:
                await connection.execute(_KEEP, municipality_code, *policy)

    async def kept(self, municipality_code: str) -> list[KeptPolicy]:
        """All that ever decided here, oldest first. Raises `Refusal` (STORE_UNAVAILABLE)."""
        rows: list[Any] = await self._database.fetch(_KEPT, {"municipality": municipality_code})
        return [KeptPolicy(*row) for row in rows]
