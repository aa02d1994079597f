"""Builders of people who come: as a form says them, and the notification that names them."""

from __future__ import annotations

from typing import Any

from domain.life_events import MovedIn
from domain.notifications import Proposal, Situation
from domain.procedures.entering import Entrant
from domain.procedures.moving_in import MoveIn
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber
from domain.values.relationships import Relationship
from domain.values.sex import Sex
from tests.domain.people import NUMBERS
from tests.domain.situations import HOUSEHOLDS, a_filing, a_resident, code, name_of, number, on

FIRST, SECOND = NUMBERS[100], NUMBERS[101]
NEW_HOUSEHOLD = HOUSEHOLDS[50]


def an_entrant(nth: int = 11, relationship: str | None = "世帯主", **said: Any) -> Entrant:
    """The nth person as a form says her."""
    usual: dict[str, Any] = {
        "full_name": name_of(nth),
        "date_of_birth": RegisterDate("1985-06-07"),
        "sex": Sex.FEMALE,
        "relationship_to_householder": None if relationship is None else Relationship(relationship),
        "individual_number": number(nth),
        "resident_record_code": code(nth),
        "registered_domicile": "東京都架空区架空1番地",
        "family_register_head": "架空　筆頭",
    }
    return Entrant(**{**usual, **said})


def a_foreigner(nth: int = 12, relationship: str | None = "世帯主", **said: Any) -> Entrant:
    """The nth person as a form says her, a foreign resident."""
    usual: dict[str, Any] = {
        "registered_domicile": None,
        "family_register_head": None,
        "foreign_resident_category": "中長期在留者",
        "residence_card_number": "AB12345678CD",
        "nationality_or_region": "架空国",
        "resident_record_code": None,
        "individual_number": None,
        "draws_code": True,
    }
    return an_entrant(nth, relationship, **{**usual, **said})


def a_move_in(*members: Entrant, **said: Any) -> MoveIn:
    """Who comes from elsewhere in Japan, to a household of their own."""
    usual: dict[str, Any] = {
        "filing": a_filing(),
        "members": members or (an_entrant(),),
        "current_address": Address("北海道苫小牧市新町1丁目1番1号"),
        "building_line": "架空荘101",
        "previous_address": Address("東京都架空区架空1丁目1番1号"),
    }
    return MoveIn(**{**usual, **said})


def a_former_resident(nth: int = 11, **items: Any) -> ResidentRecord:
    """Who moved out two years ago."""
    return a_resident(nth, ceased_resident_on=on("2024-03-31"), change_reason="国内転出", **items)


def entered(proposal: Proposal, who: AddresseeNumber = FIRST) -> MovedIn:
    """The entry of somebody, her only change."""
    (event,) = (change.event for change in proposal.changes if change.addressee_number == who)
    assert isinstance(event, MovedIn)
    return event


def record_then(situation: Situation, who: AddresseeNumber) -> ResidentRecord:
    """The record of somebody who has one."""
    record = situation.record_of(who)
    assert record is not None
    return record
