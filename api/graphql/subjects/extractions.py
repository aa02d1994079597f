"""Extractions: data in bulk, asked for by one person, approved by another, and given out once."""

from __future__ import annotations

from typing import Annotated, Any, cast

import strawberry

from api.graphql.arguments import Key
from api.graphql.notices import enum_of, first_line, input_of, naming_inputs, notice_of
from api.graphql.pages import Page
from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.subjects.certificates import HandoverLink, link_of
from api.graphql.subjects.nodes import PageInfo
from authz.extracting import Extracting, Handing
from authz.runs import Asked
from domain import extractions as domain
from domain.extractions import ExtractionForm, ExtractionRequest, ExtractionState
from domain.notifications import Notice
from domain.statistics import Citizenship
from domain.values.sex import Sex

FIRST = 20
"""How many requests a page has when nobody says."""

strawberry.enum(ExtractionState, description="依頼中, 承認, 却下, 取下げ, 実施済み")
for _vocabulary in (ExtractionForm, Citizenship):
    enum_of(_vocabulary)  # before the types below, which would take them as they are

Witness = Annotated[str, strawberry.argument(description="立会者の職員番号: somebody else than you.")]
Medium = Annotated[str, strawberry.argument(description="媒体 — what the file is written to, as it is labelled.")]


@strawberry.type(description="抽出条件 — who is meant: all conditions that are not null hold.")
class ExtractionCriteria:
    """The criteria."""

    address: str | None = strawberry.field(description="住所の前方一致")
    born_from: str | None = strawberry.field(description="生年月日（以後）")
    born_to: str | None = strawberry.field(description="生年月日（以前）")
    sex: Sex | None = strawberry.field(description="性別")
    citizenship: Citizenship | None = strawberry.field(description="日本人・外国人の別")
    include_closed: bool = strawberry.field(description="除票を含む")
    sample: int | None = strawberry.field(description="抽出人数（無作為抽出）; null: all of them.")


@strawberry.type(description="実施結果 — what carrying it out came to, and who stood by.")
class ExtractionOutcome:
    """What became of an approved request."""

    at: str = strawberry.field(description="実施日時")
    by: str = strawberry.field(description="実施した職員の職員番号")
    witness: str = strawberry.field(description="立会者の職員番号")
    medium: str = strawberry.field(description="媒体")
    records: int = strawberry.field(description="抽出件数")
    digest: str = strawberry.field(description="SHA-256 of the encrypted file, hexadecimal. / ファイルのハッシュ値")


@strawberry.type(description="抽出依頼 — a request for data in bulk, and what became of it.")
class Extraction:
    """A request."""

    id: strawberry.ID
    state: ExtractionState
    made_at: str = strawberry.field(description="依頼日時")
    made_by: str = strawberry.field(description="依頼した職員の職員番号")
    department: str = strawberry.field(description="依頼した部署")
    purpose: str = strawberry.field(description="事務")
    reason: str = strawberry.field(description="利用目的")
    criteria: ExtractionCriteria
    items: list[str] = strawberry.field(description="抽出項目, by their field names.")
    form: ExtractionForm
    most: int = strawberry.field(description="上限件数")
    recipient: str = strawberry.field(description="暗号化の公開鍵")
    expires_at: str = strawberry.field(description="有効期限")
    decided_at: str | None = strawberry.field(description="承認、却下又は取下げの日時")
    decided_by: str | None = strawberry.field(description="承認、却下又は取下げを行った職員の職員番号")
    outcome: ExtractionOutcome | None = strawberry.field(description="実施結果")


@strawberry.type(description="A result, given out once; the same each time it is sent under the same key. / 抽出結果")
class ExtractionResult:
    """The answer of `runExtraction`."""

    extraction: Extraction
    link: HandoverLink | None = strawberry.field(description="Null once it was used or has expired. / 受取リンク")


@strawberry.type(description="A request in a page, with the cursor after which the next page may begin.")
class ExtractionEdge:
    """Relay's edge."""

    cursor: str
    node: Extraction


@strawberry.type(description="A page of extraction requests, the oldest first. / 抽出依頼の一覧")
class ExtractionConnection:
    """Relay's connection."""

    edges: list[ExtractionEdge]
    nodes: list[Extraction]
    page_info: PageInfo


async def find_extraction(info: GraphInfo, id_: str) -> Extraction | None:
    """The request with this id, if there is one that the caller may see."""
    found = await Extracting(info.context.visit).extraction(_asked(info), id_)
    return told(found) if found else None


