"""Builders of records and households: valid by themselves, and every item can be said otherwise."""

from __future__ import annotations

from itertools import islice
from typing import Any

from domain.households import Household, Listed, Member
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex

NUMBERS = tuple(islice(AddresseeNumber.numbers_from(1), 200))
"""The first addressee numbers; some serials have none, so tests count people and not serials."""


def addressee(nth: int) -> AddresseeNumber:
    """The addressee number of the nth person, from 1."""
    return NUMBERS[nth - 1]


def a_record(**items: Any) -> ResidentRecord:
    """A Japanese resident's record."""
    usual: dict[str, Any] = {
        "addressee_number": addressee(1),
        "household_number": HouseholdNumber.from_serial(1),
        "individual_number": IndividualNumber("644678155351"),
        "resident_record_code": ResidentRecordCode("16004598419"),
        "full_name": Name("架空　花子"),
        "date_of_birth": RegisterDate("1950-03-31"),
        "sex": Sex.FEMALE,
        "current_address": Address("北海道苫小牧市旭町4丁目5番6号"),
        "registered_domicile": "北海道苫小牧市旭町4丁目",
        "family_register_head": "架空　太郎",
        "became_resident_on": RegisterDate("1980-04-01"),
    }
    return ResidentRecord(**{**usual, **items})


def a_foreign_record(**items: Any) -> ResidentRecord:
    """A foreign resident's record."""
    usual: dict[str, Any] = {
        "full_name": Name("SAMPLE NAME"),
        "registered_domicile": None,
        "family_register_head": None,
        "became_resident_on": None,
        "became_foreign_resident_on": RegisterDate("2015-04-01"),
        "foreign_resident_category": "中長期在留者",
        "residence_card_number": "AB00000000CD",
        "nationality_or_region": "架空国",
    }
    return a_record(**{**usual, **items})


def member(nth: int, relationship: str | None) -> Member:
    """A member of a household."""
    return Member(addressee(nth), None if relationship is None else Relationship(relationship))


def a_household(*members: Member, householder: AddresseeNumber | None = None, serial: int = 1) -> Household:
    """A household with a number of its own."""
    return Household(HouseholdNumber.from_serial(serial), members, householder)


def listed(nth: int, relationship: str | None, born: str = "1970-01-01", **said: Any) -> Listed:
    """A member as a household copy lists her."""
    return Listed(member(nth, relationship), RegisterDate(born), **said)
