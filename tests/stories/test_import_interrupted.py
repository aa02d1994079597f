"""An import that is killed, doubled, or runs beside the service: whole batches, the same end, answers all the time."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.commands import SECONDS, NewDaicho
from tests.logins import migrated
from tests.postgres import NewDatabase
from tests.stories.registers import HELD, Registry, examples

LINES = 5_200
"""Three batches."""
SOMEBODY = "query($n: String!) { resident(by: {addresseeNumber: $n}) { fullName household { members { fullName } } } }"


@pytest.fixture(scope="module")
def lines() -> list[dict[str, object]]:
    """The same file for all."""
    return examples(LINES)


@pytest.fixture
def registry(new_database: NewDatabase, new_daicho: NewDaicho, tmp_path: Path) -> Registry:
    """An empty register."""
    return Registry.empty(new_database(migrated), new_daicho, tmp_path)


def kill_after_the_first_batch(running: subprocess.Popen[str], pause: float) -> None:
    """End it with SIGKILL as it works on the second batch, or commits the first."""
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("Loading"):
            break
    time.sleep(pause)
    running.kill()
    assert running.wait(timeout=SECONDS) == -signal.SIGKILL
    running.communicate()


def test_a_killed_import_leaves_whole_households_and_ends_the_same_when_run_again(
    registry: Registry, lines: list[dict[str, object]]
) -> None:
    path = registry.file(lines)
    for pause in (0.0, 0.4):
        kill_after_the_first_batch(registry.loading(path), pause)

        held = {number for (number,) in registry.query("SELECT addressee_number FROM residents")}
        homes = {line["household_number"] for line in lines if line["addressee_number"] in held}
        assert 0 < len(held) < LINES
        assert {line["addressee_number"] for line in lines if line["household_number"] in homes} == held
        assert registry.count("individual_numbers") == len(held)

    before = registry.count()
    done = registry.load(path)
    assert done.lines[0] == f"loaded {LINES - before:,}, unchanged {before:,}, rejected 0"
    assert registry.count() == LINES
    assert registry.load(path).lines[0] == f"loaded 0, unchanged {LINES:,}, rejected 0"


def test_every_batch_is_in_the_ledger_though_the_import_was_killed(
    registry: Registry, lines: list[dict[str, object]]
) -> None:
    kill_after_the_first_batch(registry.loading(registry.file(lines)), 0.0)
    told = [entry["result_count"] for entry in registry.entries() if entry["path"] == "daicho import"]
    assert told[0] == LINES
    assert registry.count() <= sum(told[1:])


def test_two_imports_of_one_file_at_once_load_everybody_once(
    registry: Registry, lines: list[dict[str, object]]
) -> None:
    path = registry.file(lines)
    both = [registry.loading(path) for _ in range(2)]
    said = [each.communicate(timeout=SECONDS) for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    loaded = [int(out.split()[1].strip(",").replace(",", "")) for out, _ in said]
    assert sum(loaded) == registry.count() == LINES
    assert len(registry.held()) == len(HELD)


def test_the_service_answers_while_an_import_runs_and_then_knows_who_came(
    new_daicho: NewDaicho, tmp_path: Path, lines: list[dict[str, object]]
) -> None:
    with new_daicho().serving("--demo", "--residents", "200") as running:
        registry = Registry("", running.daicho, tmp_path)
        known, new = (str(lines[at]["addressee_number"]) for at in (0, -1))
        loading = registry.loading(registry.file(lines[400:]))
        answers = []
        while loading.poll() is None:
            answers.append(running.ask("register-desk", SOMEBODY, {"n": known}))
            time.sleep(0.05)
        assert (loading.returncode, loading.communicate()[0].splitlines()[0]) == (
            0,
            "loaded 4,800, unchanged 0, rejected 0",
        )
        assert len(answers) > 3
        assert {answer.status for answer in answers} == {200}
        assert all(answer.data["resident"]["fullName"] for answer in answers)
        assert running.ask("register-desk", SOMEBODY, {"n": new}).data["resident"]["fullName"] == lines[-1]["full_name"]
