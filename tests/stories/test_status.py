"""`daicho status`: what is held, in counts that nobody is named in."""

from __future__ import annotations

from alembic.script import ScriptDirectory

from persistence.migrating import MIGRATIONS
from tests.commands import Running
from tests.village import CODE


def test_status_counts_what_is_held(demonstration: Running) -> None:
    (told,) = demonstration.command("status", "--json").entries
    counts = told["municipalities"][CODE]
    assert counts["residents"] + counts["closed_records"] == 400
    assert counts["individual_numbers"] >= 400 > counts["households"] > 100
    assert counts["versions"] > 400
    assert counts["support_measures"] > 0
    assert told["tables"] in ScriptDirectory(MIGRATIONS).get_heads()
    assert told["database_bytes"] > 1_000_000


def test_reading_the_status_stands_in_the_ledger_and_is_counted_itself(demonstration: Running) -> None:
    (told,) = demonstration.command("status", "--json").entries
    entries = demonstration.ledger()
    looked = [entry for entry in entries if entry["path"] == "daicho status"][-1]
    assert (looked["kind"], looked["purpose"], looked["groups"]) == ("JOB", "operation", [])
    assert told["municipalities"][CODE]["ledger_entries"] == looked["position"] + 1


def test_status_is_readable_without_json(demonstration: Running) -> None:
    lines = demonstration.command("status").lines
    assert CODE in lines
    assert any(line.endswith("residents / 住民") for line in lines)
    assert any(line.endswith("ledger entries / アクセス記録") for line in lines)
