"""The account that the embedded PostgreSQL runs as.

PostgreSQL refuses to run as root. For any other account the server runs as the caller. For root it runs as a system
account of its own, which cannot log in and owns nothing but the server's data.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from persistence.home import StartRefused, runs_as_root

ACCOUNT_NAME = "daicho-postgres"
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Account:
    """An operating system account by its numbers; `other` when it is not the caller's own."""

    uid: int
    gid: int
    other: bool

    def run(self, command: Sequence[str | Path]) -> None:
        """Run a program as this account and wait for it; raises StartRefused with what it said when it fails."""
        if self.other:
            run_program(command, user=self.uid, group=self.gid)
        else:
            run_program(command)

    def receives(self, path: Path, mode: int) -> None:
        """Give this account a file or folder that the caller has made, with a mode."""
        path.chmod(mode)
        if self.other:
            os.chown(path, self.uid, self.gid)


def run_program(
    command: Sequence[str | Path],
    *,
    user: int | None = None,
    group: int | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: str = "",
) -> str:
    """What a program prints; it sees no more of the caller's environment than is named. Raises StartRefused.

    It starts in `/`: the account that runs it may not see the folder that daicho was started in.
    """
    name = Path(command[0]).name
    try:
        done = subprocess.run(  # noqa: S603 - the programs are PostgreSQL's and useradd, by fixed names, without a shell
            command,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            env={"PATH": SYSTEM_PATH, "LC_ALL": "C", **(environment or {})},
            cwd="/",
            umask=0o077,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise _failed(name, error.strerror or type(error).__name__) from error
    if done.returncode != 0:
        raise _failed(name, (done.stderr or done.stdout).strip())
    return done.stdout


@contextmanager
def program_output(command: Sequence[str | Path], environment: Mapping[str, str]) -> Iterator[IO[bytes]]:
    """What a program prints, as it prints it. Raises StartRefused, at the end of the block, when the program fails."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - as in `run_program`
            command,
            env={"PATH": SYSTEM_PATH, "LC_ALL": "C", **environment},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        with process:
            try:
                assert process.stdout is not None  # noqa: S101 - it was asked for above
                yield process.stdout
            except BaseException:  # an interruption too: the program has nobody to tell any more
                process.kill()
                raise
        if process.returncode != 0:
            said.seek(0)
            raise _failed(Path(command[0]).name, said.read().decode("utf-8", "replace").strip())


def _failed(name: str, said: str) -> StartRefused:
    return StartRefused(f"{name} failed: {said}", f"{name} が失敗しました：{said}")


def server_account() -> Account:
    """The account that runs the server: the caller's, or, for root, the system account, made when it is missing."""
    if not runs_as_root():
        return Account(os.geteuid(), os.getegid(), other=False)
    entry = _system_account() or _made_system_account()
    return Account(entry.pw_uid, entry.pw_gid, other=True)


def _system_account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        return None


def _made_system_account() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=SYSTEM_PATH)
    if useradd is None:
        raise StartRefused(
            f"PostgreSQL does not run as root, and there is no useradd to make the account {ACCOUNT_NAME}. "
            "Start daicho as another account.",
            f"PostgreSQL は root では動作せず、アカウント {ACCOUNT_NAME} を作る useradd もありません。"
            "別のアカウントで起動してください。",
        )
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        run_program([useradd, *options, "--shell", "/usr/sbin/nologin", ACCOUNT_NAME])
    except StartRefused:
        # Another process may have made it in the same moment.
        if _system_account() is None:
            raise
    return pwd.getpwnam(ACCOUNT_NAME)
