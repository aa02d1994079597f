"""The register at work: the real desk over the real store, its clerks, its clock, and the book beside it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import asyncpg
import pytest

from api.app import Material, Services, new_id, opened
from api.cli import job_work
from api.cli.errand import Errand
from api.cli.system_caller import ADMINISTER, system_caller, system_identity
from api.graphql.sealing import load_sealer
from api.settings import read_settings
from authz.changing import Answered, Changing, Wish
from authz.desk import Visit
from authz.entries import Request
from authz.runs import Asked
from authz.volume import unsafe_unbounded_volume
from domain.checks import CHECKS
from domain.errors import Refusal
from domain.jobs import CLOSE_DUE, JobResult
from domain.notifications import Maker, Notice, Situation, State, Wanted
from domain.versions import Version
from persistence.notifications import Notifications
from tests.authz.visits import a_caller
from tests.deep.book import Book
from tests.deep.choices import Town, new_serials
from tests.deep.invariants import digest, everything_holds, whole_histories_hold
from tests.deep.town import BEGIN_AGAIN, people
from tests.domain.situations import TODAY
from tests.keys import NUMBER_KEY
from tests.logins import logins_at
from tests.serving import LEDGER_KEY, UNHINDERED
from tests.village import CODE

T = TypeVar("T")
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 3, 0, tzinfo=UTC)
TERMINAL = "T7"
EVERY_WARNING = frozenset(CHECKS)
_STATES = """
SELECT n.id::text, n.state, n.ended_by FROM notifications n LEFT JOIN life_events e
ON e.municipality_code = n.municipality_code AND e.notification_id = n.id
GROUP BY n.id, n.state, n.ended_by ORDER BY min(e.sequence) NULLS LAST, n.id
"""
_BASES = "SELECT addressee_number, valid_from, recorded_at FROM resident_versions"


@dataclass(frozen=True)
class Ask:
    """What a clerk asks for under a key: to hand in a notice, or to end the notification with this id."""

    clerk: str
    key: str
    about: Notice | str
    action: str = "notify"
    acknowledged: frozenset[str] = EVERY_WARNING


class Watched(Notifications):
    """The store, where something may happen between what a clerk sees and what she hands in."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def situation(self, municipality_code: str, today: date, wanted: Wanted) -> Situation:
        """What she sees, and what happens right after it."""
        seen = await super().situation(municipality_code, today, wanted)
        if happens := self.meanwhile:
            self.meanwhile = None
            await happens()
        return seen


