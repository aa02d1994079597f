"""Issuing at the desk: what law, policy and protection together let stand on paper, put out once, with its entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from authz.changing import Wish
from authz.issuing import Issuing
from domain.certificates.documents import Printing
from domain.certificates.requests import Delivery
from domain.errors import Code, Refusal
from domain.ledger.entries import Entry, Kind
from domain.restrictions import RestrictedProcess, Restriction, RestrictionLevel, Whose
from tests.authz.fakes import FakeRestrictions
from tests.authz.issued import (
    CODE,
    FIELD,
    NUMBER,
    a_foreign_resident,
    a_request,
    a_requester,
    a_resident,
    codes,
    issue,
    on_paper,
    village,
)
from tests.authz.visits import Street, done
from tests.village import number_of

CLOSED, PROTECTED, RELEASED, RESTRICTED = 1, 2, 6, 8


@pytest.fixture
def town(street: Street) -> Street:
    """Three of one household, the third a foreign resident."""
    return village(street, a_resident(1), a_resident(2), a_foreign_resident(3))


def refused(street: Street, *request: object, **given: object) -> Refusal:
    """The refusal that the request meets."""
    with pytest.raises(Refusal) as met:
        issue(street, *request, **given)  # type: ignore[arg-type] # as `issue` takes them
    assert not street.press.documents
    assert not street.certificates.book
    return met.value


def last_entry(street: Street) -> Entry:
    """What the ledger is told of the last visit, written in the order's transaction or before the answer."""
    visit = street.visits[-1]
    (entry,) = [run.entry or visit.entry_of(run) for run in visit.runs]
    return entry


def items_of(street: Street, nth: int = 1) -> dict[str, Printing]:
    """What became of each item of somebody on the last document."""
    entries = {one.addressee_number: one for one in street.press.documents[-1].entries}
    return {line.item: line.printing for line in entries[number_of(nth)].lines}


@pytest.mark.holds("S1-05")
def test_a_copy_is_issued_with_its_link_its_line_in_the_book_and_its_entry(town: Street) -> None:
    answer = issue(town, a_request())

    assert answer.put_out is not None
    ((issuance, handover),) = answer.put_out.copies
    assert issuance.items[number_of(1)][0] == "full_name"
    assert issuance.requester["article"] == "住基法第12条第1項"
    assert issuance.requester["identity_verification"] == "INDIVIDUAL_NUMBER_CARD"
    assert handover is not None
    assert handover.caller == "sub-7"
    entry = last_entry(town)
    assert town.certificates.ledger == [entry]
    assert (entry.kind, entry.path, entry.groups[0].subjects) == (Kind.ISSUE, FIELD.field, (number_of(1),))
    assert not entry.number_accessed


@pytest.mark.holds("M23")
def test_only_what_is_to_be_printed_is_asked_of_the_store(town: Street) -> None:
    issue(town, a_request())
    columns = {column.item for one in town.residents.questions for column in one.reading.columns}
    assert not columns & {"individual_number", "resident_record_code", "registered_domicile", "householder_name"}


@pytest.mark.holds("S1-05", "M23")
def test_the_number_stands_on_it_only_where_it_is_asked_for_and_the_ledger_says_so(town: Street) -> None:
    issue(town, a_request())
    assert items_of(town)["individual_number"] is Printing.OMITTED
    assert NUMBER not in on_paper(town)
    issue(town, a_request(items=["INDIVIDUAL_NUMBER"]), key="key-2")
    assert items_of(town)["individual_number"] is Printing.PRINTED
    assert last_entry(town).number_accessed


