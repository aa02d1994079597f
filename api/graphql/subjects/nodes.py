"""What all records of the graph have: a sealed id, and what was decided about their items."""

from __future__ import annotations

from enum import StrEnum
from typing import cast

import strawberry

from api.graphql.resolving import GraphInfo
from authz.disclosure import Disclosure
from authz.runs import graphql_name


@strawberry.enum(name="Outcome", description="What a caller gets of an item. / 項目の扱い")
class Outcome(StrEnum):
    """The four outcomes."""

    SHOWN = "SHOWN"
    MASKED = "MASKED"
    WITHHELD = "WITHHELD"
    ABSENT = "ABSENT"


@strawberry.type(description="What the policy decided about an item. / 項目ごとの判断")
class ItemDisclosure:
    """One item's outcome, the rule it follows from, and its legal basis."""

    item: str = strawberry.field(description="The item's field name. / 項目名")
    outcome: Outcome = strawberry.field(description="ABSENT: it may be shown, but the register has none. / 扱い")
    rule: str = strawberry.field(description="The id of the rule in policies.polar. / 規則")
    legal_basis: str = strawberry.field(description="法的根拠")


@strawberry.interface(description="A record with an id. The id is sealed: nothing can be read from it. / 記録")
class Node:
    """A record."""

    @strawberry.field(description="The sealed id, the same each time. / 封印された識別子")
    def id(self, info: GraphInfo) -> strawberry.ID:
        """Seal the record's number."""
        return strawberry.ID(info.context.node_id(cast(Disclosure, self)))

    @strawberry.field(description="What was decided about the items asked for here. / 要求した項目の判断")
    async def disclosures(self, info: GraphInfo) -> list[ItemDisclosure]:
        """Tell the decisions of this record's items, edges included."""
        await info.context.levels.settled()
        return decisions_of(cast(Disclosure, self))


def decisions_of(disclosure: Disclosure) -> list[ItemDisclosure]:
    """What was decided about the items that were asked for."""
    return [
        ItemDisclosure(
            item=graphql_name(item),
            outcome=Outcome(outcome),
            rule=decision.rule.id,
            legal_basis=decision.rule.legal_basis,
        )
        for item, outcome, decision in disclosure.decisions()
    ]


@strawberry.type(description="Where a page stands. / ページ情報")
class PageInfo:
    """Relay's page info."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None
