"""Restrictions in the store: facts of every record that they are on, by the day and the moment (標準仕様書1.0 3.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import Code, InvalidValue, Refusal
from domain.ports import FACTS, FIRST_COLUMN, NEVER, Occasion
from domain.restrictions import RestrictedProcess, RestrictionLevel, Whose
from persistence.households import Households
from tests.persistence.protections import OFFICER, a_restriction, an_id, an_order, on_restrictions, placed, some_day
from tests.persistence.registers import (
    NOON,
    OPEN,
    PROTECTED,
    ask,
    facts_of_household,
    query,
    read_residents,
    reading,
    write_village,
)
from tests.postgres import NewDatabase
from tests.village import CODE, TODAY, household_number, number_of

RESTRICTED = 8
HOUR = timedelta(hours=1)


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def facts(url: str, villager: int, at: object = NEVER, days: int = 0) -> object:
    """The facts about the nth villager's record, as who is told of releases at this moment has them."""
    occasion = Occasion(CODE, "local_tax", some_day(days), at)  # type: ignore[arg-type] # every test gives a moment
    return read_residents(url, reading(), villager, occasion=occasion)[number_of(villager)][FACTS]


def mark(url: str, villager: int) -> object:
    """The mark `restricted` of the nth villager."""
    return read_residents(url, reading("restricted"), villager)[number_of(villager)][FIRST_COLUMN]


def test_a_restriction_of_inquiries_is_a_fact_of_the_record_it_is_on_and_of_no_other(url: str) -> None:
    placed(url, a_restriction(1))

    assert [facts(url, nth) for nth in (1, 2, 3, 4)] == [RESTRICTED, OPEN, OPEN, PROTECTED]


def test_a_restriction_of_a_household_is_a_fact_of_each_members_record_and_of_its_own(url: str) -> None:
    placed(url, a_restriction(1, whose=Whose.HOUSEHOLD, number=household_number(2)))

    assert [facts(url, nth) for nth in (1, 4, 5)] == [OPEN, PROTECTED | RESTRICTED, PROTECTED | RESTRICTED]
    assert (facts_of_household(url, 1), facts_of_household(url, 2)) == (OPEN, PROTECTED | RESTRICTED)


def test_a_restriction_of_a_person_is_no_fact_of_her_household(url: str) -> None:
    placed(url, a_restriction(1))

    assert facts_of_household(url, 1) == OPEN


@pytest.mark.parametrize("process", RestrictedProcess)
@pytest.mark.parametrize("level", RestrictionLevel)
def test_only_an_error_on_inquiries_is_a_fact_and_every_restriction_but_none_is_marked(
    url: str, process: RestrictedProcess, level: RestrictionLevel
) -> None:
    placed(url, a_restriction(1, process=process, level=level))

    stops = (process, level) == (RestrictedProcess.INQUIRY, RestrictionLevel.ERROR)
    assert facts(url, 1) == (RESTRICTED if stops else OPEN)
    assert mark(url, 1) is (level is not RestrictionLevel.NONE)
    assert mark(url, 2) is False


def test_a_restriction_holds_from_its_first_day_on_and_past_its_last(url: str) -> None:
    placed(url, a_restriction(1, starts_on=TODAY, ends_on=some_day(3)))

    assert [facts(url, 1, days=days) for days in (-1, 0, 3, 4, 400)] == [OPEN, *[RESTRICTED] * 4]


def test_a_released_restriction_holds_again_when_the_hour_is_over_and_for_who_is_not_told_all_along(url: str) -> None:
    one = a_restriction(1)
    placed(url, one)

    on_restrictions(url, lambda store: store.change(an_order(), one.released(NOON, HOUR), OFFICER))

    last = NOON + HOUR - timedelta(seconds=1)
    assert [facts(url, 1, at) for at in (NOON, last, NOON + HOUR, NEVER)] == [OPEN, OPEN, RESTRICTED, RESTRICTED]
    assert mark(url, 1) is True


