"""What a resident is told of who saw her record: all that the ledger has of her, but what the law keeps from her."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Recorded
from domain.ledger.statements import Statement, Told, statement_of
from tests.domain.ledger.planted import FIRST, LAST, NUMBER_MASKED, NUMBER_SEEN, Month, at, met, person

HER, OTHER = person(1), person(2)
DAYS = Days(FIRST, LAST)
PURPOSES = {
    "resident_register": ("住民基本台帳関連事務", "住基法第1条・第5条"),
    "local_tax": ("地方税関係事務", "番号法第9条第1項"),
}


def told(book: Month, *official: tuple[str, object]) -> Statement:
    entries = map(Recorded.of, book.raw())
    return statement_of(HER, DAYS, entries, Told(PURPOSES, official))  # type: ignore[arg-type] # times, as the book has them


@pytest.mark.holds("C-20")
def test_it_tells_when_which_office_what_for_by_which_law_and_what_was_shown() -> None:
    book = Month()
    book.add(at(2, 9, 5), groups=met(HER, OTHER, items=NUMBER_SEEN), kind=Kind.SEARCH, number_accessed=True)
    (row,) = told(book).rows
    assert (row.at, row.act) == (at(2, 9, 5), "検索して見つけました")
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
    book = Month()
    book.add(at(2, 9), groups=(*met(HER, items=NUMBER_MASKED), *met(OTHER, items=NUMBER_SEEN)), number_accessed=True)
    (row,) = told(book).rows
    assert (row.items, row.number_accessed) == (("氏名",), False)


@pytest.mark.holds("C-20")
def test_what_the_officer_for_support_measures_did_is_counted_and_not_told() -> None:
    book = Month()
    book.add(at(2, 9), groups=met(HER, items={}), purpose="support_measures", kind=Kind.CHANGE)
    book.add(at(2, 10), groups=met(HER))
    one = told(book)
    assert ([row.at for row in one.rows], one.hidden) == ([at(2, 10)], 1)


@pytest.mark.holds("C-20")
def test_a_paper_for_an_organ_of_the_state_and_its_handing_over_are_counted_and_not_told() -> None:
    book = Month()
    for day in (2, 3):
        book.add(at(day, 9), groups=met(HER, items={}), kind=Kind.ISSUE)
        book.add(at(day, 9, 1), groups=met(HER, items={}), path="Handover.fetch")
    one = told(book, ("S-01", at(2, 9) + timedelta(milliseconds=3)), ("S-02", at(3, 9)))
    assert ([row.at.day for row in one.rows], one.hidden) == ([3, 3], 2)


@pytest.mark.holds("C-20")
def test_no_member_of_staff_is_named_and_nobody_is_told_why_something_is_hidden() -> None:
    book = Month()
    book.add(at(2, 9), groups=met(HER), staff_number="S-03")
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
    assert rows[0].startswith('"2026-11-02T09:00:00+09:00","記録を見ました","市民生活部住民課"')
    assert len(rows) == 2
