"""Residents in the store: the facts about their records, pages, households in order, and one municipality at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.ports import KEY, Condition, Occasion, Search
from persistence.register_writing import Register
from tests.domain.people import a_household, addressee, member
from tests.persistence.registers import (
    CLOSED,
    CLOSED_PROTECTED,
    CLOSED_RELEASED,
    OCCASION,
    OPEN,
    OTHER_CITY,
    PROTECTED,
    RELEASED,
    ask,
    equals,
    facts_of,
    found,
    numbers_of,
    opened,
    protect,
    query,
    read_residents,
    reading,
    release,
    starts,
    write,
    write_village,
)
from tests.postgres import NewDatabase
from tests.village import CODE, NUMBERS, TODAY, household_number, households, number_of, residents, village

DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2026, 1, 15), date(2027, 1, 14)
"""Of the measure for villager 4."""


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def test_the_facts_of_the_village_are_those_that_everybody_knows_by_heart(url: str) -> None:
    facts = {nth: facts_of(url, nth) for nth in range(1, 10)}

    assert facts == {
        1: OPEN,
        2: OPEN,
        3: OPEN,
        4: PROTECTED,
        5: PROTECTED,
        6: CLOSED_PROTECTED,
        7: OPEN,
        8: CLOSED,
        9: OPEN,
    }


@pytest.mark.parametrize(
    ("on", "facts"),
    [
        (FIRST_DAY - DAY, OPEN),
        (FIRST_DAY, PROTECTED),
        (LAST_DAY, PROTECTED),
        (LAST_DAY + DAY, OPEN),
    ],
)
@pytest.mark.parametrize("nth", [4, 5])
def test_a_measure_protects_from_its_first_day_to_its_last(url: str, nth: int, on: date, facts: int) -> None:
    assert facts_of(url, nth, on) == facts


@pytest.mark.holds("A-28")
def test_a_closed_record_is_protected_by_who_lives_in_the_household_it_names(url: str) -> None:
    assert facts_of(url, 6) == CLOSED_PROTECTED
    assert facts_of(url, 6, LAST_DAY + DAY) == CLOSED


def test_a_measure_that_has_ended_protects_nobody(url: str) -> None:
    assert facts_of(url, 9) == OPEN


def test_the_measure_of_who_moved_out_stays_with_her_record_and_not_with_the_household(url: str) -> None:
    protect(url, 8, FIRST_DAY, LAST_DAY)

    assert facts_of(url, 8) == CLOSED_PROTECTED
    assert [facts_of(url, nth) for nth in (1, 2, 3)] == [OPEN, OPEN, OPEN]


def test_of_two_measures_one_in_force_is_enough(url: str) -> None:
    protect(url, 9, TODAY, TODAY)

    assert facts_of(url, 9) == PROTECTED


def test_a_release_opens_one_record_for_one_purpose(url: str) -> None:
    release(url, 4)

    assert facts_of(url, 4) == RELEASED
    assert facts_of(url, 4, purpose="election") == PROTECTED
    assert (facts_of(url, 5), facts_of(url, 6)) == (PROTECTED, CLOSED_PROTECTED)


def test_a_release_holds_from_its_first_day_to_its_last(url: str) -> None:
    release(url, 4, last=TODAY + DAY)
    days = [TODAY - DAY, TODAY, TODAY + DAY, TODAY + 2 * DAY]

    assert [facts_of(url, 4, day) for day in days] == [PROTECTED, RELEASED, RELEASED, PROTECTED]


@pytest.mark.holds("M07")
def test_a_release_that_was_ended_opens_nothing_though_its_days_go_on(url: str) -> None:
    release(url, 4)
    query(url, "UPDATE releases SET ended_at = now(), ended_by = 'officer'")

    assert facts_of(url, 4) == PROTECTED


def test_nothing_is_released_that_is_not_protected(url: str) -> None:
    release(url, 1)
    release(url, 6)

    assert facts_of(url, 1) == OPEN
    assert facts_of(url, 6) == CLOSED_RELEASED


def test_a_release_in_another_municipality_opens_nothing(url: str) -> None:
    write(url, Register(residents(), households()), OTHER_CITY)
    release(url, 4, municipality_code=OTHER_CITY)

    assert facts_of(url, 4) == PROTECTED


def test_a_page_goes_on_after_the_last_number_of_the_one_before(url: str) -> None:
    everybody = numbers_of(1, 2, 3, 4, 5, 7, 9)

    assert found(url, limit=3) == everybody[:3]
    assert found(url, limit=3, after=everybody[2]) == everybody[3:6]
    assert found(url, limit=3, after=everybody[5]) == everybody[6:]


def test_closed_records_are_found_only_on_demand_and_loaded_by_number_always(url: str) -> None:
    assert found(url, starts("full_name", "例示")) == []
    assert found(url, starts("full_name", "例示"), include_closed=True) == numbers_of(6)
    assert list(read_residents(url, reading(), 6)) == [number_of(6)]


def test_current_members_come_in_the_order_of_members_with_their_household(new_database: NewDatabase) -> None:
    url = new_database(write_village)
    query(url, "UPDATE residents SET member_order = 4 - member_order WHERE household_number = $1", household_number(1))
    wanted = [household_number(2), household_number(1)]
    pairs = ask(url, lambda store: store.residents.living_in(reading(), OCCASION, wanted))

    assert [(household, row[KEY]) for household, row in pairs] == [
        *((household_number(1), number_of(nth)) for nth in (3, 2, 1)),
        *((household_number(2), number_of(nth)) for nth in (4, 5)),
    ]


def test_members_of_a_household_that_nobody_lives_in_are_none(url: str) -> None:
    assert ask(url, lambda store: store.residents.living_in(reading(), OCCASION, ["0000000000"])) == []
    assert ask(url, lambda store: store.residents.living_in(reading(), OCCASION, [])) == []


def other_city(url: str) -> None:
    """A city in which villager 4 lives where 9 lives here, 9 lives where 1 does, and each has the other's number."""
    of_four, of_nine = (one for one in residents() if one.addressee_number in {addressee(4), addressee(9)})
    moved = [
        replace(of_four, household_number=of_nine.household_number, individual_number=of_nine.individual_number),
        replace(
            of_nine,
            household_number=residents()[0].household_number,
            individual_number=of_four.individual_number,
            resident_record_code=residents()[0].resident_record_code,
        ),
    ]
    alone = a_household(member(4, None), serial=4), a_household(member(9, None), serial=1)
    write(url, Register(moved, alone), OTHER_CITY)
    protect(url, 9, FIRST_DAY, LAST_DAY, OTHER_CITY)


