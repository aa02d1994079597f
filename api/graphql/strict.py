"""Strict mode's look at a whole operation, before anything is loaded: which items it asks of which kind of record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FragmentDefinitionNode,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.values import VariableValues, get_variable_values

from api.graphql.context import RECORD_TYPES
from api.graphql.disclosed import spot
from api.graphql.documents import Prepared
from api.graphql.limits import fragments_of
from api.graphql.selection import Selecting, selected
from authz.facts import Kind, ResidentFacts
from authz.runs import Asked

KINDS: Mapping[str, Kind] = {
    **{name: kind for kind, name in RECORD_TYPES.items()},
    "ResidentVersion": ResidentFacts,
    "Change": ResidentFacts,
}
"""The types whose fields are items, by the kind of record whose facts decide them."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation with its variables, as look-ahead needs it."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variable_values: VariableValues


def asked_of(schema: GraphQLSchema, prepared: Prepared, variables: Mapping[str, object]) -> list[tuple[Asked, Kind]]:
    """What the operation asks, a pair for each place where records stand."""
    operation = prepared.operation
    values = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    if not isinstance(values, VariableValues):
        return []  # it does not execute: coercing the variables has refused it
    fragments = fragments_of(prepared.document)
    root = "Mutation" if prepared.changes else "Query"
    return list(_below(Operation(schema, fragments, values), root, (operation,)))


def _below(look: Operation, type_name: str, nodes: Iterable[Selecting]) -> Iterator[tuple[Asked, Kind]]:
    if type_name in KINDS:
        yield Asked(type_name, (spot(look, nodes, (), type_name),)), KINDS[type_name]
    for same in selected(look, nodes, type_name).values():
        for name in types_of(look.schema, type_name, same[0].name.value):
            yield from _below(look, name, same)


def types_of(schema: GraphQLSchema, parent: str, field: str) -> list[str]:
    """The object types that a field can lead to; none for a leaf."""
    definition = schema.get_field(schema.type_map[parent], field)  # type: ignore[arg-type] # always an object type
    found = get_named_type(definition.type) if definition else None
    if is_object_type(found):
        return [found.name]
    return [one.name for one in schema.get_possible_types(found)] if is_abstract_type(found) else []
