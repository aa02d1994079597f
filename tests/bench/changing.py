"""`python -m tests.bench.changing`: what a notification costs, beside a bare transaction of the same rows.

Two databases hold the same city. In the one a clerk notifies that somebody moves, and a second person approves it: with
checks, holds, ledger, history, search keys and outbox, at the desk that every request comes to. What that has written
is written into the other at once, by the same driver, in one transaction and with nothing else; they take turns. The
goal: at most five times as long. Then 50 clerks notify and 50 applications read at once (tests/bench/crowd.py).
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg
import click
import pytest

from api.app import Services, now, opened
from api.development_issuer import DEMONSTRATION_CALLERS
from authz.callers import Caller, Identity, Profile
from authz.changing import Answered, Changing, Wish
from authz.desk import Visit
from authz.entries import Request
from authz.runs import Asked
from authz.volume import unsafe_unbounded_volume
from domain.notifications import Notice
from domain.procedures.filing import Filing
from domain.procedures.matters import IndividualMatter, RecordMatter
from domain.procedures.moving import MoveWithin, MovingWithin
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber
from domain.values.relationships import HOUSEHOLDER
from persistence import embedded
from persistence.database import Database
from persistence.home import default_home
from persistence.metadata import METADATA
from tests.bench.crowd import crowd
from tests.bench.growth import CODE, new_city

MOST_TIMES = 5.0
WARMING_UP = 10
"""The first people of each kind do not count."""
NEW_HOME = Address("北海道苫小牧市旭町3丁目2番1号")
FLATS = """
SELECT min(addressee_number) FROM residents WHERE municipality_code = $1 AND NOT is_closed
AND relationship_to_householder <> '世帯主' AND planned_move_out_address IS NULL
GROUP BY household_number ORDER BY md5(household_number) LIMIT $2
"""
"""People of different households who may leave theirs."""

T = TypeVar("T")
Seconds = dict[str, list[tuple[float, float]]]
"""Of each step: daicho's and the bare transaction's, pair by pair."""


@dataclass
class Recording:
    """A connection of daicho's that notes what is written through it: how, by which statement, with which values."""

    connection: asyncpg.Connection
    written: list[tuple[str, str, tuple[Any, ...]]]

    def __getattr__(self, name: str) -> Any:
        own = getattr(self.connection, name)
        if name not in {"execute", "executemany", "fetch", "fetchval"}:
            return own

        def noting(statement: str, *values: Any) -> Any:
            if statement.split(None, 1)[0] in {"INSERT", "UPDATE", "DELETE"}:
                self.written.append((name, statement, values))
            return own(statement, *values)

        return noting


@dataclass
class Turns:
    """The two databases, and what a step took in each."""

    services: Services
    bare: asyncpg.Connection
    seconds: Seconds = field(default_factory=lambda: defaultdict(list))
    _keys: Iterator[int] = field(default_factory=count)

    async def notify(self, step: str, caller: str, notice: Notice) -> str:
        """Hand in, in both; the notification's id."""
        answer = await self._both(step, caller, lambda one, wish: one.notify(_asked(notice), lambda: notice, wish))
        return str(answer["notification"])

    async def approve(self, step: str, id_: str) -> None:
        """Approve, in both."""
        asked = Asked("Mutation.approve")
        await self._both(step, "register-checker", lambda one, wish: one.approve(asked, id_, wish))

    async def _both(self, step: str, caller: str, act: Callable[[Changing, Wish], Awaitable[Answered]]) -> Any:
        visit = Visit(self.services.desk, caller_named(caller), Request("bench"), unsafe_unbounded_volume(now))
        wish = Wish(f"key-{next(self._keys)}")
        with _recorded() as written:
            daicho, answered = await _timed(act(Changing(visit), wish))
        bare, _ = await _timed(self._write(written))
        if not answered.answer["stored"]:
            raise SystemExit(f"{step}: {[one['code'] for one in answered.answer['findings']]}")
        self.seconds[step].append((daicho, bare))
        return answered.answer

    async def _write(self, written: list[tuple[str, str, tuple[Any, ...]]]) -> None:
        async with self.bare.transaction():
            for how, statement, values in written:
                await getattr(self.bare, how)(statement, *values)


@click.command()
@click.option("--residents", default=20_000, show_default=True)
@click.option("--people", default=200, show_default=True, help="Who move, and of whom something is recorded.")
@click.option("--seconds", default=20.0, show_default=True, help="For which the crowd keeps coming.")
def changing(residents: int, people: int, seconds: float) -> None:
    """Measure a notification alone, and among many."""
    usual = default_home()
    usual.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="daicho-changing-", dir=usual.parent) as name:
        server = embedded.start(Path(name))
        try:
            asyncio.run(_compare(Path(name), server.url, residents, people))
        finally:
            server.stop()
    crowd(residents, seconds)


