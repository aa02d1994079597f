"""One run of an import: the file is read twice, first for what its lines have to do with each other, then to load it.

Memory holds the numbers of all lines and the records of one batch. Each batch is one transaction of whole households;
so a run that was stopped is run again, and what is there already is left as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import asyncpg

from api.app import new_id, now
from api.cli.errand import Errand
from api.import_files import ImportFile
from api.import_rejects import Rejects
from authz.callers import Caller
from authz.entries import Act
from domain.errors import Code, Refusal
from domain.importing.lines import Arrival, arrival_of
from domain.importing.overview import Overview
from domain.importing.reasons import Fault, Reason
from domain.ledger.entries import Kind
from persistence.importing import Joining, Plan, Planner, Taken, copy_plan, join
from persistence.ledger_statements import append_in
from persistence.logins import Login
from persistence.register_writing import Taking

BATCH: Final = 2_000
"""Lines of a transaction, and somewhat more where the last household is large."""
TRIES: Final = 3
PAUSE_SECONDS: Final = 0.5

_IN_THE_WAY: Final = (
    "Something else changes the same residents now (another import?). What was loaded stays; run it again.",
    "同じ住民が同時に更新されています（別の取込み等）。取込み済みの分は残ります。再度実行してください。",
)

Told = Callable[[int], None]
Numbered = tuple[int, Arrival]
"""The number of a line, and whom it brings."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Whole households of a file: whom their lines bring, and why others bring nobody."""

    arrivals: list[Numbered] = field(default_factory=list)
    rejected: list[tuple[int, list[Reason]]] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.arrivals) + len(self.rejected)


class _TakenBack(Exception):
    """Ends the transaction of an import that takes nothing."""


@dataclass(slots=True)
class Tally:
    """How many residents were loaded, and how many were there already."""

    new: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class ImportRun:
    """An import by a caller who may; `rejects` hears of every line that is not taken."""

    errand: Errand
    caller: Caller
    file: ImportFile
    rejects: Rejects
    overview: Overview = field(default_factory=Overview)
    tally: Tally = field(default_factory=Tally)

    def look_through(self, told: Told) -> None:
        """The first reading; `told` hears how many bytes of the file are read."""
        for place, fields, end in self.file.scan():
            self.overview.note(place, fields)
            told(end)

    async def load(self, told: Told) -> None:
        """Load whatever can be taken, batch by batch; `told` hears how many lines are dealt with.

        Raises `Refusal`; what is loaded until then stays.
        """
        await self._record(self.file.lines)
        async for batch in self._batches(told):
            plan = await self._written(batch)
            self._note(batch, plan)
        await self._record(self.tally.new)

    async def load_all_or_nothing(self, told: Told) -> None:
        """Load everything in one transaction; nothing where a line cannot be taken. Raises `Refusal`."""
        await self._record(self.file.lines)
        try:
            await self._load_all(told)
        except _TakenBack:
            self.tally.new = 0
            await self._record(0)

    async def _load_all(self, told: Told) -> None:
        joining: list[tuple[Taking, Joining]] = []
        async with self._transaction(Login.LOADER) as connection:
            async for batch in self._batches(told):
                plan = await self._plan(batch)
                self._note(batch, plan)
                if not self.rejects.lines:
                    await copy_plan(self.errand.services.database, connection, plan)
                    joining += [(plan.taking, one) for one in plan.joining]
            if self.rejects.lines:
                raise _TakenBack
            await self._join(joining)
            await self._record(self.tally.new)

    async def _written(self, batch: Batch) -> Plan:
        """A batch planned and written; planned again where something came in its way."""
        for _ in range(TRIES - 1):
            try:
                return await self._write(await self._plan(batch))
            except Refusal:
                await asyncio.sleep(PAUSE_SECONDS)
        return await self._write(await self._plan(batch))

    async def _write(self, plan: Plan) -> Plan:
        """Each transaction is in the ledger before it is committed: nobody is loaded without a record of it."""
        if plan.rows.residents:
            async with self._transaction(Login.LOADER) as connection:
                await copy_plan(self.errand.services.database, connection, plan)
                await self._record(plan.rows.residents)
        await self._join([(plan.taking, one) for one in plan.joining])
        return plan

    async def _join(self, joining: list[tuple[Taking, Joining]]) -> None:
        """Let people join households that are there: a change, by the login that makes changes."""
        if not joining:
            return
        async with self._transaction(Login.WRITER) as connection:
            for taking, one in joining:
                await join(self.errand.services.database, connection, taking, one)
            act = self._act(sum(one.rows.residents for _, one in joining))
            await append_in(connection, [self.errand.entry(act, self.caller)])

    async def _plan(self, batch: Batch) -> Plan:
        services, code = self.errand.services, self.errand.municipality_code
        taking = Taking(code, await services.vaults.current(code), now())
        planner = Planner(services.database, lambda: UUID(new_id(now())))
        return await planner.plan(taking, [arrival for _, arrival in batch.arrivals])

    async def _batches(self, told: Told) -> AsyncIterator[Batch]:
        """The second reading, each batch while the one before is written; `told` hears when one is dealt with."""
        done, places = 0, self.overview.batches(BATCH)
        ahead = self._reading(next(places, None))
        while ahead is not None:
            batch = await ahead
            ahead = self._reading(next(places, None))
            yield batch
            done += batch.lines
            told(done)

    def _reading(self, places: list[int] | None) -> asyncio.Task[Batch] | None:
        return None if places is None else asyncio.create_task(asyncio.to_thread(self._read, places))

    def _read(self, places: list[int]) -> Batch:
        batch, today = Batch(), self.errand.services.desk.today()
        for place in places:
            number, fields = self.file.number(place), self.file.fields(place)
            if isinstance(fields, Fault):
                batch.rejected.append((number, [Reason.of(fields)]))
                continue
            read = self.overview.reasons(fields) or arrival_of(fields, today)
            if isinstance(read, Arrival):
                batch.arrivals.append((number, read))
            else:
                batch.rejected.append((number, read))
        return batch

    def _note(self, batch: Batch, plan: Plan) -> None:
        """What became of a batch."""
        for number, reasons in batch.rejected:
            self.rejects.add(number, reasons)
        for (number, _), candidate in zip(batch.arrivals, plan.candidates, strict=True):
            if isinstance(candidate.outcome, list):
                self.rejects.add(number, candidate.outcome)
        self.tally.new += plan.count(Taken.NEW)
        self.tally.unchanged += plan.count(Taken.UNCHANGED)

    async def _record(self, count: int) -> None:
        await self.errand.record(self._act(count), self.caller)

    def _act(self, count: int) -> Act:
        """What the ledger is told: how many, never whom."""
        return Act(Kind.JOB, self.errand.name, count)

    @asynccontextmanager
    async def _transaction(self, login: Login) -> AsyncIterator[asyncpg.Connection]:
        try:
            async with self.errand.services.database.transaction(self.errand.municipality_code, login) as connection:
                yield connection
        except Refusal as refusal:
            if refusal.code is not Code.INVALID_INPUT:
                raise
            raise Refusal(Code.INVALID_INPUT, detail=_IN_THE_WAY) from None
