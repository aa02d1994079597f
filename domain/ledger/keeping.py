"""What who keeps the ledger's proof works with: the tree where it rests, what was signed, and who outside took it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.errors import Code, Refusal
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.tree import Frontier


class LedgerBent(Refusal):
    """The ledger in the database is not what it was: so the tree does not grow, and nothing is signed.

    `position` is where that shows first: an entry at it, or one below it.
    """

    def __init__(self, position: int) -> None:
        super().__init__(
            Code.LEDGER_UNAVAILABLE,
            detail=(
                f"The ledger in the database is not what it was, at or below position {position}.",
                f"データベース上のアクセス記録が、位置{position}以前で記録時の内容と一致しません。",
            ),
        )
        self.position = position


@dataclass(frozen=True, slots=True)
class Grown:
    """The tree after it grew: its frontier, when each new entry was recorded, and whether it is up to the head."""

    frontier: Frontier
    times: tuple[datetime, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed checkpoint: the ledger's size then, when it was signed, and the note."""

    size: int
    signed_at: datetime
    note: bytes


@dataclass(frozen=True, slots=True)
class Taking:
    """A place outside the database took the checkpoint of this size; a witness gave its signature lines for it."""

    size: int
    place: str
    taken_at: datetime
    cosignatures: str = ""


class Checkpoints(Protocol):
    """What was signed of one ledger."""

    async def add(self, signed: Signed) -> None:
        """Keep a checkpoint."""
        ...

    async def newest(self) -> Signed | None:
        """The one of the largest size."""
        ...

    async def keep_taking(self, taking: Taking) -> None:
        """Remember that a place took one."""
        ...

    async def taken(self) -> dict[str, tuple[int, datetime]]:
        """Of each place the largest size that it took, and when it last took one."""
        ...


class Tree(Protocol):
    """One ledger's tree, open to work on."""

    @property
    def municipality_code(self) -> str:
        """Whose ledger it is."""
        ...

    @property
    def checkpoints(self) -> Checkpoints:
        """What was signed of it."""
        ...

    def locked(self) -> AbstractAsyncContextManager[Frontier]:
        """The frontier, which nobody else moves until the block ends; what is written in it is one whole."""
        ...

    async def grow(self) -> Grown:
        """Take in the next entries, some at a time. Raises `LedgerBent` where one is missing, or was cut off."""
        ...

    async def require_unbent(self, frontier: Frontier, known: Iterable[Checkpoint]) -> None:
        """Raises `LedgerBent` unless what is stored leads to this frontier's root, and to each root that is known."""
        ...

    async def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        """The hashes that lead to both roots. Raises `IndexError`, `LedgerBent`."""
        ...

    async def recorded_at(self, position: int) -> datetime | None:
        """When this entry was recorded; none where there is no such entry."""
        ...


class Trees(Protocol):
    """The trees of all municipalities."""

    def opened(self, municipality_code: str) -> AbstractAsyncContextManager[Tree]:
        """One of them. Raises `Refusal` (STORE_UNAVAILABLE), also for what fails inside the block."""
        ...
