"""What the villagers' records said before they said what they say now.

2  架空　花子    came as 仮名　花子, got another Individual Number, married (her name was written 華子), was moved by
                mistake and back (取消し), moved home; then the mistake in her name was corrected from its first day on
4  見本　花子    lived somewhere else before she lived where she is protected
6  例示　一郎    lived in household 2 before he moved out
9  仮置　葛󠄀子   lived in household 2, where 4 lives, before she moved into a household of her own
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber
from domain.values.names import Name
from domain.versions import Version
from tests.domain.people import addressee

JAPAN = timezone(timedelta(hours=9))
OLD_NUMBER = "888541836927"
"""The Individual Number that 2 had first."""
OLD_HOME, WRONG_HOME = "北海道苫小牧市沼ノ端中央1丁目2番3号", "北海道苫小牧市字樽前9番地"
FIRST_HIDING_PLACE, HIDING_PLACE = "北海道苫小牧市字樽前7番地", "北海道苫小牧市字勇払901番地"

MAIDEN, MISSPELT = "仮名　花子", "架空　華子"


def histories(residents: Iterable[ResidentRecord]) -> Mapping[AddresseeNumber, Sequence[Version]]:
    """All versions of those who have more than one, by whose they are; the last is the record that stands."""
    standing = {record.addressee_number: record for record in residents}
    of_whom = {addressee(nth): versions for nth, versions in ((2, _hanako), (4, _protected), (6, _closed), (9, _apart))}
    return {number: versions(standing[number]) for number, versions in of_whom.items()}


def version(record: ResidentRecord, valid_from: str, recorded_on: str, **items: Any) -> Version:
    """A version that differs from the record in these items, recorded at nine in the morning."""
    at = datetime.fromisoformat(f"{recorded_on}T09:00").replace(tzinfo=JAPAN)
    return Version(replace(record, **items), date.fromisoformat(valid_from), at)


def _hanako(now: ResidentRecord) -> tuple[Version, ...]:
    old_home, wrong_home, misspelt = Address(OLD_HOME), Address(WRONG_HOME), Name(MISSPELT)
    came = {"full_name": Name(MAIDEN), "current_address": old_home}
    return (
        version(now, "2016-04-01", "2016-04-04", **came, individual_number=IndividualNumber(OLD_NUMBER)),
        version(now, "2017-09-01", "2017-09-05", **came),
        version(now, "2018-06-10", "2018-06-12", full_name=misspelt, current_address=old_home),
        version(now, "2020-02-01", "2020-02-03", full_name=misspelt, current_address=wrong_home),
        version(now, "2020-02-01", "2020-03-02", full_name=misspelt, current_address=old_home),
        version(now, "2022-05-01", "2022-05-06", full_name=misspelt),
        version(now, "2018-06-10", "2025-01-10", current_address=old_home),
        version(now, "2022-05-01", "2025-01-10"),
    )


def _protected(now: ResidentRecord) -> tuple[Version, ...]:
    before = version(now, "2015-04-01", "2015-04-03", current_address=Address(FIRST_HIDING_PLACE), building_line=None)
    return before, version(now, "2019-07-01", "2019-07-02")


def _closed(now: ResidentRecord) -> tuple[Version, ...]:
    before = version(now, "2010-04-01", "2010-04-02", ceased_resident_on=None, confirmed_move_out_address=None)
    return before, version(now, "2025-06-30", "2025-07-04")


def _apart(now: ResidentRecord) -> tuple[Version, ...]:
    with_protected = {
        "household_number": HouseholdNumber.from_serial(2),
        "current_address": Address(HIDING_PLACE),
        "householder_name": "見本　花子",
    }
    return version(now, "2014-04-01", "2014-04-02", **with_protected), version(now, "2021-03-01", "2021-03-05")
