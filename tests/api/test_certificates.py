"""Certificates through the graph: what is answered, what lies behind the link, what stays in book and ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.api.changing import a_key
from tests.api.issuing import (
    HISTORY,
    ONE,
    VOID,
    a_request,
    fetch,
    issuances_of,
    issue,
    issued,
    lines_of,
    one_copy,
    require_font,
    stopped_by,
    text_of,
)
from tests.serving import Clocked, Service
from tests.village import NUMBERS, number_of

DESK = "register-desk"


@pytest.mark.holds("S1-05")
def test_a_copy_is_issued_with_its_number_and_fetched_once_as_a_signed_pdf(service: Service) -> None:
    copy = one_copy(service)
    fetched = fetch(service, copy)

    assert copy["issuance"]["number"] == "20261123 苫小牧市 DEMO-T01 001"
    assert (fetched.status, fetched.headers["content-type"]) == (200, "application/pdf")
    assert fetched.headers["content-disposition"] == f'attachment; filename="{copy["issuance"]["id"]}.pdf"'
    assert b"/ByteRange" in fetched.content
    printed = text_of(fetched.content)
    for text in ("架空太郎", "住民票", "".join(copy["issuance"]["number"].split())):
        assert text in printed
    assert fetch(service, copy).codes == ["NOT_FOUND"]


@pytest.mark.holds("S1-05")
def test_the_answer_says_item_by_item_what_is_printed_and_what_is_omitted(service: Service) -> None:
    plain, asked = (one_copy(service, a_request(items=items)) for items in ([], ["INDIVIDUAL_NUMBER"]))

    assert lines_of(plain)["fullName"] == ("PRINTED", "架空　太郎")
    assert lines_of(plain)["individualNumber"] == ("OMITTED", None)
    assert lines_of(asked)["individualNumber"][0] == "PRINTED"
    assert NUMBERS[0] in text_of(fetch(service, asked).content)
    assert NUMBERS[0] not in text_of(fetch(service, plain).content)


@pytest.mark.holds("S1-05", "M08")
def test_issuing_and_fetching_each_have_their_entry_with_whom_and_what(service: Service) -> None:
    before = len(service.ledger())
    fetch(service, one_copy(service, a_request(items=["INDIVIDUAL_NUMBER"])))

    issuing, fetching = service.ledger()[before:]
    assert (issuing["path"], fetching["path"]) == ("Mutation.issueCertificate", "Handover.fetch")
    for entry in (issuing, fetching):
        assert (entry["kind"], entry["number_accessed"]) == ("ISSUE", True)
        assert [group["subjects"] for group in entry["groups"]] == [[number_of(1)]]
        assert (entry["staff_number"], entry["purpose"]) == ("DEMO-1001", "resident_register")
    events = [one["entry"] for one in service.log if one["event"] == "access"]
    assert events[-2:] == [issuing["id"], fetching["id"]]


@pytest.mark.holds("S1-05")
def test_what_the_law_does_not_allow_is_found_by_its_input_and_nothing_is_issued(service: Service) -> None:
    before = len(service.ledger())
    answer = issue(service, a_request(requester={"kind": "THIRD_PARTY_APPLICANT"}, items=["INDIVIDUAL_NUMBER"]))

    assert stopped_by(answer)
    found = answer.data["issueCertificate"]["findings"]
    assert all(one["names"] and all(name.startswith("input.") for name in one["names"]) for one in found)
    assert all(one["message"].isascii() and not one["messageJa"].isascii() for one in found)
    assert issuances_of(service) == 0
    (entry,) = service.ledger()[before:]
    assert entry["kind"] == "REFUSAL"
    assert NUMBERS[0] not in answer.content.decode() + service.everything_written()


@pytest.mark.holds("S1-05")
def test_a_name_that_the_font_lacks_stops_the_issue_with_its_code_points_and_draws_no_number(service: Service) -> None:
    require_font()
    name = "葛\U000e01ef子"
    service.execute("UPDATE residents SET full_name = $1 WHERE addressee_number = $2", name, number_of(1))
    answer = issue(service)

    assert (answer.status, answer.codes) == (422, ["CHARACTER_NOT_IN_FONT"])
    told = answer.json["errors"][0]
    assert told["extensions"]["names"] == ["U+845B U+E01EF"]
    assert "DAICHO_FONT_FILES" in told["message"]
    assert "葛" not in answer.content.decode() + service.everything_written()
    assert service.ledger()[-1]["code"] == "CHARACTER_NOT_IN_FONT"
    assert issuances_of(service) == 0
    assert one_copy(service, a_request(9))["issuance"]["number"].endswith(" 001")


def test_each_copy_has_a_number_of_its_own(service: Service) -> None:
    copies = issued(issue(service, a_request(copies=3)))

    assert [one["issuance"]["number"].split()[-1] for one in copies] == ["001", "002", "003"]
    assert len({one["link"]["path"] for one in copies}) == 3
    assert one_copy(service)["issuance"]["number"].endswith("004")


@pytest.mark.holds("F-03")
def test_a_request_sent_again_under_its_key_gives_the_same_copy_and_no_second_one(service: Service) -> None:
    key, asked = a_key(), a_request()
    first, again = (issue(service, asked, key=key) for _ in range(2))

    assert issued(first) == issued(again)
    assert issuances_of(service) == 1
    assert [entry["kind"] for entry in service.ledger()[-2:]] == ["ISSUE", "READ"]
    assert issue(service, a_request(2), key=key).codes == ["IDEMPOTENCY_KEY_REUSED"]
    assert fetch(service, issued(again)[0]).status == 200
    (late,) = issued(issue(service, asked, key=key))
    assert (late["link"], late["entries"]) == (None, [])
    assert late["issuance"] == issued(first)[0]["issuance"]


def test_the_book_says_who_asked_for_what_and_is_paged_the_newest_first(clocked: Clocked) -> None:
    service = clocked.service
    asked = {"kind": "OFFICIAL_REQUESTER", "organ": "札幌地方裁判所", "officialTitle": "書記官", "name": "見本　書記"}
    stated = {"targetName": "架空　太郎", "targetAddress": "北海道苫小牧市旭町4丁目5番6号", "legalBasis": "民事訴訟法"}
    older = one_copy(service)
    clocked.at += timedelta(seconds=1)
    newer = one_copy(service, _official(asked | stated))

    first = service.ask(DESK, HISTORY, {"n": number_of(1), "first": 1}).data["issuanceHistory"]
    second = service.ask(DESK, HISTORY, {"n": number_of(1), "first": 1, "after": first["pageInfo"]["endCursor"]}).data[
        "issuanceHistory"
    ]

    assert [one["id"] for one in first["nodes"] + second["nodes"]] == [newer["issuance"]["id"], older["issuance"]["id"]]
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    requester = first["nodes"][0]["requester"]
    assert (requester["kind"], requester["organ"]) == ("OFFICIAL_REQUESTER", "札幌地方裁判所")
    assert first["nodes"][0] == service.ask(DESK, ONE, {"id": newer["issuance"]["id"]}).data["issuance"]


def _official(requester: dict[str, Any]) -> dict[str, Any]:
    return a_request(
        requester=requester | {"purposeOfUse": "送達のため"},
        identityVerification="OFFICIAL_DOCUMENT",
        isFoundAppropriate=True,
    )


def test_a_spoiled_copy_is_voided_with_its_reason_and_its_link_ends(service: Service) -> None:
    copy = one_copy(service)
    id_ = copy["issuance"]["id"]
    voided = service.ask(DESK, VOID, {"id": id_, "reason": "用紙の汚損", "key": a_key()}).data["voidIssuance"]

    assert (voided["stands"], voided["voidReason"], voided["voidedBy"]) == (False, "用紙の汚損", "DEMO-1001")
    assert fetch(service, copy).codes == ["NOT_FOUND"]
    again = service.ask(DESK, VOID, {"id": id_, "reason": "用紙の汚損", "key": a_key()})
    assert again.codes == ["INVALID_INPUT"]
    assert one_copy(service)["issuance"]["number"].endswith("002")


@pytest.mark.parametrize("caller", ["tax-clerk", "care-clerk", "election-clerk", "reviewer", "contractor"])
def test_who_is_not_the_register_office_issues_nothing_and_reads_no_book(service: Service, caller: str) -> None:
    id_ = one_copy(service)["issuance"]["id"]

    assert issue(service, caller=caller).codes == ["NOT_PERMITTED"]
    assert service.ask(caller, VOID, {"id": id_, "reason": "x", "key": a_key()}).codes == ["NOT_PERMITTED"]
    for document, variables in ((ONE, {"id": id_}), (HISTORY, {"n": number_of(1)})):
        assert service.ask(caller, document, variables).codes == ["NOT_PERMITTED"]
    assert issuances_of(service) == 1
    assert [entry["kind"] for entry in service.ledger()[-4:]] == ["REFUSAL"] * 4


def test_an_input_that_is_no_value_is_refused_by_its_path(service: Service) -> None:
    for told, path in (
        (a_request(copies=21), "input.copies"),
        (a_request(subjects=[]), "input.subjects"),
        (a_request(subjects=["0000000018"]), "input.subjects.0"),
        (a_request(requester={"kind": "PERSON", "name": ""}), "input.requester.name"),
        (a_request(printer="プリンタ番号が長すぎる"), "input.printer"),
    ):
        answer = issue(service, told)
        assert (answer.codes, answer.json["errors"][0]["extensions"]["names"]) == (["INVALID_VALUE"], [path])
    assert issuances_of(service) == 0
