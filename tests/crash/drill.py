"""The drill: start, work, kill, start again, check; and at the end everything once more."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from persistence import embedded
from tests.commands import Daicho, Running
from tests.crash.checks import Checks
from tests.crash.load import Load, Told, load
from tests.crash.proofs import Proofs, exported
from tests.crash.strikes import KINDS, start_database, strike
from tests.serving import UNHINDERED

READY_WITHIN = 60.0
Say = Callable[[str], None]


@dataclass
class Report:
    """How a drill went."""

    strikes: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    told: Told = field(default_factory=Told)
    entries: int = 0
    slowest: float = 0.0
    """Seconds from a kill until the service was ready again."""

    def __str__(self) -> str:
        counts = "\n".join(f"  {what}: {count}" for what, count in sorted(self.told.counts.items()))
        killed = ", ".join(f"{kind} {count}" for kind, count in sorted(self.strikes.items()))
        return (
            f"{self.strikes.total()} kills: {killed}\n{counts}\n"
            f"  answered and in the ledger: {len(self.told.requests)} of {self.entries} entries\n"
            f"  changes acknowledged and there: {len(self.told.changes)}\n"
            f"  notified and approved, once each: {len(self.told.notifications)}\n"
            f"  issued and in the book, no number missing: {len(self.told.issued)}\n"
            f"  imported and there: {len(self.told.imported)} residents\n"
            f"  ready again after at most {self.slowest:.1f} s\n"
            f"{len(self.findings)} findings{''.join(f'{chr(10)}  {one}' for one in self.findings)}"
        )


class Drill:
    """A home, and what is done to it; `seed` says what is killed when."""

    def __init__(self, home: Path, residents: int, seed: int, say: Say) -> None:
        self._daicho = Daicho(home, UNHINDERED)
        port = str(_free_port())
        self._options = ("--demo", "--residents", str(residents), "--port", port)
        self._random, self._say = Random(seed), say  # noqa: S311 - chance that can be repeated
        self._checks = Checks()
        self._proofs = Proofs(home / "checkpoints.jsonl", home / "checkpoint-keys")
        self.report = Report()

    def run(self, kinds: list[str]) -> Report:
        """Kill once for each kind, and check after each."""
        with ExitStack() as stack:
            running = self._start(stack)
            working = stack.enter_context(load(self.report.told, running.url, self._daicho))
            for nth, kind in enumerate(kinds, start=1):
                time.sleep(self._random.uniform(0.2, 1.5))
                kept = self._proofs.newest()
                running = self._once(kind, running, working, stack)
                self._check(f"kill {nth} ({kind})", kept)
        with ExitStack() as stack:
            self._start(stack)
            self._check("at the end", self._proofs.newest())
        wrong = Counter(self.report.told.wrong)
        self.report.findings += [f"{what}: {times} times" for what, times in wrong.items()]
        self.report.entries = self._checks.entries
        return self.report

    def random_kinds(self, times: int) -> list[str]:
        """What to kill, so many times."""
        return [self._random.choice(KINDS) for _ in range(times)]

    def _start(self, stack: ExitStack) -> Running:
        return stack.enter_context(self._daicho.serving(*self._options))

    def _once(self, kind: str, running: Running, working: Load, stack: ExitStack) -> Running:
        """One kill, and everything back: a dead service is started anew, a living one must serve by itself."""
        began = time.monotonic()
        strike(kind, running, working, self._random)
        self.report.strikes[kind] += 1
        if kind in {"database", "restart"}:
            start_database(self._daicho)
        if kind in {"service", "everything"}:
            running.process.wait()
            running = self._start(stack)
        while not running.is_ready():
            assert time.monotonic() - began < READY_WITHIN, f"not ready again after kill of {kind}"
            time.sleep(0.05)
        self.report.slowest = max(self.report.slowest, time.monotonic() - began)
        return running

    def _check(self, when: str, kept: bytes) -> None:
        """Everything, and an export against a checkpoint that was kept before the kill."""
        server = embedded.running(self._daicho.home)
        if server is None:
            self.report.findings.append(f"{when}: no database runs")
            return
        told = self.report.told
        found = self._checks.findings(server.url, told)
        there = self._checks.entries
        found += exported(self._daicho, self._proofs, kept)
        found += self._proofs.findings(server.url, there)
        self.report.findings += [f"{when}: {one}" for one in found]
        self._say(f"{when}: {self._checks.entries} entries, {len(told.requests)} answers, {len(found)} findings")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
