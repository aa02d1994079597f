"""異動の取消し: a notification is taken back, the history grows, and everybody is where she was (標準仕様書1.0 4.6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.life_events import Reversed
from domain.notifications import Notice, Situation
from domain.procedures.corrections import MinorRevision
from domain.procedures.matters import IndividualMatter, RecordMatter
from domain.procedures.moving import MoveWithin, MovingWithin
from domain.procedures.names import EnterFormerSurname, RemoveFormerSurname
from domain.procedures.nationality import Naturalize
from domain.procedures.reversals import Reverse
from domain.procedures.revising import NamesAndAddresses
from domain.procedures.vital import Birth, Child, Death
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.names import Name
from domain.values.relationships import HOUSEHOLDER, Relationship
from domain.values.sex import Sex
from tests.domain.people import a_foreign_record, addressee
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
    reasons,
)

ELSEWHERE = Address("北海道苫小牧市新町1丁目2番3号")
REVERSE = Reverse(filing=a_filing(), notification="N1")


def done(situation: Situation, notice: Notice, id_: str = "N1") -> Situation:
    """The situation after a notice, with whom it changed by which events."""
    later = after(situation, notice)
    made: dict[Any, int] = {}
    places = []
    for change in notice.proposed(situation).changes:
        whose = change.addressee_number
        first = len(situation.histories[whose].events) if whose in situation.histories else 0
        made[whose] = made.get(whose, first) + 1
        places.append((whose, made[whose]))
    return replace(later, changes_of={**situation.changes_of, id_: tuple(places)})


def standing(situation: Situation, nth: int = 1) -> ResidentRecord:
    """The record of the nth person."""
    record = situation.record_of(addressee(nth))
    assert record is not None
    return record


def death(nth: int = 1) -> Death:
    """The nth person died."""
    return Death(filing=a_filing("2026-04-09"), resident=addressee(nth))


def former_surname(text: str = "旧見本") -> EnterFormerSurname:
    """The first person's former surname is entered."""
    return EnterFormerSurname(filing=a_filing("2026-04-01"), resident=addressee(1), former_surname=text)


NATURALIZE = Naturalize(
    filing=a_filing("2026-04-01"),
    resident=addressee(1),
    full_name=Name("帰化　花子"),
    registered_domicile="北海道苫小牧市旭町4丁目",
    family_register_head="帰化　花子",
)
BIRTH = Birth(
    filing=a_filing("2026-04-08"),
    household=household(1),
    child=Child(
        full_name=Name("架空　新"),
        sex=Sex.FEMALE,
        relationship_to_householder=Relationship("子"),
        registered_domicile="北海道苫小牧市旭町4丁目",
        family_register_head="架空　一1",
    ),
)


@pytest.mark.holds("S1-01")
def test_reversal_increase_brings_somebody_back_who_was_deleted() -> None:
    situation = done(a_situation(*a_family("世帯主")), death())
    back = after(situation, REVERSE)

    assert reasons(REVERSE.proposed(situation).changes) == [ChangeReason.REVERSAL_INCREASE]
    assert (standing(back).is_closed, standing(back).change_reason) == (False, "異動の取消し（増）")
    assert standing(back).full_name == name_of(1)


@pytest.mark.holds("S1-03")
def test_reversal_decrease_closes_a_record_from_its_first_day() -> None:
    situation = done(a_situation(*a_family("世帯主")), BIRTH)
    back = after(situation, REVERSE)

    assert reasons(REVERSE.proposed(situation).changes) == [ChangeReason.REVERSAL_DECREASE]
    assert standing(back, 101).ceased_resident_on == standing(back, 101).date_of_birth
    assert standing(back, 101).change_reason == "異動の取消し（減）"


@pytest.mark.holds("S1-02")
def test_reversal_revision_says_again_what_was_said_before() -> None:
    situation = done(a_situation(a_resident(1)), former_surname())
    back = after(situation, REVERSE)

    assert reasons(REVERSE.proposed(situation).changes) == [ChangeReason.REVERSAL_REVISION]
    assert (standing(back).former_surname, standing(back).change_reason) == (None, "異動の取消し（修正）")


def test_a_reversal_appends_and_the_history_keeps_both() -> None:
    situation = done(a_situation(a_resident(1)), former_surname())
    back = after(situation, REVERSE)
    before, now = (one.histories[addressee(1)].versions for one in (situation, back))

    assert now[: len(before)] == before
    assert [one.record.change_reason for one in now] == [None, "旧氏の記載", "異動の取消し（修正）"]
    assert now[-1].valid_from == now[-2].valid_from


def test_what_followed_from_a_death_is_taken_back_with_it() -> None:
    situation = done(a_situation(*a_family("世帯主", "妻")), death())
    proposal = REVERSE.proposed(situation)
    back = after(situation, REVERSE)

    assert codes(proposal) == []
    assert [change.addressee_number for change in proposal.changes] == [addressee(2), addressee(1)]
    assert str(standing(back, 2).relationship_to_householder) == "妻"
    assert {standing(back, nth).householder_name for nth in (1, 2)} == {name_of(1).text}


