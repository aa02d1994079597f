"""Restrictions (抑止): placed, released for a while, and lifted; each in one transaction with its ledger entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.errors import Code, InvalidValue, Refusal
from domain.ids import uuid_of
from domain.notifications import Idempotency, Maker
from domain.ports import Answer, Order
from domain.restrictions import RestrictedProcess, Restriction, RestrictionLevel, Whose
from persistence.database import Database, Statement
from persistence.idempotency import answered
from persistence.orders import done_once

_COLUMNS: Final = "id, kind, number, process, level, starts_on, ends_on, released_until, lifted_at"
_ONE: Final = Statement(
    f"SELECT {_COLUMNS} FROM restrictions WHERE municipality_code = $1 AND id = $2",  # noqa: S608 - our names
    ("municipality", "id"),
)
_TOUCHING: Final = Statement(
    f"""
SELECT {_COLUMNS} FROM restrictions WHERE municipality_code = $1 AND lifted_at IS NULL AND (
    kind = 'RESIDENT' AND number = ANY($2::text[]) OR kind = 'HOUSEHOLD' AND (number = ANY($3::text[]) OR number IN (
        SELECT household_number FROM residents WHERE municipality_code = $1 AND addressee_number = ANY($2::text[])
    ))
) ORDER BY starts_on, id""",  # noqa: S608 - our names
    ("municipality", "residents", "households"),
)
_SUBJECTS: Final = {
    Whose.RESIDENT: "SELECT 1 FROM residents WHERE municipality_code = $1 AND addressee_number = $2",
    Whose.HOUSEHOLD: "SELECT 1 FROM households WHERE municipality_code = $1 AND household_number = $2",
}
_PLACE: Final = """
INSERT INTO restrictions
    (municipality_code, id, kind, number, process, level, starts_on, ends_on, placed_at, placed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_RELEASE: Final = """
UPDATE restrictions SET released_until = $3, released_by = $4
WHERE municipality_code = $1 AND id = $2 AND lifted_at IS NULL RETURNING id
"""
_LIFT: Final = """
UPDATE restrictions SET lifted_at = $3, lifted_by = $4
WHERE municipality_code = $1 AND id = $2 AND lifted_at IS NULL RETURNING id
"""


class Restrictions:
    """The repository of restrictions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was asked before."""
        return await answered(self._database, municipality_code, asked)

    async def one(self, municipality_code: str, id_: str) -> Restriction | None:
        """The restriction with this id."""
        found = uuid_of(id_)
        rows = await self._database.fetch(_ONE, {"municipality": municipality_code, "id": found}) if found else []
        return _restriction(rows[0]) if rows else None

    async def touching(
        self, municipality_code: str, residents: Collection[str], households: Collection[str] = ()
    ) -> list[Restriction]:
        """What is not lifted on these people, on the households they live in, and on these households."""
        values = {"municipality": municipality_code, "residents": list(residents), "households": list(households)}
        return [_restriction(row) for row in await self._database.fetch(_TOUCHING, values)]

    async def place(self, order: Order, restriction: Restriction, by: Maker) -> Answer:
        """Place a new one. Raises `Refusal`: INVALID_VALUE where nobody has the number, and as every order does."""

        async def act(connection: asyncpg.Connection) -> None:
            code, subject = order.municipality_code, (restriction.whose, restriction.number)
            if await connection.fetchval(_SUBJECTS[subject[0]], code, subject[1]) is None:
                raise _nobody(restriction.whose)
            await connection.execute(_PLACE, code, UUID(restriction.id), *_said(restriction), by.at, by.staff_number)

        return await done_once(self._database, order, by.at, act)

    async def change(self, order: Order, restriction: Restriction, by: Maker) -> Answer:
        """Release or lift it. Raises `Refusal`: STALE_VERSION where it was lifted meanwhile, as every order."""

        async def act(connection: asyncpg.Connection) -> None:
            statement, until = _RELEASE, restriction.released_until
            if restriction.is_lifted:
                statement, until = _LIFT, restriction.lifted_at
            values = (order.municipality_code, UUID(restriction.id), until, by.staff_number)
            if await connection.fetchval(statement, *values) is None:
                raise Refusal(Code.STALE_VERSION)

        return await done_once(self._database, order, by.at, act)


def _restriction(row: Sequence[Any]) -> Restriction:
    id_, kind, number, process, level, *times = row
    starts_on, ends_on, released_until, lifted_at = times
    return Restriction(
        id=str(id_),
        whose=Whose(kind),
        number=number,
        process=RestrictedProcess(process),
        level=RestrictionLevel(level),
        starts_on=starts_on,
        ends_on=ends_on,
        released_until=released_until,
        lifted_at=lifted_at,
    )


def _said(one: Restriction) -> tuple[object, ...]:
    return one.whose.value, one.number, one.process.value, one.level.value, one.starts_on, one.ends_on


def _nobody(whose: Whose) -> InvalidValue:
    name = "addressee_number" if whose is Whose.RESIDENT else "household_number"
    return InvalidValue(name, "the register has none with this number", "該当する住民又は世帯がありません")
