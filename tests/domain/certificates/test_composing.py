"""What is printed of which record, and what the law withholds and is nowhere on a document."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.certificates import law
from domain.certificates.composing import COPIES, Person, needs_versions
from domain.certificates.documents import Document, Printing
from domain.certificates.kinds import CertificateKind as Kind
from domain.certificates.requests import CertificateRequest, Delivery
from domain.certificates.requests import CertifiedItem as Item
from domain.certificates.requests import RequesterKind as Asks
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.relationships import Relationship
from tests.domain.certificates.asking import (
    MAYOR,
    a_person,
    a_request,
    document,
    lines,
    omitted,
    printed,
    somebody,
)
from tests.domain.people import a_foreign_record, a_record

pytestmark = pytest.mark.holds("S1-05")

COPY, ITEMS_CERTIFICATE = Kind.RESIDENT_RECORD_COPY, Kind.RESIDENT_RECORD_ITEMS_CERTIFICATE
ISSUED = [kind for kind in Kind if kind in law.ROUTES]
ASKING_FOR_ALL = tuple(Item)


def test_without_a_special_request_a_copy_has_the_basics_and_omits_the_rest() -> None:
    request = a_request()
    assert set(printed(request, somebody())) == {
        *("氏名", "氏名の振り仮名", "生年月日", "性別", "住所", "住民となった年月日"),
    }
    assert omitted(request, somebody()) == {
        *("旧氏", "世帯主", "世帯主との続柄", "本籍", "筆頭者", "個人番号", "住民票コード"),
    }


def test_what_is_specially_requested_is_printed() -> None:
    request = a_request(COPY, Asks.PERSON, Item.REGISTERED_DOMICILE, Item.INDIVIDUAL_NUMBER, Item.RESIDENT_RECORD_CODE)
    found = printed(request, somebody())
    assert (found["本籍"], found["筆頭者"]) == ("北海道苫小牧市旭町4丁目", "架空　太郎")
    assert (found["個人番号"], found["住民票コード"]) == ("644678155351", "16004598419")


def test_of_a_foreign_resident_stay_and_nationality_are_omitted_unless_requested() -> None:
    stay = {
        "国籍・地域",
        "法第30条の45に規定する区分",
        "在留資格",
        "在留期間等",
        "在留期間の満了の日",
        "在留カード等の番号",
    }
    foreigner = somebody(foreign=True, alias_history=("架空　譲（令和3年4月1日 架空市 記載）",))
    assert omitted(a_request(), foreigner) >= stay | {"通称"}
    assert "外国人住民となった年月日" in printed(a_request(), foreigner)
    asked = printed(a_request(COPY, Asks.PERSON, *ASKING_FOR_ALL), foreigner)
    assert (asked["国籍・地域"], asked["通称"]) == ("架空国", "架空　譲")
    assert asked["通称の記載及び削除に関する事項"] == "架空　譲（令和3年4月1日 架空市 記載）"
    assert {"本籍", "筆頭者", "住民となった年月日", "選挙人名簿への登録"}.isdisjoint(asked)


@pytest.mark.parametrize("stay", sorted(law.STANDING_OF_FOREIGNERS))
def test_of_a_japanese_resident_no_document_has_a_cell_for_a_stay(stay: Item) -> None:
    for kind in (COPY, Kind.MOVING_OUT_CERTIFICATE):
        cells = {line.item for line in lines(a_request(kind, Asks.PERSON, stay), somebody())}
        assert cells.isdisjoint(law.RECORD_ITEMS[stay])


def test_a_certificate_of_items_certifies_what_was_chosen_and_nothing_else() -> None:
    request = a_request(ITEMS_CERTIFICATE, Asks.PERSON, Item.NAME, Item.NATIONAL_PENSION)
    found = lines(request, somebody(national_pension_eligibility="該当（第1号）"))
    assert [(line.label, line.text) for line in found] == [("氏名", "架空　花子"), ("国民年金", "該当（第1号）")]


@pytest.mark.parametrize("kind", [kind for kind in ISSUED if not kind.has_chosen_items])
def test_the_building_line_is_on_every_document_with_an_address(kind: Kind) -> None:
    person = somebody(closed=kind.is_of_closed_record, building_line="見本荘101号")
    request = a_request(kind, next(iter(law.ROUTES[kind])), omit_building_line=True)
    assert printed(request, person)["方書"] == "見本荘101号"


def test_a_certificate_of_items_leaves_the_building_line_out_when_asked_to() -> None:
    person, chosen = somebody(building_line="見本荘101号"), (ITEMS_CERTIFICATE, Asks.PERSON, Item.ADDRESS)
    assert "方書" in printed(a_request(*chosen), person)
    assert "見本荘" not in "".join(document(a_request(*chosen, omit_building_line=True), person).texts())


def test_dates_are_of_the_era_but_a_foreign_residents_birth_and_limit_of_stay() -> None:
    request = a_request(COPY, Asks.PERSON, Item.PERIOD_OF_STAY_EXPIRES_ON)
    japanese = somebody(became_resident_on=RegisterDate("2019-05-01"))
    foreigner = somebody(foreign=True, period_of_stay_expires_on=RegisterDate("2028-03-31"))
    assert printed(request, japanese)["生年月日"] == "昭和25年3月31日"
    assert printed(request, japanese)["住民となった年月日"] == "令和元年5月1日"
    assert printed(request, foreigner)["生年月日"] == "1950年3月31日"
    assert printed(request, foreigner)["在留期間の満了の日"] == "2028年3月31日"
    assert printed(request, foreigner)["外国人住民となった年月日"] == "平成27年4月1日"
    assert document(request, japanese).issued_on == "令和8年11月23日"


@pytest.mark.parametrize(
    ("iso", "text", "printed_as"),
    [
        ("1950", None, "昭和25年"),
        ("1950-03", None, "昭和25年3月"),
        ("1951-02-29", None, "昭和26年2月29日"),
        ("1950", "昭和25年月日不詳", "昭和25年月日不詳"),
        ("1912-07-30", "明治45年7月30日", "明治45年7月30日"),
        ("XXXX", None, "年月日不詳"),
    ],
)
def test_a_date_that_is_not_fully_known_is_printed_as_the_register_words_it(
    iso: str, text: str | None, printed_as: str
) -> None:
    person = a_person(a_record(date_of_birth=RegisterDate("1950-03-31")))
    values = {**person.values, "date_of_birth": iso}
    person = Person(person.addressee_number, values, date_texts={"date_of_birth": text} if text else {})
    assert printed(a_request(), person)["生年月日"] == printed_as


@pytest.mark.parametrize(
    ("reading", "printed_as"),
    [(None, "********"), ("カクウ ハナコ", "カクウ ハナコ"), ("カクウ 【名空欄】", "カクウ 【名空欄】")],
)
def test_a_reading_that_is_not_certified_says_so(reading: str | None, printed_as: str) -> None:
    assert printed(a_request(), somebody(name_reading=reading))["氏名の振り仮名"] == printed_as


def test_a_closed_record_tells_why_it_was_closed_and_where_she_went() -> None:
    person = somebody(closed=True, confirmed_move_out_address=Address("青森県青森市長島1丁目"))
    found = printed(a_request(Kind.CLOSED_RESIDENT_RECORD_COPY), person)
    assert (found["消除事由"], found["事由の生じた年月日"]) == ("国内転出", "令和7年6月30日")
    assert found["転出先住所（確定）"] == "青森県青森市長島1丁目"
    assert "転出先住所（予定）" not in found


def test_the_people_stand_in_the_order_in_which_they_are_given() -> None:
    people = [somebody(relationship_to_householder=Relationship(one)) for one in ("世帯主", "妻", "子", "子")]
    request = a_request(COPY, Asks.PERSON, Item.HOUSEHOLDER_AND_RELATIONSHIP, in_one_list=True, whole_household=True)
    made = document(request, *people)
    assert [line.text for one in made.entries for line in one.lines if line.item == "relationship_to_householder"] == [
        *("世帯主", "妻", "子", "子"),
    ]
    assert made.in_one_list


def test_each_kind_says_what_it_certifies_and_a_household_that_it_is_all_of_it() -> None:
    made = {kind: document(a_request(kind)).statement for kind in ISSUED}
    assert made[COPY] == "この写しは、住民票の原本と相違ないことを証明する。"
    assert made[Kind.CLOSED_RESIDENT_RECORD_COPY] == "この写しは、住民票の除票の原本と相違ないことを証明する。"
    assert all(statement.endswith(("証明する。", "通知します。")) for statement in made.values())
    assert document(a_request(whole_household=True)).statement == (
        "この写しは、世帯全員の住民票の原本と相違ないことを証明する。"
    )


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        ({}, ()),
        ({"marked_official": True}, ("公用",)),
        ({"kind": Kind.MOVING_OUT_CERTIFICATE, "reissue_of": "id"}, ("再交付",)),
        ({"kind": Kind.MOVING_OUT_CERTIFICATE, "special_move_in": True}, ("特例による転出処理済",)),
    ],
)
def test_marks_stand_at_the_head(said: dict[str, Any], marks: tuple[str, ...]) -> None:
    assert document(a_request(**said)).marks == marks


def test_nobody_and_no_name_prints_itself() -> None:
    made = document(a_request(COPY, Asks.PERSON, *ASKING_FOR_ALL), somebody())
    shown = repr((made, made.entries, made.entries[0].lines, somebody()))
    assert all(secret not in shown for secret in ("架空", "644678155351", "16004598419"))
    assert made.certifier is MAYOR


# What the law withholds is nowhere on it.

TEXTS_OF = {
    name: f"秘{at:02}事項" for at, name in enumerate(sorted({n for ns in law.RECORD_ITEMS.values() for n in ns}))
}
"""A text for each item that nothing else says; dates and sex are looked for by their cells."""
_NEVER_TEXT = {"date_of_birth", "sex", "became_resident_on", "became_foreign_resident_on", "period_of_stay_expires_on"}
_NEVER_TEXT |= {"address_established_on", "notified_on", "ceased_resident_on", "changed_on"}
_NEVER_TEXT |= {"alias_history", "change_reason"}


def full(*, foreign: bool, closed: bool) -> Person:
    """Somebody of whom every item says something else, and who was called otherwise before."""
    record = (a_foreign_record if foreign else a_record)(
        ceased_resident_on=RegisterDate("2025-06-30") if closed else None, change_reason="国内転出"
    )
    person = a_person(record, {"valid_from": "2010-01-01"}, {"valid_from": "2015-01-01"})
    now = {**person.values, **{name: text for name, text in TEXTS_OF.items() if name not in _NEVER_TEXT}}
    now["alias_history"] = (TEXTS_OF["alias_history"],)
    before = {name: f"{text}旧" for name, text in TEXTS_OF.items() if name not in _NEVER_TEXT}
    versions = [{**now, **before, "history_number": 1, "valid_from": "2010-01-01"}]
    versions.append({**now, "history_number": 2, "valid_from": "2015-01-01"})
    return Person(person.addressee_number, now, versions, closed=closed, foreign=foreign)


requests = st.builds(
    a_request,
    st.sampled_from(ISSUED),
    st.sampled_from(Asks),
    with_history=st.booleans(),
    is_found_appropriate=st.booleans(),
    in_one_list=st.booleans(),
    omit_building_line=st.booleans(),
    delivery=st.sampled_from(Delivery),
    items=st.lists(st.sampled_from(Item), unique=True).map(tuple),
)


def granted_names(request: CertificateRequest, person: Person) -> set[str]:
    """The items of the record that law and request let be printed of this person."""
    facts = {"foreign": person.foreign, "closed": person.closed}
    return {name for item in Item if law.is_granted(request, item, **facts) for name in law.RECORD_ITEMS[item]}


@given(requests, st.booleans(), st.booleans())
def test_a_document_never_holds_a_text_of_an_item_that_is_not_granted(
    request: CertificateRequest, foreign: bool, closed: bool
) -> None:
    person = full(foreign=foreign, closed=closed)
    made = document(request, person)
    granted = granted_names(request, person)
    everything = "\n".join(made.texts())
    assert all(text not in everything for name, text in TEXTS_OF.items() if name not in granted)
    with_text = [line for line in (*made.entries[0].lines, *made.entries[0].history) if line.text]
    assert {line.item for line in with_text} <= granted
    assert all(line.printing is Printing.PRINTED for line in with_text)


@given(requests, st.booleans(), st.booleans())
def test_what_is_granted_is_on_it_and_what_is_omitted_only_on_copies(
    request: CertificateRequest, foreign: bool, closed: bool
) -> None:
    person = full(foreign=foreign, closed=closed)
    made = document(request, person)
    left_out = {"building_line"} if request.omit_building_line and request.kind.has_chosen_items else set()
    moved = {"ceased_resident_on", "confirmed_move_out_address", "change_reason"}
    left_out |= moved if request.kind is Kind.MOVING_OUT_CERTIFICATE else {"changed_on"}
    cells = {line.item for line in made.entries[0].lines if line.printing is not Printing.OMITTED}
    assert granted_names(request, person) - left_out == cells
    assert request.kind in COPIES or all(line.printing is not Printing.OMITTED for line in made.entries[0].lines)


@given(requests, st.booleans(), st.booleans())
def test_composing_reads_only_what_was_to_be_loaded(request: CertificateRequest, foreign: bool, closed: bool) -> None:
    person, loaded = full(foreign=foreign, closed=closed), law.items_to_load(request)
    values = {name: person.values[name] for name in loaded}
    versions = [{name: one[name] for name in (*loaded, "history_number", "valid_from")} for one in person.versions]
    less = Person(person.addressee_number, values, versions, closed=closed, foreign=foreign)
    assert _same_texts(document(request, less), document(request, person))
    assert needs_versions(request, values) is needs_versions(request, person.values)


def _same_texts(one: Document, other: Document) -> bool:
    return list(one.texts()) == list(other.texts())
