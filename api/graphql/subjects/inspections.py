"""閲覧: a copy of part of the register for inspection, as a paper behind a link and as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import strawberry

from api.graphql.arguments import Key
from api.graphql.notices import first_line, input_of, naming_inputs, notice_of
from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.subjects.certificates import CertificateCopy, copy_told
from authz.inspecting import Inspecting
from authz.papers import PutOut
from authz.runs import Asked
from domain.certificates.issuances import Handover
from domain.inspections import InspectionRequest, as_csv
from domain.notifications import Notice


@strawberry.type(
    description="A copy for inspection: 氏名, 生年月日, 性別, 住所 and nothing else; nobody is on it who is protected,"
    " restricted or gone. / 住民基本台帳の一部の写し（閲覧用）"
)
class RegisterInspectionResult:
    """The answer of `registerInspection`."""

    people: int = strawberry.field(description="How many stand on it; of none, nothing is issued. / 人数")
    copy: CertificateCopy | None = strawberry.field(description="写し, with its entry in the issuance book.")
    csv: str | None = strawberry.field(
        description="The same as CSV, in the same order; null once the link was used or has expired."
    )


def inspection_mutations() -> list[Any]:
    """To make a copy for inspection."""
    inspect.__annotations__["input"] = input_of(InspectionRequest)
    description = first_line(InspectionRequest)
    return [strawberry.field(resolver=inspect, name=InspectionRequest.procedure, description=description)]


async def inspect(
    info: GraphInfo,
    input: Any,  # noqa: A002 - as GraphQL calls it
    idempotency_key: Key,
) -> RegisterInspectionResult:
    """Make the copy that the input asks for."""
    kind = cast("type[Notice]", InspectionRequest)  # it is spelt like a notice
    with naming_inputs(kind):
        read = lambda: cast(InspectionRequest, notice_of(kind, input))  # noqa: E731 - read inside its run
        inspecting = Inspecting(info.context.visit)
        return _result(await inspecting.inspect(Asked(field_name(raw(info))), read, idempotency_key))


def _result(put_out: PutOut | None) -> RegisterInspectionResult:
    if put_out is None:
        return RegisterInspectionResult(people=0, copy=None, csv=None)
    ((issuance, handover),) = put_out.copies
    csv = _csv(handover) if handover else None
    return RegisterInspectionResult(people=len(issuance.items), copy=copy_told(issuance, handover), csv=csv)


def _csv(handover: Handover) -> str:
    entries = cast("list[Mapping[str, Any]]", handover.told["entries"])
    return as_csv([line["text"] for line in entry["lines"]] for entry in entries)
