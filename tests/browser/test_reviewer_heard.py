"""The reviewers' page for who does not see it: what is on it, what is read out as things happen, where one is then."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import SCREEN
from tests.browser.conftest import OpenReviewer
from tests.browser.fake_reviewing import SUBJECT
from tests.browser.listening import faults, heard, listen
from tests.browser.reviewer_page import Reviewer
from tests.browser.test_reviewer_page import VIEWS, fill_every_view

EXPECTED = Path(__file__).parent / "heard"
"""What is told of each view, `{日本語|English}` where it goes by the language."""
LANGUAGES = ("japanese", "english")


def told(name: str, language: str) -> str:
    """What a screen reader must be told (as Playwright writes it); more may be there."""
    of_both = (EXPECTED / f"{name}.yaml").read_text("utf-8")
    return re.sub(r"\{(.+?)\|(.+?)\}", lambda found: found[1 + LANGUAGES.index(language)], of_both)


def every_view(reviewer: Reviewer, language: str) -> Iterator[str]:
    """View by view, with all that it can show, unfolded."""
    fill_every_view(reviewer)
    reviewer.page.click(f"#{language}")
    for view in VIEWS:
        reviewer.see(view)
        if view == "ledger":
            reviewer.page.locator("tr[data-position] button").nth(1).click()
        reviewer.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        yield view


@pytest.fixture
def listening(reviewed: str, browser: Browser) -> Reviewer:
    """The page, not opened yet, with somebody who listens."""
    page = browser.new_page(viewport=SCREEN, locale="ja-JP")
    listen(page)
    return Reviewer(page, reviewed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_is_told_every_role_name_state_and_heading(
    reviewed: str, open_reviewer: OpenReviewer, language: str
) -> None:
    reviewer = open_reviewer(reviewed)
    for view in every_view(reviewer, language):
        body = reviewer.page.locator("body")
        expect(body).to_match_aria_snapshot(told("every-view", language))
        expect(body).to_match_aria_snapshot(told(view, language))
        expect(reviewer.page.locator("[role=tab][aria-selected=true]")).to_have_id(f"tab-{view}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_wrong_with_any_view(reviewed: str, open_reviewer: OpenReviewer, language: str) -> None:
    reviewer = open_reviewer(reviewed)
    for view in every_view(reviewer, language):
        assert faults(reviewer.page) == [], view


def test_axe_finds_nothing_wrong_at_the_door_and_where_somebody_is_refused(
    reviewed_without_demonstration: str, open_reviewer: OpenReviewer
) -> None:
    reviewer = open_reviewer(reviewed_without_demonstration, until="#own-token:not([hidden])")
    assert faults(reviewer.page) == []
    reviewer.page.click("#own-token button")
    reviewer.page.wait_for_selector("#notice.problem")
    assert faults(reviewer.page) == []


def test_axe_would_find_a_field_without_a_name(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "statement")
    reviewer.page.evaluate("document.querySelector('#statement label span').remove()")
    assert [fault.split(":")[0] for fault in faults(reviewer.page)] == ["label"]


def test_loading_and_what_came_of_it_is_read_out(listening: Reviewer) -> None:
    page = listening.open().page
    loading, result = heard(page)
    assert loading.startswith("権限の表を読み込んでいます")
    assert result == "5 項目 × 3 事務、表示 10、伏字 1、非開示 4"
    page.check("#facts-protected")
    assert heard(page) == ["5 項目 × 3 事務、表示 8、伏字 1、非開示 6"]
    listening.see("ledger")
    assert heard(page) == ["読み込み中…", "50 件を表示・1 ページ目"]
    page.click(".pager >> nth=0 >> text=前の記録")
    page.wait_for_selector("text=2 ページ目 >> nth=0")
    assert heard(page) == ["読み込み中…", "50 件を表示・2 ページ目"]
    listening.see("reports")
    page.click("#reports .do")
    page.wait_for_selector(".report")
    assert heard(page)[-1] == "1 件が該当（記録 120 件を確認）"
    listening.see("statement")
    listening.make_statement(SUBJECT)
    assert heard(page)[-1] == "利用は 2 件、ほかに法律によりお知らせできない利用が 1 件"
    listening.see("proof")
    assert heard(page) == ["読み込み中…", "記録は署名され、データベース外に控えがあります"]


def test_a_refusal_is_read_out(listening: Reviewer) -> None:
    page = listening.open("statement").page
    page.click("#english")
    heard(page)
    page.fill("#statement [name=subject]", "9999999999")
    page.click("#statement .do")
    page.wait_for_selector("#notice.problem")
    assert heard(page) == ["Loading…", "That is no addressee number. (INVALID_VALUE)"]


def test_what_came_of_one_view_is_not_told_in_another(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "proof")
    assert reviewer.page.inner_text("#result")
    reviewer.see("reports")
    assert reviewer.page.inner_text("#result") == ""


@pytest.mark.parametrize(
    ("view", "control"),
    [("ledger", ".do"), ("ledger", ".pager button:enabled"), ("reports", ".do"), ("proof", ".headline button")],
)
def test_who_works_by_keys_stays_where_she_is_when_a_view_is_drawn_anew(
    reviewed: str, open_reviewer: OpenReviewer, view: str, control: str
) -> None:
    reviewer = open_reviewer(reviewed, view)
    before = reviewer.page.locator(f"#{view} {control}").first
    before.focus()
    name = before.inner_text()
    with reviewer.page.expect_response("**/graphql"):
        reviewer.page.keyboard.press("Enter")
    reviewer.page.wait_for_selector("#result:not(:empty)", state="attached")
    assert reviewer.page.evaluate("document.activeElement.innerText") == name


def test_who_was_at_what_is_gone_is_in_the_view(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "ledger")
    later = reviewer.page.locator(".pager button").nth(0)
    reviewer.page.locator(".pager button").nth(1).click()
    reviewer.page.wait_for_selector("text=2 ページ目 >> nth=0")
    later.focus()
    reviewer.page.keyboard.press("Enter")
    reviewer.page.wait_for_selector("text=1 ページ目 >> nth=0")
    assert later.is_disabled()
    assert reviewer.focused() == "ledger"