@pytest.mark.holds("S1-05", "M23")
@pytest.mark.parametrize("requester", ["OFFICIAL_REQUESTER", "THIRD_PARTY_APPLICANT", "SPECIFIED_AFFAIRS_AGENT"])
@pytest.mark.parametrize("item", ["INDIVIDUAL_NUMBER", "RESIDENT_RECORD_CODE"])
def test_number_and_code_go_to_no_third_party_and_no_organ_and_are_not_even_loaded(
    town: Street, requester: str, item: str
) -> None:
    answer = issue(town, a_request(requester, items=[item]))

    assert codes(answer) == ["ITEM_NEVER_SHOWN"]
    assert answer.put_out is None
    assert not town.press.documents
    assert (last_entry(town).kind, last_entry(town).code) == (Kind.REFUSAL, "ITEM_NEVER_SHOWN")
    assert not last_entry(town).number_accessed
    columns = {column.item for one in town.residents.questions for column in one.reading.columns}
    assert not columns & {"individual_number", "resident_record_code"}


def test_what_no_article_lets_anybody_ask_for_is_answered_before_anything_is_loaded(town: Street) -> None:
    answer = issue(town, a_request("SAME_HOUSEHOLD", kind="CLOSED_RESIDENT_RECORD_COPY"))
    assert codes(answer) == ["CLOSED_RECORD_TO_PERSON_ONLY"]
    assert town.questions == []


@pytest.mark.holds("M03")
@pytest.mark.parametrize("purpose", ["local_tax", "support_measures", "ledger_review", "operation", "election"])
@pytest.mark.parametrize("requester", ["OFFICIAL_REQUESTER", "EX_OFFICIO"])
def test_nobody_but_the_register_office_issues_anything(town: Street, purpose: str, requester: str) -> None:
    assert refused(town, a_request(requester), purpose=purpose).code == Code.NOT_PERMITTED
    assert town.questions == []
    assert last_entry(town).code == Code.NOT_PERMITTED


# What is not shown to who issues it.


@pytest.mark.holds("M03", "M23")
@pytest.mark.parametrize(
    ("closed_class", "item", "hidden"),
    [
        ("number", "INDIVIDUAL_NUMBER", ("individualNumber",)),
        ("code", "RESIDENT_RECORD_CODE", ("residentRecordCode",)),
        ("family_register", "REGISTERED_DOMICILE", ("familyRegisterHead", "registeredDomicile")),
    ],
)
def test_an_item_that_is_closed_to_the_clerk_stops_it_and_is_named(
    town: Street, closed_class: str, item: str, hidden: tuple[str, ...]
) -> None:
    refusal = refused(town, a_request(items=[item]), switched_off=(closed_class,))
    assert (refusal.code, refusal.names) == (Code.ITEMS_NOT_PERMITTED, hidden)
    entry = last_entry(town)
    assert (entry.kind, entry.code, entry.number_accessed) == (Kind.REFUSAL, Code.ITEMS_NOT_PERMITTED, False)


def test_a_class_that_is_closed_to_the_clerk_does_not_stop_what_does_not_need_it(town: Street) -> None:
    closed = ("number", "code", "family_register", "residence_status")
    assert issue(town, a_request(), switched_off=closed).put_out
    request = a_request(items=["STATUS_OF_RESIDENCE"])
    assert issue(town, request, key="key-2", switched_off=closed).put_out, "a Japanese resident has none"
    assert "residence_status" not in str(items_of(town))


@pytest.mark.holds("A-28")
def test_of_a_record_that_may_not_be_looked_at_nothing_is_issued(street: Street) -> None:
    refusal = refused(village(street, a_resident(1, facts=RESTRICTED)), a_request())
    assert refusal.code == Code.ITEMS_NOT_PERMITTED


# Protection.


@pytest.mark.holds("S1-05", "A-28")
@pytest.mark.parametrize("requester", ["PERSON", "SAME_HOUSEHOLD", "AGENT", "OFFICIAL_REQUESTER"])
def test_a_protected_persons_certificate_stops_whoever_asks(street: Street, requester: str) -> None:
    answer = issue(village(street, a_resident(1, facts=PROTECTED)), a_request(requester))
    assert codes(answer) == ["PROTECTED"]
    assert not street.press.documents
    assert last_entry(street).code == "PROTECTED"


@pytest.mark.holds("S1-05")
def test_it_is_issued_once_the_responsible_officer_has_released_the_record(street: Street) -> None:
    assert issue(village(street, a_resident(1, facts=RELEASED)), a_request()).put_out


