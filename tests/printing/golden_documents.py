"""The documents whose looks are kept: one of each kind, as they are composed, and what is hard to print."""

from __future__ import annotations

from typing import Any

from domain.certificates.composing import Person, composed
from domain.certificates.documents import Certifier, Document, Entry
from domain.certificates.kinds import CertificateKind as Kind
from domain.certificates.requests import CertifiedItem as Item
from domain.certificates.requests import RequesterKind as Asks
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex
from tests.domain.certificates.asking import TODAY, a_request, somebody
from tests.printing.documents import DAY, HOME, MAYOR, MOST_LINES, a_document, japanese, line

ACTING = Certifier("北海道苫小牧市長職務代理者", "北海道苫小牧市副市長　架空　十兵衛")
FAMILY = (
    ("架空　太郎", "世帯主", "1980-04-01"),
    ("架空　花子", "妻", "1982-08-15"),
    ("架空　一郎", "子", "2008-01-02"),
    ("架空　二葉", "子", "2010-03-14"),
    ("架空　三太", "子", "2015-05-06"),
    ("架空　四季", "子", "2019-09-09"),
    ("架空　茂", "父", "1952-02-28"),
    ("架空　静江", "母", "1954-10-10"),
)
OF_HOUSEHOLD = (Item.HOUSEHOLDER_AND_RELATIONSHIP, Item.REGISTERED_DOMICILE)
ON_REQUEST = (*OF_HOUSEHOLD, Item.INDIVIDUAL_NUMBER, Item.RESIDENT_RECORD_CODE, Item.FORMER_SURNAME)
OF_FOREIGNERS = (
    Item.HOUSEHOLDER_AND_RELATIONSHIP,
    Item.ALIAS,
    Item.ALIAS_HISTORY,
    Item.NATIONALITY_OR_REGION,
    Item.FOREIGN_RESIDENT_CATEGORY,
    Item.STATUS_OF_RESIDENCE,
    Item.PERIOD_OF_STAY,
    Item.PERIOD_OF_STAY_EXPIRES_ON,
    Item.RESIDENCE_CARD_NUMBER,
)


def resident(name: str = "架空　太郎", tie: str = "世帯主", born: str = "1980-04-01", **items: Any) -> Person:
    """A member of the family, who moved house in the city."""
    usual: dict[str, Any] = {
        "full_name": Name(name),
        "date_of_birth": RegisterDate(born),
        "sex": Sex.FEMALE if tie in {"妻", "母"} else Sex.MALE,
        "householder_name": Name("架空　太郎"),
        "relationship_to_householder": Relationship(tie),
        "building_line": "見本ハイツ　101号室",
        "address_established_on": RegisterDate("2020-10-01"),
        "notified_on": RegisterDate("2020-10-05"),
        "previous_address": "北海道札幌市中央区北一条西二丁目1番地",
        "became_resident_on": RegisterDate("2000-03-20") if born < "2000-03-20" else RegisterDate(born),
    }
    return somebody(**{**usual, **items})


def foreigner() -> Person:
    """Somebody with an alias, and one before it."""
    return resident(
        "NGUYỄN THỊ SAMPLE-MARGUERITE ANNE　阮　見本",
        "妻",
        "1990-12-01",
        foreign=True,
        became_resident_on=None,
        became_foreign_resident_on=RegisterDate("2019-04-10"),
        registered_domicile=None,
        nationality_or_region="架空国",
        status_of_residence="日本人の配偶者等",
        period_of_stay="3年",
        period_of_stay_expires_on=RegisterDate("2027-09-30"),
        alias_history=(
            "見本　英子（平成31年4月10日 北海道千歳市 記載）",
            "見本　英子（令和元年6月3日 北海道苫小牧市 削除）",
            "見本　花子（令和元年6月3日 北海道苫小牧市 記載）",
        ),
    )


def issued(kind: Kind, *people: Person, items: tuple[Item, ...] = (), **said: Any) -> Document:
    """What is composed where she asks for her own, or her household's."""
    certifier = said.pop("certifier", MAYOR)
    return composed(a_request(kind, said.pop("asks", Asks.PERSON), *items, **said), people, certifier, TODAY)


def leaving() -> dict[str, Any]:
    """What the record of somebody says who is about to move out."""
    return {
        "planned_move_out_address": "東京都千代田区見本町一丁目1番1号　見本ハイツ101号",
        "change_reason": "国内転出",
        "changed_on": RegisterDate("2026-12-01"),
        "national_health_insurance_eligibility": "有（令和2年10月1日資格取得）",
        "national_pension_eligibility": "第1号被保険者",
    }


