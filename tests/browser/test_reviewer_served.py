"""The reviewers' page on the real demonstration."""

from __future__ import annotations

from authz.policy import Policy
from tests.browser.conftest import OpenReviewer


def test_a_reviewer_reads_policy_ledger_and_proof_of_the_demonstration(
    served: str, open_reviewer: OpenReviewer
) -> None:
    reviewer = open_reviewer(served, "policy")
    assert reviewer.page.locator(".matrix th.purpose").count() == len(Policy.load().purposes)
    assert reviewer.cell("individualNumber", 0).inner_text() == "S"
    reviewer.page.check("#facts-protected")
    reviewer.cell("currentAddress", 1).click()
    assert "protected-whereabouts" in reviewer.why()
    reviewer.see("ledger")
    reviewer.page.locator("tr[data-position] button").first.click()
    assert '"path":"Query.' in str(reviewer.page.text_content("tr.all:not([hidden]) pre"))
    reviewer.see("reports")
    reviewer.page.click("#reports .do")
    reviewer.page.wait_for_selector(".report")
    reviewer.see("proof")
    assert reviewer.page.query_selector(".headline.stands")
    assert reviewer.complaints == []
