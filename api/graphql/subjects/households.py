"""Households: who lives together, and who is the householder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, cast

import strawberry

from api.graphql.context import Context
from api.graphql.disclosed import with_items
from api.graphql.resolving import GraphInfo, asked_for, level, raw
from api.graphql.subjects.nodes import Node
from api.graphql.subjects.residents import NOBODY
from authz.disclosure import Disclosure
from authz.facts import HouseholdFacts
from domain.items import HOUSEHOLD_ITEMS
from domain.search_terms import Term

if TYPE_CHECKING:
    from api.graphql.subjects.residents import Resident

Person = Annotated["Resident", strawberry.lazy("api.graphql.subjects.residents")]


@strawberry.type(description="世帯 — a household. / 世帯")
@with_items(HOUSEHOLD_ITEMS.values())
class Household(Node):
    """A household."""

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        """Whether a disclosure is one of a household."""
        return isinstance(value, Disclosure) and value.view.kind is HouseholdFacts

    @strawberry.field(description="世帯主 — the householder; class `base`.")
    async def householder(self, info: GraphInfo) -> Person | None:
        """The householder, for all households of this level at once."""
        head: Person | None = await level(info, cast(Disclosure, self), "Resident", info.context.visit.householders_of)
        return head

    @strawberry.field(description="世帯員 — its current members, in the order of the resident record; class `base`.")
    async def members(self, info: GraphInfo) -> list[Person] | None:
        """The members, for all households of this level at once."""
        household = cast(Disclosure, self)
        found = await level(info, household, "Resident", info.context.visit.members_of, in_list=True)
        return None if household.read("members") is None else found


@strawberry.input(one_of=True, description="Exactly one number or id of a household. / 世帯の番号のいずれか一つ")
class HouseholdKey:
    """By what one household is asked for."""

    id: strawberry.ID | None = strawberry.UNSET
    household_number: str | None = strawberry.field(default=strawberry.UNSET, description="世帯番号")


async def find_household(info: GraphInfo, by: HouseholdKey) -> Disclosure | None:
    """The household with this number or id, if there is one that the caller may open.

    `node` is told as `household`: the path of an entry says that its subjects are numbers of households.
    """
    asked = replace(asked_for(raw(info), "Household"), field="Query.household")
    return await info.context.visit.household(asked, key_term(by, info.context))


def key_term(by: HouseholdKey, context: Context) -> Term:
    """The one number that was given; a sealed id that is not ours is one of no household."""
    if by.household_number is not strawberry.UNSET:
        return Term("household_number", str(by.household_number))
    opened = context.sealer.open_node_id(str(by.id), context.visit.occasion.municipality_code)
    return Term("household_number", opened[1] if opened and opened[0] == "Household" else NOBODY, is_search=False)
