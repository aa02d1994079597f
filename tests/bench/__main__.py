"""`python -m tests.bench`: measure the three builds side by side and say what came of it."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import product
from pathlib import Path

import click

from api.development_issuer import DevelopmentIssuer
from api.settings import read_settings
from persistence import embedded
from persistence.home import default_home
from tests.bench.load import Job
from tests.bench.measuring import CONNECTIONS, ROUNDS, Cell, bodies, head, load_generator, measure, warm_up
from tests.bench.operations import CALLER, Operation, operations_on
from tests.bench.parts import parts
from tests.bench.report import as_json, compare, show
from tests.bench.serve import material_in
from tests.bench.servers import Server, serving, store_of
from tests.serving import UNHINDERED

QUICK_SECONDS = 1.0


@click.command()
@click.option("--residents", default=20_000, show_default=True, type=click.IntRange(2000), help="Of the city.")
@click.option("--seconds", default=5.0, show_default=True, help="For each build, operation and number of connections.")
@click.option("--quick", is_flag=True, help="A second instead.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the numbers here too."
)
def bench(residents: int, seconds: float, quick: bool, json_file: Path | None) -> None:
    """Measure the obvious build, daicho, and daicho's parts without authorization and ledger, side by side."""
    with new_home() as home:
        click.echo(f"A city of {residents} residents, and three builds that serve it ...", err=True)
        cells, microseconds = _measured(home, residents, QUICK_SECONDS if quick else seconds)
    comparisons = compare(cells)
    show(cells, comparisons, microseconds)
    if json_file is not None:
        json_file.write_text(json.dumps(as_json(cells, comparisons, microseconds), indent=1, ensure_ascii=False))


@contextmanager
def new_home() -> Iterator[Path]:
    """A home of its own beside the usual one: on a real disk, because what an fsync costs counts."""
    usual = default_home()
    usual.parent.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="daicho-bench-", dir=usual.parent))
    try:
        yield home
    finally:
        shutil.rmtree(home)


def _measured(home: Path, residents: int, seconds: float) -> tuple[list[Cell], dict[str, float]]:
    cells: list[Cell] = []
    with ExitStack() as stack:
        with serving(home, residents) as servers, load_generator() as do:
            store = embedded.start(home)
            stack.callback(store.stop)
            token = DevelopmentIssuer(home, demo=True, loopback=True).token_for(CALLER, time.time())
            operations = operations_on(store.url)
            warm_up(servers, operations, token, do)
            for operation, connections in product(operations, CONNECTIONS):
                click.echo(f"{operation.name}, {connections} at a time ...", err=True)
                job = partial(_job, operation, token, connections, seconds / ROUNDS)
                cells += measure(servers, store_of(home), operation, job, do)
        # Only now: the three builds together take nearly all the connections that the store has.
        settings = read_settings({"DAICHO_HOME": str(home), **UNHINDERED}, demo=True)
        return cells, parts(settings, material_in(home, store.url), operations)


def _job(operation: Operation, token: str, connections: int, seconds: float, server: Server) -> Job:
    return Job(server.port, head(token), bodies(operation), connections, seconds)


if __name__ == "__main__":
    bench()
