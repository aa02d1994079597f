"""Numbers with check digits: the published vectors, what is refused, and that the secret ones do not print."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Code, InvalidValue
from domain.values.check_digits import mod11_w2_7, number_check_digit, serial_check_digit
from domain.values.identifiers import (
    AddresseeNumber,
    HouseholdNumber,
    IndividualNumber,
    MunicipalityCode,
    ResidentRecordCode,
    SecretNumber,
)
from tests.domain.people import a_record

INDIVIDUAL_NUMBERS = [
    "123456789018",
    "983205673214",
    "621498320257",
    "379474484458",
    "454972364860",
    "507957100721",
    "100000000030",
    "644678155351",
    "090451592040",
    "855867956820",
    "317374607220",
    "293854884473",
]
RESIDENT_RECORD_CODES = [
    "24727059608",
    "24846016224",
    "25208017643",
    "12345678903",
    "10000000030",
    "10000000090",
    "16004598419",
    "09573296386",
    "52933217183",
    "88490864550",
    "40104721828",
]
SECRETS = [IndividualNumber("123456789018"), ResidentRecordCode("24727059608")]


@pytest.mark.parametrize("number", INDIVIDUAL_NUMBERS)
def test_an_individual_number_with_the_right_check_digit_exists(number: str) -> None:
    assert IndividualNumber(number).value == number


@pytest.mark.parametrize("number", ["123456789012", "621498320258", "507957100722"])
def test_an_individual_number_with_a_wrong_check_digit_cannot_exist(number: str) -> None:
    with pytest.raises(InvalidValue, match="INVALID_VALUE"):
        IndividualNumber(number)


@pytest.mark.parametrize(
    ("body", "remainder"),
    [
        ("12345678901", 3),
        ("98320567321", 7),
        ("62149832025", 4),
        ("37947448445", 3),
        ("45497236486", 0),
        ("50795710072", 10),
        ("10000000003", 1),
        ("2472705960", 3),
        ("2484601622", 7),
        ("2520801764", 8),
        ("1234567890", 8),
        ("1000000003", 0),
        ("1000000009", 1),
    ],
)
def test_the_weighted_sum_has_the_published_remainder(body: str, remainder: int) -> None:
    assert mod11_w2_7(body) == remainder


def test_remainders_zero_and_one_both_give_the_check_digit_zero() -> None:
    assert number_check_digit("45497236486") == number_check_digit("10000000003") == "0"


def test_all_zeros_passes_the_arithmetic_and_is_no_individual_number() -> None:
    assert number_check_digit("00000000000") == "0"
    with pytest.raises(InvalidValue):
        IndividualNumber("000000000000")


@pytest.mark.parametrize("code", RESIDENT_RECORD_CODES)
def test_a_resident_record_code_with_the_right_check_digit_exists(code: str) -> None:
    assert ResidentRecordCode(code).value == code


def test_a_resident_record_code_with_a_wrong_check_digit_cannot_exist() -> None:
    with pytest.raises(InvalidValue):
        ResidentRecordCode("25208017644")


@pytest.mark.parametrize(
    "text", ["", "12345678901", "1234567890189", "12345678901x", "１２３４５６７８９０１８", "٣" * 12]
)
def test_only_twelve_ascii_digits_are_an_individual_number(text: str) -> None:
    with pytest.raises(InvalidValue):
        IndividualNumber(text)


@pytest.mark.parametrize("text", ["１２３４５６７８９０１８", "1234 5678 9018", "1234-5678-9018", "1234　5678‐9018"])
def test_a_typed_individual_number_may_be_full_width_and_grouped(text: str) -> None:
    assert IndividualNumber.parse(text) == IndividualNumber("123456789018")


@pytest.mark.parametrize("text", ["1" * 100_000, "123456789018\x00", "\ud800", "", "１２３４５６７８９０１９"])
def test_what_is_typed_is_checked_as_well(text: str) -> None:
    with pytest.raises(InvalidValue):
        IndividualNumber.parse(text)


@given(body=st.from_regex(r"[0-9]{11}", fullmatch=True), place=st.integers(0, 10), other=st.integers(1, 9))
def test_one_wrong_digit_passes_only_between_the_remainders_that_share_the_zero(
    body: str, place: int, other: int
) -> None:
    wrong = f"{body[:place]}{(int(body[place]) + other) % 10}{body[place + 1 :]}"
    if number_check_digit(wrong) == number_check_digit(body):
        assert {mod11_w2_7(wrong), mod11_w2_7(body)} == {0, 1}


@given(st.from_regex(r"[0-9]{11}", fullmatch=True).filter(lambda body: bool(body.strip("0"))))
def test_a_body_and_its_check_digit_are_a_number_that_parses_to_itself(body: str) -> None:
    number = IndividualNumber(body + number_check_digit(body))
    assert IndividualNumber.parse(number.value) == number


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_number_does_not_print(secret: SecretNumber) -> None:
    printed = [repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", f"{secret:>20}", "%s" % secret, f"{[secret]}"]  # noqa: UP031 - it is one of the ways
    assert all(secret.value not in text and "*" in text for text in printed)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_number_leaves_a_dataclass_as_itself(secret: SecretNumber) -> None:
    @dataclasses.dataclass
    class Holder:
        number: SecretNumber

    assert secret.value not in repr(dataclasses.asdict(Holder(secret)))
    assert secret.value not in repr(Holder(secret))


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_number_is_neither_pickled_nor_written_as_json(secret: SecretNumber) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_number_does_not_change(secret: SecretNumber) -> None:
    with pytest.raises(AttributeError):
        secret._value = "000000000000"
    with pytest.raises(AttributeError):
        del secret._value
    assert copy.copy(secret) is copy.deepcopy(secret) is secret


def test_secret_numbers_are_equal_by_kind_and_digits() -> None:
    assert IndividualNumber("123456789018") == IndividualNumber.parse("1234 5678 9018")
    assert len({*SECRETS, IndividualNumber("123456789018")}) == len(SECRETS)
    assert ResidentRecordCode("24727059608") != "24727059608"


def test_a_refused_number_is_nowhere_in_the_refusal() -> None:
    with pytest.raises(InvalidValue) as caught:
        IndividualNumber.parse("123456789012")
    refusal = caught.value
    said = [refusal.message, refusal.message_ja, str(refusal), repr(refusal), repr(refusal.extensions)]
    assert all("123456789012" not in text for text in said)
    assert (refusal.code, refusal.kind) == (Code.INVALID_VALUE, "IndividualNumber")


def test_a_record_prints_neither_number_nor_name() -> None:
    record = a_record()
    assert repr(record) == f"ResidentRecord({record.addressee_number})"


@pytest.mark.parametrize(("serial", "digit"), [(1, "9"), (2, "7"), (3, "5"), (4, "3"), (5, "1"), (6, None), (10, "8")])
def test_an_addressee_serial_has_the_published_check_digit(serial: int, digit: str | None) -> None:
    assert serial_check_digit(f"{serial:07}") == digit


def test_a_serial_of_remainder_zero_has_the_check_digit_zero() -> None:
    assert mod11_w2_7("0000014") == 0
    assert serial_check_digit("0000014") == "0"


def test_addressee_numbers_are_nine_digits_of_serial_and_a_check_digit() -> None:
    assert AddresseeNumber.from_serial(1).value == "0000000019"
    assert str(HouseholdNumber.from_serial(10)) == "0000000108"


def test_serials_without_a_check_digit_are_skipped() -> None:
    serials = [int(number.value[:-1]) for number in islice(AddresseeNumber.numbers_from(4), 4)]
    assert serials == [4, 5, 7, 8]


@pytest.mark.parametrize("serial", [6, 0, -1, 1_000_000_000])
def test_a_serial_that_has_no_number_is_refused(serial: int) -> None:
    with pytest.raises(InvalidValue):
        AddresseeNumber.from_serial(serial)


@pytest.mark.parametrize("value", ["0000000018", "0000000060", "0000000000", "000000019", "abcdefghij"])
def test_an_addressee_number_that_is_wrong_cannot_exist(value: str) -> None:
    with pytest.raises(InvalidValue):
        AddresseeNumber(value)


def test_a_typed_addressee_number_may_be_full_width() -> None:
    assert AddresseeNumber.parse("００００００００１９") == AddresseeNumber("0000000019")


def test_an_addressee_number_is_no_household_number() -> None:
    assert len({AddresseeNumber("0000000019"), HouseholdNumber("0000000019")}) == 2


@given(st.integers(1, 999_999_999))
def test_numbers_from_a_serial_are_valid_and_ascending(serial: int) -> None:
    first, second = islice(AddresseeNumber.numbers_from(min(serial, 999_999_990)), 2)
    assert first < second
    assert AddresseeNumber.parse(str(first)) == first


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("01213", "012131"),
        ("01000", "010006"),
        ("01100", "011002"),
        ("13000", "130001"),
        ("13101", "131016"),
        ("27100", "271004"),
        ("47201", "472018"),
    ],
)
def test_a_municipality_code_has_the_published_check_digit(body: str, code: str) -> None:
    assert MunicipalityCode.from_body(body) == MunicipalityCode(code)
    assert str(MunicipalityCode(code)) == code
    assert MunicipalityCode(code).prefecture == body[:2]


@pytest.mark.parametrize("code", ["012132", "01213", "0121310", "000000", "482013", "０１２１３１"])
def test_a_municipality_code_that_is_wrong_cannot_exist(code: str) -> None:
    with pytest.raises(InvalidValue):
        MunicipalityCode(code)


def test_a_typed_municipality_code_may_be_full_width() -> None:
    assert MunicipalityCode.parse("０１２１３１") == MunicipalityCode("012131")
