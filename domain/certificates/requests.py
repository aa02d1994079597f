"""How a certificate is asked for: which one, of whom, by whom, and what is specially requested.

The input of `issueCertificate` is made from `CertificateRequest`, as the inputs of procedures are from their notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.certificates.kinds import CertificateKind
from domain.errors import InvalidValue
from domain.notifications import told
from domain.values.identifiers import AddresseeNumber, MunicipalityCode
from domain.values.texts import require_line

MOST_COPIES = 20
"""Copies that one request may ask for; each has a number of its own (標準仕様書1.0 5.5)."""

MOST_SUBJECTS = 20
"""People that one certificate may be of."""


class RequesterKind(StrEnum):
    """Who asks, by the article that lets her (住基法第12条から第12条の4まで, 第15条の4)."""

    PERSON = "PERSON"
    SAME_HOUSEHOLD = "SAME_HOUSEHOLD"
    STATUTORY_AGENT = "STATUTORY_AGENT"
    AGENT = "AGENT"
    OFFICIAL_REQUESTER = "OFFICIAL_REQUESTER"
    THIRD_PARTY_APPLICANT = "THIRD_PARTY_APPLICANT"
    SPECIFIED_AFFAIRS_AGENT = "SPECIFIED_AFFAIRS_AGENT"
    ISSUING_MAYOR = "ISSUING_MAYOR"
    EX_OFFICIO = "EX_OFFICIO"

    @property
    def japanese(self) -> str:
        """The word for it."""
        return _REQUESTERS[self]

    @property
    def is_herself(self) -> bool:
        """Whether it is the person, somebody of her household, or who acts for one of them (住基法第12条)."""
        return self in (
            RequesterKind.PERSON,
            RequesterKind.SAME_HOUSEHOLD,
            RequesterKind.STATUTORY_AGENT,
            RequesterKind.AGENT,
        )

    @property
    def acts_for_another(self) -> bool:
        """Whether she must show her authority (住基法第12条第4項)."""
        return self in (RequesterKind.STATUTORY_AGENT, RequesterKind.AGENT)


_REQUESTERS = {
    RequesterKind.PERSON: "本人",
    RequesterKind.SAME_HOUSEHOLD: "同一世帯に属する者",
    RequesterKind.STATUTORY_AGENT: "法定代理人",
    RequesterKind.AGENT: "代理人",
    RequesterKind.OFFICIAL_REQUESTER: "国又は地方公共団体の機関",
    RequesterKind.THIRD_PARTY_APPLICANT: "第三者（申出者）",
    RequesterKind.SPECIFIED_AFFAIRS_AGENT: "特定事務受任者",
    RequesterKind.ISSUING_MAYOR: "交付地市町村長",
    RequesterKind.EX_OFFICIO: "職権",
}


class Profession(StrEnum):
    """The eight professions of 特定事務受任者, and their corporations (住基法第12条の3第3項)."""

    ATTORNEY = "ATTORNEY"
    JUDICIAL_SCRIVENER = "JUDICIAL_SCRIVENER"
    LAND_AND_HOUSE_INVESTIGATOR = "LAND_AND_HOUSE_INVESTIGATOR"
    TAX_ACCOUNTANT = "TAX_ACCOUNTANT"
    LABOR_AND_SOCIAL_SECURITY_ATTORNEY = "LABOR_AND_SOCIAL_SECURITY_ATTORNEY"
    PATENT_ATTORNEY = "PATENT_ATTORNEY"
    MARITIME_PROCEDURE_AGENT = "MARITIME_PROCEDURE_AGENT"
    ADMINISTRATIVE_SCRIVENER = "ADMINISTRATIVE_SCRIVENER"

    @property
    def japanese(self) -> str:
        """The law's word for it."""
        return _PROFESSIONS[self]


_PROFESSIONS = {
    Profession.ATTORNEY: "弁護士",
    Profession.JUDICIAL_SCRIVENER: "司法書士",
    Profession.LAND_AND_HOUSE_INVESTIGATOR: "土地家屋調査士",
    Profession.TAX_ACCOUNTANT: "税理士",
    Profession.LABOR_AND_SOCIAL_SECURITY_ATTORNEY: "社会保険労務士",
    Profession.PATENT_ATTORNEY: "弁理士",
    Profession.MARITIME_PROCEDURE_AGENT: "海事代理士",
    Profession.ADMINISTRATIVE_SCRIVENER: "行政書士",
}


