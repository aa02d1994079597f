"""How much one document may ask for; work is counted in visited selections, not in time."""

import pytest
from graphql import OperationDefinitionNode, get_introspection_query, parse

from api.graphql.limits import (
    MAX_ALIASES,
    MAX_DEPTH,
    MAX_DIRECTIVES,
    MAX_FIELDS,
    MAX_FIRST,
    MAX_INTROSPECTION_DEPTH,
    MAX_NESTING,
    MAX_OBJECTS,
    Measured,
    measure,
)
from domain.errors import Code, Refusal
from tests.api.small_schema import ask, codes, names, refused

FULL_INTROSPECTION = get_introspection_query(
    descriptions=True,
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
    one_of=True,
)


def measured(query: str) -> Measured:
    document = parse(query)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return measure(document, operation)


def doubling(levels: int, leaf: str = "me { displayName }") -> str:
    """A document in which each fragment spreads the next one twice."""
    steps = (f"fragment f{i} on Query {{...f{i + 1} ...f{i + 1}}}" for i in range(levels))
    return f"{{...f0}} {' '.join(steps)} fragment f{levels} on Query {{{leaf}}}"


def nested(depth: int) -> str:
    """A valid document as deep as asked: residents and households of one another."""
    steps = ["node(id: 1) {... on Household {"] + ["householder {", "household {"] * depth
    opened = " ".join(steps[: depth - 1])
    return "{" + opened + " id " + "}" * opened.count("{") + "}"


@pytest.mark.holds("B-01")
def test_fragments_that_double_twenty_times_are_counted_without_being_walked() -> None:
    query = doubling(20)
    result = measured(query)
    assert result.shape.fields == 2 * 2**20
    assert result.visits == 1 + 2 * 20 + 2
    assert len(query) < 1_000


@pytest.mark.holds("B-01")
def test_fragments_that_double_twenty_times_are_refused() -> None:
    problems = refused(doubling(20))
    assert (codes(problems), names(problems)) == ({"LIMIT_EXCEEDED"}, {"fields"})


@pytest.mark.holds("B-01")
def test_a_fragment_is_visited_once_however_often_it_is_spread() -> None:
    once = measured("{...f} fragment f on Query {me {displayName}}")
    often = measured("{" + "...f " * 50 + "} fragment f on Query {me {displayName}}")
    assert often.visits == once.visits + 49
    assert often.shape.fields == 50 * once.shape.fields


def test_aliases_and_directives_in_fragments_count_each_time_they_are_spread() -> None:
    shape = measured("{...f ...f @skip(if: true)} fragment f on Query {a: me @skip(if: true) {b: displayName}}").shape
    assert (shape.aliases, shape.directives) == (4, 3)


def test_directives_on_the_operation_and_on_fragments_count() -> None:
    assert measured("query @a @b {... @c {me @d}}").shape.directives == 4


def test_depth_counts_fields_and_not_fragments() -> None:
    shape = measured("{... {...f}} fragment f on Query {me {... {displayName}}}").shape
    assert shape.depth == 2


@pytest.mark.holds("B-02")
def test_a_document_may_be_eight_fields_deep_and_no_deeper() -> None:
    assert ask(nested(MAX_DEPTH))
    problems = refused(nested(MAX_DEPTH + 1))
    assert (codes(problems), names(problems)) == ({"LIMIT_EXCEEDED"}, {"depth"})


@pytest.mark.holds("B-02")
def test_a_document_may_have_fifteen_aliases_and_no_more() -> None:
    def aliased(count: int) -> str:
        return "{" + " ".join(f"a{i}: me {{displayName}}" for i in range(count)) + "}"

    assert ask(aliased(MAX_ALIASES)) == MAX_ALIASES
    assert names(refused(aliased(MAX_ALIASES + 1))) == {"aliases"}


