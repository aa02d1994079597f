"""What each job does, as the system caller who runs it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.app import new_id, now
from api.cli.errand import Errand
from authz.callers import Caller
from authz.entries import Act
from domain.errors import Code, Refusal
from domain.jobs import CLOSE_DUE, CODE_STOCK, HANDOVERS, JobResult
from domain.ledger.entries import Entry, Kind
from domain.life_events import MovedOut
from domain.notifications import Idempotency, Maker, Notification, Proposal, Situation, State
from domain.ports import Order
from domain.procedures.moving import CloseDue
from domain.values.identifiers import AddresseeNumber
from persistence.handovers import erase_expired
from persistence.leaving import planned_to_leave

LATER: Final = frozenset({Code.RECORD_HELD, Code.STALE_VERSION, Code.INVALID_VALUE})
"""Refusals that concern one household: it is left for the next run, or for somebody to look at."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One run of a job: who runs it, where, and for which day."""

    errand: Errand
    caller: Caller
    job: str
    day: date

    def entry(self, count: int, subjects: tuple[str, ...] = ()) -> Entry:
        """What the ledger is told."""
        return self.errand.entry(Act(Kind.JOB, f"{self.errand.name} {self.job}", count, subjects), self.caller)


Work = Callable[[Shift], Awaitable[JobResult]]


async def close_due(shift: Shift) -> JobResult:
    """Close the records of those whose planned day has come, each household in one transaction."""
    done = left = 0
    services, code = shift.errand.services, shift.errand.municipality_code
    for of_home in await planned_to_leave(services.database, code):
        try:
            done += await _close(shift, of_home)
        except Refusal as refusal:
            if refusal.code not in LATER:
                raise
            left += 1
    return JobResult(done, left)


async def _close(shift: Shift, residents: tuple[AddresseeNumber, ...]) -> int:
    """How many of them were closed; nothing is stored where none is due."""
    notice, code = CloseDue(residents=residents), shift.errand.municipality_code
    store = shift.errand.services.desk.notifications
    situation = await store.situation(code, shift.day, notice.wanted())
    proposal = notice.proposed(situation)
    closed = [change.addressee_number.value for change in proposal.changes if isinstance(change.event, MovedOut)]
    if closed:
        notification = _notification(shift, situation, proposal)
        subjects = tuple(number.value for number in proposal.subjects)
        asked = Idempotency(notification.made.staff_number, notification.id, notification.id.encode())
        answer = {"notification": notification.id}
        await store.perform(Order(code, asked, answer, (shift.entry(len(closed), subjects),)), notification)
    return len(closed)


def _notification(shift: Shift, situation: Situation, proposal: Proposal) -> Notification:
    at, who = now(), shift.caller.identity
    return Notification(
        id=new_id(at),
        procedure=CloseDue.procedure,
        state=State.APPROVED,
        made=Maker(who.staff_number, who.department, who.terminal, at),
        changes=proposal.changes,
        findings=proposal.findings,
        acknowledged=frozenset(),
        versions={**dict.fromkeys(proposal.subjects, 0), **situation.versions},
    )


async def look_at_stock(shift: Shift) -> JobResult:
    """Something is left to do while the stock is low: more codes must be asked for."""
    is_low = await shift.errand.services.codes.is_low(shift.errand.municipality_code)
    return JobResult(left=int(is_low))


async def erase_handovers(shift: Shift) -> JobResult:
    """Erase what nobody may fetch any more, whatever day the run is for."""
    return JobResult(await erase_expired(shift.errand.services.database, shift.errand.municipality_code, now()))


WORK: Mapping[str, Work] = {
    CLOSE_DUE.name: close_due,
    CODE_STOCK.name: look_at_stock,
    HANDOVERS.name: erase_handovers,
}
"""What each job does, by its name."""
