"""A resident's own statement on the reviewers' page."""

from __future__ import annotations

import json

from tests.browser.conftest import OpenReviewer
from tests.browser.fake_reviewing import SUBJECT

ANOTHER = "9999999999"


def test_nothing_is_asked_before_a_number_is_given(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "statement")
    reviewer.page.click("#statement .do")
    assert f"{reviewed}/graphql" not in reviewer.requested
    assert reviewer.page.evaluate("document.activeElement.name") == "subject"


def test_who_used_the_record_is_told_and_what_the_law_keeps_back_is_counted(
    reviewed: str, open_reviewer: OpenReviewer
) -> None:
    reviewer = open_reviewer(reviewed, "statement")
    reviewer.make_statement(SUBJECT)
    told = reviewer.page.inner_text(".statement")
    assert "利用は 2 件、ほかに法律によりお知らせできない利用が 1 件" in told
    first, second = reviewer.page.locator(".statement tbody tr").all_inner_texts()
    for expected in ("財政部市民税課 · 本庁舎2階", "あなたの記録を見ました。", "住基法第1条", "氏名、現住所", "あり"):
        assert expected in first
    assert "一括処理で使いました。" in second


def test_no_number_is_in_an_address_and_none_is_in_a_files_name(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "statement")
    with reviewer.page.expect_request("**/graphql") as asked:
        reviewer.make_statement(SUBJECT)
    assert json.loads(asked.value.post_data or "")["variables"]["subject"] == SUBJECT
    assert reviewer.page.url == f"{reviewed}/reviewer#statement"
    assert not [url for url in reviewer.requested if SUBJECT in url]
    saved = {"印刷用ページを保存": "daicho-statement.html", "CSV を保存": "daicho-statement.csv"}
    for button, name in saved.items():
        with reviewer.page.expect_download() as download:
            reviewer.page.click(f".statement >> text={button}")
        assert download.value.suggested_filename == name


def test_the_saved_files_are_what_was_answered(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "statement")
    reviewer.make_statement(SUBJECT)
    with reviewer.page.expect_download() as page:
        reviewer.page.click("text=印刷用ページを保存")
    assert page.value.path().read_text("utf-8").startswith("<!DOCTYPE html>")
    with reviewer.page.expect_download() as csv:
        reviewer.page.click("text=CSV を保存")
    assert csv.value.path().read_text("utf-8-sig") == "いつ,何を"


def test_nobodys_statement_is_left_where_anothers_is_refused(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "statement")
    reviewer.make_statement(SUBJECT)
    reviewer.page.fill("#statement [name=subject]", ANOTHER)
    reviewer.page.click("#statement .do")
    reviewer.page.wait_for_selector("#notice.problem")
    assert "宛名番号の形式が正しくありません。 (INVALID_VALUE)" in reviewer.page.inner_text("#notice")
    assert not reviewer.page.query_selector(".statement")


def test_whoever_comes_next_sees_no_statement(reviewed_without_demonstration: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed_without_demonstration, "statement", "#own-token:not([hidden])")
    for _ in range(2):
        reviewer.page.fill("#token", "token-for-reviewer")
        reviewer.page.click("#own-token button")
        reviewer.page.wait_for_selector("#statement form")
        assert not reviewer.page.query_selector(".statement")
        assert reviewer.page.input_value("#statement [name=subject]") == ""
        reviewer.make_statement(SUBJECT)
