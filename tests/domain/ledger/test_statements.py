"""What a resident is told of who asked for her record: what was asked, never what came of it."""

from __future__ import annotations

import pytest

from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Recorded
from domain.ledger.statements import PROTECTING_PATHS, Statement, statement_of
from tests.domain.ledger.planted import FIRST, LAST, NUMBER_MASKED, NUMBER_SEEN, SEEN, Month, at, met, person
from tests.domain.ledger.sights import FakeSight, told_by

HER, OTHER = person(1), person(2)
DAYS = Days(FIRST, LAST)
TAX = {"purpose": "local_tax", "department": "財政部市民税課"}
WITHHELD = SEEN | {"current_address": ("WITHHELD", "protected-whereabouts")}
SHOWN = SEEN | {"current_address": ("SHOWN", "transfer")}


def told(book: Month, sight: FakeSight = FakeSight()) -> Statement:  # noqa: B008 - never changed
    return statement_of(HER, DAYS, map(Recorded.of, book.raw()), told_by(sight))


def told_of(**entry: object) -> Statement:
    """The statement of one entry, at nine o'clock of the second."""
    book = Month()
    book.add(at(2, 9), **{"groups": met(HER)} | entry)
    return told(book)


@pytest.mark.holds("C-20")
def test_it_tells_when_which_office_what_for_by_which_law_and_what_was_asked_for() -> None:
    book = Month()
    searched = {"kind": Kind.SEARCH, "path": "Query.residents", "searched_by": {"full_name": "a" * 64}}
    book.add(at(2, 9, 5), groups=met(HER, OTHER, items=NUMBER_SEEN), number_accessed=True, **searched)
    (row,) = told(book).rows
    assert (row.at, row.act) == (at(2, 9, 5), "検索して見つけました（見ようとした場合を含みます）")
    assert (row.department, row.place) == ("市民生活部住民課", "本庁舎1階")
    assert (row.purpose, row.legal_basis) == ("住民基本台帳関連事務", "住基法第1条・第5条")
    assert (row.items, row.number_accessed) == (("氏名", "個人番号"), True)


@pytest.mark.holds("C-20")
def test_it_tells_nothing_of_anybody_else_nor_of_a_household_with_the_same_number() -> None:
    book = Month()
    book.add(at(2, 9), groups=met(OTHER))
    book.add(at(2, 10), groups=met(HER, items={}), path="Query.household")
    assert (told(book).rows, told(book).hidden) == ((), 0)


@pytest.mark.holds("C-20")
def test_a_masked_number_was_not_seen() -> None:
    groups = (*met(HER, items=NUMBER_MASKED), *met(OTHER, items=NUMBER_SEEN))
    (row,) = told_of(groups=groups, number_accessed=True, **TAX).rows
    assert (row.items, row.number_accessed) == (("氏名",), False)


@pytest.mark.holds("C-20", "A-01")
def test_what_was_withheld_reads_like_what_was_shown() -> None:
    shown, withheld = (told_of(groups=met(HER, items=items), **TAX) for items in (SHOWN, WITHHELD))
    assert shown == withheld
    assert shown.rows[0].items == ("現住所", "氏名")


@pytest.mark.holds("C-20", "A-01")
def test_a_refusal_reads_like_a_success() -> None:
    done = told_of(groups=met(HER, items=SHOWN), **TAX)
    refused = {"kind": Kind.REFUSAL, "code": "ITEMS_NOT_PERMITTED"}
    assert told_of(groups=met(HER, items=WITHHELD), **refused, **TAX) == done
    for path, kind in (("Mutation.issueCertificate", Kind.ISSUE), ("Mutation.moveWithin", Kind.CHANGE)):
        assert told_of(path=path, kind=kind) == told_of(path=path, **refused)


@pytest.mark.holds("C-20", "A-01")
@pytest.mark.parametrize("path", ["Household.members", "Household.householder", "Resident.history"])
def test_who_was_reached_from_another_record_is_not_told_of_it(path: str) -> None:
    assert told_of(path=path).rows == told_of(path=path, **TAX).rows == ()
    (row,) = told_of(groups=met(HER, items=SEEN | {"household": ("WITHHELD", "protected-whereabouts")})).rows
    assert row.items == ("氏名", "世帯")


