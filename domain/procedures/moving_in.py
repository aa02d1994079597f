"""転入: who comes from elsewhere, or is entered as one who did (標準仕様書1.0 4.1.1, 4.5.1, 4.5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from domain import checks, event_rules
from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.findings import Finding
from domain.life_events import Entered, MovedIn
from domain.notifications import Change, Notice, Proposal, Situation, Wanted, told
from domain.procedures.entering import Entrant, named
from domain.procedures.filing import Filing
from domain.residents import ResidentRecord
from domain.seating import settled
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import HouseholdNumber

MOST_MEMBERS = 50
"""The most people that one notification may name."""

UNREPORTED_MARK = "（未届）"
OF_THE_ARTICLES = ("中長期在留者", "特別永住者", "一時庇護許可者", "仮滞在許可者")
"""Whose 届出 住基法第30条の46 and 第30条の47 are."""


class Origin(StrEnum):
    """Where somebody moves in from."""

    DOMESTIC = "DOMESTIC"
    ABROAD = "ABROAD"
    UNREPORTED = "UNREPORTED"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entering:
    """What all who come say: where they live now, in which household, and who they are."""

    procedure: ClassVar[str]
    notification_reason: ClassVar[str]
    enters: ClassVar[type[Entered]] = MovedIn

    filing: Filing = told("届出", "how it was handed in")
    household: HouseholdNumber | None = told(
        "異動先世帯", "the household that they join; a new one where none is said", default=None
    )
    current_address: Address = told("住所", "address")
    building_line: str | None = told("方書", "building line of the address", default=None)
    members: tuple[Entrant, ...] = told("異動者", "who comes, and the 続柄 of each in the household")

    @property
    def reason(self) -> ChangeReason:
        """異動事由; 30条の46 and 30条の47 are entered as a move-in from abroad (標準仕様書1.0 4.5.1, 4.5.2)."""
        return ChangeReason.MOVE_IN_FROM_ABROAD

    def wanted(self) -> Wanted:
        """Earlier records of theirs and whoever looks like them, the household that they join, numbers for the others.

        Raises `InvalidValue` where the members are none, too many, or one of them twice.
        """
        if len(self.members) > MOST_MEMBERS:
            raise InvalidValue("members", f"more than {MOST_MEMBERS}", f"{MOST_MEMBERS}人を超えています")
        known = tuple(one.addressee_number for one in self.members if one.addressee_number is not None)
        event_rules.require_each_once((None, *known) if self.members else (), "members")
        return Wanted(
            residents=known,
            households=() if self.household is None else (self.household,),
            match=tuple(one.newcomer() for one in self.members),
            new_residents=len(self.members) - len(known),
            new_households=int(self.household is None),
            new_codes=sum(one.takes_code for one in self.members),
        )

    def proposed(self, situation: Situation) -> Proposal:
        """A record for each of them, her own again for who comes back. Raises `InvalidValue` naming the input."""
        records = self._records(situation)
        reported = self.filing.reported(self.notification_reason, situation.today)
        changes = [
            Change(one.addressee_number, self.enters(reason=self.reason, record=one, **reported)) for one in records
        ]
        return settled(situation, changes, self._findings(situation, records))

    def _records(self, situation: Situation) -> list[ResidentRecord]:
        numbers, unused = iter(situation.new_residents), iter(situation.new_codes)
        place = self._place(situation)
        records = []
        for at, member in enumerate(self.members):
            with named(f"members.{at}"):
                items = member.items(_earlier(situation, member))
                member.require(items)
                if member.takes_code:
                    items["resident_record_code"] = next(unused)
                if member.addressee_number is None:
                    items["addressee_number"] = next(numbers)
                records.append(ResidentRecord(**items, **place, **self._first_days(items)))
        return records

    def _place(self, situation: Situation) -> dict[str, Any]:
        if self.household is not None and not situation.members_of(self.household):
            raise InvalidValue("household", "nobody lives in this household", "該当する世帯がありません")
        return {
            "household_number": self.household or situation.new_households[0],
            "current_address": self.current_address,
            "building_line": self.building_line,
        }

    def _first_days(self, items: Mapping[str, Any]) -> dict[str, Any]:
        """住所を定めた日 is 住民となった日 until she moves (標準仕様書1.0 4.1.1.1)."""
        first = "became_foreign_resident_on" if items.get("foreign_resident_category") else "became_resident_on"
        return {first: self.filing.changed_on, "address_established_on": self.filing.changed_on}

    def _findings(self, situation: Situation, records: Sequence[ResidentRecord]) -> Iterator[Finding]:
        yield from event_rules.dates(self.filing, situation.today)
        yield from event_rules.in_time(self.filing, situation.today)
        yield from event_rules.authority(self.filing)
        yield from event_rules.all_different([one.newcomer() for one in self.members], "members")
        texts = (("current_address", self.current_address.text), ("building_line", self.building_line))
        yield from event_rules.substitutes(texts)
        for at, (member, record) in enumerate(zip(self.members, records, strict=True)):
            yield from self._findings_of(situation, member, record, at)

    def _findings_of(self, situation: Situation, member: Entrant, record: ResidentRecord, at: int) -> Iterator[Finding]:
        path = f"members.{at}"
        earlier = _earlier(situation, member)
        if earlier is not None and not earlier.is_closed:
            yield Finding(checks.ALREADY_RESIDENT, (f"{path}.addressee_number",))
        if earlier is not None:
            yield from event_rules.as_before(earlier, record, path)
        yield from event_rules.known_already(situation, at, member.addressee_number, path)
        yield from event_rules.since_born(self.filing, record)
        if member.full_name is not None:
            yield from event_rules.substitutes([(f"{path}.full_name", member.full_name.text)])


def _earlier(situation: Situation, member: Entrant) -> ResidentRecord | None:
    number = member.addressee_number
    return None if number is None else event_rules.record_named(situation, number, "addressee_number")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MoveIn(Entering):
    """Move in from elsewhere in Japan or from abroad, also unreported or again (転入届)."""

    procedure: ClassVar[str] = "moveIn"
    notification_reason: ClassVar[str] = "転入届"

    origin: Origin = told("転入元", "where they come from", default=Origin.DOMESTIC)
    previous_address: Address | None = told(
        "転入前住所", "address before; unreported: the latest one that was not notified", default=None
    )

    @property
    def reason(self) -> ChangeReason:
        """国内転入 or 国外転入等."""
        return ChangeReason.MOVE_IN_FROM_ABROAD if self.origin is Origin.ABROAD else ChangeReason.MOVE_IN_DOMESTIC

    def _place(self, situation: Situation) -> dict[str, Any]:
        return {**Entering._place(self, situation), "previous_address": self._came_from()}

    def _came_from(self) -> Address | None:
        """従前の住所 (住基法第7条第8号); 未届 where it was never notified (標準仕様書1.0 4.1.1.4)."""
        before = self.previous_address
        if before is None and self.origin is not Origin.ABROAD:
            raise InvalidValue("previous_address", "may not be blank", "空欄にできません")
        if before is None or self.origin is not Origin.UNREPORTED:
            return before
        return Address(f"{before.text}{UNREPORTED_MARK}")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _OfTheArticles(Entering):
    """What only foreign residents of four categories notify."""

    def _findings_of(self, situation: Situation, member: Entrant, record: ResidentRecord, at: int) -> Iterator[Finding]:
        yield from Entering._findings_of(self, situation, member, record, at)
        if record.foreign_resident_category not in OF_THE_ARTICLES:
            yield Finding(checks.NOT_OF_THE_ARTICLE, (f"members.{at}.foreign_resident_category",))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Article3046(_OfTheArticles):
    """Settle here after landing, as a foreign resident (住基法第30条の46転入)."""

    procedure: ClassVar[str] = "article3046"
    notification_reason: ClassVar[str] = "法第30条の46転入"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Article3047(_OfTheArticles):
    """Come under the register while living here already, as a foreign resident (住基法第30条の47届出)."""

    procedure: ClassVar[str] = "article3047"
    notification_reason: ClassVar[str] = "法第30条の47届出"

    address_established_on: RegisterDate | None = told(
        "住所を定めた日", "since when they have lived there; the date of change where it is not said", default=None
    )

    def _first_days(self, items: Mapping[str, Any]) -> dict[str, Any]:
        since = self.address_established_on or self.filing.changed_on
        return {**Entering._first_days(self, items), "address_established_on": since}


NOTICES: tuple[type[Notice], ...] = (MoveIn, Article3046, Article3047)
