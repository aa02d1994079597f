"""What is left in the browser when the page is closed, in a profile on disk as a person has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.chromium import GraphiQL, chromium_with
from tests.browser.fake_service import NUMBER

NAME = "佐藤　見本"
TYPED = '{ residents(where: { fullName: "佐藤　見" }) { edges { node { fullName individualNumber } } } }'


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where the browser keeps what it keeps."""
    return tmp_path / "profile"


@pytest.fixture
def context(all_is_here: None, profile: Path) -> Iterator[BrowserContext]:
    """A browser with that profile."""
    with chromium_with(profile) as opened:
        yield opened


@pytest.mark.holds("D-08")
def test_the_browser_keeps_no_answer_no_question_and_no_token(
    fake: str, context: BrowserContext, profile: Path
) -> None:
    graphiql = GraphiQL(context.new_page(), fake).open()
    graphiql.write(TYPED)
    answer = graphiql.run_as("tax-clerk")
    assert NUMBER in answer
    assert NAME in answer
    assert kept_by(graphiql.page) == {"local": 0, "session": 0, "cookie": "", "databases": 0, "caches": 0}
    context.close()
    assert found_under(profile, NUMBER, "佐藤　見", "token-for-tax-clerk") == []


@pytest.mark.holds("D-08")
def test_a_token_typed_in_is_not_kept(fake_without_demonstration: str, context: BrowserContext, profile: Path) -> None:
    graphiql = GraphiQL(context.new_page(), fake_without_demonstration).open()
    graphiql.page.fill("#token", "token-for-tax-clerk")
    graphiql.page.fill("#purpose-code", "local_tax")
    assert "佐藤" in graphiql.run()
    graphiql.page.reload()
    assert graphiql.page.input_value("#token") == ""
    context.close()
    assert found_under(profile, "token-for-tax-clerk") == []


def test_the_search_of_a_profile_finds_what_a_page_does_keep(fake: str, context: BrowserContext, profile: Path) -> None:
    graphiql = GraphiQL(context.new_page(), fake).open()
    graphiql.page.evaluate("name => localStorage.setItem('kept', name)", NAME)
    graphiql.page.goto("about:blank")
    context.close()
    assert found_under(profile, NAME)


def kept_by(page: Page) -> object:
    """What the page's origin has in the browser's stores."""
    return page.evaluate(
        """async () => ({
          local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
          databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length })"""
    )


def found_under(profile: Path, *texts: str) -> list[tuple[str, str]]:
    """The files of a profile that hold one of the texts, in either of Chromium's encodings."""
    files = [path for path in profile.rglob("*") if path.is_file()]
    return [(path.name, text) for path in files for text in texts if holds(path.read_bytes(), text)]


def holds(content: bytes, text: str) -> bool:
    """Whether a file's content has the text in it."""
    return text.encode() in content or text.encode("utf-16-le") in content
