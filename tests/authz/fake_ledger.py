"""A ledger in memory as reviewers read it, and what is known of the staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from domain.ledger.reading import Cell, Days, Dimension, Recorded, Sieve, Stretch


@dataclass
class FakeLedger:
    """`held` are canonical entries, oldest first; a page of a scan has two."""

    held: Sequence[bytes] = ()
    stretch: int = 3
    asked: list[str] = field(default_factory=list)

    async def newest(
        self, _municipality_code: str, days: Days | None, sieve: Sieve, before: str | None, most: int
    ) -> Stretch:
        """From the newest `stretch` entries before this id."""
        self.asked.append("newest")
        meant = [one for one in self._of(days) if before is None or one.id < before]
        looked = sorted(meant, key=lambda one: one.id, reverse=True)[: self.stretch]
        found = [one for one in looked if passes(sieve, one)][:most]
        if len(found) == most:
            return Stretch([one.raw for one in found], found[-1].id)
        return Stretch([one.raw for one in found], looked[-1].id if len(looked) == self.stretch else None)

    async def scanned(self, _municipality_code: str, days: Days, sieve: Sieve) -> AsyncIterator[Sequence[bytes]]:
        """Two at a time."""
        self.asked.append("scanned")
        spans = (days.span,) if sieve.spans is None else sieve.spans
        within = [one for one in self._of(days) if any(span.begin <= one.at < span.end for span in spans)]
        meant = [one.raw for one in within if passes(sieve, one)]
        for at in range(0, len(meant), 2):
            yield meant[at : at + 2]

    async def counted(self, _municipality_code: str, days: Days, by: Sequence[Dimension]) -> list[Cell]:
        """By what the columns hold."""
        self.asked.append("counted")
        keys = [tuple(_key(one, dimension) for dimension in by) for one in self._of(days)]
        return [Cell(key, count, 0) for key, count in Counter(keys).items()]

    async def size(self, _municipality_code: str, days: Days) -> int:
        """All of them."""
        return len(self._of(days))

    def _of(self, days: Days | None) -> list[Recorded]:
        read = sorted(map(Recorded.of, self.held), key=lambda one: one.id)
        return [one for one in read if days is None or days.begin <= one.at < days.end]


@dataclass
class FakeStaff:
    """Who is known."""

    own: Mapping[str, str] = field(default_factory=dict)
    kin_of: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    async def own_numbers(self, _municipality_code: str) -> Mapping[str, str]:
        """As given."""
        return self.own

    async def kin(self, _municipality_code: str, numbers: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """As given."""
        return {number: self.kin_of[number] for number in numbers if number in self.kin_of}


def passes(sieve: Sieve, entry: Recorded) -> bool:
    """What a store does with a sieve, in each of its spans."""
    return (
        (not sieve.kinds or entry.kind in sieve.kinds)
        and all(needle in entry.raw for needle in sieve.containing)
        and (not sieve.one_of or any(needle in entry.raw for needle in sieve.one_of))
    )


def _key(entry: Recorded, dimension: Dimension) -> str | None:
    if dimension is Dimension.DAY:
        return entry.day.isoformat()
    return str(entry.at.hour) if dimension is Dimension.HOUR else entry.text(dimension.value.lower())
