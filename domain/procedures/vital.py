"""出生, 死亡 and 失踪: what the family register tells (標準仕様書1.0 4.2.0.3, 4.2.1.2, 4.2.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from domain import event_rules
from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.findings import Finding
from domain.life_events import Born, DeletedExOfficio, Died, LifeEvent
from domain.notifications import Change, Newcomer, Notice, Proposal, Situation, Wanted, told
from domain.procedures.entering import named
from domain.procedures.filing import Filing
from domain.procedures.records import OfOneRecord, proposed
from domain.residents import ResidentRecord, leaf
from domain.seating import is_householder
from domain.values.identifiers import AddresseeNumber, HouseholdNumber
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex

BORN_FOREIGN = "出生による経過滞在者"
"""What a child of foreign residents is for its first 60 days (住基法第30条の45)."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Child:
    """Who was born. A foreign child has a nationality, every other one a family register."""

    full_name: Name | None = told("氏名", "name; none before it is given", default=None)
    name_kana: str | None = told("氏名カナ", "name in kana, to search by", default=None)
    name_reading: str | None = told("氏名の振り仮名", "certified reading of the name", default=None)
    sex: Sex = told("性別", "sex")
    relationship_to_householder: Relationship = told("続柄", "relationship to the householder")
    registered_domicile: str | None = told("本籍", "registered domicile", default=None)
    family_register_head: str | None = told("筆頭者", "head of the family register", default=None)
    family_register_of: AddresseeNumber | None = told(
        "戸籍の表示の引用",
        "who of the household is in the same family register, instead of saying it",
        default=None,
    )
    nationality_or_region: str | None = told("国籍・地域", "nationality or region of a foreign child", default=None)

    def items(self) -> dict[str, Any]:
        """What the record says of the child itself."""
        return {
            "full_name": self.full_name,
            "name_kana": self.name_kana,
            "name_reading": self.name_reading,
            "sex": self.sex,
            "relationship_to_householder": self.relationship_to_householder,
        }


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Birth:
    """Enter a child that was born (出生); the date of change is its date of birth."""

    procedure: ClassVar[str] = "birth"

    filing: Filing = told("届出", "how it was handed in")
    household: HouseholdNumber = told("世帯", "the household that the child belongs to")
    child: Child = told("出生した者", "who was born")

    def wanted(self) -> Wanted:
        """The household, a number and a code for the child, and who looks like it."""
        newcomer = Newcomer(
            full_name=self.child.full_name.text if self.child.full_name else None,
            sex=self.child.sex.value,
            date_of_birth=str(leaf(self.filing.changed_on)),
        )
        return Wanted(households=(self.household,), match=(newcomer,), new_residents=1, new_codes=1)

    def proposed(self, situation: Situation) -> Proposal:
        """The child's record, at the address of its household. Raises `InvalidValue` naming the input."""
        return proposed(situation, self._findings(situation), self._changes(situation))

    def _findings(self, situation: Situation) -> Iterator[Finding]:
        yield from event_rules.dates(self.filing, situation.today, uncertain=True)
        yield from event_rules.authority(self.filing)
        yield from event_rules.known_already(situation, 0, None, "child")

    def _changes(self, situation: Situation) -> Iterator[Change]:
        home = self._home(situation)
        with named("child"):
            record = ResidentRecord(
                addressee_number=situation.new_residents[0],
                resident_record_code=situation.new_codes[0],
                household_number=home.household_number,
                current_address=home.current_address,
                building_line=home.building_line,
                date_of_birth=self.filing.changed_on,
                address_established_on=self.filing.changed_on,
                **self.child.items(),
                **self._standing(situation),
            )
        reported = self.filing.reported("出生届", situation.today)
        yield Change(record.addressee_number, Born(reason=ChangeReason.BIRTH, **reported, record=record))

    def _home(self, situation: Situation) -> ResidentRecord:
        """The householder, or whoever lives there."""
        living = sorted(situation.members_of(self.household), key=lambda one: not is_householder(one))
        if not living:
            raise InvalidValue("household", "nobody lives in this household", "該当する世帯がありません")
        return living[0]

    def _standing(self, situation: Situation) -> dict[str, Any]:
        """戸籍の表示, or what a foreign resident's record has instead."""
        born = self.filing.changed_on
        if self.child.nationality_or_region is not None:
            return {
                "foreign_resident_category": BORN_FOREIGN,
                "nationality_or_region": self.child.nationality_or_region,
                "became_foreign_resident_on": born,
            }
        register: ResidentRecord | Child = self.child
        if self.child.family_register_of is not None:
            register = event_rules.record_named(situation, self.child.family_register_of, "family_register_of")
        return {
            "registered_domicile": register.registered_domicile,
            "family_register_head": register.family_register_head,
            "became_resident_on": born,
        }


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Death(OfOneRecord):
    """Close the record of who died (死亡)."""

    procedure: ClassVar[str] = "death"
    uncertain: ClassVar[bool] = True

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """She died on the date of change."""
        reported = self.filing.reported("死亡届", situation.today)
        yield Died(reason=ChangeReason.DEATH, **reported, ceased_resident_on=self.filing.changed_on)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AdjudicationOfDisappearance(OfOneRecord):
    """Close the record of who is deemed dead by a court (失踪宣告); the date of change is the day of it."""

    procedure: ClassVar[str] = "adjudicationOfDisappearance"
    uncertain: ClassVar[bool] = True

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """Deleted ex officio (標準仕様書1.0 4.2.2.2)."""
        reported = self.filing.reported("失踪届", situation.today)
        yield DeletedExOfficio(
            reason=ChangeReason.EX_OFFICIO_DELETION, **reported, ceased_resident_on=self.filing.changed_on
        )


NOTICES: tuple[type[Notice], ...] = (Birth, Death, AdjudicationOfDisappearance)
