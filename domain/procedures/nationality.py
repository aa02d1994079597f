"""帰化, 国籍取得, 国籍喪失: one record ends and another begins; and what the Immigration Services Agency tells.

The two sides of a pair are linked: what 標準仕様書1.0 4.5.3-4.5.5 lists is carried over, the addressee number too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar

from domain import record_rules
from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.findings import Finding
from domain.life_events import BecameForeign, BecameJapanese, DeletedExOfficio, LifeEvent, Revised
from domain.notifications import Notice, Situation, told
from domain.procedures.entering import named
from domain.procedures.records import OfOneRecord
from domain.residents import ResidentRecord
from domain.values.dates import RegisterDate
from domain.values.names import Name

CARRIED_OVER = (
    *("current_address", "building_line", "date_of_birth", "sex", "relationship_to_householder"),
    *("address_established_on", "resident_record_code", "addressee_number", "individual_number", "previous_address"),
)
"""What the new record has from the old one, besides the day of becoming a resident (標準仕様書1.0 4.5.3-4.5.5)."""

HOUSEHOLD = ("household_number", "householder_name")
"""What the relationship is about, carried over with it."""

LINKAGE = ("integrated_addressee_number", "information_provision_code")
"""Whom they follow is the person, one to one (重点項目評価書Ⅲ): nobody gets a second one by becoming Japanese."""

LOST_NATIONALITY = "国籍喪失による経過滞在者"
"""What a former national is for the first 60 days (住基法第30条の45)."""


def carried_over(record: ResidentRecord) -> dict[str, Any]:
    """The items of a record with which its other side begins."""
    return {item: getattr(record, item) for item in (*CARRIED_OVER, *HOUSEHOLD, *LINKAGE)}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _BecomesJapanese(OfOneRecord):
    """What the family register tells of somebody who became Japanese."""

    handed_in: ClassVar[str]

    full_name: Name = told("氏名", "name in the family register")
    name_kana: str | None = told("氏名カナ", "name in kana, to search by", default=None)
    name_reading: str | None = told("氏名の振り仮名", "certified reading of the name", default=None)
    registered_domicile: str = told("本籍", "registered domicile")
    family_register_head: str = told("筆頭者", "head of the family register")

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Only of foreign residents."""
        return record_rules.foreign_residents_only(record)

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """The foreign side is deleted, the Japanese side entered."""
        reported = self.filing.reported(self.handed_in, situation.today)
        yield DeletedExOfficio(
            reason=ChangeReason.EX_OFFICIO_DELETION_NATURALIZATION,
            **reported,
            ceased_resident_on=self.filing.changed_on,
        )
        yield BecameJapanese(
            reason=ChangeReason.EX_OFFICIO_ENTRY_NATURALIZATION, **reported, record=self._japanese_side(record)
        )

    def _japanese_side(self, record: ResidentRecord) -> ResidentRecord:
        return ResidentRecord(
            **carried_over(record),
            became_resident_on=record.became_foreign_resident_on,
            full_name=self.full_name,
            name_kana=self.name_kana,
            name_reading=self.name_reading,
            registered_domicile=self.registered_domicile,
            family_register_head=self.family_register_head,
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Naturalize(_BecomesJapanese):
    """Enter a foreign resident who was naturalised as a Japanese one (帰化)."""

    procedure: ClassVar[str] = "naturalize"
    handed_in: ClassVar[str] = "帰化届"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AcquireNationality(_BecomesJapanese):
    """Enter a foreign resident who acquired Japanese nationality as a Japanese one (国籍取得)."""

    procedure: ClassVar[str] = "acquireNationality"
    handed_in: ClassVar[str] = "国籍取得届"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LoseNationality(OfOneRecord):
    """Enter a Japanese resident who lost the nationality as a foreign one (国籍喪失)."""

    procedure: ClassVar[str] = "loseNationality"
    precedes_residence: ClassVar[bool] = True

    full_name: Name = told("氏名", "name from now on")
    name_kana: str | None = told("氏名カナ", "name in kana, to search by", default=None)
    name_katakana_transcription: str | None = told("氏名のカタカナ表記", "name transcribed in katakana", default=None)
    nationality_or_region: str = told("国籍・地域", "nationality or region")

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Only of Japanese residents."""
        return record_rules.japanese_residents_only(record)

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """The Japanese side is deleted, the foreign side entered."""
        reported = self.filing.reported("国籍喪失届", situation.today)
        yield DeletedExOfficio(
            reason=ChangeReason.EX_OFFICIO_DELETION_LOSS_OF_NATIONALITY,
            **reported,
            ceased_resident_on=self.filing.changed_on,
        )
        yield BecameForeign(
            reason=ChangeReason.EX_OFFICIO_ENTRY_LOSS_OF_NATIONALITY, **reported, record=self._foreign_side(record)
        )

    def _foreign_side(self, record: ResidentRecord) -> ResidentRecord:
        return ResidentRecord(
            **carried_over(record),
            became_foreign_resident_on=_later(self.filing.changed_on, record.became_resident_on),
            full_name=self.full_name,
            name_kana=self.name_kana,
            name_katakana_transcription=self.name_katakana_transcription,
            foreign_resident_category=LOST_NATIONALITY,
            nationality_or_region=self.nationality_or_region,
        )


def _later(lost_on: RegisterDate, became_resident_on: RegisterDate | None) -> RegisterDate:
    """外国人住民となった年月日: the later one of the loss and of 住民となった年月日 (標準仕様書1.0 4.5.5)."""
    both = (lost_on, became_resident_on or lost_on)
    return max(both, key=lambda day: day.earliest)


class ImmigrationMatter(StrEnum):
    """What a notice of the Immigration Services Agency leads to: 修正 or 消除 (標準仕様書1.0 4.5.6)."""

    REVISION = "REVISION"
    DELETION = "DELETION"

    @property
    def japanese(self) -> str:
        """The standard's word for it."""
        return "修正" if self is ImmigrationMatter.REVISION else "消除"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ResidenceStanding:
    """How a foreign resident may stay, as the notice has it; what it does not say stays as it is."""

    full_name: Name | None = told("氏名", "name", default=None)
    nationality_or_region: str | None = told("国籍・地域", "nationality or region", default=None)
    foreign_resident_category: str | None = told("第30条の45区分", "category of Article 30-45", default=None)
    residence_card_number: str | None = told("在留カード等番号", "residence card number", default=None)
    status_of_residence: str | None = told("在留資格", "status of residence", default=None)
    period_of_stay: str | None = told("在留期間等", "period of stay", default=None)
    period_of_stay_expires_on: RegisterDate | None = told("在留期間の満了の日", "day the stay ends", default=None)

    def said(self) -> Mapping[str, Any]:
        """The items that it says."""
        items = {each.name: getattr(self, each.name) for each in fields(self)}
        return {item: value for item, value in items.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ImmigrationNotice(OfOneRecord):
    """Revise or delete a foreign resident's record as the immigration authority notified (出入国在留管理庁長官通知)."""

    procedure: ClassVar[str] = "immigrationNotice"

    matter: ImmigrationMatter = told("通知の内容", "whether the record is revised or deleted")
    standing: ResidenceStanding | None = told("在留資格等", "what is revised; not where it is deleted", default=None)

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Only of foreign residents. Raises `InvalidValue` where it is not said what is revised."""
        said = bool(self.standing and self.standing.said())
        if said is (self.matter is ImmigrationMatter.DELETION):
            raise InvalidValue("standing", "must be said of a revision only", "修正の場合に限り入力してください")
        return record_rules.foreign_residents_only(record)

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """Revised or deleted ex officio."""
        reported = self.filing.reported("出入国在留管理庁長官通知", situation.today)
        if self.standing is None:
            yield DeletedExOfficio(
                reason=ChangeReason.EX_OFFICIO_DELETION, **reported, ceased_resident_on=self.filing.changed_on
            )
            return
        event = Revised(reason=ChangeReason.EX_OFFICIO_REVISION, **reported, revised=self.standing.said())
        with named("standing"):
            event.applied_to(record)
        yield event


NOTICES: tuple[type[Notice], ...] = (Naturalize, AcquireNationality, LoseNationality, ImmigrationNotice)
