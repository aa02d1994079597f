"""HTTP manners for every address: a plain Host, errors as GraphQL error bodies, headers that all answers have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.graphql import problems
from api.graphql.requests import GRAPHQL_JSON, valid_host
from domain.errors import Code, Refusal

CODES = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED}


def problem_response(
    refusal: Refusal, headers: Mapping[str, str] | None = None, request_id: str | None = None
) -> Response:
    """A refusal as an HTTP answer of its own, with a request id; `headers` are told beside those of its code."""
    request_id = request_id or str(uuid4())
    content = problems.body([problems.from_refusal(refusal, request_id)])
    always = {"Cache-Control": "no-store", "Daicho-Request-Id": request_id, "X-Content-Type-Options": "nosniff"}
    headers = {**always, **problems.HEADERS.get(refusal.code, {}), **(headers or {})}
    return Response(orjson.dumps(content), problems.STATUS[refusal.code], headers, GRAPHQL_JSON)


async def answer_refusal(_request: Request, refusal: Exception) -> Response:
    """Starlette's handler for a refusal that a page raises, and for any other failure: INTERNAL."""
    return problem_response(refusal if isinstance(refusal, Refusal) else Refusal(Code.INTERNAL))


async def answer_http_exception(_request: Request, error: Exception) -> Response:
    """Starlette's handler for what it refuses itself (no such address, wrong method: `Allow` tells the right ones)."""
    if not isinstance(error, HTTPException):
        return problem_response(Refusal(Code.INTERNAL))
    status = error.status_code
    code = CODES.get(status, Code.INTERNAL if status >= 500 else Code.BAD_REQUEST)  # noqa: PLR2004 - where HTTP's own errors begin
    return problem_response(Refusal(code), error.headers)


class PlainHost:
    """Refuses a request whose Host is anything but a host and a port, before any route sees it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _has_plain_host(scope):
            await self._app(scope, receive, send)
        else:
            await problem_response(Refusal(Code.BAD_REQUEST, names=("host",)))(scope, receive, send)


def _has_plain_host(scope: Scope) -> bool:
    headers: Any = scope["headers"]
    hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
    return len(hosts) == 1 and valid_host(hosts[0])
