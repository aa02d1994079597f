"""What bulk asks of a city and of a long ledger is read by keys: a page of a city, an hour of one person."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.extractions import Extent, ExtractionCriteria
from domain.ids import RANDOM_BYTES, uuid7
from domain.ports import Occasion
from persistence import extracting
from persistence.database import Statement
from persistence.ledger_store import _SELECT_VOLUME, APPROVED_BULK
from persistence.logins import Login
from persistence.reading import occasion_values
from tests.persistence.plans import plan_of, write_city
from tests.persistence.registers import ALL, NOON, UNPROTECTED, reading
from tests.postgres import Databases, execute
from tests.village import CODE, TODAY

PAGE = 1_000
OF_EACH = 20
"""Pages touched for one record with its facts, at most."""
HOUR = 3_000
LEDGER = f"""
INSERT INTO ledger_entries
SELECT '{CODE}', n,
    (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(n::text, 12, '0'))::uuid,
    at, 'READ', 'S' || n % 50, 'local_tax', '{{"path":"Query.residents","result_count":1}}'::bytea
FROM (
    SELECT n, timestamptz '2026-11-23 03:00Z' - (60000 - n) * interval '1.2 seconds' AS at
    FROM generate_series(1, 60000) n
) e
"""  # noqa: S608 - our code


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    """A city of 20,000, and a ledger of 20 hours in which fifty people read."""
    made = databases.create()
    write_city(made)
    asyncio.run(execute(made, LEDGER, "VACUUM ANALYZE ledger_entries"))
    yield made
    databases.drop(made)


@pytest.mark.holds("M11")
@pytest.mark.parametrize("shown_for", [ALL, UNPROTECTED])
def test_a_page_of_everybody_is_read_from_where_the_last_one_ended(url: str, shown_for: frozenset[int]) -> None:
    extent = Extent(ExtractionCriteria(), {})
    statement = extracting._finding(reading(opens=shown_for), extracting._given(extent), False, False)
    values = occasion_values(Occasion(CODE, "local_tax", TODAY)) | extracting._values(extent.criteria)

    plan = plan_of(url, statement, values | {"after": "0000100000", "limit": PAGE})

    assert plan.rows == PAGE
    assert plan.pages < PAGE * OF_EACH
    assert all(scan.keys >= {"addressee_number"} for scan in plan.scans() if scan.table == "residents")


@pytest.mark.holds("A-12")
def test_an_hour_of_one_person_is_read_without_the_hours_before(url: str) -> None:
    names = ("municipality", "since", "staff_number", "path")
    statement = Statement(_SELECT_VOLUME, names, login=Login.LEDGER)
    since = uuid7(NOON - timedelta(hours=1), bytes(RANDOM_BYTES))
    values = {"municipality": CODE, "since": since, "staff_number": "S7", "path": APPROVED_BULK}

    plan = plan_of(url, statement, values)

    assert {scan.index for scan in plan.scans()} == {"uq_ledger_entries_id"}
    assert plan.pages < HOUR
