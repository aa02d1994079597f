"""Which items somebody revises, and to what: what is not said stays, and what is to be blank is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from domain import record_rules
from domain.errors import InvalidValue
from domain.findings import Finding
from domain.items import RESIDENT_ITEMS, Form
from domain.notifications import told
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex

OF_A_DWELLING = ("current_address", "building_line")
"""What everybody in a household has in common."""


class BlankItem(StrEnum):
    """An item that is to say nothing."""

    FULL_NAME = "FULL_NAME"
    NAME_KANA = "NAME_KANA"
    NAME_KATAKANA_TRANSCRIPTION = "NAME_KATAKANA_TRANSCRIPTION"
    NAME_READING = "NAME_READING"
    FORMER_SURNAME = "FORMER_SURNAME"
    FORMER_SURNAME_READING = "FORMER_SURNAME_READING"
    BUILDING_LINE = "BUILDING_LINE"
    RELATIONSHIP_TO_HOUSEHOLDER = "RELATIONSHIP_TO_HOUSEHOLDER"
    RESIDENCE_CARD_NUMBER = "RESIDENCE_CARD_NUMBER"
    STATUS_OF_RESIDENCE = "STATUS_OF_RESIDENCE"
    PERIOD_OF_STAY = "PERIOD_OF_STAY"
    PERIOD_OF_STAY_EXPIRES_ON = "PERIOD_OF_STAY_EXPIRES_ON"
    NATIONALITY_OR_REGION = "NATIONALITY_OR_REGION"
    ALIAS_HISTORY = "ALIAS_HISTORY"
    ADDRESS_ESTABLISHED_ON = "ADDRESS_ESTABLISHED_ON"
    PREVIOUS_ADDRESS = "PREVIOUS_ADDRESS"
    PLANNED_MOVE_OUT_ADDRESS = "PLANNED_MOVE_OUT_ADDRESS"
    CONFIRMED_MOVE_OUT_ADDRESS = "CONFIRMED_MOVE_OUT_ADDRESS"
    SEAL_REGISTRATION = "SEAL_REGISTRATION"
    INTEGRATED_ADDRESSEE_NUMBER = "INTEGRATED_ADDRESSEE_NUMBER"

    @property
    def item(self) -> str:
        """The item of the record."""
        return self.value.lower()

    @property
    def japanese(self) -> str:
        """Its name."""
        return RESIDENT_ITEMS[self.item].japanese


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NamesAndAddresses:
    """What a minor revision may be about (住基法施行規則第11条第3項第2号; 標準仕様書1.0 4.2.3.2)."""

    full_name: Name | None = told("氏名", "name", default=None)
    name_kana: str | None = told("氏名カナ", "name in kana, to search by", default=None)
    name_katakana_transcription: str | None = told("氏名のカタカナ表記", "name transcribed in katakana", default=None)
    current_address: Address | None = told("住所", "address, without the building line", default=None)
    building_line: str | None = told("方書", "building line of the address", default=None)
    previous_address: Address | None = told("前住所", "previous address", default=None)
    blank: tuple[BlankItem, ...] = told("空欄にする項目", "items that are to say nothing", default=())

    def said(self) -> Mapping[str, Any]:
        """Each item with what it says from now on. Raises `InvalidValue` where nothing is said, or two things."""
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "blank"}
        items = {name: value for name, value in given.items() if value not in (None, ())}
        blank = {one.item: () if RESIDENT_ITEMS[one.item].form is Form.TEXTS else None for one in self.blank}
        if not items and not blank:
            raise InvalidValue("items", "says nothing", "修正する項目がありません")
        if items.keys() & blank.keys() or not blank.keys() <= given.keys():
            raise InvalidValue("items.blank", "names an item that cannot be blanked here", "空欄にできない項目です")
        return items | blank


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RevisedItems(NamesAndAddresses):
    """What may be revised; numbers, codes, households and 個別事項 have procedures of their own."""

    name_reading: str | None = told("氏名の振り仮名", "certified reading of the name", default=None)
    former_surname: str | None = told("旧氏", "former surname", default=None)
    former_surname_reading: str | None = told("旧氏の振り仮名", "reading of the former surname", default=None)
    date_of_birth: RegisterDate | None = told("生年月日", "date of birth", default=None)
    sex: Sex | None = told("性別", "sex", default=None)
    relationship_to_householder: Relationship | None = told("続柄", "relationship to the householder", default=None)
    registered_domicile: str | None = told("本籍", "registered domicile", default=None)
    family_register_head: str | None = told("筆頭者", "head of the family register", default=None)
    foreign_resident_category: str | None = told("第30条の45区分", "category of Article 30-45", default=None)
    residence_card_number: str | None = told("在留カード等番号", "residence card number", default=None)
    status_of_residence: str | None = told("在留資格", "status of residence", default=None)
    period_of_stay: str | None = told("在留期間等", "period of stay", default=None)
    period_of_stay_expires_on: RegisterDate | None = told("在留期間の満了の日", "day the stay ends", default=None)
    nationality_or_region: str | None = told("国籍・地域", "nationality or region", default=None)
    alias_history: tuple[str, ...] = told("通称履歴", "aliases, each with its entry and removal", default=())
    became_resident_on: RegisterDate | None = told("住民となった日", "day of becoming a resident", default=None)
    became_foreign_resident_on: RegisterDate | None = told(
        "外国人住民となった年月日", "day of becoming a foreign resident", default=None
    )
    address_established_on: RegisterDate | None = told("住所を定めた日", "day of settling there", default=None)
    ceased_resident_on: RegisterDate | None = told(
        "住民でなくなった日", "day of ceasing to be a resident, of a closed record", default=None
    )
    planned_move_out_address: Address | None = told("転出予定先住所", "planned move-out address", default=None)
    confirmed_move_out_address: Address | None = told("転出確定住所", "confirmed move-out address", default=None)
    seal_registration: str | None = told("印鑑登録情報", "seal registration", default=None)
    integrated_addressee_number: str | None = told("団体内統合宛名番号", "integrated addressee number", default=None)


def revisable(record: ResidentRecord, items: Mapping[str, Any]) -> Iterator[Finding]:
    """RevisedItems that this record can have; none makes a Japanese record a foreign one, or closes it, by the way.

    Raises `InvalidValue` naming the input.
    """
    by_the_way = {"ceased_resident_on": record.is_closed, "foreign_resident_category": record.is_foreign}
    for item, has_it in by_the_way.items():
        if item in items and not has_it:
            raise InvalidValue(f"items.{item}", "cannot stand on this record", "この住民票には記載できません")
    yield from record_rules.items_of_the_record(record, {item: f"items.{item}" for item in items})