async def _compare(home: Path, url: str, residents: int, people: int) -> None:
    settings, material, own = await new_city(home, url, residents)
    bare = await _copy_of(own)
    async with opened(settings, material) as services:
        turns, who = Turns(services, bare), await _people(bare, 2 * (people + WARMING_UP))
        for nth, number in enumerate(who):
            await (_moves if nth % 2 else _is_recorded)(turns, number, services.desk.today())
    await _must_hold_the_same(own, bare)
    await bare.close()
    _tell(turns.seconds)


_MATTER, _MOVE, _APPROVE = "a matter, recorded at once", "a move, notified", "the same, approved"


async def _moves(turns: Turns, number: AddresseeNumber, today: date) -> None:
    mover = MovingWithin(addressee_number=number, relationship_to_householder=HOUSEHOLDER)
    notice = MoveWithin(filing=_filing(today), members=(mover,), current_address=NEW_HOME)
    await turns.approve(_APPROVE, await turns.notify(_MOVE, "register-desk", notice))


async def _is_recorded(turns: Turns, number: AddresseeNumber, today: date) -> None:
    matter, text = IndividualMatter.LONG_TERM_CARE_INSURANCE, "該当（第2号被保険者）"
    notice = RecordMatter(filing=_filing(today), resident=number, matter=matter, text=text)
    await turns.notify(_MATTER, "care-clerk", notice)


def _tell(seconds: Seconds) -> None:
    """The two whole notifications beside the goal, and what the longer one consists of."""
    matter, move, approve = (seconds[step][WARMING_UP:] for step in (_MATTER, _MOVE, _APPROVE))
    whole = [(at[0] + then[0], at[1] + then[1]) for at, then in zip(move, approve, strict=True)]
    for step, pairs in ((_MATTER, matter), ("a move, notified and approved", whole)):
        times, told = _compared(pairs)
        click.echo(f"{'met   ' if times <= MOST_TIMES else 'MISSED'} {step}: {told} (goal: at most {MOST_TIMES:g})")
    for step, pairs in ((_MOVE, move), (_APPROVE, approve)):
        click.echo(f"       {step}: {_compared(pairs)[1]}")


def _compared(pairs: Sequence[tuple[float, float]]) -> tuple[float, str]:
    """By the medians."""
    daicho, bare = (statistics.median(one) for one in zip(*pairs, strict=True))
    return daicho / bare, f"{daicho * 1e3:.2f} ms, the bare transaction {bare * 1e3:.2f} ms, {daicho / bare:.1f} ×"


async def _timed(work: Awaitable[T]) -> tuple[float, T]:
    started = time.perf_counter()
    result = await work
    return time.perf_counter() - started, result


@contextmanager
def _recorded() -> Iterator[list[tuple[str, str, tuple[Any, ...]]]]:
    """What daicho writes meanwhile, transaction after transaction."""
    written: list[tuple[str, str, tuple[Any, ...]]] = []
    transaction = Database.transaction

    @asynccontextmanager
    async def noting(*asked: Any) -> AsyncIterator[Recording]:
        async with transaction(*asked) as connection:
            yield Recording(connection, written)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "transaction", noting)
        yield written


async def _copy_of(url: str) -> asyncpg.Connection:
    """A connection to another database that holds the same."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    owner = await asyncpg.connect(parts._replace(path="/postgres").geturl())
    await owner.execute(f'CREATE DATABASE "{name}_bare" TEMPLATE "{name}"')
    await owner.close()
    for one in (parts.path, f"{parts.path}_bare"):
        connection = await asyncpg.connect(parts._replace(path=one).geturl())
        await connection.execute("VACUUM ANALYZE")
    return connection


async def _must_hold_the_same(url: str, bare: asyncpg.Connection) -> None:
    """That really the same was written: as many rows in every table."""
    own = await asyncpg.connect(url)
    for table in METADATA.tables:
        counted = [await one.fetchval(f"SELECT count(*) FROM {table}") for one in (own, bare)]  # noqa: S608 - our names
        if counted[0] != counted[1]:
            raise SystemExit(f"{table}: daicho has {counted[0]} rows, the other database {counted[1]}")
    await own.close()


async def _people(connection: asyncpg.Connection, wanted: int) -> list[AddresseeNumber]:
    found = [AddresseeNumber(row[0]) for row in await connection.fetch(FLATS, CODE, wanted)]
    if len(found) < wanted:
        raise SystemExit(f"only {len(found)} people may move: take more --residents or fewer --people")
    return found


def _filing(today: date) -> Filing:
    return Filing(changed_on=RegisterDate.of(today))


def _asked(notice: Notice) -> Asked:
    return Asked(f"Mutation.{notice.procedure}")


def caller_named(name: str) -> Caller:
    one = next(one for one in DEMONSTRATION_CALLERS if one.name == name)
    identity = Identity(
        subject=one.name,
        display_name=one.display_name,
        municipality_code=CODE,
        department=one.department,
        staff_number=one.staff_number,
        terminal=one.terminal,
        application="bench",
        strength="demonstration",
    )
    return Caller(identity, one.place, (), Profile(one.department, one.purposes[0]), one.purposes)


if __name__ == "__main__":
    changing()