@pytest.mark.holds("B-02")
def test_a_document_may_have_fifty_directives_and_no_more() -> None:
    def directed(count: int) -> str:
        return "{me {" + "displayName @skip(if: true) " * count + "}}"

    assert ask(directed(MAX_DIRECTIVES))
    assert names(refused(directed(MAX_DIRECTIVES + 1))) == {"directives"}


@pytest.mark.holds("B-02")
def test_a_document_may_have_five_hundred_fields_and_no_more() -> None:
    def wide(count: int) -> str:
        return "{me {" + "displayName " * (count - 1) + "}}"

    assert ask(wide(MAX_FIELDS))
    assert names(refused(wide(MAX_FIELDS + 1))) == {"fields"}
    assert codes(refused(wide(1_000))) == {"LIMIT_EXCEEDED"}


@pytest.mark.holds("B-02")
@pytest.mark.parametrize(
    "query",
    [
        "{...f} fragment f on Query {...f}",
        "{...f} fragment f on Query {...g} fragment g on Query {me{displayName} ...f}",
    ],
)
def test_fragments_in_a_circle_end_the_measuring(query: str) -> None:
    problems = refused(query)
    assert (codes(problems), names(problems)) == ({"VALIDATION_FAILED"}, {"f"})


@pytest.mark.parametrize(
    "query", ["{...g} ", "{me{displayName}} fragment g on Query {me{displayName}}", doubling(20, "...g")]
)
def test_fragments_that_are_unknown_or_unused_never_reach_validation(query: str) -> None:
    with pytest.raises(Refusal) as raised:
        measured(query)
    assert (raised.value.code, raised.value.names) == (Code.VALIDATION_FAILED, ("g",))


@pytest.mark.parametrize(
    "query",
    [
        "{...f0}"
        + "".join(f"fragment f{i} on Query{{...f{i + 1}}}" for i in range(100))
        + "fragment f100 on Query{me}",
        "{" + "...{" * 150 + "me" + "}" * 150 + "}",
        "{" + "me{" * 190 + "me" + "}" * 190 + "}",
    ],
)
def test_nesting_of_any_kind_is_bounded_before_anything_recurses(query: str) -> None:
    with pytest.raises(Refusal) as raised:
        measured(query)
    assert (raised.value.code, raised.value.names) == (Code.LIMIT_EXCEEDED, ("nesting",))


def test_nesting_may_reach_its_limit() -> None:
    inner = MAX_NESTING - 2
    assert ask("{" + "...{" * inner + "me {displayName}" + "}" * inner + "}") == 1


@pytest.mark.parametrize(
    ("query", "objects"),
    [
        ("{__typename}", 0),
        ("{me {displayName}}", 1),
        ("{resident(by: {id: 1}) {id}}", 1),
        ("{household(by: {id: 1}) {householder {id} members {id}}}", 1 + 1 + 10),
        ("{residents(where: {}, first: 7) {nodes {id}}}", 1 + 7),
        ("{residents(where: {}, first: 7) {nodes {id} pageInfo {hasNextPage}}}", 1 + 7 + 1),
        ("{residents(where: {}, first: 7) {edges {cursor node {id}}}}", 1 + 7 * 2),
        ("{residents(where: {}, first: 7) {nodes {household {members {id}}}}}", 1 + 7 * (1 + 1 + 10)),
        ("{residents(where: {}) {nodes {id}}}", 1 + MAX_FIRST),
        ("{recent {nodes {id}}}", 1 + 20),
        ("{node(id: 1) {... on Resident {household {id}} ... on Household {members {id}}}}", 1 + 1 + 10),
        ("{found(id: 1) {__typename ... on Household {...m}}} fragment m on Household {members {id}}", 1 + 10),
        ("{recent(first: 3) {...n ...n}} fragment n on ResidentConnection {nodes {id}}", 1 + 3 + 3),
        ("{a: resident(by: {id: 1}) {id} b: resident(by: {id: 2}) {id}}", 2),
    ],
)
def test_every_object_counts_and_lists_count_by_their_page_size(query: str, objects: int) -> None:
    assert ask(query) == objects


