"""`python -m tests.bench.reviewing`: what the reviewer's analyses of a large city's month cost, and whom they hold up.

A month of a million entries lies in the ledger of a running service. Each analysis goes over all of it, as the command
that a reviewer runs: ten seconds and 500 MB at most. Then it is asked of the service itself, while others read one
resident after the other: how long these wait beside it, and alone.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import click
import httpx
import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them

from domain.ledger.analyses.findings import ReportKind
from domain.ledger.canonical import canonical
from persistence import embedded
from tests.bench.__main__ import new_home
from tests.bench.load import Job, Outcome
from tests.bench.measuring import Do, bodies, head, load_generator
from tests.bench.months import FIRST, LAST, STAFF, Desks, staff_number
from tests.bench.operations import CALLER, MUNICIPALITY, Operation, operations_on
from tests.commands import DAICHO, Daicho, Running
from tests.serving import PURPOSES, UNHINDERED

MOST_SECONDS: Final = 10.0
MOST_MB: Final = 500.0
AT_A_TIME: Final = 20_000
OWN_NUMBERS: Final = 300
"""Of so many of the staff the own number is registered."""
CITY_SIZE: Final = 170_000
READERS: Final = 4
LOOKS_EVERY_SECONDS: Final = 0.05
ALONE_SECONDS: Final = 5.0
BESIDE_SECONDS: Final = 8.0
PATIENCE_SECONDS: Final = 600.0
BESIDE: Final = (ReportKind.SESSIONS, ReportKind.NOT_FOLLOWED_UP, ReportKind.NUMBERS)
"""The analyses that look at the most entries, and one that looks at few."""
REPORT: Final = """query ($kind: LedgerReportKind!, $from: String!, $to: String!) {
  ledgerReport(kind: $kind, from: $from, to: $to) { entries total findings { at } } }"""

_PEOPLE = "SELECT addressee_number FROM residents WHERE NOT is_closed ORDER BY 1"
_COLUMNS = ("municipality_code", "position", "id", "recorded_at", "kind", "staff_number", "purpose", "entry")
_GRANT = """
INSERT INTO grants (municipality_code, id, staff_number, department, purpose, switched_off, own_number, starts_on,
  recorded_at, recorded_by)
SELECT municipality_code, $2, $3, department, purpose, switched_off, $4, starts_on, recorded_at, recorded_by
FROM grants WHERE municipality_code = $1 LIMIT 1
"""
_SIZE = "SELECT size FROM ledger_heads WHERE municipality_code = $1"
_GROW = "UPDATE ledger_heads SET size = size + $2 WHERE municipality_code = $1"
_SIGNED = "SELECT max(size) FROM ledger_checkpoints WHERE municipality_code = $1"


@click.command()
@click.option("--entries", default=1_000_000, show_default=True, help="Of the month.")
@click.option("--residents", default=2_000, show_default=True)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(ReportKind), help="Only these analyses.")
def reviewing(entries: int, residents: int, kinds: tuple[ReportKind, ...]) -> None:
    """Measure the analyses, and the others' latency beside them."""
    with new_home() as home:
        daicho = Daicho(home / "home", UNHINDERED)
        with daicho.serving("--demo", "--residents", str(residents)) as running, _store(daicho.home) as url:
            _told_seconds(f"A month of {entries:,} entries", lambda: asyncio.run(_fill(url, entries)))
            for kind in kinds or ReportKind:
                _tell_report(running, kind, home / "report.csv")
            _tell_beside(running, url, [kind for kind in BESIDE if kind in (kinds or ReportKind)])


@contextmanager
def _store(home: Path) -> Iterator[str]:
    """The address of the service's own store, for its owner."""
    server = embedded.start(home)
    try:
        yield server.url
    finally:
        server.stop()


