"""What stops a certificate by law: each check finds what it is for, and nothing where everything is in order."""

from __future__ import annotations

from typing import Any

import pytest

from domain.certificates import law
from domain.certificates.checks import findings_of
from domain.certificates.composing import Person
from domain.certificates.kinds import CertificateKind as Kind
from domain.certificates.obstacles import CHECKS
from domain.certificates.requests import CertificateRequest, Delivery, IdentityVerification
from domain.certificates.requests import CertifiedItem as Item
from domain.certificates.requests import RequesterKind as Asks
from domain.findings import Severity
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import HouseholdNumber
from domain.values.names import Name
from tests.domain.certificates.asking import ADDRESS, NAME, TODAY, a_person, a_request, somebody
from tests.domain.people import a_record, addressee

pytestmark = pytest.mark.holds("S1-05")

COPY, CLOSED = Kind.RESIDENT_RECORD_COPY, Kind.CLOSED_RESIDENT_RECORD_COPY
OTHERS = [Asks.THIRD_PARTY_APPLICANT, Asks.SPECIFIED_AFFAIRS_AGENT]
PLAN = {
    "change_reason": "国内転出",
    "changed_on": RegisterDate("2026-12-01"),
    "notified_on": RegisterDate("2026-11-20"),
    "planned_move_out_address": Address("青森県青森市長島1丁目"),
}
EVERY_ROUTE = [(kind, asks) for kind, routes in law.ROUTES.items() for asks in routes]


def found(request: CertificateRequest, *people: Person) -> dict[str, tuple[str, ...]]:
    """The codes of what stands against it, with the inputs that they name."""
    return {finding.check.code: finding.names for finding in findings_of(request, people, TODAY)}


def planning(**items: Any) -> Person:
    """Somebody who has notified a move-out."""
    return somebody(**{**PLAN, **items})


def lives_with(nth: int, serial: int = 1) -> Person:
    """Somebody else, in the household with this serial."""
    record: ResidentRecord = a_record(
        addressee_number=addressee(nth),
        household_number=HouseholdNumber.from_serial(serial),
        full_name=Name("架空　子"),
    )
    return a_person(record)


@pytest.mark.parametrize(("kind", "asks"), EVERY_ROUTE)
def test_nothing_stands_against_who_states_and_shows_what_her_article_wants(kind: Kind, asks: Asks) -> None:
    person = planning() if kind is Kind.MOVING_OUT_CERTIFICATE else somebody(closed=kind.is_of_closed_record)
    assert found(a_request(kind, asks, delivery=Delivery.MAIL_TO_RESIDENT), person) == {}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("asks", Asks)
def test_whom_no_article_lets_ask_is_stopped(kind: Kind, asks: Asks) -> None:
    codes = set(found(a_request(kind, asks), somebody(closed=kind.is_of_closed_record)))
    stopped = bool(codes & {"NO_LEGAL_BASIS", "CLOSED_RECORD_TO_PERSON_ONLY"})
    assert stopped is ((kind, asks) not in EVERY_ROUTE)


@pytest.mark.holds("M23")
def test_a_closed_record_has_no_household_that_could_ask_for_it() -> None:
    assert found(a_request(CLOSED, Asks.SAME_HOUSEHOLD), somebody(closed=True)) == {
        "CLOSED_RECORD_TO_PERSON_ONLY": ("requester.kind",)
    }


@pytest.mark.holds("M23")
def test_of_a_closed_record_only_documents_of_closed_records_are_issued_and_of_a_resident_none_of_them() -> None:
    assert "RECORD_IS_CLOSED" in found(a_request(COPY), somebody(closed=True))
    assert "RECORD_IS_NOT_CLOSED" in found(a_request(CLOSED), somebody())
    assert "RECORD_IS_CLOSED" in found(a_request(COPY), somebody(), somebody(closed=True))


@pytest.mark.parametrize("item", [Item.INDIVIDUAL_NUMBER, Item.RESIDENT_RECORD_CODE])
@pytest.mark.parametrize("asks", [Asks.OFFICIAL_REQUESTER, *OTHERS])
def test_a_request_by_others_for_number_or_code_is_stopped_and_names_the_item(asks: Asks, item: Item) -> None:
    assert found(a_request(COPY, asks, Item.REGISTERED_DOMICILE, item), somebody()) == {
        "ITEM_NEVER_SHOWN": ("items.1",)
    }


