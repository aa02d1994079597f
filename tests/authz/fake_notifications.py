"""A store of notifications in memory: it keeps what it was ordered, each key once, and remembers the orders."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from domain.errors import Code, Refusal
from domain.ledger.entries import Entry
from domain.notifications import Idempotency, Maker, Notification, Situation, State, Wanted
from domain.ports import Answer, Order
from domain.values.identifiers import MunicipalityCode
from tests.village import CODE, TODAY


@dataclass
class FakeNotifications:
    """What is kept; `breaks` is raised instead of carrying out an order, `wanted` is what was asked of the register."""

    stands: Situation = field(default_factory=lambda: Situation(TODAY, MunicipalityCode(CODE)))
    kept: dict[str, Notification] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    ledger: list[Entry] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    breaks: Exception | None = None
    _answers: dict[tuple[str, str], tuple[bytes, Answer]] = field(default_factory=dict)

    async def situation(self, _municipality_code: str, _today: date, wanted: Wanted) -> Situation:
        """The one that stands."""
        self.wanted.append(wanted)
        return self.stands

    async def answered(self, _municipality_code: str, asked: Idempotency) -> Answer | None:
        """What was answered under this key."""
        known = self._answers.get((asked.caller, asked.key))
        if known and known[0] != asked.request:
            raise Refusal(Code.IDEMPOTENCY_KEY_REUSED)
        return known[1] if known else None

    async def keep_answer(self, order: Order) -> Answer:
        """Remember the answer."""
        return await self._carry_out(order, "keep_answer", None)

    async def submit(self, order: Order, notification: Notification) -> Answer:
        """Keep it."""
        return await self._carry_out(order, "submit", notification)

    async def perform(self, order: Order, notification: Notification) -> Answer:
        """Keep it as approved."""
        return await self._carry_out(order, "perform", notification)

    async def approve(self, order: Order, id_: str, by: Maker) -> Answer:
        """It has happened."""
        return await self._carry_out(order, "approve", self._ended(id_, State.APPROVED, by))

    async def withdraw(self, order: Order, id_: str, by: Maker) -> Answer:
        """It will not happen."""
        return await self._carry_out(order, "withdraw", self._ended(id_, State.WITHDRAWN, by))

    async def notification(self, _municipality_code: str, id_: str) -> Notification | None:
        """The one with this id."""
        return self.kept.get(id_)

    async def notifications(self, _municipality_code: str, state: State, first: int, after: str | None) -> list[str]:
        """Those in this state."""
        ids = [id_ for id_, one in sorted(self.kept.items()) if one.state is state]
        return [id_ for id_ in ids if id_ > (after or "")][:first]

    def _ended(self, id_: str, state: State, by: Maker) -> Notification:
        if self.kept[id_].state is not State.PROVISIONAL:
            raise Refusal(Code.NOTIFICATION_ENDED)
        return replace(self.kept[id_], state=state, ended_at=by.at, ended_by=by.staff_number)

    async def _carry_out(self, order: Order, name: str, notification: Notification | None) -> Answer:
        if self.breaks:
            raise self.breaks
        known = await self.answered(order.municipality_code, order.asked)
        if known is not None:
            return known
        self._answers[order.asked.caller, order.asked.key] = (order.asked.request, order.answer)
        self.done.append(name)
        self.ledger += order.entries
        if notification is not None:
            self.kept[notification.id] = notification
        return order.answer
