"""Passage through closed folders: for one account, and for nobody else."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from persistence.passage import let_through
from tests.persistence.other_accounts import as_root, run_as

SERVER, ANOTHER = 54321, 54322

pytestmark = as_root


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder inside a closed one; not in pytest's own, which every run of pytest closes again."""
    base = Path(tempfile.mkdtemp(prefix="daicho-tests-"))
    inside = base / "closed" / "inside"
    inside.mkdir(parents=True)
    base.chmod(0o711)
    inside.chmod(0o711)
    inside.parent.chmod(0o700)
    yield inside
    shutil.rmtree(base)


def can_enter(folder: Path, uid: int) -> bool:
    return run_as(uid, ["/bin/sh", "-c", 'cd "$1"', "sh", folder]).returncode == 0


def can_list(folder: Path, uid: int) -> bool:
    return run_as(uid, ["/bin/ls", folder]).returncode == 0


def test_the_account_passes_and_cannot_list(closed: Path) -> None:
    assert not can_enter(closed, SERVER)

    let_through(closed, SERVER)

    assert can_enter(closed, SERVER)
    assert not can_list(closed.parent, SERVER)


@pytest.mark.holds("M04")
def test_nobody_else_passes(closed: Path) -> None:
    let_through(closed, SERVER)

    assert not can_enter(closed, ANOTHER)
    assert not closed.parent.stat().st_mode & stat.S_IRWXO


def test_a_second_account_is_let_through_beside_the_first(closed: Path) -> None:
    let_through(closed, SERVER)
    let_through(closed, ANOTHER)

    assert can_enter(closed, SERVER)
    assert can_enter(closed, ANOTHER)


def test_what_a_mask_had_closed_stays_closed(closed: Path) -> None:
    let_through(closed, SERVER)
    closed.parent.chmod(0o700)  # sets the mask, so that the first account's entry has no effect
    let_through(closed, ANOTHER)

    assert not can_enter(closed, SERVER)
    assert can_enter(closed, ANOTHER)


def test_a_folder_that_everybody_may_enter_is_left_as_it_is(closed: Path) -> None:
    let_through(closed, SERVER)

    assert stat.S_IMODE(closed.stat().st_mode) == 0o711
    assert os.listxattr(closed) == []
