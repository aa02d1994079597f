"""The walls within the database, tried by SQL as each login: what one may do, and that it meets one city only."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from persistence.logins import Login
from persistence.roles import RIGHTS, TABLES
from persistence.tables import METADATA
from tests.ledger_builders import entry
from tests.logins import OTHER_CITY, logins_at, migrated, url_of
from tests.persistence.ledgers import connected
from tests.persistence.ledgers import opened as opened_ledger
from tests.persistence.registers import kept, protect, query, release, write, write_village
from tests.postgres import Databases
from tests.village import CODE, NUMBERS, TODAY, village

CODES = (CODE, OTHER_CITY)
READABLE = [
    (login, table) for login, rights in RIGHTS.items() for table in sorted(TABLES) if "SELECT" in rights.get(table, "")
]
UNREADABLE = [(login, table) for login in Login for table in sorted(TABLES) if (login, table) not in READABLE]
FORBIDDEN = ("UPDATE {} SET municipality_code = municipality_code", "DELETE FROM {}", "TRUNCATE {}")


def two_cities(url: str) -> None:
    """Prepare a database: the same village in two municipalities, each with something in every table."""
    write_village(url)
    write(url, village(), OTHER_CITY)
    for code in CODES:
        protect(url, 1, TODAY, TODAY, code)
        release(url, 1, municipality_code=code)
        for statement in FIRST_ROWS.values():
            query(url, statement, code)

    async def tell() -> None:
        async with opened_ledger(url) as store:
            for at, code in enumerate(CODES):
                await store.append([entry(at, municipality_code=code, searched_by={"full_name": "00"})])

    asyncio.run(tell())


FIRST_ROWS = {
    "grants": """INSERT INTO grants VALUES ($1, '00000000-0000-0000-0000-000000000001', 'S', 'D', 'P', '{}',
        '2026-04-01', NULL, '2026-04-01', 'S')""",
    "terminals": """INSERT INTO terminals VALUES ($1, '00000000-0000-0000-0000-000000000001', 'T', 'P',
        '2026-04-01', NULL, '2026-04-01', 'S')""",
    "notifications": """INSERT INTO notifications VALUES ($1, '00000000-0000-0000-0000-000000000001', 'moveIn',
        'PROVISIONAL', '2026-04-01', 'S', 'D', 'T', '[]', '{}', '[]', '{}')""",
    "holds": "INSERT INTO holds VALUES ($1, 'RESIDENT', '1', '00000000-0000-0000-0000-000000000001', 0)",
    "pending_numbers": """INSERT INTO pending_numbers VALUES ($1, '00000000-0000-0000-0000-000000000001', '1', 1,
        'sealed', 'index', 1)""",
    "life_events": """INSERT INTO life_events SELECT municipality_code, addressee_number, 1, 0,
        '00000000-0000-0000-0000-000000000001', 'Revised', 'MINOR_REVISION', '{}', NULL, 1, 1, '{}', 0, 0, '{}',
        '2026-04-01', 'S', 'T' FROM residents WHERE municipality_code = $1 ORDER BY addressee_number LIMIT 1""",
    "outbox": """INSERT INTO outbox SELECT municipality_code, '00000000-0000-0000-0000-000000000001', 'JLIS', 'M',
        addressee_number, 1, 1, '2026-04-01' FROM life_events WHERE municipality_code = $1""",
    "change_heads": "INSERT INTO change_heads VALUES ($1, 1)",
    "number_heads": "INSERT INTO number_heads VALUES ($1, 'RESIDENT', 9)",
    "code_pool": "INSERT INTO code_pool VALUES ($1, '1', '2026-04-01')",
    "idempotency_keys": "INSERT INTO idempotency_keys VALUES ($1, 'C', 'K', 'asked', '{}', '2026-04-01')",
    "restrictions": """INSERT INTO restrictions (municipality_code, id, kind, number, process, level, starts_on,
        placed_at, placed_by) VALUES ($1, '00000000-0000-0000-0000-000000000001', 'RESIDENT', '1', 'INQUIRY', 'ERROR',
        '2026-04-01', '2026-04-01', 'S')""",
    "job_runs": """INSERT INTO job_runs VALUES ($1, '00000000-0000-0000-0000-000000000001', 'J', '2026-04-01',
        '2026-04-01')""",
    "issuance_batches": """INSERT INTO issuance_batches VALUES ($1, '00000000-0000-0000-0000-000000000001', 'source', 1,
        '2026-04-01', 'S')""",
    "issuances": """INSERT INTO issuances VALUES ($1, '00000000-0000-0000-0000-000000000001', 'K', '2026-04-01', 'C',
        'T', 'P', 1, '2026-04-01', 'P', 'D', 'S', '{}', 'COUNTER', '{}', 1, 'digest')""",
    "issuance_subjects": "INSERT INTO issuance_subjects VALUES ($1, '1', '00000000-0000-0000-0000-000000000001')",
    "issuance_heads": "INSERT INTO issuance_heads VALUES ($1, '2026-04-01', 'T', 'P', 1)",
    "handovers": """INSERT INTO handovers VALUES ($1, '00000000-0000-0000-0000-000000000001', 'digest', 'C', 'P', 'M',
        'F', 'sealed', 'sealed', '2026-04-01')""",
    "certifiers": """INSERT INTO certifiers VALUES ($1, '00000000-0000-0000-0000-000000000001', 'MAYOR', 'T', 'N',
        '2026-04-01')""",
    "ledger_nodes": "INSERT INTO ledger_nodes VALUES ($1, 0, 0, sha256('entry'))",
    "ledger_frontiers": "INSERT INTO ledger_frontiers VALUES ($1, 'frontier')",
    "ledger_checkpoints": "INSERT INTO ledger_checkpoints VALUES ($1, 1, '2026-04-01', 'note')",
    "ledger_takings": "INSERT INTO ledger_takings VALUES ($1, 1, 'file', '2026-04-01', '')",
    "ledger_deletions": "INSERT INTO ledger_deletions VALUES ($1, 1, '2026-04-01', 'note')",
    "extractions": """INSERT INTO extractions VALUES ($1, '00000000-0000-0000-0000-000000000001', 'REQUESTED',
        '2026-04-01', 'S', 'D', 'P', 'R', '{}', '{}', 'CSV', 1, 'K', '2026-04-01')""",
    "policies": "INSERT INTO policies VALUES ($1, 'hash', 'text', '2026-04-01')",
}


@pytest.fixture(scope="module")
def cities(databases: Databases) -> Iterator[str]:
    """Two cities in one database."""
    with kept(databases, two_cities) as url:
        yield url


def refused(url: str, login: Login, statement: str, *values: object) -> str:
    """The name of the error by which a statement of this login is refused; nothing of it stays."""

    async def work() -> str:
        async with connected(url_of(url, login)) as connection:
            transaction = connection.transaction()
            await transaction.start()
            with pytest.raises(asyncpg.PostgresError) as error:
                await connection.execute(statement, *values)
            await transaction.rollback()
            return type(error.value).__name__

    return asyncio.run(work())


def test_every_table_stands_in_the_rights() -> None:
    assert METADATA.tables.keys() == TABLES


@pytest.mark.holds("M29")
def test_every_table_is_closed_but_for_policies_of_one_municipality_by_a_constant(cities: str) -> None:
    secured = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity"
    policies = query(cities, "SELECT tablename, policyname, qual, with_check, permissive FROM pg_policies")

    assert {name for (name,) in query(cities, secured)} == TABLES
    assert {(table, name) for table, name, *_ in policies} == {(t, f"municipality_{c}") for t in TABLES for c in CODES}
    for _, name, *conditions, permissive in policies:
        assert conditions == [f"(municipality_code = '{str(name)[-6:]}'::text)"] * 2
        assert permissive == "PERMISSIVE"


@pytest.mark.holds("M29", "A-28")
@pytest.mark.parametrize(("login", "table"), READABLE)
@pytest.mark.parametrize("code", CODES)
def test_a_login_sees_the_rows_of_its_municipality_and_no_others(
    cities: str, login: Login, table: str, code: str
) -> None:
    seen = query(url_of(cities, login, code), f"SELECT municipality_code, count(*) FROM {table} GROUP BY 1")  # noqa: S608 - our names
    ((there,),) = query(cities, f"SELECT count(*) FROM {table} WHERE municipality_code = $1", code)  # noqa: S608 - our names

    assert seen == [(code, there)]
    assert there


@pytest.mark.holds("M01", "M29")
@pytest.mark.parametrize(("login", "table"), UNREADABLE)
def test_what_a_login_has_no_right_to_it_cannot_read(cities: str, login: Login, table: str) -> None:
    assert refused(cities, login, f"SELECT count(*) FROM {table}") == "InsufficientPrivilegeError"  # noqa: S608 - our names


@pytest.mark.holds("M01")
def test_who_reads_without_a_right_to_the_number_has_none_to_the_vault() -> None:
    assert RIGHTS[Login.READER].keys().isdisjoint({"individual_numbers", "pending_numbers", "handovers", "keysets"})
    for sealed in ("individual_numbers", "pending_numbers", "handovers"):
        assert {login for login, table in READABLE if table == sealed} == {Login.NUMBER_READER, Login.WRITER}


@pytest.mark.holds("M08")
@pytest.mark.parametrize("login", Login)
@pytest.mark.parametrize("table", ["ledger_entries", "ledger_searches"])
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_no_login_changes_or_takes_back_what_the_ledger_holds(
    cities: str, login: Login, table: str, statement: str
) -> None:
    assert refused(cities, login, statement.format(table)) == "InsufficientPrivilegeError"


@pytest.mark.holds("S1-02")
@pytest.mark.parametrize("login", Login)
@pytest.mark.parametrize("table", ["resident_versions", "life_events", "idempotency_keys"])
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_no_login_changes_or_takes_back_what_happened(cities: str, login: Login, table: str, statement: str) -> None:
    assert refused(cities, login, statement.format(table)) == "InsufficientPrivilegeError"


@pytest.mark.holds("S1-05")
@pytest.mark.parametrize("login", Login)
@pytest.mark.parametrize("table", ["issuances", "issuance_subjects"])
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_no_login_takes_back_what_was_issued(cities: str, login: Login, table: str, statement: str) -> None:
    assert refused(cities, login, statement.format(table)) == "InsufficientPrivilegeError"


@pytest.mark.holds("S1-05")
@pytest.mark.parametrize("column", ["serial", "issued_at", "requester", "items", "sheets", "verification"])
def test_of_what_was_issued_nobody_changes_more_than_whether_it_stands(cities: str, column: str) -> None:
    statement = f"UPDATE issuances SET {column} = {column}"  # noqa: S608 - our names
    assert refused(cities, Login.WRITER, statement) == "InsufficientPrivilegeError"


@pytest.mark.holds("M08")
@pytest.mark.parametrize("login", Login)
@pytest.mark.parametrize(
    "statement", ["DELETE FROM ledger_heads", "TRUNCATE ledger_heads", FORBIDDEN[0].format("ledger_heads")]
)
def test_no_login_takes_the_ledgers_head_away(cities: str, login: Login, statement: str) -> None:
    assert refused(cities, login, statement) == "InsufficientPrivilegeError"


@pytest.mark.parametrize("login", [Login.READER, Login.NUMBER_READER])
@pytest.mark.parametrize("statement", [*FORBIDDEN, "INSERT INTO {} SELECT * FROM {}"])
def test_a_reader_changes_nothing(cities: str, login: Login, statement: str) -> None:
    for table in sorted(TABLES):
        assert refused(cities, login, statement.replace("{}", table)) == "InsufficientPrivilegeError"


@pytest.mark.holds("M29")
@pytest.mark.parametrize("login", [Login.WRITER, Login.LOADER])
def test_nobody_writes_into_another_municipality(cities: str, login: Login) -> None:
    household = "INSERT INTO households (municipality_code, household_number) VALUES ($1, '9')"
    assert refused(cities, login, household, OTHER_CITY) == "InsufficientPrivilegeError"


@pytest.mark.holds("M29")
def test_what_a_writer_changes_or_deletes_of_another_municipality_is_nothing(cities: str) -> None:
    async def story() -> None:
        async with connected(url_of(cities, Login.WRITER)) as connection:
            for statement in ("UPDATE residents SET building_line = 'x'", "DELETE FROM search_bigrams"):
                done = await connection.execute(f"{statement} WHERE municipality_code = '{OTHER_CITY}'")
                assert done.endswith(" 0")

    asyncio.run(story())


@pytest.mark.parametrize("login", Login)
def test_no_login_makes_a_table_or_becomes_another(cities: str, login: Login) -> None:
    assert refused(cities, login, "CREATE TABLE mine (x integer)") == "InsufficientPrivilegeError"
    other = next(each for each in Login if each is not login)
    for name in (logins_at(cities).name(CODE, other), logins_at(cities).name(OTHER_CITY, login), "pg_read_all_data"):
        assert refused(cities, login, f'SET ROLE "{name}"') == "InsufficientPrivilegeError"


def test_making_the_logins_again_touches_no_table(cities: str) -> None:
    policies = "SELECT oid, polname, polrelid FROM pg_policy ORDER BY 1"
    before = query(cities, policies)
    migrated(cities)
    assert query(cities, policies) == before


def test_a_right_that_somebody_added_is_taken_back(cities: str) -> None:
    reader = logins_at(cities).name(CODE, Login.READER)
    query(cities, f"GRANT SELECT ON individual_numbers TO {reader}")
    query(cities, "ALTER TABLE residents DISABLE ROW LEVEL SECURITY")
    query(cities, f"ALTER POLICY municipality_{CODE} ON households USING (true)")
    migrated(cities)
    assert refused(cities, Login.READER, "SELECT count(*) FROM individual_numbers") == "InsufficientPrivilegeError"
    test_every_table_is_closed_but_for_policies_of_one_municipality_by_a_constant(cities)


def test_no_password_and_no_number_stands_in_the_catalogue(cities: str) -> None:
    stored = str(query(cities, "SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'daicho%'"))
    assert stored.count("SCRAM-SHA-256$4096:") >= len(Login) * len(CODES)
    assert not [number for number in NUMBERS if number in stored]
    assert "a password of the tests" not in stored
