"""Secrets in files of this account only."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from api.settings import SettingsError

KEY_BYTES = 32


def read_secret(path: Path, name: str) -> bytes:
    """What is in a file. Raises `SettingsError`, naming the setting, when it is not there or others may read it."""
    try:
        found, content = path.stat(), path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingsError(f"{name}: cannot be read: {why}", f"{name}：ファイルを読めません（{why}）") from error
    if found.st_uid not in {os.geteuid(), 0}:  # root itself reads what belongs to anybody
        raise SettingsError(f"{name}: belongs to another account", f"{name}：他のアカウントのファイルです")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise SettingsError(f"{name}: others may read it (chmod 600)", f"{name}：他の利用者も読めます（chmod 600）")
    return content


def write_secret(path: Path, content: bytes) -> bool:
    """Make a file that nobody else may read; one that is there already stays as it is, which gives False."""
    beside = _beside(path, content)
    try:
        os.link(beside, path)  # two that start together: the first one's secret counts, and nobody reads half of it
    except FileExistsError:
        return False
    finally:
        beside.unlink()
    _on_disk(path.parent)
    return True


def put_secret(path: Path, content: bytes) -> None:
    """The same in place of what is there already."""
    _beside(path, content).replace(path)


def _on_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: Path, content: bytes) -> Path:
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())  # what is soon encrypted under it is lost without it
    return beside


def read_key(path: Path, name: str) -> bytes:
    """A key of at least 32 bytes. Raises `SettingsError`."""
    key = read_secret(path, name)
    if len(key) < KEY_BYTES:
        raise SettingsError(f"{name}: at least {KEY_BYTES} bytes", f"{name}：{KEY_BYTES}バイト以上必要です")
    return key


def own_key(path: Path, name: str) -> bytes:
    """The key in a file, made when it is not there yet."""
    if not path.exists():
        write_secret(path, secrets.token_bytes(KEY_BYTES))
    return read_key(path, name)
