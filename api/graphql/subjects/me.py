"""Me: who am I, for which purpose, and what may I see."""

from __future__ import annotations

import strawberry

from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.subjects.nodes import Outcome
from authz.facts import ResidentFacts
from authz.purposes import Purpose as PolicyPurpose
from authz.runs import Asked
from domain.items import RESIDENT_ITEMS
from domain.search_terms import SEARCHABLE


@strawberry.type(description="事務 — an administrative purpose.")
class Purpose:
    """A purpose, as the policy declares it."""

    code: str = strawberry.field(description="What `Daicho-Purpose` names. / コード")
    name: str = strawberry.field(description="事務の名称")
    legal_basis: str = strawberry.field(description="法的根拠")
    uses_individual_number: bool = strawberry.field(description="個人番号利用事務か")


@strawberry.type(description="What the policy says of an item before any record's facts narrow it. / 項目ごとの権限")
class ItemPermission:
    """An item, whether it is shown, and whether one may search by it."""

    item: str
    outcome: Outcome
    search: bool = strawberry.field(description="Whether you may search by it. / 検索の可否")
    rule: str
    legal_basis: str


@strawberry.type(description="The caller. / 利用者")
class Me:
    """The caller, the purpose of this request, and what it permits."""

    display_name: str
    department: str
    purpose: Purpose
    purposes: list[Purpose] = strawberry.field(description="All purposes that you could name today. / 利用できる事務")

    @strawberry.field(description="Every item of a resident's record. / 住民票の各項目")
    def items(self, info: GraphInfo) -> list[ItemPermission]:
        """Decide every item for a record without special facts."""
        return [_permission(info, item) for item in RESIDENT_ITEMS]


def who_am_i(info: GraphInfo) -> Me:
    """The caller, as this request sees her."""
    visit = info.context.visit
    visit.note(Asked(field_name(raw(info))))
    known = visit.desk.decisions.policy.purposes
    return Me(
        display_name=visit.caller.identity.display_name,
        department=visit.caller.identity.department,
        purpose=_told(known[visit.caller.purpose]),
        purposes=[_told(known[code]) for code in visit.caller.purposes],
    )


def _told(purpose: PolicyPurpose) -> Purpose:
    return Purpose(
        code=purpose.code,
        name=purpose.name,
        legal_basis=purpose.legal_basis,
        uses_individual_number=purpose.uses_individual_number,
    )


def _permission(info: GraphInfo, item: str) -> ItemPermission:
    visit = info.context.visit
    decision = visit.desk.decisions.decide(visit.caller.profile, ResidentFacts(), item)
    return ItemPermission(
        item=RESIDENT_ITEMS[item].graphql_name,
        outcome=Outcome(decision.outcome.value),
        search=item in SEARCHABLE and visit.search_right(item) is not None,
        rule=decision.rule.id,
        legal_basis=decision.rule.legal_basis,
    )
