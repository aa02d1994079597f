"""Inspection of the register: who may make a copy of which part, who never stands on it, and what is left of it."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

from tests.api.cases.actors import Seat, released, seated
from tests.api.changing import a_key
from tests.api.issuing import a_request, fetch, issuances_of, issue, stopped_by, text_of
from tests.api.protecting import act, application, restriction
from tests.serving import Answer, Clocked, Service, serve
from tests.village import CODES, HIDING_PLACE, NUMBERS, number_of

pytestmark = pytest.mark.holds("S1-08")

DESK = "register-desk"
INSPECT = """mutation I($input: InspectionRequestInput!, $key: String!) {
    registerInspection(input: $input, idempotencyKey: $key) { people csv
    copy { issuance { id number kind sheets requester { kind organ purposeOfUse } people { addresseeNumber items } }
    entries { addresseeNumber lines { item printing text } } link { path } } } }"""
ORGAN = {"organ": "見本省", "readerName": "見本　閲子", "readerTitle": "主任", "purposeOfUse": "見本統計調査"}
OTHERS = {
    "name": "見本大学",
    "address": "北海道札幌市見本区1",
    "readerName": "見本　研究",
    "readerAddress": "北海道札幌市見本区2",
    "purposeOfUse": "見本の学術研究",
    "safekeeping": "施錠した保管庫",
    "handlingOfResults": "統計として公表",
}
NOTHING = {"people": 0, "csv": None, "copy": None}
AT_HOME = {number_of(nth) for nth in (1, 2, 3, 7, 9)}
"""Who lives in 旭町4丁目 and is open: 4 and 5 are protected, 6 and 8 are gone."""


def inspect(service: Service, area: str = "旭町4丁目", caller: str = DESK, **given: Any) -> Answer:
    """Ask for a copy."""
    key, more = given.pop("key", None) or a_key(), given.pop("headers", {})
    told = {"ground": "STATUTORY_DUTY", "inspector": ORGAN, "area": area, **given}
    return service.ask(caller, INSPECT, {"input": told, "key": key}, **more)


def made(answer: Answer) -> dict[str, Any]:
    """What was made."""
    found: dict[str, Any] = answer.data["registerInspection"]
    return found


def whom(answer: Answer) -> set[str]:
    """Who stands on it, by every way of telling."""
    found = made(answer)
    if found["copy"] is None:
        return set()
    on_it = {one["addresseeNumber"] for one in found["copy"]["entries"]}
    assert on_it == {one["addresseeNumber"] for one in found["copy"]["issuance"]["people"]}
    assert found["people"] == len(on_it) == len(found["csv"].splitlines()) - 1
    return on_it


def test_a_copy_has_four_items_of_everybody_in_the_area(service: Service) -> None:
    answer = inspect(service)

    assert whom(answer) == AT_HOME
    entries = made(answer)["copy"]["entries"]
    assert {tuple(line["item"] for line in one["lines"]) for one in entries} == {
        ("fullName", "dateOfBirth", "sex", "currentAddress")
    }
    told = answer.content.decode()
    assert not [value for value in (*NUMBERS, *CODES, "カクウ", "青森県", "架空国") if value in told]


def test_the_paper_says_what_the_list_says_and_is_fetched_once(service: Service) -> None:
    found = made(inspect(service))
    paper = fetch(service, found["copy"])

    text = text_of(paper.content)
    assert "閲覧" in text
    for line in found["copy"]["entries"][0]["lines"]:
        assert line["text"].replace("\u3000", "") in text.replace("\u3000", "").replace("\n", "").replace(" ", "")
    assert fetch(service, found["copy"]).codes == ["NOT_FOUND"]


@pytest.mark.holds("M08")
def test_it_stands_in_the_book_and_in_the_ledger_with_everybody_on_it(service: Service) -> None:
    found = made(inspect(service))

    book = found["copy"]["issuance"]
    assert (book["kind"], book["requester"]) == (
        "REGISTER_INSPECTION_COPY",
        {"kind": "OFFICIAL_REQUESTER", "organ": "見本省", "purposeOfUse": "見本統計調査"},
    )
    (entry,) = [one for one in service.ledger() if one["path"] == "Mutation.registerInspection"]
    assert (entry["kind"], entry["result_count"], list(entry["searched_by"])) == ("ISSUE", 5, ["current_address"])
    assert {subject for group in entry["groups"] for subject in group["subjects"]} == AT_HOME
    written = service.everything_written()
    assert not [text for text in ("架空", "旭町", "見本省", "見本統計調査") if text in written]


@pytest.mark.holds("A-28", "S2-02")
def test_an_area_where_only_protected_people_live_is_answered_like_one_where_nobody_does(service: Service) -> None:
    hidden, nowhere = inspect(service, "字勇払901番地"), inspect(service, "字勇払902番地")

    assert made(hidden) == made(nowhere) == NOTHING
    assert hidden.content == nowhere.content
    assert issuances_of(service) == 0
    assert HIDING_PLACE not in hidden.content.decode() + service.everything_written()
    entries = [one for one in service.ledger() if one["path"] == "Mutation.registerInspection"]
    assert [(one["kind"], one["result_count"], one["groups"]) for one in entries] == [("SEARCH", 0, [])] * 2


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("area", ["北海道苫小牧市", "字勇払", "苫小牧市字勇払901"])
def test_no_release_puts_a_protected_person_on_a_list_for_others(service: Service, area: str) -> None:
    for nth in (4, 5):
        released(service, nth, "resident_register")

    assert whom(inspect(service, area)) & {number_of(4), number_of(5)} == set()


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("process", ["CHANGE", "CERTIFICATE", "INQUIRY"])
@pytest.mark.parametrize("level", ["ERROR", "ALERT"])
def test_who_is_restricted_in_any_way_does_not_stand_on_it(service: Service, process: str, level: str) -> None:
    restriction(service, DESK, 7, process, level)

    assert whom(inspect(service)) == AT_HOME - {number_of(7)}


def test_a_restriction_that_is_released_for_a_while_is_released_for_the_counter_not_for_others(
    service: Service,
) -> None:
    id_ = restriction(service, DESK, 7)
    assert act(service, "support-officer", "releaseRestriction", {"restriction": id_}).data

    assert whom(inspect(service)) == AT_HOME - {number_of(7)}


def test_the_same_request_gets_the_same_copy_and_no_other(service: Service) -> None:
    first, again = inspect(service, key="k", order="RANDOM"), inspect(service, key="k", order="RANDOM")

    assert made(first) == made(again)
    assert issuances_of(service) == 1
    assert inspect(service, key="k", order="BY_ADDRESS").codes == ["IDEMPOTENCY_KEY_REUSED"]


@pytest.mark.holds("A-28")
def test_whoever_is_protected_meanwhile_is_not_told_again(clocked: Clocked) -> None:
    service = clocked.service
    first = made(inspect(service, key="k"))
    clocked.at += timedelta(minutes=1)
    application(service, DESK, 7)

    again = made(inspect(service, key="k"))

    assert (again["csv"], again["copy"]["entries"], again["copy"]["link"]) == (None, [], None)
    assert fetch(service, first["copy"]).codes == ["NOT_FOUND"]


@pytest.mark.parametrize("ground", ["RESEARCH", "WELFARE", "RESIDENCE_CONFIRMATION"])
def test_others_state_what_the_law_wants_and_are_found_appropriate(service: Service, ground: str) -> None:
    told = {"ground": ground, "inspector": OTHERS}

    assert whom(inspect(service, **told, isFoundAppropriate=True)) == AT_HOME
    refused = inspect(service, **told)
    assert (refused.codes, refused.json["errors"][0]["extensions"]["names"]) == (
        *(["INVALID_VALUE"], ["input.isFoundAppropriate"]),
    )


def test_what_is_not_stated_is_named_and_nothing_is_made(service: Service) -> None:
    without = {name: text for name, text in ORGAN.items() if name != "purposeOfUse"}

    refused = inspect(service, inspector=without)

    assert refused.codes == ["INVALID_VALUE"]
    assert "input.inspector" in refused.json["errors"][0]["extensions"]["names"][0]
    assert issuances_of(service) == 0


@pytest.mark.holds("D-06")
@pytest.mark.parametrize("name", list(ORGAN))
def test_a_number_typed_into_a_free_text_is_refused_and_kept_nowhere(service: Service, name: str) -> None:
    refused = inspect(service, inspector=ORGAN | {name: f"番号は{NUMBERS[0]}です"})

    assert refused.codes == ["INVALID_VALUE"]
    assert issuances_of(service) == 0
    assert NUMBERS[0] not in refused.content.decode() + service.everything_written()


@pytest.mark.parametrize("caller", ["tax-clerk", "election-clerk", "care-clerk", "support-officer"])
def test_nobody_else_makes_one(service: Service, caller: str) -> None:
    refused = inspect(service, caller=caller)

    assert (refused.codes, refused.json.get("data")) == (["NOT_PERMITTED"], None)
    assert issuances_of(service) == 0
    (entry,) = [one for one in service.ledger() if one["path"] == "Mutation.registerInspection"]
    assert (entry["kind"], entry["code"], entry["groups"]) == ("REFUSAL", "NOT_PERMITTED", [])


def test_it_is_not_issued_as_a_certificate(service: Service) -> None:
    told = a_request(kind="REGISTER_INSPECTION_COPY", requester={"kind": "OFFICIAL_REQUESTER", "organ": "見本省"})

    assert stopped_by(issue(service, told))
    assert issuances_of(service) == 0


@pytest.mark.holds("A-12")
def test_more_people_than_the_set_size_need_an_extraction_request(shared_service: Service) -> None:
    with ExitStack() as stack:
        small = serve(shared_service.url, stack, keys=shared_service.material, search_limit=4)

        refused = inspect(small)

    assert refused.codes == ["EXTRACTION_REQUIRED"]
    assert refused.json["errors"][0]["extensions"]["limit"] == 4
    assert issuances_of(shared_service) == 0


def test_sex_and_birth_narrow_the_area(service: Service) -> None:
    assert whom(inspect(service, sex="MALE")) == {number_of(1)}
    assert whom(inspect(service, dateOfBirth="1950", sex="FEMALE")) == AT_HOME - {number_of(1)}
    assert made(inspect(service, dateOfBirth="1951")) == NOTHING


def test_a_class_that_is_switched_off_for_her_hides_nothing_that_a_list_is_made_of(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    classes = ("family_register", "number", "code", "residence_status")
    caller = seated(service, monkeypatch, Seat("市民生活部住民課", "resident_register", classes))

    assert whom(inspect(service, caller=caller)) == AT_HOME
