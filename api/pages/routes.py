"""The pages' addresses: GraphiQL with its scripts and styles, the committed schema and its guide; the reviewers' page.

Nothing here knows a caller or a record. A page is fenced in by its Content-Security-Policy: it can run no script and
ask no server but ours.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.pages.install_assets import ASSETS, is_installed
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS

GRAPHIQL = Path(__file__).parent / "graphiql"
REVIEWER = Path(__file__).parent / "reviewer"

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FILE_HEADERS = ALWAYS | {"Cache-Control": "no-cache"}  # kept, but asked for again: an upgrade is seen at once


def page_headers(style_nonce: str = "") -> dict[str, str]:
    """The headers of a page: nothing from elsewhere, no inline script, in no frame, kept by no cache.

    GraphiQL's dialogs write a `<style>` element of their own to lock scrolling; `style_nonce` lets that one in, so that
    inline styles at large stay out. Without one, none is let in.
    """
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' 'nonce-{style_nonce}'" if style_nonce else "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    text = "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
    return ALWAYS | {"Content-Security-Policy": text, "Cache-Control": "no-store"}


def page_routes(schema_path: Path, assets: Path = ASSETS) -> list[BaseRoute]:
    """Where GraphiQL answers; without its assets, one page that says how to get them.

    `schema_path` is the committed schema, from which the page builds its explorer instead of by introspection.
    """
    if not is_installed(assets):
        return [Route("/graphiql", _page("missing.html"))]
    return [
        Route("/graphiql", _page("index.html")),
        Route("/graphiql/schema.graphql", _schema(schema_path)),
        Route("/graphiql/guide.json", _guide),
        Mount("/graphiql/static", _Files(directory=GRAPHIQL / "static")),
        Mount("/graphiql/assets", _Files(directory=assets)),
    ]


def reviewer_routes() -> list[BaseRoute]:
    """Where the reviewers' page answers. It shows nothing by itself: what it asks, it asks as a reviewer."""
    return [Route("/reviewer", _reviewer), Mount("/reviewer/static", _Files(directory=REVIEWER / "static"))]


async def _reviewer(_: Request) -> Response:
    return HTMLResponse((REVIEWER / "index.html").read_text("utf-8"), headers=page_headers())


def _page(name: str) -> Callable[[Request], Awaitable[Response]]:
    text = (GRAPHIQL / name).read_text("utf-8")

    async def page(_: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        return HTMLResponse(text.replace("{nonce}", nonce), headers=page_headers(nonce))

    return page


def _schema(path: Path) -> Callable[[Request], Awaitable[Response]]:
    async def schema(_: Request) -> Response:
        return FileResponse(path, media_type="text/plain; charset=utf-8", headers=FILE_HEADERS)

    return schema


async def _guide(_: Request) -> Response:
    return JSONResponse({"operations": example_operations(), "items": item_names()}, headers=FILE_HEADERS)


def example_operations() -> list[dict[str, str]]:
    """The examples in the order of their numbers: name, Japanese and English title (their first line), document."""
    return [_operation(path) for path in sorted((GRAPHIQL / "operations").glob("*.graphql"), key=_number)]


def _number(path: Path) -> int:
    return int(path.stem.partition("-")[0])


def _operation(path: Path) -> dict[str, str]:
    document = path.read_text("utf-8")
    japanese, _, english = document.splitlines()[0].removeprefix("# ").partition(" / ")
    return {"name": path.stem, "japanese": japanese, "english": english, "document": document}


def item_names() -> dict[str, str]:
    """The Japanese name of every item by its name in the schema."""
    items = (*RESIDENT_ITEMS.values(), *VERSION_ITEMS.values(), *HOUSEHOLD_ITEMS.values())
    return {item.graphql_name: item.japanese for item in items}


class _Files(StaticFiles):
    """Files of one folder, under the headers that all files have."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file with its headers; a path that leaves the folder is not found."""
        response = await super().get_response(path, scope)
        response.headers.update(FILE_HEADERS)
        return response