async def list_extractions(info: GraphInfo, state: ExtractionState, first: int, after: str | None) -> Page[Extraction]:
    """A page of the requests in this state that the caller may see."""
    context, name = info.context, field_name(raw(info))
    visit = context.visit
    bound_to = context.question(name, state.value)
    start = None if after is None else context.sealer.open_cursor(after, bound_to)
    found, more = await Extracting(visit).extractions(Asked(name), state, first, start)
    return Page(list(map(told, found)), more, after is not None, lambda one: context.sealer.cursor(one.id, bound_to))


def extraction_mutations() -> list[Any]:
    """From the request to the result."""
    request.__annotations__["input"] = input_of(ExtractionRequest)
    return [
        strawberry.field(resolver=request, name=ExtractionRequest.procedure, description=first_line(ExtractionRequest)),
        _deciding("approveExtraction", ExtractionState.APPROVED, "抽出の承認 — approve it; not one of your own."),
        _deciding("refuseExtraction", ExtractionState.REFUSED, "抽出の却下 — refuse it; not one of your own."),
        _deciding("withdrawExtraction", ExtractionState.WITHDRAWN, "抽出依頼の取下げ — withdraw your own."),
        strawberry.field(
            resolver=run,
            name="runExtraction",
            description="抽出の実施 — carry out your own request, once it is approved, before a witness. The result is"
            " encrypted for the recipient of the request, and waits behind a link that is used once.",
        ),
    ]


async def request(info: GraphInfo, input: Any, idempotency_key: Key) -> Extraction:  # noqa: A002 - as GraphQL calls it
    """Ask for data in bulk."""
    kind = cast("type[Notice]", ExtractionRequest)  # it is spelt like a notice
    with naming_inputs(kind):
        read = lambda: cast(ExtractionRequest, notice_of(kind, input))  # noqa: E731 - read inside its run
        return told(await Extracting(info.context.visit).request(_asked(info), read, idempotency_key))


async def run(
    info: GraphInfo,
    id: strawberry.ID,  # noqa: A002 - as all ids of the graph
    witness: Witness,
    medium: Medium,
    idempotency_key: Key,
) -> ExtractionResult:
    """Carry it out."""
    extracting, handing = Extracting(info.context.visit), Handing(witness, medium)
    one, handover = await extracting.run(_asked(info), id, handing, idempotency_key)
    return ExtractionResult(extraction=told(one), link=link_of(handover))


def _deciding(name: str, state: ExtractionState, description: str) -> Any:
    async def decide(info: GraphInfo, id: strawberry.ID, idempotency_key: Key) -> Extraction:  # noqa: A002 - as above
        return told(await Extracting(info.context.visit).decide(_asked(info), id, state, idempotency_key))

    decide.__name__ = name
    return strawberry.field(resolver=decide, name=name, description=description)


def told(one: domain.Extraction) -> Extraction:
    """A request as it is answered."""
    asked = one.request
    return Extraction(
        id=strawberry.ID(one.id),
        state=one.state,
        made_at=one.made_at.isoformat(),
        made_by=one.made_by,
        department=one.department,
        purpose=one.purpose,
        reason=asked.reason,
        criteria=_criteria(asked.criteria),
        items=list(asked.items),
        form=asked.form,
        most=asked.most,
        recipient=asked.recipient,
        expires_at=one.expires_at.isoformat(),
        decided_at=one.decided_at.isoformat() if one.decided_at else None,
        decided_by=one.decided_by,
        outcome=_outcome(one.carried) if one.carried else None,
    )


def _criteria(criteria: domain.ExtractionCriteria) -> ExtractionCriteria:
    return ExtractionCriteria(
        address=criteria.address,
        born_from=criteria.born_from.iso if criteria.born_from else None,
        born_to=criteria.born_to.iso if criteria.born_to else None,
        sex=criteria.sex,
        citizenship=criteria.citizenship,
        include_closed=criteria.include_closed,
        sample=criteria.sample,
    )


def _outcome(carried: domain.Carried) -> ExtractionOutcome:
    return ExtractionOutcome(
        at=carried.at.isoformat(),
        by=carried.by,
        witness=carried.witness,
        medium=carried.medium,
        records=carried.records,
        digest=carried.digest.hex(),
    )


def _asked(info: GraphInfo) -> Asked:
    return Asked(field_name(raw(info)))
