"""What a procedure is shown of the register, and the numbers that it is given: never one of them twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.change_reasons import ChangeReason as Why
from domain.errors import Code
from domain.life_events import CodeChanged
from domain.notifications import Match, Newcomer, Situation
from domain.residents import all_shown
from tests.domain.people import addressee
from tests.persistence.clerks import (
    Clerk,
    change,
    clerk_of,
    code_of,
    designate,
    household,
    moves_within,
    new_id,
    refused,
    revised,
    work,
)
from tests.persistence.registers import NOON, kept, query, write_village
from tests.postgres import Databases, NewDatabase
from tests.village import CODE, CODES, NUMBERS, TODAY, number_of, residents
from tests.village_histories import OLD_NUMBER


@pytest.fixture(scope="module")
def village(databases: Databases) -> Iterator[str]:
    """A village that no test changes."""
    with kept(databases, write_village) as url:
        yield url


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A village of the test's own."""
    return new_database(write_village)


def seen(url: str, *nths: int, **wanted: Any) -> Situation:
    """The situation."""
    return work(url, lambda clerk: clerk.sees(*nths, **wanted))


def people(situation: Situation) -> set[str]:
    """Of whom it tells."""
    return {number.value for number in situation.histories}


@pytest.mark.holds("S1-02")
def test_everybody_who_lives_with_those_wanted_is_told_of(village: str) -> None:
    assert people(seen(village, 2)) == {number_of(nth) for nth in (1, 2, 3)}
    assert people(seen(village, households=(household(2), household(4)))) == {number_of(nth) for nth in (4, 5, 9)}
    assert people(seen(village, 8)) == {number_of(nth) for nth in (1, 2, 3, 8)}
    assert people(seen(village)) == set()


def test_a_record_is_told_as_it_stands_with_its_number_and_history_number(village: str) -> None:
    situation = seen(village, 1, 2, 7)
    for record in residents():
        told = situation.record_of(record.addressee_number)
        assert told is None or all_shown(told) == all_shown(record)
    assert {situation.versions[addressee(nth)] for nth in (1, 3, 7)} == {1}
    assert situation.versions[addressee(2)] == 8
    assert (situation.today, situation.municipality.value) == (TODAY, CODE)


def test_what_was_imported_stays_the_base_when_events_follow(url: str) -> None:
    imported = seen(url, 2).record_of(addressee(2))
    work(url, lambda clerk: clerk.does((2,), revised(2, seal_registration="登録")))
    work(url, lambda clerk: clerk.does((2,), revised(2, seal_registration=None)))
    history = seen(url, 2).histories[addressee(2)]
    assert history.base is not None
    assert history.base.record == imported
    assert [recorded.number for recorded in history.events] == [1, 2]
    assert seen(url, 2).versions[addressee(2)] == 10


@pytest.mark.holds("S1-01", "M13")
@pytest.mark.parametrize(
    ("newcomer", "nth", "items"),
    [
        (Newcomer(individual_number=NUMBERS[0]), 1, {"individual_number"}),
        (Newcomer(individual_number=OLD_NUMBER), 2, {"individual_number"}),
        (Newcomer(individual_number=NUMBERS[5]), 6, {"individual_number"}),
        (Newcomer(resident_record_code=CODES[2]), 3, {"resident_record_code"}),
        (Newcomer(residence_card_number="AB00000000CD"), 7, {"residence_card_number"}),
        (
            Newcomer(full_name="架空 花子", sex="FEMALE", date_of_birth="1950-03-31"),
            2,
            {"full_name", "sex", "date_of_birth"},
        ),
        (
            Newcomer(full_name="仮名　花子", sex="FEMALE", date_of_birth="1950-03-31"),
            2,
            {"full_name", "sex", "date_of_birth"},
        ),
    ],
    ids=["number", "former number", "number of a closed record", "code", "card", "name", "former name"],
)
def test_an_earlier_record_that_looks_like_a_newcomer_is_found(
    village: str, newcomer: Newcomer, nth: int, items: set[str]
) -> None:
    nobody = Newcomer(full_name="架空　無名", sex="MALE", date_of_birth="1950-03-31")
    situation = seen(village, match=(nobody, newcomer))
    assert situation.matches == (Match(1, addressee(nth), frozenset(items), is_closed=nth == 6),)
    assert people(situation) == {number_of(nth)}


def test_all_that_a_record_has_in_common_with_a_newcomer_is_told_together(village: str) -> None:
    newcomer = Newcomer(NUMBERS[0], CODES[0], None, "架空　太郎", "MALE", "1950-03-31")
    (match,) = seen(village, match=(newcomer,)).matches
    assert match.items == {"individual_number", "resident_record_code", "full_name", "sex", "date_of_birth"}


