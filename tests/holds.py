"""A pytest plugin: tests name the functions, measures and cases that they hold.

`@pytest.mark.holds("S1-04", "M01", "A-01")` on a test, class or module. The ids are those of api/self_check; any other
ends the collection. With `--holds-json=FILE`, the outcomes are written there when the tests have run:

    {"A-01": {"held": true, "tests": [{"outcome": "passed", "test": "tests/…::test_…"}]}, …,
     "at": …, "commit": …, "dirty": false, "fingerprint": …}

Every known id is there. An id is held when it has tests and all of them passed. `dirty` says that the commit alone is
not what was tested, `fingerprint` what was: it is empty when the code changed while the tests ran. Where pytest-xdist
shares the tests out, its workers tell what their tests name, and the session that shares them out writes the file.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.self_check.built import fingerprint
from api.self_check.catalogue import criteria

NOT_RUN = "not run"
WORST_FIRST = ("failed", "skipped", "passed")


def known_ids() -> frozenset[str]:
    """Every id that a test may name: functions (S1-01), measures (M01) and cases (A-01)."""
    return frozenset(criterion.id for criterion in criteria())


def named_ids(item: pytest.Item) -> frozenset[str]:
    """The ids that a test names, on itself, its class or its module."""
    return frozenset(name for mark in item.iter_markers("holds") for name in mark.args)


class Outcomes:
    """What each collected test names, and how it ended; `as_json` is the file's text."""

    def __init__(self, known: Iterable[str]) -> None:
        self._tests: dict[str, list[str]] = {name: [] for name in known}
        self._phases: dict[str, set[str]] = {}

    def expect(self, test: str, names: Iterable[str]) -> None:
        """Note a test that will run, and the ids that it names."""
        for name in names:
            self._tests[name].append(test)

    def note(self, test: str, outcome: str) -> None:
        """Note how one phase of a test ended: passed, failed or skipped."""
        self._phases.setdefault(test, set()).add(outcome)

    def of_test(self, test: str) -> str:
        """The worst of a test's phases."""
        phases = self._phases.get(test, set())
        return next((outcome for outcome in WORST_FIRST if outcome in phases), NOT_RUN)

    def as_json(self, *, at: datetime, **tested: object) -> str:
        """The outcomes by id, sorted, with what else there is to say of what was `tested`; `at` in UTC."""
        ids: dict[str, object] = {name: self._entry(tests) for name, tests in self._tests.items()}
        document = ids | tested | {"at": at.isoformat(timespec="seconds")}
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

    def _entry(self, tests: list[str]) -> Mapping[str, object]:
        outcomes = [{"test": test, "outcome": self.of_test(test)} for test in sorted(tests)]
        return {"held": bool(tests) and all(each["outcome"] == "passed" for each in outcomes), "tests": outcomes}


def current_commit(folder: Path) -> str:
    """The commit that is checked out in `folder`; empty where there is none."""
    return _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")


def is_dirty(folder: Path) -> bool:
    """Whether the checkout in `folder` holds changes that are not committed; new files are such."""
    return bool(_git(folder, "status", "--porcelain"))


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "safe.directory=*", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return done.stdout.strip()


class HoldsPlugin:
    """Checks the ids at collection and keeps the outcomes of one run."""

    def __init__(self, target: Path | None) -> None:
        self._target = target
        self._known = known_ids()
        self._outcomes = Outcomes(self._known)
        self._named: dict[str, list[str]] = {}
        self._before = fingerprint() if target else ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse unknown ids; note what will run."""
        unknown = [f"{item.nodeid}: {name}" for item in items for name in sorted(named_ids(item) - self._known)]
        if unknown:
            raise pytest.UsageError("holds() names ids that api/self_check does not know:\n  " + "\n  ".join(unknown))
        self._expect({item.nodeid: sorted(named_ids(item)) for item in items})

    def _expect(self, named: Mapping[str, list[str]]) -> None:
        """Every worker collects all tests: each counts once."""
        for test in named.keys() - self._named.keys():
            self._outcomes.expect(test, named[test])
        self._named |= named

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear from a worker of pytest-xdist what its tests name; one that was killed says nothing."""
        self._expect(getattr(node, "workeroutput", {}).get("holds", {}))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a phase of a test ended."""
        self._outcomes.note(report.nodeid, report.outcome)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Take away what an earlier run wrote: a run that ends early leaves no outcomes, not old ones."""
        if self._target and not hasattr(session.config, "workeroutput"):
            self._target.unlink(missing_ok=True)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the outcomes, if a file was named and the tests ran; a worker tells what its tests name."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["holds"] = self._named
        elif self._target and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            text = self._outcomes.as_json(at=datetime.now(UTC), **self._tested(session.config.rootpath))
            self._target.write_text(text, "utf-8")

    def _tested(self, root: Path) -> dict[str, object]:
        after = fingerprint()
        return {
            "commit": current_commit(root),
            "dirty": is_dirty(root),
            "fingerprint": after if after == self._before else "",
        }


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--holds-json`."""
    parser.addoption("--holds-json", type=Path, metavar="FILE", help="write what the tests hold, by id, to FILE")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and start noting."""
    config.addinivalue_line("markers", "holds(*ids): the functions, measures and cases that the test holds")
    target = None if config.option.collectonly else config.getoption("holds_json")
    config.pluginmanager.register(HoldsPlugin(target), "daicho-holds")
