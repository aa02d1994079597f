"""抑止 and 支援措置 at the desk: restrictions and support measures, each act by a right of its own and done once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from authz.desk import Visit
from authz.facts import NotificationFacts
from authz.idempotency import asked_once
from authz.runs import Asked, Run
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.notifications import Idempotency, Maker
from domain.ports import Answer, Order
from domain.procedures.protecting import Moment, Protecting, Restricting
from domain.restrictions import Restriction
from domain.support_measures import Protection

Act = Callable[[Order], Awaitable[Answer]]
Before = Callable[[str, Idempotency], Awaitable[Answer | None]]
N = TypeVar("N", Restricting, Protecting)


@dataclass(frozen=True, slots=True)
class Done:
    """What an act comes to: whose records it is about, what is answered, and how it is kept."""

    subjects: tuple[str, ...]
    answer: dict[str, Any]
    act: Act


class Protector:
    """What one caller does about restrictions and support measures in one visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    async def restrict(self, asked: Asked, read: Callable[[], Restricting], key: str) -> Answer:
        """Place, release or lift a restriction. Raises `Refusal`."""
        return await self._do(asked, read, key, self.visit.desk.restrictions.answered, self._restricted)

    async def protect(self, asked: Asked, read: Callable[[], Protecting], key: str) -> Answer:
        """Record an application, or what becomes of one. Raises `Refusal`."""
        return await self._do(asked, read, key, self.visit.desk.support_measures.answered, self._protected)

    async def restrictions(self, asked: Asked, number: str) -> list[Restriction]:
        """The restrictions that stand on a person or on her household. Raises `Refusal` (NOT_PERMITTED)."""
        with self.visit.running(asked) as run:
            self._require_details("Restriction")
            found = await self.visit.desk.restrictions.touching(self._municipality, [number])
            run.subjects = (number,) if found else ()
        return found

    async def measures(self, asked: Asked, number: str) -> list[Protection]:
        """The support measures that a person has or had. Raises `Refusal` (NOT_PERMITTED)."""
        with self.visit.running(asked) as run:
            self._require_details("SupportMeasure")
            found = await self.visit.desk.support_measures.of(self._municipality, number)
            run.subjects = (number,) if found else ()
        return found

    async def _do(
        self,
        asked: Asked,
        read: Callable[[], N],
        key: str,
        before: Before,
        come_to: Callable[[N], Awaitable[Done]],
    ) -> Answer:
        with self.visit.running(asked) as run:
            told = read()
            if self._right(told.procedure) is None:
                raise Refusal(Code.NOT_PERMITTED)
            once = asked_once(self.visit, key, told.procedure, told)
            given = await before(self._municipality, once)
            return given if given is not None else await self._recorded(run, once, await come_to(told))

    async def _recorded(self, run: Run, once: Idempotency, done: Done) -> Answer:
        """Keep it, with its entry; where somebody did the same meanwhile, hear what she was answered."""
        run.kind, run.subjects = Kind.CHANGE, done.subjects
        entry = self.visit.entry_of(run)
        order = Order(self._municipality, once, {**done.answer, "entry": entry.id}, (entry,))
        given = await done.act(order)
        if given["entry"] != entry.id:
            run.kind = Kind.READ
            return given
        run.entry, self.visit.changed = entry, True
        return given

    async def _restricted(self, told: Restricting) -> Done:
        store, by = self.visit.desk.restrictions, self._maker()
        standing = await store.one(self._municipality, told.about) if told.about is not None else None
        one = told.proposed(standing, self._moment(by))
        keep = store.change if standing else store.place
        return Done((one.number,), _of_restriction(one), lambda order: keep(order, one, by))

    async def _protected(self, told: Protecting) -> Done:
        store, by = self.visit.desk.support_measures, self._maker()
        standing = await store.application(self._municipality, told.about) if told.about is not None else []
        proposed = told.proposed(standing, self._moment(by))
        return Done(_whose(proposed), _of_measures(proposed), lambda order: store.keep(order, standing, proposed, by))

    def _right(self, procedure: str) -> object:
        facts = NotificationFacts(procedure, own=True)
        return self.visit.desk.decisions.may(self.visit.caller.profile, "protect", facts)

    def _require_details(self, resource: str) -> None:
        if not self.visit.desk.decisions.permits(self.visit.caller.profile, "read", resource):
            raise Refusal(Code.NOT_PERMITTED)

    def _moment(self, by: Maker) -> Moment:
        desk = self.visit.desk
        return Moment(self.visit.occasion.today, by.at, desk.release_for, lambda: desk.new_id(by.at))

    def _maker(self) -> Maker:
        who = self.visit.caller.identity
        return Maker(who.staff_number, who.department, who.terminal, self.visit.desk.now())

    @property
    def _municipality(self) -> str:
        return self.visit.occasion.municipality_code


def _whose(measures: Iterable[Protection]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.addressee_number.value for one in measures))


def _of_restriction(one: Restriction) -> dict[str, Any]:
    """What is answered and kept for who asks again: ids, days and times."""
    until = one.released_until.isoformat() if one.released_until else None
    return {"id": one.id, "starts_on": _day(one.starts_on), "ends_on": _day(one.ends_on), "released_until": until}


def _of_measures(proposed: Sequence[Protection]) -> dict[str, Any]:
    one = proposed[0]
    return {
        "id": one.application,
        "starts_on": _day(one.starts_on),
        "ends_on": _day(one.ends_on),
        "released_until": None,
    }


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
