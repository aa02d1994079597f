"""What the tables must keep to so that Citus takes them as they are, read from PostgreSQL's own catalogue.

Each rule is a query for what breaks it. A table that breaks them all shows that each finds something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from persistence.migrating import migrate
from tests.persistence.registers import kept, query
from tests.postgres import Databases, execute

CATALOGUE = """
WITH tables AS (
    SELECT c.oid, relname::text AS name FROM pg_class c
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'alembic_version'
), columns AS (
    SELECT a.*, tables.name AS table_name, typtype, typname, collname FROM tables
    JOIN pg_attribute a ON a.attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
    JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_collation l ON l.oid = attcollation
), municipality AS (
    SELECT attrelid, attnum FROM columns WHERE attname = 'municipality_code'
), constraints AS (
    SELECT c.*, conname::text AS name, here.attnum AS municipality, there.attnum AS municipality_there
    FROM tables JOIN pg_constraint c ON c.conrelid = tables.oid
    LEFT JOIN municipality here ON here.attrelid = conrelid
    LEFT JOIN municipality there ON there.attrelid = confrelid
), indexes AS (
    SELECT i.*, c.relname::text AS name, municipality.attnum AS municipality
    FROM tables JOIN pg_index i ON i.indrelid = tables.oid JOIN pg_class c ON c.oid = indexrelid
    LEFT JOIN municipality ON municipality.attrelid = indrelid
)
"""

BREAKING = {
    "a table without the municipality, in one type": """
        SELECT name FROM tables WHERE name NOT IN (SELECT table_name FROM columns
        WHERE attname = 'municipality_code' AND attnotnull AND typname = 'text' AND collname = 'default')
    """,
    "a key that does not begin with the municipality": """
        SELECT name FROM constraints WHERE contype IN ('p', 'u', 'f') AND conkey[1] IS DISTINCT FROM municipality
    """,
    "a foreign key to another municipality": """
        SELECT name FROM constraints WHERE contype = 'f' AND confkey[1] IS DISTINCT FROM municipality_there
    """,
    "an index that does not begin with the municipality": """
        SELECT name FROM indexes WHERE indkey[0] IS DISTINCT FROM municipality
    """,
    "no primary key": """
        SELECT name FROM tables WHERE oid NOT IN (SELECT conrelid FROM constraints WHERE contype = 'p')
    """,
    "a constraint not named by hand": """
        SELECT name FROM constraints
        JOIN (VALUES ('p', 'pk_'), ('u', 'uq_'), ('f', 'fk_'), ('c', 'ck_')) AS kinds (kind, prefix)
        ON kind = contype::text
        WHERE NOT starts_with(name, prefix)
    """,
    "an index not named by hand": "SELECT name FROM indexes WHERE name !~ '^(ix|pk|uq)_'",
    "a name of more than 54 bytes": """
        SELECT name FROM (
            SELECT name FROM tables UNION SELECT name FROM constraints UNION SELECT name FROM indexes
        ) AS names WHERE octet_length(name) > 54
    """,
    "a foreign key that deletes or empties": """
        SELECT name FROM constraints WHERE contype = 'f' AND (confdeltype <> 'a' OR confupdtype NOT IN ('a', 'c'))
    """,
    "a constraint checked later": "SELECT name FROM constraints WHERE condeferrable",
    "an exclusion constraint": "SELECT name FROM constraints WHERE contype = 'x'",
    "a sequence": "SELECT oid FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace",
    "a value that the database makes": """
        SELECT attname FROM columns WHERE atthasdef OR attidentity <> '' OR attgenerated <> ''
    """,
    "a domain type": "SELECT attname FROM columns WHERE typtype = 'd'",
    "a trigger": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "a function": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "an extension": "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'",
}

BROKEN = (
    "CREATE DOMAIN code AS text",
    "CREATE TABLE without_key (id bigint GENERATED ALWAYS AS IDENTITY)",
    "CREATE TABLE broken (id serial PRIMARY KEY, municipality_code code, name text DEFAULT 'x' UNIQUE DEFERRABLE)",
    f"ALTER TABLE broken ADD CONSTRAINT {'c' * 55} CHECK (id > 0)",
    "ALTER TABLE broken ADD CONSTRAINT broken_x EXCLUDE USING btree (id WITH =)",
    "ALTER TABLE broken ADD FOREIGN KEY (id) REFERENCES broken (id) ON DELETE SET NULL",
    "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TRIGGER nothing BEFORE INSERT ON broken EXECUTE FUNCTION nothing()",
    "UPDATE pg_extension SET extname = 'another'",  # no extension comes with every server
)


def break_every_rule(url: str) -> None:
    """Prepare a database that breaks every rule."""
    asyncio.run(execute(url, *BROKEN))


@pytest.fixture(scope="module")
def ours(databases: Databases) -> Iterator[str]:
    """A database with our tables."""
    with kept(databases, migrate) as url:
        yield url


@pytest.fixture(scope="module")
def broken(databases: Databases) -> Iterator[str]:
    """A database that Citus would not take."""
    with kept(databases, break_every_rule) as url:
        yield url


def found(url: str, rule: str) -> list[tuple[object, ...]]:
    """What breaks the rule in this database."""
    return query(url, CATALOGUE + BREAKING[rule])


@pytest.mark.parametrize("rule", BREAKING)
def test_no_table_of_ours_has(ours: str, rule: str) -> None:
    assert found(ours, rule) == []


@pytest.mark.parametrize("rule", BREAKING)
def test_a_broken_table_is_found_to_have(broken: str, rule: str) -> None:
    assert found(broken, rule)
