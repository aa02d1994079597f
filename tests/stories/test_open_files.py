"""What lies in a home is for its owner alone; where others could get at it, daicho does not start (G-13)."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Daicho, folder_for_homes
from tests.secrets_known import KEY_FILES

DEMO = ("--demo", "--residents", "200")


@pytest.fixture(scope="module")
def stopped() -> Iterator[Daicho]:
    """A home in which the demonstration has run."""
    with folder_for_homes() as folder:
        daicho = Daicho(folder / "home")
        with daicho.serving(*DEMO):
            pass
        yield daicho


def mode_of(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.holds("G-13")
@pytest.mark.parametrize("name", [*KEY_FILES, "postgresql/data"])
def test_a_secret_that_others_may_read_stops_the_start(stopped: Daicho, name: str) -> None:
    path = stopped.home / name
    right = mode_of(path)
    path.chmod(right | 0o055)
    try:
        refused = stopped.command("terminals", "list")
    finally:
        path.chmod(right)
    assert (refused.status, refused.out, refused.err[:8]) == (1, "", "daicho: ")
    stopped.command("terminals", "list").must_be_done()


@pytest.mark.holds("G-13")
def test_every_file_of_a_home_is_closed_to_other_accounts(stopped: Daicho) -> None:
    programs = stopped.home / "postgresql" / "programs"
    files = [one for one in stopped.home.rglob("*") if one.is_file() and programs not in one.parents]
    open_files = {str(one.relative_to(stopped.home)) for one in files if mode_of(one) & 0o077}
    assert len(files) > 100
    assert open_files <= {"postgresql/sign-in-rules.conf", "postgresql/lock", "postgresql/leases"}  # hold no secret


@pytest.mark.holds("G-13")
def test_a_log_that_was_opened_to_others_is_closed_at_the_next_start(stopped: Daicho) -> None:
    log = stopped.home / "postgresql.log"
    log.chmod(0o644)
    stopped.command("terminals", "list").must_be_done()
    assert mode_of(log) == 0o600


@pytest.mark.holds("G-13")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root's database runs as another account")
def test_as_root_the_database_belongs_to_an_account_of_its_own(stopped: Daicho) -> None:
    owners = {one.stat().st_uid for one in (stopped.home / "postgresql" / "data").rglob("*")}
    assert len(owners) == 1
    assert 0 not in owners
