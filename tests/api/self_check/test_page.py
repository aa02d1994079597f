"""The page of the self-check: whole in itself, in both languages, and readable without colours."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from api.self_check.catalogue import criteria
from api.self_check.page import as_page
from api.self_check.report import report_on
from api.self_check.results import Outcome
from tests.api.self_check.runs import CODE, COMMIT, results

VOID = {"meta", "br"}


class Balance(HTMLParser):
    """Hears whether every element that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def row_of(page: str, name: str) -> str:
    (row,) = re.findall(rf'<tr class="\w+"><th scope="row" class="id">{name}</th>.*?</tr>', page)
    return row


def test_every_criterion_has_its_row_and_every_element_ends() -> None:
    page = as_page(report_on(results(M01="passed"), CODE))
    balance = Balance()
    balance.feed(page)
    assert balance.open == []
    assert page.count('<th scope="row" class="id">') == len(list(criteria()))
    assert COMMIT in page
    assert "2026-11-24 00:40:56 JST" in page


def test_each_state_is_said_in_words_of_both_languages() -> None:
    page = as_page(report_on(results(M01="passed", M02="failed"), CODE))
    assert "○ 確認" in row_of(page, "M01")
    assert "HELD" in row_of(page, "M01")
    assert "× 不適合" in row_of(page, "M02")
    assert "― 未確認" in row_of(page, "M03")
    assert "UNCONFIRMED" in row_of(page, "M03")


def test_the_facts_that_hold_a_criterion_can_be_read() -> None:
    row = row_of(as_page(report_on(results(M01="passed passed"), CODE)), "M01")
    assert "<p>tests/test_it.py</p>" in row
    assert "<li>M01 holds for 0</li><li>M01 holds for 1</li>" in row


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = as_page(report_on(results(), CODE))
    assert re.findall(r"<script|<link|<img|url\(|https?:", page) == []
    assert "default-src 'none'" in page


def test_what_a_test_is_called_is_text_and_no_markup() -> None:
    run = replace(results(), outcomes={"M01": (Outcome("tests/<b>.py::test_<script>", "passed"),)})
    page = as_page(report_on(run, CODE))
    assert "<script>" not in page
    assert "tests/&lt;b&gt;.py" in page


def test_what_weakens_the_results_stands_above_them() -> None:
    warning = 'class="warning"'
    assert warning not in as_page(report_on(results(), CODE))
    assert "コミットしていない変更" in as_page(report_on(results(is_dirty=True), CODE))
    assert "異なります" in as_page(report_on(results(), "0" * 64))
    assert "make test" in as_page(report_on(None, CODE))
