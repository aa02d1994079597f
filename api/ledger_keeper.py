"""The keeper of the ledger's proof: outside the request path, every few seconds, it lets the tree grow up to the head,
signs one checkpoint for all that is new, and hands it to the places outside the database.

What an administrator of the database changes before the keeper comes by leaves no trace, so it comes often; what is
older is found by who compares the ledger with a checkpoint from outside. Where no place outside has what is new for
the set time, nothing more is disclosed until one has: it stops, and goes on again, by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from structlog.typing import FilteringBoundLogger

from api.checkpoint_handing import Handing
from api.checkpoint_keys import ed25519_verify, signed_note, verifier_of
from api.checkpoint_places import Outside
from domain.errors import Code, InvalidValue, Refusal
from domain.ledger.checkpoints import Checkpoint, parse_checkpoint, read_checkpoint
from domain.ledger.keeping import LedgerBent, Signed, Tree, Trees
from domain.ledger.note_keys import SignerKey
from domain.ledger.notes import parse_note

SECONDS: Final = 20.0
"""Between two rounds; a minute is the most that is promised, also where a round is slow."""
MANY_ENTRIES: Final = 2_000
"""After so many new entries a round begins at once."""
FIRST_ROUND_SECONDS: Final = 5.0
LAST_ROUND_SECONDS: Final = 2.0
CLOCK_TOLERANCE: Final = timedelta(seconds=5)

_STALE: Final = (
    "The ledger's checkpoints have reached no place outside the database for too long, so nothing is disclosed.",
    "アクセス記録のチェックポイントをデータベース外に保存できない状態が続いているため、回答できません。",
)


@dataclass(frozen=True, slots=True)
class Checkpointing:
    """What a ledger's proof needs: a key for each municipality's ledger, and the places outside. Keys never print."""

    keys: Mapping[str, SignerKey] = field(repr=False)
    places: Sequence[Outside]
    minutes: int


@dataclass(frozen=True, slots=True)
class Watch:
    """The two clocks: the time, and a count of seconds that nobody can set."""

    now: Callable[[], datetime]
    ticks: Callable[[], float]


class Keeper:
    """Keeps the proofs of all municipalities that the server holds."""

    def __init__(self, trees: Trees, material: Checkpointing, watch: Watch, log: FilteringBoundLogger) -> None:
        self._trees = trees
        self._material = material
        self._watch = watch
        self._log = log
        self._clock = ClockAlarm(watch, log)
        self._handing = Handing(material.places, watch.now, log)
        self._known: dict[str, Checkpoint] = {}
        self._covered: dict[str, float] = {}
        self._new_entries = 0
        self._wake = asyncio.Event()

    async def start(self) -> None:
        """Find out how long the oldest entry that no place has is waiting already, and try the first round.

        A service that starts again begins no new patience.
        """
        for code in self._material.keys:
            self._covered[code] = self._watch.ticks() - await self._waited(code)
        await self._rounds_within(FIRST_ROUND_SECONDS)

    async def run(self) -> None:
        """Round after round, until cancelled."""
        while True:
            await self._rounds()
            self._new_entries = 0
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), SECONDS)
            except TimeoutError:
                continue

    async def stop(self) -> None:
        """One more round, so that what was recorded last is not left without a checkpoint."""
        await self._rounds_within(LAST_ROUND_SECONDS)

    def notice(self, entries: int) -> None:
        """So many entries were committed."""
        self._new_entries += entries
        if self._new_entries >= MANY_ENTRIES:
            self._wake.set()

    def require_covered(self, municipality_code: str) -> None:
        """Raises `Refusal` (LEDGER_UNAVAILABLE) where new entries have left the database for too long."""
        if self.seconds_uncovered(municipality_code) > self._material.minutes * 60:
            raise Refusal(Code.LEDGER_UNAVAILABLE, detail=_STALE)

    def seconds_uncovered(self, municipality_code: str) -> float:
        """How long ago everything recorded until then was known to be in a checkpoint that a place outside has."""
        return self._watch.ticks() - self._covered.get(municipality_code, float("-inf"))

    async def round(self, municipality_code: str) -> Checkpoint | None:
        """Bring one tree up to the head, sign what is new, hand it out; the newest checkpoint, if any.

        Raises `LedgerBent` where the ledger is not what it was, `Refusal` (STORE_UNAVAILABLE).
        """
        began = self._watch.ticks()
        async with self._trees.opened(municipality_code) as tree:
            await self._grow(tree)
            signed = await self._signed(tree)
            if signed is None or await self._handing.hand_out(tree, *signed):
                self._covered[municipality_code] = began
        return signed[0] if signed else None

    async def _rounds(self) -> None:
        self._clock.look()
        for code in self._material.keys:
            try:
                await self.round(code)
            except LedgerBent as bent:
                self._log.critical("ledger_bent", municipality_code=code, position=bent.position)
            except Exception as error:  # noqa: BLE001 - the next round tries again; its text may hold data
                self._log.error("checkpoint_failed", municipality_code=code, error=type(error).__name__)

    async def _rounds_within(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._rounds(), seconds)
        except TimeoutError:
            self._log.warning("checkpoint_takes_long", seconds=seconds)

    async def _waited(self, municipality_code: str) -> float:
        """For how many seconds the oldest entry that no place has is there."""
        async with self._trees.opened(municipality_code) as tree:
            taken = await tree.checkpoints.taken()
            first = max((size for size, _ in taken.values()), default=0)
            at = await tree.recorded_at(first)
        return max((self._watch.now() - at).total_seconds(), 0.0) if at else 0.0

    async def _grow(self, tree: Tree) -> None:
        is_complete = False
        while not is_complete:
            grown = await tree.grow()
            self._clock.look_at(tree.municipality_code, grown.frontier.size - len(grown.times), grown.times)
            is_complete = grown.is_complete

    async def _signed(self, tree: Tree) -> tuple[Checkpoint, bytes] | None:
        """The newest checkpoint, signed now if there are new entries; nothing while the ledger is empty.

        Before, what is stored must still lead to every root that was signed last, here and by others.
        """
        code, key = tree.municipality_code, self._material.keys[tree.municipality_code]
        async with tree.locked() as frontier:
            newest = await tree.checkpoints.newest()
            await tree.require_unbent(frontier, self._signed_before(code, newest))
            checkpoint = Checkpoint(key.name, frontier.size, frontier.root)
            if newest is not None and newest.size == frontier.size:
                note = newest.note
            elif frontier.size:
                note = signed_note(checkpoint.body(), key)
                await tree.checkpoints.add(Signed(frontier.size, self._watch.now(), note))
            else:
                return None
        self._known[code] = checkpoint
        return checkpoint, note

    def _signed_before(self, municipality_code: str, newest: Signed | None) -> Iterator[Checkpoint]:
        """What this process has signed or seen last, and what the database says was signed last."""
        if municipality_code in self._known:
            yield self._known[municipality_code]
        if newest is None:
            return
        key = verifier_of(self._material.keys[municipality_code])
        try:
            yield read_checkpoint(newest.note, key, ed25519_verify).checkpoint
        except InvalidValue:
            self._log.error("checkpoint_of_another_key", municipality_code=municipality_code, size=newest.size)
            yield _unverified(newest)


class ClockAlarm:
    """Tells the log when somebody sets the clock: positions do not follow it, but times that are read later do."""

    def __init__(self, watch: Watch, log: FilteringBoundLogger) -> None:
        self._watch = watch
        self._log = log
        self._seen: tuple[datetime, float] | None = None
        self._latest: dict[str, datetime] = {}

    def look(self) -> None:
        """Has the time gone on as fast as the seconds that nobody can set?"""
        seen, self._seen = self._seen, (self._watch.now(), self._watch.ticks())
        if seen is None:
            return
        moved = self._seen[0] - seen[0] - timedelta(seconds=self._seen[1] - seen[1])
        if abs(moved) > CLOCK_TOLERANCE:
            self._log.error("clock_was_set", seconds=round(moved.total_seconds()))

    def look_at(self, municipality_code: str, first: int, times: Sequence[datetime]) -> None:
        """Was an entry recorded before the one it follows?"""
        for position, at in enumerate(times, first):
            latest = self._latest.get(municipality_code, at)
            if latest - at > CLOCK_TOLERANCE:
                told = {"municipality_code": municipality_code, "position": position}
                self._log.error("recorded_before_earlier_one", seconds=round((latest - at).total_seconds()), **told)
            self._latest[municipality_code] = at


def _unverified(signed: Signed) -> Checkpoint:
    """What a stored note says, whoever signed it."""
    try:
        return parse_checkpoint(parse_note(signed.note).text)
    except InvalidValue:
        raise LedgerBent(signed.size) from None
