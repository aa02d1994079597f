"""What leaves the database: never a value that its caller may not see, and no record by a condition on one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from authz.callers import Profile
from authz.decisions import Decisions
from authz.facts import ResidentFacts
from authz.policy import Policy
from domain.items import RESIDENT_ITEMS
from domain.ports import Condition, Match, Reading, Row, Search
from domain.values.search_keys import address_key, name_key
from persistence import residents
from tests.persistence.registers import (
    ALL,
    CLOSED_PROTECTED,
    OPEN,
    PROTECTED,
    UNPROTECTED,
    equals,
    found,
    kept,
    numbers_of,
    read_residents,
    reading,
    starts,
    write_village,
)
from tests.postgres import Databases
from tests.village import HOME_1, HOME_2, NUMBERS, household_number, number_of

FIRST = 2
HOME_OF_FOUR = starts("current_address", address_key(HOME_2), UNPROTECTED)


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    """A database with the village."""
    with kept(databases, write_village) as kept_url:
        yield kept_url


def text_of(read: Reading, *conditions: Condition) -> str:
    """The statement of a search."""
    return residents._searching(read, residents.shape_of(conditions), False, False).text


def plain(row: Row) -> str:
    """All that a row holds, as text."""
    return repr(list(row))


@pytest.mark.holds("A-28")
def test_a_row_is_empty_where_its_facts_do_not_show_the_item(url: str) -> None:
    rows = read_residents(url, reading("full_name", current_address=UNPROTECTED), 1, 4)

    assert list(rows[number_of(1)])[FIRST:] == ["架空　太郎", HOME_1]
    assert list(rows[number_of(4)])[FIRST:] == ["見本　花子", None]


@pytest.mark.holds("M01")
def test_an_individual_number_leaves_the_database_only_with_the_facts_that_show_it(url: str) -> None:
    rows = read_residents(url, reading(individual_number=frozenset({OPEN})), 1, 4)

    assert rows[number_of(1)][FIRST] == NUMBERS[0]
    assert rows[number_of(4)][FIRST] is None


@pytest.mark.holds("M03", "A-28")
def test_no_row_for_a_tax_clerk_holds_where_a_protected_person_is(url: str) -> None:
    decisions = Decisions(Policy.load())
    permit = decisions.permit(Profile("財政部市民税課", "local_tax"), ResidentFacts, tuple(RESIDENT_ITEMS))
    rows = read_residents(url, permit.reading, 4, 5, 6)

    assert len(rows) == 3
    for row in rows.values():
        assert not {HOME_2, household_number(2), "隠れ荘404号", "青森県青森市長島1丁目"} & set(row)
        assert "勇払" not in plain(row)
        assert "青森" not in plain(row)


@pytest.mark.holds("M01")
def test_the_table_of_numbers_is_not_joined_for_who_neither_sees_nor_searches_by_them() -> None:
    assert "individual_numbers" not in text_of(reading("full_name"), starts("full_name", "x"))
    assert "individual_numbers" in text_of(reading("individual_number"))
    assert "individual_numbers" in text_of(reading("full_name"), equals("individual_number", ""))


def test_a_record_that_may_not_be_opened_gives_no_row(url: str) -> None:
    assert list(read_residents(url, reading(opens=UNPROTECTED), 1, 4, 6)) == [number_of(1)]
    assert found(url, starts("full_name", "見本"), read=reading(opens=UNPROTECTED)) == []
    assert found(url, starts("full_name", "見本")) == numbers_of(4, 5)


@pytest.mark.holds("A-28")
def test_a_condition_finds_only_records_for_which_its_item_is_shown(url: str) -> None:
    assert found(url, starts("current_address", address_key(HOME_2))) == numbers_of(4, 5)
    assert found(url, HOME_OF_FOUR) == []
    assert found(url, HOME_OF_FOUR, include_closed=True) == []
    assert found(url, equals("household_number", household_number(2), UNPROTECTED), include_closed=True) == []


@pytest.mark.holds("M02")
def test_a_condition_on_an_item_that_is_never_shown_finds_nobody(url: str) -> None:
    assert found(url, equals("individual_number", NUMBERS[0])) == numbers_of(1)
    assert found(url, equals("individual_number", NUMBERS[0], frozenset())) == []


def test_every_condition_of_a_search_is_narrowed_by_itself(url: str) -> None:
    by_name = starts("full_name", "見本")

    assert found(url, by_name) == numbers_of(4, 5)
    assert found(url, by_name, HOME_OF_FOUR) == []


def test_a_number_that_the_service_itself_sealed_needs_no_item_to_be_shown(url: str) -> None:
    assert found(url, equals("addressee_number", number_of(4), shown_for=None)) == numbers_of(4)


def test_an_item_shown_for_one_of_the_facts_is_empty_for_all_others(url: str) -> None:
    only_closed = reading(full_name=frozenset({CLOSED_PROTECTED}))
    rows = read_residents(url, only_closed, 1, 4, 6)

    assert {key: row[FIRST] for key, row in rows.items()} == {
        number_of(1): None,
        number_of(4): None,
        number_of(6): "例示　一郎",
    }


def test_an_item_shown_wherever_the_record_opens_needs_no_facts_to_be_asked() -> None:
    narrow = reading("full_name", opens=frozenset({OPEN, PROTECTED}))

    assert "CASE WHEN (facts.code" in text_of(reading(full_name=UNPROTECTED))
    assert "CASE WHEN (facts.code" not in text_of(narrow)


@pytest.mark.parametrize("text", ["%", "_架空", "架_", "' OR true --", "\U0010ffff"])
def test_a_prefix_is_taken_letter_by_letter(url: str, text: str) -> None:
    assert found(url, starts("full_name", text)) == []


def test_a_prefix_finds_whoever_begins_so_whatever_follows(url: str) -> None:
    assert found(url, starts("full_name", name_key("架空"))) == numbers_of(1, 2, 3)
    assert found(url, starts("full_name", name_key("架空太"))) == numbers_of(1)
    assert found(url, starts("full_name", name_key("仮置葛子"))) == numbers_of(9)


def test_no_value_of_a_search_stands_in_its_statement_or_its_repr() -> None:
    condition = Condition("individual_number", Match.EQUALS, NUMBERS[0], ALL)

    assert NUMBERS[0] not in text_of(reading("full_name"), condition)
    assert NUMBERS[0] not in repr(Search((condition,)))