@pytest.mark.parametrize(
    "newcomer",
    [
        Newcomer(full_name="架空　花子"),
        Newcomer(full_name="架空　花子", sex="FEMALE"),
        Newcomer(full_name="架空　花子", sex="MALE", date_of_birth="1950-03-31"),
        Newcomer(full_name="・", sex="MALE", date_of_birth="1950-03-31"),
        Newcomer(),
    ],
)
def test_a_name_alone_is_nobodys(village: str, newcomer: Newcomer) -> None:
    assert seen(village, match=(newcomer,)).matches == ()


def test_a_former_code_finds_whose_it_was(url: str) -> None:
    new = change(1, CodeChanged, Why.RESIDENT_RECORD_CODE_CHANGE_REQUEST, resident_record_code=code_of(1))
    work(url, lambda clerk: clerk.does((1,), new))
    (match,) = seen(url, match=(Newcomer(resident_record_code=CODES[0]),)).matches
    assert match.addressee_number == addressee(1)


@pytest.mark.holds("S1-02")
def test_whom_a_notification_changed_is_told_with_everybody_where_she_lived(url: str) -> None:
    id_ = work(url, lambda clerk: clerk.does((9, 1), moves_within(9, household(1), "父")))
    situation = seen(url, notifications=(id_, new_id(), "no id"))
    assert situation.changes_of[id_] == ((addressee(9), 1),)
    assert [changes for other, changes in situation.changes_of.items() if other != id_] == [(), ()]
    assert people(situation) == {number_of(nth) for nth in (1, 2, 3, 4, 5, 9)}


def test_numbers_go_up_from_the_highest_that_is_held_and_none_is_given_twice(url: str) -> None:
    async def do(clerk: Clerk) -> list[Situation]:
        return await asyncio.gather(*(clerk.sees(new_residents=3, new_households=1) for _ in range(6)))

    situations = work(url, do)
    given = [number.value for one in situations for number in one.new_residents]
    homes = [number.value for one in situations for number in one.new_households]
    assert len(set(given)) == 18
    assert len(set(homes)) == 6
    assert min(given) > number_of(9)
    assert min(homes) > household(4).value


def test_numbers_that_an_import_brought_are_passed_over(url: str) -> None:
    seen(url, new_households=1)
    query(url, "INSERT INTO households VALUES ($1, $2)", CODE, household(500).value)
    assert seen(url, new_households=1).new_households[0].value > household(500).value


@pytest.mark.holds("S1-01")
def test_codes_are_drawn_at_random_and_none_is_given_twice(url: str) -> None:
    designate(url, *range(1, 31))

    async def do(clerk: Clerk) -> list[Situation]:
        return await asyncio.gather(*(clerk.sees(new_codes=5) for _ in range(6)))

    drawn = [code for situation in work(url, do) for code in situation.new_codes]
    assert {code.value for code in drawn} == {code_of(serial).value for serial in range(1, 31)}
    assert len(drawn) == 30


def test_the_code_drawn_is_the_one_behind_a_random_place_and_from_the_beginning_where_there_is_none(url: str) -> None:
    designate(url, 1, 2, 3)
    places = iter([int(code_of(2).value), int(code_of(3).value) + 1, 0])

    async def do(clerk: Clerk) -> Situation:
        drawing = clerk_of(clerk.store, below=lambda _: next(places))
        return await drawing.sees(new_codes=3)

    assert work(url, do).new_codes == (code_of(2), code_of(1), code_of(3))


def test_without_a_code_nothing_is_drawn_and_the_pool_is_said_to_be_empty(url: str) -> None:
    designate(url, 1)
    refused(Code.STORE_UNAVAILABLE, lambda: seen(url, new_residents=1, new_codes=2))
    assert query(url, "SELECT count(*) FROM number_heads") == [(0,)]
    assert seen(url, new_codes=1).new_codes == (code_of(1),)


def test_a_code_that_was_drawn_and_not_used_is_free_again_after_an_hour(url: str) -> None:
    designate(url, 1)
    assert seen(url, new_codes=1).new_codes == (code_of(1),)
    refused(Code.STORE_UNAVAILABLE, lambda: seen(url, new_codes=1))

    async def later(clerk: Clerk) -> Situation:
        return await clerk_of(clerk.store, now=NOON + timedelta(minutes=61)).sees(new_codes=1)

    assert work(url, later).new_codes == (code_of(1),)


def test_a_code_that_waits_in_a_notification_stays_there_and_one_that_somebody_has_is_not_drawn(url: str) -> None:
    designate(url, 1, 2)

    def new_code(nth: int, serial: int) -> Any:
        return change(nth, CodeChanged, Why.RESIDENT_RECORD_CODE_CHANGE_REQUEST, resident_record_code=code_of(serial))

    async def do(clerk: Clerk) -> None:
        await clerk.submits(await clerk.sees(1), new_code(1, 1))
        await clerk.does((7,), new_code(7, 2))

    work(url, do)
    designate(url, 2)

    async def much_later(clerk: Clerk) -> Situation:
        return await clerk_of(clerk.store, now=NOON + timedelta(days=400)).sees(new_codes=1)

    refused(Code.STORE_UNAVAILABLE, lambda: work(url, much_later))