class IdentityVerification(StrEnum):
    """本人確認: by what the identity of who asks was verified (住基法第12条第3項)."""

    INDIVIDUAL_NUMBER_CARD = "INDIVIDUAL_NUMBER_CARD"
    PHOTO_IDENTIFICATION = "PHOTO_IDENTIFICATION"
    TWO_DOCUMENTS = "TWO_DOCUMENTS"
    QUESTIONS = "QUESTIONS"
    OFFICIAL_DOCUMENT = "OFFICIAL_DOCUMENT"
    NONE = "NONE"

    @property
    def japanese(self) -> str:
        """The word for it."""
        return _VERIFICATIONS[self]


_VERIFICATIONS = {
    IdentityVerification.INDIVIDUAL_NUMBER_CARD: "個人番号カード",
    IdentityVerification.PHOTO_IDENTIFICATION: "顔写真付きの本人確認書類（運転免許証、旅券、在留カード等）",
    IdentityVerification.TWO_DOCUMENTS: "本人確認書類2点",
    IdentityVerification.QUESTIONS: "聞取り",
    IdentityVerification.OFFICIAL_DOCUMENT: "公文書、職務上請求書",
    IdentityVerification.NONE: "なし",
}


class Delivery(StrEnum):
    """How it reaches who asks (住基法第12条第7項: 郵送)."""

    COUNTER = "COUNTER"
    MAIL_TO_RESIDENT = "MAIL_TO_RESIDENT"
    MAIL_TO_REQUESTER = "MAIL_TO_REQUESTER"

    @property
    def japanese(self) -> str:
        """The word for it."""
        return {"COUNTER": "窓口交付", "MAIL_TO_RESIDENT": "本人の住所へ郵送", "MAIL_TO_REQUESTER": "請求者へ郵送"}[
            self.value
        ]


