"""What the report says of a criterion follows from the tests that name it, and from nothing else."""

from __future__ import annotations

import pytest

from api.self_check.catalogue import criteria
from api.self_check.report import Finding, Report, State, as_json, report_on
from api.self_check.results import Outcome, Results
from tests.api.self_check.runs import AT, CODE, COMMIT, results


def state_of(report: Report, name: str) -> State:
    (finding,) = [each for part in report.parts for each in part.findings if each.criterion.id == name]
    return finding.state


def all_held() -> Results:
    return results(**{each.id: "passed" for each in criteria()})


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("passed passed", State.HELD),
        ("passed failed", State.FAILED),
        ("failed skipped", State.FAILED),
        ("passed skipped", State.UNCONFIRMED),
        ("passed not_run", State.UNCONFIRMED),
        ("skipped", State.UNCONFIRMED),
        ("", State.UNCONFIRMED),
    ],
)
def test_it_is_held_when_it_has_tests_and_all_of_them_passed(said: str, state: State) -> None:
    assert state_of(report_on(results(M01=said), CODE), "M01") is state


def test_what_the_results_do_not_name_is_unconfirmed() -> None:
    assert state_of(report_on(results(M01="passed"), CODE), "C-07") is State.UNCONFIRMED


def test_without_results_everything_is_unconfirmed() -> None:
    report = report_on(None, CODE)
    assert [part.count(State.UNCONFIRMED) for part in report.parts] == [34, 33, 103]
    assert not report.is_all_held


def test_all_is_held_when_every_criterion_is() -> None:
    assert report_on(all_held(), CODE).is_all_held


@pytest.mark.parametrize("said", ["passed failed", "skipped", ""])
def test_one_that_is_not_held_is_enough(said: str) -> None:
    run = all_held()
    run = results(**dict.fromkeys(run.outcomes, "passed") | {"S4-10": said})
    assert not report_on(run, CODE).is_all_held


def test_results_of_other_code_confirm_nothing() -> None:
    report = report_on(all_held(), "0" * 64)
    assert (report.is_of_this, report.is_all_held) == (False, False)
    assert {part.count(State.HELD) for part in report.parts} == {0}


def test_a_failure_of_other_code_is_still_told() -> None:
    assert state_of(report_on(results(M01="failed"), "0" * 64), "M01") is State.FAILED


def test_only_what_is_asked_for_is_reported_and_counts() -> None:
    report = report_on(results(M08="passed", M09="failed"), CODE, ("M08",))
    assert [[each.criterion.id for each in part.findings] for part in report.parts] == [["M08"]]
    assert report.is_all_held


def test_a_test_with_parameters_states_its_fact_once() -> None:
    tests = [Outcome(f"tests/a/test_b.py::TestC::test_d_is_e[{each}]", "passed") for each in (1, 2, "x::y")]
    finding = Finding(next(criteria()), (*tests, Outcome("tests/a/test_b.py::test_f", "passed")), is_of_this=True)
    assert list(finding.sentences()) == [("tests/a/test_b.py", "d is e", 3), ("tests/a/test_b.py", "f", 1)]


def test_as_json_names_every_test_and_what_was_tested() -> None:
    told = as_json(report_on(results(is_dirty=True, M01="passed failed"), CODE))
    assert (told["commit"], told["dirty"], told["at"]) == (COMMIT, True, AT.isoformat())
    assert (told["ofThisCode"], told["allHeld"]) == (True, False)
    assert [len(told[name]) for name in ("measures", "functions", "cases")] == [34, 33, 103]
    first, second = told["measures"][:2]
    assert (first["id"], first["state"], first["stateJa"]) == ("M01", "FAILED", "不適合")
    assert [each["outcome"] for each in first["tests"]] == ["passed", "failed"]
    assert (second["state"], second["stateJa"], second["tests"]) == ("UNCONFIRMED", "未確認", [])
