"""The limit of bulk (大量検索・大量出力): beyond it, records are given out on an approved extraction request only.

Each person of a municipality has so many records and searches an hour, whatever purpose, terminal or way of asking she
takes; a search or a page that could exceed them is refused before the store is touched. Each process remembers what it
has seen, and takes what it has not from the ledger: when it first meets a person, and again every few minutes. So a
restart forgets nothing, and several processes know of one another (重点項目評価書Ⅲ: 大量のデータ出力には事前の承認).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from authz.callers import Identity
from authz.runs import Run
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.volume import HOUR, Bounds, LastHour, Tally

ReadLedger = Callable[[str, str, datetime], Awaitable[Sequence[Tally]]]
"""What the ledger of a municipality says of a staff number since a moment, by the minute."""

AGAIN_AFTER: Final = timedelta(minutes=5)
COUNTED: Final = frozenset({Kind.READ, Kind.SEARCH, Kind.ISSUE})
"""The runs whose records count. What an approved extraction gives out does not: its approval bounds it."""
REMEMBERED: Final = 10_000
"""People in memory; who falls out is looked up in the ledger when she comes again."""


class Volume:
    """What one person has been shown and searched within the hour, in all her visits."""

    def __init__(self, bounds: Bounds, now: Callable[[], datetime]) -> None:
        self._bounds = bounds
        self._now = now
        self._hour = LastHour()

    def require_room(self, records: int) -> None:
        """Refuse what could show more records than are left of the hour. Raises `Refusal` (EXTRACTION_REQUIRED)."""
        if self._hour.spent(self._now()).records + records > self._bounds.records:
            raise Refusal(Code.EXTRACTION_REQUIRED, extensions={"limit": self._bounds.records})

    def show(self, records: int) -> None:
        """Count records that are about to be shown. Raises `Refusal` (EXTRACTION_REQUIRED) for more than are left."""
        if records:
            self.require_room(records)
            self.note(records)

    def note(self, records: int) -> None:
        """Count records that have been shown, or issued: what stands is not refused any more."""
        self._hour.add(Tally(self._now(), records=records))

    def search(self) -> None:
        """Count a search, before it is made. Raises `Refusal` (EXTRACTION_REQUIRED) for one too many."""
        at = self._now()
        if self._hour.spent(at).searches >= self._bounds.searches:
            raise Refusal(Code.EXTRACTION_REQUIRED, extensions={"limit": self._bounds.searches})
        self._hour.add(Tally(at, searches=1))

    def learn(self, told: Sequence[Tally]) -> None:
        """Take what the ledger says of her."""
        self._hour.learn(told)


def count_records(run: Run, volume: Volume) -> None:
    """Count what a run has shown, or refuse that it is shown: then it has shown nothing. Raises `Refusal`."""
    if run.kind not in COUNTED:
        return
    records = len(run.shown) or len(run.subjects)
    if run.entry is not None:
        volume.note(records)
        return
    try:
        volume.show(records)
    except Refusal:
        run.shown, run.positions, run.subjects = (), (), ()
        raise


def unsafe_unbounded_volume(now: Callable[[], datetime]) -> Volume:
    """For work that is bounded by something else, approved beforehand: a batch from a list, a measurement."""
    endless = 1 << 62
    return Volume(Bounds(endless, endless), now)


class Volumes:
    """Everybody's, as this process remembers them."""

    def __init__(
        self, bounds: Bounds, read: ReadLedger, now: Callable[[], datetime], remembered: int = REMEMBERED
    ) -> None:
        self._bounds = bounds
        self._read = read
        self._now = now
        self._remembered = remembered
        self._known: OrderedDict[tuple[str, str], tuple[Volume, datetime]] = OrderedDict()

    async def of(self, identity: Identity) -> Volume:
        """Hers. Raises `Refusal` (LEDGER_UNAVAILABLE) where the ledger cannot tell."""
        person, at = (identity.municipality_code, identity.staff_number), self._now()
        known = self._known.get(person)
        if known is None or at - known[1] >= AGAIN_AFTER:
            told = await self._read(*person, at - HOUR)
            known = (self._remember(person, at), at)
            known[0].learn(told)
        self._known.move_to_end(person)
        return known[0]

    def _remember(self, person: tuple[str, str], at: datetime) -> Volume:
        """One volume for all her visits, however many of them were waiting for the ledger at once."""
        volume = self._known[person][0] if person in self._known else Volume(self._bounds, self._now)
        self._known[person] = (volume, at)
        if len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return volume
