"""How a request must look: POST, JSON, one operation, nothing in the address (B-04 to B-07, B-11)."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping

import pytest

from tests.api.cases.actors import register_statements
from tests.serving import Answer, Service
from tests.village import ABSENT_NUMBER
from tests.wire import head, raw

ME = b'{"query": "{ me { displayName } }"}'
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
GRAPHQL = "application/graphql-response+json"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_graphql_error(answer: Answer, code: str) -> bool:
    """Whether the body is a GraphQL error body with this code, in two languages, with a request id of ours."""
    (error,) = answer.json["errors"]
    told = error["extensions"]
    assert error["message"].isascii()
    assert JAPANESE.search(told["messageJa"])
    assert UUID.fullmatch(told["requestId"])
    assert answer.headers["content-type"] in {GRAPHQL, "application/json"}
    assert answer.headers["cache-control"] == "no-store"
    return bool(told["code"] == code and "data" not in answer.json)


BROKEN = {
    "nothing": b"",
    "no JSON": b"query { me { displayName } }",
    "30 000 brackets": b'{"query":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "30 000 open brackets": b"[" * 30_000,
    "40 objects deep": b'{"query": "{ me { displayName } }", "variables": ' + b'{"a":' * 40 + b"1" + b"}" * 41,
    "invalid UTF-8": b'{"query": "{ me { displayName } } # \xff\xfe"}',
    "overlong UTF-8": b'{"query": "{ me { displayName } } # \xc0\xaf"}',
    "a byte order mark": b"\xef\xbb\xbf" + ME,
    "a lone surrogate": b'{"query": "{ me { displayName } }", "variables": {"a": "\\ud800"}}',
    "a surrogate in UTF-8": b'{"query": "{ me { displayName } } # \xed\xa0\x80"}',
    "NUL": b'{"query": "{ me { displayName } }\x00"}',
    "NUL as an escape": b'{"query": "{ me { displayName } }", "variables": {"a": "\\u0000"}}',
    "a number of 5000 digits": b'{"query": "{ me { displayName } }", "variables": {"a": ' + b"9" * 5_000 + b"}}",
    "NaN": b'{"query": "{ me { displayName } }", "variables": {"a": NaN}}',
    "a batch": b"[" + ME + b"," + ME + b"]",
    "a text": b'"{ me { displayName } }"',
    "no document": b"{}",
    "a document of null": b'{"query": null}',
    "a list as a document": b'{"query": ["{ me { displayName } }"]}',
    "variables as a text": b'{"query": "{ me { displayName } }", "variables": "{}"}',
    "an unknown parameter": b'{"query": "{ me { displayName } }", "doc": 1}',
    "the same key twice": b'{"query": "{ me { displayName } }", "query": "{ me { department } }"}',
    "the same key in disguise": b'{"query": "{ me { displayName } }", "qu\\u0065ry": "{ me { department } }"}',
    "the same key further in": b'{"query": "{ me { displayName } }", "variables": {"a": {"b": 1, "b": 2}}}',
}


@pytest.mark.holds("B-04", "B-05", "B-06", "C-14")
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_broken_body_is_refused_and_recorded(shared_service: Service, body: bytes) -> None:
    before = len(shared_service.ledger())
    with register_statements() as statements:
        answer = shared_service.send("POST", "/graphql", body, shared_service.headers("tax-clerk"))
    assert answer.status == 400
    assert is_graphql_error(answer, "BAD_REQUEST")
    assert statements == []
    assert [(entry["kind"], entry["code"]) for entry in shared_service.ledger()[before:]] == [
        ("REFUSAL", "BAD_REQUEST")
    ]


HUGE = {
    "8 MB": (b'{"query": "' + b"x" * 8_000_000 + b'"}', 413, "BODY_TOO_LARGE"),
    "a comment of 1.1 MB": (
        json.dumps({"query": "#" + "x" * 1_100_000 + "\n{ me { displayName } }"}).encode(),
        413,
        "BODY_TOO_LARGE",
    ),
    "a comment of 1 MB": (
        json.dumps({"query": "#" + "x" * 1_000_000 + "\n{ me { displayName } }"}).encode(),
        400,
        "LIMIT_EXCEEDED",
    ),
    "100 000 brackets": (b'{"query":' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "BAD_REQUEST"),
}


@pytest.mark.holds("B-04")
@pytest.mark.parametrize(("body", "status", "code"), HUGE.values(), ids=HUGE)
def test_a_body_that_is_too_large_is_refused_over_the_wire(wire: Service, body: bytes, status: int, code: str) -> None:
    before = len(wire.ledger())
    answer = wire.send("POST", "/graphql", body, wire.headers("tax-clerk"))
    assert answer.status == status
    assert is_graphql_error(answer, code)
    assert [entry["code"] for entry in wire.ledger()[before:]] == [code]
    assert wire.ask("tax-clerk", "{ me { displayName } }").data


@pytest.mark.holds("B-04")
def test_documents_that_exhaust_a_careless_parser_are_refused(shared_service: Service) -> None:
    for query in (
        "{ resident(by: {addresseeNumber: " + "[" * 450 + "]" * 450 + "}) { id } }",
        "{ resident(by: " + "{a: " * 240 + "1" + "}" * 240 + ") { id } }",
        "query ($a: " + "[" * 480 + "Int" + "]" * 480 + ") { me { displayName } }",
        "{ a" * 490 + "}" * 490,
        r'{ resident(by: {addresseeNumber: "\ud800"}) { id } }',
        r'{ resident(by: {addresseeNumber: "\u{0}"}) { id } }',
        "{ me { displayName } \x00 }",
    ):
        assert shared_service.ask("tax-clerk", query).status == 400


FOREIGN: Mapping[str, tuple[str, str, bytes, int]] = {
    "GET with a query": ("GET", "", b"", 405),
    "HEAD": ("HEAD", "", b"", 405),
    "PUT": ("PUT", "application/json", ME, 405),
    "DELETE": ("DELETE", "application/json", ME, 405),
    "OPTIONS": ("OPTIONS", "", b"", 405),
    "a method of nobody's": ("BREW", "application/json", ME, 405),
    "a form": ("POST", "application/x-www-form-urlencoded", b"query=%7Bme%7BdisplayName%7D%7D", 415),
    "plain text": ("POST", "text/plain", ME, 415),
    "multipart": ("POST", "multipart/form-data; boundary=x", b'--x\r\nname="operations"\r\n\r\n{}\r\n--x--', 415),
    "no content type": ("POST", "", ME, 415),
    "another character set": ("POST", "application/json; charset=shift_jis", ME, 415),
}


@pytest.mark.holds("B-06")
@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_a_browser_could_send_across_sites_is_refused(shared_service: Service, foreign: str) -> None:
    method, content_type, body, status = FOREIGN[foreign]
    headers = shared_service.headers("tax-clerk") | {"content-type": content_type}
    before = len(shared_service.ledger())
    with register_statements() as statements:
        answer = shared_service.send(
            method, "/graphql", body, {name: value for name, value in headers.items() if value}
        )
    assert answer.status == status
    if method != "HEAD":
        assert is_graphql_error(answer, "METHOD_NOT_ALLOWED" if status == 405 else "UNSUPPORTED_MEDIA_TYPE")
    assert status != 405 or answer.headers["allow"] == "POST"
    assert (statements, len(shared_service.ledger())) == ([], before)


@pytest.mark.holds("B-07")
@pytest.mark.parametrize(
    "address", ["/graphql?query={me{displayName}}", f"/graphql?number={ABSENT_NUMBER}", "/graphql?a"]
)
def test_an_address_with_a_query_string_is_refused(shared_service: Service, address: str) -> None:
    answer = shared_service.send("POST", address, ME, shared_service.headers("tax-clerk"))
    assert answer.status == 400
    assert is_graphql_error(answer, "BAD_REQUEST")


@pytest.mark.holds("B-07")
def test_a_number_in_the_address_is_neither_answered_nor_logged(
    wire: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for method in ("GET", "POST"):
            for path in ("/graphql", "/graphql/", "/graphiql/static/", "/health/live/", "/", "/residents/"):
                for address in (f"{path}?number={ABSENT_NUMBER}", f"{path}{ABSENT_NUMBER}"):
                    status, headers, body = raw(wire, f"{method} {address} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
                    assert 400 <= status < 500, (method, address)
                    assert ABSENT_NUMBER not in str(headers) + body.decode()
    assert ABSENT_NUMBER not in caplog.text + wire.everything_written()
    assert [record for record in caplog.records if record.name == "uvicorn.access"] == []


EVIL_HOSTS = ["evil/graphql?x=", "a@b", "a b", "a#b", "a\tb", "evil:80:80", "a,b", "[::1", "a\\b", "%2e%2e", "é"]


@pytest.mark.holds("B-11")
@pytest.mark.parametrize("host", EVIL_HOSTS)
def test_a_host_that_is_no_host_is_refused_everywhere(wire: Service, host: str) -> None:
    before = len(wire.ledger())
    status, headers, body = raw(wire, head(wire, "tax-clerk", len(ME), host=host) + ME)
    assert is_graphql_error(Answer(status, body, headers), "BAD_REQUEST")
    assert raw(wire, f"GET /health/live HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())[0] == 400
    assert (status, len(wire.ledger())) == (400, before)


@pytest.mark.holds("B-11")
def test_no_host_and_two_hosts_are_refused(wire: Service) -> None:
    request = head(wire, "tax-clerk", len(ME)) + ME
    for hosts in (b"", b"host: a\r\nhost: a\r\n"):
        assert raw(wire, request.replace(b"host: 127.0.0.1\r\n", hosts))[0] == 400


@pytest.mark.holds("B-11")
def test_a_host_changes_nothing_in_an_answer(wire: Service) -> None:
    answers = [raw(wire, head(wire, "tax-clerk", len(ME), host=host) + ME) for host in ("a", "evil.example:1", "[::1]")]
    assert {(status, body) for status, _, body in answers} == {(200, answers[0][2])}
    assert "evil" not in str(answers)


@pytest.mark.parametrize(
    ("accept", "answered"),
    [("", GRAPHQL), ("*/*", GRAPHQL), (GRAPHQL, GRAPHQL), ("application/json", "application/json")],
)
def test_the_answer_comes_in_the_media_type_that_was_asked_for(
    shared_service: Service, accept: str, answered: str
) -> None:
    good = shared_service.ask("tax-clerk", "{ me { displayName } }", accept=accept)
    bad = shared_service.ask("tax-clerk", "{ nothing }", accept=accept)
    assert [(one.status, one.headers["content-type"]) for one in (good, bad)] == [(200, answered), (400, answered)]


def test_an_answer_in_html_is_not_to_be_had(shared_service: Service) -> None:
    answer = shared_service.ask("tax-clerk", "{ me { displayName } }", accept="text/html")
    assert answer.status == 406
    assert is_graphql_error(answer, "NOT_ACCEPTABLE")
