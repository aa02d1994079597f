"""Households: one householder, nobody twice, and the order of the members."""

from __future__ import annotations

import random

import pytest

from domain.errors import InvalidValue
from domain.households import Listed, in_order, refuse_shared_members
from tests.domain.people import NUMBERS, a_household, addressee, listed, member


def order(people: list[Listed]) -> list[int]:
    """Which persons stand on a copy, in its order."""
    return [NUMBERS.index(one.addressee_number) + 1 for one in in_order(people)]


def test_a_household_has_one_householder_and_she_is_a_member() -> None:
    household = a_household(member(1, "世帯主"), member(2, "夫"), householder=addressee(1))
    assert household.householder == household.members[0].addressee_number


def test_a_household_may_have_no_householder() -> None:
    assert a_household(member(1, "妻"), member(2, None)).householder is None


def test_two_householders_are_refused() -> None:
    with pytest.raises(InvalidValue):
        a_household(member(1, "世帯主"), member(2, "世帯主"), householder=addressee(1))


@pytest.mark.parametrize("householder", [None, addressee(2), addressee(3)])
def test_a_householder_who_is_not_the_member_entered_as_such_is_refused(householder: object) -> None:
    with pytest.raises(InvalidValue):
        a_household(member(1, "世帯主"), member(2, "夫"), householder=householder)  # type: ignore[arg-type] # see above


def test_a_householder_without_a_member_entered_as_such_is_refused() -> None:
    with pytest.raises(InvalidValue):
        a_household(member(1, "妻"), householder=addressee(1))


def test_a_member_is_in_a_household_once() -> None:
    with pytest.raises(InvalidValue):
        a_household(member(1, "世帯主"), member(1, "子"), householder=addressee(1))


def test_a_household_without_members_is_refused() -> None:
    with pytest.raises(InvalidValue):
        a_household()


def test_a_resident_belongs_to_one_household() -> None:
    first = a_household(member(1, "世帯主"), member(2, "子"), householder=addressee(1))
    other = a_household(member(3, None), serial=2)
    refuse_shared_members([first, other])
    with pytest.raises(InvalidValue):
        refuse_shared_members([first, a_household(member(2, None), serial=2)])


def test_householder_spouse_and_children_by_birth_come_first() -> None:
    people = [
        listed(4, "子", "2005-01-01"),
        listed(3, "子", "2001-01-01"),
        listed(2, "妻（未届）", "1960-01-01"),
        listed(1, "世帯主", "1970-01-01"),
    ]
    assert order(people) == [1, 2, 3, 4]


def test_twins_are_listed_by_addressee_number() -> None:
    assert order([listed(9, "子"), listed(8, "子"), listed(1, "世帯主")]) == [1, 8, 9]


def test_a_child_with_a_family_follows_the_other_children_and_her_family_follows_her() -> None:
    people = [
        listed(1, "世帯主", "1940-01-01"),
        listed(2, "子", "1968-01-01"),
        listed(3, "子", "1965-01-01"),
        listed(4, "子", "1970-01-01"),
        listed(5, "子の子", "1999-01-01", family_of=addressee(2)),
        listed(6, "子の子", "1995-01-01", family_of=addressee(2)),
        listed(7, "子の妻", "1971-01-01", family_of=addressee(2)),
        listed(8, "子（子の夫）", "1964-01-01", family_of=addressee(3)),
    ]
    assert order(people) == [1, 4, 3, 8, 2, 7, 6, 5]


def test_a_grandchild_whose_parent_is_not_said_follows_the_childrens_families() -> None:
    people = [
        listed(1, "世帯主"),
        listed(2, "子の子"),
        listed(3, "父"),
        listed(4, "子"),
        listed(5, "子の夫", family_of=addressee(4)),
    ]
    assert order(people) == [1, 4, 5, 2, 3]


def test_parents_siblings_and_grandparents_follow_the_register_head_first_among_parents() -> None:
    people = [
        listed(6, "母の父", "1910-01-01"),
        listed(5, "父の母", "1915-01-01", is_register_head=True),
        listed(4, "姉", "1960-01-01"),
        listed(3, "母", "1935-01-01", is_register_head=True),
        listed(2, "父", "1930-01-01"),
        listed(1, "世帯主", "1970-01-01"),
    ]
    assert order(people) == [1, 3, 2, 4, 5, 6]


def test_the_spouses_parents_siblings_and_grandparents_come_among_the_relatives_in_that_order() -> None:
    people = [
        listed(8, "兄の子", "1930-01-01"),
        listed(7, "妻の母の母", "1905-01-01"),
        listed(6, "妻の弟", "1975-01-01"),
        listed(5, "妻の兄", "1965-01-01"),
        listed(4, "妻の母", "1940-01-01"),
        listed(3, "母の母", "1918-01-01"),
        listed(1, "世帯主", "1970-01-01"),
    ]
    assert order(people) == [1, 3, 4, 5, 6, 7, 8]


def test_distant_relatives_cohabitants_and_who_has_no_relationship_come_last() -> None:
    people = [
        listed(5, None, "1900-01-01"),
        listed(4, "同居人", "1910-01-01"),
        listed(3, "縁故者", "1920-01-01"),
        listed(6, "同居人", "1930-01-01", family_of=addressee(3)),
        listed(2, "妻の兄", "1930-01-01"),
        listed(1, "世帯主", "1970-01-01"),
    ]
    assert order(people) == [1, 2, 3, 6, 4, 5]


def test_the_wifes_elder_brother_comes_before_her_twin_sister_of_a_higher_number() -> None:
    people = [listed(124, "妻の姉", "1970-05-05"), listed(123, "妻の兄", "1970-05-05"), listed(1, "世帯主")]
    assert order(people) == [1, 123, 124]


def test_who_joins_an_existing_household_comes_last_in_the_order_of_joining() -> None:
    people = [
        listed(1, "世帯主"),
        listed(7, "妻", joined_later=True),
        listed(6, "父", joined_later=True),
        listed(2, "子"),
    ]
    assert order(people) == [1, 2, 7, 6]


def test_the_order_does_not_depend_on_the_order_given() -> None:
    people = [listed(nth, text) for nth, text in enumerate(["世帯主", "妻", "子", "母", "妹", "縁故者", "同居人"], 1)]
    for seed in range(20):
        shuffled = random.Random(seed).sample(people, len(people))  # noqa: S311 - an order to try, no secret
        assert order(shuffled) == [1, 2, 3, 4, 5, 6, 7]


def test_everybody_is_listed_once_whoever_her_family_is_said_to_be() -> None:
    people = [
        listed(1, "世帯主", family_of=addressee(1)),
        listed(2, "妻", family_of=addressee(99)),
        listed(3, "父", family_of=addressee(4)),
        listed(4, "子", family_of=addressee(3)),
        listed(5, "同居人", family_of=addressee(5)),
    ]
    assert sorted(order(people)) == [1, 2, 3, 4, 5]
