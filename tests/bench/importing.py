"""`python -m tests.bench.importing`: what an import costs, beside PostgreSQL's own COPY of the same rows.

The same rows go into the same tables with the same indexes twice: by `daicho import` out of a file, checked, sealed and
recorded; and by COPY as the owner, out of what COPY itself has written before, with everything made already. The goal:
at most five times as long, in less than 400 MB.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import click

from api.demonstration.city import MUNICIPALITY
from api.number_key import make_number_key
from persistence import embedded
from persistence.home import default_home
from persistence.register_writing import COLUMNS

MOST_TIMES, MOST_MEGABYTES = 5.0, 400.0
HOURS = 3_600.0


@dataclass(frozen=True)
class Run:
    """What a command cost: the time, and the most memory that its process held."""

    seconds: float
    megabytes: float


@click.command()
@click.option("--residents", default=170_000, show_default=True)
def importing(residents: int) -> None:
    """Measure an import."""
    usual = default_home()
    usual.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="daicho-importing-", dir=usual.parent) as name:
        folder = Path(name)
        file, settings = folder / "residents.jsonl", _settings(folder)
        made = _daicho(settings, "import", "--example", str(residents), to=file)
        click.echo(f"{residents:,} lines made in {made.seconds:.0f} s", err=True)
        _daicho(settings, "migrate")
        server = embedded.start(folder / "home")
        try:
            first, again = (_daicho(settings, "import", str(file)) for _ in range(2))
            rows, copied = asyncio.run(_copied(server.url, folder))
        finally:
            server.stop()
    click.echo(f"import: {first.seconds:.1f} s, {first.megabytes:.0f} MB; again: {again.seconds:.1f} s")
    click.echo(f"COPY of the same {rows:,} rows: {copied:.1f} s")
    _tell("times as long as COPY", first.seconds / copied, MOST_TIMES)
    _tell("MB", max(first.megabytes, again.megabytes), MOST_MEGABYTES)


def _tell(what: str, measured: float, goal: float) -> None:
    click.echo(f"{'met   ' if measured <= goal else 'MISSED'} {measured:.2f} {what} (goal: at most {goal:g})")


def _settings(folder: Path) -> dict[str, str]:
    ledger_key, number_key = folder / "ledger.key", folder / "number-key.json"
    ledger_key.touch(mode=0o600)
    ledger_key.write_bytes(os.urandom(32))
    make_number_key(number_key)
    return {
        "DAICHO_HOME": str(folder / "home"),
        "DAICHO_MUNICIPALITIES": MUNICIPALITY.value,
        "DAICHO_LEDGER_KEY_FILE": str(ledger_key),
        "DAICHO_KEY_FILE": str(number_key),
    }


def _daicho(settings: Mapping[str, str], *words: str, to: Path = Path(os.devnull)) -> Run:
    """Run a command to its end; what it says goes into a file."""
    program = [sys.executable, "-c", "from api.cli.main import main; main()", *words]
    started = time.perf_counter()
    with to.open("wb") as out:
        process = subprocess.Popen(program, env={**os.environ, **settings}, stdout=out)  # noqa: S603 - our own command
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{words} ended with {process.returncode}")
    return Run(time.perf_counter() - started, usage.ru_maxrss / 1024)


async def _copied(url: str, folder: Path) -> tuple[int, float]:
    """How many rows there are, and the seconds that COPY takes to put them all into the emptied tables."""
    owner = await asyncpg.connect(url)
    try:
        rows = 0
        for table in COLUMNS:
            said = await owner.copy_from_table(table.name, output=folder / table.name, format="binary", timeout=HOURS)
            rows += int(said.split()[-1])
        await owner.execute(f"TRUNCATE {', '.join(table.name for table in COLUMNS)} CASCADE")
        await owner.execute("CHECKPOINT")
        started = time.perf_counter()
        async with owner.transaction():
            for table in COLUMNS:
                await owner.copy_to_table(table.name, source=folder / table.name, format="binary", timeout=HOURS)
        return rows, time.perf_counter() - started
    finally:
        await owner.close()


if __name__ == "__main__":
    importing()
