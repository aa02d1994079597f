"""転入: from Japan, from abroad, again, unreported, and by Articles 30-46 and 30-47 (標準仕様書1.0 4.1.1, 4.5)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.procedures.entering import Entrant
from domain.procedures.moving_in import Article3046, Article3047, MoveIn, Origin
from domain.seating import is_householder
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.names import Name
from tests.domain.entrants import (
    FIRST,
    NEW_HOUSEHOLD,
    SECOND,
    a_foreigner,
    a_former_resident,
    a_move_in,
    an_entrant,
    entered,
    record_then,
)
from tests.domain.people import addressee
from tests.domain.situations import (
    a_family,
    a_filing,
    a_situation,
    after,
    code,
    codes,
    household,
    name_of,
    number,
    on,
)

pytestmark = pytest.mark.holds("S1-01")


def test_move_in_domestic() -> None:
    situation = a_situation()
    event = entered(a_move_in().proposed(situation))
    assert event.reason is ChangeReason.MOVE_IN_DOMESTIC
    record = record_then(after(situation, a_move_in()), FIRST)
    assert record.household_number == NEW_HOUSEHOLD
    assert (record.change_reason, record.change_record, record.notification_reason) == ("国内転入", "記載", "転入届")
    assert record.became_resident_on == record.address_established_on == on()
    assert record.previous_address == Address("東京都架空区架空1丁目1番1号")
    assert (record.building_line, record.resident_record_code) == ("架空荘101", code(11))


def test_move_in_from_abroad() -> None:
    notice = a_move_in(a_foreigner(), origin=Origin.ABROAD, previous_address=None)
    event = entered(notice.proposed(a_situation()))
    assert event.reason is ChangeReason.MOVE_IN_FROM_ABROAD
    assert event.record.became_foreign_resident_on == on()
    assert event.record.became_resident_on is None
    assert event.record.previous_address is None


def test_a_person_who_never_had_a_code_is_given_one_of_the_pool() -> None:
    notice = a_move_in(an_entrant(), a_foreigner(12, "同居人"))
    assert (notice.wanted().new_codes, notice.wanted().new_residents, notice.wanted().new_households) == (1, 2, 1)
    proposal = notice.proposed(a_situation())
    assert entered(proposal).record.resident_record_code == code(11)
    assert entered(proposal, SECOND).record.resident_record_code == code(101)


def test_a_code_is_never_drawn_unasked() -> None:
    with pytest.raises(InvalidValue) as refused:
        a_move_in(an_entrant(resident_record_code=None)).proposed(a_situation())
    assert refused.value.names == ("members.0.resident_record_code",)


@pytest.mark.parametrize("who", [an_entrant(draws_code=True), Entrant(addressee_number=addressee(11), draws_code=True)])
def test_nobody_who_has_a_code_is_given_another(who: Entrant) -> None:
    with pytest.raises(InvalidValue) as refused:
        a_move_in(who).proposed(a_situation(a_former_resident()))
    assert refused.value.names == ("members.0.draws_code",)


def test_a_family_gets_one_new_household_under_its_householder() -> None:
    notice = a_move_in(an_entrant(11), an_entrant(12, "妻"), an_entrant(13, "子"))
    assert codes(notice.proposed(a_situation())) == []
    members = after(a_situation(), notice).members_of(NEW_HOUSEHOLD)
    assert {one.householder_name for one in members} == {name_of(11).text}
    assert [is_householder(one) for one in members] == [True, False, False]


def test_who_joins_a_household_is_a_member_of_it() -> None:
    situation = a_situation(*a_family("世帯主"))
    notice = a_move_in(
        an_entrant(11, "妻"), household=household(1), current_address=Address("北海道苫小牧市旭町4丁目5番6号")
    )
    assert notice.wanted().households == (household(1),)
    assert notice.wanted().new_households == 0
    assert codes(notice.proposed(situation)) == []
    assert [one.householder_name for one in after(situation, notice).members_of(household(1))] == [name_of(1).text] * 2


def test_a_household_in_which_nobody_lives_is_refused() -> None:
    with pytest.raises(InvalidValue) as refused:
        a_move_in(household=household(7)).proposed(a_situation())
    assert refused.value.names == ("household",)


def test_an_unreported_move_in_says_so_behind_the_address_before() -> None:
    record = entered(a_move_in(origin=Origin.UNREPORTED).proposed(a_situation())).record
    assert record.previous_address == Address("東京都架空区架空1丁目1番1号（未届）")


def test_who_comes_from_japan_says_from_where() -> None:
    with pytest.raises(InvalidValue) as refused:
        a_move_in(previous_address=None).proposed(a_situation())
    assert refused.value.names == ("previous_address",)


def test_two_of_one_notification_with_one_number_are_an_error() -> None:
    notice = a_move_in(an_entrant(11), an_entrant(12, "妻", individual_number=number(11)))
    proposal = notice.proposed(a_situation())
    assert codes(proposal) == ["SAID_TWICE"]
    assert proposal.findings[0].names == ("members.1.individual_number",)


def test_who_looks_like_a_newcomer_is_asked_for_by_what_the_record_would_say() -> None:
    (newcomer,) = a_move_in().wanted().match
    assert newcomer.individual_number == number(11).value
    assert (newcomer.full_name, newcomer.sex, newcomer.date_of_birth) == (name_of(11).text, "FEMALE", "1985-06-07")


@pytest.mark.parametrize(
    ("notice", "name"),
    [
        (a_move_in(an_entrant(date_of_birth=None)), "members.0.date_of_birth"),
        (a_move_in(an_entrant(registered_domicile=None)), "members.0.registered_domicile"),
        (a_move_in(a_foreigner(residence_card_number=None)), "members.0.residence_card_number"),
        (a_move_in(an_entrant(), a_foreigner(period_of_stay="")), "members.1.period_of_stay"),
        (a_move_in(Entrant(addressee_number=addressee(9))), "members.0.addressee_number"),
    ],
)
def test_a_record_that_could_not_be_is_refused_by_the_name_of_the_input(notice: MoveIn, name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        notice.proposed(a_situation())
    assert refused.value.names == (name,)


@pytest.mark.parametrize(
    "members",
    [(), (an_entrant(),) * 51, (Entrant(addressee_number=addressee(1)), Entrant(addressee_number=addressee(1)))],
    ids=["nobody", "too many", "somebody twice"],
)
def test_members_are_some_not_too_many_and_each_once(members: tuple[Entrant, ...]) -> None:
    notice = MoveIn(filing=a_filing(), members=members, current_address=Address("北海道苫小牧市新町"))
    with pytest.raises(InvalidValue) as refused:
        notice.wanted()
    assert refused.value.names == ("members",)


def test_nobody_moves_in_before_birth() -> None:
    notice = a_move_in(an_entrant(date_of_birth=RegisterDate("2026-04-11")))
    assert codes(notice.proposed(a_situation())) == ["BEFORE_BIRTH"]


def test_a_character_of_the_municipalitys_own_needs_a_substitute() -> None:
    proposal = a_move_in(an_entrant(full_name=Name("架空　\ue000子"))).proposed(a_situation())
    assert codes(proposal) == ["SUBSTITUTE_NEEDED"]
    assert proposal.findings[0].names == ("members.0.full_name",)


def an_article_3046(*members: Entrant, **said: Any) -> Article3046:
    """A foreign resident who settles after landing."""
    address = Address("北海道苫小牧市新町1丁目1番1号")
    return Article3046(filing=a_filing(), members=members or (a_foreigner(),), current_address=address, **said)


def test_article_30_46_is_entered_as_from_abroad_without_an_address_before() -> None:
    event = entered(an_article_3046().proposed(a_situation()))
    assert event.reason is ChangeReason.MOVE_IN_FROM_ABROAD
    assert event.notification_reason == "法第30条の46転入"
    assert event.record.previous_address is None


def test_article_30_47_says_since_when_they_have_lived_there() -> None:
    notice = Article3047(
        filing=a_filing(),
        members=(a_foreigner(),),
        current_address=Address("北海道苫小牧市新町1丁目1番1号"),
        address_established_on=RegisterDate("2025-12-01"),
    )
    event = entered(notice.proposed(a_situation()))
    assert event.reason is ChangeReason.MOVE_IN_FROM_ABROAD
    assert event.notification_reason == "法第30条の47届出"
    assert event.record.address_established_on == RegisterDate("2025-12-01")
    assert event.record.became_foreign_resident_on == on()


@pytest.mark.parametrize("who", [an_entrant(), a_foreigner(foreign_resident_category="出生による経過滞在者")])
def test_only_four_categories_notify_by_these_articles(who: Entrant) -> None:
    proposal = an_article_3046(who).proposed(a_situation())
    assert codes(proposal) == ["NOT_OF_THE_ARTICLE"]
    assert proposal.changes
