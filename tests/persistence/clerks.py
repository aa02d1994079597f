"""Clerks at work on a register of a test: they look at a situation, hand in changes, approve, withdraw."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import Code, Refusal
from domain.findings import Check, Finding, Severity
from domain.ids import uuid7
from domain.ledger.entries import Kind
from domain.life_events import LifeEvent, MovedIn, MovedWithin, NumberChanged, Revised
from domain.notifications import Change, Idempotency, Maker, Notification, Situation, State, Wanted
from domain.ports import Answer, Order
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.check_digits import number_check_digit
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.values.relationships import Relationship
from persistence.notifications import Notifications
from persistence.record_rows import SAID, record_of
from persistence.vault import Place, Vault
from tests.domain.people import addressee
from tests.ledger_builders import entry
from tests.persistence.registers import NOON, Store, opened, query
from tests.village import CODE, TODAY

T = TypeVar("T")

DAY = RegisterDate("2026-11-20")
NEW_HOME = "北海道苫小牧市旭町1丁目2番3号"
WARNING = Check("ADDRESS_NOT_KNOWN", Severity.WARNING, "標準仕様書1.0 11.1", "Is it so?", "住所を確認してください。")
_NUMBERS = count(1)


def new_id(at: Any = NOON) -> str:
    """A UUIDv7."""
    return str(uuid7(at, secrets.token_bytes(10)))


@dataclass
class Clerk:
    """A clerk at a counter; whatever she does is an order under a key of its own, unless one is named."""

    store: Store
    notifications: Notifications
    staff_number: str = "C-1001"

    @property
    def maker(self) -> Maker:
        """Who she is."""
        return Maker(self.staff_number, "resident_records", "T-01", NOON)

    def order(self, key: str | None = None, request: bytes = b"request", answer: Answer | None = None) -> Order:
        """An order with its ledger entry."""
        number = next(_NUMBERS)
        asked = Idempotency(self.staff_number, key or f"key-{number}", request)
        return Order(CODE, asked, answer or {"order": number}, [entry(number, kind=Kind.CHANGE)])

    async def sees(self, *nths: int, **wanted: Any) -> Situation:
        """The situation of these villagers, and of what else is wanted."""
        return await self.notifications.situation(CODE, TODAY, Wanted(tuple(map(addressee, nths)), **wanted))

    def notification(self, situation: Situation, *changes: Change) -> Notification:
        """What she would hand in about this situation."""
        return Notification(
            id=new_id(),
            procedure="moveWithin",
            state=State.PROVISIONAL,
            made=self.maker,
            changes=changes,
            findings=(Finding(WARNING, ("address",)),),
            acknowledged=frozenset({WARNING.code}),
            versions=dict(situation.versions),
        )

    async def submits(self, situation: Situation, *changes: Change, order: Order | None = None) -> str:
        """Hand it in, and give its id."""
        notification = self.notification(situation, *changes)
        await self.notifications.submit(order or self.order(), notification)
        return notification.id

    async def approves(self, id_: str, order: Order | None = None) -> Answer:
        """Approve it, as somebody else."""
        by = replace(self.maker, staff_number="C-2002", at=NOON + timedelta(minutes=5))
        return await self.notifications.approve(order or self.order(), id_, by)

    async def withdraws(self, id_: str) -> Answer:
        """Take it back."""
        return await self.notifications.withdraw(self.order(), id_, self.maker)

    async def does(self, nths: tuple[int, ...], *changes: Change, **wanted: Any) -> str:
        """See, hand in and approve."""
        id_ = await self.submits(await self.sees(*nths, **wanted), *changes)
        await self.approves(id_)
        return id_


@asynccontextmanager
async def at_work(url: str, staff_number: str = "C-1001") -> AsyncIterator[Clerk]:
    """A clerk with a store of her own."""
    async with opened(url) as store:
        yield clerk_of(store, staff_number)


def clerk_of(
    store: Store, staff_number: str = "C-1001", now: datetime = NOON, below: Callable[[int], int] = secrets.randbelow
) -> Clerk:
    """A clerk with this store."""
    made = Notifications(store.database, store.vaults, now=lambda: now, new_id=new_id, below=below)
    return Clerk(store, made, staff_number)


def work(url: str, do: Callable[[Clerk], Awaitable[T]]) -> T:
    """Let a clerk do something."""

    async def working() -> T:
        async with at_work(url) as clerk:
            return await do(clerk)

    return asyncio.run(working())


def household(serial: int) -> HouseholdNumber:
    """A household of the village."""
    return HouseholdNumber.from_serial(serial)


def moves_within(
    nth: int | AddresseeNumber, home: HouseholdNumber, relationship: str = "世帯主", **said: Any
) -> Change:
    """She moves within the city, to a household of this number."""
    event: Mapping[str, Any] = {
        "reason": ChangeReason.MOVE_WITHIN,
        "changed_on": DAY,
        "notified_on": DAY,
        "notification_reason": "転居届",
        "household_number": home,
        "relationship_to_householder": Relationship(relationship),
        "householder_name": "架空　太郎",
        "current_address": Address(NEW_HOME),
        "building_line": None,
        "address_established_on": DAY,
        "previous_address": Address("北海道苫小牧市旭町4丁目5番6号"),
    }
    return Change(nth if isinstance(nth, AddresseeNumber) else addressee(nth), MovedWithin(**{**event, **said}))


def moves_in(record: ResidentRecord) -> Change:
    """She moves in as this record says."""
    reason = ChangeReason.MOVE_IN_DOMESTIC
    return Change(record.addressee_number, MovedIn(reason=reason, changed_on=DAY, notified_on=DAY, record=record))


def revised(nth: int, **items: Any) -> Change:
    """Her record is revised ex officio."""
    reason = ChangeReason.EX_OFFICIO_REVISION
    return Change(addressee(nth), Revised(reason=reason, changed_on=DAY, notified_on=DAY, revised=items))


def change(nth: int, kind: type[LifeEvent], reason: ChangeReason, **said: Any) -> Change:
    """Something else happens to her."""
    return Change(addressee(nth), kind(reason=reason, **{"changed_on": DAY, "notified_on": DAY, **said}))


def uuid_of(id_: str) -> UUID:
    """The id as the store has it."""
    return UUID(id_)


def stored_records(url: str, nth: int) -> list[ResidentRecord]:
    """What every version of a villager's record says, read from the store row by row."""
    vault, whose = work(url, _vault), addressee(nth).value
    sealed = query(url, "SELECT number_version, ciphertext FROM individual_numbers WHERE addressee_number = $1", whose)
    numbers = {at: IndividualNumber(vault.open(bytes(one), Place(CODE, whose, at))) for at, one in sealed}
    columns = ", ".join(SAID)
    statement = f"SELECT {columns} FROM resident_versions WHERE addressee_number = $1 ORDER BY history_number"  # noqa: S608 - our names
    rows = [dict(zip(SAID, row, strict=True)) for row in query(url, statement, whose)]
    return [record_of(row, numbers.get(row["number_version"])) for row in rows]


