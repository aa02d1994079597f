"""Addresses: whole texts, parts that make them up, postal codes."""

from __future__ import annotations

import pytest

from domain.errors import InvalidValue
from domain.values.addresses import Address, parse_postal_code

PARTS = {"prefecture": "北海道", "municipality": "苫小牧市", "town": "旭町4丁目", "block": "5番6号"}


def test_an_address_is_made_up_of_its_parts() -> None:
    address = Address.of_parts(**PARTS, postal_code="053-0018")
    assert address.text == "北海道苫小牧市旭町4丁目5番6号"
    assert (address.town, address.building_line) == ("旭町4丁目", None)


def test_the_building_line_comes_last() -> None:
    address = Address.of_parts(**PARTS, building_line="架空ハイツ101")
    assert address.text == "北海道苫小牧市旭町4丁目5番6号　架空ハイツ101"


@pytest.mark.parametrize("text", ["不明", "架空国 SAMPLE CITY 1-2-3", "北海道苫小牧市旭町4丁目5番6号"])
def test_an_address_may_be_a_text_alone(text: str) -> None:
    assert Address(text).text == text


def test_parts_that_do_not_make_up_the_text_are_refused() -> None:
    with pytest.raises(InvalidValue):
        Address("北海道苫小牧市旭町5丁目5番6号", **PARTS)


@pytest.mark.parametrize("text", ["", "旭町\n4丁目", "旭町\x00", "旭町\u202e", "旭" * 201, "\ud800"])
def test_what_is_no_readable_line_is_no_address(text: str) -> None:
    with pytest.raises(InvalidValue):
        Address(text)


@pytest.mark.parametrize("text", ["053-0018", "0530018", "０５３－００１８", "〒053-0018", "053 0018"])
def test_a_typed_postal_code_is_kept_in_one_form(text: str) -> None:
    assert parse_postal_code(text) == "053-0018"


@pytest.mark.parametrize("text", ["", "053001", "05300180", "053001x", "٠٥٣٠٠١٨"])
def test_a_typed_postal_code_has_seven_digits(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_postal_code(text)


def test_an_address_holds_a_postal_code_only_in_that_form() -> None:
    with pytest.raises(InvalidValue):
        Address("不明", postal_code="0530018")


def test_an_address_does_not_print() -> None:
    assert "苫小牧" not in repr(Address.of_parts(**PARTS)) + str(Address.of_parts(**PARTS))
