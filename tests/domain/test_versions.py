"""Which Individual Number a version of a record had, and since when a record without history says what it says."""

from __future__ import annotations

from datetime import date

from domain.values.dates import RegisterDate
from domain.values.identifiers import IndividualNumber
from domain.versions import Version, numbers_of, since
from tests.domain.people import a_foreign_record, a_record
from tests.village import NUMBERS


def versions(*numbers: str | None) -> list[Version]:
    """Versions of one record, each with one of these numbers."""
    parsed = [None if number is None else IndividualNumber.parse(number) for number in numbers]
    return [Version(a_record(individual_number=number)) for number in parsed]


def test_each_version_knows_which_of_her_numbers_it_had() -> None:
    first, second = NUMBERS[:2]
    numbers, places = numbers_of(versions(None, first, first, second))

    assert [number.value for number in numbers] == [first, second]
    assert places == [None, 1, 1, 2]


def test_a_number_comes_back_where_its_change_was_reversed() -> None:
    first, second = NUMBERS[:2]
    numbers, places = numbers_of(versions(first, second, first))

    assert [number.value for number in numbers] == [first, second]
    assert places == [1, 2, 1]


def test_a_record_without_history_says_so_since_its_last_change_else_since_its_first_day() -> None:
    today = date(2026, 11, 23)

    assert since(a_record(changed_on=RegisterDate("2020-05-01")), today) == date(2020, 5, 1)
    assert since(a_record(), today) == date(1980, 4, 1)
    assert since(a_foreign_record(), today) == date(2015, 4, 1)
