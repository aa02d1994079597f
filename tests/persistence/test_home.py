"""The home folder: made for this account alone, and refused where others may have had a hand in it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from persistence.home import StartRefused, default_home, ensure_home, private_mode
from tests.persistence.other_accounts import as_root


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.holds("M04")
def test_a_new_home_lets_nobody_list_it(tmp_path: Path) -> None:
    made = ensure_home(tmp_path / "deep" / "home")

    assert mode(made) == private_mode()
    assert not mode(made) & 0o066


def test_a_home_is_named_by_its_real_path(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "home")

    assert ensure_home(tmp_path / "link") == (tmp_path / "home").resolve()


def test_a_home_that_others_may_read_is_narrowed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    tmp_path.chmod(0o755)

    assert mode(ensure_home(tmp_path)) == private_mode()


def test_an_empty_home_that_others_may_write_to_is_narrowed(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    assert mode(ensure_home(tmp_path)) == private_mode()


@pytest.mark.parametrize("open_to", [0o770, 0o702])
def test_a_home_with_files_that_others_may_write_to_is_refused(tmp_path: Path, open_to: int) -> None:
    (tmp_path / "file").touch()
    tmp_path.chmod(open_to)

    with pytest.raises(StartRefused, match="chmod 700"):
        ensure_home(tmp_path)
    assert mode(tmp_path) == open_to


@as_root
def test_a_home_of_another_account_is_refused(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)

    with pytest.raises(StartRefused, match="belongs to another account"):
        ensure_home(tmp_path)


def test_a_file_in_the_place_of_the_home_is_refused_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "home").touch()

    with pytest.raises(StartRefused, match="Name another folder in DAICHO_HOME") as refused:
        ensure_home(tmp_path / "home")
    assert "DAICHO_HOME に別のフォルダー" in refused.value.message_ja


def test_the_default_home_of_root_is_where_the_servers_account_can_reach_it() -> None:
    expected = Path("/var/lib/daicho") if os.geteuid() == 0 else Path.home() / ".local/share/daicho"

    assert default_home() == expected
