"""What a caller hands in as literals and variables, checked against the schema without ever quoting it (A-17).

graphql-core's own messages quote the value that is wrong (`String cannot represent a non string value: 1234…`), and a
wrong value may well be an Individual Number sent as a number. The texts here name types, fields and variables only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from graphql import (
    SKIP,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLSchema,
    OperationDefinitionNode,
    StringValueNode,
    ValidationRule,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    VisitorAction,
    get_named_type,
    get_nullable_type,
    type_from_ast,
)
from graphql.execution.values import VariableValues, get_variable_values
from graphql.utilities import validate_input_literal, validate_input_value

from domain.errors import Code, Refusal

# What graphql-core says about the schema only, up to where it begins to quote.
_TELLING: Final = re.compile(
    r"Expected value of type '[\w!\[\]]+' to include required field '\w+'"
    r"|Within OneOf Input Object type '\w+', exactly one field must be specified,"
    r" and the value for that field must be non-null"
)


class StorableTextsRule(ValidationRule):
    """Refuses U+0000 in literals, where GraphQL's escape `\\u{0}` still brings it: PostgreSQL has no such character."""

    def enter_string_value(self, node: StringValueNode, *_args: Any) -> None:
        """Report a text that holds it."""
        if "\0" in node.value:
            self.report_error(GraphQLError("Texts may not hold the character U+0000.", node))


class UnquotedValuesRule(ValuesOfCorrectTypeRule):
    """graphql-core's rule that literals fit their types, in words that do not hold the literal."""

    def is_valid_value_node(self, node: ValueNode, input_type: GraphQLInputType | None) -> VisitorAction:
        """Report what is wrong with a literal."""
        if input_type:
            expected = input_type

            def on_error(error: GraphQLError, path: list[str | int]) -> None:
                self.report_error(GraphQLError(_told(error, expected, path), error.nodes or node))

            validate_input_literal(node, expected, on_error, None, None, self.context.hide_suggestions)
        return SKIP


def coerce_variables(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """The values of an operation's variables as its types have them, defaults filled in, unknown names dropped.

    Raises `INVALID_INPUT` naming the first variable that does not fit, with the path to the place within it
    (`where.dateOfBirth`); never the value.
    """
    definitions = operation.variable_definitions or ()
    values = get_variable_values(schema, definitions, dict(variables), max_errors=1)
    if isinstance(values, VariableValues):
        return values.coerced
    raise _refusal_of(schema, values[0], variables)


def _refusal_of(schema: GraphQLSchema, error: GraphQLError, variables: Mapping[str, Any]) -> Refusal:
    node = next((node for node in error.nodes or () if isinstance(node, VariableDefinitionNode)), None)
    if node is None:
        return Refusal(Code.INVALID_INPUT)
    name = node.variable.name.value
    expected = cast(GraphQLInputType, type_from_ast(schema, node.type))
    reason, path = _first_reason(variables.get(name), expected)
    place = ".".join(map(str, (name, *path)))
    text = (f"Variable '${name}': {reason}", f"変数 ${name} の値が型 {_type_at(expected, path)} に合っていません。")
    return Refusal(Code.INVALID_INPUT, names=(place,), detail=text)


def _first_reason(value: object, expected: GraphQLInputType) -> tuple[str, list[str | int]]:
    found: list[tuple[str, list[str | int]]] = []
    validate_input_value(
        value, expected, lambda error, path: found.append((_told(error, expected, path), path)), hide_suggestions=True
    )
    return found[0]


def _told(error: GraphQLError, expected: GraphQLInputType, path: Sequence[str | int]) -> str:
    telling = _TELLING.match(error.message)
    reason = telling.group() if telling else f"Expected a value of type '{_type_at(expected, path)}'"
    return f"{reason} at '{'.'.join(map(str, path))}'." if path else f"{reason}."


def _type_at(expected: GraphQLInputType, path: Sequence[str | int]) -> GraphQLInputType:
    """The type at a path of field names and list positions; a list of one may stand without its position."""
    for step in path:
        if isinstance(step, int):
            expected = cast(GraphQLList[Any], get_nullable_type(expected)).of_type
        else:
            expected = cast(GraphQLInputObjectType, get_named_type(expected)).fields[step].type
    return expected
