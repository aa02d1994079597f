"""The HTTP edge: what is a GraphQL request, and what is refused before anything reads it."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from api.graphql.problems import STATUS
from api.graphql.requests import (
    GRAPHQL_JSON,
    MAX_BODY,
    MAX_JSON_DEPTH,
    MAX_QUERY,
    PLAIN_JSON,
    GraphQLRequest,
    answer_type,
    bounded_body,
    check_head,
    parse_body,
    valid_host,
)
from domain.errors import Code, Refusal
from tests.api.small_schema import NUMBER


def status_of(refusal: Refusal) -> int:
    return STATUS[refusal.code]


def head(method: str = "POST", **headers: str) -> str:
    return check_head(method, {name.replace("_", "-"): value for name, value in headers.items()})


def refused_head(method: str = "POST", **headers: str) -> int:
    with pytest.raises(Refusal) as raised:
        head(method, **headers)
    return status_of(raised.value)


def refused_body(content: bytes) -> Refusal:
    with pytest.raises(Refusal) as raised:
        parse_body(content)
    assert 400 <= status_of(raised.value) < 500
    return raised.value


def body(**parameters: Any) -> bytes:
    return json.dumps(parameters).encode()


def arriving(chunks: Iterable[bytes], content_length: str) -> tuple[Request, list[bytes]]:
    """A request whose body arrives in chunks, and the chunks that were not taken."""
    waiting = list(chunks)

    async def receive() -> Message:
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    headers = [(b"content-length", content_length.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive), waiting


@pytest.mark.holds("B-06")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "post", ""])
def test_only_post_is_served(method: str) -> None:
    assert refused_head(method, content_type="application/json") == 405


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
    ],
)
def test_json_in_utf8_is_served(content_type: str) -> None:
    assert head(content_type=content_type) == GRAPHQL_JSON


@pytest.mark.holds("B-06")
@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/plain;application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/jsonp",
        "application/json; charset=shift_jis",
        "application/json; charset=utf-16",
        "application/json, text/plain",
        'application/json; charset="utf-8',
        "application/json; boundary=x",
    ],
)
def test_any_other_content_type_is_refused(content_type: str) -> None:
    assert refused_head(content_type=content_type) == 415


@pytest.mark.holds("B-06")
def test_a_request_without_a_content_type_is_refused() -> None:
    assert refused_head() == 415


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, GRAPHQL_JSON),
        ("", GRAPHQL_JSON),
        ("*/*", GRAPHQL_JSON),
        ("application/*", GRAPHQL_JSON),
        ("application/json", PLAIN_JSON),
        ("APPLICATION/JSON", PLAIN_JSON),
        ("application/graphql-response+json", GRAPHQL_JSON),
        ("application/json, application/graphql-response+json", GRAPHQL_JSON),
        ("application/graphql-response+json;q=0.5, application/json", PLAIN_JSON),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", GRAPHQL_JSON),
        ("text/html, application/json;q=0.9, */*;q=0.1", PLAIN_JSON),
        ("application/graphql-response+json;q=0, */*", PLAIN_JSON),
        ("application/json;charset=shift_jis, application/graphql-response+json;q=0.1", GRAPHQL_JSON),
    ],
)
def test_the_answer_comes_in_the_type_that_is_wanted_most(accept: str | None, answered: str) -> None:
    assert answer_type(accept) == answered


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "application/json;q=0", "application/json;q=high", "text/*", ";", "*"]
)
def test_a_caller_who_wants_no_json_is_told_so(accept: str) -> None:
    assert refused_head(content_type="application/json", accept=accept) == 406


@pytest.mark.holds("B-11")
@pytest.mark.parametrize(
    "host", ["example.jp", "example.jp:8000", "localhost", "127.0.0.1:1", "[::1]", "[::1]:8000", "daicho_api:80"]
)
def test_a_plain_host_is_a_host(host: str) -> None:
    assert valid_host(host)


@pytest.mark.holds("B-11")
@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil/graphql?x=",
        "evil?x",
        "user@evil",
        "evil#",
        "evil host",
        "evil\t",
        "evil\n",
        "evil:80\n",
        "evil:",
        "evil:port",
        "evil:123456",
        "evil:80:80",
        "evil\\x",
        "-evil",
        "::1",
        "[::1",
        "[evil]",
        "市役所.jp",
        "evil:１",
        "a" * 300,
    ],
)
def test_anything_else_is_no_host(host: str | None) -> None:
    assert not valid_host(host)


def test_a_body_that_arrives_in_pieces_is_read_whole() -> None:
    request, _ = arriving([b'{"query":', b'"{me}"', b"}"], "18")
    assert asyncio.run(bounded_body(request)) == b'{"query":"{me}"}'


def test_a_body_may_be_just_as_long_as_the_limit() -> None:
    request, _ = arriving([b" " * MAX_BODY], str(MAX_BODY))
    assert len(asyncio.run(bounded_body(request))) == MAX_BODY


@pytest.mark.holds("B-04")
@pytest.mark.parametrize("content_length", ["8388608", "10", "-1", "none"])
def test_a_large_body_is_refused_unread_whatever_length_it_claims(content_length: str) -> None:
    request, waiting = arriving([b" " * 32_768] * 256, content_length)
    with pytest.raises(Refusal) as raised:
        asyncio.run(bounded_body(request))
    assert status_of(raised.value) == 413
    assert len(waiting) == 256 - (MAX_BODY // 32_768 + 1)


def test_a_request_has_a_document_an_operation_and_variables() -> None:
    request = parse_body(body(query="query Q($n: Int) {me}", operationName="Q", variables={"n": 1}, extensions={}))
    assert request == GraphQLRequest("query Q($n: Int) {me}", "Q", {"n": 1})


def test_optional_parameters_may_be_missing_or_null() -> None:
    absent = parse_body(body(query="{me}"))
    assert absent == parse_body(body(query="{me}", operationName=None, variables=None, extensions=None))
    assert absent == GraphQLRequest("{me}", None, {})


@pytest.mark.holds("A-17")
def test_a_request_does_not_print_what_it_asks() -> None:
    request = parse_body(body(query=f'{{resident(by: {{id: "{NUMBER}"}}) {{id}}}}', variables={"n": NUMBER}))
    assert NUMBER not in f"{request} {request!r}"


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"query": None},
        {"query": 1},
        {"query": ["{me}"]},
        {"query": {"a": 1}},
        {"query": "{me}", "operationName": 1},
        {"query": "{me}", "operationName": ["Q"]},
        {"query": "{me}", "variables": []},
        {"query": "{me}", "variables": "{}"},
        {"query": "{me}", "variables": 0},
        {"query": "{me}", "extensions": []},
    ],
)
def test_a_parameter_of_the_wrong_type_is_refused_by_its_name(parameters: dict[str, Any]) -> None:
    refusal = refused_body(body(**parameters))
    assert refusal.code is Code.BAD_REQUEST
    assert refusal.names == (list(parameters or ["query"])[-1],)


def test_an_unknown_parameter_is_refused_and_not_repeated() -> None:
    refusal = refused_body(body(query="{me}", **{NUMBER: 1}))
    assert refusal.code is Code.BAD_REQUEST
    assert NUMBER not in f"{refusal.message}{refusal.names}"


def test_a_batch_is_refused() -> None:
    assert refused_body(b'[{"query":"{me}"},{"query":"{me}"}]').code is Code.BAD_REQUEST


@pytest.mark.holds("B-05")
@pytest.mark.parametrize(
    "content",
    [
        b'{"query":"{me}","query":"{me}"}',
        b'{"query":"{me}","qu\\u0065ry":"{me}"}',
        b'{"query":"{me}","variables":{"a":1,"a":2}}',
        b'{"query":"{me}","variables":{"a":[{"b":{"c":1,"c":1}}]}}',
        b'{"query":"{me}","extensions":{"a":1,"a":2}}',
    ],
)
def test_a_key_that_stands_twice_is_refused_wherever_it_stands(content: bytes) -> None:
    assert refused_body(content).code is Code.BAD_REQUEST


@pytest.mark.holds("B-04")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"null",
        b'"{me}"',
        b"1",
        b"{",
        b'{"query":"{me}"}}',
        b'{"query":"{me}",}',
        b"{'query':'{me}'}",
        b'{"query":"{me}"}\x00',
        b'{"query":"{me}"} {"query":"{me}"}',
        b'{"query":"{me\x01}"}',
        b'\xef\xbb\xbf{"query":"{me}"}',
        b'{"query":"\xff"}',
        b'{"query":"\xc0\x80"}',
        b'{"query":"\xed\xa0\x80"}',
        b'{"query":"\\ud800"}',
        b'{"query":"{me}","variables":{"\\udc00":1}}',
        b'{"query":"{me}","variables":{"a":"\\ud800\\u0041"}}',
        b'{"query":"{me}","variables":{"a":NaN}}',
        b'{"query":"{me}","variables":{"a":Infinity}}',
        b'{"query":"{me}","variables":{"a":-Infinity}}',
        b'{"query":"{me}","variables":{"a":1e999}}',
        b'{"query":"{me}","variables":{"a":' + b"9" * 5000 + b"}}",
        b'{"query":"{me}","variables":{"a":"\\u0000"}}',
        b'{"query":"{me}","variables":{"\\u0000":"a"}}',
        b'{"query":"{me(a: \\"\\\\u0000\\")}"}',
        '{"query":"{me}"}'.encode("utf-16"),
        '{"query":"山"}'.encode("shift_jis"),
    ],
)
def test_what_is_not_strict_json_in_utf8_is_refused(content: bytes) -> None:
    assert refused_body(content).code is Code.BAD_REQUEST


@pytest.mark.holds("B-04")
@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("times", [500, 1100, 100_000])
def test_brackets_without_end_are_refused(opening: bytes, times: int) -> None:
    assert refused_body(opening * times).code is Code.BAD_REQUEST
    assert refused_body(b'{"query":"{me}","variables":{"a":' + opening * times).code is Code.BAD_REQUEST


@pytest.mark.holds("B-04")
def test_json_may_be_nested_as_deep_as_the_limit_and_no_deeper() -> None:
    def nested(depth: int) -> bytes:
        lists = depth - 2  # within the body and the variables
        return b'{"query":"{me}","variables":{"a":' + b"[" * lists + b"1" + b"]" * lists + b"}}"

    assert parse_body(nested(MAX_JSON_DEPTH)).query == "{me}"
    assert refused_body(nested(MAX_JSON_DEPTH + 1)).code is Code.BAD_REQUEST
    assert refused_body(nested(1000)).code is Code.BAD_REQUEST


@pytest.mark.holds("B-04")
def test_a_long_document_is_refused() -> None:
    assert parse_body(body(query="#" * MAX_QUERY)).query
    assert refused_body(body(query="#" * (MAX_QUERY + 1))).code is Code.LIMIT_EXCEEDED


def test_the_length_of_a_document_is_counted_in_bytes() -> None:
    assert refused_body(json.dumps({"query": "#" + "山" * 6_000}, ensure_ascii=False).encode()).names == ("query",)


def test_large_integers_stay_what_they_are() -> None:
    exact = 123_456_789_012_345_678_901_234_567_890
    assert parse_body(body(query="{me}", variables={"n": exact})).variables == {"n": exact}


@pytest.mark.holds("A-17")
def test_no_refusal_of_a_body_repeats_it() -> None:
    for content in (
        f'{{"query":"{NUMBER}"',
        f'{{"query":"{{me}}","{NUMBER}":1}}',
        f'{{"query":{NUMBER}}}',
        f'{{"query":"{{me}}","a":{{"{NUMBER}":1,"{NUMBER}":1}}}}',
    ):
        refusal = refused_body(content.encode())
        assert NUMBER not in f"{refusal!r}{refusal}{refusal.message}{refusal.message_ja}{refusal.names}"
        assert refusal.__suppress_context__ or refusal.__context__ is None
