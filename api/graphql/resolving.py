"""What resolvers of objects have in common: where they stand in the answer, and how a level of them runs once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry
from graphql import get_named_type

from api.graphql.context import Context
from api.graphql.disclosed import spot
from api.graphql.selection import Info, below
from authz.disclosure import Disclosure
from authz.runs import Asked, Position

GraphInfo = strawberry.Info[Context, None]

Follow = Callable[[Asked, Sequence[Disclosure], Sequence[Position]], Awaitable[Sequence[Any]]]
"""How the desk follows an edge from many records at once."""


def raw(info: GraphInfo) -> Info:
    """graphql-core's own account of the field, which look-ahead needs and Strawberry does not offer."""
    return info._raw_info


def place_of(info: Info) -> tuple[tuple[str, ...], Position]:
    """Where the field stands in the answer: the way with `*` for a list position, and the positions."""
    steps = info.path.as_list()
    place = tuple("*" if isinstance(step, int) else step for step in steps)
    return place, tuple(step for step in steps if isinstance(step, int))


def field_name(info: Info) -> str:
    """Type and field name, as the ledger writes them: never an alias."""
    return f"{info.parent_type.name}.{info.field_name}"


def asked_for(info: Info, kind: str, *, in_list: bool = False) -> Asked:
    """What this field asks of the records of this kind that it gives."""
    place, _ = place_of(info)
    at = (*place, "*") if in_list else place
    return Asked(field_name(info), (spot(info, info.field_nodes, at, kind),))


def asked_on_page(info: Info, kind: str) -> Asked:
    """What a connection asks of its records, which may stand under `edges { node }` and under `nodes`."""
    place, _ = place_of(info)
    connection = get_named_type(info.return_type).name
    spots = [
        spot(info, nodes, (*place, edges, "*", node), kind)
        for edges, of_edges in below(info, info.field_nodes, connection, "edges").items()
        for node, nodes in below(info, of_edges, f"{kind}Edge", "node").items()
    ]
    spots += [
        spot(info, nodes, (*place, name, "*"), kind)
        for name, nodes in below(info, info.field_nodes, connection, "nodes").items()
    ]
    return Asked(field_name(info), tuple(spots))


async def level(info: GraphInfo, parent: Disclosure, kind: str, follow: Follow, *, in_list: bool = False) -> Any:
    """This parent's part of what following the edge brings for all parents of the level."""
    place, position = place_of(raw(info))

    def load(parents: Sequence[Disclosure], positions: Sequence[Position]) -> Awaitable[Sequence[Any]]:
        return follow(asked_for(raw(info), kind, in_list=in_list), parents, positions)

    return await info.context.levels.join(place, parent, position, load)
