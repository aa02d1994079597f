"""The three builds as processes on this machine, and what they cost in processor time."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from persistence.cluster import Cluster
from persistence.server_account import server_account
from tests.serving import UNHINDERED

READY_WITHIN_SECONDS = 180.0
STOPPED_WITHIN_SECONDS = 15.0
DAICHO = ("-c", "from api.cli.main import main; main()", "serve", "--demo")
OTHERS = {name: ("-m", "tests.bench.serve", name) for name in ("obvious", "unsafe")}
BUILDS = ("obvious", "daicho", "unsafe")
"""In the order in which they take their turns."""


@dataclass(frozen=True)
class Server:
    """A build that serves: its process and its port."""

    build: str
    process: psutil.Process
    port: int

    def cpu_seconds(self) -> float:
        """The processor time of its process so far."""
        return _cpu(self.process)


@dataclass(frozen=True)
class Store:
    """The PostgreSQL that all builds share: its first process."""

    process: psutil.Process

    def cpu_seconds(self) -> float:
        """The processor time of all its processes so far; only one build is asked at a time."""
        return sum(map(_cpu, [self.process, *self.process.children()]))


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def store_of(home: Path) -> Store:
    """The store of a home."""
    first_line = (Cluster(home, server_account()).data / "postmaster.pid").read_text().splitlines()[0]
    return Store(psutil.Process(int(first_line)))


@contextmanager
def serving(home: Path, residents: int) -> Iterator[dict[str, Server]]:
    """All builds on one home; daicho comes first and makes the city."""
    with ExitStack() as stack:
        commands = {"daicho": (*DAICHO, "--residents", str(residents), "--port")} | OTHERS
        servers = {build: stack.enter_context(_server(home, build, command)) for build, command in commands.items()}
        yield {build: servers[build] for build in BUILDS}


@contextmanager
def _server(home: Path, build: str, command: Sequence[str]) -> Iterator[Server]:
    port = _free_port()
    with open(home / f"{build}.log", "wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own builds
            [sys.executable, *command, str(port)], env=_environment(home), stdout=log, stderr=log
        )
    try:
        _wait_until_it_serves(process, port, home / f"{build}.log")
        yield Server(build, psutil.Process(process.pid), port)
    finally:
        process.terminate()
        try:
            process.wait(STOPPED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _environment(home: Path) -> Mapping[str, str]:
    """This one without other settings of daicho."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DAICHO_")}
    return kept | UNHINDERED | {"DAICHO_HOME": str(home)}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_it_serves(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Any answer will do: a build listens when it can answer."""
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health/ready")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"a build does not serve:\n{log.read_text(errors='replace')[-2000:]}")
