"""An Individual Number in a text where none belongs is found however it is written; nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.values.check_digits import number_check_digit
from domain.values.hidden_numbers import refuse_hidden_number
from tests.village import NUMBERS

NUMBER = NUMBERS[0]
AN_ID = f"{NUMBER[:8]}-{NUMBER[:4]}-4{NUMBER[:3]}-8{NUMBER[:3]}-{NUMBER}"
GROUPED = f"{NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}"


@pytest.mark.holds("D-06")
@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        f"番号は{NUMBER}です",
        f"No.{NUMBER}/2",
        GROUPED,
        GROUPED.replace("-", "　"),
        GROUPED.replace("-", "ー"),
        NUMBER.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}),
        NUMBER.translate({ord(str(digit)): chr(0x0660 + digit) for digit in range(10)}),
    ],
)
def test_a_number_typed_into_a_text_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        refuse_hidden_number("purpose_of_use", text)
    assert refused.value.kind == "purpose_of_use"
    assert NUMBER not in f"{refused.value.message}{refused.value.message_ja}{refused.value!r}"


@pytest.mark.holds("D-06")
@pytest.mark.parametrize(
    "text",
    [
        "住宅ローンの申請のため",
        "2026-04-01から2027-03-31まで",
        "法人番号 5430001000000",
        f"1{NUMBER}",
        "0144-32-6111",
        NUMBER[:-1],
        NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10),
        AN_ID,
    ],
)
def test_dates_telephone_and_corporate_numbers_and_ids_are_none(text: str) -> None:
    refuse_hidden_number("purpose_of_use", text)


@pytest.mark.holds("D-06")
@given(st.text(st.characters(exclude_categories=["Nd"]), max_size=20), st.integers(0, 10**11 - 1))
def test_every_number_with_its_check_digit_is_found_in_any_words(words: str, body: int) -> None:
    number = f"{body:011}"
    with pytest.raises(InvalidValue):
        refuse_hidden_number("text", f"{words}{number}{number_check_digit(number)}{words}")
