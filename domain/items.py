"""The record items as data: what policy, schema, certificates and ledger all refer to.

File F1 (住民基本台帳ファイル) of the assessment's 別添１, item by item under its number there, and what the law added since.
The class is what a policy opens or closes as one; `policies.polar` lists the same classes, and loading it compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class ItemClass(StrEnum):
    """What a policy opens or closes as one."""

    BASE = "base"
    NUMBER = "number"
    CODE = "code"
    FAMILY_REGISTER = "family_register"
    RESIDENCE_STATUS = "residence_status"
    ALIAS = "alias"
    ADDRESSES = "addresses"
    MATTERS = "matters"
    ELECTORAL_ROLL = "electoral_roll"
    NATIONAL_HEALTH_INSURANCE = "national_health_insurance"
    LATE_STAGE_ELDERLY_CARE = "late_stage_elderly_care"
    LONG_TERM_CARE_INSURANCE = "long_term_care_insurance"
    NATIONAL_PENSION = "national_pension"
    CHILD_ALLOWANCE = "child_allowance"
    SEAL_REGISTRATION = "seal_registration"
    CARDS = "cards"
    CHANGE = "change"
    PROCESSING = "processing"
    LINKAGE = "linkage"
    PROVISION_CODE = "provision_code"


class Form(StrEnum):
    """How an item leaves the service; every form is a leaf."""

    TEXT = "text"
    DATE = "date"  # ISO 8601, partial where the register is: 1950, 1950-03
    SEX = "sex"
    TEXTS = "texts"
    DAY = "day"  # ISO 8601, always whole
    COUNT = "count"  # a whole number
    MARK = "mark"  # true or false
    MOMENT = "moment"  # ISO 8601 date and time with its offset
    RECORD = "record"  # an edge to another record
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a record.

    `number` is its number in file F1 of the assessment, `None` for what the law added after it or what is an edge.
    """

    number: int | None
    identifier: str
    japanese: str
    english: str
    item_class: ItemClass
    form: Form = Form.TEXT
    source: str = "住民基本台帳ファイル（重点項目評価書 別添１）"

    @property
    def graphql_name(self) -> str:
        """The camelCase of the identifier."""
        head, *rest = self.identifier.split("_")
        return head + "".join(part.title() for part in rest)


FILE = "F1"
"""The file that these items belong to: 住民基本台帳ファイル."""

