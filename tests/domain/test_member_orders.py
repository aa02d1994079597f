"""The places in a household after a change: who was there stays, who comes stands behind (標準仕様書1.0 5.2)."""

from __future__ import annotations

import pytest

from domain.importing.seating import Seat
from domain.member_orders import seated_after
from tests.domain.people import addressee, listed


def seat(nth: int, relationship: str | None, born: str = "1970-01-01", *, closed: bool = False) -> Seat:
    """Somebody whose record names the household."""
    return Seat(listed(nth, relationship, born), closed)


HEAD, WIFE, CHILD = seat(1, "世帯主"), seat(2, "妻"), seat(3, "子", "2000-01-01")


def order(stayed: list[Seat], joined: list[Seat], *, anew: bool = False) -> list[int]:
    """The members as they are listed."""
    seated = seated_after(stayed, joined, anew=anew)
    assert seated is not None
    numbers = sorted(seated.places, key=seated.places.__getitem__)
    return [next(nth for nth in range(1, 10) if addressee(nth) == number) for number in numbers]


@pytest.mark.holds("S1-02")
def test_who_joins_a_household_stands_behind_its_members_whoever_she_is() -> None:
    assert order([HEAD, CHILD], [seat(5, "同居人"), seat(2, "妻")]) == [1, 3, 2, 5]


def test_who_stays_keeps_the_order_that_was() -> None:
    assert order([HEAD, CHILD, WIFE], []) == [1, 3, 2]


def test_where_relationships_change_those_who_stay_are_put_in_order_again() -> None:
    assert order([CHILD, WIFE, HEAD], [seat(4, "父")], anew=True) == [1, 2, 3, 4]


def test_a_new_household_is_put_in_order() -> None:
    assert order([], [CHILD, WIFE, HEAD]) == [1, 2, 3]


def test_closed_records_have_no_place_where_somebody_lives() -> None:
    assert order([seat(9, "世帯主", closed=True), HEAD, WIFE], []) == [1, 2]


def test_where_nobody_lives_any_more_the_last_who_did_are_in_order() -> None:
    closed = [seat(3, "子", "2000-01-01", closed=True), seat(1, "世帯主", closed=True)]
    assert order(closed, []) == [1, 3]


def test_there_is_one_householder_or_none_or_it_is_no_household() -> None:
    none = seated_after([WIFE, CHILD], [], anew=False)
    assert none is not None
    assert none.householder is None
    one = seated_after([HEAD], [WIFE], anew=False)
    assert one is not None
    assert one.householder == addressee(1)
    assert seated_after([HEAD], [seat(2, "世帯主")], anew=False) is None
