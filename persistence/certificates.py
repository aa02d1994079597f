"""The issuance book on PostgreSQL: numbers without a gap, and each copy entered in the transaction that printed it.

A number is drawn from the head of its day, terminal and printer, which stays locked until COMMIT: so nobody else prints
under the next one before, and a rollback gives it back. What is printed meanwhile must take less than the patience of
the writer's connection (`persistence.logins`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg

from domain.certificates.documents import Certifier
from domain.certificates.issuances import Copy, Draft, Handover, Issuance
from domain.errors import Code, Refusal
from domain.ids import uuid_of
from domain.ledger.entries import Entry
from domain.notifications import Idempotency, Maker
from domain.ports import Answer, Order
from persistence.certificate_rows import COLUMNS, ENTER, day_of_issue, digest_of, entered, issuance, number_of
from persistence.certifiers import Certifiers
from persistence.database import Database, Statement
from persistence.handovers import Handovers, keep, withdraw
from persistence.idempotency import answered
from persistence.keysets import Vaults
from persistence.orders import done_once
from persistence.work import Work

_DRAW: Final = """
INSERT INTO issuance_heads (municipality_code, issued_on, terminal, printer, last) VALUES ($1, $2, $3, $4, 1)
ON CONFLICT (municipality_code, issued_on, terminal, printer) DO UPDATE SET last = issuance_heads.last + 1
RETURNING last
"""
_NAME_SUBJECT: Final = (
    "INSERT INTO issuance_subjects (municipality_code, addressee_number, issuance_id) VALUES ($1, $2, $3)"
)
_THESE: Final = Statement(
    f"SELECT {COLUMNS} FROM issuances i WHERE municipality_code = $1 AND id = ANY($2::uuid[])",  # noqa: S608 - our names
    ("municipality", "ids"),
)
_HISTORY: Final = Statement(
    f"""
SELECT {COLUMNS} FROM issuance_subjects s
JOIN issuances i ON i.municipality_code = s.municipality_code AND i.id = s.issuance_id
WHERE s.municipality_code = $1 AND s.addressee_number = $2 AND ($3::uuid IS NULL OR s.issuance_id < $3::uuid)
ORDER BY s.issuance_id DESC LIMIT $4""",  # noqa: S608 - our names
    ("municipality", "number", "after", "first"),
)
_VERIFIED: Final = Statement(
    f"SELECT {COLUMNS} FROM issuances i WHERE municipality_code = $1 AND verification = $2",  # noqa: S608 - our names
    ("municipality", "verification"),
)
_VOID: Final = """
UPDATE issuances SET voided_at = $3, voided_by = $4, void_reason = $5
WHERE municipality_code = $1 AND id = $2 AND voided_at IS NULL RETURNING id
"""
_NONE_STANDS: Final = (
    "No issuance with this id stands: there is none, or it was voided.",
    "このIDの有効な交付がありません（該当なし、または処分済み）。",
)


class Certificates:
    """The repository of what was issued."""

    def __init__(self, database: Database, vaults: Vaults) -> None:
        self._database = database
        self._vaults = vaults
        self._handovers = Handovers(database, vaults)
        self._certifiers = Certifiers(database)

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was asked before."""
        return await answered(self._database, municipality_code, asked)

    async def certifier(self, municipality_code: str, on: date) -> Certifier | None:
        """認証者 of this day: who acts for the mayor in her period, else the mayor (標準仕様書1.0 1.3.9)."""
        return await self._certifiers.on(municipality_code, on)

    # The book.

    async def issue(self, order: Order, city: str, copies: Sequence[Copy]) -> Answer:
        """Draw a number for each copy, have it printed under it, and enter it in the book: all of them or none.

        Copies of one order come from one terminal. What was printed waits behind the copy's link. `city` is the name in
        the numbers. Raises `Refusal` as every order does, INVALID_INPUT where the line of its batch was issued before,
        and what the printing raises.
        """
        vault = await self._vaults.current(order.municipality_code)

        async def act(connection: asyncpg.Connection) -> None:
            work = Work(self._database, connection, order.municipality_code, vault)
            for copy in copies:
                await _issue(work, city, copy)

        return await done_once(self._database, order, copies[0].draft.issued_at, act)

    async def issuances(self, municipality_code: str, ids: Sequence[str]) -> list[Issuance]:
        """These entries of the book, in this order; those that are not there are left out."""
        values = {"municipality": municipality_code, "ids": [found for id_ in ids if (found := uuid_of(id_))]}
        there = {one.id: one for one in map(issuance, await self._database.fetch(_THESE, values))}
        return [there[id_] for id_ in ids if id_ in there]

    async def history_of(
        self, municipality_code: str, addressee_number: str, first: int, after: str | None
    ) -> list[Issuance]:
        """What was issued of somebody, the newest first, after this id (標準仕様書1.0 2.2.2)."""
        since = None if after is None else uuid_of(after)
        if after is not None and since is None:
            return []
        values = {"municipality": municipality_code, "number": addressee_number, "after": since, "first": first}
        return [issuance(row) for row in await self._database.fetch(_HISTORY, values)]

    async def void(self, order: Order, id_: str, reason: str, by: Maker) -> Answer:
        """Note that a spoiled copy was disposed of; a link to it ends with it.

        Raises `Refusal`: INVALID_INPUT where none stands with this id, and as every order does.
        """

        async def act(connection: asyncpg.Connection) -> None:
            code, found = order.municipality_code, uuid_of(id_)
            if not found or not await connection.fetchval(_VOID, code, found, by.at, by.staff_number, reason):
                raise Refusal(Code.INVALID_INPUT, names=("id",), detail=_NONE_STANDS)
            await withdraw(connection, code, found)

        return await done_once(self._database, order, by.at, act)

    async def verified(self, verification: str) -> tuple[str, Issuance] | None:
        """The entry of the book whose paper carries this code, after the municipality in whose book it stands."""
        for code in self._vaults.municipality_codes:
            values = {"municipality": code, "verification": digest_of(verification)}
            for row in await self._database.fetch(_VERIFIED, values):
                return code, issuance(row)
        return None

    # What waits behind links.

    async def waiting(self, municipality_code: str, id_: str, at: datetime) -> Handover | None:
        """A link that was not used and has not expired, for who repeats her request; without its content."""
        return await self._handovers.waiting(municipality_code, id_, at)

    async def fetch(
        self, municipality_code: str, token: str, caller: str, purpose: str, at: datetime
    ) -> Handover | None:
        """What waits behind her link, without using it up; `None` where it is used, expired, another's or none."""
        return await self._handovers.fetch(municipality_code, token, caller, purpose, at)

    async def use(self, municipality_code: str, handover: Handover, at: datetime, entries: Sequence[Entry]) -> bool:
        """Use up the link with its entry in the ledger, and forget the content; false where somebody was faster."""
        return await self._handovers.use(municipality_code, handover, at, entries)


async def _issue(work: Work, city: str, copy: Copy) -> None:
    draft, code = copy.draft, work.municipality_code
    number = number_of(draft, city, await _draw(work, draft))
    printed = await copy.printing(number)
    await work.connection.execute(ENTER, code, *entered(draft, number, printed.sheets))
    subjects = [(code, addressee_number, UUID(draft.id)) for addressee_number in draft.items]
    await work.connection.executemany(_NAME_SUBJECT, subjects)
    await keep(work, replace(copy.handover, content=printed.pdf))


async def _draw(work: Work, draft: Draft) -> int:
    head = (work.municipality_code, day_of_issue(draft), draft.terminal, draft.printer)
    return int(await work.connection.fetchval(_DRAW, *head))