def test_both_sides_of_a_naturalisation_are_taken_back_the_last_one_first() -> None:
    situation = done(a_situation(a_foreign_record()), NATURALIZE)
    proposal = REVERSE.proposed(situation)

    assert reasons(proposal.changes) == [ChangeReason.REVERSAL_DECREASE, ChangeReason.REVERSAL_INCREASE]
    assert [one.of for one in events_of(proposal, addressee(1)) if isinstance(one, Reversed)] == [2, 1]
    assert standing(after(situation, REVERSE)).is_foreign


def test_a_change_may_be_taken_back_that_others_followed() -> None:
    situation = done(a_situation(a_resident(1)), former_surname())
    minor = MinorRevision(filing=a_filing(), resident=addressee(1), items=NamesAndAddresses(current_address=ELSEWHERE))
    back = after(done(situation, minor, "N2"), REVERSE)

    assert (standing(back).former_surname, standing(back).current_address) == (None, ELSEWHERE)


def test_a_change_may_be_taken_back_for_some_of_those_whom_it_touched() -> None:
    notice = MinorRevision(
        filing=a_filing(),
        resident=addressee(1),
        items=NamesAndAddresses(current_address=ELSEWHERE),
        whole_household=True,
    )
    situation = done(a_situation(*a_family("世帯主", "妻", "子")), notice)
    some = replace(REVERSE, residents=(addressee(3),))

    assert [one.addressee_number for one in some.proposed(situation).changes][:1] == [addressee(3)]
    assert standing(after(situation, some), 2).current_address == ELSEWHERE
    assert standing(after(situation, some), 3).current_address != ELSEWHERE


def moved(*nths: int, home: int | None = None) -> MoveWithin:
    """These people moved to another address."""
    return MoveWithin(
        filing=a_filing("2026-04-05"),
        household=None if home is None else household(home),
        current_address=ELSEWHERE,
        members=tuple(MovingWithin(addressee_number=addressee(nth)) for nth in nths),
    )


def test_who_comes_back_finds_her_household_where_it_still_is() -> None:
    situation = done(a_situation(*a_family("世帯主", "妻", "子")), death(3))
    back = after(situation, REVERSE)

    assert standing(back, 3).household_number == household(1)


def test_who_comes_back_to_an_address_that_the_others_have_left_gets_a_household_of_her_own() -> None:
    situation = done(a_situation(*a_family("世帯主", "妻", "子")), death(3))
    gone = after(situation, moved(1, 2, home=1))
    gone = replace(gone, changes_of=situation.changes_of)
    back = after(gone, REVERSE)

    assert standing(back, 1).household_number == household(1)
    assert standing(back, 3).household_number == HOUSEHOLDS[50]
    assert standing(back, 3).relationship_to_householder == HOUSEHOLDER
    assert standing(back, 3).householder_name == name_of(3).text
    assert standing(back, 3).current_address != ELSEWHERE


@pytest.mark.holds("F-05")
def test_a_householder_who_comes_back_where_another_one_is_by_now_is_an_error() -> None:
    situation = done(a_situation(*a_family("世帯主", "妻")), death())
    some = replace(REVERSE, residents=(addressee(1),))

    assert codes(some.proposed(situation)) == ["TWO_HOUSEHOLDERS"]


def test_nothing_is_taken_back_twice() -> None:
    situation = done(a_situation(a_resident(1)), former_surname())
    back = replace(after(situation, REVERSE), changes_of=situation.changes_of)
    proposal = REVERSE.proposed(back)

    assert codes(proposal) == ["NO_SUCH_CHANGE"]


@pytest.mark.parametrize("later", [RemoveFormerSurname(filing=a_filing(), resident=addressee(101)), death(101)])
def test_what_began_a_record_is_taken_back_last(later: Notice) -> None:
    situation = done(a_situation(*a_family("世帯主")), BIRTH)
    entry = replace(former_surname(), resident=addressee(101), filing=a_filing())
    grown = done(done(situation, entry, "N2"), later, "N3")
    proposal = REVERSE.proposed(grown)

    assert codes(proposal) == ["LATER_CHANGES_FIRST"]
    assert proposal.errors


def test_what_later_changes_need_is_taken_back_after_them() -> None:
    situation = done(a_situation(a_foreign_record()), NATURALIZE)
    roll = RecordMatter(filing=a_filing(), resident=addressee(1), matter=IndividualMatter.ELECTORAL_ROLL, text="登録")

    assert codes(REVERSE.proposed(done(situation, roll, "N2"))) == ["LATER_CHANGES_FIRST"]


@pytest.mark.parametrize(
    ("notice", "kind"),
    [
        (Reverse(filing=a_filing(), notification="N9"), "notification"),
        (Reverse(filing=a_filing(), notification="N1", residents=(addressee(2),)), "residents"),
    ],
)
def test_a_notification_that_did_not_change_them_is_refused_by_the_name_of_the_input(
    notice: Reverse, kind: str
) -> None:
    situation = done(a_situation(*a_family("世帯主", "妻", "子")), former_surname())
    with pytest.raises(InvalidValue) as caught:
        notice.proposed(situation)
    assert caught.value.kind == kind


def test_a_reversal_asks_for_the_notification_and_for_a_household_to_come_back_to() -> None:
    wanted = REVERSE.wanted()

    assert (wanted.notifications, wanted.new_households) == (("N1",), 1)
