"""Who certifies (認証者): the terms of the mayor and of those who act for the mayor, switched by the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, bindparam, literal_column, select

from domain.certificates.certifiers import CertifierRole, Term
from domain.certificates.documents import Certifier
from domain.ledger.entries import Entry
from persistence.certificate_tables import CERTIFIERS
from persistence.database import Database, compiled
from persistence.ledger_statements import record_in
from persistence.logins import Login
from persistence.reading import MUNICIPALITY

_TERMS = CERTIFIERS.c
_ON = bindparam("on", type_=Date)
_CERTIFIER = compiled(
    select(_TERMS.title, _TERMS.name)
    .where(
        _TERMS.municipality_code == MUNICIPALITY,
        _TERMS.starts_on <= _ON,
        _TERMS.ends_on.is_(None) | (_TERMS.ends_on >= _ON),
    )
    .order_by((_TERMS.role == literal_column("'ACTING'")).desc(), _TERMS.starts_on.desc(), _TERMS.id.desc())
    .limit(literal_column("1"))
)
_LISTED = compiled(
    select(_TERMS.id, _TERMS.role, _TERMS.title, _TERMS.name, _TERMS.starts_on, _TERMS.ends_on)
    .where(_TERMS.municipality_code == MUNICIPALITY)
    .order_by(_TERMS.starts_on, _TERMS.id)
)
_ADD: Final = """
INSERT INTO certifiers (municipality_code, id, role, title, name, starts_on, ends_on)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_END: Final = """
UPDATE certifiers SET ends_on = $3
WHERE municipality_code = $1 AND id = $2 AND starts_on <= $3 AND (ends_on IS NULL OR ends_on > $3) RETURNING id
"""


class Certifiers:
    """The repository of terms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def on(self, municipality_code: str, on: date) -> Certifier | None:
        """Who certifies on this day: who acts for the mayor in her period, else the mayor who came last."""
        rows = await self._database.fetch(_CERTIFIER, {"municipality": municipality_code, "on": on})
        return Certifier(*rows[0]) if rows else None  # type: ignore[arg-type] # the columns of the statement

    async def listed(self, municipality_code: str) -> list[Term]:
        """All terms, by their first day. Raises `Refusal` (STORE_UNAVAILABLE)."""
        return [_term(row) for row in await self._database.fetch(_LISTED, {"municipality": municipality_code})]

    async def add(self, municipality_code: str, term: Term, entry: Entry) -> None:
        """Write one down, in one transaction with its ledger entry. Raises `Refusal`."""
        who = (term.role.value, term.certifier.title, term.certifier.name)
        async with self._database.transaction(municipality_code, Login.WRITER) as connection:
            await connection.execute(_ADD, municipality_code, UUID(term.id), *who, term.starts_on, term.ends_on)
            await record_in(connection, [entry])

    async def end(self, municipality_code: str, id_: UUID, last_day: date, entry: Entry) -> bool:
        """Let a term end on this day, with its ledger entry; false where none with this id holds beyond it.

        Raises `Refusal`.
        """
        async with self._database.transaction(municipality_code, Login.WRITER) as connection:
            if await connection.fetchval(_END, municipality_code, id_, last_day) is None:
                return False
            await record_in(connection, [entry])
        return True


def _term(row: Sequence[Any]) -> Term:
    id_, role, title, name, starts_on, ends_on = row
    return Term(str(id_), CertifierRole(role), Certifier(title, name), starts_on, ends_on)
