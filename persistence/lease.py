"""Who uses the embedded server: processes say so by file locks, which end with them however they end."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Be the only process, and the only thread, that holds this lock; waits until it is free."""
    descriptor = _opened(file)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Lease:
    """One user's word that it uses the server; take it and give it back only while `alone`.

    A child made by fork holds it as well, but cannot give it back.
    """

    def __init__(self, file: Path) -> None:
        self._process = os.getpid()
        self._descriptor: int | None = _opened(file)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def give_back(self) -> bool:
        """Whether this was the last lease of all; False as well when it was given back before."""
        if self._descriptor is None or self._process != os.getpid():
            return False
        descriptor, self._descriptor = self._descriptor, None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(descriptor)


def _opened(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
