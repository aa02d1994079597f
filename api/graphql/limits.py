"""What one document may ask for: one rule, in two folds over the document, each linear in its text.

A fragment is measured once, however often it is spread, so that a document of a few hundred bytes that stands for a
million fields is counted, not walked. The **shape** (depth, aliases, directives, fields) needs no schema and comes
before validation, which it protects; the **objects** (how many a page size makes of a list) need a valid document and
the values of its variables, and come after.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value

from domain.errors import Code, Refusal

MAX_TOKENS: Final = 1_000
MAX_DEPTH: Final = 8
"""Fields within fields, the leaf counted."""
MAX_INTROSPECTION_DEPTH: Final = 15
"""The same below `__schema` or `__type`: GraphiQL's and graphql-core's own query needs so much."""
MAX_ALIASES: Final = 15
MAX_DIRECTIVES: Final = 50
MAX_FIELDS: Final = 500
MAX_OBJECTS: Final = 2_000
MAX_FIRST: Final = 100
USUAL_LIST: Final = 10
"""How many objects a list without a page size (a household's members) counts as."""
MAX_NESTING: Final = 64
"""Selection sets within one another, fragments included: what keeps every later walk off the interpreter's limit."""

_PAGE_SIZE: Final = "first"
_INTROSPECTIONS: Final = frozenset({"__schema", "__type"})

Parent = GraphQLObjectType | GraphQLInterfaceType


class Shape(NamedTuple):
    """How large a selection is with its fragments written out; depths are the deepest, the rest are sums."""

    depth: int = 0
    introspection_depth: int = 0
    introspections: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0

    def beside(self, other: Shape) -> Shape:
        """The shape of two selections next to each other."""
        return Shape(
            max(self.depth, other.depth),
            max(self.introspection_depth, other.introspection_depth),
            self.introspections + other.introspections,
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.fields + other.fields,
        )


class Measured(NamedTuple):
    """A document's shape; which variables are page sizes; how many selections were visited to learn it."""

    shape: Shape
    page_variables: tuple[str, ...]
    visits: int


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments of a document by name."""
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def measure(document: DocumentNode, operation: OperationDefinitionNode) -> Measured:
    """The shape of an operation.

    Raises `LIMIT_EXCEEDED` (nesting); `VALIDATION_FAILED` for fragments that are circular, unknown or unused: what the
    fold cannot measure, validation shall not have to walk.
    """
    fold = _ShapeFold(fragments_of(document))
    shape = fold.of_set(operation.selection_set, 1)
    fold.require_all_used()
    own = Shape(directives=len(operation.directives or ()))
    return Measured(shape.beside(own), tuple(sorted(fold.page_variables)), fold.visits)


def check_shape(shape: Shape, *, introspection: bool) -> None:
    """Raise `LIMIT_EXCEEDED` naming the first limit exceeded, `VALIDATION_FAILED` for introspection where it is off."""
    if shape.introspections and not introspection:
        text = ("Introspection is switched off.", "イントロスペクションは無効になっています。")
        raise Refusal(Code.VALIDATION_FAILED, detail=text)
    for name, found, most in (
        ("depth", shape.depth, MAX_DEPTH),
        ("introspectionDepth", shape.introspection_depth, MAX_INTROSPECTION_DEPTH),
        ("introspections", shape.introspections, 1),
        ("aliases", shape.aliases, MAX_ALIASES),
        ("directives", shape.directives, MAX_DIRECTIVES),
        ("fields", shape.fields, MAX_FIELDS),
    ):
        if found > most:
            raise exceeded(name, most)


def exceeded(name: str, most: int) -> Refusal:
    """The refusal of a document that passes a limit."""
    text = (
        f"The document exceeds the limit '{name}' of {most}.",
        f"GraphQL文書が上限 {name}（{most}）を超えています。",
    )
    return Refusal(Code.LIMIT_EXCEEDED, names=(name,), detail=text)


class Cost:
    """How many objects an operation may bring, for the page sizes it is asked with; remembered per page sizes.

    The document is valid and its shape within the limits.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        page_variables: tuple[str, ...],
    ) -> None:
        self._schema = schema
        self._fragments = fragments_of(document)
        self._operation = operation
        self._page_variables = page_variables
        self._remembered = lru_cache(maxsize=64)(self._count)

    def of(self, variables: Mapping[str, object]) -> int:
        """The objects, given the coerced variables.

        Raises `INVALID_INPUT` for a page size outside 1 to `MAX_FIRST`, `LIMIT_EXCEEDED` above `MAX_OBJECTS`.
        """
        return self._remembered(tuple(variables.get(name, Undefined) for name in self._page_variables))

    def _count(self, sizes: tuple[object, ...]) -> int:
        fold = _ObjectFold(self._schema, self._fragments, dict(zip(self._page_variables, sizes, strict=True)))
        root = cast(GraphQLObjectType, self._schema.get_root_type(self._operation.operation))
        objects = fold.of_set(self._operation.selection_set, root).in_all(USUAL_LIST)
        if objects > MAX_OBJECTS:
            raise exceeded("objects", MAX_OBJECTS)
        return objects


