"""The reviewer's desk: the ledger searched, analysed, counted, and told to whom it is about."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.serving import Answer, Clocked, Service
from tests.village import NUMBERS, number_of

HOURS = 'from: "2026-11-01", to: "2026-11-30"'
QUESTIONS = {
    "ledgerEntries": "{ ledgerEntries { nodes { id } } }",
    "ledgerReport": f"{{ ledgerReport(kind: SIGN_INS, {HOURS}) {{ total }} }}",
    "ledgerCounts": f"{{ ledgerCounts({HOURS}) {{ total }} }}",
    "accessStatement": f'{{ accessStatement(addresseeNumber: "{number_of(1)}", {HOURS}) {{ hidden }} }}',
}


def review(service: Service, query: str, **variables: Any) -> Answer:
    return service.ask("reviewer", query, variables)


def newest_first(service: Service) -> list[dict[str, Any]]:
    """By the time in their ids: the village was founded by another clock than the service's."""
    return sorted(service.ledger(), key=lambda one: str(one["id"]), reverse=True)


def look_up(service: Service, caller: str, nth: int, items: str = "fullName individualNumber") -> None:
    assert service.ask(caller, f'{{ resident(by: {{addresseeNumber: "{number_of(nth)}"}}) {{ {items} }} }}').data


@pytest.mark.holds("C-16", "M09")
@pytest.mark.parametrize("field", QUESTIONS)
def test_reading_the_ledger_is_in_the_ledger_once_and_no_reading_reads_itself(
    shared_service: Service, field: str
) -> None:
    before = len(shared_service.ledger())
    answer = review(shared_service, QUESTIONS[field])
    assert answer.data
    new = shared_service.ledger()[before:]
    assert [(one["kind"], one["path"], one["purpose"]) for one in new] == [
        ("LEDGER_READ", f"Query.{field}", "ledger_review")
    ]
    assert new[0]["id"] not in answer.content.decode()


@pytest.mark.holds("M09")
@pytest.mark.parametrize("caller", ["register-desk", "tax-clerk", "support-officer", "contractor"])
@pytest.mark.parametrize("field", QUESTIONS)
def test_nobody_but_a_reviewer_reads_the_ledger(shared_service: Service, caller: str, field: str) -> None:
    before = len(shared_service.ledger())
    answer = shared_service.ask(caller, QUESTIONS[field])
    assert answer.codes == ["NOT_PERMITTED"]
    assert answer.json["data"] is None
    (entry,) = shared_service.ledger()[before:]
    assert (entry["kind"], entry["code"], entry["path"]) == ("REFUSAL", "NOT_PERMITTED", f"Query.{field}")


def test_entries_come_newest_first_with_everything_that_was_written(clocked: Clocked) -> None:
    service = clocked.service
    look_up(service, "tax-clerk", 1)
    clocked.at += timedelta(seconds=1)
    look_up(service, "register-desk", 4)
    newest, older = service.ledger()[-1], service.ledger()[-2]
    query = (
        "{ ledgerEntries(filter: {kinds: [SEARCH]}, first: 2) { nodes { id position recordedAt kind staffNumber path"
        " canonical numberAccessed"
        " groups { facts subjects decisions { item outcome rule } } } pageInfo { hasNextPage } } }"
    )
    told = review(service, query).data["ledgerEntries"]
    assert [one["id"] for one in told["nodes"]] == [newest["id"], older["id"]]
    first = told["nodes"][0]
    assert json.loads(first["canonical"]) == newest
    assert first["groups"][0]["facts"] == ["protected"]
    assert first["groups"][0]["subjects"] == [number_of(4)]
    assert {"item": "full_name", "outcome": "SHOWN", "rule": "register-office"} in first["groups"][0]["decisions"]
    assert told["pageInfo"]["hasNextPage"] is True  # the page is full, and nobody has looked any further


FILTERS = [
    ({"staffNumber": "DEMO-1002"}, lambda one: one["staff_number"] == "DEMO-1002"),
    ({"kinds": ["CHANGE", "JOB"]}, lambda one: one["kind"] in ("CHANGE", "JOB")),
    ({"purpose": "local_tax"}, lambda one: one["purpose"] == "local_tax"),
    ({"numberAccessed": True}, lambda one: one["number_accessed"]),
    ({"numberAccessed": False}, lambda one: not one["number_accessed"]),
    ({"path": "Query.me"}, lambda one: one["path"] == "Query.me"),
    ({"code": "NOT_PERMITTED"}, lambda one: one["code"] == "NOT_PERMITTED"),
    ({"terminal": "DEMO-T01"}, lambda one: one["terminal"] == "DEMO-T01"),
    ({"department": "市民生活部住民課"}, lambda one: one["department"] == "市民生活部住民課"),
    ({"subject": number_of(1)}, lambda one: any(number_of(1) in group["subjects"] for group in one["groups"])),
    ({"from": "2026-11-24", "kinds": ["SEARCH"]}, lambda _one: False),
    ({"from": "2026-11-23", "to": "令和8年11月23日", "kinds": ["SEARCH"]}, lambda one: one["kind"] == "SEARCH"),
]


