"""A resident's record: every item of 住民基本台帳ファイル and what the law added, under the identifiers of `items`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from types import MappingProxyType

from domain.errors import InvalidValue
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex
from domain.values.texts import require_line

Leaf = str | tuple[str, ...] | None
"""An item as it leaves the service; `None` is ABSENT: the register has none."""

FOREIGN_CATEGORIES: Mapping[str, str | None] = MappingProxyType(
    {
        "中長期在留者": "residence_card_number",
        "特別永住者": "residence_card_number",
        "一時庇護許可者": "period_of_stay",
        "仮滞在許可者": "period_of_stay",
        "出生による経過滞在者": None,
        "国籍喪失による経過滞在者": None,
    }
)
"""The categories of 住基法第30条の45, each with the item that it may not leave blank (標準仕様書1.0 1.1.6)."""

NEVER_BLANK_FOR_JAPANESE = ("registered_domicile", "family_register_head", "became_resident_on")
"""戸籍の表示 and 住民となった年月日 (標準仕様書1.0 1.1.6)."""

NEVER_BLANK_FOR_FOREIGNERS = ("became_foreign_resident_on",)
"""外国人住民となった年月日, the later of becoming a resident and one of a category (標準仕様書1.0 1.1.6)."""

ONLY_OF_JAPANESE = (*NEVER_BLANK_FOR_JAPANESE, "electoral_roll_registration")
"""What 住基法第30条の45 takes out of a foreign resident's record (第7条第5号, 第6号, 第9号)."""

ONLY_OF_FOREIGNERS = (
    "residence_card_number",
    "status_of_residence",
    "period_of_stay",
    "period_of_stay_expires_on",
    "nationality_or_region",
    "alias_history",
    *NEVER_BLANK_FOR_FOREIGNERS,
)
"""What 住基法第30条の45 puts into a foreign resident's record, and 通称 (住基法施行令第30条の16)."""


