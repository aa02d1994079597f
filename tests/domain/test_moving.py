"""転居: a whole household or some of it, into the same, a new or another household (標準仕様書1.0 4.1.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.life_events import MovedWithin
from domain.procedures.moving import MoveWithin, MovingWithin, whole_address
from domain.residents import IDENTIFIERS
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import Relationship
from tests.domain.people import addressee
from tests.domain.situations import (
    HOUSEHOLDS,
    a_family,
    a_filing,
    a_resident,
    a_situation,
    after,
    codes,
    events_of,
    household,
    name_of,
    on,
    reasons,
)

pytestmark = pytest.mark.holds("S1-02")

NEW_ADDRESS = Address("北海道苫小牧市新町1丁目1番1号")
OF_THE_MOVE = {
    *("current_address", "building_line", "address_established_on", "previous_address", "household_number"),
    *("relationship_to_householder", "householder_name"),
    *("change_record", "change_reason", "changed_on", "notified_on", "notification_reason"),
    *("processed_on", "processed_at_time", "terminal_id", "staff_number"),
}
"""What a move may change: the address, the place in a household, and what every change says of itself."""


def a_mover(nth: int, relationship: str | None = None, **said: Any) -> MovingWithin:
    """The nth person, who moves."""
    place = None if relationship is None else Relationship(relationship)
    return MovingWithin(addressee_number=addressee(nth), relationship_to_householder=place, **said)


def a_move(*members: MovingWithin, **said: Any) -> MoveWithin:
    """A move to the new address, into a new household if not said."""
    usual: dict[str, Any] = {"filing": a_filing(), "members": members, "current_address": NEW_ADDRESS}
    return MoveWithin(**{**usual, **said})


def test_move_within() -> None:
    situation = a_situation(*a_family("世帯主", "妻"))
    notice = a_move(a_mover(1), a_mover(2), household=household(1), building_line="架空荘101")
    proposal = notice.proposed(situation)
    assert codes(proposal) == []
    assert reasons(proposal.changes) == [ChangeReason.MOVE_WITHIN, ChangeReason.MOVE_WITHIN]
    head, wife = after(situation, notice).members_of(household(1))
    assert (head.current_address, head.building_line) == (NEW_ADDRESS, "架空荘101")
    assert (head.change_reason, head.change_record, head.notification_reason) == ("転居", "修正", "転居届")
    assert head.address_established_on == on()
    assert head.previous_address == Address("北海道苫小牧市旭町4丁目5番6号")
    assert [str(one.relationship_to_householder) for one in (head, wife)] == ["世帯主", "妻"]


@pytest.mark.holds("M16")
def test_a_move_changes_the_address_and_the_place_in_a_household_and_nothing_else() -> None:
    situation = a_situation(*a_family("世帯主", "妻"))
    before = situation.record_of(addressee(2))
    then = after(situation, a_move(a_mover(2, "世帯主"))).record_of(addressee(2))
    assert before is not None
    assert then is not None
    changed = {item for item in IDENTIFIERS if getattr(before, item) != getattr(then, item)}
    assert changed <= OF_THE_MOVE


@pytest.mark.holds("M16", "F-05")
@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"full_name": Name("架空　改名")}, "members.0.full_name"),
        ({"date_of_birth": RegisterDate("1950-04-01")}, "members.0.date_of_birth"),
    ],
)
def test_a_move_whose_form_says_something_else_otherwise_is_an_error(said: dict[str, Any], name: str) -> None:
    proposal = a_move(a_mover(1, "世帯主", **said)).proposed(a_situation(*a_family("世帯主")))
    assert [error.check.code for error in proposal.errors] == ["MOVE_WITHIN_CHANGES_MORE"]
    assert proposal.errors[0].names == (name,)


def test_a_form_that_says_what_the_record_says_is_right() -> None:
    notice = a_move(a_mover(1, "世帯主", full_name=name_of(1), date_of_birth=RegisterDate("1950-03-31")))
    assert codes(notice.proposed(a_situation(*a_family("世帯主")))) == []


def test_some_of_a_household_may_make_a_new_one() -> None:
    situation = a_situation(*a_family("世帯主", "妻", "子"))
    notice = a_move(a_mover(2, "世帯主"), a_mover(3, "子"))
    assert notice.wanted().new_households == 1
    later = after(situation, notice)
    assert [one.householder_name for one in later.members_of(HOUSEHOLDS[50])] == [name_of(2).text] * 2
    assert [one.addressee_number for one in later.members_of(household(1))] == [addressee(1)]


def test_some_of_a_household_may_join_another() -> None:
    living_there = replace(a_resident(5, home=2), current_address=NEW_ADDRESS, householder_name=name_of(5).text)
    situation = a_situation(*a_family("世帯主", "子"), living_there)
    notice = a_move(a_mover(2, "妻"), household=household(2))
    assert notice.wanted().new_households == 0
    assert codes(notice.proposed(situation)) == []
    joined = after(situation, notice).members_of(household(2))
    assert [one.householder_name for one in joined] == [name_of(5).text] * 2


def test_a_householder_who_moves_away_from_one_person_leaves_her_as_householder() -> None:
    situation = a_situation(*a_family("世帯主", "妻"))
    proposal = a_move(a_mover(1, "世帯主")).proposed(situation)
    assert codes(proposal) == []
    (seated,) = events_of(proposal, addressee(2))
    assert seated.reason is ChangeReason.EX_OFFICIO_REVISION
    assert seated.notification_reason == "転居届"


def test_a_householder_who_moves_away_from_two_is_a_warning() -> None:
    situation = a_situation(*a_family("世帯主", "妻", "子"))
    assert codes(a_move(a_mover(1, "世帯主")).proposed(situation)) == ["HOUSEHOLDER_LEAVES"]


def test_a_new_household_without_householder_is_a_warning() -> None:
    situation = a_situation(*a_family("世帯主", "妻"))
    assert codes(a_move(a_mover(2)).proposed(situation)) == ["NO_HOUSEHOLDER"]


def test_who_stays_in_the_household_but_moves_away_alone_is_a_warning() -> None:
    situation = a_situation(*a_family("世帯主", "妻"))
    assert codes(a_move(a_mover(2), household=household(1)).proposed(situation)) == ["ADDRESSES_DIFFER"]


def test_a_move_to_another_house_on_the_same_lot_is_one_and_is_asked_about() -> None:
    situation = a_situation(*a_family("世帯主"))
    same = Address("北海道苫小牧市旭町4丁目5番6号")
    assert codes(a_move(a_mover(1), household=household(1), current_address=same).proposed(situation)) == [
        "ADDRESS_UNCHANGED"
    ]


@pytest.mark.holds("F-05")
def test_nobody_moves_on_a_closed_record() -> None:
    situation = a_situation(a_resident(1, ceased_resident_on=on("2026-01-01")))
    assert "RECORD_CLOSED" in codes(a_move(a_mover(1, "世帯主")).proposed(situation))


def test_the_address_left_behind_has_its_building_line() -> None:
    assert whole_address(a_resident(1, building_line="架空荘202")) == Address(
        "北海道苫小牧市旭町4丁目5番6号\u3000架空荘202"
    )


@pytest.mark.parametrize(
    ("notice", "name"),
    [
        (a_move(a_mover(1), household=household(8)), "household"),
        (a_move(a_mover(1), a_mover(9)), "members.1.addressee_number"),
    ],
)
def test_who_or_what_is_not_there_is_refused_by_the_name_of_the_input(notice: MoveWithin, name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        notice.proposed(a_situation(*a_family("世帯主")))
    assert refused.value.names == (name,)


@pytest.mark.parametrize("members", [(), (a_mover(1), a_mover(1))])
def test_members_are_some_and_each_once(members: tuple[MovingWithin, ...]) -> None:
    with pytest.raises(InvalidValue) as refused:
        a_move(*members).wanted()
    assert refused.value.names == ("members",)


def test_a_move_says_nothing_of_a_name_where_it_is_printed() -> None:
    notice = a_move(a_mover(1, full_name=name_of(1)))
    proposal = notice.proposed(a_situation(*a_family("世帯主")))
    assert isinstance(proposal.changes[0].event, MovedWithin)
    for printed in (repr(notice), repr(notice.members), repr(proposal)):
        assert "架空" not in printed
