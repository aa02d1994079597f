"""Extraction requests on PostgreSQL: each act in one transaction with its ledger entry, each result given out once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.certificates.issuances import Handover
from domain.errors import Code, Refusal
from domain.extractions import (
    FROM,
    Carried,
    Extent,
    Extraction,
    ExtractionCriteria,
    ExtractionForm,
    ExtractionRequest,
    ExtractionState,
    Listing,
)
from domain.ids import uuid_of
from domain.ledger.entries import Entry
from domain.notifications import Idempotency
from domain.ports import Answer, Occasion, Order, Reading
from domain.statistics import Citizenship
from domain.values.dates import RegisterDate
from domain.values.sex import Sex
from persistence import extracting, handovers
from persistence.database import Database, Statement
from persistence.idempotency import answered
from persistence.keysets import Vaults
from persistence.ledger_statements import record_in
from persistence.logins import Login
from persistence.orders import done_once
from persistence.work import Work

_COLUMNS: Final = (
    "id, state, made_at, made_by, department, purpose, reason, criteria, items, form, most, recipient, expires_at,"
    " decided_at, decided_by, done_at, done_by, witness, medium, records, digest"
)
_ONE: Final = Statement(
    f"SELECT {_COLUMNS} FROM extractions WHERE municipality_code = $1 AND id = $2",  # noqa: S608 - our names
    ("municipality", "id"),
)
_LISTED: Final = Statement(
    f"SELECT {_COLUMNS} FROM extractions WHERE municipality_code = $1 AND state = $2"  # noqa: S608 - our names
    " AND ($3::uuid IS NULL OR id > $3::uuid) AND ($5::text IS NULL OR made_by = $5::text AND purpose = $6::text)"
    " ORDER BY id LIMIT $4",
    ("municipality", "state", "after", "first", "made_by", "purpose"),
)
_KEEP: Final = """
INSERT INTO extractions (municipality_code, id, state, made_at, made_by, department, purpose, reason, criteria, items,
    form, most, recipient, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
"""
_DECIDE: Final = """
UPDATE extractions SET state = $3, decided_at = $4, decided_by = $5
WHERE municipality_code = $1 AND id = $2 AND state = ANY($6::text[]) RETURNING id
"""
_CARRY_OUT: Final = """
UPDATE extractions
SET state = $3, done_at = $4, done_by = $5, witness = $6, medium = $7, records = $8, digest = $9
WHERE municipality_code = $1 AND id = $2 AND state = ANY($10::text[]) AND expires_at > $4 RETURNING id
"""


class Extractions:
    """The repository of extraction requests."""

    def __init__(self, database: Database, vaults: Vaults) -> None:
        self._database = database
        self._vaults = vaults
        self._handovers = handovers.Handovers(database, vaults)

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was asked before."""
        return await answered(self._database, municipality_code, asked)

    async def one(self, municipality_code: str, id_: str) -> Extraction | None:
        """The request with this id."""
        found = uuid_of(id_)
        rows = await self._database.fetch(_ONE, {"municipality": municipality_code, "id": found}) if found else []
        return _extraction(rows[0]) if rows else None

    async def listed(self, municipality_code: str, listing: Listing) -> list[Extraction]:
        """A page of them."""
        after = uuid_of(listing.after) if listing.after else None
        made_by, purpose = listing.own or (None, None)
        values: dict[str, Any] = {"municipality": municipality_code, "state": listing.state.value, "after": after}
        values |= {"first": listing.first, "made_by": made_by, "purpose": purpose}
        return [_extraction(row) for row in await self._database.fetch(_LISTED, values)]

    async def request(self, order: Order, extraction: Extraction) -> Answer:
        """Keep a new one. Raises `Refusal` as every order does."""

        async def act(connection: asyncpg.Connection) -> None:
            await connection.execute(_KEEP, order.municipality_code, *_row(extraction))

        return await done_once(self._database, order, extraction.made_at, act)

    async def decide(self, order: Order, extraction: Extraction) -> Answer:
        """Note that it is approved, refused or withdrawn.

        Raises `Refusal`: EXTRACTION_NOT_OPEN where somebody has ended it meanwhile, and as every order does.
        """
        state, at = extraction.state, extraction.decided_at
        assert at is not None  # noqa: S101 - `Extraction.decided` sets it

        async def act(connection: asyncpg.Connection) -> None:
            said = (UUID(extraction.id), state.value, at, extraction.decided_by, list(FROM[state]))
            if await connection.fetchval(_DECIDE, order.municipality_code, *said) is None:
                raise Refusal(Code.EXTRACTION_NOT_OPEN)

        return await done_once(self._database, order, at, act)

    async def carry_out(self, order: Order, extraction: Extraction, handover: Handover) -> Answer:
        """Note that it is done, and let the result wait behind its link: once, whoever tries at the same time.

        Raises `Refusal`: EXTRACTION_NOT_OPEN where it was done or withdrawn meanwhile, and as every order does.
        """
        carried = extraction.carried
        assert carried is not None  # noqa: S101 - `Extraction.carried_out` sets it
        vault = await self._vaults.current(order.municipality_code)
        said = tuple(getattr(carried, each.name) for each in fields(carried))

        async def act(connection: asyncpg.Connection) -> None:
            done, before = extraction.state, list(FROM[extraction.state])
            values = (order.municipality_code, UUID(extraction.id), done.value, *said, before)
            if await connection.fetchval(_CARRY_OUT, *values) is None:
                raise Refusal(Code.EXTRACTION_NOT_OPEN)
            await handovers.keep(Work(self._database, connection, order.municipality_code, vault), handover)

        return await done_once(self._database, order, carried.at, act)

    async def found(
        self, reading: Reading, occasion: Occasion, extent: Extent, after: str | None, limit: int
    ) -> list[str]:
        """The addressee numbers of those who are meant and may be opened, in their order, after this one."""
        return await extracting.found(self._database, reading, occasion, extent, (after or "", limit))

    async def record(self, municipality_code: str, entries: Sequence[Entry]) -> None:
        """Commit to the ledger what was loaded. Raises `Refusal` (LEDGER_UNAVAILABLE, STORE_UNAVAILABLE)."""
        async with self._database.transaction(municipality_code, Login.WRITER) as connection:
            await record_in(connection, entries)

    async def waiting(self, municipality_code: str, id_: str, at: datetime) -> Handover | None:
        """The link to a result that was not fetched and has not expired, without its content."""
        return await self._handovers.waiting(municipality_code, id_, at)


def _row(one: Extraction) -> tuple[object, ...]:
    asked = one.request
    made = (UUID(one.id), one.state.value, one.made_at, one.made_by, one.department, one.purpose)
    told = (asked.reason, json.dumps(_plain(asked.criteria), ensure_ascii=False), list(asked.items), asked.form.value)
    return (*made, *told, asked.most, asked.recipient, one.expires_at)


def _plain(criteria: ExtractionCriteria) -> dict[str, object]:
    given = {each.name: getattr(criteria, each.name) for each in fields(criteria)}
    texts = {name: value.iso for name, value in given.items() if isinstance(value, RegisterDate)}
    return {name: value for name, value in (given | texts).items() if value is not None}


def _criteria(kept: dict[str, Any]) -> ExtractionCriteria:
    readers = {"born_from": RegisterDate, "born_to": RegisterDate, "sex": Sex, "citizenship": Citizenship}
    return ExtractionCriteria(**{name: readers.get(name, lambda same: same)(value) for name, value in kept.items()})


def _extraction(row: Sequence[Any]) -> Extraction:
    id_, state, made_at, made_by, department, purpose, *told = row
    reason, criteria, items, form, most, recipient, expires_at, decided_at, decided_by, *done = told
    request = ExtractionRequest(
        reason=reason,
        criteria=_criteria(json.loads(criteria)),
        items=tuple(items),
        form=ExtractionForm(form),
        most=most,
        recipient=recipient,
        valid_days=(expires_at - made_at).days,
    )
    return Extraction(
        id=str(id_),
        state=ExtractionState(state),
        made_at=made_at,
        made_by=made_by,
        department=department,
        purpose=purpose,
        request=request,
        expires_at=expires_at,
        decided_at=decided_at,
        decided_by=decided_by,
        carried=_carried(done),
    )


def _carried(done: Sequence[Any]) -> Carried | None:
    at, by, witness, medium, records, digest = done
    if at is None:
        return None
    return Carried(at=at, by=by, witness=witness, medium=medium, records=records, digest=digest)
