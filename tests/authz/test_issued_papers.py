"""After the issue: links are used once by whom they were made for, spoiled copies voided, the book looked at."""

from __future__ import annotations

import pytest

from authz.issuing import Issuing
from authz.runs import Asked
from domain.certificates.documents import Printing
from domain.certificates.issuances import Handover, Issuance
from domain.errors import Code, InvalidValue, Refusal
from domain.ledger.entries import Entry, Kind
from tests.authz.fake_certificates import SIGNED
from tests.authz.fakes import FakeVersions, Held
from tests.authz.issued import a_request, a_resident, codes, issue, on_paper, village
from tests.authz.visits import NOON, Street, done
from tests.village import number_of

FETCH, VOID = Asked("Handover.fetch"), Asked("Mutation.voidIssuance")
SEE, HISTORY = Asked("Query.issuance"), Asked("Query.issuanceHistory")
PROTECTED, RESTRICTED = 2, 8
ANOTHER = "01234567-89ab-7000-8000-000000009999"


@pytest.fixture
def town(street: Street) -> Street:
    """Two residents."""
    return village(street, a_resident(1), a_resident(2))


def issued(street: Street, *items: str, key: str = "key-1") -> Handover:
    """A copy, and the link to it."""
    answer = issue(street, a_request(items=items), key=key)
    assert answer.put_out
    ((_, handover),) = answer.put_out.copies
    assert handover
    return handover


def fetch(street: Street, token: str, purpose: str = "resident_register", **who: str) -> Handover:
    """What waits behind the link."""
    visit = street.visit(purpose, **who)  # type: ignore[arg-type] # as a visit takes them
    street.visits.append(visit)
    return done(Issuing(visit).fetch(FETCH, token))


def last_entry(street: Street) -> Entry:
    """What the ledger is told of the last visit."""
    visit = street.visits[-1]
    (entry,) = [run.entry or visit.entry_of(run) for run in visit.runs]
    return entry


def at_the_counter(street: Street, purpose: str = "resident_register") -> Issuing:
    """Somebody at the register office."""
    visit = street.visit(purpose)
    street.visits.append(visit)
    return Issuing(visit)


@pytest.mark.holds("S1-05")
def test_a_link_hands_the_signed_paper_over_once_with_its_entry(town: Street) -> None:
    handover = issued(town)
    assert fetch(town, handover.token).content.startswith(SIGNED)
    entry = last_entry(town)
    assert (entry.kind, entry.path, entry.groups[0].subjects) == (Kind.ISSUE, FETCH.field, (number_of(1),))
    assert town.certificates.ledger[-1] == entry
    assert not entry.number_accessed


def test_the_ledger_says_that_the_paper_handed_over_carries_the_number(town: Street) -> None:
    fetch(town, issued(town, "INDIVIDUAL_NUMBER").token)
    assert last_entry(town).number_accessed


@pytest.mark.holds("S1-05")
@pytest.mark.parametrize("how", ["none", "used", "another person's", "another purpose's", "faster", "voided"])
def test_a_link_that_is_not_hers_or_no_more_is_refused_like_one_that_never_was(town: Street, how: str) -> None:
    handover, who, purpose = issued(town), dict[str, str](), "resident_register"
    match how:
        case "none":
            handover = None
        case "used":
            fetch(town, handover.token)
        case "another person's":
            who = {"staff_number": "S8"}
        case "another purpose's":
            purpose = "seal_registration"
        case "faster":
            town.certificates.faster = True
        case "voided":
            done(at_the_counter(town).void(VOID, handover.id, "汚損", "key-v"))
    with pytest.raises(Refusal) as met:
        fetch(town, handover.token if handover else "no-token", purpose, **who)
    assert (met.value.code, met.value.names, met.value.extensions) == (Code.NOT_FOUND, (), {})
    assert (last_entry(town).kind, last_entry(town).code) == (Kind.REFUSAL, Code.NOT_FOUND)


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("facts", [PROTECTED, RESTRICTED])
def test_a_link_ends_when_the_person_is_protected_or_restricted_after_the_issue(town: Street, facts: int) -> None:
    handover = issued(town)
    village(town, a_resident(1, facts=facts))
    with pytest.raises(Refusal) as met:
        fetch(town, handover.token)
    assert met.value.code == Code.NOT_FOUND


def test_a_link_stays_good_when_the_paper_cannot_be_signed_now(town: Street) -> None:
    handover = issued(town)
    town.press.breaks = Refusal(Code.SIGNING_UNAVAILABLE)
    with pytest.raises(Refusal) as met:
        fetch(town, handover.token)
    assert met.value.code == Code.SIGNING_UNAVAILABLE
    town.press.breaks = None
    assert fetch(town, handover.token).content


# Spoiled copies.


@pytest.mark.holds("S1-05")
def test_a_spoiled_copy_is_voided_with_its_reason_once(town: Street) -> None:
    id_ = issued(town).id
    voided = done(at_the_counter(town).void(VOID, id_, "紙詰まりによる汚損", "key-v"))
    assert (voided.voided_at, voided.voided_by, voided.void_reason) == (NOON, "S7", "紙詰まりによる汚損")
    assert (last_entry(town).kind, last_entry(town).groups[0].subjects) == (Kind.CHANGE, (number_of(1),))
    again = done(at_the_counter(town).void(VOID, id_, "紙詰まりによる汚損", "key-v"))
    assert again == voided
    assert last_entry(town).kind is Kind.READ
    with pytest.raises(Refusal):
        done(at_the_counter(town).void(VOID, id_, "もう一度", "key-w"))


