"""Certificates and notices: issued with a single-use link to each copy, and found again in the issuance book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import strawberry

from api.graphql.arguments import Acknowledged, Key
from api.graphql.notices import enum_of, first_line, input_of, naming_inputs, notice_of
from api.graphql.pages import Page
from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.subjects.nodes import PageInfo
from api.graphql.subjects.notifications import Finding, finding_of
from authz.changing import Wish
from authz.issuing import IssuedAnswer, Issuing
from authz.runs import Asked, graphql_name
from domain.certificates import issuances as book
from domain.certificates.documents import Printing
from domain.certificates.issuances import Handover
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import (
    CertificateRequest,
    CertifiedItem,
    Delivery,
    IdentityVerification,
    Profession,
    RequesterKind,
)
from domain.notifications import Notice
from domain.values.identifiers import AddresseeNumber

FIRST = 20
"""How many entries of the book a page has when nobody says."""

HANDOVERS = "/handovers/"
"""Under which address the links lie."""

STATED = ("name", "address", "organ", "official_title", "client", "purpose_of_use", "legal_basis", "article")
"""What the book has of who asked, in words."""

for _vocabulary in (CertificateKind, CertifiedItem, Delivery, IdentityVerification, Profession, RequesterKind):
    enum_of(_vocabulary)  # before the types below, which would take them as they are

strawberry.enum(
    Printing,
    name="Printing",
    description="What became of an item on the document: 記載 (PRINTED), 省略 (OMITTED), 空欄 (BLANK: there is none).",
)


@strawberry.type(description="An item on the document. / 記載事項")
class CertificateLine:
    """One ruled cell."""

    item: str = strawberry.field(description="The item's field name. / 項目名")
    label: str = strawberry.field(description="As it is printed. / 項目の表示")
    printing: Printing
    text: str | None = strawberry.field(description="記載内容; null where it is omitted or blank.")


@strawberry.type(description="What stands on the document about one person. / 対象者ごとの記載")
class CertificateEntry:
    """One person's part."""

    addressee_number: str = strawberry.field(description="宛名番号")
    lines: list[CertificateLine] = strawberry.field(description="In their order on the document. / 記載順")


@strawberry.type(description="Where the PDF is fetched: once, by who asked for it, for the same purpose. / 受取リンク")
class HandoverLink:
    """A single-use link."""

    path: str = strawberry.field(
        description="受取先 — an address on this server: GET it, signed in for the same purpose."
    )
    expires_at: str = strawberry.field(description="受取期限, ISO 8601 with its offset.")


@strawberry.type(description="Who asked for it, as she was identified. / 請求者")
class IssuanceRequester:
    """Who asked, as the book has it."""

    kind: RequesterKind = strawberry.field(description="請求者の区分")
    name: str | None = strawberry.field(description="請求者の氏名又は名称")
    address: str | None = strawberry.field(description="請求者の住所")
    organ: str | None = strawberry.field(description="機関の名称")
    official_title: str | None = strawberry.field(description="職名")
    profession: Profession | None = strawberry.field(description="資格")
    client: str | None = strawberry.field(description="依頼者の氏名又は名称")
    purpose_of_use: str | None = strawberry.field(description="利用の目的・請求事由")
    legal_basis: str | None = strawberry.field(description="根拠法令, as an official request states it.")
    article: str | None = strawberry.field(description="The article that lets her have it. / 根拠条文")
    identity_verification: IdentityVerification = strawberry.field(description="本人確認")


@strawberry.type(description="Which items are printed of whom. / 対象者と記載事項")
class PrintedItems:
    """One person, as the book has her."""

    addressee_number: str = strawberry.field(description="宛名番号")
    items: list[str] = strawberry.field(description="Field names of the items. / 記載事項")


@strawberry.type(description="交付履歴 — an entry of the issuance book; never taken out of it.")
class Issuance:
    """An entry of the book."""

    id: strawberry.ID
    kind: CertificateKind = strawberry.field(description="証明書・通知書の種別")
    number: str = strawberry.field(description="発行番号, as it is printed on every sheet.")
    issued_at: str = strawberry.field(description="発行日時, ISO 8601 with its offset.")
    place: str = strawberry.field(description="交付場所")
    department: str = strawberry.field(description="交付した部署")
    staff_number: str = strawberry.field(description="交付した職員の職員番号")
    requester: IssuanceRequester
    delivery: Delivery = strawberry.field(description="交付方法")
    people: list[PrintedItems] = strawberry.field(description="対象者と記載事項")
    sheets: int = strawberry.field(description="枚数")
    reissue_of: strawberry.ID | None = strawberry.field(description="再交付: the issuance that was issued again.")
    stands: bool = strawberry.field(description="Whether it was not voided. / 有効")
    voided_at: str | None = strawberry.field(description="処分日時 of a spoiled copy")
    voided_by: str | None = strawberry.field(description="処分した職員の職員番号")
    void_reason: str | None = strawberry.field(description="処分事由")


@strawberry.type(description="One copy that was issued. / 交付した1通")
class CertificateCopy:
    """A copy: its entry in the book, what stands on it, and where it is fetched."""

    issuance: Issuance
    entries: list[CertificateEntry] = strawberry.field(
        description="What stands on it, item by item; kept no longer than its link. / 記載内容"
    )
    link: HandoverLink | None = strawberry.field(description="Null once it was used or has expired. / 受取リンク")


@strawberry.type(description="What was issued; the same each time it is sent under the same key. / 交付結果")
class CertificateResult:
    """The answer of `issueCertificate`."""

    issued: bool = strawberry.field(description="Whether it was issued. Where not, `findings` say why. / 交付の有無")
    copies: list[CertificateCopy]
    findings: list[Finding]


