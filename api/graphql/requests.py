"""The HTTP edge of a GraphQL request: method, headers and body, checked strictly, become a `GraphQLRequest`.

GraphQL over HTTP, narrowed: POST only, JSON in UTF-8 only, one operation, no batch. A browser cannot send such a
request across sites without asking first (CORS preflight), so nothing here needs a token against forgery. Errors are
`Refusal`s; they name parameters of the protocol, never what was sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import orjson
from starlette.requests import ClientDisconnect, Request

from domain.errors import Code, Refusal

MAX_BODY: Final = 1024 * 1024
"""Bytes of a request's body: a form whose one field holds 100,000 characters is still refused by that field's name."""
MAX_QUERY: Final = 16 * 1024
"""Bytes of the document in UTF-8."""
MAX_JSON_DEPTH: Final = 32
"""Objects and lists within one another, the outermost counted."""

GRAPHQL_JSON: Final = "application/graphql-response+json"
PLAIN_JSON: Final = "application/json"

_PARAMETERS: Final = frozenset({"query", "operationName", "variables", "extensions"})
_JSON_IN_UTF8: Final = re.compile(r'application/json(?:[ \t]*;[ \t]*charset=("?)utf-8\1)?', re.IGNORECASE)
_QUALITY: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a caller asks: a document, which operation of it, and the values of its variables. None of it prints."""

    query: str = field(repr=False)
    operation_name: str | None = field(repr=False, default=None)
    variables: Mapping[str, Any] = field(repr=False, default_factory=dict)


def valid_host(value: str | None) -> bool:
    """Whether a Host header is a plain host with or without a port: no path, no query, no user, no white space."""
    return value is not None and _HOST.fullmatch(value) is not None


def check_head(method: str, headers: Mapping[str, str]) -> str:
    """Check what comes before the body; return the media type to answer in.

    Raises `METHOD_NOT_ALLOWED`, `NOT_ACCEPTABLE`, `UNSUPPORTED_MEDIA_TYPE`. Header names are lower case, or the mapping
    does not mind (Starlette's).
    """
    if method != "POST":
        raise Refusal(Code.METHOD_NOT_ALLOWED)
    answer = answer_type(headers.get("accept"))
    if not _JSON_IN_UTF8.fullmatch(headers.get("content-type", "").strip()):
        raise Refusal(Code.UNSUPPORTED_MEDIA_TYPE)
    return answer


def answer_type(accept: str | None) -> str:
    """The media type to answer in (RFC 9110 12.5.1): of equals, and where nothing is said, GraphQL's own.

    Raises `NOT_ACCEPTABLE`.
    """
    if accept is None or not accept.strip():
        return GRAPHQL_JSON
    wanted = dict(filter(None, map(_media_range, accept.lower().split(","))))
    best = max((GRAPHQL_JSON, PLAIN_JSON), key=lambda offered: _quality(offered, wanted))
    if not _quality(best, wanted):
        raise Refusal(Code.NOT_ACCEPTABLE)
    return best


async def bounded_body(request: Request) -> bytes:
    """The body, read no further than `MAX_BODY`, whatever Content-Length says.

    Raises `BODY_TOO_LARGE`, and `BAD_REQUEST` where the client hangs up before its end.
    """
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > MAX_BODY:
                raise Refusal(Code.BODY_TOO_LARGE)
    except ClientDisconnect as error:
        raise Refusal(Code.BAD_REQUEST) from error
    return bytes(content)


def parse_body(content: bytes) -> GraphQLRequest:
    """Read a request's JSON. Raises `BAD_REQUEST`, and `LIMIT_EXCEEDED` for a document that is too long."""
    parameters = _strict_json(content)
    if not isinstance(parameters, dict):
        raise _bad(
            "The body is one JSON object; batches are not served.", "本文は1つのJSONオブジェクトとしてください。"
        )
    if not parameters.keys() <= _PARAMETERS:
        raise _bad("The body has a parameter that GraphQL over HTTP does not know.", "未知のパラメーターがあります。")
    _typed(parameters, "extensions", dict)
    return GraphQLRequest(
        query=_document(parameters),
        operation_name=_typed(parameters, "operationName", str),
        variables=_typed(parameters, "variables", dict) or {},
    )


def _media_range(text: str) -> tuple[str, float] | None:
    """A range of an Accept header with its quality; None where another character set is asked for."""
    name, *parameters = (part.strip() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        if parameter.startswith("charset=") and parameter.removeprefix("charset=").strip('"') != "utf-8":
            return None
        if parameter.startswith("q="):
            given = _QUALITY.fullmatch(parameter)
            quality = float(given[1]) if given else 0.0
    return name, quality


def _quality(offered: str, wanted: Mapping[str, float]) -> float:
    """How much a media type is wanted; the most specific range that matches it decides."""
    ranges = (offered, "application/*", "*/*")
    return next((wanted[name] for name in ranges if name in wanted), 0.0)


def _strict_json(content: bytes) -> Any:
    """JSON that every parser reads alike.

    orjson refuses broken UTF-8, byte order marks, lone surrogates, NaN and infinities, and is not exhausted by depth;
    the standard library, second, sees duplicate keys and keeps large integers exact.
    """
    if b"\\u0000" in content:  # also where GraphQL, not JSON, would unescape it: PostgreSQL holds no such character
        raise _bad("Texts may not hold the character U+0000.", "文字 U+0000 は使用できません。")
    try:
        shape = orjson.loads(content)
    except orjson.JSONDecodeError:
        # `from None`: the parser's message quotes what was sent.
        raise _bad("The body is not JSON in UTF-8.", "本文がUTF-8のJSONではありません。") from None
    if not _within_depth(shape):
        raise _bad("The body is nested too deeply.", "本文の入れ子が深すぎます。")
    return json.loads(content.decode(), object_pairs_hook=_without_duplicates)


def _within_depth(value: object) -> bool:
    level = [value]
    for _ in range(MAX_JSON_DEPTH + 1):
        nested = [item for item in level if isinstance(item, (dict, list))]
        if not nested:
            return True
        level = [child for item in nested for child in (item.values() if isinstance(item, dict) else item)]
    return False


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _bad("A JSON object has the same key twice.", "JSONオブジェクトに重複したキーがあります。")
    return found


def _document(parameters: Mapping[str, Any]) -> str:
    query = _typed(parameters, "query", str)
    if query is None:
        raise _mistyped("query")
    if len(query.encode()) > MAX_QUERY:
        text = (f"The document is longer than {MAX_QUERY} bytes.", f"GraphQL文書が{MAX_QUERY}バイトを超えています。")
        raise Refusal(Code.LIMIT_EXCEEDED, names=("query",), detail=text)
    return query


def _typed(parameters: Mapping[str, Any], name: str, kind: type[_T]) -> _T | None:
    value = parameters.get(name)
    if value is not None and not isinstance(value, kind):
        raise _mistyped(name)
    return value


def _mistyped(name: str) -> Refusal:
    text = (f"The parameter '{name}' is missing or of the wrong type.", f"パラメーター {name} がないか、型が違います。")
    return Refusal(Code.BAD_REQUEST, names=(name,), detail=text)


def _bad(english: str, japanese: str) -> Refusal:
    return Refusal(Code.BAD_REQUEST, detail=(english, japanese))
