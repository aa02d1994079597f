"""Documents: parsed, validated and remembered; what is refused comes back without what it held."""

import json

import pytest
from graphql import ValuesOfCorrectTypeRule, specified_rules

from api.graphql import documents as module
from api.graphql.documents import MAX_COMMENTS, RULES, InvalidDocument
from api.graphql.limits import MAX_TOKENS
from tests.api.small_schema import NUMBER, ask, codes, documents, names, problems_of, refused

QUERY = "query Someone($id: ID!) {node(id: $id) {id}}"


def hash_of(query: str) -> str:
    return documents().prepare(query).hash


def test_a_document_is_prepared_with_its_operation() -> None:
    prepared = documents().prepare(QUERY, "Someone")
    assert prepared.operation_name == "Someone"
    assert prepared.operation in prepared.document.definitions
    assert not prepared.introspects
    assert prepared.tokens == 21


def test_an_operation_needs_no_name() -> None:
    assert documents().prepare("{me {displayName}}").operation_name is None


@pytest.mark.parametrize(
    "query",
    [
        "{__schema {description}}",
        '{__type(name: "Query") {name}}',
        "{...f} fragment f on Query {__schema {description}}",
    ],
)
def test_a_document_that_introspects_says_so(query: str) -> None:
    assert documents().prepare(query).introspects


def test_a_document_without_literals_is_prepared_once() -> None:
    prepare = documents().prepare
    assert prepare(QUERY) is prepare(QUERY)


@pytest.mark.holds("A-17")
@pytest.mark.parametrize(
    "query",
    [
        f'{{resident(by: {{individualNumber: "{NUMBER}"}}) {{id}}}}',
        '{resident(by: {id: """x"""}) {id}}',
        f"{{node(id: {NUMBER}) {{id}}}}",
        f"{{me {{n{NUMBER}: displayName}}}}",
        f"{{me {{displayName}}}} # {NUMBER}",
    ],
)
def test_a_document_that_could_hold_a_value_is_forgotten(query: str) -> None:
    prepared = documents()
    prepared.prepare(query)
    assert len(prepared) == 0


def test_a_refused_document_is_not_remembered() -> None:
    prepared = documents()
    problems_of(lambda: prepared.prepare("{nothing}"))
    assert len(prepared) == 0


