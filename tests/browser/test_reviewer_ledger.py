"""The ledger, its analyses and its proof on the reviewers' page."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Request

from tests.browser.conftest import OpenReviewer
from tests.browser.fake_reviewing import MONTH, NOTE, PAGE
from tests.browser.reviewer_page import Reviewer


def search(reviewer: Reviewer, **fields: str) -> None:
    """Fill in the filters, and look."""
    for name, value in fields.items():
        reviewer.page.fill(f"#ledger [name={name}]", value)
    with reviewer.page.expect_response(lambda response: "ledgerEntries" in (response.request.post_data or "")):
        reviewer.page.click("#ledger .do")
    reviewer.page.wait_for_selector("#notice:empty", state="attached")


def variables(request: Request) -> dict[str, Any]:
    """The variables of a request."""
    found: dict[str, Any] = json.loads(request.post_data or "")["variables"]
    return found


def test_entries_stand_newest_first_and_unfold(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "ledger")
    shown = reviewer.page.locator("tr[data-position]")
    assert shown.count() == PAGE
    assert shown.first.get_attribute("data-position") == str(len(MONTH) - 1)
    unfold = shown.nth(1).locator("button")
    assert unfold.get_attribute("aria-expanded") == "false"
    unfold.click()
    assert unfold.get_attribute("aria-expanded") == "true"
    told = reviewer.page.inner_text("tr.all:not([hidden])")
    for expected in ("request-118", "1000000118", "full_name", "default", "支援措置"):
        assert expected in told


def test_pages_go_back_and_forth(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "ledger")
    first = reviewer.page.locator("tr[data-position]").first
    assert reviewer.page.is_disabled(".pager >> nth=0 >> text=新しい記録")
    reviewer.page.click(".pager >> nth=0 >> text=前の記録")
    reviewer.page.wait_for_selector("text=2 ページ目 >> nth=0")
    assert first.get_attribute("data-position") == str(len(MONTH) - 1 - PAGE)
    reviewer.page.click(".pager >> nth=0 >> text=新しい記録")
    reviewer.page.wait_for_selector("text=1 ページ目 >> nth=0")
    assert first.get_attribute("data-position") == str(len(MONTH) - 1)


def test_filters_are_asked_for_and_stand_in_no_address(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "ledger")
    with reviewer.page.expect_request(lambda request: "ledgerEntries" in (request.post_data or "")) as asked:
        search(reviewer, staffNumber="DEMO-1002", subject="1000000017")
    assert variables(asked.value)["filter"].items() >= {"staffNumber": "DEMO-1002", "subject": "1000000017"}.items()
    assert "DEMO-1001" not in reviewer.page.inner_text("table.entries")
    assert reviewer.page.url == f"{reviewed}/reviewer#ledger"
    assert not [url for url in reviewer.requested if "1000000017" in url]


def test_one_kind_is_looked_for(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "ledger")
    reviewer.page.select_option("#ledger [name=kind]", "CHANGE")
    search(reviewer)
    assert set(reviewer.page.locator("table.entries .kind").all_inner_texts()) == {"異動"}


def test_charts_are_drawings_with_a_name_and_the_same_as_a_table(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "ledger")
    search(reviewer, **{"from": "2026-11-01", "to": "2026-11-26"})
    names = [one.get_attribute("aria-label") for one in reviewer.page.locator("svg[role=img]").all()]
    assert names == ["日ごとの記録: 合計 120 件", "時間帯ごとの記録: 合計 120 件"]
    reviewer.page.click(".chart details >> nth=1")
    rows = reviewer.page.locator(".chart details >> nth=1 >> tbody tr")
    assert rows.count() == 24
    drawn = reviewer.page.locator(".chart >> nth=1 >> rect[data-series]")
    assert drawn.count() == sum(cell != "0" for row in rows.all() for cell in row.locator("td").all_inner_texts())


def test_an_analysis_is_asked_for_only_when_it_is_chosen(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "reports")
    assert f"{reviewed}/graphql" not in reviewer.requested
    reviewer.page.click("#reports .do")
    reviewer.page.wait_for_selector(".report")
    assert "1 件が該当（記録 120 件を確認）" in reviewer.page.inner_text(".found")
    assert "深夜の利用" in reviewer.page.inner_text(".report table.entries")


def test_an_analysis_without_findings_says_so(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "reports")
    reviewer.page.select_option("#reports [name=analysis]", "COLLEAGUES")
    reviewer.page.click("#reports .do")
    reviewer.page.wait_for_selector(".report")
    assert "該当はありません" in reviewer.page.inner_text(".found")


def test_a_finding_leads_to_its_entries(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "reports")
    reviewer.page.click("#reports .do")
    with reviewer.page.expect_request(lambda request: "ledgerEntries" in (request.post_data or "")) as asked:
        reviewer.page.click("text=記録を見る")
    wanted = {"staffNumber": "DEMO-1002", "from": "2026-11-07", "to": "2026-11-07", "subject": "1000000001"}
    assert variables(asked.value)["filter"] == wanted
    reviewer.page.wait_for_selector("#ledger:not([hidden]) table.entries")


def test_findings_are_saved_as_a_file(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "reports")
    reviewer.page.click("#reports .do")
    with reviewer.page.expect_download() as saved:
        reviewer.page.click("text=CSV を保存")
    assert saved.value.suggested_filename == "daicho-out_of_hours.csv"
    assert saved.value.path().read_text("utf-8-sig") == "a,b"


def test_the_proof_tells_what_is_signed_and_who_has_it(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "proof")
    told = reviewer.page.inner_text("#proof")
    for expected in ("120", "118", "署名待ち 2 件", "cd" * 32, "file:///var/lib/daicho/checkpoints.jsonl"):
        assert expected in told
    assert reviewer.page.inner_text("#proof pre >> nth=0").strip() == NOTE.strip()


def test_a_proof_that_stopped_is_told_as_that(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed, "reports")
    code = {"code": "LEDGER_UNAVAILABLE", "messageJa": "保存できない状態が続いています。"}
    body = json.dumps({"errors": [{"message": "No place outside has it.", "extensions": code}]})
    reviewer.page.route("**/graphql", lambda route: route.fulfill(status=503, body=body))
    reviewer.see("proof")
    told = reviewer.page.inner_text(".headline.stopped")
    assert "開示を停止しています" in told
    assert "保存できない状態が続いています。" in told
