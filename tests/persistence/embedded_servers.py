"""What tests do with embedded servers: look at them, ask them, kill them, start them from other processes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them

from persistence.embedded import EmbeddedServer
from tests.postgres import execute

PROJECT = Path(__file__).parents[2]


def postmaster(home: Path) -> int:
    return int((home / "postgresql/data/postmaster.pid").read_text().split()[0])


def pid_file(home: Path) -> Path:
    return home / "postgresql/data/postmaster.pid"


def kill(pid: int) -> None:
    """Kill a process, and wait until it is dead."""
    os.kill(pid, signal.SIGKILL)
    while is_alive(pid):
        time.sleep(0.01)


def end_servers(folder: Path) -> None:
    """End whatever server, or orphan of one, still runs on data under a folder."""
    processes = psutil.process_iter(["name", "cwd"])
    left = [each for each in processes if each.info["name"] == "postgres" and f"{folder}/" in (each.info["cwd"] or "")]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGQUIT)
    psutil.wait_procs(left, timeout=5)


def is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def socket_folder(server: EmbeddedServer) -> Path:
    return Path(parse_qs(urlsplit(server.url).query)["host"][0])


def password_of(server: EmbeddedServer) -> str:
    password = urlsplit(server.url).password
    assert password
    return password


def fetch(url: str, query: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(ask())


def run(url: str, *statements: str) -> None:
    asyncio.run(execute(url, *statements))


def python(script: str, home: Path) -> subprocess.Popen[str]:
    """Another process that works with the same home; it can be talked to over its standard input and output."""
    begin = "import sys; from pathlib import Path; from persistence import embedded; home = Path(sys.argv[1])\n"
    return subprocess.Popen(  # noqa: S603 - the tests' own scripts
        [sys.executable, "-c", begin + script, home],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


STARTS_AND_WAITS = "server = embedded.start(home); print('started', flush=True); input()"


def has_started(process: subprocess.Popen[str]) -> bool:
    assert process.stdout
    return process.stdout.readline() == "started\n"
