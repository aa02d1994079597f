"""Which counterpart hears of which change (住基法第9条, 第19条, 第24条の2, 第30条の6; 標準仕様書1.0 7.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from domain.change_reasons import ChangeReason
from domain.life_events import (
    AliasChanged,
    BecameForeign,
    BecameJapanese,
    Born,
    CodeChanged,
    Corrected,
    DeletedExOfficio,
    Died,
    EnteredExOfficio,
    FormerSurnameChanged,
    LifeEvent,
    MovedIn,
    MovedOut,
    MovedWithin,
    MoveOutConfirmed,
    MoveOutPlanned,
    NumberChanged,
    Reversed,
    Revised,
    Seated,
)
from domain.outbox import FROM_IMMIGRATION, SPECIAL_CASE_MOVE_OUT, Counterpart, MessageKind, messages_of
from domain.procedures.moving import MoveOut
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.values.names import Name
from domain.values.relationships import Relationship
from tests.domain.people import a_foreign_record, a_record, addressee
from tests.domain.situations import a_family, a_filing, a_situation

pytestmark = pytest.mark.holds("S1-01", "S1-02", "S1-03")

DAY = RegisterDate("2025-04-01")
SAPPORO = Address("北海道札幌市中央区北1条西2丁目")
ELSEWHERE_IN_TOWN = Address("北海道苫小牧市表町1丁目1番1号")
PARIS = Address("Paris, France")
HOUSEHOLD = HouseholdNumber.from_serial(2)
R = ChangeReason
PREFECTURE, JLIS, CARDS, FORMER, NEW, DOMICILE, IMMIGRATION = Counterpart
LEFT = {"ceased_resident_on": DAY}
NUMBERLESS = a_record(individual_number=None)
CAME = a_record(previous_address=SAPPORO)


def told(reason: ChangeReason, **said: Any) -> dict[str, Any]:
    return {"reason": reason, "changed_on": DAY, "notified_on": DAY, **said}


def moved(address: Address, building_line: str | None = None) -> LifeEvent:
    return MovedWithin(
        **told(R.MOVE_WITHIN),
        household_number=HOUSEHOLD,
        relationship_to_householder=Relationship("世帯主"),
        householder_name="架空　花子",
        current_address=address,
        building_line=building_line,
        address_established_on=DAY,
        previous_address=None,
    )


def seated(reason: ChangeReason) -> LifeEvent:
    seat = {"relationship_to_householder": Relationship("子"), "householder_name": "架空　太郎"}
    return Seated(**told(reason), household_number=HOUSEHOLD, **seat)


def revised(**items: Any) -> LifeEvent:
    return Revised(**told(R.EX_OFFICIO_REVISION), revised=items)


Row = tuple[LifeEvent, ResidentRecord | None, Sequence[Counterpart]]

ENTRIES: dict[str, Row] = {
    "from another town": (MovedIn(**told(R.MOVE_IN_DOMESTIC), record=CAME), None, (PREFECTURE, FORMER, DOMICILE)),
    "from abroad": (
        MovedIn(**told(R.MOVE_IN_FROM_ABROAD), record=a_record(previous_address=PARIS)),
        None,
        (PREFECTURE, DOMICILE),
    ),
    "birth, whose number is yet to come": (
        Born(**told(R.BIRTH), record=NUMBERLESS),
        None,
        (PREFECTURE, JLIS, DOMICILE),
    ),
    "ex officio, from another town": (
        EnteredExOfficio(**told(R.EX_OFFICIO_ENTRY), record=CAME),
        None,
        (PREFECTURE, FORMER, DOMICILE),
    ),
    "ex officio, from this town": (
        EnteredExOfficio(**told(R.EX_OFFICIO_ENTRY), record=a_record(previous_address=Address("苫小牧市表町1丁目"))),
        None,
        (PREFECTURE, DOMICILE),
    ),
    "a foreigner from abroad": (
        MovedIn(**told(R.MOVE_IN_FROM_ABROAD), record=a_foreign_record()),
        None,
        (PREFECTURE, IMMIGRATION),
    ),
    "naturalization, the Japanese side": (
        BecameJapanese(**told(R.EX_OFFICIO_ENTRY_NATURALIZATION), record=a_record()),
        a_foreign_record(**LEFT),
        (PREFECTURE, DOMICILE),
    ),
    "loss of nationality, the foreign side": (
        BecameForeign(**told(R.EX_OFFICIO_ENTRY_LOSS_OF_NATIONALITY), record=a_foreign_record()),
        a_record(**LEFT),
        (PREFECTURE, IMMIGRATION),
    ),
    "remade": (EnteredExOfficio(**told(R.REMAKE_ENTRY), record=a_record()), a_record(**LEFT), ()),
    "restored": (EnteredExOfficio(**told(R.RESTORATION_ENTRY), record=a_record()), a_record(**LEFT), ()),
}

DELETIONS: dict[str, Row] = {
    "moved out within Japan": (MovedOut(**told(R.MOVE_OUT_DOMESTIC), **LEFT), a_record(), (PREFECTURE,)),
    "moved abroad": (MovedOut(**told(R.MOVE_OUT_ABROAD), **LEFT), a_record(), (PREFECTURE, DOMICILE)),
    "died": (Died(**told(R.DEATH), **LEFT), a_record(), (PREFECTURE,)),
    "ex officio": (DeletedExOfficio(**told(R.EX_OFFICIO_DELETION), **LEFT), a_record(), (PREFECTURE, DOMICILE)),
    "a foreigner moved out": (
        MovedOut(**told(R.MOVE_OUT_DOMESTIC), **LEFT),
        a_foreign_record(),
        (PREFECTURE, IMMIGRATION),
    ),
    "naturalization, the foreign side": (
        DeletedExOfficio(**told(R.EX_OFFICIO_DELETION_NATURALIZATION), **LEFT),
        a_foreign_record(),
        (PREFECTURE, IMMIGRATION),
    ),
    "loss of nationality, the Japanese side": (
        DeletedExOfficio(**told(R.EX_OFFICIO_DELETION_LOSS_OF_NATIONALITY), **LEFT),
        a_record(),
        (PREFECTURE,),
    ),
    "remade": (DeletedExOfficio(**told(R.REMAKE_DELETION), **LEFT), a_record(), ()),
    "restored": (DeletedExOfficio(**told(R.RESTORATION_DELETION), **LEFT), a_record(), ()),
}

REVISIONS: dict[str, Row] = {
    "moved within the town": (moved(ELSEWHERE_IN_TOWN), a_record(), (PREFECTURE, DOMICILE)),
    "another building line": (
        moved(a_record().current_address, "見本荘101号"),
        a_record(),
        (PREFECTURE, DOMICILE),
    ),
    "a foreigner moved within": (moved(ELSEWHERE_IN_TOWN), a_foreign_record(), (PREFECTURE, IMMIGRATION)),
    "household split": (seated(R.HOUSEHOLD_SPLIT), a_record(), ()),
    "household merger": (seated(R.HOUSEHOLD_MERGER), a_record(), ()),
    "household change": (seated(R.HOUSEHOLD_CHANGE), a_record(), ()),
    "householder change": (seated(R.HOUSEHOLDER_CHANGE), a_foreign_record(), ()),
    "moving out planned": (
        MoveOutPlanned(**told(R.MOVE_OUT_DOMESTIC), planned_move_out_address=SAPPORO),
        a_record(),
        (),
    ),
    "moving abroad planned": (
        MoveOutPlanned(**told(R.MOVE_OUT_ABROAD), planned_move_out_address=PARIS),
        a_record(),
        (),
    ),
    "confirmed after it was closed": (
        MoveOutConfirmed(**told(R.EX_OFFICIO_DELETION), confirmed_move_out_address=SAPPORO),
        a_record(**LEFT),
        (),
    ),
    "the new town confirmed it": (
        MoveOutConfirmed(**told(R.EX_OFFICIO_REVISION), confirmed_move_out_address=SAPPORO),
        a_record(),
        (),
    ),
    "former surname": (
        FormerSurnameChanged(**told(R.FORMER_SURNAME_ENTRY), former_surname="見本", former_surname_reading="ミホン"),
        a_record(),
        (PREFECTURE,),
    ),
    "alias": (
        AliasChanged(**told(R.ALIAS_ENTRY), alias_history=("見本　太郎",)),
        a_foreign_record(),
        (PREFECTURE,),
    ),
    "another code": (
        CodeChanged(
            **told(R.RESIDENT_RECORD_CODE_CHANGE_REQUEST), resident_record_code=ResidentRecordCode("24727059608")
        ),
        a_record(),
        (PREFECTURE, DOMICILE),
    ),
    "another number": (
        NumberChanged(**told(R.INDIVIDUAL_NUMBER_CHANGE_REQUEST), individual_number=IndividualNumber("090451592040")),
        a_record(),
        (PREFECTURE, CARDS),
    ),
    "the first number": (
        NumberChanged(**told(R.INDIVIDUAL_NUMBER_EX_OFFICIO_ENTRY), individual_number=IndividualNumber("090451592040")),
        NUMBERLESS,
        (PREFECTURE, CARDS),
    ),
    "a name": (revised(full_name=Name("架空　華子")), a_record(), (PREFECTURE, DOMICILE)),
    "the reading of a name": (revised(name_reading="カクウ　ハナコ"), a_record(), (PREFECTURE,)),
    "a foreigner's name": (revised(full_name=Name("OTHER NAME")), a_foreign_record(), (PREFECTURE, IMMIGRATION)),
    "nationality": (revised(nationality_or_region="別国"), a_foreign_record(), (IMMIGRATION,)),
    "registered domicile alone": (revised(registered_domicile="北海道札幌市"), a_record(), ()),
    "a matter": (revised(national_pension_eligibility="第1号"), a_record(), ()),
    "a card": (revised(individual_number_card_status="交付"), a_record(), (CARDS,)),
    "a clerical error in the address": (
        Corrected(**told(R.CLERICAL_ERROR_CORRECTION), revised={"current_address": ELSEWHERE_IN_TOWN}),
        a_record(),
        (PREFECTURE, DOMICILE),
    ),
}


def heard(row: Row, **more: Any) -> list[Counterpart]:
    event, before, _ = row
    event = replace(event, **more)
    return [message.counterpart for message in messages_of(event, before, event.applied_to(before))]


@pytest.mark.parametrize("name", ENTRIES)
def test_of_an_entry_they_hear(name: str) -> None:
    assert heard(ENTRIES[name]) == list(ENTRIES[name][2])


@pytest.mark.parametrize("name", DELETIONS)
def test_of_a_deletion_they_hear(name: str) -> None:
    assert heard(DELETIONS[name]) == list(DELETIONS[name][2])


@pytest.mark.parametrize("name", REVISIONS)
def test_of_a_revision_they_hear(name: str) -> None:
    assert heard(REVISIONS[name]) == list(REVISIONS[name][2])


@pytest.mark.parametrize(("with_card", "told_to"), [(True, [NEW]), (False, [])])
def test_who_moves_with_a_card_is_announced_to_the_new_town_instead_of_bringing_a_certificate(
    with_card: bool, told_to: list[Counterpart]
) -> None:
    notice = MoveOut(filing=a_filing("2026-05-01"), residents=(addressee(1),), with_card=with_card)
    situation = a_situation(*a_family("世帯主"))
    (change,) = notice.proposed(situation).changes
    before = situation.record_of(addressee(1))
    assert before is not None

    messages = messages_of(change.event, before, change.event.applied_to(before))
    assert [message.counterpart for message in messages] == told_to


def test_who_goes_abroad_with_a_card_is_announced_to_no_town() -> None:
    assert heard(REVISIONS["moving abroad planned"], notification_reason=SPECIAL_CASE_MOVE_OUT) == []


def test_the_immigration_agency_does_not_hear_of_what_it_told_itself() -> None:
    assert heard(REVISIONS["nationality"], notification_reason=FROM_IMMIGRATION) == []


def test_a_reversed_entry_is_told_as_a_deletion_and_a_reversed_deletion_as_an_entry() -> None:
    closed = a_record(**LEFT)
    back = Reversed(**told(R.REVERSAL_INCREASE), of=1)
    gone = Reversed(**told(R.REVERSAL_DECREASE), of=1)

    assert [one.counterpart for one in messages_of(back, closed, a_record())] == [PREFECTURE, DOMICILE]
    assert [one.counterpart for one in messages_of(gone, a_record(), closed)] == [PREFECTURE, DOMICILE]


def test_a_reversed_change_of_household_is_told_to_nobody() -> None:
    before = a_record(relationship_to_householder=Relationship("子"))

    assert messages_of(Reversed(**told(R.REVERSAL_REVISION), of=1), before, a_record()) == ()


def test_a_closed_record_that_is_corrected_tells_no_deletion_twice() -> None:
    closed = a_record(**LEFT)
    later = replace(closed, ceased_resident_on=RegisterDate("2025-04-02"))

    assert messages_of(Corrected(**told(R.CLERICAL_ERROR_CORRECTION), revised={}), closed, later) == ()


def test_every_counterpart_and_message_has_its_japanese_word() -> None:
    assert len({one.japanese for one in Counterpart}) == len(Counterpart)
    assert len({one.japanese for one in MessageKind}) == len(MessageKind)
