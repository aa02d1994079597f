"""One PostgreSQL cluster under the home folder: where its things lie, how it is made, started, asked and stopped.

`embedded.py` says when; nothing here may be called but by it, and what changes something only while it is `alone`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shlex
import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them

from persistence.archive import SEGMENT_SECONDS
from persistence.home import StartRefused, private_mode, runs_as_root
from persistence.narrowness import BACKUP_RULE, SETTINGS, SIGN_IN_RULE, SOCKET_MODE, doorways
from persistence.passage import let_through
from persistence.postgres_programs import MAJOR_VERSION, copy_programs, packaged_programs, programs_of_copy
from persistence.server_account import Account, run_program

DATABASE = "daicho"
SUPERUSER = "postgres"
PORT = 5432
# The kernel takes 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100
READY_WITHIN_SECONDS = 120

MADE_WITH: tuple[str, ...] = (
    f"--username={SUPERUSER}",
    "--auth=scram-sha-256",
    "--data-checksums",
    "--encoding=UTF8",
    # Order by code point, as prefix searches need it, and upper and lower case as Unicode knows them.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
# What suits a machine that serves one city and runs daicho beside it; an operator may change these.
PREFERRED = {
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    # A register that was just loaded is known to nobody: until it is analysed, some searches take a hundred times as
    # long. It is looked for more often than once a minute.
    "autovacuum_naptime": "5s",
    "jit": "off",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server that is alive: the folder of its socket, and whether it accepts connections."""

    socket: Path
    ready: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster of one home, and the account that its server runs as."""

    home: Path
    account: Account

    @property
    def folder(self) -> Path:
        """Everything of the cluster but its log."""
        return self.home / "postgresql"

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says; no statement and no value."""
        return self.home / "postgresql.log"

    @property
    def pgpass(self) -> Path:
        """The superuser's password, in libpq's format (`PGPASSFILE`)."""
        return self.folder / "pgpass"

    @property
    def sign_in_rules(self) -> Path:
        """The `pg_hba.conf`; outside the data, so that the server's account cannot change it."""
        return self.folder / "sign-in-rules.conf"

    @property
    def programs(self) -> Path:
        """PostgreSQL's programs, where the server's account can run them."""
        return programs_of_copy(self.folder / "programs") if self.account.other else packaged_programs()

    @property
    def lock(self) -> Path:
        """Held by whoever makes, starts or stops the server."""
        return self.folder / "lock"

    @property
    def leases(self) -> Path:
        """Held by whoever uses the server."""
        return self.folder / "leases"

    @property
    def socket(self) -> Path:
        """The folder of the next server's socket: a short one outside the home when the home's path is too long."""
        inside = self.folder / "socket"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/run" if runs_as_root() else "/tmp") / f"daicho-{name}"  # noqa: S108 - its owner and mode are checked

    @property
    def spool(self) -> Path:
        """Where the server lays what is to be archived; there only once this home has an archive."""
        return self.folder / "spool"

    def make_spool(self) -> None:
        """Make the spool, if it is missing: from then on the server fills it."""
        self.spool.mkdir(exist_ok=True)
        self.account.receives(self.spool, 0o700)

    def settle(self) -> Postmaster | None:
        """The server once it answers, None if there is none; waits for one that is starting or stopping."""
        until = time.monotonic() + READY_WITHIN_SECONDS
        while (found := self.postmaster()) and not found.ready:
            if time.monotonic() > until:
                raise StartRefused(
                    f"The embedded PostgreSQL does not become ready. See {self.log}",
                    f"組み込みの PostgreSQL の準備が完了しません。{self.log} を確認してください。",
                )
            time.sleep(0.05)
        return found

    def postmaster(self) -> Postmaster | None:
        """The server that is alive: the pid file that a dead one left names no process in this data directory."""
        lines = self._pid_file_lines()
        try:
            if not lines or psutil.Process(_pid(lines)).cwd() != str(self.data):
                return None
        except psutil.Error:
            return None
        reached_at = Path("".join(lines[4:5]))
        return Postmaster(reached_at, ready=lines[-1].strip() == "ready" and _accepts(reached_at))

    def prepare(self) -> None:
        """Make the cluster's folder, if it is missing, and let the server's account reach it."""
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(private_mode())
        if self.account.other:
            let_through(self.folder, self.account.uid)

    def bring_programs(self) -> None:
        """Copy the programs, if the server's account needs a copy and has none; no server may be running."""
        if self.account.other:
            copy_programs(self.folder / "programs")

    def make_socket_folder(self) -> None:
        """Make the socket's folder, if it is missing; one that is there is left as it is, to be checked."""
        if not self.socket.exists():
            self.socket.mkdir(mode=SOCKET_MODE)
            self.account.receives(self.socket, SOCKET_MODE)

    def make(self) -> None:
        """Make the cluster, which exists from the moment its data directory has its name."""
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        self.account.receives(unfinished, 0o700)
        password = secrets.token_urlsafe(32)
        self.write_sign_in(password)
        self._initialise(unfinished, password)
        unfinished.rename(self.data)

    def write_sign_in(self, password: str) -> None:
        """Write down the superuser's password, and who may sign in and how."""
        _write_private(self.pgpass, f"*:*:*:{SUPERUSER}:{password}\n")
        _write_private(self.sign_in_rules, f"# daicho starts only with these rules.\n{SIGN_IN_RULE}\n{BACKUP_RULE}\n")
        self.sign_in_rules.chmod(0o644)

    def password(self) -> str | None:
        """The superuser's password, if it was written down."""
        return self.pgpass.read_text("ascii").strip().rpartition(":")[2] if self.pgpass.exists() else None

    def launch(self) -> None:
        """Start the server on data that exists, and wait until it answers."""
        self._check_version()
        self._clear_what_a_dead_server_left()
        self.log.touch(mode=0o600)
        self.account.receives(self.log, 0o600)
        given = {**doorways(self.sign_in_rules, self.socket), **_archiving(self.spool)}
        options = shlex.join(f"--{name}={value}" for name, value in given.items())
        how = [f"--pgdata={self.data}", f"--log={self.log}", f"--timeout={READY_WITHIN_SECONDS}"]
        try:
            self.account.run([self.programs / "pg_ctl", "start", "--wait", "--silent", *how, f"--options={options}"])
        except StartRefused as refused:
            raise StartRefused(f"{refused} {self.log}", f"{refused.message_ja} {self.log}") from None

    def shut_down(self) -> None:
        """Stop the server, if it is alive, once what is committed is on disk; open connections are closed."""
        if self.postmaster():
            how = ["--wait", "--silent", "--mode=fast", f"--timeout={READY_WITHIN_SECONDS}"]
            self.account.run([self.programs / "pg_ctl", "stop", *how, f"--pgdata={self.data}"])
        if self.socket.parent != self.folder:
            shutil.rmtree(self.socket, ignore_errors=True)

    def ask(self, sql: str, *, database: str = DATABASE) -> list[str]:
        """What statements answer, one line a row, asked with psql over the socket."""
        found = self.postmaster()
        host = str(found.socket if found else self.socket)
        to = [f"--host={host}", f"--port={PORT}", f"--username={SUPERUSER}", f"--dbname={database}", "--no-password"]
        how = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", "--file=-"]
        environment = {"PGPASSFILE": str(self.pgpass), "PGCONNECT_TIMEOUT": "10"}
        return run_program([packaged_programs() / "psql", *to, *how], environment=environment, stdin=sql).splitlines()

    def url(self, socket: Path) -> str:
        """The URL of the database, with the password: for drivers only, never printed."""
        return f"postgresql://{SUPERUSER}:{self.password()}@/{DATABASE}?host={quote(str(socket), safe='')}&port={PORT}"

    def _initialise(self, data: Path, password: str) -> None:
        password_file = self.folder / "first-password"
        settings = [f"--set={name}={value}" for name, value in (*SETTINGS.items(), *PREFERRED.items())]
        _write_private(password_file, password)
        self.account.receives(password_file, 0o600)
        try:
            how = [f"--pgdata={data}", f"--pwfile={password_file}", *MADE_WITH, *settings]
            self.account.run([self.programs / "initdb", *how])
        finally:
            password_file.unlink()

    def _check_version(self) -> None:
        version = (self.data / "PG_VERSION").read_text("ascii").strip()
        if version != MAJOR_VERSION:
            raise StartRefused(
                f"The data in {self.data} are of PostgreSQL {version}; this daicho brings {MAJOR_VERSION}.",
                f"{self.data} のデータは PostgreSQL {version} のものです。daicho は {MAJOR_VERSION} を使用します。",
            )

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _clear_what_a_dead_server_left(self) -> None:
        """Clear away what would keep PostgreSQL from starting after a crash, and what it cannot judge by itself.

        These are processes of a killed server that are still busy, and lock files without a number, or with one that
        another process has since been given.
        """
        if not (self.data / "postmaster.pid").exists():
            return
        processes = psutil.process_iter(["name", "cwd"])
        orphans = [each for each in processes if each.info == {"name": "postgres", "cwd": str(self.data)}]
        for orphan in orphans:
            orphan.kill()
        psutil.wait_procs(orphans, timeout=5)
        lines = self._pid_file_lines()
        if not lines or psutil.pid_exists(_pid(lines)):
            (self.data / "postmaster.pid").unlink()
            (self.socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _archiving(spool: Path) -> dict[str, str]:
    """The settings that copy each finished segment of the log into the spool, where there is one.

    A copy has its name once it is on disk. While that fails, PostgreSQL keeps the segment and tries again.
    """
    folder = shlex.quote(str(spool)).replace("%", "%%")
    copied = f"cp %p {folder}/.%f && sync {folder}/.%f && mv {folder}/.%f {folder}/%f && sync {folder}"
    return {
        "archive_mode": "on",
        "archive_command": f"test ! -d {folder} || test -e {folder}/%f || {{ {copied}; }}",
        "archive_timeout": f"{SEGMENT_SECONDS}s",
    }


def _pid(lines: list[str]) -> int:
    """The number on a pid file's first line; PostgreSQL writes it negative for a server in single-user mode."""
    return abs(int(lines[0]))


def _accepts(folder: Path) -> bool:
    """Whether the socket takes connections: a server that was killed may look alive for a moment longer."""
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(os.fsencode(folder / f".s.PGSQL.{PORT}")) == 0


def _write_private(file: Path, text: str) -> None:
    """Write a file that nobody else can open, not even before it is complete."""
    file.unlink(missing_ok=True)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
