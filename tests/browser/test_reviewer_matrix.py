"""The matrix on the reviewers' page: what it shows, how it is filtered, walked and followed to the policy's text."""

from __future__ import annotations

import pytest

from authz.policy import POLICY_FILE
from tests.browser.conftest import OpenReviewer
from tests.browser.fake_reviewing import line_of


def test_every_cell_has_a_letter_and_a_name_that_says_all(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    assert reviewer.letters("individualNumber") == "SSM"
    assert reviewer.letters("registeredDomicile") == "SWW"
    assert reviewer.cell("individualNumber", 2).get_attribute("aria-label") == (
        "選挙人名簿、個人番号、伏字、number-masked"
    )


def test_a_fact_changes_its_cells_and_marks_them(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    assert reviewer.letters("currentAddress") == "SSS"
    reviewer.page.check("#facts-protected")
    assert reviewer.letters("currentAddress") == "SWW"
    assert "changed" in str(reviewer.cell("currentAddress", 1).get_attribute("class"))
    assert "changed" not in str(reviewer.cell("currentAddress", 0).get_attribute("class"))
    reviewer.page.check("#facts-released")
    assert reviewer.letters("currentAddress") == "SSS"


def test_only_a_protected_record_is_released(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.page.check("#facts-released")
    assert reviewer.page.is_checked("#facts-protected")
    reviewer.page.uncheck("#facts-protected")
    assert not reviewer.page.is_checked("#facts-released")


def test_a_class_that_a_grant_closes_changes_its_items(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.page.check("#switchedOff-number")
    assert reviewer.letters("individualNumber") == "SMM"
    assert reviewer.letters("fullName") == "SSS"


@pytest.mark.parametrize(
    ("text", "items", "purposes"),
    [("個人番号", 1, 3), ("Full name", 1, 3), ("election", 5, 1), ("財政部", 5, 1), ("base", 2, 3), ("番号法", 3, 3)],
)
def test_a_text_filters_items_and_purposes(
    reviewed: str, open_reviewer: OpenReviewer, text: str, items: int, purposes: int
) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.page.fill("#policy-filter", text)
    assert reviewer.page.locator(".matrix tbody th[scope=row]").count() == items
    assert reviewer.page.locator(".matrix th.purpose").count() == purposes
    assert f"{items} 項目 × {purposes} 事務" in reviewer.page.inner_text(".counts")


def test_a_rule_as_filter_marks_the_cells_that_it_decides(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.page.fill("#policy-filter", "number-masked")
    assert reviewer.page.locator("td.matched").count() == 1
    assert reviewer.letters("individualNumber") == "SSM"
    assert reviewer.page.locator(".matrix tbody th[scope=row]").count() == 1
    assert "1 マス" in reviewer.page.inner_text(".counts")


def test_a_chosen_cell_is_followed_to_rule_basis_and_line(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.cell("individualNumber", 2).click()
    line = line_of(POLICY_FILE.read_text("utf-8"), 'rule("number-masked"')
    told = reviewer.why()
    for expected in ("個人番号", "選挙人名簿", "MASKED", "number-masked", "番号法第9条", f"{line} 行目"):
        assert expected in told
    marked = reviewer.page.locator(".source .marked")
    assert marked.count() == 1
    assert marked.inner_text().startswith('rule("number-masked"')
    box, text = reviewer.page.locator(".source").bounding_box(), marked.bounding_box()
    assert box is not None
    assert text is not None
    assert box["y"] < text["y"] < box["y"] + box["height"]


def test_the_explanation_tells_every_condition(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.page.check("#facts-protected")
    reviewer.cell("currentAddress", 1).click()
    rows = reviewer.page.locator(".conditions tbody tr").all_inner_texts()
    assert [row.split("\t")[0] for row in rows] == ["そのほか", "支援措置・一時解除なし"]
    assert "支援措置" in reviewer.page.inner_text(".conditions tr.now")


def test_the_matrix_is_walked_by_keys_alone(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    assert reviewer.page.locator(".matrix [tabindex='0']").count() == 1
    reviewer.page.focus(".matrix [tabindex='0']")
    keys = "ArrowDown ArrowRight End ArrowRight Control+End Control+Home ArrowUp PageDown Home"
    seen = []
    for key in keys.split():
        reviewer.page.keyboard.press(key)
        seen.append(reviewer.focused())
    assert seen == ["1,0", "1,1", "1,2", "1,2", "4,2", "0,0", "0,0", "4,0", "4,0"]
    assert reviewer.page.locator(".matrix [tabindex='0']").count() == 1


def test_enter_goes_to_the_explanation_and_escape_back(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.page.focus(".matrix [tabindex='0']")
    reviewer.page.keyboard.press("ArrowRight")
    reviewer.page.keyboard.press("Enter")
    assert reviewer.page.evaluate("document.activeElement.closest('.why') !== null")
    reviewer.page.keyboard.press("Escape")
    assert reviewer.focused() == "0,1"


def test_what_the_policy_calls_an_item_is_never_read_as_markup(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    assert "<b>通称</b>" in reviewer.page.inner_text(".matrix")
    assert reviewer.page.query_selector(".matrix b") is None


def test_the_acts_are_told_beside_the_items(reviewed: str, open_reviewer: OpenReviewer) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.page.click("details.folded summary")
    assert reviewer.page.locator(".acts tbody tr").count() == 2
    reviewer.page.fill("#policy-filter", "local_tax")
    assert reviewer.page.locator(".acts tbody tr").count() == 1


def test_the_line_that_applies_is_still_in_sight_after_the_page_changed_its_language_elsewhere(
    reviewed: str, open_reviewer: OpenReviewer
) -> None:
    reviewer = open_reviewer(reviewed)
    reviewer.cell("currentAddress", 1).click()
    reviewer.see("reports")
    reviewer.page.click("#english")
    reviewer.see("policy")
    assert "Current address × local tax" in reviewer.why()
    assert reviewer.page.evaluate("document.querySelector('.source').scrollTop") > 0
