"""Households after somebody came or left: one householder or none, nobody in two, her name on every record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.change_reasons import ChangeReason
from domain.life_events import Died, LifeEvent, MovedWithin, Revised, Seated
from domain.notifications import Change, Proposal, Situation
from domain.residents import ResidentRecord
from domain.seating import is_householder, settled
from domain.values.addresses import Address
from domain.values.identifiers import HouseholdNumber
from domain.values.names import Name
from domain.values.relationships import Relationship
from tests.domain.people import addressee
from tests.domain.situations import (
    TODAY,
    a_family,
    a_resident,
    a_situation,
    approved,
    codes,
    events_of,
    household,
    name_of,
    on,
)

pytestmark = pytest.mark.holds("S1-01")

KIN = ("妻", "子", "父", "同居人", None)


def died(nth: int) -> Change:
    """Somebody leaves for good."""
    death = Died(
        reason=ChangeReason.DEATH,
        changed_on=on(),
        notified_on=on(),
        notification_reason="死亡届",
        ceased_resident_on=on(),
    )
    return Change(addressee(nth), death)


def moved(one: ResidentRecord, to: HouseholdNumber, relationship: str | None) -> Change:
    """Somebody moves into a household."""
    return Change(
        one.addressee_number,
        MovedWithin(
            reason=ChangeReason.MOVE_WITHIN,
            changed_on=on(),
            notified_on=on(),
            household_number=to,
            relationship_to_householder=None if relationship is None else Relationship(relationship),
            householder_name=None,
            current_address=Address("北海道苫小牧市新町1丁目1番1号"),
            building_line=None,
            address_established_on=on(),
            previous_address=one.current_address,
        ),
    )


def settle(situation: Situation, *changes: Change) -> tuple[Proposal, Situation]:
    """What is proposed, and how it stands then."""
    proposal = settled(situation, changes)
    return proposal, approved(situation, proposal)


def test_who_is_left_alone_becomes_householder_ex_officio() -> None:
    proposal, later = settle(a_situation(*a_family("世帯主", "妻")), died(1))
    (seated,) = events_of(proposal, addressee(2))
    assert isinstance(seated, Seated)
    assert seated.reason is ChangeReason.EX_OFFICIO_REVISION
    (widow,) = later.members_of(household(1))
    assert is_householder(widow)
    assert widow.householder_name == name_of(2).text
    assert codes(proposal) == []


def test_a_householder_who_leaves_two_behind_is_a_warning_and_the_household_has_none() -> None:
    proposal, later = settle(a_situation(*a_family("世帯主", "妻", "子")), died(1))
    assert codes(proposal) == ["HOUSEHOLDER_LEAVES"]
    assert proposal.findings[0].check.source == "標準仕様書1.0 4.0.4"
    assert [one.householder_name for one in later.members_of(household(1))] == [None, None]
    assert [str(one.relationship_to_householder) for one in later.members_of(household(1))] == ["妻", "子"]


def test_whoever_else_leaves_the_others_records_are_not_touched() -> None:
    proposal, _ = settle(a_situation(*a_family("世帯主", "妻", "子")), died(3))
    assert proposal.subjects == (addressee(3),)
    assert codes(proposal) == []


def test_a_second_householder_is_an_error() -> None:
    situation = a_situation(*a_family("世帯主", "妻"), *a_family("世帯主", home=2, first=3))
    incomer = situation.members_of(household(2))[0]
    proposal, _ = settle(situation, moved(incomer, household(1), "世帯主"))
    assert "TWO_HOUSEHOLDERS" in codes(proposal)
    assert proposal.errors


def test_who_joins_a_household_is_under_the_name_of_its_householder() -> None:
    situation = a_situation(*a_family("世帯主"), *a_family("世帯主", home=2, first=2))
    proposal, later = settle(situation, moved(situation.members_of(household(2))[0], household(1), "同居人"))
    assert [one.householder_name for one in later.members_of(household(1))] == [name_of(1).text] * 2
    assert proposal.subjects == (addressee(2),)


def test_a_new_household_without_a_householder_is_a_warning() -> None:
    situation = a_situation(*a_family("世帯主", "妻", "子"))
    proposal, _ = settle(situation, moved(situation.members_of(household(1))[2], household(9), "子"))
    assert codes(proposal) == ["NO_HOUSEHOLDER"]


def test_members_with_different_addresses_are_a_warning() -> None:
    situation = a_situation(*a_family("世帯主", "妻"))
    proposal, _ = settle(situation, moved(situation.members_of(household(1))[1], household(1), "妻"))
    assert codes(proposal) == ["ADDRESSES_DIFFER"]


def test_the_householders_new_name_stands_on_every_members_record() -> None:
    situation = a_situation(*a_family("世帯主", "妻", "子"))
    renamed = Revised(
        reason=ChangeReason.EX_OFFICIO_REVISION,
        changed_on=on(),
        notified_on=on(),
        revised={"full_name": Name("架空　改名")},
    )
    proposal, later = settle(situation, Change(addressee(1), renamed))
    assert {one.householder_name for one in later.members_of(household(1))} == {"架空　改名"}
    assert len(events_of(proposal, addressee(1))) == 1


def test_a_householder_who_is_no_resident_stays_on_the_records() -> None:
    ward, other = a_family("子", "子")
    situation = a_situation(replace(ward, householder_name="架空園長"), replace(other, householder_name="架空園長"))
    proposal, later = settle(situation, died(2))
    assert later.members_of(household(1))[0].householder_name == "架空園長"
    assert codes(proposal) == []


def test_what_follows_happens_on_the_day_of_what_it_follows_from() -> None:
    proposal, _ = settle(a_situation(*a_family("世帯主", "妻")), died(1))
    assert {change.event.changed_on for change in proposal.changes} == {on()}
    assert [change.event.notification_reason for change in proposal.changes] == ["死亡届", "死亡届"]


@st.composite
def households(draw: st.DrawFn) -> tuple[Situation, set[int]]:
    """A household of any size, with or without a householder, and who leaves it."""
    rest = draw(st.lists(st.sampled_from(KIN), max_size=6))
    has_head = draw(st.booleans()) or not rest
    people = a_family(*(["世帯主"] if has_head else []), *rest)
    leaving = draw(st.sets(st.sampled_from(range(1, len(people) + 1)), min_size=1))
    return a_situation(*people), leaving


@given(households())
def test_whoever_leaves_one_householder_stays_or_none_with_a_warning(drawn: tuple[Situation, set[int]]) -> None:
    situation, leaving = drawn
    had_one = any(map(is_householder, situation.members_of(household(1))))
    proposal, later = settle(situation, *(died(nth) for nth in sorted(leaving)))
    left = later.members_of(household(1))
    heads = [one for one in left if is_householder(one)]
    assert len(heads) <= 1
    if had_one and left and not heads:
        assert codes(proposal) == ["HOUSEHOLDER_LEAVES"]
        assert len(left) >= 2
    elif had_one:
        assert codes(proposal) == []
    if heads:
        name = heads[0].full_name
        assert {one.householder_name for one in left} == {name.text if name else None}


@given(households(), st.booleans(), st.data())
def test_whoever_moves_where_nobody_is_in_two_households(
    drawn: tuple[Situation, set[int]], into_new: bool, data: st.DataObject
) -> None:
    alone, leaving = drawn
    situation = a_situation(*alone.members_of(household(1)), a_resident(50, home=2))
    to = household(9) if into_new else household(2)
    places = [data.draw(st.sampled_from(("世帯主", *KIN))) for _ in leaving]
    movers = [situation.histories[addressee(nth)].record for nth in sorted(leaving)]
    changes = [moved(one, to, place) for one, place in zip(movers, places, strict=True) if one]
    proposal, later = settle(situation, *changes)
    everybody = [one.addressee_number for nth in (1, 2, 9) for one in later.members_of(household(nth))]
    assert sorted(everybody) == sorted(situation.histories)
    heads = sum(map(is_householder, later.members_of(to)))
    assert heads <= 1 or "TWO_HOUSEHOLDERS" in codes(proposal)
    assert heads or {"NO_HOUSEHOLDER", "HOUSEHOLDER_LEAVES"} & set(codes(proposal))


def test_what_is_settled_once_is_settled() -> None:
    _, later = settle(a_situation(*a_family("世帯主", "妻", "子")), died(1))
    events: list[LifeEvent] = [change.event for change in settled(later, [died(2)]).changes]
    assert [type(event) for event in events] == [Died]
    assert later.today == TODAY
