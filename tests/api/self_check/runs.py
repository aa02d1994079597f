"""Results as `make test` would have written them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from api.self_check.results import Outcome, Results
from tests.holds import Outcomes

AT = datetime(2026, 11, 23, 15, 40, 56, tzinfo=UTC)
COMMIT = "5da4b45c04bcfd2a8fb62d53ccf8f05f30077467"
CODE = "f" * 64


def results(*, is_dirty: bool = False, **outcomes: str) -> Results:
    """A run in which `M01="passed failed"`: M01 has two tests, one of each outcome; `_` stands for a hyphen."""
    return Results(COMMIT, is_dirty, AT, CODE, {_id(name): _tests(name, said) for name, said in outcomes.items()})


def written(folder: Path, fingerprint: str = CODE, **outcomes: str) -> Path:
    """The same as a file of the plugin."""
    noted = Outcomes({_id(name) for name in outcomes})
    for name, said in outcomes.items():
        for each in _tests(name, said):
            noted.expect(each.test, [_id(name)])
            noted.note(each.test, each.outcome)
    file = folder / "holds.json"
    file.write_text(noted.as_json(at=AT, commit=COMMIT, dirty=False, fingerprint=fingerprint), "utf-8")
    return file


def without_json(file: Path) -> Path:
    """A file of another kind."""
    file.write_text(json.dumps(["something else"]), "utf-8")
    return file


def _id(name: str) -> str:
    return name.replace("_", "-")


def _tests(name: str, said: str) -> tuple[Outcome, ...]:
    return tuple(Outcome(f"tests/test_it.py::test_{name}_holds_for_{at}", each) for at, each in enumerate(said.split()))
