"""The reviewers' page as a whole: who gets in, its languages, and whether everybody can use it."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from playwright.sync_api import Browser
from starlette.applications import Starlette

from api.pages.routes import REVIEWER, reviewer_routes
from tests.browser.conftest import OpenReviewer
from tests.browser.fake_reviewing import SUBJECT, TOKEN
from tests.browser.reviewer_page import Reviewer
from tests.browser.test_routes import directives

VIEWS = ("policy", "ledger", "reports", "statement", "proof")


def get(path: str) -> httpx.Response:
    """What the page's routes answer."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=Starlette(routes=reviewer_routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://daicho.test") as client:
            return await client.get(path)

    return asyncio.run(asked())


def fill_every_view(reviewer: Reviewer) -> None:
    """Bring everything onto the page that it can show."""
    reviewer.page.check("#facts-protected")
    reviewer.cell("currentAddress", 1).click()
    reviewer.page.click("details.folded summary")
    reviewer.see("ledger")
    reviewer.page.locator("tr[data-position] button").nth(1).click()
    reviewer.page.click(".chart details >> nth=0")
    reviewer.see("reports")
    reviewer.page.click("#reports .do")
    reviewer.page.wait_for_selector(".report")
    reviewer.see("statement")
    reviewer.make_statement(SUBJECT)
    reviewer.see("proof")


def test_the_page_is_fenced_in_tighter_than_graphiql() -> None:
    answer = get("/reviewer")
    policy = directives(answer.headers["content-security-policy"])
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*src)|\sstyle=|\son\w+=", answer.text)


@pytest.mark.parametrize("path", ["/reviewer/static/..%2findex.html", "/reviewer/static/", "/reviewer/index.html"])
def test_no_path_leaves_its_folder(path: str) -> None:
    assert get(path).status_code == 404


@pytest.mark.holds("D-08")
def test_no_field_is_completed_by_the_browser() -> None:
    source = get("/reviewer").text + "".join(one.read_text("utf-8") for one in (REVIEWER / "static").glob("*.js"))
    fields = re.findall(r"<(?:input|select|textarea)[^>]*>", source)
    assert fields
    assert all('autocomplete="off"' in one for one in fields)
    made = re.findall(r'element\("(?:input|select)", \{.*?\}', source, re.DOTALL)
    assert made
    assert all('autocomplete: "off"' in one for one in made)


def test_only_reviewers_are_offered_and_the_first_is_let_in(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    assert reviewer.page.locator("#caller option").all_inner_texts() == ["点検 桜子（見本）"]


def test_outside_the_demonstration_a_token_is_typed_in(
    reviewed_without_demonstration: str, open_reviewer: OpenReviewer
) -> None:
    reviewer = open_reviewer(reviewed_without_demonstration, until="#own-token:not([hidden])")
    reviewer.page.fill("#token", "another")
    reviewer.page.click("#own-token button")
    reviewer.page.wait_for_selector("#notice.problem")
    assert "有効なトークンが必要です。 (UNAUTHENTICATED)" in reviewer.page.inner_text("#notice")
    assert reviewer.page.inner_text("#policy") == ""
    reviewer.page.fill("#token", TOKEN)
    reviewer.page.click("#own-token button")
    reviewer.page.wait_for_selector(".matrix")


def test_the_page_speaks_one_language_at_a_time(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.cell("individualNumber", 2).click()
    reviewer.page.click("#english")
    assert reviewer.page.get_attribute("html", "lang") == "en"
    assert "Individual Number × election" in reviewer.why()
    assert reviewer.cell("individualNumber", 2).get_attribute("aria-label") == (
        "election, Individual Number, masked, number-masked"
    )
    reviewer.page.click("#japanese")
    assert "個人番号 × 選挙人名簿" in reviewer.why()


def test_a_browser_in_another_language_begins_in_english(reviewed: str, browser: Browser) -> None:
    with browser.new_context(locale="fr-FR") as context:
        reviewer = Reviewer(context.new_page(), reviewed).open()
        assert reviewer.page.title() == "daicho · Reviewer's desk"


def test_tabs_are_walked_by_arrow_keys(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.page.focus("#tab-policy")
    seen = []
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"):
        reviewer.page.keyboard.press(key)
        seen.append(reviewer.focused())
    walked = ["ledger", "reports", "statement", "proof", "policy", "proof", "policy"]
    assert seen == [f"tab-{view}" for view in walked]
    assert reviewer.page.get_attribute("#tab-policy", "aria-selected") == "true"
    assert [view for view in VIEWS if reviewer.page.is_visible(f"#{view}")] == ["policy"]


@pytest.mark.parametrize("language", ["japanese", "english"])
def test_every_control_has_a_name_and_every_text_a_contrast(
    reviewed: str, open_reviewer: OpenReviewer, language: str
) -> None:
    reviewer = open_reviewer(reviewed)
    fill_every_view(reviewer)
    reviewer.page.click(f"#{language}")
    for view in VIEWS:
        reviewer.see(view)
        assert reviewer.nameless() == []
        assert reviewer.faint() == []


def test_the_focus_is_seen_wherever_it_goes(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    for _ in range(25):
        reviewer.page.keyboard.press("Tab")
        width = reviewer.page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 2 or reviewer.focused() in ("", "views")


@pytest.mark.parametrize("width", [720, 320], ids=["at 200 % zoom", "narrow"])
@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_the_page_fits_where_there_is_less_room(reviewed: str, browser: Browser, width: int, locale: str) -> None:
    with browser.new_context(viewport={"width": width, "height": 600}, locale=locale) as context:
        reviewer = Reviewer(context.new_page(), reviewed).open()
        fill_every_view(reviewer)
        for view in VIEWS:
            reviewer.see(view)
            assert reviewer.sticks_out() <= 0, view


def test_nothing_is_asked_of_anybody_else_nothing_kept_and_nothing_complained_of(
    reviewed: str, open_reviewer: OpenReviewer
) -> None:
    reviewer = open_reviewer(reviewed)
    fill_every_view(reviewer)
    assert reviewer.elsewhere == []
    assert reviewer.complaints == []
    kept = "[localStorage.length, sessionStorage.length, document.cookie]"
    assert reviewer.page.evaluate(kept) == [0, 0, ""]
