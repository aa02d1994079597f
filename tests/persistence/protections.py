"""Restrictions and support measures as tests of the store order them: short ways, each with an entry of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from domain.ledger.entries import Entry, Kind
from domain.notifications import Idempotency, Maker
from domain.ports import Answer, Order
from domain.restrictions import RestrictedProcess, Restriction, RestrictionLevel, Whose
from domain.support_measures import Protection, SupportKind, SupportMeasureState
from persistence.restrictions import Restrictions
from persistence.support_measures import SupportMeasures
from tests.persistence.registers import NOON, Store, ask
from tests.village import CODE, TODAY, addressee, number_of

OFFICER = Maker("officer", "市民生活部住民課", "T1", NOON)
LAST_WEEK = TODAY - timedelta(days=7)
_SERIALS = count(1)


def an_id(nth: int) -> str:
    """The nth id."""
    return str(UUID(int=(0x7 << 76) | (0x2 << 62) | nth))


def an_order(key: str = "", request: bytes = b"the same") -> Order:
    """An order under a key, its own where none is said, with an entry of its own."""
    nth = next(_SERIALS)
    entry = Entry(id=an_id(1_000_000 + nth), recorded_at=NOON, municipality_code=CODE, request_id="r", kind=Kind.CHANGE)
    asked = Idempotency("officer", key or f"key {nth}", request)
    return Order(CODE, asked, {"entry": entry.id}, (entry,))


def a_restriction(nth: int, **differently: Any) -> Restriction:
    """One of inquiries, of level ERROR, on the fifth villager unless told otherwise."""
    usual: dict[str, Any] = {
        "id": an_id(nth),
        "whose": Whose.RESIDENT,
        "number": number_of(1),
        "process": RestrictedProcess.INQUIRY,
        "level": RestrictionLevel.ERROR,
        "starts_on": LAST_WEEK,
    }
    return Restriction(**usual | differently)


def a_measure(nth: int, villager: int, **differently: Any) -> Protection:
    """A provisional measure of the nth villager since last week."""
    usual: dict[str, Any] = {
        "id": an_id(nth),
        "application": an_id(nth),
        "addressee_number": addressee(villager),
        "kind": SupportKind.STALKING,
        "state": SupportMeasureState.PROVISIONAL,
        "starts_on": LAST_WEEK,
    }
    return Protection(**usual | differently)


def on_restrictions(url: str, do: Callable[[Restrictions], Awaitable[Any]]) -> Any:
    """Ask the repository of restrictions."""

    def work(store: Store) -> Awaitable[Any]:
        return do(Restrictions(store.database))

    return ask(url, work)


def on_measures(url: str, do: Callable[[SupportMeasures], Awaitable[Any]]) -> Any:
    """Ask the repository of support measures."""

    def work(store: Store) -> Awaitable[Any]:
        return do(SupportMeasures(store.database))

    return ask(url, work)


def placed(url: str, restriction: Restriction, order: Order | None = None) -> Answer:
    """Place a restriction."""
    answer: Answer = on_restrictions(url, lambda store: store.place(order or an_order(), restriction, OFFICER))
    return answer


def kept(url: str, *measures: Protection, standing: tuple[Protection, ...] = (), order: Order | None = None) -> Answer:
    """Keep measures of an application."""
    answer: Answer = on_measures(url, lambda store: store.keep(order or an_order(), standing, measures, OFFICER))
    return answer


def of_person(url: str, villager: int) -> list[Protection]:
    """The measures of the nth villager."""
    found: list[Protection] = on_measures(url, lambda store: store.of(CODE, number_of(villager)))
    return found


def some_day(days: int) -> date:
    """So many days after the village's day."""
    return TODAY + timedelta(days=days)