@pytest.mark.holds("C-20", "A-01")
def test_a_list_is_told_only_of_an_office_from_which_a_measure_hides_nothing() -> None:
    assert told_of(path="Query.changes", **TAX).rows == ()
    assert len(told_of(path="Query.changes").rows) == 1


@pytest.mark.holds("C-20", "A-01")
@pytest.mark.parametrize(("item", "rows"), [("current_address", 0), ("full_name", 1), ("addressee_number", 1)])
def test_a_search_is_told_where_no_measure_keeps_it_from_finding_her(item: str, rows: int) -> None:
    search = {"kind": Kind.SEARCH, "path": "Query.residents", "searched_by": {item: "a" * 64}}
    assert len(told_of(**search, **TAX).rows) == rows


@pytest.mark.holds("C-20")
@pytest.mark.parametrize("path", ["Mutation.registerInspection", "Handover.fetch"])
def test_no_list_is_told_on_which_a_protected_person_would_not_stand(path: str) -> None:
    assert told_of(path=path, kind=Kind.ISSUE, requester="THIRD_PARTY_APPLICANT").rows == ()


@pytest.mark.holds("C-20", "A-01")
@pytest.mark.parametrize("path", sorted(PROTECTING_PATHS))
@pytest.mark.parametrize("kind", [Kind.READ, Kind.CHANGE, Kind.REFUSAL])
def test_what_protects_somebody_is_neither_told_nor_counted_for_whatever_purpose(path: str, kind: Kind) -> None:
    told_nothing = told_of(path=path, kind=kind)
    assert (told_nothing.rows, told_nothing.hidden) == ((), 0)
    assert told_of(purpose="support_measures") == told_nothing


@pytest.mark.holds("C-20")
def test_requests_of_organs_of_the_state_are_counted_whatever_comes_of_them_and_nothing_else_of_them_is() -> None:
    book, official = Month(), {"requester": "OFFICIAL_REQUESTER", "groups": met(HER)}
    for minute, kind in enumerate((Kind.ISSUE, Kind.READ, Kind.REFUSAL)):
        book.add(at(2, 9, minute), kind=kind, path="Mutation.issueCertificate", **official)
    book.add(at(2, 10), kind=Kind.ISSUE, path="daicho certificates batch", **official)
    for minute, path in enumerate(("Query.issuance", "Mutation.voidIssuance", "Certificate.verification")):
        book.add(at(2, 11, minute), path=path, **official)
    one = told(book)
    assert (one.rows, one.hidden) == ((), 4)


@pytest.mark.holds("C-20")
def test_a_paper_that_she_asked_for_herself_is_told_each_time_alike() -> None:
    book = Month()
    groups = (met(HER, items=NUMBER_SEEN), met(HER, items={}))
    for minute, (kind, met_then) in enumerate(zip((Kind.ISSUE, Kind.READ), groups, strict=True)):
        book.add(at(2, 9, minute), kind=kind, path="Mutation.issueCertificate", requester="PERSON", groups=met_then)
    one = told(book)
    assert [(row.act, row.items) for row in one.rows] == [
        ("証明書などの書類又はデータを作りました（作らなかった場合を含みます）", ())
    ] * 2
    assert one.hidden == 0


@pytest.mark.holds("C-20")
def test_no_member_of_staff_is_named_and_nobody_is_told_why_something_is_hidden() -> None:
    book = Month()
    book.add(at(2, 9), groups=met(HER, items=SEEN | {"restricted": ("SHOWN", "register-office")}), staff_number="S-03")
    book.add(at(2, 10), groups=met(HER), purpose="support_measures")
    one = told(book)
    everything = one.csv() + repr(one)
    assert "S-03" not in everything
    assert "支援措置" not in everything


@pytest.mark.holds("C-20")
def test_as_csv_it_has_a_row_for_each_access() -> None:
    book = Month()
    for hour in (9, 10):
        book.add(at(2, hour), groups=met(HER))
    heading, *rows = told(book).csv().split("\r\n")[:-1]
    assert heading.startswith('"日時 at","利用の内容 act"')
    assert rows[0].startswith('"2026-11-02T09:00:00+09:00","記録を見ました（見ようとした場合を含みます）"')
    assert len(rows) == 2