def inspected(nth: int) -> Entry:
    """The four items of somebody for inspection."""
    items = (
        line("full_name", "氏名", f"架空　太郎{nth}"),
        line("date_of_birth", "生年月日", f"昭和{nth}年4月1日"),
        line("sex", "性別", "男" if nth % 2 else "女"),
        line("current_address", "住所", HOME if nth % 9 else MOST_LINES.replace("\n", "　")),
    )
    return Entry("1000000001", items)


HARD = japanese(
    "葛\U000e0100城　\ufa11太郎・髙橋",
    reading="カ\u309a　\ufa10塚　神\ufe00　ㇷ\u309a",
    address=MOST_LINES,
    previous="北海道札幌市中央区北一条西二丁目1番地　" * 5,
)
LONG = japanese("WOLFESCHLEGELSTEINHAUSENBERGERDORFFWELCHEVORALTERNWAREN HUBERT BLAINE SAMPLE", reading="********")
HISTORY = tuple(
    line("current_address", "住所", f"北海道苫小牧市旭町四丁目{year}番6号（平成{year}年4月1日まで）")
    for year in range(30, 2, -1)
)
CERTIFIED = (Item.NAME, Item.DATE_OF_BIRTH, Item.ADDRESS, Item.HOUSEHOLDER_AND_RELATIONSHIP)
MOVING = {"items": tuple(ON_REQUEST), "reissue_of": "earlier", "special_move_in": True}

GOLDEN = {
    "copy": issued(Kind.RESIDENT_RECORD_COPY, resident(), marked_official=True),
    "copy-complete": issued(Kind.RESIDENT_RECORD_COPY, resident(), items=ON_REQUEST),
    "copy-third-party": issued(Kind.RESIDENT_RECORD_COPY, resident(), asks=Asks.THIRD_PARTY_APPLICANT),
    "copy-foreign": issued(Kind.RESIDENT_RECORD_COPY, foreigner(), items=OF_FOREIGNERS, certifier=ACTING),
    "copy-household": issued(
        Kind.RESIDENT_RECORD_COPY,
        *(resident(*one) for one in FAMILY),
        items=OF_HOUSEHOLD,
        in_one_list=True,
        whole_household=True,
    ),
    "copy-mixed-household": issued(
        Kind.RESIDENT_RECORD_COPY, resident(), foreigner(), items=OF_FOREIGNERS, in_one_list=True
    ),
    "copy-hard-characters": a_document(
        Kind.RESIDENT_RECORD_COPY, HARD, remarks=("転出届に基づく記載は、転出予定年月日前のため省略した。",)
    ),
    "copy-history": a_document(Kind.RESIDENT_RECORD_COPY, Entry("1", LONG.lines, HISTORY, ("改製　平成2年3月1日",))),
    "copy-wide-area": issued(Kind.WIDE_AREA_RESIDENT_RECORD_COPY, resident(), asks=Asks.ISSUING_MAYOR),
    "copy-closed": issued(Kind.CLOSED_RESIDENT_RECORD_COPY, resident(closed=True), items=(Item.CLOSING, *ON_REQUEST)),
    "items": issued(Kind.RESIDENT_RECORD_ITEMS_CERTIFICATE, resident(), items=CERTIFIED),
    "items-closed": issued(
        Kind.CLOSED_RECORD_ITEMS_CERTIFICATE, resident(closed=True), items=(*CERTIFIED, Item.CLOSING)
    ),
    "moving-out": issued(Kind.MOVING_OUT_CERTIFICATE, *(resident(*one, **leaving()) for one in FAMILY[:2]), **MOVING),
    "moving-out-equivalent": issued(
        Kind.MOVING_OUT_EQUIVALENT_CERTIFICATE, resident(closed=True, **leaving() | {"changed_on": None})
    ),
    "code-notice": issued(Kind.RESIDENT_RECORD_CODE_NOTICE, resident(), asks=Asks.EX_OFFICIO),
    "code-change-notice": issued(Kind.RESIDENT_RECORD_CODE_CHANGE_NOTICE, resident(), asks=Asks.EX_OFFICIO),
    "code-correction-notice": issued(Kind.RESIDENT_RECORD_CODE_CORRECTION_NOTICE, resident(), asks=Asks.EX_OFFICIO),
    "inspection": a_document(
        Kind.REGISTER_INSPECTION_COPY,
        *(inspected(nth) for nth in range(1, 41)),
        statement=f"{DAY}現在の住民基本台帳の一部の写しである。",
    ),
}