@pytest.mark.holds("S2-02")
def test_the_domicile_is_never_on_a_wide_area_copy() -> None:
    asked = a_request(Kind.WIDE_AREA_RESIDENT_RECORD_COPY, Asks.ISSUING_MAYOR, Item.REGISTERED_DOMICILE)
    assert found(asked, somebody()) == {"ITEM_NEVER_SHOWN": ("items.0",)}


@pytest.mark.holds("S2-02")
@pytest.mark.parametrize("shown", IdentityVerification)
def test_for_a_wide_area_copy_the_card_or_a_document_with_a_photograph_is_shown(shown: IdentityVerification) -> None:
    asked = a_request(
        Kind.WIDE_AREA_RESIDENT_RECORD_COPY, Asks.ISSUING_MAYOR, identity_verification=shown, requester={}
    )
    enough = shown in {IdentityVerification.INDIVIDUAL_NUMBER_CARD, IdentityVerification.PHOTO_IDENTIFICATION}
    assert ("IDENTITY_NOT_VERIFIED" not in found(asked, somebody())) is enough


@pytest.mark.parametrize("asks", OTHERS)
def test_a_request_by_others_that_nobody_found_appropriate_is_stopped(asks: Asks) -> None:
    assert found(a_request(COPY, asks, is_found_appropriate=False), somebody()) == {
        "NOT_FOUND_APPROPRIATE": ("is_found_appropriate",)
    }


@pytest.mark.parametrize(
    ("asks", "left_out", "code"),
    [
        (Asks.SAME_HOUSEHOLD, "name", "REQUESTER_NOT_STATED"),
        (Asks.AGENT, "name", "REQUESTER_NOT_STATED"),
        (Asks.STATUTORY_AGENT, "has_proof_of_authority", "NO_PROOF_OF_AUTHORITY"),
        (Asks.AGENT, "has_proof_of_authority", "NO_PROOF_OF_AUTHORITY"),
        (Asks.OFFICIAL_REQUESTER, "organ", "ORGAN_NOT_STATED"),
        (Asks.OFFICIAL_REQUESTER, "official_title", "ORGAN_NOT_STATED"),
        (Asks.OFFICIAL_REQUESTER, "name", "ORGAN_NOT_STATED"),
        (Asks.OFFICIAL_REQUESTER, "purpose_of_use", "PURPOSE_NOT_STATED"),
        (Asks.OFFICIAL_REQUESTER, "target_name", "TARGET_NOT_STATED"),
        (Asks.THIRD_PARTY_APPLICANT, "name", "REQUESTER_NOT_STATED"),
        (Asks.THIRD_PARTY_APPLICANT, "address", "REQUESTER_NOT_STATED"),
        (Asks.THIRD_PARTY_APPLICANT, "purpose_of_use", "PURPOSE_NOT_STATED"),
        (Asks.THIRD_PARTY_APPLICANT, "target_address", "TARGET_NOT_STATED"),
        (Asks.SPECIFIED_AFFAIRS_AGENT, "profession", "PROFESSION_NOT_STATED"),
        (Asks.SPECIFIED_AFFAIRS_AGENT, "client", "CLIENT_NOT_STATED"),
        (Asks.SPECIFIED_AFFAIRS_AGENT, "purpose_of_use", "PURPOSE_NOT_STATED"),
    ],
)
def test_what_the_article_wants_stated_is_asked_for_by_name(asks: Asks, left_out: str, code: str) -> None:
    nothing = False if left_out == "has_proof_of_authority" else None
    request = a_request(COPY, asks, requester={left_out: nothing})
    assert found(request, somebody()) == {code: (f"requester.{left_out}",)}


def test_a_criminal_investigation_states_its_legal_basis_alone_and_a_dispute_no_client() -> None:
    investigation = {"purpose_of_use": None, "legal_basis": "刑事訴訟法第197条第2項"}
    dispute = {"client": None, "is_dispute_representation": True}
    assert found(a_request(COPY, Asks.OFFICIAL_REQUESTER, requester=investigation), somebody()) == {}
    assert found(a_request(COPY, Asks.SPECIFIED_AFFAIRS_AGENT, requester=dispute), somebody()) == {}


