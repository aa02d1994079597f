"""抑止 and 支援措置: restrictions and support measures, changed by mutations of their own and read by the officer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import strawberry

from api.graphql.arguments import Key
from api.graphql.notices import enum_of, first_line, input_of, naming_inputs, notice_of
from api.graphql.resolving import GraphInfo, field_name, raw
from authz.protecting import Protector
from authz.runs import Asked
from domain import restrictions as domain
from domain.notifications import Notice
from domain.ports import Answer
from domain.procedures.protecting import PROTECTING, RESTRICTING
from domain.restrictions import RestrictedProcess, RestrictionLevel, Whose
from domain.support_measures import (
    CoveredDisclosure,
    Protection,
    SupportKind,
    SupportMeasureAlert,
    SupportMeasureState,
    alert_of,
)
from domain.values.identifiers import AddresseeNumber

strawberry.enum(Whose, name="RestrictionSubject", description="個人単位 (RESIDENT) / 世帯単位 (HOUSEHOLD)")
strawberry.enum(SupportMeasureState, description="仮支援措置, 支援措置, 支援の必要なし, 終了")
strawberry.enum(SupportMeasureAlert, description="期間が1か月以内に終了 / 期間が終了（延長なし）")
for _vocabulary in (RestrictedProcess, RestrictionLevel, SupportKind, CoveredDisclosure):
    enum_of(_vocabulary)  # before the types below, which would take them as they are


@strawberry.type(description="抑止 — what is restricted for a person or a household until somebody lifts it.")
class Restriction:
    """A restriction."""

    id: strawberry.ID
    on: Whose = strawberry.field(description="個人又は世帯")
    number: str = strawberry.field(description="宛名番号又は世帯番号")
    process: RestrictedProcess = strawberry.field(description="抑止する処理")
    level: RestrictionLevel = strawberry.field(description="抑止レベル")
    starts_on: str = strawberry.field(description="開始年月日")
    ends_on: str | None = strawberry.field(description="終了年月日 as planned: it does not end by itself.")
    is_overdue: bool = strawberry.field(description="終了年月日を経過している (and it holds all the same)")
    released_until: str | None = strawberry.field(description="一時解除の期限, after which it holds again")


@strawberry.type(description="支援措置 — one person's measure, provisional or for a period.")
class SupportMeasure:
    """A support measure."""

    id: strawberry.ID
    application: strawberry.ID = strawberry.field(description="申出ID, shared by all who applied together.")
    addressee_number: str = strawberry.field(description="宛名番号")
    kind: SupportKind = strawberry.field(description="区分")
    state: SupportMeasureState
    starts_on: str = strawberry.field(description="開始年月日")
    ends_on: str | None = strawberry.field(description="終了年月日; null while it is provisional.")
    in_force: bool = strawberry.field(description="Whether it protects her today. / 支援措置中")
    relationship: str | None = strawberry.field(description="申出者との関係; null for the applicant herself.")
    covers: list[CoveredDisclosure] = strawberry.field(description="支援を求められている事務")
    provisional_from: str | None = strawberry.field(description="仮支援措置の開始年月日")
    received_from: str | None = strawberry.field(description="当初受付市区町村")


@strawberry.type(description="Everything about a person's support. / 支援措置の詳細")
class Support:
    """Measures, and what is to be said of them."""

    alert: SupportMeasureAlert | None = strawberry.field(description="期間終了のアラート")
    measures: list[SupportMeasure]


@strawberry.type(description="What was done; the same each time it is sent under the same key. / 処理結果")
class ProtectionResult:
    """The answer of each of these mutations."""

    id: strawberry.ID = strawberry.field(description="Of the restriction, or of the application. / 抑止ID・申出ID")
    starts_on: str = strawberry.field(description="開始年月日")
    ends_on: str | None = strawberry.field(description="終了年月日")
    released_until: str | None = strawberry.field(description="一時解除の期限")


async def list_restrictions(info: GraphInfo, addressee_number: str) -> list[Restriction]:
    """What is restricted for a person or her household, and not lifted."""
    number, today = AddresseeNumber.parse(addressee_number), info.context.visit.occasion.today
    found = await Protector(info.context.visit).restrictions(_asked(info), number.value)
    return [_restriction(one, today) for one in found]


async def find_support(info: GraphInfo, addressee_number: str) -> Support:
    """A person's support measures, the old ones too."""
    number, today = AddresseeNumber.parse(addressee_number), info.context.visit.occasion.today
    found = await Protector(info.context.visit).measures(_asked(info), number.value)
    return Support(alert=alert_of(found, today), measures=[_measure(one, today) for one in found])


def protection_mutations() -> list[Any]:
    """A mutation for each act."""
    return [_mutation(kind, Protector.restrict) for kind in RESTRICTING] + [
        _mutation(kind, Protector.protect) for kind in PROTECTING
    ]


def _mutation(kind: Any, act: Callable[..., Any]) -> Any:
    async def do(info: GraphInfo, input: Any, idempotency_key: str) -> ProtectionResult:  # noqa: A002 - as GraphQL calls it
        with naming_inputs(kind):
            protector = Protector(info.context.visit)
            return _result(await act(protector, _asked(info), lambda: _told(kind, input), idempotency_key))

    do.__name__ = kind.procedure
    do.__annotations__ |= {"input": input_of(kind), "idempotency_key": Key}
    return strawberry.field(resolver=do, name=kind.procedure, description=first_line(kind))


def _told(kind: type, given: object) -> Any:
    """What an input tells: these acts are spelt like notices."""
    return notice_of(cast("type[Notice]", kind), given)


def _result(answer: Answer) -> ProtectionResult:
    return ProtectionResult(
        id=strawberry.ID(answer["id"]),
        starts_on=answer["starts_on"],
        ends_on=answer["ends_on"],
        released_until=answer["released_until"],
    )


def _restriction(one: domain.Restriction, today: date) -> Restriction:
    return Restriction(
        id=strawberry.ID(one.id),
        on=one.whose,
        number=one.number,
        process=one.process,
        level=one.level,
        starts_on=one.starts_on.isoformat(),
        ends_on=one.ends_on.isoformat() if one.ends_on else None,
        is_overdue=one.is_overdue(today),
        released_until=one.released_until.isoformat() if one.released_until else None,
    )


def _measure(one: Protection, today: date) -> SupportMeasure:
    return SupportMeasure(
        id=strawberry.ID(one.id),
        application=strawberry.ID(one.application),
        addressee_number=one.addressee_number.value,
        kind=one.kind,
        state=one.state,
        starts_on=one.starts_on.isoformat(),
        ends_on=one.ends_on.isoformat() if one.ends_on else None,
        in_force=one.in_force(today),
        relationship=one.relationship,
        covers=sorted(one.covers),
        provisional_from=one.provisional_from.isoformat() if one.provisional_from else None,
        received_from=one.received_from.value if one.received_from else None,
    )


def _asked(info: GraphInfo) -> Asked:
    return Asked(field_name(raw(info)))