class CertifiedItem(StrEnum):
    """What may be asked for by itself: the items of 住基法第7条 and 第30条の45 as a certificate names them."""

    NAME = "NAME"
    NAME_READING = "NAME_READING"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    SEX = "SEX"
    HOUSEHOLDER_AND_RELATIONSHIP = "HOUSEHOLDER_AND_RELATIONSHIP"
    REGISTERED_DOMICILE = "REGISTERED_DOMICILE"
    BECAME_RESIDENT_ON = "BECAME_RESIDENT_ON"
    ADDRESS = "ADDRESS"
    NOTIFICATION_AND_PREVIOUS_ADDRESS = "NOTIFICATION_AND_PREVIOUS_ADDRESS"
    INDIVIDUAL_NUMBER = "INDIVIDUAL_NUMBER"
    ELECTORAL_ROLL = "ELECTORAL_ROLL"
    NATIONAL_HEALTH_INSURANCE = "NATIONAL_HEALTH_INSURANCE"
    LATE_STAGE_ELDERLY_CARE = "LATE_STAGE_ELDERLY_CARE"
    LONG_TERM_CARE_INSURANCE = "LONG_TERM_CARE_INSURANCE"
    NATIONAL_PENSION = "NATIONAL_PENSION"
    CHILD_ALLOWANCE = "CHILD_ALLOWANCE"
    RESIDENT_RECORD_CODE = "RESIDENT_RECORD_CODE"
    FORMER_SURNAME = "FORMER_SURNAME"
    ALIAS = "ALIAS"
    ALIAS_HISTORY = "ALIAS_HISTORY"
    BECAME_FOREIGN_RESIDENT_ON = "BECAME_FOREIGN_RESIDENT_ON"
    NATIONALITY_OR_REGION = "NATIONALITY_OR_REGION"
    FOREIGN_RESIDENT_CATEGORY = "FOREIGN_RESIDENT_CATEGORY"
    STATUS_OF_RESIDENCE = "STATUS_OF_RESIDENCE"
    PERIOD_OF_STAY = "PERIOD_OF_STAY"
    PERIOD_OF_STAY_EXPIRES_ON = "PERIOD_OF_STAY_EXPIRES_ON"
    RESIDENCE_CARD_NUMBER = "RESIDENCE_CARD_NUMBER"
    CLOSING = "CLOSING"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Requester:
    """Who asks for it, and what she must state (住基法第12条第2項, 第12条の2第2項, 第12条の3第4項)."""

    kind: RequesterKind = told("請求者の区分", "who asks, by the article that lets her")
    name: str | None = told("請求者の氏名又は名称", "name of who asks", default=None)
    address: str | None = told("請求者の住所", "address of who asks", default=None)
    organ: str | None = told("機関の名称", "organ of the State or a local government", default=None)
    official_title: str | None = told("職名", "title of the official who asks", default=None)
    profession: Profession | None = told("資格", "which of the eight professions", default=None)
    client: str | None = told("依頼者の氏名又は名称", "the client for whom the profession acts", default=None)
    is_dispute_representation: bool = told(
        "紛争処理手続の代理", "whether it is representation in a dispute: then no client is named", default=False
    )
    issuing_municipality: MunicipalityCode | None = told("交付地市町村", "municipality that issues it", default=None)
    has_proof_of_authority: bool = told("代理権の確認", "whether she showed her authority", default=False)
    target_name: str | None = told("対象者の氏名", "name of the person as who asks states it", default=None)
    target_address: str | None = told("対象者の住所", "address of the person as who asks states it", default=None)
    purpose_of_use: str | None = told("利用の目的・請求事由", "what it is to be used for", default=None)
    legal_basis: str | None = told("根拠法令", "legal basis of an official request", default=None)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CertificateRequest:
    """Issue a certificate or a notice of residents' records. / 証明書・通知書の発行

    `subjects` are people of one household. Raises `InvalidValue`.
    """

    procedure: ClassVar[str] = "issueCertificate"

    kind: CertificateKind = told("証明書の種別", "which document")
    subjects: tuple[AddresseeNumber, ...] = told("対象者", "whose records, by addressee number")
    whole_household: bool = told("世帯全員", "everybody in the household of the first subject", default=False)
    in_one_list: bool = told("世帯連記式", "whether all stand on one list instead of a sheet each", default=False)
    with_history: bool = told("履歴の記載", "whether earlier entries are shown", default=False)
    requester: Requester = told("請求者", "who asks")
    identity_verification: IdentityVerification = told(
        "本人確認", "by what her identity was verified", default=IdentityVerification.NONE
    )
    items: tuple[CertifiedItem, ...] = told(
        "特別の請求・証明する事項",
        "what is specially requested; on a certificate of items, all that it certifies",
        default=(),
    )
    is_found_appropriate: bool = told(
        "市長が相当と認めた請求",
        "whether a request by others, and what it asks beyond basics, was approved",
        default=False,
    )
    omit_building_line: bool = told("方書の省略", "on a certificate of items only", default=False)
    delivery: Delivery = told("交付方法", "how it is handed over", default=Delivery.COUNTER)
    copies: int = told("部数", "how many copies; each has its own number", default=1)
    marked_official: bool = told("公用表示", "whether 公用 is printed on it", default=False)
    special_move_in: bool = told("特例転入", "moving-out certificate by card: 特例による転出処理済", default=False)
    reissue_of: str | None = told("再交付", "id of the issuance that is issued again, as it was then", default=None)
    printer: str | None = told("プリンタ", "printer number, at most 10 characters", default=None)

    def __post_init__(self) -> None:
        if not 1 <= len(self.subjects) <= MOST_SUBJECTS:
            raise InvalidValue("subjects", f"must be 1 to {MOST_SUBJECTS}", f"1人から{MOST_SUBJECTS}人までです")
        if len(set(self.subjects)) != len(self.subjects):
            raise InvalidValue("subjects", "names somebody twice", "同じ者が重複しています")
        if not 1 <= self.copies <= MOST_COPIES:
            raise InvalidValue("copies", f"must be 1 to {MOST_COPIES}", f"1部から{MOST_COPIES}部までです")
        if self.printer is not None:
            require_line("printer", self.printer, 10)