@pytest.mark.holds("M09")
@pytest.mark.parametrize(("given", "meant"), FILTERS, ids=[str(sorted(given)) for given, _ in FILTERS])
def test_a_filter_finds_exactly_the_entries_that_are_meant(service: Service, given: dict[str, Any], meant: Any) -> None:
    look_up(service, "tax-clerk", 1)
    look_up(service, "register-desk", 2)
    service.ask("care-clerk", "{ me { displayName } }")
    service.ask("care-clerk", QUESTIONS["ledgerEntries"])
    expected = [one["id"] for one in newest_first(service) if meant(one)]
    query = "query ($filter: LedgerFilter) { ledgerEntries(filter: $filter, first: 100) { nodes { id } } }"
    told = review(service, query, filter=given).data["ledgerEntries"]["nodes"]
    assert [one["id"] for one in told] == expected


def test_pages_follow_one_another_without_gap_or_overlap(service: Service) -> None:
    for nth in (1, 2, 3, 7):
        look_up(service, "tax-clerk", nth)
    expected = [one["id"] for one in newest_first(service) if one["staff_number"] == "DEMO-1002"]
    query = (
        'query ($after: String) { ledgerEntries(filter: {staffNumber: "DEMO-1002"}, first: 3, after: $after)'
        " { nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }"
    )
    found: list[str] = []
    after = None
    while after is not None or not found:
        page = review(service, query, after=after).data["ledgerEntries"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        found += [one["id"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    assert found == expected


def test_a_cursor_counts_for_its_own_question_only(shared_service: Service) -> None:
    query = "query ($after: String) { ledgerEntries(first: 1, after: $after) { edges { cursor } } }"
    cursor = review(shared_service, query).data["ledgerEntries"]["edges"][0]["cursor"]
    other = 'query ($after: String) { ledgerEntries(filter: {path: "Query.me"}, after: $after) { nodes { id } } }'
    assert review(shared_service, other, after=cursor).codes == ["INVALID_CURSOR"]


@pytest.mark.holds("C-15")
def test_a_report_tells_its_findings_as_data_and_as_csv(service: Service) -> None:
    look_up(service, "register-desk", 4)
    query = f"""{{ ledgerReport(kind: PROTECTED, {HOURS}) {{ title titleJa entries total staff csv
        findings {{ reason reasonJa staffNumber subjects entries count records at }} }} }}"""
    before = len(service.ledger())
    told = review(service, query).data["ledgerReport"]
    (finding,) = told["findings"]
    assert (told["total"], told["entries"], told["titleJa"]) == (1, before, "支援措置対象者の照会一覧")
    assert (finding["reason"], finding["staffNumber"], finding["subjects"]) == (
        "PROTECTED",
        "DEMO-1001",
        [number_of(4)],
    )
    assert finding["entries"] == [service.ledger()[-2]["id"]]
    heading, row, end = told["csv"].split("\r\n")
    assert ("操作者ID staffNumber" in heading, number_of(4) in row, end) == (True, True, "")


def test_entries_are_counted_by_what_is_asked_for(service: Service) -> None:
    look_up(service, "register-desk", 1)
    query = f"""{{ ledgerCounts({HOURS}, by: [DAY, HOUR, KIND, PURPOSE, STAFF_NUMBER]) {{ total
        cells {{ day hour kind purpose staffNumber entries numberAccessed }} }} }}"""
    before = len(service.ledger())
    told = review(service, query).data["ledgerCounts"]
    assert told["total"] == before == sum(one["entries"] for one in told["cells"])
    (hers,) = [one for one in told["cells"] if one["staffNumber"] == "DEMO-1001"]
    expected = {"day": "2026-11-23", "hour": 12, "kind": "SEARCH", "purpose": "resident_register"}
    assert expected.items() <= hers.items()
    assert (hers["entries"], hers["numberAccessed"]) == (1, 1)


@pytest.mark.holds("A-12")
def test_reading_the_ledger_counts_as_no_record_of_the_register(service: Service) -> None:
    for _ in range(3):
        assert review(service, "{ ledgerEntries(first: 100) { nodes { id } } }").data
    (readings,) = service.execute(
        "SELECT count(*) FROM ledger_entries WHERE kind = 'LEDGER_READ' AND staff_number = 'DEMO-1005'"
    )
    assert readings[0] == 3
    assert service.ledger()[-1]["result_count"] > 0
    assert service.ledger()[-1]["file"] is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (f'{{ accessStatement(addresseeNumber: "123", {HOURS}) {{ hidden }} }}', "AddresseeNumber"),
        ('{ ledgerCounts(from: "2026-11-02", to: "2026-11-01") { total } }', "to"),
        ('{ ledgerCounts(from: "yesterday", to: "2026-11-01") { total } }', "from"),
    ],
)
def test_what_is_no_number_or_no_period_is_refused(shared_service: Service, query: str, names: str) -> None:
    answer = review(shared_service, query)
    assert answer.codes[0] in ("INVALID_VALUE", "INVALID_INPUT")
    assert names in answer.content.decode()


def test_no_reading_of_the_ledger_shows_a_number_or_a_name(service: Service) -> None:
    look_up(service, "register-desk", 1)
    everything = "".join(review(service, query).content.decode() for query in QUESTIONS.values())
    everything += service.everything_written()
    assert NUMBERS[0] not in everything
    assert "架空" not in everything