def test_a_lifted_restriction_is_no_fact_and_stays_on_record(url: str) -> None:
    one = a_restriction(1)
    placed(url, one)

    on_restrictions(url, lambda store: store.change(an_order(), one.lifted(NOON), OFFICER))

    assert facts(url, 1) == OPEN
    assert mark(url, 1) is False
    assert query(url, "SELECT placed_by, lifted_by, lifted_at FROM restrictions") == [("officer", "officer", NOON)]


def test_one_that_was_lifted_meanwhile_is_neither_lifted_nor_released_again(url: str) -> None:
    one = a_restriction(1)
    placed(url, one)
    on_restrictions(url, lambda store: store.change(an_order(), one.lifted(NOON), OFFICER))

    for again in (one.lifted(NOON), one.released(NOON, HOUR)):
        with pytest.raises(Refusal) as told:
            on_restrictions(url, lambda store, again=again: store.change(an_order(), again, OFFICER))
        assert told.value.code is Code.STALE_VERSION
    assert len(query(url, "SELECT 1 FROM ledger_entries")) == 2


def test_what_was_placed_is_found_by_its_id_and_by_whom_it_touches(url: str) -> None:
    hers = a_restriction(1, ends_on=some_day(30))
    homes = a_restriction(2, whose=Whose.HOUSEHOLD, number=household_number(1), process=RestrictedProcess.CHANGE)
    for one in (hers, homes):
        placed(url, one)

    assert on_restrictions(url, lambda store: store.one(CODE, an_id(1))) == hers
    for unknown in (an_id(3), "no id", ""):
        assert on_restrictions(url, lambda store, id_=unknown: store.one(CODE, id_)) is None
    touching = [([number_of(1)], []), ([number_of(2)], []), ([number_of(4)], []), ([], [household_number(1)])]
    assert [on_restrictions(url, lambda store, who=who: store.touching(CODE, *who)) for who in touching] == [
        [hers, homes],
        [homes],
        [],
        [homes],
    ]


@pytest.mark.parametrize(
    ("whose", "name"), [(Whose.RESIDENT, "addressee_number"), (Whose.HOUSEHOLD, "household_number")]
)
def test_nobody_is_restricted_who_is_not_there_and_nothing_is_recorded(url: str, whose: Whose, name: str) -> None:
    with pytest.raises(InvalidValue) as told:
        placed(url, a_restriction(1, whose=whose, number="0000009997"))

    assert told.value.kind == name
    for table in ("restrictions", "ledger_entries", "idempotency_keys"):
        assert query(url, f"SELECT 1 FROM {table}") == []  # noqa: S608 - our names


@pytest.mark.holds("F-01", "F-02")
def test_the_same_order_is_carried_out_once_and_another_under_its_key_is_refused(url: str) -> None:
    first, second = an_order("key"), an_order("key")

    assert placed(url, a_restriction(1), first) == placed(url, a_restriction(2), second) == first.answer
    with pytest.raises(Refusal) as told:
        placed(url, a_restriction(3), an_order("key", b"something else"))

    assert told.value.code is Code.IDEMPOTENCY_KEY_REUSED
    assert len(query(url, "SELECT 1 FROM restrictions")) == len(query(url, "SELECT 1 FROM ledger_entries")) == 1


@pytest.mark.holds("F-10")
def test_a_restriction_that_cannot_be_recorded_is_not_placed(url: str) -> None:
    order = an_order()
    placed(url, a_restriction(1), order)
    again = replace(an_order(), entries=order.entries)  # its entry is in the ledger already

    with pytest.raises(Refusal) as told:
        placed(url, a_restriction(2), again)

    assert told.value.code is Code.LEDGER_UNAVAILABLE
    assert len(query(url, "SELECT 1 FROM restrictions")) == 1


def test_a_household_is_read_with_its_fact_as_its_members_are(url: str) -> None:
    placed(url, a_restriction(1, whose=Whose.HOUSEHOLD, number=household_number(1)))
    released = Occasion(CODE, "local_tax", TODAY)

    (row,) = ask(url, lambda store: Households(store.database).numbered(reading(), released, [household_number(1)]))

    assert row[FACTS] == RESTRICTED
