"""What each purpose hears of changes: exactly those to items it is shown, each with the one before it (M34)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.cases.actors import Seat, seated
from tests.api.happened import Happened, forget, happen
from tests.serving import Answer, Service
from tests.village import HIDING_PLACE, HOME_1, NUMBERS, number_of

pytestmark = pytest.mark.holds("M34")

FEED = """query ($after: String, $first: Int = 100) { changes(after: $after, first: $first) {
    nodes { sequence previousSequence isOpen items addresseeNumber }
    edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } }"""
VERSIONS = "{ changes { nodes { sequence version { fullName currentAddress individualNumber } } } }"

NAMED = Happened(1, ("full_name", "name_kana"))
MOVED = Happened(2, ("current_address", "address_established_on"), history_number=8)
NUMBERED = Happened(3, ("individual_number",))
INSURED = Happened(1, ("long_term_care_insurance_eligibility",))
PROCESSED = Happened(1, ("processed_on", "terminal_id", "change_reason"))
HIDDEN_MOVE = Happened(4, ("current_address", "building_line"), was=2, facts=2, history_number=2)
DIED = Happened(8, ("ceased_resident_on",), was=0, facts=1)
REGISTERED = Happened(9, ("full_name", "current_address"), was=None, facts=0, history_number=2)


@pytest.fixture
def service(shared_service: Service) -> Iterator[Service]:
    """One for all tests of this module: what happened in a test is forgotten after it."""
    yield shared_service
    forget(shared_service)


def heard(service: Service, caller: str, **asked: Any) -> list[dict[str, Any]]:
    """The changes of a page."""
    nodes: list[dict[str, Any]] = service.ask(caller, FEED, asked).data["changes"]["nodes"]
    return nodes


def chain(service: Service, caller: str, **asked: Any) -> list[tuple[int, int | None]]:
    """Their sequences, each with the one before it."""
    return [(one["sequence"], one["previousSequence"]) for one in heard(service, caller, **asked)]


def end_of(answer: Answer) -> str:
    """Where the next page begins."""
    cursor: str = answer.data["changes"]["pageInfo"]["endCursor"]
    return cursor


def test_each_purpose_hears_of_changes_to_exactly_the_items_it_is_shown(service: Service) -> None:
    happen(service, NAMED, MOVED, NUMBERED, INSURED, PROCESSED)

    assert [(one["sequence"], one["items"]) for one in heard(service, "register-desk")] == [
        (0, ["fullName", "nameKana"]),
        (1, ["currentAddress", "addressEstablishedOn"]),
        (2, ["individualNumber"]),
        (3, ["longTermCareInsuranceEligibility"]),
        (4, ["processedOn", "terminalId", "changeReason"]),
    ]
    assert [one["sequence"] for one in heard(service, "tax-clerk")] == [0, 1, 2]
    assert [one["sequence"] for one in heard(service, "care-clerk")] == [0, 1, 2, 3]
    assert [one["sequence"] for one in heard(service, "election-clerk")] == [0, 1]  # a masked number is not shown


def test_a_department_that_opens_no_record_hears_nothing_and_the_ledger_has_its_run(service: Service) -> None:
    happen(service, NAMED, MOVED)

    for caller in ("reviewer", "contractor"):
        answer = service.ask(caller, FEED).data["changes"]
        assert answer["nodes"] == answer["edges"] == []
        assert answer["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": False, "endCursor": None}
        assert (service.ledger()[-1]["path"], service.ledger()[-1]["result_count"]) == ("Query.changes", 0)


def test_each_change_carries_the_one_before_it_that_this_purpose_could_see_wherever_the_page_begins(
    service: Service,
) -> None:
    happen(service, PROCESSED, NAMED, PROCESSED, NUMBERED, PROCESSED, MOVED)

    assert chain(service, "tax-clerk") == [(1, None), (3, 1), (5, 3)]
    assert chain(service, "election-clerk") == [(1, None), (5, 1)]
    first = service.ask("tax-clerk", FEED, {"first": 1})
    assert chain(service, "tax-clerk", after=end_of(first), first=1) == [(3, 1)]
    assert first.data["changes"]["pageInfo"]["hasNextPage"] is True


def test_a_client_that_lost_a_page_or_had_one_twice_finds_out_from_the_sequences(service: Service) -> None:
    happen(service, *[NAMED] * 6)
    first = service.ask("tax-clerk", FEED, {"first": 2})
    second = service.ask("tax-clerk", FEED, {"first": 2, "after": end_of(first)})
    third = chain(service, "tax-clerk", first=2, after=end_of(second))

    last_of_first = first.data["changes"]["nodes"][-1]["sequence"]
    assert third[0][1] != last_of_first  # the second page is missing
    again = chain(service, "tax-clerk", first=2, after=end_of(first))
    assert again[0][1] == last_of_first  # follows what she has
    assert again == chain(service, "tax-clerk", first=2, after=end_of(first))


@pytest.mark.holds("A-07")
def test_a_cursor_goes_on_where_new_changes_come_and_is_good_after_a_release_ends(service: Service) -> None:
    happen(service, NAMED, MOVED)
    end = end_of(service.ask("tax-clerk", FEED))
    assert chain(service, "tax-clerk", after=end) == []

    happen(service, PROCESSED, NUMBERED, start=2)

    assert chain(service, "tax-clerk", after=end) == [(3, 1)]


@pytest.mark.holds("A-07")
@pytest.mark.parametrize("caller", ["register-desk", "care-clerk", "election-clerk"])
def test_a_cursor_of_another_purpose_is_refused(service: Service, caller: str) -> None:
    happen(service, NAMED)
    cursor = end_of(service.ask("tax-clerk", FEED))

    assert service.ask(caller, FEED, {"after": cursor}).codes == ["INVALID_CURSOR"]


@pytest.mark.holds("A-03")
def test_a_protected_persons_move_is_heard_of_by_whom_the_facts_of_then_showed_it_to_alone(service: Service) -> None:
    released = Happened(4, ("current_address",), was=2, facts=2, released_for=("local_tax",), history_number=2)
    happen(service, HIDDEN_MOVE, released)

    assert [one["sequence"] for one in heard(service, "register-desk")] == [0, 1]
    assert [one["sequence"] for one in heard(service, "tax-clerk")] == [1]
    assert heard(service, "care-clerk") == []


def test_what_was_heard_stays_as_it_was_whatever_becomes_of_the_facts(service: Service) -> None:
    happen(service, NAMED, HIDDEN_MOVE, MOVED, DIED)
    before = heard(service, "tax-clerk")

    kept = service.execute("SELECT id, starts_on, ends_on FROM support_measures")

    service.execute("UPDATE support_measures SET ends_on = '2020-01-01'")
    assert heard(service, "tax-clerk") == before
    service.execute("UPDATE support_measures SET starts_on = '2020-01-01', ends_on = '2030-01-01'")
    assert heard(service, "tax-clerk") == before
    for row in kept:
        service.execute("UPDATE support_measures SET starts_on = $2, ends_on = $3 WHERE id = $1", *row)


@pytest.mark.holds("M23")
def test_whom_a_record_is_closed_to_hears_only_that_it_is_and_of_whom(service: Service) -> None:
    happen(service, DIED, NAMED)

    gone, _ = heard(service, "election-clerk")
    assert gone == {
        "sequence": 0,
        "previousSequence": None,
        "isOpen": False,
        "items": [],
        "addresseeNumber": number_of(8),
    }
    version = service.ask("election-clerk", VERSIONS).data["changes"]["nodes"][0]["version"]
    assert version is None
    open_to_tax = heard(service, "tax-clerk")[0]
    assert (open_to_tax["isOpen"], open_to_tax["items"]) == (True, ["ceasedResidentOn"])


def test_later_changes_of_a_record_that_is_closed_to_a_purpose_are_not_heard_of(service: Service) -> None:
    happen(service, DIED, Happened(8, ("full_name",), was=1, facts=1))

    assert chain(service, "election-clerk") == [(0, None)]


def test_a_new_record_is_heard_of_with_all_that_it_says(service: Service) -> None:
    happen(service, REGISTERED)

    (new,) = heard(service, "tax-clerk")
    assert (new["isOpen"], new["items"]) == (True, ["fullName", "currentAddress"])


@pytest.mark.holds("A-26", "M01")
def test_the_version_is_what_the_change_left_shown_by_the_facts_of_today(service: Service) -> None:
    came = Happened(2, ("full_name", "current_address", "individual_number"), was=None, history_number=1)
    happen(service, came, MOVED, Happened(4, ("full_name",), was=0, facts=0, history_number=1))

    answer = service.ask("tax-clerk", VERSIONS)
    versions = [one["version"] for one in answer.data["changes"]["nodes"]]
    assert [one["fullName"] for one in versions] == ["仮名　花子", "架空　花子", "見本　花子"]
    assert versions[1]["currentAddress"] == HOME_1
    assert versions[1]["individualNumber"] == NUMBERS[1]
    assert versions[2]["currentAddress"] is None  # not protected then, and today she is
    assert HIDING_PLACE not in answer.content.decode()
    (told,) = [one for one in answer.disclosures if one["outcome"] == "WITHHELD"]
    assert told["path"] == ["changes", "nodes", "*", "version", "currentAddress"]
    assert (told["at"], told["rule"]) == ([2], "protected-whereabouts")


@pytest.mark.holds("M08")
def test_a_page_with_its_versions_leaves_two_entries_that_name_whom_they_showed(service: Service) -> None:
    happen(service, NAMED, MOVED)
    before = len(service.ledger())
    service.ask("tax-clerk", VERSIONS)

    feed, versions = service.ledger()[before:]
    assert (feed["path"], versions["path"]) == ("Query.changes", "Change.version")
    assert versions["number_accessed"] is True
    for entry in (feed, versions):
        assert [subject for group in entry["groups"] for subject in group["subjects"]] == [number_of(1), number_of(2)]


def test_public_relations_learns_neither_numbers_nor_what_it_is_not_shown(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    happen(service, NAMED, NUMBERED, Happened(1, ("householder_name",)))
    caller = seated(service, monkeypatch, Seat("総合政策部秘書広報課", "public_relations"))

    answer = service.ask(caller, FEED)
    (only,) = answer.data["changes"]["nodes"]
    assert (only["sequence"], only["items"], only["addresseeNumber"]) == (0, ["fullName", "nameKana"], None)
    assert answer.outcome("addresseeNumber") == "WITHHELD"
    assert number_of(1) not in answer.content.decode()


def test_a_resident_of_a_change_can_be_asked_for_by_its_sealed_id(service: Service) -> None:
    happen(service, NAMED)
    (change,) = service.ask("tax-clerk", "{ changes { nodes { residentId } } }").data["changes"]["nodes"]

    asked = "query ($id: ID!) { node(id: $id) { ... on Resident { addresseeNumber } } }"
    found = service.ask("tax-clerk", asked, {"id": change["residentId"]})
    assert found.data == {"node": {"addresseeNumber": number_of(1)}}


@pytest.mark.holds("M03")
def test_a_strict_reader_of_the_feed_is_refused_what_its_purpose_is_never_shown(service: Service) -> None:
    happen(service, NAMED)

    answer = service.ask("election-clerk", VERSIONS, **{"daicho-strict": "true"})

    assert answer.codes == ["ITEMS_NOT_PERMITTED"]
    assert NUMBERS[0] not in answer.content.decode()
