"""Residents: what is asked of them, by which key, and in which search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import strawberry

from api.graphql.context import Context
from api.graphql.disclosed import spot, with_items
from api.graphql.pages import Page
from api.graphql.resolving import GraphInfo, asked_for, field_name, level, place_of, raw
from api.graphql.sealing import question
from api.graphql.selection import Info, below
from api.graphql.subjects.nodes import Node
from authz.disclosure import Disclosure
from authz.facts import ResidentFacts
from authz.runs import Asked
from domain.items import RESIDENT_ITEMS
from domain.ports import Search
from domain.search_terms import Term
from domain.values.sex import Sex

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


@strawberry.input(one_of=True, description="Exactly one number or id of a resident. / 住民の番号のいずれか一つ")
class ResidentKey:
    """By what one resident is asked for."""

    id: strawberry.ID | None = strawberry.UNSET
    addressee_number: str | None = strawberry.field(default=strawberry.UNSET, description="宛名番号")
    resident_record_code: str | None = strawberry.field(default=strawberry.UNSET, description="住民票コード")
    individual_number: str | None = strawberry.field(default=strawberry.UNSET, description="個人番号")


@strawberry.input(
    description="All conditions hold. An item that you may not see cannot be a condition. / 検索条件（かつ）"
)
class ResidentFilter:
    """By what residents are searched for."""

    full_name: str | None = strawberry.field(default=None, description="氏名 — the beginning of it")
    name_kana: str | None = strawberry.field(
        default=None, description="氏名カナ — the beginning of it, normalised: 清濁, 大小, 長音, 空白 are equal"
    )
    date_of_birth: str | None = strawberry.field(default=None, description="生年月日 — ISO 8601")
    sex: Sex | None = strawberry.field(default=None, description="性別")
    current_address: str | None = strawberry.field(default=None, description="現住所 — the beginning of it")
    household_number: str | None = strawberry.field(default=None, description="世帯番号")
    include_closed: bool = strawberry.field(default=False, description="除票も含める — closed records too")

    def terms(self) -> tuple[Term, ...]:
        """The conditions that were given."""
        given = ((item, getattr(self, item)) for item in FILTERED)
        return tuple(Term(item, str(value)) for item, value in given if value is not None)


FILTERED = ("full_name", "name_kana", "date_of_birth", "sex", "current_address", "household_number")


@strawberry.type(description="Where a page stands. / ページ情報")
class PageInfo:
    """Relay's page info."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


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


async def find_resident(info: GraphInfo, by: ResidentKey) -> Disclosure | None:
    """The resident with this number or id, if there is one that the caller may open."""
    term = key_term(by, info.context)
    shown, _ = await info.context.visit.residents(asked_for(raw(info), "Resident"), (term,), ONE)
    return shown[0] if shown else None


ONE = Search((), include_closed=True, limit=1)
"""Addressed by a number, a closed record is found like any other; the policy decides whether it opens."""


def key_term(by: ResidentKey, context: Context) -> Term:
    """The one number that was given; a sealed id that is not ours is one of nobody."""
    ((name, text),) = ((name, text) for name, text in vars(by).items() if text is not strawberry.UNSET)
    if name != "id":
        return Term(name, str(text))
    opened = context.sealer.open_node_id(str(text), context.visit.occasion.municipality_code)
    return Term("addressee_number", opened[1] if opened and opened[0] == "Resident" else NOBODY, is_search=False)


NOBODY = "0000000000"
"""A number that no record has: its serial would be zero."""


async def list_residents(info: GraphInfo, where: ResidentFilter, first: int, after: str | None) -> Page:
    """A page of the residents that match."""
    context, terms = info.context, where.terms()
    bound_to = question(
        context.visit.occasion.municipality_code,
        context.visit.caller.profile.department,
        context.visit.caller.purpose,
        field_name(raw(info)),
        [(term.item, term.text) for term in terms],
        where.include_closed,
    )
    start = context.sealer.open_cursor(after, bound_to) if after is not None else None
    search = Search((), where.include_closed, start, first)
    shown, more = await context.visit.residents(asked_on_page(raw(info)), terms, search)
    return Page(shown, more, after is not None, lambda one: context.sealer.cursor(one.key, bound_to))


def asked_on_page(info: Info) -> Asked:
    """What the field asks of its residents, who may stand under `edges { node }` and under `nodes`."""
    place, _ = place_of(info)
    spots = [
        spot(info, nodes, (*place, edges, "*", node), "Resident")
        for edges, of_edges in below(info, info.field_nodes, "ResidentConnection", "edges").items()
        for node, nodes in below(info, of_edges, "ResidentEdge", "node").items()
    ]
    spots += [
        spot(info, nodes, (*place, name, "*"), "Resident")
        for name, nodes in below(info, info.field_nodes, "ResidentConnection", "nodes").items()
    ]
    return Asked(field_name(info), tuple(spots))
