"""Residents: what is asked of them, by which key, and in which search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import strawberry

from api.graphql.context import Context
from api.graphql.disclosed import with_items
from api.graphql.pages import Page
from api.graphql.resolving import GraphInfo, asked_for, asked_on_page, field_name, level, raw
from api.graphql.subjects import histories
from api.graphql.subjects.nodes import Node, PageInfo
from api.graphql.subjects.resident_filters import ResidentFilter
from authz.disclosure import Disclosure
from authz.facts import ResidentFacts
from domain.histories import Standpoint
from domain.items import RESIDENT_ITEMS
from domain.ports import Search
from domain.search_terms import Term

if TYPE_CHECKING:
    from api.graphql.subjects.households import Household

FIRST = 20
"""How many residents a page has when nobody says."""

Home = Annotated["Household", strawberry.lazy("api.graphql.subjects.households")]
"""Residents and households lead to each other; each has its file."""


@strawberry.type(description="住民 — a resident, item by item as the caller's purpose may see it.")
@with_items(RESIDENT_ITEMS.values())
class Resident(Node):
    """A resident's record."""

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Whether a disclosure is one of a resident."""
        return isinstance(value, Disclosure) and value.view.kind is ResidentFacts

    @strawberry.field(description="世帯 — the household the person belongs to; class `base`.")
    async def household(self, info: GraphInfo) -> Home | None:
        """The household, for all residents of this level at once."""
        visit = info.context.visit
        home: Home | None = await level(info, cast(Disclosure, self), "Household", visit.households_of)
        return home

    @strawberry.field(
        description="異動履歴 — every version of the record that is known now, the newest first; class `change`."
    )
    async def history(
        self, info: GraphInfo, first: int = histories.FIRST, after: str | None = None
    ) -> histories.ResidentHistory | None:
        """A page of versions, for all residents of this level at once."""
        page = await histories.history_of(info, cast(Disclosure, self), first, after)
        return cast("histories.ResidentHistory | None", page)


@strawberry.input(one_of=True, description="Exactly one number or id of a resident. / 住民の番号のいずれか一つ")
class ResidentKey:
    """By what one resident is asked for."""

    id: strawberry.ID | None = strawberry.UNSET
    addressee_number: str | None = strawberry.field(default=strawberry.UNSET, description="宛名番号")
    resident_record_code: str | None = strawberry.field(default=strawberry.UNSET, description="住民票コード")
    individual_number: str | None = strawberry.field(default=strawberry.UNSET, description="個人番号")


@strawberry.type(description="A resident in a page, with the cursor after which the next page may begin.")
class ResidentEdge:
    """Relay's edge."""

    cursor: str
    node: Resident


@strawberry.type(description="A page of residents, by addressee number. / 住民の一覧")
class ResidentConnection:
    """Relay's connection; `nodes` for who needs no cursor of each record."""

    edges: list[ResidentEdge]
    nodes: list[Resident]
    page_info: PageInfo


async def find_resident(info: GraphInfo, by: ResidentKey, then: Standpoint | None = None) -> Disclosure | None:
    """The resident with this number or id, if there is one that the caller may open: as the record stands, or stood."""
    term, asked = key_term(by, info.context), asked_for(raw(info), "Resident")
    if then is not None:
        return await info.context.visit.resident_then(asked, term, then)
    return await info.context.visit.resident(asked, term)


def key_term(by: ResidentKey, context: Context) -> Term:
    """The one number that was given; a sealed id that is not ours is one of nobody."""
    ((name, text),) = ((name, text) for name, text in vars(by).items() if text is not strawberry.UNSET)
    if name != "id":
        return Term(name, str(text))
    opened = context.sealer.open_node_id(str(text), context.visit.occasion.municipality_code)
    return Term("addressee_number", opened[1] if opened and opened[0] == "Resident" else NOBODY, is_search=False)


NOBODY = "0000000000"
"""A number that no record has: its serial would be zero."""


async def list_residents(info: GraphInfo, where: ResidentFilter, first: int, after: str | None) -> Page[Disclosure]:
    """A page of the residents that match."""
    context, terms = info.context, where.terms()
    bound_to = context.question(
        field_name(raw(info)),
        [(term.item, term.text) for term in terms],
        where.manner(),
    )
    start = context.sealer.open_cursor(after, bound_to) if after is not None else None
    search = Search((), where.include_closed, start, first)
    shown, more = await context.visit.residents(asked_on_page(raw(info), "Resident"), terms, search)
    return Page(shown, more, after is not None, lambda one: context.sealer.cursor(one.key, bound_to))
