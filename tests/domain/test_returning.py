"""Who comes back, and whoever looks like somebody who comes (再転入者: 標準仕様書1.0 4.1.1.2)."""

from __future__ import annotations

import pytest

from domain.procedures.entering import Entrant
from domain.values.addresses import Address
from domain.values.relationships import Relationship
from tests.domain.entrants import (
    a_former_resident,
    a_move_in,
    an_entrant,
    entered,
    record_then,
)
from tests.domain.people import addressee
from tests.domain.situations import (
    a_family,
    a_match,
    a_situation,
    after,
    code,
    codes,
    name_of,
    number,
    on,
)

pytestmark = pytest.mark.holds("S1-01")


def test_who_comes_back_keeps_her_addressee_number_and_what_she_is() -> None:
    before = a_former_resident(
        former_surname="旧姓",
        national_pension_eligibility="1号",
        planned_move_out_address=Address("他"),
    )
    back = Entrant(addressee_number=addressee(11), relationship_to_householder=Relationship("世帯主"))
    notice = a_move_in(back)
    assert notice.wanted().residents == (addressee(11),)
    assert notice.wanted().new_residents == 0
    record = record_then(after(a_situation(before), notice), addressee(11))
    assert not record.is_closed
    assert (record.full_name, record.resident_record_code, record.individual_number) == (
        name_of(11),
        code(11),
        number(11),
    )
    assert record.former_surname == "旧姓"
    assert record.national_pension_eligibility is None
    assert record.planned_move_out_address is None


@pytest.mark.holds("M13")
def test_what_an_earlier_record_says_otherwise_is_a_warning() -> None:
    back = an_entrant(11, addressee_number=addressee(11), resident_record_code=code(99), date_of_birth=None)
    proposal = a_move_in(back).proposed(a_situation(a_former_resident()))
    assert codes(proposal) == ["EARLIER_CODE_DIFFERS"]
    assert proposal.findings[0].names == ("members.0.resident_record_code",)
    assert proposal.findings[0].check.told_by == "resident_record_code"


def test_who_comes_back_as_a_japanese_leaves_her_residence_status_behind() -> None:
    foreign = a_former_resident(
        registered_domicile=None,
        family_register_head=None,
        became_resident_on=None,
        became_foreign_resident_on=on("2020-01-01"),
        foreign_resident_category="特別永住者",
        nationality_or_region="架空国",
    )
    back = an_entrant(11, addressee_number=addressee(11))
    record = record_then(after(a_situation(foreign), a_move_in(back)), addressee(11))
    assert not record.is_foreign
    assert record.nationality_or_region is None


@pytest.mark.holds("M16", "F-05")
def test_moving_in_of_a_resident_is_an_error() -> None:
    back = an_entrant(1, addressee_number=addressee(1))
    proposal = a_move_in(back).proposed(a_situation(*a_family("世帯主")))
    assert "ALREADY_RESIDENT" in [finding.check.code for finding in proposal.errors]


@pytest.mark.holds("M13", "M16", "A-10")
@pytest.mark.parametrize("item", ["individual_number", "resident_record_code", "residence_card_number"])
@pytest.mark.parametrize("is_closed", [True, False])
def test_a_number_of_somebody_else_is_an_error_told_to_who_may_search_by_it(item: str, is_closed: bool) -> None:
    situation = a_situation(*a_family("世帯主"), matches=(a_match(1, item, is_closed=is_closed),))
    (error,) = a_move_in().proposed(situation).errors
    assert error.check.told_by == item
    assert error.names == (f"members.0.{item}",)
    assert error.check.code.endswith("_OF_CLOSED_RECORD" if is_closed else "_OF_RESIDENT")


@pytest.mark.holds("A-10")
def test_where_only_some_are_told_of_an_error_the_changes_are_proposed_whole() -> None:
    situation = a_situation(matches=(a_match(1, "individual_number"),))
    proposal = a_move_in().proposed(situation)
    assert not proposal.is_refused
    assert entered(proposal).record.householder_name == name_of(11).text


@pytest.mark.holds("M13")
@pytest.mark.parametrize(("is_closed", "told"), [(True, "LOOKS_LIKE_CLOSED_RECORD"), (False, "LOOKS_LIKE_RESIDENT")])
def test_the_same_name_sex_and_birth_are_a_warning(is_closed: bool, told: str) -> None:
    match = a_match(1, "full_name", "sex", "date_of_birth", is_closed=is_closed)
    proposal = a_move_in().proposed(a_situation(matches=(match,)))
    assert codes(proposal) == [told]
    assert proposal.errors == ()


@pytest.mark.holds("M13")
def test_her_own_earlier_record_is_no_match() -> None:
    match = a_match(11, "individual_number", "resident_record_code")
    back = Entrant(addressee_number=addressee(11), relationship_to_householder=Relationship("世帯主"))
    assert codes(a_move_in(back).proposed(a_situation(a_former_resident(), matches=(match,)))) == []
