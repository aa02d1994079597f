"""Households in the store: what is known about them, and that none leads to who is protected."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from domain.ports import KEY, Occasion
from tests.domain.people import addressee
from tests.persistence.registers import (
    CLOSED,
    CLOSED_PROTECTED,
    CLOSED_RELEASED,
    OCCASION,
    OPEN,
    PROTECTED,
    RELEASED,
    UNPROTECTED,
    ask,
    equals,
    facts_of_household,
    opened,
    protect,
    query,
    reading,
    release,
    write_village,
)
from tests.postgres import NewDatabase
from tests.village import CODE, TODAY, household_number, number_of

FIRST_DAY, LAST_DAY = date(2026, 1, 15), date(2027, 1, 14)


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def everybody_left(url: str, serial: int) -> None:
    """Close the records of all who live in a household."""
    query(url, "UPDATE residents SET is_closed = true WHERE household_number = $1", household_number(serial))


def test_the_facts_of_the_villages_households_are_known_by_heart(url: str) -> None:
    facts = {serial: facts_of_household(url, serial) for serial in (1, 2, 3, 4)}

    assert facts == {1: OPEN, 2: PROTECTED, 3: OPEN, 4: OPEN}


def test_a_household_gives_its_number_its_householder_and_where_its_members_are_found(url: str) -> None:
    read = reading("household_number", "householder", "members")
    (row,) = ask(url, lambda store: store.households.numbered(read, OCCASION, [household_number(1)]))

    number = household_number(1)
    assert tuple(row) == (OPEN, number, number, number_of(1), number)


def test_a_household_in_which_nobody_lives_any_more_is_closed(url: str) -> None:
    everybody_left(url, 1)

    assert facts_of_household(url, 1) == CLOSED


@pytest.mark.holds("A-28")
def test_a_household_opens_when_every_member_is_released_for_the_purpose(url: str) -> None:
    release(url, 4)
    assert facts_of_household(url, 2) == PROTECTED

    release(url, 5)
    assert facts_of_household(url, 2) == RELEASED
    assert facts_of_household(url, 2, purpose="election") == PROTECTED


def test_who_left_the_household_needs_no_release_for_it_to_open(url: str) -> None:
    release(url, 4)
    release(url, 5)

    assert facts_of_household(url, 2) == RELEASED  # 6 left it, and is not released


def test_the_measure_of_a_member_who_moved_out_does_not_mark_the_household(url: str) -> None:
    protect(url, 8, FIRST_DAY, LAST_DAY)

    assert facts_of_household(url, 1) == OPEN


@pytest.mark.holds("A-28")
def test_a_household_leads_to_a_protected_householder_even_after_she_left_it(url: str) -> None:
    everybody_left(url, 2)
    assert facts_of_household(url, 2) == CLOSED_PROTECTED

    release(url, 5)
    assert facts_of_household(url, 2) == CLOSED_PROTECTED
    release(url, 4)
    assert facts_of_household(url, 2) == CLOSED_RELEASED


def test_a_household_without_householder_is_known_by_its_members(url: str) -> None:
    query(url, "UPDATE households SET householder_number = NULL")

    assert facts_of_household(url, 1) == OPEN
    assert facts_of_household(url, 2) == PROTECTED


@pytest.mark.holds("A-28")
def test_a_household_is_found_by_its_number_only_where_the_number_is_shown(url: str) -> None:
    def search(serial: int, shown_for: frozenset[int]) -> list[object]:
        condition = equals("household_number", household_number(serial), shown_for)
        return [row[KEY] for row in ask(url, lambda store: store.households.matching(reading(), OCCASION, condition))]

    assert search(1, UNPROTECTED) == [household_number(1)]
    assert search(2, UNPROTECTED) == []
    assert search(2, UNPROTECTED | {PROTECTED}) == [household_number(2)]
    assert search(1, frozenset()) == []


def test_a_household_that_may_not_be_opened_gives_no_row(url: str) -> None:
    wanted = [household_number(1), household_number(2)]
    rows = ask(url, lambda store: store.households.numbered(reading(opens=UNPROTECTED), OCCASION, wanted))

    assert [row[KEY] for row in rows] == [household_number(1)]


def test_a_households_items_are_empty_where_its_facts_do_not_show_them(url: str) -> None:
    read = reading(householder=UNPROTECTED, members=UNPROTECTED)
    wanted = [household_number(2)]
    (row,) = ask(url, lambda store: store.households.numbered(read, OCCASION, wanted))

    assert tuple(row) == (PROTECTED, household_number(2), None, None)


def test_another_municipality_has_none_of_these_households(url: str) -> None:
    async def story() -> None:
        there = Occasion("011002", "local_tax", TODAY)
        number = household_number(1)
        async with opened(url) as store:
            assert await store.households.numbered(reading(), there, [number]) == []
            assert await store.households.matching(reading(), there, equals("household_number", number)) == []

    asyncio.run(story())
    assert query(url, "SELECT householder_number FROM households WHERE household_number = $1", household_number(1)) == [
        (addressee(1).value,)
    ]
    assert query(url, "SELECT DISTINCT municipality_code FROM households") == [(CODE,)]
