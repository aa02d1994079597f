"""Certificates as a way to a record (A-02, A-27, A-28): what reading withholds, no paper, answer or link brings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.api.cases.actors import Seat, released, seated, told
from tests.api.changing import a_key
from tests.api.issuing import (
    DESK,
    HISTORY,
    ONE,
    a_request,
    fetch,
    issuances_of,
    issue,
    issued,
    lines_of,
    one_copy,
    stopped_by,
    text_of,
)
from tests.api.protecting import an_officer, application, count_of, restriction
from tests.serving import Answer, Service
from tests.village import CODES, HIDING_PLACE, NUMBERS, household_number, number_of

READ = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { individualNumber registeredDomicile } }"
OFFICE = "市民生活部住民課"
SECRETS = (HIDING_PLACE, "隠れ荘", household_number(2))


def assert_nothing_issued(service: Service, *answers: Answer) -> None:
    """Nothing was printed, kept or told."""
    assert (issuances_of(service), count_of(service, "handovers"), count_of(service, "issuance_heads")) == (0, 0, 0)
    everything = "".join(answer.content.decode() for answer in answers) + service.everything_written()
    assert [secret for secret in (*SECRETS, *NUMBERS, *CODES) if secret in everything] == []


@pytest.mark.holds("A-02", "M01", "M23")
@pytest.mark.parametrize(
    ("switched_off", "item", "field"),
    [
        ("number", "INDIVIDUAL_NUMBER", "individualNumber"),
        ("code", "RESIDENT_RECORD_CODE", "residentRecordCode"),
        ("family_register", "REGISTERED_DOMICILE", "registeredDomicile"),
    ],
)
def test_an_item_that_a_clerk_is_not_shown_goes_onto_no_certificate_of_hers(
    service: Service, monkeypatch: pytest.MonkeyPatch, switched_off: str, item: str, field: str
) -> None:
    clerk = seated(service, monkeypatch, Seat(OFFICE, "resident_register", switched_off=(switched_off,)))
    refused = issue(service, a_request(items=[item]), clerk)

    assert refused.codes == ["ITEMS_NOT_PERMITTED"]
    assert field in {one["item"] for one in refused.json["errors"][0]["extensions"]["items"]}
    assert_nothing_issued(service, refused)
    assert service.ledger()[-1]["code"] == "ITEMS_NOT_PERMITTED"
    plain = one_copy(service, caller=clerk)
    assert lines_of(plain)[field] == ("OMITTED", None)


@pytest.mark.holds("A-02", "A-27")
def test_the_paper_holds_what_the_answer_says_and_nothing_else_of_the_record(service: Service) -> None:
    copy = one_copy(service)
    paper = text_of(fetch(service, copy).content)

    for printing, text in lines_of(copy).values():
        assert (printing == "PRINTED") == (text is not None)
        assert text is None or "".join(text.split()) in paper
    others = ("該当", "妻", "架空花子", household_number(1), number_of(1))
    assert [secret for secret in (*NUMBERS, *CODES, *others) if secret in paper] == []


@pytest.mark.holds("A-02", "A-27")
@pytest.mark.parametrize("caller", ["tax-clerk", "care-clerk", "election-clerk", "support-officer", "contractor"])
def test_who_may_not_issue_hears_the_same_of_anybody_and_of_nobody(service: Service, caller: str) -> None:
    answers = [issue(service, a_request(nth), caller) for nth in (1, 4, 6, 8, 99)]

    assert len({str(told(answer)) for answer in answers}) == 1
    assert answers[0].codes == ["NOT_PERMITTED"]
    assert_nothing_issued(service, *answers)


@pytest.mark.holds("A-28", "S1-03")
@pytest.mark.parametrize(
    "asked",
    [
        a_request(4),
        a_request(5),
        a_request(5, wholeHousehold=True, inOneList=True),
        a_request(4, "RESIDENT_RECORD_ITEMS_CERTIFICATE", items=["NAME", "ADDRESS"]),
        a_request(4, "MOVING_OUT_CERTIFICATE"),
        a_request(4, "RESIDENT_RECORD_CODE_NOTICE", requester={"kind": "EX_OFFICIO"}),
        a_request(6, "CLOSED_RESIDENT_RECORD_COPY"),
        a_request(4, requester={"kind": "AGENT", "name": "代理　見本", "hasProofOfAuthority": True}),
    ],
    ids=lambda asked: f"{asked['kind']}-{asked['subjects'][0][-2:]}-{asked['requester']['kind']}",
)
def test_a_protected_persons_certificate_stops_whichever_way_it_is_asked_for(
    service: Service, asked: dict[str, Any]
) -> None:
    answer = issue(service, asked)

    assert "PROTECTED" in stopped_by(answer)
    assert_nothing_issued(service, answer)
    assert service.ledger()[-1]["kind"] == "REFUSAL"


@pytest.mark.holds("A-28")
def test_acknowledging_does_not_lift_protection_and_a_release_does(service: Service) -> None:
    assert "PROTECTED" in stopped_by(issue(service, a_request(4), seen=["PROTECTED"]))
    released(service, 4, "resident_register")

    copy = one_copy(service, a_request(4))
    assert "字勇払901番地" in text_of(fetch(service, copy).content)


@pytest.mark.holds("A-28")
def test_a_link_from_before_somebody_was_protected_brings_nothing_any_more(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, officer = a_key(), an_officer(service, monkeypatch)
    (copy,) = issued(issue(service, a_request(7), key=key))
    application(service, officer, 7)

    late = fetch(service, copy)
    assert (late.status, late.codes) == (404, ["NOT_FOUND"])
    (again,) = issued(issue(service, a_request(7), key=key))
    assert (again["link"], again["entries"]) == (None, [])


@pytest.mark.holds("A-28")
def test_the_book_is_closed_to_the_counter_where_her_record_may_not_be_looked_at(service: Service) -> None:
    copy = one_copy(service, a_request(7))
    restriction(service, DESK, 7)

    answers = [
        service.ask(DESK, HISTORY, {"n": number_of(7)}),
        service.ask(DESK, ONE, {"id": copy["issuance"]["id"]}),
    ]
    assert not any(copy["issuance"]["number"] in answer.content.decode() for answer in answers)
    assert told(answers[1]) == told(service.ask(DESK, ONE, {"id": str(UUID(int=1))}))


@pytest.mark.holds("A-02")
def test_a_certificate_shows_no_more_than_a_direct_read(service: Service) -> None:
    shown = service.ask(DESK, READ, {"n": number_of(1)}).data["resident"]
    copy = one_copy(service, a_request(items=["INDIVIDUAL_NUMBER", "REGISTERED_DOMICILE"]))

    assert lines_of(copy)["individualNumber"] == ("PRINTED", shown["individualNumber"])
    assert lines_of(copy)["registeredDomicile"][1] == shown["registeredDomicile"]
