"""The file of an export: whole and on disk under its name, or not there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from api.checkpoint_places import sync_folder
from api.settings import SettingsError


def write_new(file: Path, lines: Iterable[bytes]) -> None:
    """Write a new file for its owner alone; until it is whole and on disk, it is called FILE.part.

    Raises `SettingsError` where it cannot be written, or is there already; what `lines` raises goes through. Then there
    is no FILE.part either, but where it was there before: another one writes it, or was killed.
    """
    part = file.with_name(f"{file.name}.part")
    try:
        if file.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            _fill(descriptor, lines)
            part.rename(file)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(file.parent)
    except OSError as error:
        why = error.strerror or type(error).__name__
        where = Path(error.filename).name if error.filename else file.name
        raise SettingsError(f"{where} cannot be written: {why}", f"{where} に書き込めません（{why}）") from None


def _fill(descriptor: int, lines: Iterable[bytes]) -> None:
    with os.fdopen(descriptor, "wb") as out:
        out.writelines(lines)
        out.flush()
        os.fsync(descriptor)