@strawberry.type(description="An entry in a page, with the cursor after which the next page may begin.")
class IssuanceEdge:
    """Relay's edge."""

    cursor: str
    node: Issuance


@strawberry.type(description="A page of the issuance book, the newest first. / 交付履歴の一覧")
class IssuanceConnection:
    """Relay's connection."""

    edges: list[IssuanceEdge]
    nodes: list[Issuance]
    page_info: PageInfo


async def find_issuance(info: GraphInfo, id_: str) -> Issuance | None:
    """The entry of the book with this id, if there is one that the caller may see."""
    found = await Issuing(info.context.visit).issuance(_asked(info), id_)
    return told(found) if found else None


async def list_issuances(info: GraphInfo, addressee_number: str, first: int, after: str | None) -> Page[Issuance]:
    """A page of what was issued of somebody."""
    context, name = info.context, field_name(raw(info))
    visit, number = context.visit, AddresseeNumber.parse(addressee_number).value
    bound_to = context.question(name, number)
    start = None if after is None else context.sealer.open_cursor(after, bound_to)
    found, more = await Issuing(visit).history(Asked(name), number, first, start)
    return Page(list(map(told, found)), more, after is not None, lambda one: context.sealer.cursor(one.id, bound_to))


def certificate_mutations() -> list[Any]:
    """To issue, and to void what was spoiled."""
    issue.__annotations__["input"] = input_of(CertificateRequest)
    return [
        strawberry.field(resolver=issue, name="issueCertificate", description=first_line(CertificateRequest)),
        strawberry.field(
            resolver=void_issuance, description="証明書の処分 — note that a spoiled copy was disposed of."
        ),
    ]


async def issue(
    info: GraphInfo,
    input: Any,  # noqa: A002 - as GraphQL calls it
    idempotency_key: Key,
    acknowledge: Acknowledged = [],  # noqa: B006 - never changed; the schema shows it
) -> CertificateResult:
    """Issue what the input asks for."""
    kind = cast("type[Notice]", CertificateRequest)  # it is spelt like a notice
    with naming_inputs(kind):
        wish = Wish(idempotency_key, frozenset(acknowledge))
        issuing = Issuing(info.context.visit)
        read = lambda: cast(CertificateRequest, notice_of(kind, input))  # noqa: E731 - read inside its run
        return _result(await issuing.issue(_asked(info), read, wish))


async def void_issuance(
    info: GraphInfo,
    id: strawberry.ID,  # noqa: A002 - as all ids of the graph
    reason: str,
    idempotency_key: Key,
) -> Issuance:
    """Note that a copy was spoiled and disposed of."""
    return told(await Issuing(info.context.visit).void(_asked(info), id, reason, idempotency_key))


def told(one: book.Issuance) -> Issuance:
    """An entry of the book as it is answered."""
    return Issuance(
        id=strawberry.ID(one.id),
        kind=one.kind,
        number=one.number.text,
        issued_at=one.issued_at.isoformat(),
        place=one.place,
        department=one.department,
        staff_number=one.staff_number,
        requester=_requester(one.requester),
        delivery=one.delivery,
        people=[
            PrintedItems(addressee_number=who, items=list(map(graphql_name, items))) for who, items in one.items.items()
        ],
        sheets=one.sheets,
        reissue_of=strawberry.ID(one.reissue_of) if one.reissue_of else None,
        stands=one.stands,
        voided_at=one.voided_at.isoformat() if one.voided_at else None,
        voided_by=one.voided_by,
        void_reason=one.void_reason,
    )


def _result(answered: IssuedAnswer) -> CertificateResult:
    copies = answered.put_out.copies if answered.put_out else ()
    return CertificateResult(
        issued=answered.put_out is not None,
        copies=[copy_told(issuance, handover) for issuance, handover in copies],
        findings=list(map(finding_of, answered.findings)),
    )


def copy_told(issuance: book.Issuance, handover: Handover | None) -> CertificateCopy:
    """A copy as it is answered."""
    entries = cast("list[Mapping[str, Any]]", handover.told["entries"]) if handover else []
    return CertificateCopy(issuance=told(issuance), entries=list(map(_entry, entries)), link=link_of(handover))


def link_of(handover: Handover | None) -> HandoverLink | None:
    """The link to what waits, if it still does."""
    if handover is None:
        return None
    return HandoverLink(path=HANDOVERS + handover.token, expires_at=handover.expires_at.isoformat())


def _entry(entry: Mapping[str, Any]) -> CertificateEntry:
    return CertificateEntry(addressee_number=entry["addressee_number"], lines=list(map(_line, entry["lines"])))


def _line(line: Mapping[str, Any]) -> CertificateLine:
    item, printing = graphql_name(line["item"]), Printing(line["printing"])
    return CertificateLine(item=item, label=line["label"], printing=printing, text=line["text"])


def _people(number: str, items: list[str]) -> PrintedItems:
    return PrintedItems(addressee_number=number, items=list(map(graphql_name, items)))


def _requester(kept: Mapping[str, Any]) -> IssuanceRequester:
    """Who asked, of what the book has."""
    profession, verification = kept.get("profession"), kept.get("identity_verification", IdentityVerification.NONE)
    return IssuanceRequester(
        kind=RequesterKind(kept["kind"]),
        profession=Profession(profession) if profession else None,
        identity_verification=IdentityVerification(verification),
        **{name: kept.get(name) for name in STATED},
    )


def _asked(info: GraphInfo) -> Asked:
    return Asked(field_name(raw(info)))