def test_the_memory_is_bounded_and_forgets_what_was_used_least_recently(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED_TOKENS", 20)
    prepared = documents()
    first, second, third = (f"{{me {{{letter}: displayName}}}}" for letter in "abc")
    kept = prepared.prepare(first)
    prepared.prepare(second)
    assert prepared.prepare(first) is kept
    prepared.prepare(third)
    assert len(prepared) == 2
    assert prepared.prepare(first) is kept


def test_the_hash_knows_neither_literals_nor_comments_nor_layout() -> None:
    query = "query ($n: Int = 1) {recent(first: $n) {nodes {id @skip(if: true)}} resident(by: {id: 1}) {id}}"
    values = 'query ($n: Int = 9) {recent(first: $n) {nodes {id @skip(if: false)}} resident(by: {id: "x"}) {id}}'
    layout = values.replace("{", " # a comment\n{,")
    assert hash_of(query) == hash_of(values) == hash_of(layout)
    assert len(hash_of(query)) == 64


def test_the_hash_tells_documents_apart_that_ask_different_things() -> None:
    queries = ("{me {displayName}}", "{me {purposes}}", "{me {a: displayName}}", "query Q {me {displayName}}")
    assert len({hash_of(query) for query in queries}) == len(queries)


@pytest.mark.holds("A-17")
def test_the_hash_does_not_know_a_number_hidden_in_a_name() -> None:
    assert hash_of(f"{{me {{n{NUMBER}: displayName}}}}") == hash_of("{me {n123456789000: displayName}}")


@pytest.mark.holds("A-17")
@pytest.mark.parametrize("name", [f"n{NUMBER}", "n1234_5678_9018"])
def test_an_operation_name_that_holds_a_number_is_left_out(name: str) -> None:
    prepared = documents().prepare(f"query {name} {{me {{displayName}}}}", name)
    assert prepared.operation_name is None


@pytest.mark.holds("A-17")
def test_what_is_prepared_does_not_print_its_literals() -> None:
    assert NUMBER not in repr(documents().prepare(f'{{resident(by: {{id: "{NUMBER}"}}) {{id}}}}'))


@pytest.mark.holds("B-02")
@pytest.mark.parametrize("count", [2, 500])
def test_a_document_has_one_operation(count: int) -> None:
    query = " ".join(f"query Q{i} {{me}}" for i in range(count))[: MAX_TOKENS * 4]
    problems = problems_of(lambda: documents().prepare(query, "Q0"))
    assert codes(problems) == {"LIMIT_EXCEEDED"}
    assert names(problems) <= {"operations", "tokens"}


def test_a_document_without_an_operation_is_refused() -> None:
    assert codes(refused("fragment f on Query {me {displayName}}")) == {"VALIDATION_FAILED"}


@pytest.mark.parametrize("operation_name", ["Other", "", "someone"])
def test_an_operation_name_must_be_that_of_the_operation(operation_name: str) -> None:
    prepared = documents()
    for _ in ("fresh", "remembered"):
        problems = problems_of(lambda: prepared.prepare(QUERY, operation_name))
        assert (codes(problems), names(problems)) == ({"VALIDATION_FAILED"}, {"operationName"})


@pytest.mark.parametrize("query", ["mutation {moveIn}", "subscription {changes}"])
def test_operations_that_the_schema_does_not_have_are_refused(query: str) -> None:
    assert codes(refused(query)) == {"VALIDATION_FAILED"}


@pytest.mark.holds("B-02")
def test_a_document_may_have_a_thousand_tokens_and_no_more() -> None:
    def long(tokens: int) -> str:
        return "{me {" + "displayName " * (tokens - 5) + "}}"

    assert names(refused(long(MAX_TOKENS))) == {"fields"}
    problems = refused(long(MAX_TOKENS + 1))
    assert (codes(problems), names(problems)) == ({"LIMIT_EXCEEDED"}, {"tokens"})


def test_comments_are_bounded_by_themselves() -> None:
    assert ask("#\n" * MAX_COMMENTS + "{me {displayName}}") == 1
    assert names(refused("#\n" * (MAX_COMMENTS + 1) + "{me {displayName}}")) == {"comments"}


@pytest.mark.parametrize(
    "query", ["", "{", "{}", "{me {}}", "me", "{me {displayName}", "\0", "{me(a: 1_0)}", "{" * 900]
)
def test_what_is_not_graphql_is_refused_with_its_place_only(query: str) -> None:
    (problem,) = refused(query)
    assert problem["extensions"]["code"] == "SYNTAX_ERROR"
    assert problem["message"] == "The document is not GraphQL."
    assert problem["locations"][0].keys() == {"line", "column"}


@pytest.mark.holds("A-16")
@pytest.mark.parametrize(
    "query",
    [
        "{__schema {types {name}}}",
        '{__type(name: "Query") {name}}',
        "{... {a: __schema {description}}}",
        "{...f} fragment f on Query {__schema {description}}",
    ],
)
def test_introspection_can_be_switched_off(query: str) -> None:
    assert ask(query) == 0
    assert codes(refused(query, introspection=False)) == {"VALIDATION_FAILED"}


@pytest.mark.holds("A-16")
def test_typename_is_always_there() -> None:
    assert ask("{__typename me {__typename}}", introspection=False) == 1


@pytest.mark.holds("A-16")
def test_suggestions_come_only_with_introspection() -> None:
    (told,) = refused("{me {displayNam}}")
    (untold,) = refused("{me {displayNam}}", introspection=False)
    assert told["message"] == "Cannot query field 'displayNam' on type 'Caller'. Did you mean 'displayName'?"
    assert untold["message"] == "Cannot query field 'displayNam' on type 'Caller'."


@pytest.mark.holds("B-13")
def test_a_thousand_errors_are_answered_by_five_in_little_room() -> None:
    for query in (
        "{" + " ".join(f"x{i}" for i in range(490)) + "}",
        "{" + " ".join(f"{'x' * 3000}{i}" for i in range(5)) + "}",
    ):
        problems = refused(query)
        assert len(problems) == 5
        assert len(json.dumps(problems)) < 10_000


def test_a_validation_error_says_what_where_and_in_two_languages() -> None:
    (problem,) = refused("{\n  nothing\n}")
    assert problem == {
        "message": "Cannot query field 'nothing' on type 'Query'.",
        "locations": [{"line": 2, "column": 3}],
        "extensions": {
            "code": "VALIDATION_FAILED",
            "messageJa": "GraphQL文書がスキーマに合っていません。",
            "requestId": "R-1",
        },
    }


def test_every_rule_of_the_specification_is_applied_save_the_one_that_quotes() -> None:
    assert set(specified_rules) - set(RULES) == {ValuesOfCorrectTypeRule}
    assert any(issubclass(rule, ValuesOfCorrectTypeRule) for rule in RULES)


def test_an_invalid_document_prints_no_text_of_it() -> None:
    with pytest.raises(InvalidDocument) as raised:
        documents().prepare("{山田")
    assert "山田" not in f"{raised.value}{raised.value!r}"
    assert raised.value.__suppress_context__
