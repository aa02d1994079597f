"""What every resolver of one request shares: nothing here outlives it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from api.graphql.sealing import Sealer, question
from authz.desk import Visit
from authz.disclosure import Disclosure
from authz.facts import HouseholdFacts, Kind, ResidentFacts
from authz.runs import Position

RECORD_TYPES: Mapping[Kind, str] = MappingProxyType({ResidentFacts: "Resident", HouseholdFacts: "Household"})
"""The types of the graph whose objects are disclosures, by the kind of record."""

Load = Callable[[Sequence[Any], Sequence[Position]], Awaitable[Sequence[Any]]]


@dataclass(slots=True)
class _Level:
    """The parents that ask for the same field at the same place of the answer, answered by one run."""

    load: Load
    parents: list[Any] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    waiting: list[asyncio.Future[Any]] = field(default_factory=list)


class Levels:
    """Gathers the parents of a field, level by level, so that a resolver of objects runs once for all of them.

    graphql-core asks for a field of every object of a level before the event loop goes on; so what has gathered when
    the loop comes round is the level.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[str, ...], _Level] = {}
        self._running: set[asyncio.Task[None]] = set()

    def join(self, place: tuple[str, ...], parent: object, position: Position, load: Load) -> asyncio.Future[Any]:
        """Wait for this parent's part of what `load` brings for all parents at this place."""
        loop = asyncio.get_running_loop()
        level = self._open.get(place)
        if level is None:
            level = self._open[place] = _Level(load)
            loop.call_soon(self._start, place)
        answer: asyncio.Future[Any] = loop.create_future()
        level.parents.append(parent)
        level.positions.append(position)
        level.waiting.append(answer)
        return answer

    async def settled(self) -> None:
        """Wait until every level that was joined is answered: only then is each edge decided for both its ends."""
        while self._open or self._running:
            await (asyncio.wait(self._running) if self._running else asyncio.sleep(0))

    def _start(self, place: tuple[str, ...]) -> None:
        task = asyncio.get_running_loop().create_task(_answer(self._open.pop(place)))
        self._running.add(task)
        task.add_done_callback(self._running.discard)


async def _answer(level: _Level) -> None:
    try:
        found = await level.load(level.parents, level.positions)
    except Exception as error:  # noqa: BLE001 - handed on to every parent that waits
        for answer in level.waiting:
            if not answer.done():
                answer.set_exception(error)
    else:
        for answer, one in zip(level.waiting, found, strict=True):
            if not answer.done():  # it was given up when another field of the request failed
                answer.set_result(one)


@dataclass(slots=True)
class Context:
    """The visit at the desk, the sealer, and the levels of this request."""

    visit: Visit
    sealer: Sealer
    levels: Levels = field(default_factory=Levels)

    def question(self, *asked: object) -> bytes:
        """What a cursor of this request is bound to: whose register, who asks for which purpose, and what."""
        profile = self.visit.caller.profile
        return question(self.visit.occasion.municipality_code, profile.department, profile.purpose, *asked)

    def node_id(self, disclosure: Disclosure) -> str:
        """The sealed id of a record."""
        kind = RECORD_TYPES[disclosure.view.kind]
        return self.sealer.node_id(kind, self.visit.occasion.municipality_code, disclosure.key)
