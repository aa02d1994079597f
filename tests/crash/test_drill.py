"""Kill -9 under load, a few times; `make crash` does it 200 times."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.commands import folder_for_homes
from tests.crash.checks import Checks
from tests.crash.drill import Drill
from tests.crash.load import Told
from tests.postgres import NewDatabase, execute
from tests.serving import with_village
from tests.village import addressee


@pytest.mark.holds("C-06", "F-03", "F-10", "G-07")
def test_after_kill_9_under_load_every_answer_is_in_the_ledger_and_nothing_is_half_written() -> None:
    with folder_for_homes() as folder:
        report = Drill(Path(folder) / "home", 200, seed=6, say=lambda _text: None).run(
            ["service", "backend", "restart", "command", "everything"]
        )
    assert report.findings == [], str(report)
    assert report.told.counts["answer 200"] > 50
    assert len(report.told.notifications) > 10
    assert len(report.told.issued) > 10
    assert report.told.counts["no answer"] + report.told.counts["answer 503"] > 0


A_NOTIFICATION = """INSERT INTO notifications (municipality_code, id, procedure, state, made_at, made_by, department,
    terminal, changes, versions, findings, acknowledged) VALUES ('012131', gen_random_uuid(), 'moveIn', '{}', now(),
    'S-1', 'a department', 'T-1', '[]', '{{}}', '[]', '{{}}')"""
A_PAPER = """INSERT INTO issuances (municipality_code, id, kind, issued_on, city, terminal, printer, serial, issued_at,
    place, department, staff_number, requester, delivery, items, sheets, verification) VALUES ('012131',
    gen_random_uuid(), 'RESIDENT_RECORD_COPY', '2026-11-23', '苫小牧市', 'T-1', '', 2, now(), 'a place', 'a department',
    'S-1', '{}', 'COUNTER', '{}', 1, 'a hash')"""
SPOILT = {
    "positions have a gap": "UPDATE ledger_entries SET position = 1000 WHERE position = 3",
    "a ledger is not as long as its head says": "DELETE FROM ledger_entries WHERE position = 0",
    "a record has not the version that stands": "DELETE FROM resident_versions",
    "a record has not the number that stands": "DELETE FROM individual_numbers",
    "a record is not found by its name": "DELETE FROM search_keys WHERE kind LIKE 'full_name%'",
    "there, and not in the ledger": "UPDATE terminals SET id = gen_random_uuid()",
    "in the ledger, and not there": "DELETE FROM grants",
    "there are not as many changes as their head says": "INSERT INTO change_heads SELECT '012131', 1",
    "a notification that waits holds nobody, or one that has ended somebody": A_NOTIFICATION.format("PROVISIONAL"),
    "a notification was asked for under no key": A_NOTIFICATION.format("APPROVED"),
    "a notification is approved and nothing happened, or happened without": A_NOTIFICATION.format("APPROVED"),
    "issue numbers have a gap": A_PAPER,
    "there are not as many issue numbers as their head says": """INSERT INTO issuance_heads
        VALUES ('012131', '2026-11-23', 'T-1', '', 1)""",
    "a paper was asked for under no key": A_PAPER,
    "a paper has nothing that waits for who asked for it": A_PAPER,
}


@pytest.mark.holds("C-06")
@pytest.mark.parametrize("what", list(SPOILT))
def test_the_check_finds_what_is_wrong(new_database: NewDatabase, what: str) -> None:
    url = new_database(with_village)
    assert Checks().findings(url, Told()) == []
    asyncio.run(execute(url, SPOILT[what]))
    assert what in {finding.partition(":")[0] for finding in Checks().findings(url, Told())}


@pytest.mark.holds("C-06")
def test_the_check_finds_what_was_told_and_is_not_there(new_database: NewDatabase) -> None:
    households = {"0000000019": frozenset({addressee(1).value, "9999999991"}), "0000000027": frozenset({"9999999983"})}
    told = Told({"answered"}, {"acknowledged"}, {"notified"}, {"issued"}, {"9999999991"}, households)
    assert Checks().findings(new_database(with_village), told) == [
        "answered, and not in the ledger: 1",
        "acknowledged, and not there: 1",
        "notified, and not approved: 1",
        "issued, and not in the book: 1",
        "imported, and not there: 1",
        "households that came in part: 1",
    ]
