"""What is known of the staff: for the analyses of the ledger, and told to nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from persistence.staff import Staff
from tests.persistence.registers import ask, query, write_village
from tests.persistence.test_access_register import add, listed
from tests.postgres import NewDatabase
from tests.village import CODE, number_of


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village, to which nobody has access yet."""
    return new_database(write_village)


def kin(url: str, *nth: int) -> dict[str, dict[str, str]]:
    found: Any = ask(url, lambda store: Staff(store.database).kin(CODE, list(map(number_of, nth))))
    return dict(found)


def call(url: str, nth: int, name: str) -> None:
    """Give a villager another name."""
    query(url, "UPDATE residents SET full_name = $2 WHERE addressee_number = $1 RETURNING 1", number_of(nth), name)


@pytest.mark.holds("M09")
def test_an_own_number_comes_with_a_grant_and_the_last_one_counts(url: str) -> None:
    add(url, "grants", 1, own_number=number_of(1))
    add(url, "grants", 2, staff_number="S2")
    add(url, "grants", 3, own_number=number_of(7), staff_number="S3")
    assert ask(url, lambda store: Staff(store.database).own_numbers(CODE)) == {"S1": number_of(1), "S3": number_of(7)}
    assert ask(url, lambda store: Staff(store.database).own_numbers("011002")) == {}


@pytest.mark.holds("M09")
def test_nobody_else_is_told_of_an_own_number(url: str) -> None:
    add(url, "grants", 1, own_number=number_of(1))
    access = ask(url, lambda store: store.access.of(CODE, "S1", "T1"))
    assert number_of(1) not in repr(access) + repr(listed(url, "grants"))
    entries = query(url, "SELECT convert_from(entry, 'UTF8') FROM ledger_entries")
    assert number_of(1) not in repr(entries)


@pytest.mark.holds("A-21", "M09")
def test_kin_are_who_live_in_the_household_today(url: str) -> None:
    assert kin(url, 1) == {number_of(1): {number_of(2): "HOUSEHOLD", number_of(3): "HOUSEHOLD"}}
    assert kin(url, 7) == {}
    assert kin(url) == {}


@pytest.mark.holds("A-21", "M09")
def test_kin_are_also_who_share_surname_and_address_in_another_household(url: str) -> None:
    call(url, 9, "試行　葛子")
    assert kin(url, 9) == {number_of(9): {number_of(8): "SAME_FAMILY"}}


def test_a_name_without_a_surname_makes_nobody_kin(url: str) -> None:
    for nth in (7, 9):
        call(url, nth, "SAMPLE")
    assert kin(url, 7, 9) == {}
