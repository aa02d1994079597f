"""Notifications, and what becomes of the register when they are approved: each order one transaction.

Its first statement takes the idempotency key, for which whoever sends the same waits; its last ones are the ledger's.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Integer, Text, Uuid, bindparam, or_, select

from domain.errors import Code, Refusal
from domain.ids import uuid_of
from domain.ledger.entries import Entry
from domain.notifications import Idempotency, Maker, Notification, Situation, State, Wanted
from domain.ports import Answer, Order
from domain.values.identifiers import IndividualNumber
from persistence.approving import ID, PENDING, NewId, approve, withdraw
from persistence.changes_tables import NOTIFICATIONS
from persistence.database import Database, compiled
from persistence.histories import SEALED
from persistence.idempotency import answered, answered_before
from persistence.keysets import Vaults
from persistence.ledger_statements import append_in
from persistence.logins import Login
from persistence.notification_rows import notification_of, opened, places_in
from persistence.numbering import Below
from persistence.reading import MUNICIPALITY
from persistence.situations import Situations
from persistence.submitting import submit
from persistence.vault import Place, Vault, VaultError
from persistence.work import Work

_N = NOTIFICATIONS.c
_AFTER = bindparam("after", type_=Uuid)
_ONE = compiled(select(NOTIFICATIONS).where(_N.municipality_code == MUNICIPALITY, _N.id == ID))
_IN_STATE = compiled(
    select(_N.id)
    .where(
        _N.municipality_code == MUNICIPALITY,
        _N.state == bindparam("state", type_=Text),
        or_(_AFTER.is_(None), _N.id > _AFTER),
    )
    .order_by(_N.id)
    .limit(bindparam("first", type_=Integer))
)

_TRY_AGAIN = (
    "The keys of the Individual Numbers have just been changed. Try again.",
    "個人番号の鍵が変更されました。再度お試しください。",
)


class Notifications:
    """The repository of notifications: `domain.ports.NotificationStore`.

    `new_id` makes UUIDv7s, `below` random numbers.
    """

    def __init__(
        self, database: Database, vaults: Vaults, *, now: Callable[[], datetime], new_id: NewId, below: Below
    ) -> None:
        self._database = database
        self._vaults = vaults
        self._now = now
        self._new_id = new_id
        self._situations = Situations(database, vaults, now, new_id, below)

    async def situation(self, municipality_code: str, today: date, wanted: Wanted) -> Situation:
        """The part of the register that a procedure asked for; numbers and codes are drawn.

        Raises `Refusal` (STORE_UNAVAILABLE; its own text where no codes are left), `VaultError`.
        """
        return await self._situations.of(municipality_code, today, wanted)

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was. Raises `Refusal`: IDEMPOTENCY_KEY_REUSED, STORE_UNAVAILABLE."""
        return await answered(self._database, municipality_code, asked)

    async def keep_answer(self, order: Order) -> Answer:
        """Remember an answer that changed nothing."""

        async def nothing(_: Work) -> None:
            return None

        return await self._once(order, nothing)

    async def submit(self, order: Order, notification: Notification) -> Answer:
        """Keep a provisional notification, and hold whom it touches."""
        return await self._once(order, lambda work: submit(work, notification))

    async def perform(self, order: Order, notification: Notification) -> Answer:
        """The same, approved at once."""

        async def both(work: Work) -> None:
            await submit(work, notification)
            await approve(work, UUID(notification.id), notification.made, self._new_id)

        return await self._once(order, both)

    async def approve(self, order: Order, id_: str, by: Maker) -> Answer:
        """Append the events of a provisional notification to the records, and let go of whom it held."""
        return await self._once(order, lambda work: approve(work, UUID(id_), by, self._new_id))

    async def withdraw(self, order: Order, id_: str, by: Maker) -> Answer:
        """End a provisional notification without doing it."""
        return await self._once(order, lambda work: withdraw(work, UUID(id_), by))

    async def notification(self, municipality_code: str, id_: str, *, numbers: bool = True) -> Notification | None:
        """One notification; without `numbers`, its events have none. Raises `Refusal`, `VaultError`."""
        rows: list[Any] = await self._database.fetch(_ONE, {"municipality": municipality_code, "id": uuid_of(id_)})
        if not rows:
            return None
        places = places_in(rows[0]) if numbers else []
        return notification_of(rows[0], await self._numbers(rows[0]["id"], places) if places else {})

    async def notifications(self, municipality_code: str, state: State, first: int, after: str | None) -> list[str]:
        """The ids of those in this state, oldest first, after this id."""
        values = {"municipality": municipality_code, "state": state.value, "first": first}
        rows = await self._database.fetch(_IN_STATE, values | {"after": uuid_of(after) if after else None})
        return [str(row[0]) for row in rows]

    async def _numbers(self, id_: UUID, places: Sequence[Place]) -> dict[Place, IndividualNumber]:
        """The numbers of a notification, from where they wait or, once it is approved, from where they belong."""
        code = places[0].municipality_code
        people = sorted({place.addressee_number for place in places})

        async def read(vault: Vault) -> dict[Place, IndividualNumber]:
            waiting = await self._database.fetch(PENDING, {"municipality": code, "id": id_})
            lying = await self._database.fetch(SEALED, {"municipality": code, "numbers": people})
            return opened([*waiting, *lying], code, vault)

        return await self._vaults.using(code, read, searches=False)

    async def _once(self, order: Order, do: Callable[[Work], Awaitable[None]]) -> Answer:
        """Do it in one transaction with its answer and its record; if it was done before, give the answer of then."""
        code = order.municipality_code
        vault = await self._vaults.current(code)
        try:
            async with self._database.transaction(code, Login.WRITER) as connection:
                before = await answered_before(connection, order, self._now())
                if before is not None:
                    return before
                await do(Work(self._database, connection, code, vault))
                await _record(connection, order.entries)
        except asyncpg.DeadlockDetectedError:  # with an import, which locks otherwise
            raise Refusal(Code.STORE_UNAVAILABLE) from None
        except VaultError:
            if await self._vaults.current(code) is vault:
                raise
            raise Refusal(Code.STORE_UNAVAILABLE, detail=_TRY_AGAIN) from None
        return order.answer


async def _record(connection: asyncpg.Connection, entries: Sequence[Entry]) -> None:
    """What cannot be recorded does not happen. The text of the error may hold values and goes no further."""
    try:
        await append_in(connection, entries)
    except asyncpg.PostgresError:
        raise Refusal(Code.LEDGER_UNAVAILABLE) from None
