"""Where every request of a caller comes in and goes out: she is let in, and no answer leaves before it is recorded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

from starlette.requests import Request
from structlog.typing import FilteringBoundLogger

from api.access_events import decisions_by_outcome, emit
from api.admission import Admission
from api.authentication import authorization_of
from api.graphql import problems
from api.metrics import Metrics
from api.refused_sign_ins import RefusedSignIns
from api.sign_in import SignInRefused
from authz import entries
from authz.callers import Caller
from authz.desk import Desk, Visit
from authz.volume import Volumes
from domain.errors import Code, Refusal
from domain.ledger.entries import Entry, Kind

Append = Callable[[Sequence[Entry]], Awaitable[tuple[int, ...]]]

NO_QUERY_STRING = ("The address takes no query string.", "URLに検索文字列を付けないでください。")
"""An address is written into logs and histories on its way; so nothing of a request may stand in it."""


class Reception:
    """The way in and out, with everything it needs; one for a process."""

    def __init__(  # noqa: PLR0913 - the composition root hands over every part by its name
        self,
        *,
        desk: Desk,
        admission: Admission,
        append: Append,
        require_covered: Callable[[str], None],
        refused_sign_ins: RefusedSignIns,
        volumes: Volumes,
        metrics: Metrics,
        log: FilteringBoundLogger,
    ) -> None:
        self.desk = desk
        self.metrics = metrics
        self.log = log
        self._admission = admission
        self._append = append
        self.require_covered = require_covered
        self._refused_sign_ins = refused_sign_ins
        self._volumes = volumes

    async def enter(self, request: Request, request_id: str) -> Visit:
        """The visit of who is calling. Raises `Refusal`, which is recorded already.

        While no place outside has the ledger's new checkpoints, nobody's visit begins (LEDGER_UNAVAILABLE).
        """
        if request.scope["query_string"]:
            raise Refusal(Code.BAD_REQUEST, detail=NO_QUERY_STRING)
        caller = await self._admit(request, request_id)
        return Visit(self.desk, caller, entries.Request(request_id), await self._volumes.of(caller.identity))

    async def leave(self, visit: Visit) -> Kind | None:
        """Record what a change has not recorded with itself; the kind of the first entry. Raises `Refusal`."""
        for run in visit.runs:
            if run.entry is not None:
                self._tell(run.entry, None, run.duration_ms)
        written = visit.entries()
        try:
            await self.record(written, [run.duration_ms for run in visit.unrecorded])
        except Refusal as refusal:
            raise visit.told(refusal) from refusal
        all_of_them = [run.entry for run in visit.runs if run.entry is not None] + written
        return all_of_them[0].kind if all_of_them else None

    async def record(self, told: Sequence[Entry], durations: Sequence[float] = ()) -> None:
        """Commit to the ledger, then tell the log. Raises `Refusal` (LEDGER_UNAVAILABLE): no record, no data."""
        positions = await self._append(told)
        for at, (entry, position) in enumerate(zip(told, positions, strict=True)):
            self._tell(entry, position, durations[at] if durations else 0.0)

    async def record_folded(self, *, all_of_them: bool = False) -> None:
        """Record the refused sign-ins that were folded; what cannot be recorded now waits for the next time."""
        due = self._refused_sign_ins.due(all_of_them=all_of_them)
        try:
            await self._record_refused_sign_ins(due, str(uuid4()))
        except Refusal:
            self._refused_sign_ins.keep(due)

    def fault(self, error: Exception, request_id: str) -> Refusal:
        """What is told of a fault of ours: its text may hold data, so it is logged as types and places only."""
        self.log.error("internal", request_id=request_id, error=problems.outline(error))
        return Refusal(Code.INTERNAL)

    async def _admit(self, request: Request, request_id: str) -> Caller:
        """Who is calling, for which purpose; a refusal is recorded before it is answered."""
        try:
            identity = await self._admission.identify(authorization_of(request.scope["headers"]))
        except SignInRefused as refused:
            self.metrics.refused_sign_in(refused.reason)
            told = self._refused_sign_ins.note(address_of(request), refused.reason.value)
            await self._record_refused_sign_ins(told, request_id)
            raise
        purpose = None
        try:
            purpose = only_header(request, "daicho-purpose")
            caller = await self._admission.admit(identity, purpose, self.desk.today())
            self.require_covered(identity.municipality_code)
        except Refusal as refused:
            stamp = self.desk.stamp(entries.Request(request_id))
            await self.record([entries.entry_of_refused_admission(identity, purpose, refused.code, stamp)])
            raise
        return caller

    async def _record_refused_sign_ins(self, told: Sequence[entries.RefusedSignIn], request_id: str) -> None:
        request = entries.Request(request_id)
        await self.record([entries.entry_of_refused_sign_in(one, self.desk.stamp(request)) for one in told])

    def _tell(self, entry: Entry, position: int | None, duration_ms: float) -> None:
        """Tell the log and the counts of an entry that is committed."""
        outcomes = decisions_by_outcome(entry)
        emit(self.log, entry, outcomes, position, duration_ms)
        self.metrics.recorded(entry, outcomes)


def address_of(request: Request) -> str:
    """The address that a request came from."""
    return request.client.host if request.client else "unknown"


def only_header(request: Request, name: str) -> str | None:
    """A header's value. Raises `Refusal` (BAD_REQUEST) when it comes twice: nobody chooses between two."""
    values = request.headers.getlist(name)
    if len(values) > 1:
        raise Refusal(Code.BAD_REQUEST, names=(name,))
    return values[0] if values else None
