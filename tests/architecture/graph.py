"""The graph as the tests of the building see it: which fields resolve something, and which may not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_interface_type,
    is_object_type,
    is_union_type,
)

from api.graphql.disclosed import ITEMS_BY_FIELD, LeafReader


class Place(NamedTuple):
    """A field of an object type."""

    type: str
    name: str
    field: GraphQLField

    def __str__(self) -> str:
        return f"{self.type}.{self.name}"

    @property
    def is_root(self) -> bool:
        """Whether an operation begins here."""
        return self.type in {"Query", "Mutation", "Subscription"}

    @property
    def yields_objects(self) -> bool:
        """Whether there are fields below it."""
        named = get_named_type(self.field.type)
        return is_object_type(named) or is_interface_type(named) or is_union_type(named)

    @property
    def is_read_from_its_parent(self) -> bool:
        """Whether the field is no more than an attribute of an object that another resolver has brought."""
        resolve = self.field.resolve
        return resolve is None or resolve.__qualname__.endswith("._get_basic_result")

    @property
    def reads_its_item(self) -> bool:
        """Whether the field is an item read by the one generic reader, and by no other resolver."""
        item, resolve = ITEMS_BY_FIELD.get(self.type, {}).get(self.name), self.field.resolve
        return item is not None and type(resolve) is LeafReader and resolve.item == item.identifier


def places(schema: GraphQLSchema) -> Iterator[Place]:
    """Every field of every object type of ours."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            yield from (Place(kind.name, name, field) for name, field in kind.fields.items())


def resolvers(schema: GraphQLSchema, structure: Collection[str]) -> list[str]:
    """The fields that fetch or act: every root field, and every field that yields objects but for mere structure."""
    return [
        str(place)
        for place in places(schema)
        if place.is_root or (place.yields_objects and str(place) not in structure)
    ]


def strange_leaves(schema: GraphQLSchema, declared: Collection[str]) -> list[str]:
    """The leaves that are resolved by anything but the generic reader, or read on a record without being an item."""
    leaves = (place for place in places(schema) if not (place.is_root or place.yields_objects))
    return [str(leaf) for leaf in leaves if not _is_plain(leaf) and str(leaf) not in declared]


def _is_plain(leaf: Place) -> bool:
    return leaf.reads_its_item if leaf.type in ITEMS_BY_FIELD else leaf.is_read_from_its_parent
