"""`daicho self-check`: a reviewer asks what holds, and is told by which tests, of which code, and when."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from api.self_check.built import fingerprint
from api.self_check.catalogue import criteria
from tests.api.self_check.runs import COMMIT, without_json, written
from tests.commands import Done, NewDaicho

Check: TypeAlias = Callable[..., Done]


@pytest.fixture
def check(new_daicho: NewDaicho, tmp_path: Path) -> Check:
    """A function that runs the command on results with these outcomes; nothing else is set up."""

    def run(*words: str, code: str | None = None, **outcomes: str) -> Done:
        file = written(tmp_path, fingerprint() if code is None else code, **outcomes)
        return new_daicho().command("self-check", *words, "--results", str(file))

    return run


def test_the_table_tells_each_criterion_and_what_has_no_test_is_unconfirmed(check: Check) -> None:
    done = check(M01="passed passed", M02="passed failed")

    assert done.status == 1
    lines = done.out.splitlines()
    assert f"  コミット / commit: {COMMIT}" in lines
    told = {line.split()[0]: line for line in lines if line[:1] in "MSABCDEFG" and line[:3].strip()}
    assert set(told) == {each.id for each in criteria()}
    assert "確認" in told["M01"]
    assert " HELD " in told["M01"]
    assert "不適合 FAILED" in told["M02"]
    assert "未確認 UNCONFIRMED    0  操作履歴の記録" in told["M08"]


def test_it_ends_with_0_when_all_is_held(check: Check) -> None:
    done = check(**{each.id.replace("-", "_"): "passed" for each in criteria()})
    assert done.status == 0
    assert "未確認 UNCONFIRMED 0 / 34" in done.out


def test_one_measure_is_asked_for_with_its_tests(check: Check) -> None:
    done = check("M01", M01="passed", M02="failed")
    assert done.status == 0
    assert "passed  tests/test_it.py::test_M01_holds_for_0" in done.out
    assert "M02" not in done.out


def test_results_of_other_code_are_said_to_be_such(check: Check) -> None:
    done = check("M01", code="0" * 64, M01="passed")
    assert done.status == 1
    assert "What was tested is not what reports here." in done.out
    assert "HELD" not in done.out.replace("HELD 0", "")


def test_an_id_that_nobody_knows_is_named(check: Check) -> None:
    done = check("M99")
    assert (done.status, done.out) == (2, "")
    assert "M99" in done.err


def test_as_json_and_as_a_page(check: Check) -> None:
    told = json.loads(check("--format", "json", M01="passed").out)
    assert (told["commit"], told["measures"][0]["state"]) == (COMMIT, "HELD")
    page = check("--format", "html", M01="passed").out
    assert page.startswith("<!doctype html>")
    assert "自己点検" in page


def test_a_file_that_holds_no_results_is_refused_in_both_languages(new_daicho: NewDaicho, tmp_path: Path) -> None:
    other = without_json(tmp_path / "other.json")
    english, japanese = new_daicho().command("self-check", "--results", str(other)).refusal
    assert english == "This is no file of results that `make test` writes. (other.json)"
    assert japanese.startswith("`make test`")
