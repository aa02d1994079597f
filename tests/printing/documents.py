"""Made-up documents of each kind, as the composing hands them to the press."""

from __future__ import annotations

from domain.certificates.documents import Certifier, Document, Entry, IssuanceNumber, Line, Printing
from domain.certificates.kinds import CertificateKind as Kind

NUMBER = IssuanceNumber("20261123", "苫小牧市", "本庁1", "プリンタ001", 11)
MAYOR = Certifier("北海道苫小牧市長", "架空　花子")
DAY = "令和8年11月23日"
HOME = "北海道苫小牧市旭町四丁目5番6号"
MOST_LINES = (
    "北海道苫小牧市字樽前千二百三十四番地の五十六　樽前山麓ニュータウン第二期分譲地東地区十二番街区\n"
    "グランドメゾン苫小牧ウトナイ湖畔レジデンス　イーストタワー\n"
    "二十三階　二千三百十五号室\n"
    "見本　二郎様方"
)


def line(item: str, label: str, text: str | None) -> Line:
    """A printed line, or a blank one."""
    return Line(item, label, Printing.BLANK if text is None else Printing.PRINTED, text)


def omitted(item: str, label: str) -> Line:
    """A line whose item is omitted."""
    return Line(item, label, Printing.OMITTED)


def japanese(
    name: str = "架空　太郎", relationship: str = "世帯主", born: str = "昭和55年4月1日", **changes: str
) -> Entry:
    """A Japanese resident's entry on a copy."""
    lines = (
        line("full_name", "氏名", name),
        line("name_reading", "氏名の振り仮名", changes.get("reading", "カクウ　タロウ")),
        line("former_surname", "旧氏", None),
        line("date_of_birth", "生年月日", born),
        line("sex", "性別", changes.get("sex", "男")),
        line("householder_name", "世帯主", "架空　太郎"),
        line("relationship_to_householder", "続柄", relationship),
        line("became_resident_on", "住民となった年月日", "平成12年3月20日"),
        line("current_address", "住所", changes.get("address", HOME)),
        line("address_established_on", "住所を定めた年月日", "令和2年10月1日"),
        line("notified_on", "届出年月日", "令和2年10月5日"),
        line("registered_domicile", "本籍", "北海道札幌市中央区北一条西二丁目1番"),
        line("family_register_head", "筆頭者", "架空　太郎"),
        line("previous_address", "前住所", changes.get("previous", "北海道札幌市中央区北一条西二丁目1番地")),
        omitted("individual_number", "個人番号"),
        omitted("resident_record_code", "住民票コード"),
    )
    return Entry("1000000001", lines)


def foreign() -> Entry:
    """A foreign resident's entry, with an alias and its history."""
    lines = (
        line("full_name", "氏名", "NGUYỄN THỊ SAMPLE-MARGUERITE ANNE　阮　見本"),
        line("alias_history", "通称", "見本　花子"),
        line("date_of_birth", "生年月日", "1990年12月1日"),
        line("sex", "性別", "女"),
        line("householder_name", "世帯主", "架空　太郎"),
        line("relationship_to_householder", "続柄", "妻"),
        line("became_foreign_resident_on", "外国人住民となった年月日", "平成31年4月10日"),
        line("current_address", "住所", HOME),
        line("address_established_on", "住所を定めた年月日", "令和2年10月1日"),
        line("nationality_or_region", "国籍・地域", "ベトナム"),
        line("foreign_resident_category", "第30条の45に規定する区分", "中長期在留者"),
        line("status_of_residence", "在留資格", "日本人の配偶者等"),
        line("period_of_stay", "在留期間等", "3年"),
        line("period_of_stay_expires_on", "在留期間の満了の日", "2027年9月30日"),
        line("residence_card_number", "在留カード等の番号", "AB12345678CD"),
        omitted("individual_number", "個人番号"),
        omitted("resident_record_code", "住民票コード"),
    )
    history = (
        line("alias_history", "通称の記載", "令和元年6月3日　北海道苫小牧市　見本　花子"),
        line("alias_history", "通称の削除", "令和元年6月3日　北海道苫小牧市　見本　英子"),
        line("alias_history", "通称の記載", "平成31年4月10日　北海道千歳市　見本　英子"),
    )
    return Entry("1000000002", lines, history, ("氏名のカタカナ表記：グエン　ティ　サンプル",))


def a_document(kind: Kind, *entries: Entry, **changes: object) -> Document:
    """A document of these entries."""
    usual: dict[str, object] = {
        "title": kind.japanese,
        "statement": "この写しは、住民票の原本と相違ないことを証明する。",
        "issued_on": DAY,
        "certifier": MAYOR,
    }
    return Document(kind=kind, entries=entries, **(usual | changes))  # type: ignore[arg-type] # as the fields are
