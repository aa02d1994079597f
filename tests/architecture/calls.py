"""Some call of any mutation, well typed and meaningless, made from the schema."""

from __future__ import annotations

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
)

from api.graphql.schema import SCHEMA


def any_call_of(name: str) -> str:
    """The field with its required arguments, and one leaf of what it answers."""
    assert SCHEMA.mutation_type
    field = SCHEMA.mutation_type.fields[name]
    given = {name: one.type for name, one in field.args.items() if is_required_argument(one)}
    arguments = ", ".join(f"{argument}: {_literal(kind)}" for argument, kind in given.items())
    selection = " { __typename }" if is_object_type(get_named_type(field.type)) else ""
    return f"{name}({arguments}){selection}"


def _literal(kind: GraphQLInputType) -> str:
    inner = get_nullable_type(kind)
    if is_list_type(inner):
        return f"[{_literal(inner.of_type)}]"
    match inner:
        case GraphQLInputObjectType():
            needed = {name: one.type for name, one in inner.fields.items() if is_required_input_field(one)}
            return "{" + ", ".join(f"{name}: {_literal(one)}" for name, one in needed.items()) + "}"
        case GraphQLEnumType():
            return next(iter(inner.values))
        case GraphQLScalarType():
            return {"Boolean": "true", "Int": "1"}.get(inner.name, '"x"')
    raise TypeError(str(inner))
