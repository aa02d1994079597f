"""A server for a restore: on a data directory that nobody uses yet, for this account alone, and without a password.

The operating system says who is at the other end of its socket (peer), so no password of the restored data is needed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them

from persistence.cluster import DATABASE, PORT, SUPERUSER
from persistence.home import StartRefused, runs_as_root
from persistence.narrowness import SOCKET_MODE, doorways
from persistence.server_account import SYSTEM_PATH, Account

_RULE: Final = "local all postgres peer map=restoring"
_AFTER_A_RESTORE: Final = {"archive_mode": "on", "archive_command": ""}
"""What is written now is archived too, but only by the server that serves later."""
_NOT_REACHED: Final = "recovery ended before configured recovery target was reached"


@dataclass(frozen=True, slots=True)
class ScratchServer:
    """A running one."""

    data: Path
    socket: Path

    @property
    def url(self) -> str:
        """The URL of its database; it works for this account only."""
        return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(self.socket), safe='')}&port={PORT}"


@contextmanager
def scratch_server(
    data: Path, account: Account, programs: Path, settings: Mapping[str, str]
) -> Iterator[ScratchServer]:
    """Start a server on data, wait until it has recovered and answers, and shut it down in order at the end.

    Raises `StartRefused` when it ends before it answers.
    """
    socket = Path(tempfile.mkdtemp(prefix="daicho-restore-", dir="/run" if runs_as_root() else "/tmp"))  # noqa: S108 - made anew, for nobody else
    try:
        account.receives(socket, SOCKET_MODE)
        given = {**_doors(socket, data.parent), **_AFTER_A_RESTORE, **settings}
        options = [f"--{name}={value}" for name, value in given.items()]
        with _process([programs / "postgres", "-D", data, *options], account, data.with_name("log")) as process:
            _wait_until_ready(process, data)
            yield ScratchServer(data, socket)
    finally:
        shutil.rmtree(socket, ignore_errors=True)


def end_orphans(folder: Path) -> None:
    """End the servers that a killed restore left on data under this folder."""
    processes = psutil.process_iter(["name", "cwd"])
    left = [each for each in processes if each.info["name"] == "postgres" and f"{folder}/" in (each.info["cwd"] or "")]
    for process in left:
        process.kill()
    psutil.wait_procs(left, timeout=5)


def _doors(socket: Path, folder: Path) -> dict[str, str]:
    rules, names = folder / "sign-in-rules.conf", folder / "names.conf"
    rules.write_text(f"{_RULE}\n", "ascii")
    names.write_text(f'restoring "{pwd.getpwuid(os.geteuid()).pw_name}" {SUPERUSER}\n', "utf-8")
    for file in (rules, names):
        file.chmod(0o644)
    return {**doorways(rules, socket), "ident_file": str(names)}


@contextmanager
def _process(command: list[str | Path], account: Account, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    other = {"user": account.uid, "group": account.gid, "extra_groups": []} if account.other else {}
    with log.open("ab") as said:
        process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603 - PostgreSQL's own program
            command,
            env={"PATH": SYSTEM_PATH, "LC_ALL": "C"},
            cwd="/",
            umask=0o077,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,  # a Ctrl-C is for daicho, which then ends this in order
            **other,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # to PostgreSQL: a fast, orderly shutdown
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], data: Path) -> None:
    """However long it takes: a log of days is replayed."""
    while not _says_ready(data / "postmaster.pid"):
        if process.poll() is not None:
            raise _ended(data.with_name("log"))
        time.sleep(0.02)


def _says_ready(pid_file: Path) -> bool:
    try:
        return pid_file.read_text("utf-8").rstrip().endswith("ready")
    except FileNotFoundError:
        return False


def _ended(log: Path) -> StartRefused:
    said = log.read_text("utf-8", "replace")
    if _NOT_REACHED in said:
        return StartRefused(
            "What was backed up and archived ends before that time. To have all of it, leave --to out.",
            "記録はその時刻より前で終わっています。最後まで復元するには --to を付けないでください。",
        )
    why = next((line for line in reversed(said.splitlines()) if "FATAL" in line or "PANIC" in line), "")
    return StartRefused(f"PostgreSQL did not recover. {why}", f"PostgreSQL の復旧に失敗しました。{why}")