def test_two_municipalities_with_the_same_numbers_never_see_each_other(new_database: NewDatabase) -> None:
    url = new_database(write_village)
    other_city(url)
    four, nine = (
        (OPEN, number_of(4), "見本　花子", NUMBERS[8]),
        (PROTECTED, number_of(9), "仮置　葛\U000e0100子", NUMBERS[3]),
    )

    async def from_there() -> None:
        there, read = Occasion(OTHER_CITY, "local_tax", TODAY), reading("full_name", "individual_number")
        async with opened(url) as store:

            async def matching(*conditions: Condition) -> list[tuple[object, ...]]:
                hits = await store.residents.searched(read, there, Search(conditions, limit=9), 9)
                return [tuple(row)[:-1] for row in hits.rows]

            assert await matching() == [four, nine]
            assert await matching(equals("individual_number", NUMBERS[3])) == [nine]
            assert await matching(equals("individual_number", NUMBERS[0])) == []
            at_home = await store.residents.living_in(read, there, [household_number(1), household_number(2)])
            assert [tuple(row[:-1]) for _, row in at_home] == [nine]
            assert await store.residents.numbered(read, there, [number_of(1)]) == []

    asyncio.run(from_there())
    assert found(url, equals("individual_number", NUMBERS[3])) == numbers_of(4)
    assert (facts_of(url, 4), facts_of(url, 9), facts_of(url, 1)) == (PROTECTED, OPEN, OPEN)


def test_a_register_may_be_written_for_each_municipality_once(new_database: NewDatabase) -> None:
    url = new_database(write_village)
    write(url, village(), OTHER_CITY)

    assert dict(query(url, "SELECT municipality_code, count(*) FROM individual_numbers GROUP BY 1")) == {
        CODE: 10,  # 2 has had two
        OTHER_CITY: 10,
    }