# fmt: off
F1_ITEMS: tuple[Item, ...] = (
    Item(1, "addressee_number", "宛名番号", "addressee number (municipal internal person number)", ItemClass.BASE),
    Item(2, "household_number", "世帯番号", "household number", ItemClass.BASE),
    Item(3, "individual_number", "個人番号", "Individual Number", ItemClass.NUMBER),
    Item(4, "resident_record_code", "住民票コード", "Resident Record Code", ItemClass.CODE),
    Item(5, "full_name", "氏名", "full name", ItemClass.BASE),
    Item(6, "date_of_birth", "生年月日", "date of birth", ItemClass.BASE, Form.DATE),
    Item(7, "sex", "性別", "sex", ItemClass.BASE, Form.SEX),
    Item(8, "current_address", "現住所", "current address", ItemClass.BASE),
    Item(9, "building_line", "方書", "building and unit line (incl. 'c/o')", ItemClass.BASE),
    Item(10, "relationship_to_householder", "続柄", "relationship to the householder", ItemClass.BASE),
    Item(11, "householder_name", "世帯主名", "name of the householder", ItemClass.BASE),
    Item(12, "registered_domicile", "本籍地", "registered domicile", ItemClass.FAMILY_REGISTER),
    Item(13, "family_register_head", "筆頭者", "first person listed in the family register", ItemClass.FAMILY_REGISTER),
    Item(14, "residence_card_number", "在留カード等番号", "number of the residence card or special permanent resident certificate", ItemClass.RESIDENCE_STATUS),
    Item(15, "foreign_resident_category", "第30条45区分", "foreign-resident category (Article 30-45)", ItemClass.RESIDENCE_STATUS),
    Item(16, "status_of_residence", "在留資格", "status of residence", ItemClass.RESIDENCE_STATUS),
    Item(17, "period_of_stay", "在留期間等", "period of stay, etc.", ItemClass.RESIDENCE_STATUS),
    Item(18, "period_of_stay_expires_on", "在留期間の満了日", "expiration date of the period of stay", ItemClass.RESIDENCE_STATUS, Form.DATE),
    Item(19, "nationality_or_region", "国籍・地域", "nationality / region", ItemClass.RESIDENCE_STATUS),
    Item(20, "alias_history", "通称履歴", "history of the alias (common name)", ItemClass.ALIAS, Form.TEXTS),
    Item(21, "became_resident_on", "住民となった日", "date the person became a resident", ItemClass.BASE, Form.DATE),
    Item(22, "address_established_on", "住所を定めた日", "date the address was established", ItemClass.BASE, Form.DATE),
    Item(23, "ceased_resident_on", "住民でなくなった日", "date the person ceased to be a resident", ItemClass.BASE, Form.DATE),
    Item(24, "previous_address", "前住所", "previous address", ItemClass.ADDRESSES),
    Item(25, "planned_move_out_address", "転出予定先住所", "planned move-out address", ItemClass.ADDRESSES),
    Item(26, "confirmed_move_out_address", "転出確定住所", "confirmed move-out address", ItemClass.ADDRESSES),
    Item(27, "individual_matters", "個別事項情報", "individual (programme) matters", ItemClass.MATTERS, Form.TEXTS),
    Item(28, "electoral_roll_registration", "選挙人名簿資格（情報）", "electoral roll registration", ItemClass.ELECTORAL_ROLL),
    Item(29, "national_health_insurance_eligibility", "国民健康保険資格情報", "National Health Insurance eligibility", ItemClass.NATIONAL_HEALTH_INSURANCE),
    Item(30, "late_stage_elderly_care_eligibility", "後期高齢者医療資格情報", "late-stage elderly medical care eligibility", ItemClass.LATE_STAGE_ELDERLY_CARE),
    Item(31, "long_term_care_insurance_eligibility", "介護保険資格情報", "long-term care insurance eligibility", ItemClass.LONG_TERM_CARE_INSURANCE),
    Item(32, "national_pension_eligibility", "国民年金資格情報", "national pension eligibility", ItemClass.NATIONAL_PENSION),
    Item(33, "child_allowance_eligibility", "児童手当受給資格情報", "child allowance eligibility", ItemClass.CHILD_ALLOWANCE),
    Item(34, "seal_registration", "印鑑登録情報", "seal registration", ItemClass.SEAL_REGISTRATION),
    Item(35, "individual_number_card_status", "個人番号カード交付状況", "issuance status of the Individual Number Card", ItemClass.CARDS),
    Item(36, "basic_resident_registration_card_status", "住民基本台帳カード（交付状況）", "issuance status of the Basic Resident Registration Card", ItemClass.CARDS),
    Item(37, "change_record", "異動情報", "change (movement) record", ItemClass.CHANGE),
    Item(38, "change_reason", "異動事由", "reason for change", ItemClass.CHANGE),
    Item(39, "changed_on", "異動年月日", "date of change (effective date)", ItemClass.CHANGE, Form.DATE),
    Item(40, "notified_on", "届出年月日", "date of notification", ItemClass.CHANGE, Form.DATE),
    Item(41, "processed_on", "処理年月日", "date of processing", ItemClass.CHANGE, Form.DATE),
    Item(42, "processed_at_time", "処理時刻", "time of processing", ItemClass.PROCESSING),
    Item(43, "process_id", "処理ID", "process ID", ItemClass.PROCESSING),
    Item(44, "terminal_id", "端末ID", "terminal ID", ItemClass.PROCESSING),
    Item(45, "staff_number", "職員番号", "staff number", ItemClass.PROCESSING),
    Item(46, "integrated_addressee_number", "団体内統合宛名番号", "integrated addressee number (within the organization)", ItemClass.LINKAGE),
    Item(47, "name_kana", "氏名カナ", "name in kana", ItemClass.BASE),
    Item(48, "name_katakana_transcription", "氏名のカタカナ表記", "katakana transcription of the name (foreign residents)", ItemClass.BASE),
    Item(49, "notification_reason", "届出事由", "reason for notification", ItemClass.CHANGE),
    Item(50, "information_provision_code", "情報提供用個人識別（符号）", "personal identification code for information provision", ItemClass.PROVISION_CODE),
)

