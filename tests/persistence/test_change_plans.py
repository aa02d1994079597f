"""What a change reads of a city of 20,000 it reads by keys: a few pages, however large the city is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from persistence import event_facts, histories, matching, situations
from persistence.database import Statement
from tests.persistence.plans import plan_of, write_city
from tests.persistence.registers import NOON, kept, query
from tests.postgres import Databases, execute
from tests.village import CODE, TODAY

MOST_PAGES = 120
SOMEBODY = """
SELECT r.addressee_number, r.household_number, r.resident_record_code, r.sex, r.date_of_birth, k.key, n.blind_index
FROM residents r JOIN search_keys k USING (municipality_code, addressee_number)
JOIN individual_numbers n USING (municipality_code, addressee_number)
WHERE r.municipality_code = $1 AND k.kind = 'full_name' AND NOT r.is_closed ORDER BY md5(r.addressee_number) LIMIT 1
"""
NOTIFIED = """
INSERT INTO notifications (municipality_code, id, procedure, state, made_at, made_by, department, terminal,
    changes, findings, acknowledged, versions)
SELECT municipality_code, md5(addressee_number)::uuid, 'moveWithin', 'APPROVED', '2026-04-01', 'S', 'D', 'T',
    '[]', '[]', '{}', '{}' FROM residents
"""
HAPPENED = """
INSERT INTO life_events (municipality_code, addressee_number, event_number, sequence, notification_id, kind, reason,
    said, history_number, versions, changed_items, facts, released_for, recorded_at, staff_number, terminal)
SELECT municipality_code, addressee_number, 1, row_number() OVER (ORDER BY addressee_number) - 1,
    md5(addressee_number)::uuid, 'MovedWithin', 'MOVE_WITHIN', '{}', history_number, 1, '{}', 0, '{}', '2026-04-01',
    'S', 'T' FROM residents
"""
"""To everybody something: an empty table may as well be read as a whole."""
READ = {
    "homes": situations._HOMES_OF,
    "homes ever": situations._HOMES_EVER,
    "standing": situations._STANDING,
    "changes of a notification": situations._CHANGES_OF,
    "events": histories._EVENTS,
    "numbers": histories.SEALED,
    "bases": histories._BASES,
    "match by number": matching._BY_NUMBER,
    "match by record": matching._BY_RECORD,
    "facts": event_facts._GUARDS,
    "releases": event_facts._RELEASED,
}


def write_changed_city(url: str) -> None:
    """Prepare a database: a city in which everybody has moved."""
    write_city(url)
    asyncio.run(execute(url, NOTIFIED, HAPPENED, "VACUUM ANALYZE"))


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A city, and values of somebody in it."""
    with kept(databases, write_changed_city) as url:
        ((who, home, code, sex, born, name, index),) = query(url, SOMEBODY, CODE)
        values = {"municipality": CODE, "numbers": [who], "homes": [home], "ids": [UUID(int=1)], "indexes": [index]}
        values |= {"code": code, "card": "AB00000000CD", "name": name, "sex": sex, "date_of_birth": born}
        yield url, values | {"history_numbers": [1, 2], "today": TODAY, "beyond": NOON}


@pytest.mark.parametrize("statement", READ.values(), ids=READ.keys())
def test_what_a_change_reads_it_reads_by_keys(city: tuple[str, Mapping[str, Any]], statement: Statement) -> None:
    url, values = city
    plan = plan_of(url, statement, values)
    assert all(scan.keys > {"municipality_code"} for scan in plan.scans()), plan.scans()
    assert plan.pages <= MOST_PAGES