@dataclass
class World:
    """A register that begins again with every run. `digest` is that of all that is read, after the last step."""

    services: Services
    store: Watched
    connection: asyncpg.Connection
    runner: asyncio.Runner
    at: datetime = NOON
    book: Book = field(default_factory=Book)
    digest: str = ""
    serials: Iterator[int] = field(default_factory=new_serials)
    answered: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Wait for something."""
        return self.runner.run(work)

    async def begin(self) -> None:
        """Everything as on the first day."""
        await self.connection.execute(BEGIN_AGAIN)
        self.at, self.book, self.serials, self.answered = NOON, Book(), new_serials(), {}
        records = {one.addressee_number.value: one for one in people()}
        for number, valid_from, recorded_at in await self.connection.fetch(_BASES):
            self.book.begins_with(Version(records[number], valid_from, recorded_at))
        self.digest = await digest(self.connection)

    @property
    def town(self) -> Town:
        """What clerks know."""
        return Town(self.at.date(), self.book.records, self.book.approved, self.book.awaited, self.serials)

    # At the desk.

    async def ask(self, asked: Ask) -> Answered | Refusal:
        """What a clerk is answered."""
        caller = a_caller("resident_register", staff_number=asked.clerk)
        request = Request(new_id(self.at), "Change", "d" * 64)
        changing = Changing(Visit(self.services.desk, caller, request, unsafe_unbounded_volume(lambda: self.at)))
        wish, about = Wish(asked.key, asked.acknowledged), asked.about
        try:
            if isinstance(about, str):
                act = changing.approve if asked.action == "approve" else changing.withdraw
                answered = await act(Asked(f"Mutation.{asked.action}"), about, wish)
            else:
                answered = await changing.notify(Asked(f"Mutation.{about.procedure}"), lambda: about, wish)
        except Refusal as refusal:
            return refusal
        self._remember(asked, answered)
        return answered

    def _remember(self, asked: Ask, answered: Answered) -> None:
        told = self.answered.get((asked.clerk, asked.key))
        assert told is None or told == answered.answer, "the same question is answered alike"
        if told is None:
            self.answered[asked.clerk, asked.key] = dict(answered.answer)
            if answered.notification is not None:
                self.book.hears(answered.notification)

    async def close_due(self) -> JobResult:
        """The daily job, and what it has handed in."""
        right = ADMINISTER
        errand = Errand("daicho jobs run", right, self.services, CODE, Request(new_id(self.at)))
        shift = job_work.Shift(errand, system_caller(system_identity(CODE), right), CLOSE_DUE.name, self.at.date())
        result = await job_work.close_due(shift)
        for (id_,) in await self.connection.fetch("SELECT id::text FROM notifications WHERE procedure = 'closeDue'"):
            if id_ not in self.book.states:
                found = await self.services.desk.notifications.notification(CODE, id_)
                assert found is not None
                self.book.hears(found)
        return result

    # After a step.

    async def compare(self) -> None:
        """Bring the book up to what was answered, and compare the register with it."""
        rows = await self.connection.fetch(_STATES)
        assert {row["id"]: row["state"] for row in rows} == self.book.states, "what was answered is what is kept"
        new = [row for row in rows if row["state"] == State.APPROVED and row["id"] not in self.done]
        for row in new:
            self._happens(row["id"], row["ended_by"])
        before, self.digest = self.digest, await digest(self.connection)
        assert new or self.digest == before, "nothing that is read changes before it is approved"
        await everything_holds(self.connection, self.book, self.services.vaults.of(CODE), self.answered)

    @property
    def done(self) -> set[str]:
        """What has happened already."""
        return {one.notification for one in self.book.happened}

    def _happens(self, id_: str, by: str) -> None:
        notification = self.book.notifications[id_]
        made = notification.made
        terminal = made.terminal if by == made.staff_number else TERMINAL
        self.book.happens(id_, Maker(by, made.department, terminal, self.at))

    def end(self) -> None:
        """At the end of a run, what is too much for every step."""
        whole_histories_hold(self.book)


def _settings(home: Path) -> Any:
    return read_settings({"DAICHO_HOME": str(home), **UNHINDERED}, demo=True)


@asynccontextmanager
async def _at_work(
    url: str, home: Path, clock: list[World]
) -> AsyncIterator[tuple[Services, Watched, asyncpg.Connection]]:
    """The services with the world's clock, and a connection that looks behind them."""
    material = Material(logins_at(url), LEDGER_KEY, load_sealer(home / "cursor-keyset.json"), NUMBER_KEY)
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(opened(_settings(home), material))
        connection = await asyncpg.connect(url)
        stack.push_async_callback(connection.close)
        below, now = random.Random(1).randrange, lambda: clock[0].at  # noqa: S311 - so that runs repeat
        store = Watched(services.database, services.vaults, now=now, new_id=new_id, below=below)
        yield replace(services, desk=replace(services.desk, notifications=store, now=now)), store, connection


@contextmanager
def world_at(url: str) -> Iterator[World]:
    """The world on a database of the town."""
    clock: list[World] = []
    with TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        at_work = _at_work(url, Path(home), clock)
        services, store, connection = runner.run(at_work.__aenter__())
        try:
            clock.append(World(services, store, connection, runner))
            patch.setattr(job_work, "now", lambda: clock[0].at)
            yield clock[0]
        finally:
            runner.run(at_work.__aexit__(None, None, None))


def days(number: int) -> timedelta:
    """So many days."""
    return timedelta(days=number)
