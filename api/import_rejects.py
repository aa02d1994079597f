"""The rejects of an import: JSON Lines that say which line, which item and why, and never what stood there."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from domain.errors import Code, Refusal
from domain.importing.reasons import Reason

ONLY_THE_OWNER: Final = stat.S_IRUSR | stat.S_IWUSR
_NOT_WRITTEN = (
    "The file of rejects cannot be written there, or is the file that is read.",
    "除外行のファイルを書き込めないか、読み込むファイルと同じファイルです。",
)


class Rejects:
    """Counts what is rejected, and writes it down where there is a file for it."""

    def __init__(self, file: BinaryIO | None = None) -> None:
        self._file = file
        self.lines = 0
        self.counts: Counter[str] = Counter()
        """How many lines have each fault."""

    def add(self, line: int, reasons: Iterable[Reason]) -> None:
        """A line that is not taken, by its number, and every reason."""
        told = list(reasons)
        self.lines += 1
        self.counts.update({reason.fault.value for reason in told})
        if self._file is not None:
            self._file.writelines(_written(line, reason) for reason in told)


@contextmanager
def rejects_in(path: Path | None, beside: Path) -> Iterator[Rejects]:
    """Rejects with a new file that only its owner may read, or without one. Raises `Refusal` as `own_file` does."""
    with own_file(path, beside) as file:
        yield Rejects(file)


@contextmanager
def own_file(path: Path | None, beside: Path) -> Iterator[BinaryIO | None]:
    """A new file that only its owner may read, or none.

    Raises `Refusal` (INVALID_INPUT) when it cannot be written, or would overwrite the file `beside`.
    """
    if path is None:
        yield None
        return
    try:
        if path.exists() and path.samefile(beside):
            raise Refusal(Code.INVALID_INPUT, detail=_NOT_WRITTEN)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, ONLY_THE_OWNER)
    except OSError:
        raise Refusal(Code.INVALID_INPUT, detail=_NOT_WRITTEN) from None
    with open(descriptor, "wb") as file:
        os.fchmod(descriptor, ONLY_THE_OWNER)
        yield file


def _written(line: int, reason: Reason) -> bytes:
    told = {
        "line": line,
        "item": reason.item,
        "code": reason.fault.value,
        "message": reason.message,
        "messageJa": reason.message_ja,
    }
    return orjson.dumps(told) + b"\n"
