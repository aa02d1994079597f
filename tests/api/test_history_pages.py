"""Every version of a record, page by page: for the register office, in few statements, by cursors of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.cases.actors import register_statements
from tests.serving import Answer, Service
from tests.village import HOME_1, NUMBERS, number_of
from tests.village_histories import FIRST_HIDING_PLACE, MAIDEN, MISSPELT, OLD_HOME, OLD_NUMBER, WRONG_HOME

PAGE = """query ($n: String!, $first: Int = 20, $after: String) { resident(by: {addresseeNumber: $n}) {
  fullName history(first: $first, after: $after) {
    nodes { historyNumber validFrom recordedAt fullName currentAddress }
    edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
LISTED = """{ residents(where: {includeClosed: true}, first: %d) { nodes { addresseeNumber
  history(first: %d) { nodes { historyNumber fullName individualNumber disclosures { item outcome } } } } } }"""


@pytest.fixture
def service(shared_service: Service) -> Service:
    """One for all tests of this module: they leave the register as it is."""
    return shared_service


def page(service: Service, nth: int = 2, caller: str = "register-desk", **variables: Any) -> Answer:
    """A page of the nth villager's history."""
    return service.ask(caller, PAGE, {"n": number_of(nth), **variables})


def history(answer: Answer) -> Any:
    """The connection."""
    return answer.data["resident"]["history"]


def numbers(answer: Answer) -> list[int]:
    """The history numbers of a page."""
    return [version["historyNumber"] for version in history(answer)["nodes"]]


@pytest.mark.holds("S1-04")
def test_the_register_office_reads_every_version_the_newest_first(service: Service) -> None:
    versions = history(page(service))["nodes"]

    assert [one["historyNumber"] for one in versions] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert [one["validFrom"] for one in versions[:3]] == ["2022-05-01", "2018-06-10", "2022-05-01"]
    assert versions[-1] == {
        "historyNumber": 1,
        "validFrom": "2016-04-01",
        "recordedAt": "2016-04-04T09:00:00.000000+09:00",
        "fullName": MAIDEN,
        "currentAddress": OLD_HOME,
    }
    reversed_move, reversal = versions[4], versions[3]
    assert (reversed_move["currentAddress"], reversal["currentAddress"]) == (WRONG_HOME, OLD_HOME)
    assert (versions[0]["fullName"], versions[0]["currentAddress"]) == ("架空　花子", HOME_1)
    assert {one["fullName"] for one in versions[2:6]} == {MISSPELT}


def test_a_moment_of_recording_given_back_as_known_at_knows_that_version_and_none_after_it(service: Service) -> None:
    ask = """query ($n: String!, $at: String) { resident(by: {addresseeNumber: $n}, knownAt: $at) {
      fullName currentAddress history { nodes { historyNumber } } } }"""
    for version in history(page(service))["nodes"][2:]:  # the first two were recorded together
        found = service.ask("register-desk", ask, {"n": number_of(2), "at": version["recordedAt"]}).data["resident"]
        assert (found["fullName"], found["currentAddress"]) == (version["fullName"], version["currentAddress"])
        assert len(found["history"]["nodes"]) == 8  # the history is what is known now


@pytest.mark.holds("A-07")
def test_pages_follow_one_another_without_a_gap_or_a_repeat(service: Service) -> None:
    found, after = [], None
    for _ in range(3):
        answer = page(service, first=3, after=after)
        found.append(numbers(answer))
        told = history(answer)["pageInfo"]
        assert told["hasPreviousPage"] is (after is not None)
        assert told["hasNextPage"] is (len(found) < 3)
        after = told["endCursor"]
    assert found == [[8, 7, 6], [5, 4, 3], [2, 1]]
    middle = history(page(service, first=8))["edges"][4]["cursor"]
    assert numbers(page(service, first=1, after=middle)) == [3]


@pytest.mark.holds("A-07")
def test_a_cursor_is_one_of_this_residents_history_and_this_callers(service: Service) -> None:
    cursor = history(page(service, first=2))["pageInfo"]["endCursor"]
    residents = '{ residents(where: {fullName: "架空", dateOfBirth: "1950"}, first: 1) { pageInfo { endCursor } } }'
    of_a_list = service.ask("register-desk", residents).data["residents"]["pageInfo"]["endCursor"]

    for refused in (
        page(service, 4, after=cursor),
        page(service, after=of_a_list),
        page(service, after="MA=="),
        page(service, caller="tax-clerk", after=cursor),
    ):
        assert refused.codes == ["INVALID_CURSOR"]
        assert refused.json["data"]["resident"]["history"] is None
        assert service.ledger()[-1]["code"] == "INVALID_CURSOR"


@pytest.mark.holds("A-28", "M03")
@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk", "care-clerk"])
@pytest.mark.parametrize("nth", [2, 4])
def test_no_other_office_learns_that_there_are_versions(service: Service, caller: str, nth: int) -> None:
    service.ask(caller, "{ me { department } }")
    with register_statements() as asked:
        answer = page(service, nth, caller)

    assert answer.data["resident"]["history"] is None
    assert answer.outcome("history") == "WITHHELD"
    assert [entry["path"] for entry in service.ledger()[-2:]] == ["Query.resident", "Resident.history"]
    assert service.ledger()[-1]["groups"] == []
    assert not any("resident_versions" in statement for statement in asked)
    written = answer.content.decode() + service.everything_written()
    assert not any(text in written for text in (MAIDEN, MISSPELT, FIRST_HIDING_PLACE))


def test_strict_mode_refuses_a_history_before_anything_is_loaded(service: Service) -> None:
    service.ask("tax-clerk", "{ me { department } }")
    with register_statements() as asked:
        answer = service.ask("tax-clerk", PAGE, {"n": number_of(2)}, **{"daicho-strict": "true"})

    assert answer.codes == ["ITEMS_NOT_PERMITTED"]
    refused = {one["item"] for one in answer.json["errors"][0]["extensions"]["items"]}
    assert refused == {"history", "historyNumber", "validFrom", "recordedAt"}
    assert asked == []


@pytest.mark.holds("A-26", "M08")
def test_a_history_shows_each_version_its_own_number_and_is_one_entry(service: Service) -> None:
    ask = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { history { nodes { individualNumber } } } }"
    answer = service.ask("register-desk", ask, {"n": number_of(2)})

    shown = [one["individualNumber"] for one in history(answer)["nodes"]]
    assert shown == [NUMBERS[1]] * 7 + [OLD_NUMBER]
    before, entry = service.ledger()[-2:]
    assert (before["path"], entry["path"]) == ("Query.resident", "Resident.history")
    assert (before["number_accessed"], entry["number_accessed"]) == (False, True)
    assert (entry["kind"], entry["result_count"]) == ("READ", 8)
    assert {subject for group in entry["groups"] for subject in group["subjects"]} == {number_of(2)}
    assert not any(number in service.everything_written() for number in shown)


def test_all_histories_of_a_list_are_one_statement_and_one_entry(service: Service) -> None:
    service.ask("register-desk", "{ me { department } }")
    statements = []
    for residents, versions in ((1, 1), (9, 20)):
        before = len(service.ledger())
        with register_statements() as asked:
            answer = service.ask("register-desk", LISTED % (residents, versions))
        paths = [entry["path"] for entry in service.ledger()[before:]]
        assert paths == ["Query.residents", "Resident.history"]
        statements.append(len(asked))

    assert statements == [2, 2]
    nodes = {one["addresseeNumber"]: one["history"]["nodes"] for one in answer.data["residents"]["nodes"]}
    assert {number: len(found) for number, found in nodes.items()} == {
        number_of(nth): {2: 8, 4: 2, 6: 2, 9: 2}.get(nth, 1) for nth in range(1, 10)
    }
    first = nodes[number_of(2)][0]["disclosures"]
    assert {"item": "historyNumber", "outcome": "SHOWN"} in first


def test_what_is_told_of_a_history_stands_at_each_versions_place(service: Service) -> None:
    versions = "history { edges { v: node { code: informationProvisionCode } } }"
    ask = f"{{ residents(where: {{}}, first: 2) {{ nodes {{ {versions} }} }} }}"
    answer = service.ask("register-desk", ask)

    (told,) = [one for one in answer.disclosures if one["item"] == "informationProvisionCode"]
    assert told["path"] == ["residents", "nodes", "*", "history", "edges", "*", "v", "code"]
    assert (told["outcome"], told["count"]) == ("WITHHELD", 9)


def test_a_history_counts_like_any_list(service: Service) -> None:
    fits, too_much = LISTED % (1, 100), LISTED % (2, 100)
    assert service.ask("register-desk", fits).status == 200
    refused = service.ask("register-desk", too_much)
    assert refused.codes == ["LIMIT_EXCEEDED"]
    assert service.ask("register-desk", LISTED % (1, 101)).codes == ["INVALID_INPUT"]


def test_through_an_earlier_version_the_household_is_the_one_it_names_as_it_is_today(service: Service) -> None:
    ask = """query ($n: String!) { resident(by: {addresseeNumber: $n}, asOf: "2015-01-01") {
      id household { members { fullName } } } }"""
    found = service.ask("register-desk", ask, {"n": number_of(9)}).data["resident"]

    assert [one["fullName"] for one in found["household"]["members"]] == ["見本　花子", "見本　子"]
    today = service.ask("register-desk", ask.replace(', asOf: "2015-01-01"', ""), {"n": number_of(9)}).data["resident"]
    assert found["id"] == today["id"]
