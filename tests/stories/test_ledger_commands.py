"""`daicho ledger` beside the running service."""

from __future__ import annotations

import json

import pytest

from tests.commands import Running

FIELDS = {
    "position", "id", "recorded_at", "municipality_code", "request_id", "kind", "caller", "staff_number", "department",
    "place", "purpose", "terminal", "application", "strength", "grants", "operation", "document", "path", "file",
    "groups", "searched_by", "result_count", "code", "policy_hash", "number_accessed", "requester",
}  # fmt: skip

LIST = """query Names { residents(where: {nameKana: "サ", currentAddress: "苫小牧市"}, first: 2) {
  nodes { fullName individualNumber } } }"""
BY_NUMBER = "query($n: String!) { resident(by: {individualNumber: $n}) { fullName } }"


def a_number(demonstration: Running) -> str:
    """Somebody's Individual Number, as the tax clerk reads it."""
    (person, _) = demonstration.ask("tax-clerk", LIST).data["residents"]["nodes"]
    return str(person["individualNumber"])


@pytest.mark.holds("C-01", "M08")
def test_tail_prints_one_json_object_a_line_newest_last(demonstration: Running) -> None:
    demonstration.ask("tax-clerk", LIST)
    done = demonstration.command("ledger", "tail", "--json", "-n", "3")
    entries = [json.loads(line) for line in done.lines]
    assert [set(entry) for entry in entries] == [FIELDS] * 3
    assert [entry["position"] for entry in entries] == sorted(entry["position"] for entry in entries)
    newest = entries[-1]
    assert (newest["kind"], newest["path"], newest["operation"]) == ("SEARCH", "Query.residents", "Names")
    assert (newest["staff_number"], newest["purpose"], newest["number_accessed"]) == ("DEMO-1002", "local_tax", True)
    assert done.err == ""


def test_tail_without_n_prints_all_from_the_first(demonstration: Running) -> None:
    positions = [entry["position"] for entry in demonstration.ledger()]
    assert positions == list(range(len(positions)))


@pytest.mark.holds("C-16")
def test_reading_the_ledger_is_in_the_ledger(demonstration: Running) -> None:
    demonstration.command("ledger", "tail", "--json", "-n", "1")
    (entry,) = demonstration.command("ledger", "tail", "--json", "-n", "1").entries
    assert (entry["kind"], entry["path"], entry["purpose"]) == ("LEDGER_READ", "daicho ledger tail", "ledger_review")
    assert (entry["result_count"], entry["department"]) == (1, "コマンド操作")
    assert entry["staff_number"].startswith("os:")
    assert entry["grants"]


@pytest.mark.holds("C-13")
def test_who_searched_for_a_number_is_found_by_any_spelling_of_it(demonstration: Running) -> None:
    number = a_number(demonstration)
    assert demonstration.ask("tax-clerk", BY_NUMBER, {"n": number}).data["resident"]
    wide = number.translate({ord(str(digit)): chr(ord("０") + digit) for digit in range(10)})
    for spelling in (f"{number[:4]} {number[4:8]}-{number[8:]}\n", wide):
        found = demonstration.command("ledger", "searched", "individual_number", stdin=spelling).entries
        searches = [entry for entry in found if entry["kind"] == "SEARCH"]
        assert [(entry["staff_number"], entry["path"]) for entry in searches] == [("DEMO-1002", "Query.resident")]
        assert searches[0]["number_accessed"] is True
    assert number not in json.dumps(demonstration.ledger())


@pytest.mark.holds("C-13", "C-14")
def test_who_was_refused_a_search_is_found_as_well(demonstration: Running) -> None:
    number, name = "383618392437", "探索　番太郎"
    assert demonstration.ask("election-clerk", BY_NUMBER, {"n": number}).codes == ["SEARCH_NOT_PERMITTED"]
    (refused,) = demonstration.command("ledger", "searched", "individual_number", stdin=number).entries
    assert (refused["staff_number"], refused["code"]) == ("DEMO-1004", "SEARCH_NOT_PERMITTED")
    by_name = "query($n: String!) { residents(where: {fullName: $n}) { nodes { id } } }"
    assert demonstration.ask("contractor", by_name, {"n": name}).codes == ["SEARCH_NOT_PERMITTED"]
    (refused,) = demonstration.command("ledger", "searched", "full_name", stdin=name).entries
    assert refused["staff_number"] == "DEMO-1006"


def test_nobody_searched_for_a_number_that_nobody_searched_for(demonstration: Running) -> None:
    assert demonstration.command("ledger", "searched", "individual_number", stdin="690614372156").entries == []


@pytest.mark.parametrize("value", ["1234", b"\xff\xfe"])
def test_what_is_no_such_value_is_refused_and_not_repeated(demonstration: Running, value: str | bytes) -> None:
    english, japanese = demonstration.command("ledger", "searched", "individual_number", stdin=value).refusal
    assert "1234" not in english + japanese
    (entry,) = demonstration.command("ledger", "tail", "--json", "-n", "1").entries
    assert (entry["kind"], entry["path"], entry["code"]) == ("REFUSAL", "daicho ledger searched", "INVALID_INPUT")


@pytest.mark.holds("C-14", "M05")
def test_without_a_grant_nobody_reads_the_ledger_and_the_attempt_is_in_it(demonstration: Running) -> None:
    listed = demonstration.command("grants", "list").entries
    (own,) = [one for one in listed if one["staff_number"].startswith("os:") and one["purpose"] == "ledger_review"
              and one["ended_at"] is None]  # fmt: skip
    demonstration.command("grants", "end", own["id"]).must_be_done()
    try:
        english, japanese = demonstration.command("ledger", "tail", "--json").refusal
        assert "not granted" in english
        assert "利用権限がありません" in japanese
        assert demonstration.command("ledger", "searched", "sex", stdin="MALE").refusal
    finally:
        words = ("--staff-number", own["staff_number"], "--department", own["department"])
        demonstration.command("grants", "add", *words, "--purpose", "ledger_review").must_be_done()
    refused = [entry for entry in demonstration.ledger() if entry["code"] == "PURPOSE_NOT_GRANTED"]
    paths = {entry["path"] for entry in refused if entry["department"] == "コマンド操作"}
    assert {"daicho ledger tail", "daicho ledger searched"} <= paths
