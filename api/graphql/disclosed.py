"""How records become objects of the graph: their items are leaves, read from the disclosure and never resolved.

A leaf does no I/O, asks no policy and writes no log: everything was decided and loaded by the resolver of its object,
and a disclosure holds nothing that its caller may not see.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

import strawberry
from graphql import GraphQLSchema
from graphql.execution import Executor
from graphql.execution.collect_fields import GroupedFieldSet

from api.graphql.selection import Info, Look, Selecting, selected
from authz.disclosure import Disclosure
from authz.runs import Spot
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS, Form, Item
from domain.values.sex import Sex

strawberry.enum(Sex, name="Sex", description="性別")

LEAF_TYPES: Mapping[Form, Any] = {
    Form.TEXT: str | None,
    Form.DATE: str | None,
    Form.SEX: Sex | None,
    Form.TEXTS: list[str] | None,
    Form.MARK: bool | None,
    Form.DAY: str | None,
    Form.COUNT: int | None,
    Form.MOMENT: str | None,
}

CHANGE_ITEMS = (RESIDENT_ITEMS["addressee_number"],)
"""What a change in the feed says of the record itself; all else stands in the version that it left."""

ITEMS_BY_FIELD: Mapping[str, Mapping[str, Item]] = {
    "Resident": {item.graphql_name: item for item in RESIDENT_ITEMS.values()},
    "ResidentVersion": {item.graphql_name: item for item in VERSION_ITEMS.values()},
    "Household": {item.graphql_name: item for item in HOUSEHOLD_ITEMS.values()},
    "Change": {item.graphql_name: item for item in CHANGE_ITEMS},
}
"""Of each type whose objects are disclosures, the fields that are items, edges included."""

LEAVES: Mapping[str, Mapping[str, str]] = {
    kind: {name: item.identifier for name, item in items.items() if item.form in LEAF_TYPES}
    for kind, items in ITEMS_BY_FIELD.items()
}
"""Of each such type, the leaf fields with the items they read."""

Leaves = tuple[tuple[str, str], ...]
"""Leaf fields by their names in the answer, with the items they read."""

WORDED: Mapping[Form, str] = {
    Form.DATE: " ISO 8601, partial where the register is (1950, 1950-03).",
    Form.DAY: " ISO 8601.",
    Form.MOMENT: " ISO 8601 with its offset, as `knownAt` takes it.",
}
"""How the texts of a form are to be read."""

C = TypeVar("C", bound=type)


def with_items(items: Iterable[Item]) -> Callable[[C], C]:
    """Give a class a field for each item that is a leaf."""

    def add(cls: C) -> C:
        for item in items:
            if item.form in LEAF_TYPES:
                cls.__annotations__[item.identifier] = LEAF_TYPES[item.form]
                setattr(cls, item.identifier, strawberry.field(description=described(item)))
        return cls

    return add


def described(item: Item) -> str:
    """The Japanese term, the English one, the number in the assessment, the policy class, the source."""
    number = f"別添１ No.{item.number}" if item.number else item.source
    return f"{item.japanese} — {item.english}.{WORDED.get(item.form, '')} {number}; class `{item.item_class}`."


def spot(look: Look, nodes: Iterable[Selecting], place: tuple[str, ...], kind: str) -> Spot:
    """What these nodes ask of records of this kind that stand at this place of the answer."""
    items = ITEMS_BY_FIELD[kind]
    fields = selected(look, nodes, kind)
    named = ((name, items.get(same[0].name.value)) for name, same in fields.items())
    return Spot(place, tuple((name, item.identifier) for name, item in named if item is not None))


def read_leaves(schema: GraphQLSchema) -> None:
    """Put the one generic reader on every leaf, for whoever executes with another executor."""
    for kind, leaves in LEAVES.items():
        fields = schema.type_map[kind].fields  # type: ignore[attr-defined] # an object type, as test_schema shows
        for name, item in leaves.items():
            fields[name].resolve = LeafReader(item)


class LeafReader:
    """The resolver of every leaf: it reads the item from the disclosure."""

    __slots__ = ("item",)

    def __init__(self, item: str) -> None:
        self.item = item

    def __call__(self, disclosure: Disclosure, _info: Info) -> object:
        return disclosure.read(self.item)


class DisclosureExecutor(Executor[Any]):
    """graphql-core's executor, which reads the leaves of a disclosure together instead of resolving each."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # They hold the executor that holds them: in such a circle a request's records would stay in memory until the
        # collector comes by. No resolver here uses them.
        self.async_helpers = None  # type: ignore[assignment] # graphql-core means them to be always there
        self._parted: dict[int, tuple[Leaves, GroupedFieldSet]] = {}

    def execute_fields(
        self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: GroupedFieldSet, position_context: Any
    ) -> Any:
        """Leaves from the disclosure, all other fields as ever; in the order of the selection."""
        if type(source_value) is not Disclosure:
            return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        leaves, others = self._parts(parent_type.name, grouped_field_set)
        values = source_value.read_all(leaves)
        if not others:
            return values
        rest = super().execute_fields(parent_type, source_value, path, others, position_context)
        if self.is_awaitable(rest):
            return _merged_later(grouped_field_set, values, rest)
        return _merged(grouped_field_set, values, cast("dict[str, Any]", rest))

    def _parts(self, kind: str, grouped: GroupedFieldSet) -> tuple[Leaves, GroupedFieldSet]:
        """The leaves of a selection and its other fields; all objects of a level have one and the same selection."""
        parted = self._parted.get(id(grouped))
        if parted is None:
            items = LEAVES[kind]
            fields = {name: same[0].node.name.value for name, same in grouped.items()}
            leaves = tuple((name, items[field]) for name, field in fields.items() if field in items)
            others = {name: same for name, same in grouped.items() if fields[name] not in items}
            parted = self._parted[id(grouped)] = (leaves, others)
        return parted


def _merged(order: Iterable[str], values: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] if name in values else rest[name] for name in order}


async def _merged_later(
    order: Iterable[str], values: dict[str, Any], rest: Awaitable[dict[str, Any]]
) -> dict[str, Any]:
    return _merged(order, values, await rest)
