"""A pytest plugin: the `daicho` command as a user runs it, in processes and homes of their own.

    def test_something(demonstration):          # one for the session; what a test adds, others may see
        answer = demonstration.ask("tax-clerk", "{ me { displayName } }")
        assert demonstration.command("ledger", "tail", "--json").entries[-1] ...

    def test_something_else(new_daicho):
        with new_daicho().serving("--demo", "--residents", "200") as running: ...

No setting of who runs the tests reaches the command.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

import httpx
import pytest

from tests.keys import checkpoint_key_file, key_file
from tests.logins import roles_file
from tests.secrets_known import assert_no_number_is_left
from tests.serving import PURPOSES, Answer

NewDaicho: TypeAlias = "Callable[..., Daicho]"

DAICHO = Path(sys.executable).parent / "daicho"
KEPT = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR")
SECONDS = 120
"""For so long a start or a command is waited for: two cores may be busy with something else."""
SERVES_AT = re.compile(r"(http://\S+)/graphql")


@dataclass(frozen=True)
class Done:
    """What a command left."""

    status: int
    out: str
    err: str

    def must_be_done(self) -> None:
        """Fail when it was refused."""
        assert self.status == 0, self.err

    @property
    def lines(self) -> list[str]:
        """What it printed; fails when it was refused."""
        self.must_be_done()
        return self.out.splitlines()

    @property
    def entries(self) -> list[dict[str, Any]]:
        """What it printed, one JSON object a line."""
        return [json.loads(line) for line in self.lines]

    @property
    def refusal(self) -> list[str]:
        """What it said when it was refused: English, then Japanese, and nothing on standard output."""
        assert (self.status, self.out) == (1, ""), self
        said = self.err.splitlines()
        assert [line.partition(": ")[0] for line in said] == ["daicho"] * 2, said
        return [line.partition(": ")[2] for line in said]


@dataclass
class Daicho:
    """The command with a home, settings if a test gives some, and another command that it is run under."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    under: tuple[str, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        """What its processes see of the environment."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {**kept, "LANG": "C.UTF-8", "DAICHO_HOME": str(self.home), **self.settings}

    def command(self, *words: str, stdin: str | bytes = b"") -> Done:
        """Run a command to its end."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(  # noqa: S603 - our own command
            [*self.under, DAICHO, *words],
            env=self.environment,
            input=given,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def serving(self, *options: str) -> Iterator[Running]:
        """`daicho serve` on any free port unless the options name one, ready, until the block ends."""
        started = time.monotonic()
        with self.starting(*options) as running:
            running.wait_until_ready()
            running.seconds_to_ready = time.monotonic() - started
            yield running

    @contextmanager
    def starting(self, *options: str) -> Iterator[Running]:
        """The same, ready or not."""
        words = [*options] if "--port" in options else [*options, "--port", "0"]
        out, err = (self.home.with_name(f"{self.home.name}.{name}") for name in ("out", "err"))
        with out.open("wb") as to_out, err.open("wb") as to_err:
            command = [*self.under, DAICHO, "serve", *words]
            process = subprocess.Popen(  # noqa: S603 - our own command
                command, env=self.environment, stdout=to_out, stderr=to_err, start_new_session=True
            )
        running = Running(self, process, out, err)
        try:
            yield running
        finally:
            running.stop()


@dataclass
class Running:
    """A running `daicho serve`."""

    daicho: Daicho
    process: subprocess.Popen[bytes]
    _out: Path
    _err: Path
    url: str = ""
    seconds_to_ready: float = 0.0
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def out(self) -> str:
        """What it has printed."""
        return self._out.read_text("utf-8")

    @property
    def err(self) -> str:
        """What it has logged."""
        return self._err.read_text("utf-8")

    def command(self, *words: str, stdin: str | bytes = b"") -> Done:
        """Run a command beside it."""
        return self.daicho.command(*words, stdin=stdin)

    def wait_until_ready(self) -> None:
        """Wait until it has said where it is and answers there."""
        self.wait_until(self.is_ready)

    def wait_until(self, reached: Callable[[], bool]) -> None:
        """Wait until it has said where it is, and something is so."""
        until = time.monotonic() + SECONDS
        while not (self._knows_its_address() and reached()):
            assert self.process.poll() is None, self.err
            assert time.monotonic() < until, self.err
            time.sleep(0.05)

    def _knows_its_address(self) -> bool:
        said = SERVES_AT.search(self.out)
        self.url = said[1] if said else ""
        return bool(said)

    def is_ready(self) -> bool:
        """Whether `GET /health/ready` answers 200."""
        try:
            return self.get("/health/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def get(self, path: str, **headers: str) -> httpx.Response:
        """`GET` an address of it."""
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=10, trust_env=False)

    def token(self, caller: str) -> str:
        """A token of one of the demonstration's callers, as `daicho token` prints it."""
        if caller not in self._tokens:
            (self._tokens[caller],) = self.command("token", "--as", caller).lines
        return self._tokens[caller]

    def ask(
        self, caller: str, query: str, variables: Mapping[str, Any] | None = None, *, purpose: str | None = None
    ) -> Answer:
        """Send an operation as one of the demonstration's callers."""
        purpose = PURPOSES[caller] if purpose is None else purpose
        return self.ask_with(self.token(caller), purpose, query, variables)

    def ask_with(self, token: str, purpose: str, query: str, variables: Mapping[str, Any] | None = None) -> Answer:
        """Send an operation with any token."""
        headers = {"Authorization": f"Bearer {token}", "Daicho-Purpose": purpose}
        body = {"query": query, "variables": dict(variables or {})}
        answer = httpx.post(f"{self.url}/graphql", json=body, headers=headers, timeout=30, trust_env=False)
        return Answer(answer.status_code, answer.content, dict(answer.headers))

    def ledger(self) -> list[dict[str, Any]]:
        """All entries, as `daicho ledger tail` prints them."""
        return self.command("ledger", "tail", "--json").entries

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop, wait for it, and give its status; once is enough."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=SECONDS)


@contextmanager
def folder_for_homes() -> Iterator[Path]:
    """A folder for homes, not under pytest's own: as root, each other run of pytest closes that to our PostgreSQL."""
    with TemporaryDirectory(prefix="daicho-home-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def as_on_this_server(home: Path, url: str) -> dict[str, str]:
    """The settings of a home on a database of the tests' server, where all have the same logins and the same key."""
    return {
        "DAICHO_DATABASE_ROLES_FILE": roles_file(home, url),
        "DAICHO_KEY_FILE": key_file(home),
        "DAICHO_CHECKPOINT_KEY_FILE": checkpoint_key_file(home),
        "DAICHO_CHECKPOINT_TO": home.with_name(f"{home.name}-checkpoints.jsonl").as_uri(),
    }


@pytest.fixture
def new_daicho() -> Iterator[NewDaicho]:
    """A function that gives the command with a home that is not there yet: `new_daicho(DAICHO_X=…)`."""
    made: list[Daicho] = []
    with folder_for_homes() as folder:

        def make(**settings: str) -> Daicho:
            home = folder / f"home-{len(made)}"
            if url := settings.get("DAICHO_DATABASE_URL"):
                settings = as_on_this_server(home, url) | settings
            made.append(Daicho(home, settings))
            return made[-1]

        yield make


@pytest.fixture(scope="session")
def demonstration() -> Iterator[Running]:
    """The demonstration, running, with few residents. For who only looks, or adds what harms nobody."""
    with folder_for_homes() as folder:
        with Daicho(folder / "home").serving("--demo", "--residents", "400") as running:
            yield running
        assert_no_number_is_left(folder, 400)