@pytest.mark.holds("B-03")
def test_lists_within_lists_multiply_up_to_two_thousand_objects() -> None:
    def households(first: int) -> str:
        return f"{{recent(first: {first}) {{nodes {{household {{members {{household {{id}}}}}}}}}}}}"

    each = 1 + 1 + 10 * 2
    most = (MAX_OBJECTS - 1) // each
    assert ask(households(most)) == 1 + most * each
    assert names(refused(households(most + 1))) == {"objects"}


@pytest.mark.holds("A-13", "B-02")
def test_asking_for_many_residents_by_key_is_bounded_by_residents_and_by_aliases() -> None:
    asked = " ".join(f"r{i}: resident(by: {{id: {i}}}) {{id}}" for i in range(50))
    assert codes(refused(f"{{{asked}}}")) == {"LIMIT_EXCEEDED"}


@pytest.mark.holds("B-03")
@pytest.mark.parametrize("first", [0, -1, 101, 1_000_000_000, None])
def test_a_page_size_out_of_bounds_is_refused_by_its_name(first: int | None) -> None:
    literal = "null" if first is None else str(first)
    for problems in (
        refused(f"{{residents(where: {{}}, first: {literal}) {{nodes {{id}}}}}}"),
        refused("query ($n: Int) {residents(where: {}, first: $n) {nodes {id}}}", {"n": first}),
        refused("query ($n: Int) {...f} fragment f on Query {recent(first: $n) {nodes {id}}}", {"n": first}),
    ):
        assert (codes(problems), names(problems)) == ({"INVALID_INPUT"}, {"first"})


@pytest.mark.holds("B-03")
@pytest.mark.parametrize("first", ["10000000000", '"5"', "1.5", "FIVE"])
def test_a_page_size_that_is_no_integer_is_refused(first: str) -> None:
    assert codes(refused(f"{{residents(where: {{}}, first: {first}) {{nodes {{id}}}}}}")) == {"VALIDATION_FAILED"}


def test_a_page_size_from_a_variable_counts_by_its_value() -> None:
    query = "query ($n: Int = 3) {residents(where: {}, first: $n) {nodes {id}}}"
    assert (ask(query), ask(query, {"n": 5})) == (1 + 3, 1 + 5)


def test_a_variable_that_is_not_given_leaves_the_default_page_size() -> None:
    assert ask("query ($n: Int) {recent(first: $n) {nodes {id}}}") == 1 + 20


def test_the_introspection_queries_of_graphiql_and_graphql_core_are_answered() -> None:
    assert ask(FULL_INTROSPECTION) == ask(get_introspection_query()) == 0
    assert measured(FULL_INTROSPECTION).shape.introspection_depth == MAX_INTROSPECTION_DEPTH


def test_introspection_may_be_fifteen_deep_and_no_deeper() -> None:
    types = "ofType {" * (MAX_INTROSPECTION_DEPTH - 2) + "name" + "}" * (MAX_INTROSPECTION_DEPTH - 2)
    assert ask(f'{{__type(name: "Query") {{{types}}}}}') == 0
    assert names(refused(f'{{__type(name: "Query") {{ofType {{{types}}}}}}}')) == {"introspectionDepth"}


@pytest.mark.parametrize(
    "query",
    [
        "{__schema {description} a: __schema {description}}",
        '{__schema {description} __type(name: "Query") {name}}',
        "{...f ...f} fragment f on Query {__schema {description}}",
    ],
)
def test_a_document_may_introspect_once(query: str) -> None:
    assert names(refused(query)) == {"introspections"}


def test_introspection_of_lists_within_lists_is_refused() -> None:
    deep = "{__schema {types {fields {type {fields {type {fields {name}}}}}}}}"
    assert codes(refused(deep)) == {"VALIDATION_FAILED"}


def test_the_depth_of_an_introspection_lends_nothing_to_what_stands_beside_it() -> None:
    assert names(refused("{__schema {description} " + nested(MAX_DEPTH + 1)[1:])) == {"depth"}