def test_a_wide_area_copy_names_who_issues_it() -> None:
    asked = a_request(Kind.WIDE_AREA_RESIDENT_RECORD_COPY, Asks.ISSUING_MAYOR, requester={"issuing_municipality": None})
    assert found(asked, somebody()) == {"ISSUING_MUNICIPALITY_NOT_STATED": ("requester.issuing_municipality",)}


@pytest.mark.parametrize("asks", [asks for asks in law.ROUTES[COPY] if asks is not Asks.EX_OFFICIO])
def test_nobody_gets_anything_without_having_been_identified(asks: Asks) -> None:
    request = a_request(COPY, asks, identity_verification=IdentityVerification.NONE)
    assert found(request, somebody()) == {"IDENTITY_NOT_VERIFIED": ("identity_verification",)}


@pytest.mark.parametrize("delivery", Delivery)
@pytest.mark.parametrize("asks", [Asks.PERSON, Asks.SAME_HOUSEHOLD, Asks.STATUTORY_AGENT, Asks.AGENT])
def test_with_the_number_a_voluntary_agents_copy_goes_by_mail_to_the_resident(asks: Asks, delivery: Delivery) -> None:
    with_number = a_request(COPY, asks, Item.INDIVIDUAL_NUMBER, delivery=delivery)
    stopped = asks is Asks.AGENT and delivery is not Delivery.MAIL_TO_RESIDENT
    assert ("BY_MAIL_TO_RESIDENT_ONLY" in found(with_number, somebody())) is stopped
    assert found(a_request(COPY, asks, delivery=delivery), somebody()) == {}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        (NAME, "苫小牧市旭町４－５－６"),
        ("架空花子", "北海道苫小牧市旭町四丁目5番6号"),
        (NAME, "青森県青森市中央1丁目22番5号"),
        (NAME, "北海道苫小牧市旭町4丁目5番6号 見本荘101号"),
        ("仮名　花子", ADDRESS),
    ],
)
def test_who_asks_may_know_the_person_as_she_was_and_write_it_as_people_do(name: str, address: str) -> None:
    record = a_record(previous_address=Address("青森県青森市中央1丁目22番5号"), building_line="見本荘101号")
    person = a_person(record, {"full_name": "仮名　花子", "valid_from": "2016-04-01"}, {"valid_from": "2018-06-10"})
    stated = {"target_name": name, "target_address": address}
    assert found(a_request(COPY, Asks.THIRD_PARTY_APPLICANT, requester=stated), person) == {}


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ({"target_name": "架空　華子"}, ("requester.target_name",)),
        ({"target_address": "苫小牧市旭町4-5-7"}, ("requester.target_address",)),
        ({"target_address": "\ufdfa" * 300}, ("requester.target_address",)),
        ({"target_name": "　", "target_address": "-"}, ("requester.target_name", "requester.target_address")),
    ],
)
@pytest.mark.parametrize("asks", [Asks.OFFICIAL_REQUESTER, *OTHERS])
def test_a_person_stated_otherwise_than_the_record_says_stops_it(
    asks: Asks, stated: dict[str, str], names: tuple[str, ...]
) -> None:
    assert found(a_request(COPY, asks, requester=stated), somebody()) == {"TARGET_DIFFERS": names}


@pytest.mark.holds("A-28")
def test_what_is_not_shown_to_who_issues_equals_nothing_that_was_stated() -> None:
    hidden = somebody()
    hidden = Person(hidden.addressee_number, {**hidden.values, "full_name": None, "current_address": None})
    for stated in ({}, {"target_name": "None", "target_address": "None"}):
        request = a_request(COPY, Asks.THIRD_PARTY_APPLICANT, requester=stated)
        assert found(request, hidden)["TARGET_DIFFERS"] == ("requester.target_name", "requester.target_address")


def test_people_of_one_household_stand_on_it_and_of_another_they_do_not() -> None:
    assert found(a_request(COPY), somebody(), lives_with(2)) == {}
    assert found(a_request(COPY), somebody(), lives_with(2, serial=2)) == {"MORE_THAN_ONE_HOUSEHOLD": ("subjects",)}


