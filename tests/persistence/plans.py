"""How PostgreSQL runs a statement on a city of 20,000: which tables it reads by which keys, and how much of them."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from api.demonstration.city import build_city
from persistence.database import Statement
from persistence.register_writing import Register
from tests.logins import migrated, url_of
from tests.persistence.registers import write
from tests.postgres import execute
from tests.village import TODAY

RESIDENTS = 20_000
RELEASES = """
INSERT INTO releases (municipality_code, id, addressee_number, purpose, starts_on, recorded_at, recorded_by)
SELECT municipality_code, gen_random_uuid(), addressee_number, 'local_tax', '2026-04-01', '2026-04-01', 'officer'
FROM residents ORDER BY md5(addressee_number) LIMIT 500
"""


def write_city(url: str, residents: int = RESIDENTS) -> None:
    """Prepare a database: a city, counted by PostgreSQL."""
    migrated(url)
    city = build_city(residents=residents, today=TODAY)
    measures = [(UUID(int=at), measure) for at, measure in enumerate(city.support_measures)]
    write(url, Register(city.residents, city.households, measures, city.histories))
    asyncio.run(execute(url, RELEASES, "VACUUM ANALYZE"))


@dataclass(frozen=True)
class Scan:
    """One reading of a table: by which columns of which index; none where it is read as a whole."""

    table: str
    index: str | None
    keys: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """The root of a plan in PostgreSQL's JSON, after it ran."""

    root: Mapping[str, Any]

    @property
    def rows(self) -> int:
        """How many rows came out."""
        return int(self.root["Actual Rows"])

    @property
    def hits(self) -> int:
        """How many records a search found, up to one more than it may."""
        return max(int(node["Actual Rows"]) for node in _nodes(self.root) if node.get("Subplan Name") == "CTE hits")

    @property
    def pages(self) -> int:
        """How many pages were touched."""
        return int(self.root["Shared Hit Blocks"] + self.root["Shared Read Blocks"])

    def scans(self) -> set[Scan]:
        """Every reading of a table that really happened."""
        return {scan for node in _nodes(self.root) if node["Actual Loops"] for scan in _scans(node)}


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _scans(node: Mapping[str, Any]) -> Iterator[Scan]:
    if node["Node Type"] == "Bitmap Heap Scan":
        yield from (_by_index(node["Relation Name"], each) for each in _nodes(node["Plans"][0]) if "Index Name" in each)
    elif "Relation Name" in node and node["Node Type"] != "ModifyTable":
        yield _by_index(node["Relation Name"], node)


def _by_index(table: str, node: Mapping[str, Any]) -> Scan:
    condition = node.get("Index Cond", "")
    return Scan(
        table, node.get("Index Name"), frozenset(re.findall(r"\(\(*(?:\w+\.)?(\w+)\)* (?:=|<|>|>=|<=) ", condition))
    )


def plan_of(url: str, statement: Statement, values: Mapping[str, Any]) -> Plan:
    """Run the statement as the service does, and tell how it was run."""

    async def work() -> Plan:
        settings = {"plan_cache_mode": statement.planning.value}
        where = url_of(url, statement.login)
        connection = await asyncpg.connect(where, server_settings=settings, statement_cache_size=0)
        try:
            await connection.execute(f"PREPARE it AS {statement.text}")
            given = ", ".join(literal(values[name]) for name in statement.names)
            explain = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE it ({given})"
            return Plan(json.loads(await connection.fetchval(explain))[0]["Plan"])
        finally:
            await connection.close()

    return asyncio.run(work())


_KINDS: Mapping[type, str] = {bytes: "bytea", int: "integer", UUID: "uuid"}
"""What arrays are of, where it is no text."""


def literal(value: object) -> str:
    """A value as SQL writes it."""
    if isinstance(value, list):
        kind = next((name for of, name in _KINDS.items() if any(isinstance(one, of) for one in value)), "text")
        return f"ARRAY[{', '.join(map(literal, value))}]::{kind}[]"
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'"
    if isinstance(value, str | date | UUID):
        return f"'{value}'"
    return "NULL" if value is None else str(value)