async def _fill(url: str, entries: int) -> None:
    """Copied in as the owner: by the ledger's own way it would take an hour."""
    owner = await asyncpg.connect(url)
    try:
        people = [row[0] for row in await owner.fetch(_PEOPLE)]
        for nth in range(OWN_NUMBERS):
            await owner.execute(_GRANT, MUNICIPALITY, uuid4(), staff_number(nth), people[nth * len(people) // STAFF])
        async with owner.transaction():
            first, made = await owner.fetchval(_SIZE, MUNICIPALITY), 0
            for rows in _batches(_city(people), entries, first):
                await owner.copy_records_to_table("ledger_entries", records=rows, columns=_COLUMNS)
                made += len(rows)
            await owner.execute(_GROW, MUNICIPALITY, made)
        await owner.execute("VACUUM ANALYZE ledger_entries")
        await _signed(owner, first + made)
    finally:
        await owner.close()


async def _signed(owner: asyncpg.Connection, size: int) -> None:
    """Wait until the keeper has signed for so many: it is busy until then."""
    while await owner.fetchval(_SIGNED, MUNICIPALITY) < size:  # noqa: ASYNC110 - another process does it
        await asyncio.sleep(1)


def _city(people: list[str]) -> list[str]:
    """As many people as a city has: the register need not know them to be read about."""
    return people + [f"{nth:010}" for nth in range(10**9, 10**9 + CITY_SIZE - len(people))]


def _batches(people: list[str], entries: int, first: int) -> Iterator[list[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    for position, one in enumerate(Desks(MUNICIPALITY, people, entries), first):
        columns = (one.kind.value, one.staff_number, one.purpose, canonical(one, position))
        rows.append((MUNICIPALITY, position, UUID(one.id), one.recorded_at, *columns))
        if len(rows) == AT_A_TIME:
            yield rows
            rows = []
    yield rows


def _told_seconds(what: str, work: Callable[[], None]) -> None:
    began = time.perf_counter()
    work()
    click.echo(f"{what}: {time.perf_counter() - began:.0f} s", err=True)


# As a command.


def _tell_report(running: Running, kind: ReportKind, out: Path) -> None:
    """The whole command: it starts, reads, writes the findings and records itself."""
    words = [kind.value.lower().replace("_", "-"), "--from", FIRST.isoformat(), "--to", LAST.isoformat()]
    began = time.perf_counter()
    with out.open("wb") as file:
        process = psutil.Popen(
            [DAICHO, "ledger", "report", *words], env=running.daicho.environment, stdout=file, stderr=subprocess.DEVNULL
        )
        computing, peak = _watched(process)
    took = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"{kind}: refused")
    with out.open("rb") as file:
        found = sum(1 for _ in file) - 1
    met = _met(took <= MOST_SECONDS and peak <= MOST_MB)
    click.echo(
        f"{met} {kind.value.lower()}: {took:.1f} s ({computing:.1f} s of computing), {peak:.0f} MB, {found:,} findings"
        f" (goal: at most {MOST_SECONDS:g} s, {MOST_MB:g} MB)"
    )


def _watched(process: psutil.Popen) -> tuple[float, float]:
    """Its processor seconds and its peak of memory in MB, by looking again and again until it has ended."""
    computing = peak = 0.0
    while process.poll() is None:
        try:
            times, memory = process.cpu_times(), process.memory_info()
        except psutil.NoSuchProcess:
            break
        computing, peak = max(computing, times.user + times.system), max(peak, memory.rss / 1e6)
        time.sleep(LOOKS_EVERY_SECONDS)
    process.wait()
    return computing, peak


# Beside others.


@dataclass
class Asked:
    """An analysis that was asked of the service: what was answered, and after how long."""

    seconds: float = 0.0
    answered: str = ""


def _tell_beside(running: Running, url: str, kinds: list[ReportKind]) -> None:
    resident = next(one for one in operations_on(url) if one.name == "resident")
    with load_generator() as do:
        _read(running, do, resident, 1.0)
        click.echo(f"       {READERS} readers alone: {_quantiles(_read(running, do, resident, ALONE_SECONDS))}")
        for kind in kinds:
            with _asking(running, kind) as asked:
                beside = _read(running, do, resident, BESIDE_SECONDS)
            click.echo(
                f"       beside {kind.value.lower()}: {_quantiles(beside)}; {asked.answered}, {asked.seconds:.1f} s"
            )


def _read(running: Running, do: Do, operation: Operation, seconds: float) -> Outcome:
    port = urlsplit(running.url).port or 0
    outcome = do(Job(port, head(running.token(CALLER)), bodies(operation), READERS, seconds))
    if outcome.failures:
        raise SystemExit(f"{outcome.failures} answers were no 200")
    return outcome


def _quantiles(outcome: Outcome) -> str:
    cuts = statistics.quantiles(outcome.latencies, n=100)
    rate = len(outcome.latencies) / outcome.seconds
    return f"p50 {cuts[49] * 1e3:.1f} ms, p99 {cuts[98] * 1e3:.1f} ms, {rate:,.0f} reads a second"


@contextmanager
def _asking(running: Running, kind: ReportKind) -> Iterator[Asked]:
    """Ask for the analysis again and again until the block ends; the last answer counts."""
    asked, over = Asked(), threading.Event()

    def ask() -> None:
        while not over.is_set():
            asked.seconds, asked.answered = _answered(running, kind)

    thread = threading.Thread(target=ask)
    running.token("reviewer")
    thread.start()
    try:
        yield asked
    finally:
        over.set()
        thread.join()


def _answered(running: Running, kind: ReportKind) -> tuple[float, str]:
    headers = {"Authorization": f"Bearer {running.token('reviewer')}", "Daicho-Purpose": PURPOSES["reviewer"]}
    variables = {"kind": kind.value, "from": FIRST.isoformat(), "to": LAST.isoformat()}
    began = time.perf_counter()
    body = {"query": REPORT, "variables": variables}
    answer = httpx.post(
        f"{running.url}/graphql", json=body, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False
    ).json()
    took = time.perf_counter() - began
    if errors := answer.get("errors"):
        return took, f"refused with {errors[0]['extensions']['code']}"
    return took, f"{answer['data']['ledgerReport']['total']:,} findings"


def _met(is_met: bool) -> str:
    return "met   " if is_met else "MISSED"


if __name__ == "__main__":
    reviewing()
