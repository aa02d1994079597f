"""What tests of checkpoints share: places that do as they are told, two clocks that a test sets, keys, a keeper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from api.checkpoint_keys import new_key
from api.checkpoint_places import NotTaken, Offer, Outside
from api.ledger_keeper import Checkpointing, Keeper, Watch
from persistence.ledger_tree import LedgerTree
from tests.ledger_builders import CITY
from tests.logins import logins_at

KEY = new_key(f"daicho.example/{CITY}")
MINUTES = 10


@dataclass
class Place:
    """A place that takes what it is offered while it is up."""

    name: str = "test:place"
    up: bool = True
    refuses: NotTaken | None = None
    took: list[Offer] = field(default_factory=list)

    async def take(self, offer: Offer) -> str:
        if not self.up:
            raise NotTaken("down")
        if self.refuses:
            raise self.refuses
        self.took.append(offer)
        return ""

    @property
    def sizes(self) -> list[int]:
        return [offer.checkpoint.size for offer in self.took]


@dataclass
class Clocks:
    """The time, and the seconds that nobody can set."""

    now: datetime = datetime(2026, 4, 1, 3, tzinfo=UTC)
    ticks: float = 1000.0

    def pass_by(self, **time: float) -> None:
        """Both go on."""
        passed = timedelta(**time)
        self.now += passed
        self.ticks += passed.total_seconds()

    @property
    def watch(self) -> Watch:
        return Watch(lambda: self.now, lambda: self.ticks)


def keeper(url: str, clocks: Clocks, *places: Outside, log: list[dict[str, Any]] | None = None) -> Keeper:
    """A keeper of the ledger in this database; what it tells the log is added to `log`."""
    told = [] if log is None else log

    def keep(_logger: object, level: str, event: Any) -> Any:
        told.append({"level": level, **event})
        raise structlog.DropEvent

    logger = structlog.wrap_logger(None, processors=[keep])
    return Keeper(LedgerTree(logins_at(url)), Checkpointing({CITY: KEY}, places, MINUTES), clocks.watch, logger)
