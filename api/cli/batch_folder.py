"""The folder that a batch is printed into: one file a document, whole or not there, for its owner only."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from domain.certificates.documents import IssuanceNumber
from domain.errors import Code, Refusal

OUT: Final = "out"
"""The option that names it, and so what a refusal names that concerns it."""
_UNUSUAL: Final = re.compile(r"[^\w .()-]")
"""What a terminal or printer may be called that a file's name must not hold, or that others might mistake."""
_NOT_WRITTEN: Final = (
    "The documents cannot be written into this folder: {}.",
    "このフォルダに文書を書き込めません（{}）。",
)
_IN_USE: Final = (
    "Another batch writes into this folder now.",
    "このフォルダには別の一括発行が書き込み中です。",
)


@dataclass(frozen=True, slots=True)
class BatchFolder:
    """A folder that this process alone writes into."""

    path: Path

    def has(self, number: IssuanceNumber) -> bool:
        """Whether the document of this number is there."""
        return self._file(number).exists()

    def keep(self, number: IssuanceNumber, content: bytes) -> None:
        """Write it under its number; it is on the disk when this returns. Raises `Refusal` naming `OUT`."""
        file = self._file(number)
        beside = file.with_suffix(".part")
        try:
            _write(beside, content)
            beside.replace(file)
            _on_disk(self.path)
        except OSError as error:
            raise _not_written(error) from error

    def _file(self, number: IssuanceNumber) -> Path:
        return self.path / f"{_UNUSUAL.sub(lambda found: quote(found[0], safe=''), number.text)}.pdf"


@contextmanager
def batch_folder(path: Path) -> Iterator[BatchFolder]:
    """The folder, made if it is new, for this process alone until the block ends. Raises `Refusal` naming `OUT`."""
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _not_written(error) from error
    try:
        _be_alone(descriptor)
        yield BatchFolder(path)
    finally:
        os.close(descriptor)


def _be_alone(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refusal(Code.INVALID_INPUT, names=(OUT,), detail=_IN_USE) from None


def _write(file: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with open(os.open(file, flags, 0o600), "wb") as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())


def _on_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_written(error: OSError) -> Refusal:
    why = error.strerror or type(error).__name__
    english, japanese = _NOT_WRITTEN
    return Refusal(Code.INVALID_INPUT, names=(OUT,), detail=(english.format(why), japanese.format(why)))
