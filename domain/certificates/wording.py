"""How a document words what the register says: labels as on the forms, era dates, what it certifies (認証文)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.certificates.kinds import CertificateKind
from domain.items import RESIDENT_ITEMS, Form
from domain.values.date_texts import UNKNOWN
from domain.values.dates import RegisterDate
from domain.values.names import NameReading, alias_that_stands

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "full_name": "氏名",
        "name_reading": "氏名の振り仮名",
        "former_surname": "旧氏",
        "former_surname_reading": "旧氏の振り仮名",
        "date_of_birth": "生年月日",
        "sex": "性別",
        "householder_name": "世帯主",
        "relationship_to_householder": "世帯主との続柄",
        "registered_domicile": "本籍",
        "family_register_head": "筆頭者",
        "became_resident_on": "住民となった年月日",
        "became_foreign_resident_on": "外国人住民となった年月日",
        "current_address": "住所",
        "building_line": "方書",
        "address_established_on": "住所を定めた年月日",
        "notified_on": "届出の年月日",
        "previous_address": "前住所",
        "individual_number": "個人番号",
        "resident_record_code": "住民票コード",
        "electoral_roll_registration": "選挙人名簿への登録",
        "national_health_insurance_eligibility": "国民健康保険",
        "late_stage_elderly_care_eligibility": "後期高齢者医療",
        "long_term_care_insurance_eligibility": "介護保険",
        "national_pension_eligibility": "国民年金",
        "child_allowance_eligibility": "児童手当",
        "nationality_or_region": "国籍・地域",
        "foreign_resident_category": "法第30条の45に規定する区分",
        "status_of_residence": "在留資格",
        "period_of_stay": "在留期間等",
        "period_of_stay_expires_on": "在留期間の満了の日",
        "residence_card_number": "在留カード等の番号",
        "alias_history": "通称の記載及び削除に関する事項",
        "change_reason": "消除事由",
        "ceased_resident_on": "事由の生じた年月日",
        "planned_move_out_address": "転出先住所（予定）",
        "confirmed_move_out_address": "転出先住所（確定）",
        "changed_on": "転出の予定年月日",
    }
)
"""What stands in the cell before the text, by the item's identifier."""

ALIAS = "通称"
DESTINATION = "転出先住所"

_SEXES = {"FEMALE": "女", "MALE": "男", "UNKNOWN": None}
_OF_FOREIGNERS_IN_WESTERN_YEARS = ("date_of_birth", "period_of_stay_expires_on")
_NOT_CERTIFIED = NameReading().shown

_OF_RECORD = "この写しは、住民票の原本と相違ないことを証明する。"
_OF_HOUSEHOLD = "この写しは、世帯全員の住民票の原本と相違ないことを証明する。"
_STATEMENTS: Mapping[CertificateKind, str] = MappingProxyType(
    {
        CertificateKind.RESIDENT_RECORD_COPY: _OF_RECORD,
        CertificateKind.WIDE_AREA_RESIDENT_RECORD_COPY: _OF_RECORD,
        CertificateKind.CLOSED_RESIDENT_RECORD_COPY: "この写しは、住民票の除票の原本と相違ないことを証明する。",
        CertificateKind.RESIDENT_RECORD_ITEMS_CERTIFICATE: (
            "この証明書に記載された事項は、住民票に記載されている事項と相違ないことを証明する。"
        ),
        CertificateKind.CLOSED_RECORD_ITEMS_CERTIFICATE: (
            "この証明書に記載された事項は、住民票の除票に記載されている事項と相違ないことを証明する。"
        ),
        CertificateKind.MOVING_OUT_CERTIFICATE: "上記のとおり転出の届出があったことを証明する。",
        CertificateKind.MOVING_OUT_EQUIVALENT_CERTIFICATE: (
            "この証明書は、転入届に添付すべき書類として発行したものであり、上記のとおり相違ないことを証明する。"
        ),
        CertificateKind.RESIDENT_RECORD_CODE_NOTICE: (
            "住民基本台帳法第30条の3第3項の規定により、住民票に記載した住民票コードを通知します。"
        ),
        CertificateKind.RESIDENT_RECORD_CODE_CHANGE_NOTICE: (
            "住民基本台帳法第30条の4第4項の規定により、変更後の住民票コードを通知します。"
        ),
        CertificateKind.RESIDENT_RECORD_CODE_CORRECTION_NOTICE: "住民票コードを修正したので、通知します。",
    }
)


def statement_of(kind: CertificateKind, *, whole_household: bool) -> str:
    """認証文, or what a notice says. Raises `KeyError` for what is composed elsewhere."""
    has_all = whole_household and kind in (
        CertificateKind.RESIDENT_RECORD_COPY,
        CertificateKind.WIDE_AREA_RESIDENT_RECORD_COPY,
    )
    return _OF_HOUSEHOLD if has_all else _STATEMENTS[kind]


def worded(identifier: str, value: object, *, foreign: bool = False, date_text: str | None = None) -> str | None:
    """A value as it is printed; `None` where the register has none.

    `date_text` is how the register words a date that is not fully known. A reading that is not certified says so.
    """
    if identifier == "name_reading":
        return _NOT_CERTIFIED if value is None else str(value)
    if value is None:
        return None
    match RESIDENT_ITEMS[identifier].form:
        case Form.DATE:
            western = foreign and identifier in _OF_FOREIGNERS_IN_WESTERN_YEARS
            return date_worded(str(value), date_text, western=western)
        case Form.SEX:
            return _SEXES[str(value)]
        case _:
            return str(value)


def date_worded(iso: str, text: str | None = None, *, western: bool = False) -> str:
    """和暦, and 西暦 for births and limits of stay of foreign residents (標準仕様書1.0 1.1.9)."""
    date = RegisterDate.as_registered(iso, text or ("年月日不詳" if iso == UNKNOWN else None))
    return date.seireki() if western else date.wareki()


def texts(value: object) -> tuple[str, ...]:
    """The lines of an item that has several; none where the register has none."""
    return tuple(str(line) for line in value) if isinstance(value, (list, tuple)) else ()


def alias_worded(history: object) -> str | None:
    """The alias that stands, without the day and municipality of its entry."""
    lines = texts(history)
    at = alias_that_stands(lines)
    if at is None:
        return None
    alias, entered, _ = lines[at].rpartition("（")
    return alias if entered and lines[at].endswith("記載）") else lines[at]
