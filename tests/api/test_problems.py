"""Errors on the wire: a stable code, two languages, a request id, and nothing from inside."""

import json
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, build_schema, execute_sync, parse

from api.graphql.problems import (
    HEADERS,
    MAX_ERRORS,
    STATUS,
    body,
    from_graphql_errors,
    from_refusal,
    holds_number,
    may_be_shown,
    outline,
    problem,
)
from domain.errors import MESSAGES, Code, InvalidValue, Refusal
from tests.api.small_schema import NUMBER

SCHEMA: GraphQLSchema = build_schema("type Query {a(n: Int! = 1): Int, b: Int!, list: [Query!]}")


class Failing:
    """A root whose fields fail with what they are told to."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def a(self, _info: object, **_arguments: int) -> int:
        raise self._error

    def b(self, _info: object) -> None:
        return None

    def list(self, _info: object) -> "tuple[Failing]":
        return (self,)


def executed(query: str, error: Exception, variables: dict[str, int | None] | None = None) -> ExecutionResult:
    result = execute_sync(SCHEMA, parse(query), Failing(error), variable_values=variables)
    assert isinstance(result, ExecutionResult)
    return result


def answered(query: str, error: Exception, variables: dict[str, int | None] | None = None) -> list[dict[str, Any]]:
    return from_graphql_errors(executed(query, error, variables).errors or [], "R-1")


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_status_and_two_messages(code: Code) -> None:
    assert 400 <= STATUS[code] <= 599
    assert all(MESSAGES[code])


def test_no_status_is_without_a_code() -> None:
    assert STATUS.keys() == set(Code)


def test_a_refused_method_says_what_is_allowed_and_a_missing_token_how_to_bring_it() -> None:
    assert HEADERS[Code.METHOD_NOT_ALLOWED]["Allow"] == "POST"
    assert HEADERS[Code.UNAUTHENTICATED]["WWW-Authenticate"].startswith("Bearer")


def test_a_problem_has_its_code_two_messages_and_the_request_id() -> None:
    assert problem(Code.NOT_PERMITTED, request_id="R-1") == {
        "message": "Your purpose does not permit this operation.",
        "extensions": {
            "code": "NOT_PERMITTED",
            "messageJa": "この事務では、この操作は許可されていません。",
            "requestId": "R-1",
        },
    }


def test_a_refusal_brings_its_names_detail_and_extensions() -> None:
    refusal = Refusal(
        Code.PURPOSE_NOT_GRANTED, names=("local_tax",), detail=("No.", "不可。"), extensions={"purposes": ["election"]}
    )
    assert from_refusal(refusal, "R-1") == {
        "message": "No.",
        "extensions": {
            "purposes": ["election"],
            "code": "PURPOSE_NOT_GRANTED",
            "messageJa": "不可。",
            "requestId": "R-1",
            "names": ["local_tax"],
        },
    }


def test_extensions_cannot_pretend_another_code_or_request() -> None:
    notes = problem(Code.INTERNAL, request_id="R-1", extensions={"code": "OK", "requestId": "R-2"})["extensions"]
    assert (notes["code"], notes["requestId"]) == ("INTERNAL", "R-1")


@pytest.mark.holds("A-17")
@pytest.mark.parametrize("text", [NUMBER, f"n{NUMBER}", "_1_2_3_4_5_6_7_8_9_0", "１２３４５６７８９０", "x1234567890y"])
def test_a_run_of_ten_digits_is_never_told(text: str) -> None:
    assert holds_number(text)
    told = problem(Code.INVALID_INPUT, request_id="R-1", names=("sex", text), detail=(f"Not {text}.", "不可。"))
    assert text not in json.dumps(told, ensure_ascii=False)
    assert told["message"] == MESSAGES[Code.INVALID_INPUT][0]
    assert told["extensions"]["names"] == ["sex"]


@pytest.mark.parametrize("text", ["addressLine2", "F1_147", "123456789", "2024-01-01T00:00"])
def test_fewer_digits_may_be_told(text: str) -> None:
    assert may_be_shown(text)


def test_a_text_without_end_is_not_told() -> None:
    assert not may_be_shown("x" * 301)


def test_a_body_has_data_only_where_an_execution_began() -> None:
    error = problem(Code.INTERNAL, request_id="R-1")
    assert body([error]) == {"errors": [error]}
    assert body([error], None) == {"errors": [error], "data": None}
    assert body([], {"a": 1}, {"b": 2}) == {"data": {"a": 1}, "extensions": {"b": 2}}


@pytest.mark.holds("B-13")
def test_at_most_five_errors_are_answered() -> None:
    errors = [GraphQLError("x")] * 1_000
    assert len(from_graphql_errors(errors, "R-1")) == MAX_ERRORS == 5
    assert len(body([problem(Code.INTERNAL, request_id="R-1")] * 1_000)["errors"]) == MAX_ERRORS


@pytest.mark.holds("B-15", "D-02")
@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"duplicate key: (individual_number)=({NUMBER})"),
        KeyError(NUMBER),
        GraphQLError(f"Resident {NUMBER} is missing", extensions={"number": NUMBER}),
        RecursionError(NUMBER),
    ],
)
def test_whatever_a_resolver_raises_is_answered_in_general_terms(error: Exception) -> None:
    (told,) = answered("{a}", error)
    assert told == {
        "message": MESSAGES[Code.INTERNAL][0],
        "locations": [{"line": 1, "column": 2}],
        "path": ["a"],
        "extensions": {"code": "INTERNAL", "messageJa": MESSAGES[Code.INTERNAL][1], "requestId": "R-1"},
    }


def test_a_refusal_in_a_resolver_keeps_its_code_names_and_path() -> None:
    (told,) = answered("{list {x: a}}", Refusal(Code.SEARCH_NOT_PERMITTED, names=("individualNumber",)))
    assert told["path"] == ["list", 0, "x"]
    assert told["message"] == MESSAGES[Code.SEARCH_NOT_PERMITTED][0]
    assert told["extensions"] == {
        "code": "SEARCH_NOT_PERMITTED",
        "messageJa": MESSAGES[Code.SEARCH_NOT_PERMITTED][1],
        "requestId": "R-1",
        "names": ["individualNumber"],
    }


def test_an_invalid_value_in_a_resolver_says_which_kind() -> None:
    (told,) = answered("{a}", InvalidValue("IndividualNumber", "wrong check digit", "検査用数字が違います"))
    assert told["message"] == "IndividualNumber: wrong check digit"


def test_a_refusal_wrapped_in_graphql_errors_is_found() -> None:
    wrapped = GraphQLError("outer", original_error=GraphQLError("inner", original_error=Refusal(Code.INVALID_CURSOR)))
    assert from_graphql_errors([wrapped], "R-1")[0]["extensions"]["code"] == "INVALID_CURSOR"


def test_a_null_where_none_may_be_is_ours_and_keeps_its_path() -> None:
    (told,) = answered("{b}", ValueError())
    assert (told["path"], told["extensions"]["code"]) == (["b"], "INTERNAL")


def test_a_null_from_a_variable_is_the_callers_and_named() -> None:
    (told,) = answered("query ($count: Int) {a(n: $count)}", ValueError(), {"count": None})
    assert told["message"] == MESSAGES[Code.INVALID_INPUT][0]
    assert told["extensions"]["names"] == ["count"]


@pytest.mark.holds("A-17")
def test_an_alias_that_holds_a_number_is_not_repeated_in_a_path() -> None:
    (told,) = answered(f"{{list {{n{NUMBER}: a}}}}", ValueError())
    assert told["path"] == ["list", 0, "*"]


@pytest.mark.holds("D-02")
def test_the_outline_for_the_log_holds_types_and_frames_and_no_text() -> None:
    def look_up(number: str) -> None:
        try:
            raise KeyError(number)
        except KeyError as error:
            raise ValueError(f"no resident {number}") from error

    with pytest.raises(ValueError, match="no resident") as raised:
        look_up(NUMBER)
    lines = outline(GraphQLError(NUMBER, original_error=raised.value))
    assert [line for line in lines if ":" not in line] == ["GraphQLError", "ValueError", "KeyError"]
    assert any(".look_up:" in line for line in lines)
    assert not any(map(holds_number, lines))


def test_the_outline_ends_where_causes_go_in_a_circle() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert outline(first) == ["ValueError", "KeyError"]