@pytest.mark.parametrize("asks", OTHERS)
def test_a_third_party_gets_the_record_of_the_person_she_stated_and_of_nobody_else(asks: Asks) -> None:
    assert found(a_request(COPY, asks), somebody(), lives_with(2)) == {"ONE_PERSON_ONLY": ("subjects",)}


def test_a_notice_of_a_code_and_a_persons_closed_record_are_of_one_person() -> None:
    notice = a_request(Kind.RESIDENT_RECORD_CODE_NOTICE, Asks.EX_OFFICIO)
    closed = [somebody(closed=True), somebody(closed=True)]
    assert found(notice, somebody(), lives_with(2)) == {"ONE_PERSON_ONLY": ("subjects",)}
    assert found(a_request(CLOSED), *closed) == {"ONE_PERSON_ONLY": ("subjects",)}
    assert found(a_request(CLOSED, Asks.OFFICIAL_REQUESTER), *closed) == {}


def test_a_moving_out_certificate_needs_a_move_out_that_was_notified_by_everybody_on_it() -> None:
    request = a_request(Kind.MOVING_OUT_CERTIFICATE)
    assert found(request, planning()) == {}
    assert found(request, planning(change_reason="住民票コードの変更請求")) == {}
    assert found(request, planning(), lives_with(2)) == {"NO_MOVE_OUT_NOTIFIED": ("subjects",)}


@pytest.mark.parametrize(("day", "stopped"), [("2026-11-22", True), ("2026-11-23", False), ("2026-11-24", False)])
def test_whose_day_of_moving_out_has_passed_is_no_resident_though_the_record_is_open(day: str, stopped: bool) -> None:
    gone = planning(changed_on=RegisterDate(day))
    assert ("MOVE_OUT_DAY_HAS_PASSED" in found(a_request(COPY), gone)) is stopped
    assert found(a_request(Kind.MOVING_OUT_CERTIFICATE), gone) == {}


def test_a_move_out_that_was_taken_back_stops_nothing() -> None:
    plan = {"change_reason": "国内転出", "changed_on": "2026-11-01", "valid_from": "2026-10-20"}
    back = {"change_reason": "異動の取消し（修正）", "changed_on": "2026-11-10", "valid_from": "2026-11-10"}
    record = a_record(change_reason="異動の取消し（修正）", changed_on=RegisterDate("2026-11-10"))
    assert found(a_request(COPY), a_person(record, plan, back)) == {}


@pytest.mark.parametrize(
    ("kind", "said", "code", "names"),
    [
        (Kind.RESIDENT_RECORD_ITEMS_CERTIFICATE, {"items": ()}, "NOTHING_CHOSEN", ("items",)),
        (COPY, {"omit_building_line": True}, "BUILDING_LINE_ALWAYS_SHOWN", ("omit_building_line",)),
        (COPY, {"special_move_in": True}, "NOT_ON_THIS_DOCUMENT", ("special_move_in",)),
        (CLOSED, {"in_one_list": True}, "NOT_ON_THIS_DOCUMENT", ("in_one_list",)),
        (CLOSED, {"whole_household": True}, "NOT_ON_THIS_DOCUMENT", ("whole_household",)),
        (Kind.MOVING_OUT_CERTIFICATE, {"with_history": True}, "NOT_ON_THIS_DOCUMENT", ("with_history",)),
        (Kind.MOVING_OUT_CERTIFICATE, {"marked_official": True}, "NOT_ON_THIS_DOCUMENT", ("marked_official",)),
    ],
)
def test_what_this_document_does_not_have_cannot_be_asked_of_it(
    kind: Kind, said: dict[str, Any], code: str, names: tuple[str, ...]
) -> None:
    person = planning() if kind is Kind.MOVING_OUT_CERTIFICATE else somebody(closed=kind.is_of_closed_record)
    assert found(a_request(kind, **said), person) == {code: names}


def test_every_check_has_its_code_its_article_and_both_languages_and_stops_what_it_finds() -> None:
    for code, check in CHECKS.items():
        assert check.code == code
        assert check.severity is Severity.ERROR
        assert "第" in check.source or "標準仕様書" in check.source
        assert check.english.endswith(".")
        assert check.japanese.endswith(("。", "）。", "）"))