async def _vault(clerk: Clerk) -> Vault:
    return clerk.store.vaults.of(CODE)


def members(url: str, home: HouseholdNumber) -> list[str]:
    """Who lives in a household, in the order of a copy."""
    statement = """
        SELECT addressee_number FROM residents WHERE household_number = $1 AND NOT is_closed ORDER BY member_order
    """
    return [row[0] for row in query(url, statement, home.value)]


def householder(url: str, home: HouseholdNumber) -> str | None:
    """The householder of a household that is there."""
    ((number,),) = query(url, "SELECT householder_number FROM households WHERE household_number = $1", home.value)
    return None if number is None else str(number)


def code_of(serial: int) -> ResidentRecordCode:
    """A made-up Resident Record Code that nobody in the village has."""
    body = f"9{serial:09d}"
    return ResidentRecordCode(body + number_check_digit(body))


def designate(url: str, *serials: int) -> None:
    """Put unused Resident Record Codes into the pool."""
    for serial in serials:
        query(url, "INSERT INTO code_pool VALUES ($1, $2, $3)", CODE, code_of(serial).value, NOON)


def refused(code: Code, do: Callable[[], Any]) -> None:
    """What is done is refused with this code."""
    with pytest.raises(Refusal) as refusal:
        do()
    assert refusal.value.code is code


def new_number(nth: int, number: str) -> Change:
    """Her Individual Number is changed."""
    reason = ChangeReason.INDIVIDUAL_NUMBER_CHANGE_REQUEST
    return change(nth, NumberChanged, reason, individual_number=IndividualNumber(number))


async def hand_in(clerk: Clerk, *changes: Change) -> str:
    """See whom these changes are about, and hand them in."""
    subjects = {one.addressee_number for one in changes}
    return await clerk.submits(await clerk.sees(*(nth for nth in range(1, 10) if addressee(nth) in subjects)), *changes)


EVERYTHING = """
SELECT (SELECT count(*) FROM notifications), (SELECT count(*) FROM holds), (SELECT count(*) FROM life_events),
    (SELECT count(*) FROM outbox), (SELECT count(*) FROM resident_versions), (SELECT count(*) FROM ledger_entries),
    (SELECT count(*) FROM idempotency_keys), (SELECT coalesce(max(size), 0) FROM change_heads),
    (SELECT md5(string_agg(r::text, '|' ORDER BY addressee_number)) FROM residents r),
    (SELECT md5(string_agg(k::text, '|' ORDER BY k::text)) FROM search_keys k)
"""
"""How much of everything there is, and what stands."""