ONLY_CALENDAR_DAYS = ("period_of_stay_expires_on", "notified_on", "processed_on")
"""Dates that are known and that the calendar has; the others may be 不詳日 or 暦上日以外 (標準仕様書1.0 1.1.8)."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ResidentRecord:
    """One 住民票, as it stands. An item that the register does not have is `None` (item lists: empty).

    A record is closed (除票) when `ceased_resident_on` is set, and a foreign resident's when
    `foreign_resident_category` is. The building line of the current address (方書) is an item of its own, no part of
    `current_address`. Raises `InvalidValue` naming the item when one is blank that may not be (標準仕様書1.0 1.1.6),
    or stands on a record that cannot have it (住基法第30条の45).
    """

    addressee_number: AddresseeNumber
    household_number: HouseholdNumber
    individual_number: IndividualNumber | None = None
    resident_record_code: ResidentRecordCode | None = None
    full_name: Name | None = None
    date_of_birth: RegisterDate
    sex: Sex = Sex.UNKNOWN
    current_address: Address
    building_line: str | None = None
    relationship_to_householder: Relationship | None = None
    householder_name: str | None = None
    registered_domicile: str | None = None
    family_register_head: str | None = None
    residence_card_number: str | None = None
    foreign_resident_category: str | None = None
    status_of_residence: str | None = None
    period_of_stay: str | None = None
    period_of_stay_expires_on: RegisterDate | None = None
    nationality_or_region: str | None = None
    alias_history: tuple[str, ...] = ()
    became_resident_on: RegisterDate | None = None
    address_established_on: RegisterDate | None = None
    ceased_resident_on: RegisterDate | None = None
    previous_address: Address | None = None
    planned_move_out_address: Address | None = None
    confirmed_move_out_address: Address | None = None
    individual_matters: tuple[str, ...] = ()
    electoral_roll_registration: str | None = None
    national_health_insurance_eligibility: str | None = None
    late_stage_elderly_care_eligibility: str | None = None
    long_term_care_insurance_eligibility: str | None = None
    national_pension_eligibility: str | None = None
    child_allowance_eligibility: str | None = None
    seal_registration: str | None = None
    individual_number_card_status: str | None = None
    basic_resident_registration_card_status: str | None = None
    change_record: str | None = None
    change_reason: str | None = None
    changed_on: RegisterDate | None = None
    notified_on: RegisterDate | None = None
    processed_on: RegisterDate | None = None
    processed_at_time: str | None = None
    process_id: str | None = None
    terminal_id: str | None = None
    staff_number: str | None = None
    integrated_addressee_number: str | None = None
    name_kana: str | None = None
    name_katakana_transcription: str | None = None
    notification_reason: str | None = None
    information_provision_code: str | None = None
    name_reading: str | None = None
    former_surname: str | None = None
    former_surname_reading: str | None = None
    became_foreign_resident_on: RegisterDate | None = None

    def __post_init__(self) -> None:
        self._require_readable_texts()
        self._require_calendar_days()
        if not self.is_closed:
            self._require("resident_record_code")
        if self.current_address.building_line is not None:
            raise InvalidValue("current_address", "方書 is the item building_line", "方書は別の項目です")
        if self.is_foreign:
            self._require_foreign_items()
        else:
            self._require(*NEVER_BLANK_FOR_JAPANESE)
            self._refuse(*ONLY_OF_FOREIGNERS)

    @property
    def is_closed(self) -> bool:
        """Whether this is a 除票: the person is no resident any more."""
        return self.ceased_resident_on is not None

    @property
    def is_foreign(self) -> bool:
        """Whether this is a 外国人住民's record."""
        return self.foreign_resident_category is not None

    def __repr__(self) -> str:
        return f"ResidentRecord({self.addressee_number})"

    def _require_foreign_items(self) -> None:
        category = self.foreign_resident_category or ""
        if category not in FOREIGN_CATEGORIES:
            raise InvalidValue(
                "foreign_resident_category", "is no category of Article 30-45", "第30条の45の区分ではありません"
            )
        never_blank = FOREIGN_CATEGORIES[category]
        card_of_closed = self.is_closed and never_blank == "residence_card_number"
        if never_blank is not None and not card_of_closed:
            self._require(never_blank)
        self._require(*NEVER_BLANK_FOR_FOREIGNERS)
        self._refuse(*ONLY_OF_JAPANESE)

    def _require_readable_texts(self) -> None:
        for identifier in IDENTIFIERS:
            value = getattr(self, identifier)
            if isinstance(value, str):
                require_line(identifier, value)
            elif isinstance(value, tuple):
                for line in value:
                    require_line(identifier, line)

    def _require_calendar_days(self) -> None:
        for identifier in ONLY_CALENDAR_DAYS:
            day: RegisterDate | None = getattr(self, identifier)
            if day is not None and not day.is_calendar_day:
                raise InvalidValue(identifier, "must be a day of the calendar", "暦上日で入力してください")

    def _require(self, *identifiers: str) -> None:
        for identifier in identifiers:
            if not getattr(self, identifier):
                raise InvalidValue(identifier, "may not be blank on this record", "空欄にできません")

    def _refuse(self, *identifiers: str) -> None:
        for identifier in identifiers:
            if getattr(self, identifier):
                raise InvalidValue(identifier, "cannot stand on this record", "この住民票には記載できません")


IDENTIFIERS: tuple[str, ...] = tuple(field.name for field in fields(ResidentRecord))
"""The items that a record holds, in the order of the assessment; what it leads to (世帯) is no part of it."""


def shown(record: ResidentRecord, identifier: str) -> Leaf:
    """An item of a record as it leaves the service: text, partial ISO 8601 date, `Sex` name, or tuple of texts.

    `None` where the register has none. Only for who may see it: this is where a secret number becomes its digits.
    Raises `KeyError` for what is no item of a record.
    """
    if identifier not in IDENTIFIERS:
        raise KeyError(identifier)
    return leaf(getattr(record, identifier))


def all_shown(record: ResidentRecord) -> tuple[Leaf, ...]:
    """Every item as `shown` gives it, in the order of `IDENTIFIERS`: for who writes whole records."""
    return tuple([value if value is None or type(value) is str else leaf(value) for value in _ALL(record)])


_ALL = attrgetter(*IDENTIFIERS)


def leaf(value: object) -> Leaf:
    """A value of an item as it leaves the service. Raises `TypeError` for what is none."""
    match value:
        case None | ():
            return None
        case Sex():
            return value.name
        case str() | tuple():
            return value
        case RegisterDate():
            return value.iso
        case Name() | Address() | Relationship():
            return value.text
        case AddresseeNumber() | HouseholdNumber() | IndividualNumber() | ResidentRecordCode():
            return value.value
    raise TypeError(type(value).__name__)
