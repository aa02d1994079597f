"""A village small enough to know by heart: who lives where, who is protected, whose record is closed.

1  架空　太郎   householder of household 1, with his wife 2 and child 3
4  見本　花子   householder of household 2, protected (支援措置), with her child 5
6  例示　一郎   moved out: his closed record still names household 2, where 4 and 5 live
7  SAMPLE JOHN  foreign resident, alone in household 3
8  試行　次郎   died: closed record of household 1
9  仮置　葛󠄀子   a name with a variation selector, alone in household 4; her measure has expired

Some have a history (tests/village_histories.py): 2 above all; 4; 6; and 9, who lived with 4 before.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.households import Household
from domain.residents import ResidentRecord
from domain.support_measures import SupportKind, SupportMeasure
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex
from persistence.register_writing import Register
from tests.domain.people import a_foreign_record, a_household, a_record, addressee, member
from tests.village_histories import histories

CODE = "012131"
TODAY = date(2026, 11, 23)
ABSENT_NUMBER = "123456789018"
"""A well-formed Individual Number that nobody in the village has."""

NUMBERS = (
    "644678155351",
    "090451592040",
    "855867956820",
    "317374607220",
    "293854884473",
    "983205673214",
    "621498320257",
    "379474484458",
    "454972364860",
)
CODES = (
    "16004598419",
    "09573296386",
    "52933217183",
    "88490864550",
    "40104721828",
    "24727059608",
    "24846016224",
    "25208017643",
    "12345678903",
)
HOME_1, HOME_2 = "北海道苫小牧市旭町4丁目5番6号", "北海道苫小牧市字勇払901番地"
EVERYONE = 'nameKana: "カクウ", dateOfBirth: "1950"'
"""Conditions of a search, enough for whoever sees the items, that all in the village meet."""
HIDING_PLACE = "字勇払901"
"""What must never be in an answer, a log or the ledger where the protected persons' whereabouts are withheld."""


def number_of(nth: int) -> str:
    """The addressee number of the nth villager."""
    return addressee(nth).value


def household_number(serial: int) -> str:
    """The number of a household."""
    return HouseholdNumber.from_serial(serial).value


def _person(nth: int, name: str, household: int, **items: Any) -> ResidentRecord:
    build = items.pop("build", a_record)
    usual: dict[str, Any] = {
        "addressee_number": addressee(nth),
        "household_number": HouseholdNumber.from_serial(household),
        "individual_number": IndividualNumber(NUMBERS[nth - 1]),
        "resident_record_code": ResidentRecordCode(CODES[nth - 1]),
        "full_name": Name(name),
        "current_address": Address(HOME_2 if household == 2 else HOME_1),
        "previous_address": "青森県青森市中央1丁目22番5号",
        "name_kana": "カクウ　ムラビト",
    }
    record: ResidentRecord = build(**{**usual, **items})
    return record


def residents() -> tuple[ResidentRecord, ...]:
    """Everybody, closed records too."""
    return (*_current(), *_closed())


def _closed() -> tuple[ResidentRecord, ...]:
    closed = {"sex": Sex.MALE, "ceased_resident_on": RegisterDate("2025-06-30")}
    return (
        _person(6, "例示　一郎", 2, confirmed_move_out_address="青森県青森市長島1丁目", **closed),
        _person(8, "試行　次郎", 1, **closed),
    )


def _current() -> tuple[ResidentRecord, ...]:
    return (
        _person(
            1,
            "架空　太郎",
            1,
            sex=Sex.MALE,
            name_kana="カクウ　タロウ",
            householder_name="架空　太郎",
            relationship_to_householder=Relationship("世帯主"),
            long_term_care_insurance_eligibility="該当（第1号被保険者）",
            national_pension_eligibility="該当（第1号）",
            building_line="見本荘101号",
        ),
        _person(2, "架空　花子", 1, relationship_to_householder=Relationship("妻"), householder_name="架空　太郎"),
        _person(3, "架空　子太郎", 1, relationship_to_householder=Relationship("子"), householder_name="架空　太郎"),
        _person(
            4,
            "見本　花子",
            2,
            relationship_to_householder=Relationship("世帯主"),
            householder_name="見本　花子",
            building_line="隠れ荘404号",
            registered_domicile="北海道苫小牧市字勇払901番地",
        ),
        _person(5, "見本　子", 2, relationship_to_householder=Relationship("子"), householder_name="見本　花子"),
        _person(
            7,
            "SAMPLE JOHN",
            3,
            build=a_foreign_record,
            name_katakana_transcription="サンプル　ジョン",
            status_of_residence="技術・人文知識・国際業務",
            alias_history=("架空　譲",),
        ),
        _person(9, "仮置　葛\U000e0100子", 4, former_surname="旧見本"),
    )


def households() -> tuple[Household, ...]:
    """Who lives together."""
    return (
        a_household(member(1, "世帯主"), member(2, "妻"), member(3, "子"), householder=addressee(1), serial=1),
        a_household(member(4, "世帯主"), member(5, "子"), householder=addressee(4), serial=2),
        a_household(member(7, None), serial=3),
        a_household(member(9, None), serial=4),
    )


def measures(today: date = TODAY) -> tuple[tuple[UUID, SupportMeasure], ...]:
    """One in force today, one that ended."""
    long_ago = today.replace(year=today.year - 3)
    return (
        (UUID(int=1), _measure(addressee(4), today.replace(month=1, day=15))),
        (UUID(int=2), _measure(addressee(9), long_ago)),
    )


def _measure(number: AddresseeNumber, starts_on: date) -> SupportMeasure:
    return SupportMeasure.for_a_year(number, SupportKind.DOMESTIC_VIOLENCE, starts_on=starts_on)


def village(today: date = TODAY) -> Register:
    """The whole village, ready to be written."""
    return Register(residents(), households(), measures(today), histories(residents()))
