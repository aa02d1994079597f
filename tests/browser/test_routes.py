"""GraphiQL's addresses, without a browser."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, parse, validate
from starlette.applications import Starlette

from api.pages.install_assets import STAMP, fingerprint
from api.pages.routes import example_operations, item_names, page_headers, page_routes
from tests.browser.fake_service import STAND_IN

COMMITTED = Path(__file__).parents[2] / "api" / "graphql" / "schema.graphql"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that counts as installed, with one script in it and a secret beside it."""
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / STAMP).write_text(fingerprint(), "utf-8")
    (assets / "graphiql.js").write_text("// GraphiQL", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    return assets


def get(assets: Path, path: str) -> httpx.Response:
    """What GraphiQL's routes answer to a path, with these assets."""
    return asyncio.run(_get(Starlette(routes=page_routes(STAND_IN, assets)), path))


async def _get(app: Starlette, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://daicho.test") as client:
        return await client.get(path)


def directives(policy: str) -> dict[str, str]:
    """A Content-Security-Policy, directive by directive."""
    return {name: sources for name, _, sources in (part.partition(" ") for part in policy.split("; "))}


def test_the_page_may_load_nothing_from_elsewhere_and_run_no_inline_script(installed: Path) -> None:
    answer = get(installed, "/graphiql")
    policy = directives(answer.headers["content-security-policy"])
    assert policy.pop("style-src").startswith("'self' 'nonce-")
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text


@pytest.mark.holds("D-08")
def test_the_page_is_kept_by_no_cache_and_sends_no_referrer(installed: Path) -> None:
    headers = get(installed, "/graphiql").headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.holds("D-08")
def test_every_field_of_the_page_refuses_to_be_completed_by_the_browser(installed: Path) -> None:
    fields = re.findall(r"<(?:input|select|textarea)[^>]*>", get(installed, "/graphiql").text)
    assert len(fields) == 6
    assert all('autocomplete="off"' in field for field in fields)


def test_each_page_has_its_own_nonce(installed: Path) -> None:
    first, second = (get(installed, "/graphiql") for _ in range(2))
    assert first.headers["content-security-policy"] != second.headers["content-security-policy"]
    assert "{nonce}" not in first.text


def test_the_nonce_of_the_page_is_that_of_its_policy() -> None:
    assert "style-src 'self' 'nonce-abc'" in page_headers("abc")["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/graphiql/assets/graphiql.js", "/graphiql/static/daicho.js"])
def test_files_are_never_sniffed_and_always_asked_for_again(installed: Path, path: str) -> None:
    answer = get(installed, path)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/graphiql/assets/..%2fsecret.txt",
        "/graphiql/assets/%2e%2e/secret.txt",
        "/graphiql/assets/..%5csecret.txt",
        "/graphiql/assets//etc/passwd",
        "/graphiql/static/..%2findex.html",
        "/graphiql/static/",
    ],
)
def test_no_path_leaves_the_folders(installed: Path, path: str) -> None:
    assert get(installed, path).status_code == 404


def test_a_link_out_of_the_folder_is_not_followed(installed: Path) -> None:
    (installed / "link.txt").symlink_to(installed.parent / "secret.txt")
    assert get(installed, "/graphiql/assets/link.txt").status_code == 404


def test_without_its_assets_the_page_says_how_to_install_them(tmp_path: Path) -> None:
    answer = get(tmp_path, "/graphiql")
    assert answer.status_code == 200
    assert "make install" in answer.text
    assert "インストール" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_schema_is_the_file_it_was_given(installed: Path) -> None:
    assert get(installed, "/graphiql/schema.graphql").text == STAND_IN.read_text("utf-8")


def test_the_guide_names_every_example_in_japanese_and_english(installed: Path) -> None:
    operations = get(installed, "/graphiql/guide.json").json()["operations"]
    assert len(operations) == 11
    assert all(operation["japanese"] and operation["english"] for operation in operations)


def test_the_guide_names_items_in_japanese() -> None:
    assert item_names()["individualNumber"] == "個人番号"
    assert item_names()["members"] == "世帯員"


@pytest.mark.parametrize("operation", example_operations(), ids=lambda operation: operation["name"])
def test_every_example_fits_the_schema(operation: dict[str, str]) -> None:
    schema = build_schema((COMMITTED if COMMITTED.is_file() else STAND_IN).read_text("utf-8"))
    assert validate(schema, parse(operation["document"])) == []
