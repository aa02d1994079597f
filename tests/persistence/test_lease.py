"""Leases: the last user of all is known, whatever became of the others."""

from __future__ import annotations

import os
from pathlib import Path

from persistence.lease import Lease


def test_only_the_last_to_give_back_is_the_last(tmp_path: Path) -> None:
    first, second = Lease(tmp_path / "leases"), Lease(tmp_path / "leases")

    assert not first.give_back()
    assert second.give_back()


def test_a_lease_is_given_back_once(tmp_path: Path) -> None:
    lease = Lease(tmp_path / "leases")

    assert lease.give_back()
    assert not lease.give_back()


def test_a_process_that_ends_without_a_word_holds_no_lease(tmp_path: Path) -> None:
    mine = Lease(tmp_path / "leases")
    child = os.fork()
    if child == 0:
        Lease(tmp_path / "leases")
        os._exit(0)
    os.waitpid(child, 0)

    assert mine.give_back()


def test_a_fork_cannot_give_back_its_parents_lease(tmp_path: Path) -> None:
    mine = Lease(tmp_path / "leases")
    child = os.fork()
    if child == 0:
        os._exit(1 if mine.give_back() else 0)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert mine.give_back()


def test_the_lock_file_is_for_this_account_alone(tmp_path: Path) -> None:
    Lease(tmp_path / "leases").give_back()

    assert not (tmp_path / "leases").stat().st_mode & 0o077
