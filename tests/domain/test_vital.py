"""Births, deaths and adjudications of disappearance: what the family register tells (標準仕様書1.0 4.2.1.2, 4.2.2)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.life_events import Born, DeletedExOfficio, Died
from domain.procedures.vital import BORN_FOREIGN, AdjudicationOfDisappearance, Birth, Child, Death
from domain.residents import ResidentRecord
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import HOUSEHOLDER, Relationship
from domain.values.sex import Sex
from tests.domain.people import addressee
from tests.domain.situations import (
    TODAY,
    a_family,
    a_filing,
    a_match,
    a_resident,
    a_situation,
    after,
    approved,
    codes,
    events_of,
    household,
    reasons,
)

NAME = Name("架空　新")
REGISTER = {"registered_domicile": "北海道苫小牧市旭町4丁目", "family_register_head": "架空　一1"}


def a_birth(changed_on: str = "2026-04-08", home: int = 1, **child: Any) -> Birth:
    """A child of the first household; what is said of it differently."""
    usual: dict[str, Any] = {
        "full_name": NAME,
        "sex": Sex.FEMALE,
        "relationship_to_householder": Relationship("子"),
        **REGISTER,
    }
    return Birth(filing=a_filing(changed_on), household=household(home), child=Child(**{**usual, **child}))


def born(notice: Birth, *people: ResidentRecord) -> ResidentRecord:
    """The child's record once the birth is approved."""
    record = after(a_situation(*people), notice).record_of(addressee(101))
    assert record is not None
    return record


@pytest.mark.holds("S1-01")
def test_birth_enters_the_child_at_home_with_a_number_and_a_code_of_its_own() -> None:
    couple = a_family("世帯主", "妻")
    situation = a_situation(*couple)
    proposal = a_birth().proposed(situation)
    child = born(a_birth(), *couple)

    assert reasons(proposal.changes) == [ChangeReason.BIRTH]
    assert isinstance(proposal.changes[0].event, Born)
    assert (child.addressee_number, child.resident_record_code) == (addressee(101), situation.new_codes[0])
    assert child.current_address == couple[0].current_address
    assert child.householder_name == couple[0].full_name.text if couple[0].full_name else None
    assert (child.change_reason, child.change_record, child.individual_number) == ("出生", "記載", None)


def test_the_date_of_change_of_a_birth_is_every_first_day_of_the_child() -> None:
    child = born(a_birth("2026-04-08"), *a_family("世帯主"))
    days = (child.date_of_birth, child.became_resident_on, child.address_established_on, child.changed_on)

    assert set(days) == {RegisterDate("2026-04-08")}


def test_a_birth_asks_for_its_household_and_for_whoever_looks_like_the_child() -> None:
    wanted = a_birth().wanted()

    assert wanted.households == (household(1),)
    assert (wanted.new_residents, wanted.new_codes) == (1, 1)
    assert [(one.full_name, one.sex, one.date_of_birth) for one in wanted.match] == [
        (NAME.text, "FEMALE", "2026-04-08")
    ]


@pytest.mark.holds("M13")
def test_a_child_that_looks_like_a_resident_is_a_warning() -> None:
    alike = a_match(7, "full_name", "sex", "date_of_birth", is_closed=False)

    assert codes(a_birth().proposed(a_situation(*a_family("世帯主"), matches=(alike,)))) == ["LOOKS_LIKE_RESIDENT"]


def test_a_child_takes_its_family_register_from_a_member_of_the_household() -> None:
    mother = a_resident(1, registered_domicile="札幌市中央区北1条", family_register_head="架空　母")
    notice = a_birth(registered_domicile=None, family_register_head=None, family_register_of=addressee(1))
    child = born(notice, mother)

    assert (child.registered_domicile, child.family_register_head) == ("札幌市中央区北1条", "架空　母")


