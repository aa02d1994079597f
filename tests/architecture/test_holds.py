"""Tests say what they hold, and cannot say what nobody asked for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.self_check.built import fingerprint
from tests.holds import is_dirty, known_ids


@pytest.fixture
def holds(pytester: pytest.Pytester) -> Any:
    """Run a test file under the plugin; gives the outcome and what was written for each id."""

    def run(source: str, *arguments: str) -> tuple[pytest.RunResult, dict[str, Any]]:
        pytester.makepyfile(test_it=source)
        target = pytester.path / "holds.json"
        result = pytester.runpytest_inprocess(
            "-p", "tests.holds", "-p", "no:cacheprovider", f"--holds-json={target}", *arguments
        )
        return result, json.loads(target.read_text("utf-8")) if target.exists() else {}

    return run


def test_every_function_measure_and_case_has_an_id() -> None:
    ids = known_ids()
    assert len([name for name in ids if name.startswith("S")]) == 33
    assert len([name for name in ids if name.startswith("M")]) == 34
    assert {"A-01", "B-15", "C-20", "D-08", "E-08", "F-12", "G-14"} <= ids


def test_an_id_is_held_when_all_its_tests_passed(holds: Any) -> None:
    result, written = holds("""
        import pytest
        @pytest.mark.holds("M01", "A-01")
        def test_one(): pass
        @pytest.mark.holds("M01")
        def test_two(): pass
    """)
    result.assert_outcomes(passed=2)
    assert written["A-01"]["held"]
    assert written["M01"] == {
        "held": True,
        "tests": [
            {"outcome": "passed", "test": "test_it.py::test_one"},
            {"outcome": "passed", "test": "test_it.py::test_two"},
        ],
    }


def test_what_is_shared_out_to_several_processes_is_told_as_if_it_were_not(holds: Any) -> None:
    source = """
        import pytest
        @pytest.mark.holds("M01", "A-01")
        def test_good(): pass
        @pytest.mark.holds("M01")
        def test_bad(): assert False
    """
    (_, alone), (_, shared) = holds(source), holds(source, "-p", "xdist.plugin", "--numprocesses=2")

    assert shared["A-01"] == alone["A-01"]
    assert shared["M01"] == alone["M01"]


def test_an_id_is_not_held_when_one_of_its_tests_failed_or_was_skipped(holds: Any) -> None:
    _, written = holds("""
        import pytest
        @pytest.mark.holds("M01", "M02")
        def test_good(): pass
        @pytest.mark.holds("M01")
        def test_bad(): assert False
        @pytest.mark.holds("M02")
        def test_left_out(): pytest.skip("not today")
    """)
    assert not written["M01"]["held"]
    assert not written["M02"]["held"]
    assert [test["outcome"] for test in written["M01"]["tests"]] == ["failed", "passed"]


def test_a_test_that_fails_while_it_is_taken_down_has_failed(holds: Any) -> None:
    _, written = holds("""
        import pytest
        @pytest.fixture
        def broken():
            yield
            raise RuntimeError
        @pytest.mark.holds("M01")
        def test_one(broken): pass
    """)
    assert written["M01"]["tests"][0]["outcome"] == "failed"


def test_a_test_that_was_not_reached_says_so(holds: Any) -> None:
    _, written = holds(
        """
        import pytest
        def test_first(): assert False
        @pytest.mark.holds("M01")
        def test_second(): pass
        """,
        "-x",
    )
    assert written["M01"]["tests"][0]["outcome"] == "not run"


def test_an_id_without_a_test_is_listed_and_not_held(holds: Any) -> None:
    _, written = holds("def test_nothing(): pass")
    assert written["G-14"] == {"held": False, "tests": []}
    assert set(written) == known_ids() | {"commit", "dirty", "fingerprint", "at"}
    assert list(written) == sorted(written)


def test_an_unknown_id_ends_the_collection_and_is_named(holds: Any) -> None:
    result, written = holds("""
        import pytest
        @pytest.mark.holds("M01", "Z-99")
        def test_one(): pass
    """)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*ids that api/self_check does not know*", "*::test_one: Z-99"])
    assert written == {}


def test_outcomes_of_an_earlier_run_do_not_outlive_one_that_ends_early(holds: Any, pytester: pytest.Pytester) -> None:
    (pytester.path / "holds.json").write_text("{}", "utf-8")
    holds("import nothing_of_this_name")
    assert not (pytester.path / "holds.json").exists()


def test_a_class_names_ids_for_its_tests(holds: Any) -> None:
    _, written = holds("""
        import pytest
        @pytest.mark.holds("M03")
        class TestAll:
            @pytest.mark.holds("M04")
            def test_one(self): pass
    """)
    assert written["M03"]["held"]
    assert written["M04"]["held"]


def test_the_outcomes_say_which_code_was_tested(holds: Any) -> None:
    _, written = holds("def test_nothing(): pass")
    assert written["fingerprint"] == fingerprint()


def test_where_the_code_changed_while_the_tests_ran_no_code_is_said_to_be_tested(
    holds: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.holds.fingerprint", iter(["before", "after"]).__next__)
    _, written = holds("def test_nothing(): pass")
    assert written["fingerprint"] == ""


def test_a_checkout_with_anything_that_is_not_committed_is_dirty(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)  # noqa: S607 - the git of who runs the tests
    assert not is_dirty(tmp_path)
    (tmp_path / "new").touch()
    assert is_dirty(tmp_path)