@pytest.mark.parametrize("id_", [ANOTHER, "not-an-id"])
def test_what_was_never_issued_is_not_voided(town: Street, id_: str) -> None:
    with pytest.raises(Refusal) as met:
        done(at_the_counter(town).void(VOID, id_, "汚損", "key-v"))
    assert (met.value.code, met.value.names) == (Code.INVALID_INPUT, ("id",))


@pytest.mark.parametrize("reason", ["", " 汚損", "汚" * 101, "汚\u0000損"])
def test_a_reason_is_a_line_of_text(town: Street, reason: str) -> None:
    with pytest.raises(InvalidValue):
        done(at_the_counter(town).void(VOID, issued(town).id, reason, "key-v"))


# The book.


@pytest.mark.holds("S1-05")
def test_the_book_tells_the_newest_first_page_by_page(town: Street) -> None:
    ids = [issued(town, key=f"key-{nth}").id for nth in range(3)]
    page, more = done(at_the_counter(town).history(HISTORY, number_of(1), 2, None))
    assert ([one.id for one in page], more) == (ids[:0:-1], True)
    rest, more = done(at_the_counter(town).history(HISTORY, number_of(1), 2, page[-1].id))
    assert ([one.id for one in rest], more) == (ids[:1], False)
    assert last_entry(town).groups[0].subjects == (number_of(1),)
    assert done(at_the_counter(town).history(HISTORY, number_of(2), 2, None)) == ([], False)


def test_one_entry_of_the_book_is_read_by_its_id(town: Street) -> None:
    id_ = issued(town).id
    found = done(at_the_counter(town).issuance(SEE, id_))
    assert isinstance(found, Issuance)
    assert found.items[number_of(1)]
    assert done(at_the_counter(town).issuance(SEE, ANOTHER)) is None
    assert done(at_the_counter(town).issuance(SEE, "not-an-id")) is None


@pytest.mark.holds("M03")
@pytest.mark.parametrize("purpose", ["local_tax", "election", "support_measures", "ledger_review"])
def test_nobody_but_the_register_office_looks_at_the_book_or_voids(town: Street, purpose: str) -> None:
    id_ = issued(town).id
    for work in (
        lambda one: one.issuance(SEE, id_),
        lambda one: one.history(HISTORY, number_of(1), 2, None),
        lambda one: one.void(VOID, id_, "汚損", "key-v"),
    ):
        with pytest.raises(Refusal) as met:
            done(work(at_the_counter(town, purpose)))
        assert met.value.code == Code.NOT_PERMITTED
    assert town.certificates.book[id_].stands


@pytest.mark.holds("A-28")
def test_what_was_issued_of_a_record_that_may_not_be_looked_at_is_not_told(town: Street) -> None:
    id_ = issued(town).id
    village(town, a_resident(1, facts=RESTRICTED))
    assert done(at_the_counter(town).issuance(SEE, id_)) is None
    with pytest.raises(Refusal):
        done(at_the_counter(town).history(HISTORY, number_of(1), 2, None))


def test_nobody_has_a_history_whom_the_register_does_not_know(town: Street) -> None:
    assert done(at_the_counter(town).history(HISTORY, number_of(9), 2, None)) == ([], False)


# Issued again (再交付).


def version(number: int, recorded_at: str, **items: object) -> Held:
    """What her record said from a moment on."""
    return a_resident(
        1, history_number=number, valid_from="2020-01-01", recorded_at=f"{recorded_at}T00:00:00.000000+09:00", **items
    )


def moving_out(street: Street) -> str:
    """A moving-out certificate, by its id."""
    plan = {"change_reason": "転出（国内）", "planned_move_out_address": "青森県青森市", "changed_on": "2026-12-01"}
    village(street, a_resident(1, **plan))
    street.versions = FakeVersions((version(1, "2026-11-01", **plan),))
    answer = issue(street, a_request(kind="MOVING_OUT_CERTIFICATE"))
    assert answer.put_out, codes(answer)
    return answer.put_out.copies[0][0].id


@pytest.mark.holds("S1-05")
def test_a_certificate_that_is_issued_again_says_what_the_first_one_said_and_that_it_is_another(street: Street) -> None:
    first = moving_out(street)
    later = {"full_name": "別名　証子", "change_reason": "転出（国内）", "ceased_resident_on": "2026-11-30"}
    now = a_resident(1, facts=1, **later)
    versions = (version(2, "2026-11-30", **later), *street.versions.held)
    street.residents.held, street.versions = (now,), FakeVersions(versions)
    street.press.documents.clear()

    answer = issue(street, a_request(kind="MOVING_OUT_CERTIFICATE", reissue_of=first), key="key-2")

    assert answer.put_out, codes(answer)
    assert answer.put_out.copies[0][0].reissue_of == first
    assert street.press.documents[0].marks == ("再交付",)
    assert "見本　証子" in on_paper(street)
    assert "別名　証子" not in on_paper(street)
    lines = {line.item: line for line in street.press.documents[0].entries[0].lines}
    assert lines["planned_move_out_address"].printing is Printing.PRINTED


@pytest.mark.parametrize("change", [{"kind": "RESIDENT_RECORD_COPY"}, {"reissue_of": ANOTHER}, {"subjects": (2,)}])
def test_only_the_same_document_of_the_same_people_is_issued_again(street: Street, change: dict[str, object]) -> None:
    first = moving_out(street)
    asked: dict[str, object] = {"kind": "MOVING_OUT_CERTIFICATE", "reissue_of": first, "subjects": (1,), **change}
    subjects = asked.pop("subjects")
    with pytest.raises(Refusal) as met:
        issue(street, a_request("PERSON", *subjects, **asked), key="key-2")  # type: ignore[misc, arg-type]  # a row names fields
    assert (met.value.code, met.value.names) == (Code.INVALID_INPUT, ("reissueOf",))
