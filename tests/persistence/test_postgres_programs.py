"""PostgreSQL's programs: a copy that any account can run."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.postgres_programs import copy_programs, packaged_programs, programs_of_copy
from tests.persistence.other_accounts import as_root, run_as


@pytest.fixture
def folder() -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="daicho-tests-"))
    base.chmod(0o711)
    yield base / "programs"
    shutil.rmtree(base)


def test_the_package_brings_postgresql_18() -> None:
    command: list[str | Path] = [packaged_programs() / "postgres", "--version"]

    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - a fixed program

    assert "PostgreSQL) 18." in said


@as_root
def test_any_account_can_run_the_copy(folder: Path) -> None:
    copy_programs(folder)

    for program in ("postgres", "initdb", "pg_ctl", "psql"):
        assert run_as(54321, [programs_of_copy(folder) / program, "--version"]).returncode == 0


def test_a_copy_that_is_there_is_kept_and_older_ones_go(folder: Path) -> None:
    (folder / "0.1").mkdir(parents=True)
    (folder / "unfinished").mkdir()

    copy_programs(folder)
    made = (programs_of_copy(folder) / "postgres").stat()
    copy_programs(folder)

    assert (programs_of_copy(folder) / "postgres").stat() == made
    assert len(list(folder.iterdir())) == 1
