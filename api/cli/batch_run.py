"""One run of a batch of certificates: a list is issued line by line in its order, and each document becomes a file.

A line is issued in one transaction with its number; what was printed then waits, sealed, until its file is on the disk.
So a run that ended anywhere is run again: no number is repeated or skipped, and no document is lost.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import orjson

from api.app import new_id, now
from api.certificate_lists import CertificateList, Line
from api.cli.batch_folder import OUT, BatchFolder
from api.cli.errand import Errand
from authz.changing import Wish
from authz.desk import Visit
from authz.entries import Act
from authz.issuing import Issuing
from authz.runs import Asked
from authz.volume import unsafe_unbounded_volume
from domain.certificates.issuances import Handover, Issuance
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from persistence.batches import Batch, Batches

FETCH: Final = Asked("Handover.fetch")
_ENDS: Final = frozenset(
    {Code.STORE_UNAVAILABLE, Code.LEDGER_UNAVAILABLE, Code.SIGNING_UNAVAILABLE, Code.PURPOSE_NOT_GRANTED}
)
"""What is refused to one line will be to the next as well; so is what concerns the folder."""
_ONE_THREAD: Final = ThreadPoolExecutor(1)
"""A batch does one thing at a time; each of several threads would keep memory of its own."""
_OF_ANOTHER: Final = (
    "Another user has begun the batch of this list, and only that user goes on with it.",
    "この一覧の一括発行は別の利用者が開始しており、その利用者だけが続行できます。",
)


@dataclass(slots=True)
class Tally:
    """How far a run is: lines `done` now, those that were `before` it, those refused, and how many by which code."""

    lines: int
    done: int = 0
    before: int = 0
    refused: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    _since: float = field(default_factory=time.monotonic)

    @property
    def dealt_with(self) -> int:
        """Lines that are behind it."""
        return self.done + self.before + self.refused

    @property
    def per_second(self) -> float:
        """Documents a second since it began."""
        return self.done / (time.monotonic() - self._since or 1)

    def told(self) -> str:
        """Beside how many it has dealt with."""
        left = self.lines - self.dealt_with
        return f"  (refused / 不交付 {self.refused:,}, left / 残り {left:,}, {self.per_second:.1f}/s)"


@dataclass(frozen=True, slots=True)
class BatchRun:
    """A run of the batch of a list; `rejects` is told which lines were refused, and by which codes.

    `require_covered` refuses (LEDGER_UNAVAILABLE) to go on where the ledger's proof has left no more.
    """

    errand: Errand
    certificates: CertificateList
    folder: BatchFolder
    rejects: BinaryIO | None
    tally: Tally
    require_covered: Callable[[str], None]

    async def work(self, told: Callable[[int], None]) -> None:
        """Issue every line that is not yet; `told` hears how many are dealt with.

        Raises `Refusal`; what is issued until then stays, and waits for the next run.
        """
        asyncio.get_running_loop().set_default_executor(_ONE_THREAD)
        batch = await self._begun()
        before = await self._batches.done(self._municipality, batch.id)
        for line in self.certificates:
            self.require_covered(self._municipality)
            await self._line(batch, line, before.get(line.number))
            told(self.tally.dealt_with)
        await self._ended(batch)

    # One line.

    async def _line(self, batch: Batch, line: Line, issued: str | None) -> None:
        """Whatever was left undone of it, or its refusal."""
        try:
            found = await (self._issue(batch, line) if issued is None else self._finish(issued))
        except Refusal as refusal:
            if refusal.code in _ENDS or OUT in refusal.names:
                raise
            found = {str(refusal.code)}
        if found:
            self._refuse(line, found)

    async def _issue(self, batch: Batch, line: Line) -> set[str]:
        """Issue and deliver it; the codes of what the checks found where that stopped it. Raises `Refusal`."""
        wish, asked = Wish(f"{batch.id} {line.number}"), Asked(self.errand.name)
        async with self._visiting((batch.id, line.number)) as issuing:
            answer = await issuing.issue(asked, line.request, wish)
        if answer.put_out is None:
            return {str(one["code"]) for one in answer.findings}
        ((issuance, waiting),) = answer.put_out.copies
        await self._deliver(issuance, waiting)
        self.tally.done += 1
        return set()

    async def _finish(self, id_: str) -> set[str]:
        """Deliver what a run before this one has issued, if that is still to do. Raises `Refusal`."""
        store = self.errand.services.desk.office.certificates
        (issuance,) = await store.issuances(self._municipality, [id_])
        await self._deliver(issuance, await store.waiting(self._municipality, id_, now()))
        self.tally.before += 1
        return set()

    async def _deliver(self, issuance: Issuance, waiting: Handover | None) -> None:
        """Make it a file, and only then use its link up. Raises `Refusal` (NOT_FOUND) where it is in neither place."""
        if waiting is None:
            if issuance.stands and not self.folder.has(issuance.number):
                raise Refusal(Code.NOT_FOUND)
            return

        async def keep(found: Handover) -> None:
            await asyncio.to_thread(self.folder.keep, issuance.number, found.content)

        async with self._visiting() as issuing:
            await issuing.fetch(FETCH, waiting.token, keep)

    @asynccontextmanager
    async def _visiting(self, batch: tuple[str, int] | None = None) -> AsyncIterator[Issuing]:
        """A visit of its own for each act, whose grant may have ended since; the ledger has it however it ends."""
        services, caller = self.errand.services, await self.errand.caller()
        visit = Visit(services.desk, caller, self.errand.request, unsafe_unbounded_volume(now))
        try:
            yield Issuing(visit, batch)
        finally:
            await services.ledger.append(visit.entries())

    def _refuse(self, line: Line, codes: set[str]) -> None:
        """Note that a line was refused; never whose it is."""
        self.tally.refused += 1
        self.tally.codes.update(codes)
        if self.rejects is not None:
            self.rejects.writelines(orjson.dumps({"line": line.number, "code": one}) + b"\n" for one in sorted(codes))

    # The batch.

    async def _begun(self) -> Batch:
        """The batch of this list, begun now or before; either way the ledger hears of this run."""
        caller, lines = await self.errand.caller(), len(self.certificates)
        found = await self._batches.find(self._municipality, self.certificates.digest)
        if found is None:
            at = now()
            new = Batch(new_id(at), self.certificates.digest, lines, at, caller.identity.staff_number)
            return await self._batches.begin(self._municipality, new, self.errand.entry(self._act(lines), caller))
        if found.started_by != caller.identity.staff_number:
            raise Refusal(Code.INVALID_INPUT, detail=_OF_ANOTHER)
        await self.errand.record(self._act(lines), caller)
        return found

    async def _ended(self, batch: Batch) -> None:
        """Note how many were done, and that the batch is over where no line is left."""
        caller, act = await self.errand.caller(), self._act(self.tally.done)
        entry = self.errand.entry(act, caller)
        if self.tally.refused or not await self._batches.end(self._municipality, batch.id, now(), entry):
            await self.errand.record(act, caller)

    def _act(self, count: int) -> Act:
        return Act(Kind.JOB, self.errand.name, count)

    @property
    def _municipality(self) -> str:
        return self.errand.municipality_code

    @property
    def _batches(self) -> Batches:
        return Batches(self.errand.services.database)
