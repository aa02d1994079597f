"""Changes: what a department follows, each with the one before it, so that a gap or a repeat shows."""

from __future__ import annotations

from functools import partial
from typing import cast

import strawberry

from api.graphql.disclosed import CHANGE_ITEMS, with_items
from api.graphql.pages import Page
from api.graphql.resolving import GraphInfo, asked_on_page, field_name, level, raw
from api.graphql.subjects.histories import ResidentVersion
from api.graphql.subjects.nodes import ItemDisclosure, PageInfo, decisions_of
from authz.following import Change as Heard
from authz.following import changes_after, versions_left
from authz.runs import graphql_name

FIRST = 100
"""How many changes a page has when nobody says."""


@strawberry.type(description="異動 — a change of a resident's record to items that your purpose is shown.")
@with_items(CHANGE_ITEMS)
class Change:
    """One change. Sequence numbers say where among all changes of the register it stands, and nothing of the record."""

    sequence: int = strawberry.field(description="Its place among all changes, in the order of commits. / 連番")
    previous_sequence: int | None = strawberry.field(
        description="The `sequence` of the change before it that your purpose could see: another one than you have"
        " means a gap, one that you have already a repeat. Null for the first. / 直前の連番（欠落・重複の検出）"
    )
    is_open: bool = strawberry.field(
        description="False: by this change the record is open to you no more; nothing else is said of it. / 閲覧の可否"
    )

    @strawberry.field(description="The sealed id of the resident. / 封印された識別子")
    def resident_id(self, info: GraphInfo) -> strawberry.ID:
        """Seal the record's number."""
        return strawberry.ID(info.context.node_id(cast(Heard, self).known))

    @strawberry.field(description="The names of the items that it changed, of those that you are shown. / 変更項目")
    def items(self) -> list[str]:
        """Name them as the schema does."""
        return [graphql_name(item) for item in cast(Heard, self).items]

    @strawberry.field(description="What was decided about the items asked for here. / 要求した項目の判断")
    def disclosures(self) -> list[ItemDisclosure]:
        """Tell the decision, which was made by the facts of then."""
        return decisions_of(cast(Heard, self).known)

    @strawberry.field(
        description="The record as this change left it, decided item by item as it is today; null where you may not"
        " open the record today. / 異動後の記録"
    )
    async def version(self, info: GraphInfo) -> ResidentVersion | None:
        """The versions of all changes of the page at once."""
        left = partial(versions_left, info.context.visit)
        version: ResidentVersion | None = await level(info, cast(Heard, self).known, "ResidentVersion", left)
        return version


@strawberry.type(description="A change in a page, with the cursor after which the next page may begin.")
class ChangeEdge:
    """Relay's edge."""

    cursor: str
    node: Change


@strawberry.type(description="A page of changes, in the order of commits. / 異動の一覧（確定順）")
class ChangeConnection:
    """Relay's connection; `nodes` for who needs no cursor of each change."""

    edges: list[ChangeEdge]
    nodes: list[Change]
    page_info: PageInfo


async def list_changes(info: GraphInfo, after: str | None, first: int) -> Page[Heard]:
    """The next changes that this purpose hears of. A cursor is good for as long as its keyset."""
    context, visit = info.context, info.context.visit
    bound_to = context.question(field_name(raw(info)))
    start = int(context.sealer.open_cursor(after, bound_to)) if after is not None else None
    changes, more = await changes_after(visit, asked_on_page(raw(info), "Change"), start, first)
    return Page(changes, more, start is not None, lambda one: context.sealer.cursor(str(one.sequence), bound_to))
