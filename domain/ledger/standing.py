"""How a ledger's proof stands: what is signed of it, and who outside the database has that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ledger.keeping import Signed


@dataclass(frozen=True, slots=True)
class Taken:
    """A place outside the database: the largest size that it took, and when it last took one."""

    place: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A ledger's size now, the checkpoint that was signed last (none while it is empty), and the places."""

    size: int
    signed: Signed | None
    places: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """What places outside the database lack of a ledger: so many entries; and when the newest they have came there."""

    lacking: int
    kept_at: datetime | None


class Standings(Protocol):
    """How the proofs of all ledgers stand."""

    async def of(self, municipality_code: str) -> Standing:
        """That of one municipality's. Raises `Refusal` (STORE_UNAVAILABLE)."""
        ...
