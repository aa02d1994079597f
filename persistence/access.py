"""Grants, terminals and releases: read on every request, written by the command line together with a ledger entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Table, Text, bindparam, insert, select, update

from domain.access import Access, Grant, Period, Terminal
from domain.errors import Code, Refusal
from domain.ledger.entries import Entry
from persistence.access_tables import GRANTS, RELEASES, TERMINALS
from persistence.database import Database, Statement, compiled
from persistence.ledger_statements import record_in
from persistence.logins import Login

_NO_RECORD = ("The register has no such record.", "台帳に該当する記録がありません。")

KINDS: Mapping[str, Table] = {"grants": GRANTS, "terminals": TERMINALS, "releases": RELEASES}
UNSEEN = frozenset({"own_number"})
"""What is not told of a row: a staff member's own number is for the analyses of the ledger alone."""


def _open_rows(table: Table, *wanted: str, by: str) -> Statement:
    """What is not ended, for one municipality and one person or terminal."""
    return compiled(
        select(*(table.c[name] for name in wanted)).where(
            table.c.municipality_code == bindparam("municipality", type_=Text),
            table.c[by] == bindparam(by, type_=Text),
            table.c.ended_at.is_(None),
        )
    )


_OPEN_GRANTS = _open_rows(
    GRANTS, "id", "staff_number", "department", "purpose", "starts_on", "ends_on", "switched_off", by="staff_number"
)
_OPEN_TERMINALS = _open_rows(TERMINALS, "terminal", "place", "starts_on", "ends_on", by="terminal")


class AccessRegister:
    """The repository of who may use the service."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, municipality_code: str, staff_number: str, terminal: str) -> Access:
        """What is registered for this person and this terminal."""
        values = {"municipality": municipality_code, "staff_number": staff_number, "terminal": terminal}
        grants = await self._database.fetch(_OPEN_GRANTS, values)
        terminals = await self._database.fetch(_OPEN_TERMINALS, values)
        return Access(tuple(map(_grant, grants)), tuple(map(_terminal, terminals)))

    async def add(self, kind: str, values: Mapping[str, Any], entry: Entry) -> None:
        """Write one down, in one transaction with its ledger entry.

        Raises `Refusal`: NOT_FOUND where it names a record that the register does not have, LEDGER_UNAVAILABLE,
        STORE_UNAVAILABLE.
        """
        statement = compiled(insert(KINDS[kind]).values({name: bindparam(name) for name in values}))
        async with self._database.transaction(values["municipality_code"], Login.WRITER) as connection:
            try:
                await connection.execute(statement.text, *(values[name] for name in statement.names))
            except asyncpg.ForeignKeyViolationError:  # its text holds the number
                raise Refusal(Code.NOT_FOUND, detail=_NO_RECORD) from None
            await record_in(connection, [entry])

    async def end(
        self, kind: str, municipality_code: str, id_: UUID, ending: tuple[datetime, str], entry: Entry
    ) -> bool:
        """End one now, with its ledger entry; it is never deleted. Answers whether there was an open one.

        Raises `Refusal`: LEDGER_UNAVAILABLE, STORE_UNAVAILABLE.
        """
        at, by = ending
        values = {"municipality": municipality_code, "id_": id_, "at": at, "by": by}
        statement = _end(KINDS[kind])
        async with self._database.transaction(municipality_code, Login.WRITER) as connection:
            row = await connection.fetchrow(statement.text, *(values[name] for name in statement.names))
            if row is not None:
                await record_in(connection, [entry])
        return row is not None

    async def listed(self, kind: str, municipality_code: str) -> list[dict[str, Any]]:
        """All there ever were, oldest first, but nobody's own number (`UNSEEN`)."""
        table = KINDS[kind]
        columns = [column for column in table.c if column.name not in UNSEEN]
        statement = compiled(
            select(*columns)
            .where(table.c.municipality_code == bindparam("municipality", type_=Text))
            .order_by(table.c.recorded_at, table.c.id)
        )
        rows = await self._database.fetch(statement, {"municipality": municipality_code})
        return [dict(zip([column.name for column in columns], row, strict=True)) for row in rows]


def _end(table: Table) -> Statement:
    return compiled(
        update(table)
        .where(
            table.c.municipality_code == bindparam("municipality", type_=Text),
            table.c.id == bindparam("id_", type_=table.c.id.type),
            table.c.ended_at.is_(None),
        )
        .values(ended_at=bindparam("at", type_=table.c.ended_at.type), ended_by=bindparam("by", type_=Text))
        .returning(table.c.id)
    )


def _grant(row: Sequence[Any]) -> Grant:
    id_, staff_number, department, purpose, starts_on, ends_on, switched_off = row
    return Grant(str(id_), staff_number, department, purpose, Period(starts_on, ends_on), frozenset(switched_off))


def _terminal(row: Sequence[Any]) -> Terminal:
    terminal, place, starts_on, ends_on = row
    return Terminal(terminal, place, Period(starts_on, ends_on))
