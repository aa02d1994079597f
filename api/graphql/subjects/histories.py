"""What a record said and says: all versions of it, and the one that stood on a day as it was known on a day."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import cast

import strawberry

from api.graphql.disclosed import with_items
from api.graphql.pages import Page
from api.graphql.resolving import GraphInfo, asked_on_page, field_name, place_of, raw
from api.graphql.subjects.nodes import ItemDisclosure, PageInfo, decisions_of
from authz.disclosure import Disclosure
from authz.runs import Position
from domain.histories import Span, Standpoint, day_of, moment_of
from domain.items import VERSION_ITEMS
from domain.ports import HISTORY_NUMBER

FIRST = 20
"""How many versions a page has when nobody says."""


@strawberry.type(
    description="住民票の履歴 — a version of a resident's record, item by item as your purpose may see it today."
)
@with_items(VERSION_ITEMS.values())
class ResidentVersion:
    """A version of a record. It has no id: a client that keeps records by their ids would mix it up with the record."""

    @strawberry.field(description="What was decided about the items asked for here. / 要求した項目の判断")
    def disclosures(self) -> list[ItemDisclosure]:
        """Tell the decisions of this version's items."""
        return decisions_of(cast(Disclosure, self))


@strawberry.type(description="A version in a page, with the cursor after which the next page may begin.")
class ResidentVersionEdge:
    """Relay's edge."""

    cursor: str
    node: ResidentVersion


@strawberry.type(description="A page of versions, the newest first. / 異動履歴の一覧（新しい順）")
class ResidentHistory:
    """Relay's connection; `nodes` for who needs no cursor of each version."""

    edges: list[ResidentVersionEdge]
    nodes: list[ResidentVersion]
    page_info: PageInfo


def standpoint_of(info: GraphInfo, as_of: str | None, known_at: str | None) -> Standpoint | None:
    """From where the record is looked at; `None`: as it stands. Raises `Refusal` (INVALID_INPUT)."""
    if as_of is None and known_at is None:
        return None
    day = info.context.visit.occasion.today if as_of is None else day_of(as_of)
    return Standpoint(day, None if known_at is None else moment_of(known_at))


async def history_of(info: GraphInfo, resident: Disclosure, first: int, after: str | None) -> Page[Disclosure] | None:
    """A page of this resident's versions; the page of every resident of this level is loaded at once.

    A cursor is one of this resident's history. Raises `Refusal` (INVALID_CURSOR).
    """
    context, (place, position) = info.context, place_of(raw(info))
    bound_to = context.question(
        field_name(raw(info)),
        resident.key,
    )
    span = Span(first, None if after is None else int(context.sealer.open_cursor(after, bound_to)))

    def load(
        residents: Sequence[Disclosure], places: Sequence[Position]
    ) -> Awaitable[Sequence[tuple[list[Disclosure], bool]]]:
        return context.visit.histories_of(asked_on_page(raw(info), "ResidentVersion"), residents, places, span)

    versions, more = await context.levels.join(place, resident, position, load)
    if resident.read("history") is None:
        return None
    return Page(versions, more, after is not None, lambda one: context.sealer.cursor(_number(one), bound_to))


def _number(version: Disclosure) -> str:
    return str(version.row[HISTORY_NUMBER])
