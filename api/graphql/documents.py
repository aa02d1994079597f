"""A caller's GraphQL document: parsed, held to the limits, validated, and remembered by its text.

Remembered are only documents that hold no value: no text literal and no run of ten digits. So nothing that a caller
looked for outlives the request, and nobody can tell from a fast answer that somebody else has asked the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NameNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    ValuesOfCorrectTypeRule,
    Visitor,
    parse,
    print_ast,
    specified_rules,
    validate,
    visit,
)
from graphql.validation import recommended_rules

from api.graphql.inputs import StorableTextsRule, UnquotedValuesRule
from api.graphql.limits import MAX_TOKENS, Cost, check_shape, exceeded, measure
from api.graphql.problems import MAX_ERRORS, holds_number, may_be_shown
from domain.errors import MESSAGES, Code, Refusal

MAX_COMMENTS: Final = 100
REMEMBERED_TOKENS: Final = 100_000
"""How many tokens the remembered documents have together: a token and its nodes take about 0.6 kB."""

# The recommended rule bounds lists within lists of an introspection, which depth alone does not.
RULES: Final = (
    *(UnquotedValuesRule if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules),
    *recommended_rules,
    StorableTextsRule,
)

_BLANK: Final = StringValueNode(value="", block=False)
_NAMELESS: Final = NameNode(value="_")


class InvalidDocument(Exception):
    """A document that is no GraphQL or does not fit the schema; `errors` carry refusals and places, no values."""

    def __init__(self, errors: tuple[GraphQLError, ...]) -> None:
        super().__init__(Code.VALIDATION_FAILED.value)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed.

    `hash` is the SHA-256 (hexadecimal) of its text without literals, comments and layout; `operation_name` is None also
    where the name holds a run of ten digits; `tokens` is its length.
    """

    document: DocumentNode = field(repr=False)
    operation: OperationDefinitionNode = field(repr=False)
    hash: str
    operation_name: str | None
    introspects: bool
    tokens: int
    _cost: Cost = field(repr=False)

    @property
    def changes(self) -> bool:
        """Whether it is a mutation."""
        return self.operation.operation is OperationType.MUTATION

    def cost(self, variables: Mapping[str, object]) -> int:
        """How many objects the operation may bring with these coerced variables; raises as `Cost.of`."""
        return self._cost.of(variables)


class Documents:
    """Prepares documents for one schema, and remembers them."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self._schema = schema
        self._introspection = introspection
        self._remembered: OrderedDict[str, Prepared] = OrderedDict()
        self._tokens = 0

    def __len__(self) -> int:
        return len(self._remembered)

    def prepare(self, query: str, operation_name: str | None = None) -> Prepared:
        """The document, ready to be executed. Raises `Refusal` (limits, operations), `InvalidDocument`."""
        prepared = self._remembered.get(query)
        if prepared is None:
            prepared = self._prepare(query)
            self._remember(query, prepared)
        else:
            self._remembered.move_to_end(query)
        _require_operation(prepared.operation, operation_name)
        return prepared

    def _prepare(self, query: str) -> Prepared:
        document = _parsed(query)
        operation = _only_operation(document)
        measured = measure(document, operation)
        check_shape(measured.shape, introspection=self._introspection)
        self._validate(document)
        _require_one_change(operation)
        name = operation.name.value if operation.name else None
        return Prepared(
            document=document,
            operation=operation,
            hash=_hash(document),
            operation_name=name if name and may_be_shown(name) else None,
            introspects=measured.shape.introspections > 0,
            tokens=document.token_count,
            _cost=Cost(self._schema, document, operation, measured.page_variables),
        )

    def _validate(self, document: DocumentNode) -> None:
        errors = validate(
            self._schema, document, RULES, max_errors=MAX_ERRORS, hide_suggestions=not self._introspection
        )
        if errors:
            raise InvalidDocument(tuple(map(_refused, errors[:MAX_ERRORS])))

    def _remember(self, query: str, prepared: Prepared) -> None:
        if '"' in query or holds_number(query):
            return
        self._remembered[query] = prepared
        self._tokens += prepared.tokens
        while self._tokens > REMEMBERED_TOKENS:
            _, oldest = self._remembered.popitem(last=False)
            self._tokens -= oldest.tokens


class _WithoutLiterals(Visitor):
    """Blanks every literal, and every name that holds a run of ten digits."""

    def enter_string_value(self, *_args: object) -> Node:
        return _BLANK

    enter_int_value = enter_float_value = enter_boolean_value = enter_string_value
    enter_enum_value = enter_null_value = enter_string_value

    def enter_name(self, node: NameNode, *_args: object) -> Node | None:
        return _NAMELESS if holds_number(node.value) else None


def _hash(document: DocumentNode) -> str:
    return sha256(print_ast(visit(document, _WithoutLiterals())).encode()).hexdigest()


def _parsed(query: str) -> DocumentNode:
    try:
        return parse(query, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_COMMENTS, allow_empty_selection_sets=False)
    except GraphQLSyntaxError as error:
        # `from None`: the parser's message quotes the document.
        for name, most in (("tokens", MAX_TOKENS), ("comments", MAX_COMMENTS)):
            if error.description.startswith(f"Document contains more than {most} {name}"):
                raise exceeded(name, most) from None
        raise InvalidDocument((error,)) from None


def _only_operation(document: DocumentNode) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) > 1:
        raise exceeded("operations", 1)
    if not operations:
        text = ("The document has no operation.", "GraphQL文書に操作がありません。")
        raise Refusal(Code.VALIDATION_FAILED, detail=text)
    return operations[0]


def _require_one_change(operation: OperationDefinitionNode) -> None:
    """A request changes one thing: it is one transaction under one key, done or refused as a whole."""
    roots = operation.selection_set.selections
    if operation.operation is OperationType.MUTATION and not (len(roots) == 1 and isinstance(roots[0], FieldNode)):
        raise exceeded("mutations", 1)


def _require_operation(operation: OperationDefinitionNode, name: str | None) -> None:
    if name is not None and (operation.name is None or operation.name.value != name):
        text = ("No operation of the document has this operationName.", "operationName の操作が文書にありません。")
        raise Refusal(Code.VALIDATION_FAILED, names=("operationName",), detail=text)


def _refused(error: GraphQLError) -> GraphQLError:
    refusal = Refusal(Code.VALIDATION_FAILED, detail=(error.message, MESSAGES[Code.VALIDATION_FAILED][1]))
    return GraphQLError(error.message, error.nodes, original_error=refusal)