@pytest.mark.holds("A-28")
def test_a_protected_member_stops_the_copy_of_the_whole_household(street: Street) -> None:
    village(street, a_resident(1), a_resident(2, facts=PROTECTED))
    assert codes(issue(street, a_request("PERSON", 1, whole_household=True))) == ["PROTECTED"]


@pytest.mark.holds("A-28", "A-02")
def test_an_old_address_where_somebody_is_protected_now_stops_a_copy_with_its_history(street: Street) -> None:
    village(street, a_resident(1))
    earlier = a_resident(1, facts=PROTECTED, valid_from="1990-01-01", recorded_at="2020-01-01T00:00:00+09:00")
    street.versions.held = (replace(earlier, items={**earlier.items, "history_number": 1}),)
    assert issue(street, a_request()).put_out
    assert codes(issue(street, a_request(with_history=True), key="key-2")) == ["PROTECTED"]


def restriction(process: str, level: str) -> FakeRestrictions:
    """One on the first of them."""
    return FakeRestrictions(
        Restriction(
            id="r-1",
            whose=Whose.RESIDENT,
            number=number_of(1),
            process=RestrictedProcess(process),
            level=RestrictionLevel(level),
            starts_on=date(2020, 1, 1),
        )
    )


@pytest.mark.holds("S1-05")
def test_a_restriction_of_certificates_stops_it_and_one_that_alerts_must_be_acknowledged(town: Street) -> None:
    town.restrictions = restriction("CERTIFICATE", "ERROR")
    assert codes(issue(town, a_request(), "CERTIFICATE_RESTRICTED")) == ["CERTIFICATE_RESTRICTED"]
    town.restrictions = restriction("CERTIFICATE", "ALERT")
    assert issue(town, a_request(), key="key-2").put_out is None
    answer = issue(town, a_request(), "CERTIFICATE_RESTRICTED_ALERT", key="key-3")
    assert answer.put_out
    assert codes(answer) == ["CERTIFICATE_RESTRICTED_ALERT"]


def test_a_restriction_of_changes_does_not_stop_a_certificate(town: Street) -> None:
    town.restrictions = restriction("CHANGE", "ERROR")
    assert issue(town, a_request()).put_out


# Whom it is of.


@pytest.mark.holds("S1-05")
def test_a_household_stands_on_it_in_the_order_of_members(town: Street) -> None:
    issue(town, a_request("PERSON", 3, whole_household=True))
    numbers = [one.addressee_number for one in town.press.documents[-1].entries]
    assert numbers == [number_of(1), number_of(2), number_of(3)]


def test_some_members_stand_in_the_order_of_members_too_and_the_others_are_not_read(town: Street) -> None:
    issue(town, a_request("PERSON", 3, 1))
    assert [one.addressee_number for one in town.press.documents[-1].entries] == [number_of(1), number_of(3)]
    assert last_entry(town).result_count == 2


def test_who_lives_elsewhere_is_no_member(street: Street) -> None:
    village(street, a_resident(1), a_resident(4, home=2))
    assert codes(issue(street, a_request("PERSON", 1, 4, whole_household=True))) == ["MORE_THAN_ONE_HOUSEHOLD"]


@pytest.mark.holds("A-28")
def test_a_number_that_nobody_has_is_refused_and_stands_in_the_ledger_as_a_hash(town: Street) -> None:
    assert refused(town, a_request("PERSON", 9)).names == ("subjects",)
    assert list(last_entry(town).searched_by) == ["addressee_number"]
    assert number_of(9) not in str(last_entry(town))


@pytest.mark.holds("S1-05", "M23")
def test_a_closed_record_is_certified_for_the_person_alone(street: Street) -> None:
    village(street, a_resident(1, facts=CLOSED))
    assert codes(issue(street, a_request())) == ["RECORD_IS_CLOSED"]
    assert issue(street, a_request(kind="CLOSED_RESIDENT_RECORD_COPY"), key="key-2").put_out


