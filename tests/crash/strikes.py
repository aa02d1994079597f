"""What is killed, and how it comes back: kill -9, and no other help than what an operator's supervisor gives.

A `restart` is the one that is asked for: PostgreSQL ends in order, while everybody works, and is started again.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from random import Random

import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them

from persistence import embedded
from tests.commands import Daicho, Running
from tests.crash.load import Load

KINDS = ("service", "service", "service", "backend", "database", "restart", "everything", "command")
"""As often as each stands here."""


def strike(kind: str, running: Running, load: Load, random: Random) -> None:
    """Kill, without warning."""
    if kind in {"service", "everything"}:
        running.process.kill()
    if kind in {"database", "everything"}:
        _kill(_postmaster(running.daicho))
    if kind == "restart":
        os.kill(_postmaster(running.daicho), signal.SIGINT)
    if kind == "backend":
        _kill(random.choice(list(_backends(running.daicho))).pid)
    if kind == "command":
        load.kill_a_command(random)


def start_database(daicho: Daicho) -> None:
    """What a supervisor does: start the database that is gone. Who uses it keeps it."""
    until = time.monotonic() + 60
    while True:
        try:
            embedded.start(daicho.home).stop()
        except embedded.StartRefused:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _postmaster(daicho: Daicho) -> int:
    pid_file = daicho.home / "postgresql" / "data" / "postmaster.pid"
    return int(pid_file.read_text("ascii").split()[0])


def _backends(daicho: Daicho) -> Iterator[psutil.Process]:
    """The server's processes that work for somebody, or write for all."""
    yield from psutil.Process(_postmaster(daicho)).children()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
