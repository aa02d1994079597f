"""The numbers of the demonstration: right check digits, no two alike, and made at sight.

Every Individual Number begins with 9900, every Resident Record Code with 99, every residence card number with XX and
every integrated addressee number with 98, so that none of these holds what looks like one of those Individual Numbers.
No range of any of them is reserved for tests, so a made number may still be somebody's; hence it never stands beside a
real person's data (D-07). A municipality validates Individual Numbers and makes none: this is the only place that does,
and it makes them for the demonstration alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random

from domain.values.check_digits import number_check_digit
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber, ResidentRecordCode

_SERIALS = range(10_000_000)  # as many as the prefixes leave room for
_CARD_SERIALS = range(100_000_000)
_CARD_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which look like digits


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the next record and the next household are numbered with."""

    addressee: Iterator[AddresseeNumber]
    household: Iterator[HouseholdNumber]
    individual: Iterator[IndividualNumber]
    resident_record: Iterator[ResidentRecordCode]
    integrated_addressee: Iterator[str]
    residence_card: Iterator[str]
    process: Iterator[int]

    @classmethod
    def for_residents(cls, random: Random, residents: int) -> Numbers:
        """Numbers for this many records, different from each other."""
        return cls(
            addressee=AddresseeNumber.numbers_from(1),
            household=HouseholdNumber.numbers_from(1),
            individual=map(_individual_number, random.sample(_SERIALS, residents)),
            resident_record=map(_resident_record_code, random.sample(_SERIALS, residents)),
            integrated_addressee=(f"98{serial:013}" for serial in random.sample(_SERIALS, residents)),
            residence_card=(_card(random, serial) for serial in random.sample(_CARD_SERIALS, residents)),
            process=count(1),
        )


def spare_codes(random: Random, count: int) -> frozenset[ResidentRecordCode]:
    """So many Resident Record Codes that no record is made with: they begin with 991."""
    return frozenset(_resident_record_code(serial, "991") for serial in random.sample(_SERIALS, count))


def _individual_number(serial: int) -> IndividualNumber:
    body = f"9900{serial:07}"
    return IndividualNumber(body + number_check_digit(body))


def _resident_record_code(serial: int, beginning: str = "990") -> ResidentRecordCode:
    body = f"{beginning}{serial:07}"
    return ResidentRecordCode(body + number_check_digit(body))


def _card(random: Random, serial: int) -> str:
    """The layout of a residence card: two letters, eight digits, two letters (入管法施行規則第19条の6第5項)."""
    return f"XX{serial:08}{''.join(random.choices(_CARD_LETTERS, k=2))}"