@pytest.mark.holds("S2-02", "M23")
def test_a_wide_area_copy_never_says_where_the_family_register_is(town: Street) -> None:
    kind = "WIDE_AREA_RESIDENT_RECORD_COPY"
    assert issue(town, a_request("ISSUING_MAYOR", kind=kind, items=["INDIVIDUAL_NUMBER"])).put_out
    assert NUMBER in on_paper(town)
    assert "のregistered_domicile" not in on_paper(town)
    answer = issue(town, a_request("ISSUING_MAYOR", kind=kind, items=["REGISTERED_DOMICILE"]), key="key-2")
    assert codes(answer) == ["ITEM_NEVER_SHOWN"]


def test_a_certificate_needs_a_certifier(town: Street) -> None:
    town.certificates.mayor = None
    assert refused(town, a_request()).names == ("certifier",)


def test_a_character_that_the_fonts_lack_stops_it_by_its_code_point(town: Street) -> None:
    town.press.lacks = "証"
    refusal = refused(town, a_request())
    assert (refusal.code, refusal.names) == (Code.CHARACTER_NOT_IN_FONT, ("U+8A3C",))


# Once.


@pytest.mark.holds("S1-05")
def test_a_repeated_request_gets_the_same_copies_and_no_new_ones(town: Street) -> None:
    first = issue(town, a_request(copies=3))
    again = issue(town, a_request(copies=3))
    assert first.put_out
    assert again.put_out
    assert [one.id for one, _ in first.put_out.copies] == [one.id for one, _ in again.put_out.copies]
    assert len({one.number for one, _ in first.put_out.copies}) == 3
    assert len(town.press.documents) == 3
    assert last_entry(town).kind is Kind.READ
    assert last_entry(town).groups[0].subjects == (number_of(1),)


def test_a_repeated_request_that_tells_the_number_again_says_so_in_the_ledger(town: Street) -> None:
    for _ in range(2):
        issue(town, a_request(items=["INDIVIDUAL_NUMBER"]))
    assert last_entry(town).kind is Kind.READ
    assert last_entry(town).number_accessed


@pytest.mark.holds("A-28")
def test_a_repeated_request_tells_nothing_of_who_is_protected_by_then(town: Street) -> None:
    issue(town, a_request())
    village(town, a_resident(1, facts=PROTECTED))
    again = issue(town, a_request())
    assert again.put_out
    assert [handover for _, handover in again.put_out.copies] == [None]


def test_the_same_key_for_another_request_is_refused(town: Street) -> None:
    issue(town, a_request())
    with pytest.raises(Refusal) as met:
        issue(town, a_request(copies=2))
    assert met.value.code == Code.IDEMPOTENCY_KEY_REUSED


def test_an_order_that_fails_leaves_neither_book_nor_link_and_an_entry_with_its_code(town: Street) -> None:
    town.certificates.breaks = Refusal(Code.STORE_UNAVAILABLE)
    with pytest.raises(Refusal):
        issue(town, a_request())
    assert not town.certificates.handovers
    assert last_entry(town).code == Code.STORE_UNAVAILABLE


def test_what_cannot_be_read_is_refused_with_its_run(town: Street) -> None:
    def unreadable() -> None:
        raise Refusal(Code.INVALID_INPUT, names=("kind",))

    visit = town.visit("resident_register")
    with pytest.raises(Refusal):
        done(Issuing(visit).issue(FIELD, unreadable, Wish("key-1")))  # type: ignore[arg-type] # it never answers
    assert [run.code for run in visit.runs] == [Code.INVALID_INPUT]


def test_the_book_keeps_what_she_stated_and_no_number(town: Street) -> None:
    issue(town, a_request(a_requester("AGENT"), items=["INDIVIDUAL_NUMBER"], delivery=Delivery.MAIL_TO_RESIDENT))
    told = str([one.requester for one in town.certificates.book.values()])
    assert "依頼" in told
    assert NUMBER not in told
    assert CODE not in told
