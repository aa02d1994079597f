"""`python -m tests.bench.ledger`: what the ledger's proof costs.

50 readers append as fast as they are answered, in turns with and without the keeper, which comes by after every 2,000
entries: the goal is 1 ms at most between the two medians. Then a ledger of a million entries is
exported to a file and verified as anybody would: in a minute at most.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import click
import structlog

from api.checkpoint_keys import new_key, own_ledger_keys, signed_note, verifier_of, write_keys
from api.checkpoint_places import FilePlace
from api.cli.database_logins import kept_logins
from api.ledger_keeper import Checkpointing, Keeper, Watch
from domain.ids import uuid7
from domain.ledger.canonical import canonical
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.entries import Group
from domain.ledger.exports import Record, export_lines
from domain.ledger.tree import Frontier, leaf_hash
from persistence import embedded
from persistence.home import default_home
from persistence.ledger_store import LedgerStore
from persistence.ledger_tree import LedgerTree
from persistence.logins import Logins
from persistence.migrating import migrate
from tests.bench.growth import CODE
from tests.ledger_builders import entry

READERS = 50
MOST_MS = 1.0
MOST_SECONDS = 60.0
ROUNDS = 5
LIST = Group((), tuple(f"{number:015}" for number in range(20)), {"full_name": ("SHOWN", "base")})


@click.command()
@click.option("--seconds", default=40.0, show_default=True, help="For appending, with and without the keeper.")
@click.option("--entries", default=1_000_000, show_default=True, help="How many are verified.")
def bench(seconds: float, entries: int) -> None:
    """Measure, and tell whether the goals are met."""
    usual = default_home()
    with tempfile.TemporaryDirectory(prefix="daicho-ledger-", dir=usual.parent) as folder:
        home = Path(folder) / "home"
        server = embedded.start(home)
        try:
            asyncio.run(_appending(home, server.url, seconds))
        finally:
            server.stop()
        _verifying(Path(folder), entries)


async def _appending(home: Path, url: str, seconds: float) -> None:
    owner = await asyncpg.connect(url)
    await owner.execute('CREATE DATABASE "ledger"')
    await owner.close()
    own = urlsplit(url)._replace(path="/ledger").geturl()
    logins = kept_logins(home / "database-roles.json", own, [CODE]).moved_to(own)
    await asyncio.to_thread(migrate, own, lambda: logins)
    store, keeper = LedgerStore(logins), _keeper(home, logins)
    await store.start()
    taken: dict[bool, list[float]] = {True: [], False: []}
    await _readers(store, 1.0)
    for turn in range(2 * ROUNDS):
        taken[turn % 2 == 0] += await _turn(store, keeper if turn % 2 == 0 else None, seconds / ROUNDS / 2)
    await store.close()
    _tell_appending(taken[True], taken[False])


def _keeper(home: Path, logins: Logins) -> Keeper:
    keys = own_ledger_keys(home / "keys", [CODE])
    material = Checkpointing(keys, (FilePlace(home / "checkpoints.jsonl"),), 10)
    return Keeper(
        LedgerTree(logins), material, Watch(lambda: datetime.now(UTC), time.monotonic), structlog.get_logger()
    )


async def _turn(store: LedgerStore, keeper: Keeper | None, seconds: float) -> list[float]:
    if keeper is None:
        store.tell_commits_to(lambda _entries, _seconds: None)
        return await _readers(store, seconds)
    await keeper.stop()  # what was appended without it does not count
    store.tell_commits_to(lambda entries, _seconds: keeper.notice(entries))
    keeping = asyncio.create_task(keeper.run())
    taken = await _readers(store, seconds)
    keeping.cancel()
    await asyncio.wait((keeping,))
    return taken


async def _readers(store: LedgerStore, seconds: float) -> list[float]:
    until, taken = time.perf_counter() + seconds, list[float]()

    async def read() -> None:
        while (began := time.perf_counter()) < until:
            at = datetime.now(UTC)
            new = str(uuid7(at, int(began * 1e9).to_bytes(10, "big")[::-1]))
            await store.append([entry(id=new, municipality_code=CODE, recorded_at=at, groups=(LIST,))])
            taken.append(time.perf_counter() - began)

    await asyncio.gather(*(read() for _ in range(READERS)))
    return taken


def _tell_appending(with_keeper: list[float], without: list[float]) -> None:
    kept, bare = (statistics.median(one) * 1e3 for one in (with_keeper, without))
    verdict = "met   " if kept - bare <= MOST_MS else "MISSED"
    click.echo(
        f"{verdict} {READERS} readers append: p50 {kept:.2f} ms with the keeper, {bare:.2f} ms without, difference"
        f" {kept - bare:+.2f} ms (goal: at most {MOST_MS:g}); {len(with_keeper) + len(without):,} appended"
    )


def _verifying(folder: Path, entries: int) -> None:
    key, file = new_key(f"bench.example/{CODE}"), folder / "export.jsonl"
    write_keys(folder / "key", [key])
    click.echo(f"An export of {entries} entries ...", err=True)
    bodies = [canonical(entry(number, groups=(LIST,)), number) for number in range(1000)]
    frontier = Frontier().extend([leaf for leaf, _ in _records(bodies, entries)]).frontier
    note = signed_note(Checkpoint(key.name, entries, frontier.root).body(), key)
    with file.open("wb") as out:
        out.writelines(export_lines(key.name, Frontier(), _records(bodies, entries), [(entries, note)]))
    (folder / "checkpoint").write_bytes(note)
    words = ("ledger", "verify", str(file), "--from", str(folder / "checkpoint"), "--key", str(verifier_of(key)))
    began = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", "from api.cli.main import main; main()", *words], check=True, stdout=sys.stderr
    )
    took, size = time.perf_counter() - began, file.stat().st_size / 1e6
    verdict = "met   " if took <= MOST_SECONDS else "MISSED"
    click.echo(
        f"{verdict} an export of {entries:,} entries ({size:,.0f} MB) is verified in {took:.1f} s"
        f" (goal: at most {MOST_SECONDS:g})"
    )


def _records(bodies: list[bytes], count: int) -> Iterator[Record]:
    """So many entries: a thousand again and again, each with its own position."""
    for position in range(count):
        body = bodies[position % len(bodies)]
        body = body.replace(b'"position":%d,' % (position % len(bodies)), b'"position":%d,' % position, 1)
        yield leaf_hash(body), body


if __name__ == "__main__":
    bench()