ADDED_BY_LAW: tuple[Item, ...] = (
    Item(None, "name_reading", "氏名の振り仮名", "phonetic reading (furigana) of the name", ItemClass.BASE, source="住基法第7条第1号の2（2025-05-26施行）"),
    Item(None, "former_surname", "旧氏", "former surname", ItemClass.BASE, source="住基法施行令第30条の13（2019-11-05施行）"),
    Item(None, "former_surname_reading", "旧氏の振り仮名", "phonetic reading of the former surname", ItemClass.BASE, source="令和7年政令第17号（2025-05-26施行）"),
    Item(None, "became_foreign_resident_on", "外国人住民となった年月日", "date the person became a foreign resident", ItemClass.BASE, Form.DATE, source="住基法第30条の45"),
)

MARKS: tuple[Item, ...] = (
    Item(None, "restricted", "抑止・支援措置の有無", "whether the record leads to a person under a support measure", ItemClass.BASE, Form.MARK, source="標準仕様書1.0 2.1、住民基本台帳事務処理要領第5の10"),
)

EDGES: tuple[Item, ...] = (
    Item(None, "household", "世帯", "household the person belongs to", ItemClass.BASE, Form.RECORD, source="住基法第6条"),
    Item(None, "history", "異動履歴", "every version of the record", ItemClass.CHANGE, Form.RECORDS, source="標準仕様書1.0 1.2.1"),
)

OF_A_VERSION: tuple[Item, ...] = (
    Item(None, "history_number", "履歴番号", "history number: 1, 2, 3 and so on", ItemClass.CHANGE, Form.COUNT, source="標準仕様書1.0 1.2.1"),
    Item(None, "valid_from", "有効開始日", "the day from which the record says this", ItemClass.CHANGE, Form.DAY, source="標準仕様書1.0 1.2.1"),
    Item(None, "recorded_at", "記録日時", "when the register came to know it", ItemClass.CHANGE, Form.MOMENT, source="標準仕様書1.0 1.2.1"),
)
# fmt: on

RESIDENT_ITEMS: Mapping[str, Item] = MappingProxyType(
    {item.identifier: item for item in (*F1_ITEMS, *ADDED_BY_LAW, *MARKS, *EDGES)}
)
"""Every item of a resident's record by its identifier, in the order of the assessment."""

VERSION_ITEMS: Mapping[str, Item] = MappingProxyType(
    {item.identifier: item for item in (*OF_A_VERSION, *F1_ITEMS, *ADDED_BY_LAW)}
)
"""Every item of one version of a resident's record by its identifier."""

# fmt: off
HOUSEHOLD_ITEMS: Mapping[str, Item] = MappingProxyType({
    item.identifier: item
    for item in (
        RESIDENT_ITEMS["household_number"],
        Item(None, "householder", "世帯主", "householder", ItemClass.BASE, Form.RECORD, source="住基法第7条第4号"),
        Item(None, "members", "世帯員", "household members", ItemClass.BASE, Form.RECORDS, source="住基法第6条"),
    )
})
# fmt: on
"""Every item of a household by its identifier."""
