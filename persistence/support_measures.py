"""Support measures (支援措置): what is kept of each application, and how it goes on when somebody moves out.

The protected fact, asked for every record that is read, is in `persistence.reading`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.errors import Code, InvalidValue, Refusal
from domain.histories import JAPAN
from domain.ids import uuid_of
from domain.notifications import Idempotency, Maker
from domain.outcomes import Outcome
from domain.ports import Answer, Order
from domain.support_measures import (
    ALL_COVERED,
    CoveredDisclosure,
    Protection,
    SupportKind,
    SupportMeasureState,
    after_moving_out,
)
from domain.values.identifiers import AddresseeNumber, MunicipalityCode
from persistence.database import Database, Statement
from persistence.idempotency import answered
from persistence.orders import done_once

_COLUMNS: Final = (
    "id, application_id, addressee_number, kind, state, starts_on, ends_on, relationship, covers, provisional_from,"
    " received_from"
)
_HERS: Final = (
    f"SELECT {_COLUMNS} FROM support_measures WHERE municipality_code = $1"  # noqa: S608 - our names
    " AND addressee_number = $2 ORDER BY starts_on, ends_on, id"
)
_APPLICATION: Final = (
    f"SELECT {_COLUMNS} FROM support_measures WHERE municipality_code = $1"  # noqa: S608 - our names
    " AND (id = $2 OR application_id = $2) ORDER BY starts_on, ends_on, id"
)
_ADD: Final = """
INSERT INTO support_measures
    (municipality_code, household_number, is_closed, recorded_at, recorded_by, addressee_number,
     id, application_id, kind, state, starts_on, ends_on, relationship, covers, provisional_from, received_from)
SELECT municipality_code, household_number, is_closed, $3::timestamptz, $4::text, addressee_number,
     $5::uuid, $6::uuid, $7::text, $8::text, $9::date, $10::date, $11::text, $12::text[], $13::date, $14::text
FROM residents WHERE municipality_code = $1 AND addressee_number = $2 RETURNING id
"""
_CHANGE: Final = """
UPDATE support_measures
SET state = $3, starts_on = $4, ends_on = $5, provisional_from = $6, ended_at = $7, ended_by = $8
WHERE municipality_code = $1 AND id = $2
"""


class SupportMeasures:
    """The repository of support measures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was asked before."""
        return await answered(self._database, municipality_code, asked)

    async def of(self, municipality_code: str, addressee_number: str) -> list[Protection]:
        """All measures that somebody has or had, by their first day."""
        values = {"municipality": municipality_code, "number": addressee_number}
        rows = await self._database.fetch(Statement(_HERS, ("municipality", "number")), values)
        return [_protection(row) for row in rows]

    async def application(self, municipality_code: str, id_: str) -> list[Protection]:
        """All measures of one application; none where there is no such."""
        found = uuid_of(id_)
        if found is None:
            return []
        values = {"municipality": municipality_code, "id": found}
        rows = await self._database.fetch(Statement(_APPLICATION, ("municipality", "id")), values)
        return [_protection(row) for row in rows]

    async def keep(
        self, order: Order, standing: Sequence[Protection], proposed: Sequence[Protection], by: Maker
    ) -> Answer:
        """Add or change the measures of one application that stood so.

        Raises `Refusal`: STALE_VERSION where it stands otherwise now, INVALID_VALUE where somebody has no record, and
        as every order does.
        """

        async def act(connection: asyncpg.Connection) -> None:
            code, known = order.municipality_code, {one.id for one in standing}
            if standing:
                await _require_unchanged(connection, code, standing)
            for one in proposed:
                await (_change if one.id in known else _add)(connection, code, one, by)

        return await done_once(self._database, order, by.at, act)


async def go_on_after_moving_out(
    connection: asyncpg.Connection,
    municipality_code: str,
    outcome: Outcome,
    by: Maker,
    new_id: Callable[[datetime], str],
) -> None:
    """Let the measures of whoever has left go on provisionally, inside the caller's transaction.

    To be called when their records are closed already (標準仕様書1.0 3.4: 自動で切替え).
    """
    today = by.at.astimezone(JAPAN).date()
    for number in sorted(outcome.left):
        hers = [_protection(row) for row in await connection.fetch(_HERS, municipality_code, number.value)]
        provisional = after_moving_out(hers, today, new_id(by.at)) if hers else None
        if provisional is not None:
            await _add(connection, municipality_code, provisional, by)


async def _require_unchanged(connection: asyncpg.Connection, code: str, standing: Sequence[Protection]) -> None:
    rows = await connection.fetch(f"{_APPLICATION} FOR UPDATE", code, UUID(standing[0].application))
    if [_protection(row) for row in rows] != list(standing):
        raise Refusal(Code.STALE_VERSION)


async def _add(connection: asyncpg.Connection, code: str, one: Protection, by: Maker) -> None:
    said = (one.relationship, sorted(one.covers), one.provisional_from)
    received_from = one.received_from.value if one.received_from else None
    added = await connection.fetchval(
        _ADD,
        *(code, one.addressee_number.value, by.at, by.staff_number, UUID(one.id), UUID(one.application)),
        *(one.kind.value, one.state.value, one.starts_on, one.ends_on, *said, received_from),
    )
    if added is None:
        raise InvalidValue("joining" if one.relationship is not None else "applicant", *_NOBODY)


async def _change(connection: asyncpg.Connection, code: str, one: Protection, by: Maker) -> None:
    end = (None, None) if one.stands else (by.at, by.staff_number)
    period = (one.starts_on, one.ends_on, one.provisional_from)
    await connection.execute(_CHANGE, code, UUID(one.id), one.state.value, *period, *end)


def _protection(row: Sequence[Any]) -> Protection:
    id_, application, number, kind, state, starts_on, ends_on, *said = row
    relationship, covers, provisional_from, received_from = said
    return Protection(
        id=str(id_),
        application=str(application or id_),
        addressee_number=AddresseeNumber(number),
        kind=SupportKind(kind),
        state=SupportMeasureState(state or SupportMeasureState.DECIDED),
        starts_on=starts_on,
        ends_on=ends_on,
        relationship=relationship,
        covers=ALL_COVERED if covers is None else frozenset(map(CoveredDisclosure, covers)),
        provisional_from=provisional_from,
        received_from=MunicipalityCode(received_from) if received_from else None,
    )


_NOBODY: Final = ("nobody has this number", "該当する住民票がありません")
