"""Changing the register at the desk: notifications are handed in, approved and withdrawn by who may, and read there.

Each is decided by the policy before anything is loaded, and done in one transaction with its entry in the ledger; so
its run is recorded already when the answer is made. Asked again under the same key, it is answered the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from authz.desk import Visit, not_permitted
from authz.facts import NotificationFacts, ResidentFacts
from authz.idempotency import asked_once
from authz.policy import Outcome
from authz.runs import Asked, Run, graphql_name
from domain.errors import Code, Refusal
from domain.findings import Finding, Severity
from domain.ids import uuid_of
from domain.ledger.entries import Kind
from domain.life_events import Revised
from domain.notifications import (
    Idempotency,
    Maker,
    Notice,
    Notification,
    Proposal,
    Situation,
    State,
    Wanted,
)
from domain.ports import FACTS, KEY, Answer, NotificationStore, Order
from domain.procedures.matters import RecordMatter
from domain.restrictions import findings_on
from domain.search_terms import Term, recorded_form

Act = Callable[[Order], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Wish:
    """Under which key somebody asks, and which warnings she has seen, by their codes."""

    key: str
    acknowledged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a change is answered: as it was the first time; `notification` where there is one."""

    answer: Answer
    notification: Notification | None = None


class Changing:
    """What one caller changes in one visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    async def notify(self, asked: Asked, read: Callable[[], Notice], wish: Wish) -> Answered:
        """Hand in what `read` gives. What its checks find is an answer; everything else that stops it is a refusal."""
        with self.visit.running(asked) as run:
            notice = read()
            self._require("notify", NotificationFacts(notice.procedure, own=True, matter=matter_of(notice)))
            once = asked_once(self.visit, wish.key, notice.procedure, (notice, wish.acknowledged))
            return await self._again(run, once) or await self._hand_in(run, once, notice, wish)

    async def approve(self, asked: Asked, id_: str, wish: Wish) -> Answered:
        """Do what a provisional notification proposes, as a second person."""
        return await self._end(asked, "approve", id_, wish)

    async def withdraw(self, asked: Asked, id_: str, wish: Wish) -> Answered:
        """End a provisional notification without doing it."""
        return await self._end(asked, "withdraw", id_, wish)

    async def notification(self, asked: Asked, id_: str) -> Notification | None:
        """The notification with this id, if there is one that the caller may see."""
        with self.visit.running(asked) as run:
            found = await self._seen(id_)
            run.subjects = subjects_of(found) if found else ()
        return found

    async def notifications(
        self, asked: Asked, state: State, first: int, after: str | None
    ) -> tuple[list[Notification], bool]:
        """A page of the notifications in this state, the oldest first, and whether more follow."""
        with self.visit.running(asked) as run:
            if not self._may("see", NotificationFacts()):
                return [], False
            ids = await self._store.notifications(self._municipality, state, first + 1, after)
            found = [one for id_ in ids[:first] if (one := await self._seen(id_))]
            run.subjects = tuple(dict.fromkeys(number for one in found for number in subjects_of(one)))
        return found, len(ids) > first

    def told(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that this caller may be told: for the others she would need the right to search by an item."""
        return [one for one in findings if one.check.told_by is None or self.visit.search_right(one.check.told_by)]

    def findings_of(self, notification: Notification) -> list[dict[str, Any]]:
        """What the checks found in a notification, as far as this caller may be told, as an answer has it."""
        return [finding_told(one) for one in self.told(notification.findings)]

    # Handing in.

    async def _hand_in(self, run: Run, once: Idempotency, notice: Notice, wish: Wish) -> Answered:
        wanted = notice.wanted()
        matching = self._matching(run, wanted)
        situation = await self._store.situation(self._municipality, self.visit.occasion.today, wanted)
        proposal = await self._restricted(notice.proposed(situation))
        run.subjects = tuple(number.value for number in proposal.subjects)
        told = self.told(proposal.findings)
        stopping = self._stopping(told, wish.acknowledged)
        if stopping:
            return await self._found_wrong([run, *matching], once, told, stopping)
        await self._require_shown(run.subjects)
        notification = self._notification(notice, situation, proposal, wish)
        immediate = notice.procedure in self.visit.desk.decisions.policy.immediate
        if immediate and not self._stopping(proposal.findings, wish.acknowledged):
            notification = replace(notification, state=State.APPROVED)
        act = self._store.submit if notification.state is State.PROVISIONAL else self._store.perform
        answer = answer_of(notification, told)
        return await self._do([run, *matching], once, answer, lambda order: act(order, notification), notification)

    async def _restricted(self, proposal: Proposal) -> Proposal:
        """What restrictions on whom it touches say to it, beside its own checks (標準仕様書1.0 3.1)."""
        return replace(proposal, findings=(*proposal.findings, *await self._restrictions(proposal)))

    async def _restrictions(self, proposal: Proposal) -> tuple[Finding, ...]:
        desk, today = self.visit.desk, self.visit.occasion.today
        people = [number.value for number in proposal.subjects]
        homes = sorted(number.value for number in proposal.households)
        found = await desk.restrictions.touching(self._municipality, people, homes)
        return findings_on(found, today, desk.now())

    def _matching(self, run: Run, wanted: Wanted) -> list[Run]:
        """Whoever is to be entered is looked for by her number: the ledger has it like any search, one entry each."""
        numbers = [one.individual_number for one in wanted.match if one.individual_number]
        searches = [run, *(Run(run.asked, Kind.SEARCH) for _ in numbers[1:])]
        for search, number in zip(searches, numbers, strict=False):
            form = recorded_form(Term("individual_number", number))
            search.searched_by = {"individual_number": self.visit.digest("individual_number", form)}
        return searches[1:]

    def _notification(self, notice: Notice, situation: Situation, proposal: Proposal, wish: Wish) -> Notification:
        made = self._maker()
        return Notification(
            id=self.visit.desk.new_id(made.at),
            procedure=notice.procedure,
            state=State.PROVISIONAL,
            made=made,
            changes=proposal.changes,
            findings=proposal.findings,
            acknowledged=wish.acknowledged,
            versions={**dict.fromkeys(proposal.subjects, 0), **situation.versions},
        )

    # Ending one.

    async def _end(self, asked: Asked, action: str, id_: str, wish: Wish) -> Answered:
        with self.visit.running(asked) as run:
            notification = await self._seen(id_)
            if notification is None:
                raise Refusal(Code.INVALID_INPUT, names=("id",), detail=NONE_SUCH)
            self._require(action, self._facts(notification))
            once = asked_once(self.visit, wish.key, action, (id_, wish.acknowledged))
            return await self._again(run, once) or await self._ended(run, once, action, notification, wish)

    async def _ended(
        self, run: Run, once: Idempotency, action: str, notification: Notification, wish: Wish
    ) -> Answered:
        run.subjects, by = subjects_of(notification), self._maker()
        restricted = await self._restrictions(Proposal(notification.changes)) if action == "approve" else ()
        told = self.told(dict.fromkeys((*notification.findings, *restricted)))
        stopping = self._stopping(told, notification.acknowledged | wish.acknowledged)
        if action == "approve" and stopping and notification.state is State.PROVISIONAL:
            return await self._found_wrong([run], once, told, stopping)
        await self._require_shown(run.subjects)
        act, state = (
            (self._store.approve, State.APPROVED) if action == "approve" else (self._store.withdraw, State.WITHDRAWN)
        )
        ended = replace(notification, state=state, ended_at=by.at, ended_by=by.staff_number)
        return await self._do([run], once, answer_of(ended, told), lambda order: act(order, notification.id, by), ended)

    # Doing it once, with its entries.

    async def _again(self, run: Run, once: Idempotency) -> Answered | None:
        """What this was answered before, if it was asked before."""
        answer = await self._store.answered(self._municipality, once)
        return None if answer is None else await self._repeated(run, answer)

    async def _repeated(self, run: Run, answer: Answer) -> Answered:
        run.kind, run.code, self.visit.changed = Kind.READ, None, bool(answer["stored"])
        id_ = answer["notification"]
        found = await self._store.notification(self._municipality, id_) if id_ else None
        run.subjects = subjects_of(found) if found else ()
        return Answered(answer, replace(found, state=State(answer["state"])) if found else None)

    async def _found_wrong(
        self, runs: Sequence[Run], once: Idempotency, told: Sequence[Finding], stopping: Sequence[Finding]
    ) -> Answered:
        runs[0].kind, runs[0].code = Kind.REFUSAL, stopping[0].check.code
        return await self._do(runs, once, answer_of(None, told), self._store.keep_answer, None)

    async def _do(
        self, runs: Sequence[Run], once: Idempotency, answer: Answer, act: Act, notification: Notification | None
    ) -> Answered:
        """Carry it out with its entries; where somebody has done it in the meantime, hear what she was answered."""
        if notification is not None:
            runs[0].kind = Kind.CHANGE
        entries = [self.visit.entry_of(run) for run in runs]
        order = Order(self._municipality, once, {**answer, "entry": entries[0].id}, entries)
        given = await act(order)
        if given["entry"] != entries[0].id:
            return await self._repeated(runs[0], given)
        for run, entry in zip(runs, entries, strict=True):
            run.entry = entry
        self.visit.changed = notification is not None
        return Answered(given, notification)

    def _stopping(self, findings: Iterable[Finding], acknowledged: frozenset[str]) -> list[Finding]:
        """Errors, and warnings that nobody has acknowledged."""
        return [one for one in findings if one.severity is Severity.ERROR or one.check.code not in acknowledged]

    # What is decided.

    def _may(self, action: str, facts: NotificationFacts) -> bool:
        return self.visit.desk.decisions.may(self.visit.caller.profile, action, facts) is not None

    def _require(self, action: str, facts: NotificationFacts) -> None:
        if not self._may(action, facts):
            raise Refusal(Code.NOT_PERMITTED)

    def _facts(self, notification: Notification) -> NotificationFacts:
        own = notification.made.staff_number == self.visit.caller.identity.staff_number
        return NotificationFacts(notification.procedure, own, matter_recorded(notification))

    async def _seen(self, id_: str) -> Notification | None:
        found = await self._store.notification(self._municipality, id_) if uuid_of(id_) else None
        return found if found and self._may("see", self._facts(found)) else None

    async def _require_shown(self, subjects: Sequence[str]) -> None:
        """Strict mode, before a change: refuse what the facts of those whom it is about would withhold."""
        wanted = [asked for asked, kind in self.visit.required if kind is ResidentFacts]
        if not wanted:
            return
        codes = await facts_codes(self.visit, subjects)
        permits = [self.visit.permit(asked, ResidentFacts) for asked in wanted]
        views = [permit.views[code] for permit in permits for code in set(codes.values())]
        hidden = {
            item: decision.rule.id
            for view in views
            for item, decision in view.decisions.items()
            if decision.outcome is not Outcome.SHOWN
        }
        if hidden:
            raise not_permitted([{"item": graphql_name(item), "rule": rule} for item, rule in hidden.items()])

    def _maker(self) -> Maker:
        who = self.visit.caller.identity
        return Maker(who.staff_number, who.department, who.terminal, self.visit.desk.now())

    @property
    def _store(self) -> NotificationStore:
        return self.visit.desk.notifications

    @property
    def _municipality(self) -> str:
        return self.visit.occasion.municipality_code


