"""The event that follows every entry of the ledger."""

from __future__ import annotations

import pytest
import structlog
from structlog.testing import capture_logs

from api.access_events import decisions_by_outcome, emit
from domain.ledger.entries import Entry, Group, Kind
from tests.ledger_builders import CITY, entry

READ = entry(
    7,
    kind=Kind.SEARCH,
    caller="subject-of-the-token",
    staff_number="S-0042",
    department="財政部市民税課",
    purpose="local_tax",
    operation="FindSuzuki",
    path="Query.residents",
    groups=(
        Group(("protected",), ("R-1",), {"full_name": ("SHOWN", "base"), "current_address": ("WITHHELD", "support")}),
        Group((), ("R-2", "R-3"), {"full_name": ("SHOWN", "base"), "individual_number": ("MASKED", "number")}),
    ),
    searched_by={"full_name": "ab12"},
    result_count=3,
)


def emitted(written: Entry = READ) -> dict[str, object]:
    with capture_logs() as events:
        emit(structlog.get_logger(), written, decisions_by_outcome(written), 41, 12.34567)
    (event,) = events
    return dict(event)


@pytest.mark.holds("M08")
def test_an_event_names_its_entry_and_says_who_for_what_purpose_and_how_it_was_decided() -> None:
    assert emitted() == {
        "event": "access",
        "log_level": "info",
        "entry": READ.id,
        "position": 41,
        "municipality_code": CITY,
        "request_id": READ.request_id,
        "staff_number": "S-0042",
        "department": "財政部市民税課",
        "purpose": "local_tax",
        "path": "Query.residents",
        "kind": "SEARCH",
        "outcomes": {"SHOWN": 3, "WITHHELD": 1, "MASKED": 2},
        "result_count": 3,
        "number_accessed": False,
        "code": None,
        "duration_ms": 12.346,
    }


@pytest.mark.holds("M08")
def test_an_event_names_no_subject_and_nothing_that_was_searched_for() -> None:
    said = str(emitted())
    for hidden in ("R-1", "R-2", "R-3", "ab12", "FindSuzuki", "subject-of-the-token"):
        assert hidden not in said


@pytest.mark.holds("C-14")
def test_a_refusal_has_an_event_with_its_code() -> None:
    event = emitted(entry(kind=Kind.REFUSAL, code="PURPOSE_NOT_GRANTED"))
    assert (event["kind"], event["code"]) == ("REFUSAL", "PURPOSE_NOT_GRANTED")


def test_a_decision_about_no_record_in_particular_counts_once() -> None:
    refused = entry(groups=(Group((), (), {"individual_number": ("MASKED", "number")}),))
    assert decisions_by_outcome(refused) == {"MASKED": 1}


def test_an_entry_without_decisions_has_no_outcomes() -> None:
    assert decisions_by_outcome(entry()) == {}
