"""Look-ahead: which fields of a type an operation selects, through fragments, aliases, @skip and @include."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    is_abstract_type,
)
from graphql.execution.values import VariableValues

Info = GraphQLResolveInfo[Any]


class Look(Protocol):
    """What look-ahead needs; graphql-core's info of a field is one."""

    @property
    def schema(self) -> GraphQLSchema:
        """The schema."""

    @property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """The document's fragments by name."""

    @property
    def variable_values(self) -> VariableValues:
        """The operation's variables."""


Selecting = FieldNode | OperationDefinitionNode
Selected = dict[str, list[FieldNode]]
"""Fields by the names that the answer gives them; each name has the nodes that are merged under it."""


def selected(look: Look, nodes: Iterable[Selecting], type_name: str) -> Selected:
    """The fields that these nodes select on an object of this type."""
    found: Selected = {}
    walk = _Walk(look, type_name, found)
    for node in nodes:
        if node.selection_set:
            walk.through(node.selection_set)
    return found


def below(look: Look, nodes: Iterable[Selecting], type_name: str, field: str) -> Selected:
    """Of what these nodes select on this type, the selections of one field, by the names in the answer."""
    fields = selected(look, nodes, type_name)
    return {name: same for name, same in fields.items() if same[0].name.value == field}


class _Walk:
    def __init__(self, look: Look, type_name: str, found: Selected) -> None:
        self._look = look
        self._type = cast(GraphQLObjectType, look.schema.get_type(type_name))
        self._found = found
        self._seen: set[str] = set()

    def through(self, selection_set: SelectionSetNode) -> None:
        for selection in selection_set.selections:
            if self._is_included(selection):
                self._take(selection)

    def _take(self, selection: SelectionNode) -> None:
        if isinstance(selection, FieldNode):
            name = selection.alias.value if selection.alias else selection.name.value
            self._found.setdefault(name, []).append(selection)
        elif isinstance(selection, InlineFragmentNode):
            if selection.type_condition is None or self._applies(selection.type_condition.name.value):
                self.through(selection.selection_set)
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in self._seen:
            self._seen.add(selection.name.value)
            fragment = self._look.fragments[selection.name.value]
            if self._applies(fragment.type_condition.name.value):
                self.through(fragment.selection_set)

    def _applies(self, name: str) -> bool:
        condition = self._look.schema.get_type(name)
        return condition is self._type or (
            is_abstract_type(condition) and self._look.schema.is_sub_type(condition, self._type)
        )

    def _is_included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self._look.variable_values)
        include = get_directive_values(GraphQLIncludeDirective, node, self._look.variable_values)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))