def test_a_foreign_child_stays_for_now_by_birth() -> None:
    notice = a_birth(nationality_or_region="架空国", registered_domicile=None, family_register_head=None)
    child = born(notice, *a_family("世帯主"))

    assert child.foreign_resident_category == BORN_FOREIGN
    assert child.became_foreign_resident_on == RegisterDate("2026-04-08")
    assert child.became_resident_on is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"registered_domicile": None}, "child.registered_domicile"),
        ({"family_register_of": addressee(9)}, "child.family_register_of"),
        ({"name_kana": "\x00"}, "child.name_kana"),
    ],
)
def test_a_birth_that_makes_no_record_names_the_input(said: dict[str, Any], kind: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        a_birth(**said).proposed(a_situation(*a_family("世帯主")))
    assert caught.value.kind == kind


def test_a_child_is_born_into_a_household_where_somebody_lives() -> None:
    with pytest.raises(InvalidValue) as caught:
        a_birth(home=2).proposed(a_situation(*a_family("世帯主")))
    assert caught.value.kind == "household"


def test_nobody_is_born_tomorrow() -> None:
    assert codes(a_birth("2026-04-11").proposed(a_situation(*a_family("世帯主")))) == ["CHANGED_IN_FUTURE"]


@pytest.mark.holds("S1-03")
def test_death_closes_the_record_and_leaves_the_others_as_they_are() -> None:
    situation = a_situation(*a_family("世帯主", "妻", "子"))
    notice = Death(filing=a_filing("2026-04-09"), resident=addressee(3))
    proposal = notice.proposed(situation)
    record = after(situation, notice).record_of(addressee(3))

    assert reasons(proposal.changes) == [ChangeReason.DEATH]
    assert isinstance(proposal.changes[0].event, Died)
    assert record is not None
    assert record.ceased_resident_on == RegisterDate("2026-04-09")
    assert (record.change_reason, record.change_record) == ("死亡", "消除")


def test_the_one_who_is_left_after_a_death_becomes_householder() -> None:
    situation = a_situation(*a_family("世帯主", "妻"))
    widow = after(situation, Death(filing=a_filing(), resident=addressee(1))).record_of(addressee(2))

    assert widow is not None
    assert widow.relationship_to_householder == HOUSEHOLDER
    assert widow.full_name is not None
    assert widow.householder_name == widow.full_name.text


def test_a_householder_who_dies_and_leaves_two_behind_is_a_warning() -> None:
    proposal = Death(filing=a_filing(), resident=addressee(1)).proposed(a_situation(*a_family("世帯主", "妻", "子")))

    assert codes(proposal) == ["HOUSEHOLDER_LEAVES"]


@pytest.mark.parametrize("day", ["年月日不詳", "令和8年3月頃", "推定令和8年3月1日"])
@pytest.mark.parametrize("notice", [Death, AdjudicationOfDisappearance])
def test_the_day_of_a_death_or_disappearance_may_be_uncertain(notice: type[Death], day: str) -> None:
    filing = replace(a_filing(), changed_on=RegisterDate.from_text(day))
    proposal = notice(filing=filing, resident=addressee(1)).proposed(a_situation(a_resident(1)))

    assert codes(proposal) == []


@pytest.mark.holds("S1-03", "F-05")
def test_nobody_dies_twice() -> None:
    situation = after(a_situation(a_resident(1)), Death(filing=a_filing(), resident=addressee(1)))
    proposal = Death(filing=a_filing(), resident=addressee(1)).proposed(situation)

    assert codes(proposal) == ["RECORD_CLOSED"]
    assert proposal.changes == ()


@pytest.mark.holds("S1-03")
def test_ex_officio_deletion_follows_an_adjudication_of_disappearance() -> None:
    situation = a_situation(a_resident(1))
    proposal = AdjudicationOfDisappearance(filing=a_filing("2026-03-01"), resident=addressee(1)).proposed(situation)
    event = events_of(proposal, addressee(1))[0]

    assert isinstance(event, DeletedExOfficio)
    assert event.reason is ChangeReason.EX_OFFICIO_DELETION
    assert event.notification_reason == "失踪届"
    record = approved(situation, proposal).record_of(addressee(1))
    assert record is not None
    assert record.is_closed


def test_a_death_of_nobody_here_names_the_input() -> None:
    with pytest.raises(InvalidValue) as caught:
        Death(filing=a_filing(), resident=addressee(9)).proposed(a_situation(a_resident(1)))
    assert caught.value.kind == "resident"
    assert addressee(9).value not in caught.value.message


def test_a_notice_of_today_counts_as_notified_today() -> None:
    event = Death(filing=a_filing(), resident=addressee(1)).proposed(a_situation(a_resident(1))).changes[0].event

    assert event.notified_on == RegisterDate.of(TODAY)
