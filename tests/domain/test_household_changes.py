"""世帯分離, 世帯合併, 世帯変更, 世帯主変更: who belongs together, and under whom (標準仕様書1.0 4.1.4)."""

from __future__ import annotations

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.life_events import Seated
from domain.notifications import Notice, Situation
from domain.procedures.households import (
    ChangeHousehold,
    ChangeHouseholder,
    HouseholdPlace,
    MergeHouseholds,
    SplitHousehold,
)
from domain.residents import ResidentRecord
from domain.values.addresses import Address
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
    household,
    name_of,
    on,
    reasons,
)

NEW = HOUSEHOLDS[50]


def places(**relationships: str) -> tuple[HouseholdPlace, ...]:
    """The places of people: `places(_2="世帯主")` is the second one as householder."""
    return tuple(
        HouseholdPlace(addressee_number=addressee(int(nth.strip("_"))), relationship_to_householder=Relationship(text))
        for nth, text in relationships.items()
    )


def seats(situation: Situation, *nths: int) -> list[tuple[object, str, str | None]]:
    """Household, relationship and householder's name of these people."""
    records = [situation.record_of(addressee(nth)) for nth in nths]
    return [
        (one.household_number, str(one.relationship_to_householder), one.householder_name) for one in records if one
    ]


def two_households() -> tuple[ResidentRecord, ...]:
    """Persons 1 to 3 in the first, 4 and 5 in the second, at one address."""
    return (*a_family("世帯主", "妻", "子"), *a_family("世帯主", "妻", home=2, first=4))


@pytest.mark.holds("S1-02")
def test_household_split_gives_those_who_leave_a_household_of_their_own() -> None:
    situation = a_situation(*a_family("世帯主", "妻", "子"))
    notice = SplitHousehold(filing=a_filing(), members=places(_3="世帯主"))
    proposal = notice.proposed(situation)

    assert reasons(proposal.changes) == [ChangeReason.HOUSEHOLD_SPLIT]
    assert isinstance(proposal.changes[0].event, Seated)
    assert seats(after(situation, notice), 1, 2, 3) == [
        (household(1), "世帯主", name_of(1).text),
        (household(1), "妻", name_of(1).text),
        (NEW, "世帯主", name_of(3).text),
    ]


def test_a_householder_who_splits_off_leaves_the_others_under_the_one_they_name() -> None:
    situation = a_situation(*a_family("世帯主", "妻", "子"))
    notice = SplitHousehold(filing=a_filing(), members=places(_1="世帯主"), remaining=places(_2="世帯主", _3="子"))
    after_it = after(situation, notice)

    assert codes(notice.proposed(situation)) == []
    assert seats(after_it, 1, 2, 3) == [
        (NEW, "世帯主", name_of(1).text),
        (household(1), "世帯主", name_of(2).text),
        (household(1), "子", name_of(2).text),
    ]


def test_a_householder_who_splits_off_without_a_word_about_two_others_is_a_warning() -> None:
    notice = SplitHousehold(filing=a_filing(), members=places(_1="世帯主"))

    assert codes(notice.proposed(a_situation(*a_family("世帯主", "妻", "子")))) == ["HOUSEHOLDER_LEAVES"]


@pytest.mark.holds("S1-02")
def test_household_merger_brings_a_whole_household_into_another() -> None:
    situation = a_situation(*two_households())
    notice = MergeHouseholds(filing=a_filing(), household=household(1), members=places(_4="父", _5="母"))

    assert reasons(notice.proposed(situation).changes) == [ChangeReason.HOUSEHOLD_MERGER] * 2
    assert seats(after(situation, notice), 4, 5) == [
        (household(1), "父", name_of(1).text),
        (household(1), "母", name_of(1).text),
    ]


def test_in_a_merger_the_other_householder_may_become_the_one_of_all() -> None:
    situation = a_situation(*two_households())
    notice = MergeHouseholds(
        filing=a_filing(),
        household=household(1),
        members=places(_4="世帯主", _5="妻"),
        remaining=places(_1="子", _2="子の妻", _3="子の子"),
    )
    after_it = after(situation, notice)

    assert {name for _, _, name in seats(after_it, 1, 2, 3, 4, 5)} == {name_of(4).text}
    assert reasons(notice.proposed(situation).changes).count("HOUSEHOLDER_CHANGE") == 3


@pytest.mark.holds("S1-02")
def test_household_change_brings_some_of_a_household_into_another() -> None:
    situation = a_situation(*two_households())
    notice = ChangeHousehold(filing=a_filing(), household=household(2), members=places(_3="子の子"))

    assert reasons(notice.proposed(situation).changes) == [ChangeReason.HOUSEHOLD_CHANGE]
    assert seats(after(situation, notice), 3) == [(household(2), "子の子", name_of(4).text)]