class _ShapeFold:
    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self.visits = 0
        self.page_variables: set[str] = set()
        self._fragments = fragments
        self._known: dict[str, Shape | None] = {}

    def of_set(self, selections: SelectionSetNode, nesting: int) -> Shape:
        if nesting > MAX_NESTING:
            raise exceeded("nesting", MAX_NESTING)
        shape = Shape()
        for selection in selections.selections:
            shape = shape.beside(self._of(selection, nesting))
        return shape

    def _of(self, selection: SelectionNode, nesting: int) -> Shape:
        self.visits += 1
        own = Shape(directives=len(selection.directives or ()))
        if isinstance(selection, FieldNode):
            return own.beside(self._of_field(selection, nesting))
        if isinstance(selection, FragmentSpreadNode):
            return own.beside(self._of_fragment(selection.name.value, nesting))
        return own.beside(self.of_set(cast(InlineFragmentNode, selection).selection_set, nesting + 1))

    def _of_field(self, node: FieldNode, nesting: int) -> Shape:
        self._note_page_variable(node)
        inner = self.of_set(node.selection_set, nesting + 1) if node.selection_set else Shape()
        shape = inner._replace(fields=inner.fields + 1, aliases=inner.aliases + (node.alias is not None))
        if node.name.value not in _INTROSPECTIONS:
            return shape._replace(depth=inner.depth + 1)
        return shape._replace(depth=0, introspection_depth=inner.depth + 1, introspections=inner.introspections + 1)

    def _of_fragment(self, name: str, nesting: int) -> Shape:
        if name not in self._known:
            if name not in self._fragments:
                raise _broken(name, "is not defined", "定義されていません")
            self._known[name] = None
            self._known[name] = self.of_set(self._fragments[name].selection_set, nesting + 1)
        known = self._known[name]
        if known is None:
            raise _broken(name, "spreads itself", "自分自身を参照しています")
        return known

    def require_all_used(self) -> None:
        for name in self._fragments:
            if name not in self._known:
                raise _broken(name, "is never used", "使用されていません")

    def _note_page_variable(self, node: FieldNode) -> None:
        for argument in node.arguments or ():
            if argument.name.value == _PAGE_SIZE and isinstance(argument.value, VariableNode):
                self.page_variables.add(argument.value.name.value)


class _Objects(NamedTuple):
    """The objects below a selection: those that come once, and those that come once per entry of its lists."""

    once: int = 0
    per_entry: int = 0

    def in_all(self, entries: int) -> int:
        return self.once + self.per_entry * entries


class _ObjectFold:
    """Every object counts one; a list's entries by the page size of the connection it stands in, else `USUAL_LIST`."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], sizes: Mapping[str, object]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._sizes = sizes
        self._known: dict[str, _Objects] = {}

    def of_set(self, selections: SelectionSetNode, parent: Parent) -> _Objects:
        found = [self._of(selection, parent) for selection in selections.selections]
        return _Objects(sum(each.once for each in found), sum(each.per_entry for each in found))

    def _of(self, selection: SelectionNode, parent: Parent) -> _Objects:
        if isinstance(selection, FieldNode):
            return self._of_field(selection, parent)
        if isinstance(selection, FragmentSpreadNode):
            return self._of_fragment(selection.name.value)
        inline = cast(InlineFragmentNode, selection)
        condition = inline.type_condition
        return self.of_set(inline.selection_set, self._type(condition.name.value) if condition else parent)

    def _of_field(self, node: FieldNode, parent: Parent) -> _Objects:
        if node.selection_set is None or node.name.value.startswith("__"):
            return _Objects()
        definition = parent.fields[node.name.value]
        inner = self.of_set(node.selection_set, cast(Parent, get_named_type(definition.type)))
        objects = 1 + inner.in_all(self._page_size(node, definition))
        return _Objects(per_entry=objects) if is_list_type(get_nullable_type(definition.type)) else _Objects(objects)

    def _of_fragment(self, name: str) -> _Objects:
        if name not in self._known:
            fragment = self._fragments[name]
            self._known[name] = self.of_set(fragment.selection_set, self._type(fragment.type_condition.name.value))
        return self._known[name]

    def _type(self, name: str) -> Parent:
        return cast(Parent, self._schema.type_map[name])

    def _page_size(self, node: FieldNode, definition: GraphQLField) -> int:
        if _PAGE_SIZE not in definition.args:
            return USUAL_LIST
        given = self._given_page_size(node)
        if given is Undefined:
            given = coerce_default_value(definition.args[_PAGE_SIZE]) or MAX_FIRST
        if not isinstance(given, int) or not 1 <= given <= MAX_FIRST:
            text = (f"'{_PAGE_SIZE}' is from 1 to {MAX_FIRST}.", f"{_PAGE_SIZE} は1から{MAX_FIRST}までとしてください。")
            raise Refusal(Code.INVALID_INPUT, names=(_PAGE_SIZE,), detail=text)
        return given

    def _given_page_size(self, node: FieldNode) -> object:
        value = next((each.value for each in node.arguments or () if each.name.value == _PAGE_SIZE), None)
        if value is None:
            return Undefined
        if isinstance(value, VariableNode):
            return self._sizes[value.name.value]
        return int(value.value) if isinstance(value, IntValueNode) else None


def _broken(name: str, english: str, japanese: str) -> Refusal:
    text = (f"A fragment {english}: '{name}'.", f"フラグメント {name} が{japanese}。")
    return Refusal(Code.VALIDATION_FAILED, names=(name,), detail=text)
