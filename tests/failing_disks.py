"""A disk that fails under one call of a process, with the help of strace; the other calls go on.

with failing(pid, "fdatasync", "EIO") as noted: ...          a process that runs, from now on
with failing(pid, "fsync", "EIO", children=True) as noted:   and the ones that it starts meanwhile
daicho = failing_from_the_start(daicho, file, "write", "ENOSPC"); ... ; make_well(pid)
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands import Daicho
from tests.persistence.conftest import passable_folder


def strace() -> str:
    """Where it is; without it the test is skipped."""
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    return found


@contextmanager
def failing(pid: int, call: str, error: str, *, children: bool = False) -> Iterator[Path]:
    """Every such call of a process fails from now on; gives the file in which each is noted."""
    with passable_folder() as folder:
        noted = folder / "calls"
        inject = [f"--inject={call}:error={error}", f"--trace={call}", f"--output={noted}", f"--attach={pid}"]
        words = [strace(), *(["--follow-forks"] if children else []), *inject]
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as tracer:  # noqa: S603 - our own words
            assert tracer.stderr
            if "attached" not in (said := tracer.stderr.readline()):
                pytest.skip(f"strace may not do this here: {said}")
            yield noted
            tracer.terminate()


def failing_from_the_start(daicho: Daicho, place: Path, call: str, error: str) -> Daicho:
    """The command, whose every such call on one file or folder fails until `make_well`."""
    noted = daicho.home.with_name("calls")
    inject = [f"--inject={call}:error={error}", f"--trace={call}", f"--trace-path={place}", f"--output={noted}"]
    return replace(
        daicho, under=(strace(), "--daemonize", "--interruptible=waiting", "--follow-forks", "--quiet=all", *inject)
    )


def make_well(pid: int) -> None:
    """The disk under a process that runs fails no more."""
    os.kill(_tracer_of(pid), signal.SIGTERM)
    until = time.monotonic() + 10
    while _tracer_of(pid):
        assert time.monotonic() < until
        time.sleep(0.05)


def _tracer_of(pid: int) -> int:
    found = re.search(r"^TracerPid:\t(\d+)$", Path(f"/proc/{pid}/status").read_text("ascii"), re.MULTILINE)
    assert found
    return int(found[1])