@pytest.mark.holds("S1-02")
def test_householder_change_gives_everybody_the_relationship_to_the_new_one() -> None:
    situation = a_situation(*a_family("世帯主", "妻", "子"))
    notice = ChangeHouseholder(filing=a_filing(), members=places(_1="夫", _2="世帯主", _3="子"))

    assert reasons(notice.proposed(situation).changes) == [ChangeReason.HOUSEHOLDER_CHANGE] * 3
    assert seats(after(situation, notice), 1, 2, 3) == [
        (household(1), "夫", name_of(2).text),
        (household(1), "世帯主", name_of(2).text),
        (household(1), "子", name_of(2).text),
    ]


@pytest.mark.parametrize(
    ("notice", "code"),
    [
        (SplitHousehold(filing=a_filing(), members=places(_1="世帯主", _2="妻", _3="子")), "NOBODY_STAYS"),
        (SplitHousehold(filing=a_filing(), members=places(_3="世帯主", _5="妻")), "NOT_ONE_HOUSEHOLD"),
        (MergeHouseholds(filing=a_filing(), household=household(1), members=places(_5="母")), "SOMEBODY_STAYS"),
        (
            ChangeHousehold(filing=a_filing(), household=household(1), members=places(_4="父", _5="母")),
            "NOBODY_STAYS",
        ),
        (ChangeHouseholder(filing=a_filing(), members=places(_1="夫", _2="世帯主")), "RELATIONSHIP_NOT_SAID"),
        (SplitHousehold(filing=a_filing(), members=places(_2="世帯主", _3="世帯主")), "TWO_HOUSEHOLDERS"),
        (
            ChangeHousehold(filing=a_filing(), household=household(1), members=places(_5="世帯主")),
            "TWO_HOUSEHOLDERS",
        ),
        (SplitHousehold(filing=a_filing("2026-04-11"), members=places(_3="世帯主")), "CHANGED_IN_FUTURE"),
    ],
)
def test_households_that_cannot_be_are_errors(notice: Notice, code: str) -> None:
    proposal = notice.proposed(a_situation(*two_households()))

    assert [one.check.code for one in proposal.errors] == [code]


def test_a_change_of_households_after_more_than_14_days_is_a_warning() -> None:
    notice = SplitHousehold(filing=a_filing("2026-03-20"), members=places(_3="世帯主"))

    assert codes(notice.proposed(a_situation(*a_family("世帯主", "妻", "子")))) == ["NOTIFIED_LATE"]


def test_a_household_of_people_at_different_addresses_is_a_warning() -> None:
    elsewhere = a_resident(4, home=2, current_address=Address("北海道苫小牧市字勇払901番地"))
    notice = MergeHouseholds(filing=a_filing(), household=household(1), members=places(_4="父"))

    assert codes(notice.proposed(a_situation(*a_family("世帯主"), elsewhere))) == ["ADDRESSES_DIFFER"]


def test_nobody_changes_households_after_her_death() -> None:
    dead = a_resident(3, "子", ceased_resident_on=on("2026-01-01"))
    notice = SplitHousehold(filing=a_filing(), members=places(_3="世帯主"))

    assert "RECORD_CLOSED" in codes(notice.proposed(a_situation(*a_family("世帯主", "妻"), dead)))


@pytest.mark.parametrize(
    ("notice", "kind"),
    [
        (SplitHousehold(filing=a_filing(), members=()), "members"),
        (SplitHousehold(filing=a_filing(), members=places(_3="世帯主", _03="子")), "members"),
        (SplitHousehold(filing=a_filing(), members=places(_9="世帯主")), "members.0.addressee_number"),
        (ChangeHousehold(filing=a_filing(), household=household(9), members=places(_3="子")), "household"),
        (ChangeHousehold(filing=a_filing(), household=household(1), members=places(_3="子")), "members"),
        (ChangeHouseholder(filing=a_filing(), members=places(_1="夫", _2="妻", _3="子")), "members"),
    ],
)
def test_what_names_nobody_or_the_wrong_one_is_refused_by_the_name_of_the_input(notice: Notice, kind: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        notice.proposed(a_situation(*two_households()))
    assert caught.value.kind == kind


def test_a_split_asks_for_a_number_for_the_new_household() -> None:
    wanted = SplitHousehold(filing=a_filing(), members=places(_3="世帯主")).wanted()

    assert (wanted.residents, wanted.new_households) == ((addressee(3),), 1)