NONE_SUCH = ("There is no such notification.", "該当する届出がありません。")
"""What is said of an id, whether nobody has it or the caller may not see what does."""


def subjects_of(notification: Notification) -> tuple[str, ...]:
    """The addressee numbers of those whose records it changes, each once."""
    return tuple(dict.fromkeys(change.addressee_number.value for change in notification.changes))


def matter_of(notice: Notice) -> str:
    """Which of the 個別事項 a notice records, by its item; empty for all else."""
    return notice.matter.item if isinstance(notice, RecordMatter) else ""


def matter_recorded(notification: Notification) -> str:
    """The same of a notification that is kept: the item that it revises beside the list of all."""
    if notification.procedure != RecordMatter.procedure:
        return ""
    revised = [change.event.revised for change in notification.changes if isinstance(change.event, Revised)]
    return next((item for items in revised for item in items if item != "individual_matters"), "")


def answer_of(notification: Notification | None, told: Iterable[Finding]) -> dict[str, Any]:
    """What a change is answered, as it is kept for who asks again: ids, codes, names and fixed texts."""
    return {
        "stored": notification is not None,
        "notification": notification.id if notification else None,
        "state": notification.state.value if notification else None,
        "findings": [finding_told(one) for one in told],
    }


def finding_told(finding: Finding) -> dict[str, Any]:
    """A finding as an answer has it: code, names and fixed texts."""
    check = finding.check
    return {
        "code": check.code,
        "severity": check.severity.value,
        "source": check.source,
        "message": check.english,
        "message_ja": check.japanese,
        "names": list(finding.names),
    }


async def facts_codes(visit: Visit, numbers: Iterable[str]) -> dict[str, int]:
    """The codes of the facts that hold today of those of these residents whom the caller may open."""
    permit = visit.permit(Asked(""), ResidentFacts)
    if not permit.opens:
        return {}
    rows = await visit.desk.residents.numbered(permit.reading, visit.occasion, set(numbers))
    return {str(row[KEY]): int(str(row[FACTS])) for row in rows}
