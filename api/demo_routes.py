"""The demonstration's sign-in for GraphiQL: who can be tried, a token for one of them, values for the examples.

Only pages of this server on this machine may ask: a token must not reach a page from elsewhere that the same browser
has open, nor one whose name was made to point here (DNS rebinding).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.development_issuer import (
    DEMONSTRATION_CALLERS,
    LIFETIME_SECONDS,
    MUNICIPALITY_CODE,
    DemonstrationCaller,
    DevelopmentIssuer,
)
from api.sign_in import is_loopback_host
from domain.errors import Code, Refusal

_MAX_BODY_BYTES: Final = 1024
_FOREIGN: Final = (
    "The demonstration's tokens are for its own pages on this machine.",
    "デモ用トークンは、この端末上の本サービスの画面からのみ取得できます。",
)


Examples = Mapping[str, Mapping[str, object]]
"""Values for the variables of the example operations, by the variable's name."""


def demo_routes(
    issuer: DevelopmentIssuer,
    purpose_names: Mapping[str, str],
    now: Callable[[], float],
    known_examples: Examples = MappingProxyType({}),
) -> list[Route]:
    """`GET /demo/callers`, `POST /demo/tokens` and `GET /demo/examples`.

    What they refuse they raise as Refusal, for the app's one mapping. `purpose_names` gives a purpose's Japanese name
    by its code, `now` seconds since 1970.
    """

    async def callers(request: Request) -> JSONResponse:
        _check_own_page(request)
        return _answer([_described(caller, purpose_names) for caller in DEMONSTRATION_CALLERS])

    async def tokens(request: Request) -> JSONResponse:
        _check_own_page(request)
        name = await _name_asked_for(request)
        return _answer({"token": issuer.token_for(name, now()), "expiresIn": LIFETIME_SECONDS})

    async def examples(request: Request) -> JSONResponse:
        _check_own_page(request)
        return _answer({name: dict(value) for name, value in known_examples.items()})

    return [
        Route("/demo/callers", callers, methods=["GET"]),
        Route("/demo/tokens", tokens, methods=["POST"]),
        Route("/demo/examples", examples, methods=["GET"]),
    ]


def _described(caller: DemonstrationCaller, purpose_names: Mapping[str, str]) -> dict[str, object]:
    return {
        "name": caller.name,
        "displayName": caller.display_name,
        "department": caller.department,
        "municipality": MUNICIPALITY_CODE,
        "purposes": [{"code": code, "name": purpose_names[code]} for code in caller.purposes],
    }


def _check_own_page(request: Request) -> None:
    """By Host and Origin as they were sent, never by the address put together from them (CVE-2026-48710)."""
    hosts = request.headers.getlist("host")
    origins = request.headers.getlist("origin")
    if len(hosts) != 1 or not _is_this_machine(hosts[0]):
        raise Refusal(Code.BAD_REQUEST, detail=_FOREIGN)
    if any(origin != f"http://{hosts[0]}" for origin in origins):
        raise Refusal(Code.BAD_REQUEST, detail=_FOREIGN)


def _is_this_machine(host: str) -> bool:
    """Whether a Host header is a loopback name with or without a port, and nothing more."""
    try:
        parts = urlsplit(f"//{host}")
        return parts.netloc == host and "@" not in host and is_loopback_host(parts.hostname)
    except ValueError:
        return False


async def _name_asked_for(request: Request) -> str:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(Code.UNSUPPORTED_MEDIA_TYPE)
    match _parsed(await _body(request)):
        case {"as": str(name), **rest} if not rest:
            return name
        case _:
            raise Refusal(Code.INVALID_INPUT, names=("as",))


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            raise Refusal(Code.BODY_TOO_LARGE)
    return bytes(body)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(Code.BAD_REQUEST) from None


def _answer(content: object) -> JSONResponse:
    return JSONResponse(content, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
