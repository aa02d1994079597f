"""Tables for people, who open them with a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.csv_texts import FORMULA_SIGNS, csv_of


def test_texts_are_quoted_and_numbers_are_bare() -> None:
    assert csv_of([("名前", 'a "b"', 3, -4, None)]) == '"名前","a ""b""",3,-4,""\r\n'


@pytest.mark.holds("C-12")
@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_a_text_that_a_spreadsheet_would_take_for_a_formula_stands_behind_an_apostrophe(sign: str) -> None:
    assert csv_of([(f"{sign}1",)]) == f'"\'{sign}1"\r\n'


@pytest.mark.holds("C-12")
@given(st.lists(st.one_of(st.text(alphabet=st.sampled_from("=+-@\t\r\n＝＋－＠'\",a１")), st.none()), min_size=1))
def test_no_cell_of_text_begins_like_a_formula(cells: list[str | None]) -> None:
    (row,) = csv.reader(io.StringIO(csv_of([cells]), newline=""))
    assert len(row) == len(cells)
    assert not [cell for cell in row if cell.startswith(FORMULA_SIGNS)]
    assert [cell.removeprefix("'") for cell in row] == [(cell or "").removeprefix("'") for cell in cells]
