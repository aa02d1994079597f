"""How much a register holds, in counts: for who operates it, and knows nobody."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, Text, column, func, select, table

from persistence.database import Database, Statement, compiled
from persistence.reading import MUNICIPALITY
from persistence.register_tables import HOUSEHOLDS, RESIDENT_VERSIONS, RESIDENTS, SUPPORT_MEASURES
from persistence.vault_tables import INDIVIDUAL_NUMBERS


def _count(counted: Table, *conditions: ColumnElement[bool]) -> Statement:
    of_municipality = counted.c.municipality_code == MUNICIPALITY
    return compiled(select(func.count()).select_from(counted).where(of_municipality, *conditions))


COUNTS: Mapping[str, Statement] = {
    "residents": _count(RESIDENTS, RESIDENTS.c.is_closed.is_(False)),
    "closed_records": _count(RESIDENTS, RESIDENTS.c.is_closed.is_(True)),
    "households": _count(HOUSEHOLDS),
    "versions": _count(RESIDENT_VERSIONS),
    "individual_numbers": _count(INDIVIDUAL_NUMBERS),
    "support_measures": _count(SUPPORT_MEASURES),
}
"""What is counted of a municipality."""

_TABLES_VERSION = compiled(select(table("alembic_version", column("version_num", Text)).c.version_num))
_SIZE = compiled(select(func.pg_database_size(func.current_database())))


async def counts_of(database: Database, municipality_code: str) -> dict[str, int]:
    """How many of each a municipality has. Raises `Refusal` (STORE_UNAVAILABLE)."""
    values = {"municipality": municipality_code}
    found = {name: await database.fetch(statement, values) for name, statement in COUNTS.items()}
    return {name: int(str(rows[0][0])) for name, rows in found.items()}


async def tables_version(database: Database, municipality_code: str) -> str:
    """Which migration the tables have; on a connection of this municipality. Raises `Refusal` (STORE_UNAVAILABLE)."""
    ((version,),) = await database.fetch(_TABLES_VERSION, {"municipality": municipality_code})
    return str(version)


async def database_bytes(database: Database, municipality_code: str) -> int:
    """How large the database is, likewise. Raises `Refusal` (STORE_UNAVAILABLE)."""
    ((size,),) = await database.fetch(_SIZE, {"municipality": municipality_code})
    return int(str(size))
