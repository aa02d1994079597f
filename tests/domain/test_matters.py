"""The six kinds of 個別事項, and the states of cards."""

from __future__ import annotations

from itertools import product

import pytest

from domain.cards import MOVES, CardKind, CardState, may_follow, state_in, text_of
from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.notifications import Situation
from domain.procedures.matters import IndividualMatter, RecordCardState, RecordMatter
from domain.residents import ResidentRecord
from tests.domain.people import a_foreign_record, addressee
from tests.domain.situations import a_filing, a_resident, a_situation, after, codes, on, reasons

ITEMS = {
    IndividualMatter.ELECTORAL_ROLL: "electoral_roll_registration",
    IndividualMatter.NATIONAL_HEALTH_INSURANCE: "national_health_insurance_eligibility",
    IndividualMatter.LATE_STAGE_ELDERLY_CARE: "late_stage_elderly_care_eligibility",
    IndividualMatter.LONG_TERM_CARE_INSURANCE: "long_term_care_insurance_eligibility",
    IndividualMatter.NATIONAL_PENSION: "national_pension_eligibility",
    IndividualMatter.CHILD_ALLOWANCE: "child_allowance_eligibility",
}


def told(matter: IndividualMatter, text: str | None = "該当") -> RecordMatter:
    """What a programme tells of the first person."""
    return RecordMatter(filing=a_filing(), resident=addressee(1), matter=matter, text=text)


def a_state(state: CardState, card: CardKind = CardKind.INDIVIDUAL_NUMBER_CARD) -> RecordCardState:
    """How far a card of the first person has come."""
    return RecordCardState(filing=a_filing(), resident=addressee(1), card=card, state=state)


def standing(situation: Situation) -> ResidentRecord:
    """The first person's record."""
    record = situation.record_of(addressee(1))
    assert record is not None
    return record


@pytest.mark.holds("S1-12")
@pytest.mark.parametrize(("matter", "item"), ITEMS.items())
def test_each_of_the_six_matters_stands_under_its_item_and_in_the_list(matter: IndividualMatter, item: str) -> None:
    situation = a_situation(a_resident(1, individual_matters=("その他",)))
    record = standing(after(situation, told(matter)))

    assert getattr(record, item) == "該当"
    assert record.individual_matters == ("その他", matter.japanese)
    assert reasons(told(matter).proposed(situation).changes) == [ChangeReason.EX_OFFICIO_REVISION]


@pytest.mark.holds("S1-12")
def test_there_are_six_kinds_of_matters() -> None:
    assert set(ITEMS) == set(IndividualMatter)


@pytest.mark.holds("S1-12")
@pytest.mark.parametrize("matter", IndividualMatter)
def test_a_matter_that_ends_stands_nowhere_any_more(matter: IndividualMatter) -> None:
    situation = after(after(a_situation(a_resident(1)), told(matter)), told(matter, None))

    assert getattr(standing(situation), matter.item) is None
    assert standing(situation).individual_matters == ()


def test_a_matter_told_again_stands_once() -> None:
    matter = IndividualMatter.NATIONAL_PENSION
    situation = after(after(a_situation(a_resident(1)), told(matter)), told(matter, "第1号被保険者"))

    assert standing(situation).individual_matters == ("国民年金",)
    assert standing(situation).national_pension_eligibility == "第1号被保険者"


def test_no_foreign_resident_is_on_the_electoral_roll() -> None:
    proposal = told(IndividualMatter.ELECTORAL_ROLL).proposed(a_situation(a_foreign_record()))

    assert codes(proposal) == ["NOT_ON_A_FOREIGN_RECORD"]
    assert proposal.findings[0].names == ("matter",)


@pytest.mark.parametrize("text", ["", "該\n当", "該" * 201])
def test_a_matter_is_one_readable_line(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        told(IndividualMatter.NATIONAL_PENSION, text).proposed(a_situation(a_resident(1)))
    assert caught.value.kind == "text"


@pytest.mark.holds("S1-11")
def test_a_card_goes_from_its_application_to_its_return() -> None:
    situation = a_situation(a_resident(1))
    way = (
        *(CardState.APPLIED, CardState.ISSUED, CardState.DELIVERED, CardState.IN_USE, CardState.SUSPENDED),
        *(CardState.IN_USE, CardState.REVOKED, CardState.RETURNED),
    )
    for state in way:
        situation = after(situation, a_state(state))
        assert standing(situation).individual_number_card_status == f"{state.japanese} 2026-04-10"


@pytest.mark.holds("S1-11")
@pytest.mark.parametrize(("before", "state"), [*product((None, *CardState), CardState)])
def test_states_of_cards_move_only_as_allowed(before: CardState | None, state: CardState) -> None:
    text = None if before is None else text_of(before, on())
    proposal = a_state(state).proposed(a_situation(a_resident(1, individual_number_card_status=text)))

    assert codes(proposal) == ([] if state in MOVES[before] else ["CARD_STATE_CANNOT_FOLLOW"])


def test_a_card_that_ended_comes_into_use_only_as_a_new_one() -> None:
    for ended in (CardState.REVOKED, CardState.LAPSED, CardState.RETURNED, CardState.RECOVERED):
        assert not MOVES[ended] & {CardState.ISSUED, CardState.DELIVERED, CardState.IN_USE, CardState.SUSPENDED}


@pytest.mark.parametrize("state", [CardState.APPLIED, CardState.ISSUED, CardState.DELIVERED])
@pytest.mark.parametrize("before", [None, *CardState])
def test_no_basic_resident_registration_card_is_issued_any_more(before: CardState | None, state: CardState) -> None:
    assert not may_follow(CardKind.BASIC_RESIDENT_REGISTRATION_CARD, before, state)


def test_a_basic_resident_registration_card_can_be_given_back() -> None:
    notice = a_state(CardState.RETURNED, CardKind.BASIC_RESIDENT_REGISTRATION_CARD)
    situation = a_situation(a_resident(1, basic_resident_registration_card_status="失効（有効期間満了）"))

    assert standing(after(situation, notice)).basic_resident_registration_card_status == "返納済 2026-04-10"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (None, None),
        ("未交付", None),
        ("申請中", CardState.APPLIED),
        ("交付済 2020-01-01", CardState.DELIVERED),
        ("失効（有効期間満了）", CardState.LAPSED),
        ("返納済", CardState.RETURNED),
    ],
)
def test_a_state_is_read_from_what_the_register_says(text: str | None, state: CardState | None) -> None:
    assert state_in(text) is state


def test_the_card_of_somebody_who_died_can_still_be_recovered() -> None:
    dead = a_resident(1, ceased_resident_on=on("2026-01-01"), individual_number_card_status="失効")

    assert codes(a_state(CardState.RECOVERED).proposed(a_situation(dead))) == []
    assert codes(told(IndividualMatter.NATIONAL_PENSION).proposed(a_situation(dead))) == ["RECORD_CLOSED"]
