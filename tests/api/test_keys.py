"""Keys lie in files that nobody else may read, or the process does not start."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from api.keys import KEY_BYTES, own_key, read_key
from api.settings import SettingsError

NAME = "DAICHO_LEDGER_KEY_FILE"
KEY = b"k" * KEY_BYTES


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """A file with a key, for its owner alone."""
    path = tmp_path / "ledger.key"
    path.write_bytes(KEY)
    path.chmod(0o600)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SettingsError) as refused:
        read_key(path, NAME)
    said = str(refused.value) + refused.value.message_ja
    assert NAME in refused.value.message_ja
    assert KEY.decode() not in said
    assert str(path) not in said
    return str(refused.value)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_of_its_owners_alone_is_read(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    assert read_key(key_file, NAME) == KEY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o601, 0o610, 0o644, 0o666, 0o777])
def test_a_key_that_others_may_use_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)
    assert refusal(key_file).startswith(f"{NAME}: others may read it")


def test_a_link_to_a_key_that_others_may_read_is_refused(key_file: Path, tmp_path: Path) -> None:
    key_file.chmod(0o644)
    link = tmp_path / "link"
    link.symlink_to(key_file)
    assert refusal(link).startswith(f"{NAME}: others may read it")


def test_a_key_that_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing") == f"{NAME}: cannot be read: No such file or directory"
    assert refusal(tmp_path) == f"{NAME}: cannot be read: Is a directory"


@pytest.mark.parametrize("size", [0, 1, KEY_BYTES - 1])
def test_a_key_that_is_too_short_is_refused(key_file: Path, size: int) -> None:
    key_file.write_bytes(KEY[:size])
    assert refusal(key_file) == f"{NAME}: at least {KEY_BYTES} bytes"


def test_a_key_of_ones_own_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "own.key"
    made = own_key(path, NAME)
    assert len(made) == KEY_BYTES
    assert own_key(path, NAME) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["own.key"]
    assert own_key(tmp_path / "another.key", NAME) != made


def test_a_key_of_ones_own_that_was_opened_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.key"
    own_key(path, NAME)
    path.chmod(0o640)
    with pytest.raises(SettingsError):
        own_key(path, NAME)
