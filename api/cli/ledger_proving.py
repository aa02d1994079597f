"""`daicho ledger checkpoint`, `export`, `prove`, `consistency`: what leaves the database so that others can verify."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path

import click

from api.app import open_keeper
from api.checkpoint_keys import verifier_of
from api.cli.errand import Errand, run
from api.cli.export_files import write_new
from api.cli.ledger_verifying import checkpoints_of, opened
from api.cli.municipalities import of_one_municipality
from api.cli.opening import checkpointing
from api.cli.places import place
from api.cli.system_caller import ADMINISTER, READ_LEDGER
from api.ledger_keeper import Checkpointing
from authz.entries import Act
from domain.errors import Code, Refusal
from domain.ledger.checkpoints import require_continuation
from domain.ledger.entries import Kind
from domain.ledger.entry_proofs import EntryProof
from domain.ledger.exports import Record, export_lines
from domain.ledger.keeping import LedgerBent
from persistence.ledger_leaving import entry_at, first_misfiled, first_since, records

FILE = click.Path(path_type=Path, dir_okay=False)
GIVEN = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@of_one_municipality
def checkpoint() -> None:
    """Sign what is new, hand it out, and print it / 最新のチェックポイントを作成・表示します。"""

    async def work(errand: Errand) -> None:
        await errand.record(Act(Kind.JOB, errand.name), await errand.caller())
        _, note = await _newest(errand)
        click.echo(note, nl=False)

    run("daicho ledger checkpoint", ADMINISTER, work)


@click.command()
@click.argument("file", type=FILE)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day in Japan on. / この日以降")
@of_one_municipality
def export(file: Path, since: datetime | None) -> None:
    """Write the ledger with its proof into a new file, to be verified anywhere / 記録を証明とともに出力します。"""

    async def work(errand: Errand) -> None:
        caller = await errand.caller()
        count = await errand.services.ledger.size(errand.municipality_code)
        await errand.record(Act(Kind.LEDGER_READ, errand.name, count), caller)
        await _bring_up_to_date(errand)
        written = await _export(errand, file, since)
        click.echo(f"{written} entries / 件： {file}")

    run("daicho ledger export", READ_LEDGER, work)


@click.command()
@click.option("--entry", "position", required=True, type=click.IntRange(0), help="Its position. / 位置")
@of_one_municipality
def prove(position: int) -> None:
    """Print an entry with the proof that it is in the ledger / 項目とその証明を表示します。"""

    async def work(errand: Errand) -> None:
        await errand.record(Act(Kind.LEDGER_READ, errand.name, 1), await errand.caller())
        size, note = await _newest(errand)
        async with errand.services.tree.opened(errand.municipality_code) as tree:
            entry = await entry_at(tree, position)
            if entry is None or position >= size:
                raise Refusal(Code.INVALID_INPUT, names=("entry",))
            hashes = await tree.inclusion_proof(position, size)
        proof = EntryProof(entry, position, tuple(hashes), note)
        proof.require(opened(note, verifier_of(_material().keys[errand.municipality_code])))
        click.echo(proof.to_bytes(), nl=False)

    run("daicho ledger prove", READ_LEDGER, work)


@click.command()
@click.argument("old", type=GIVEN)
@click.argument("new", type=GIVEN)
@of_one_municipality
def consistency(old: Path, new: Path) -> None:
    """Whether one checkpoint continues another, with the proof / チェックポイント間の連続性を証明します。

    Of a file with many, OLD's first and NEW's last count.
    """
    first, last = (checkpoints_of(file)[at] for file, at in ((old, 0), (new, -1)))

    async def work(errand: Errand) -> None:
        await errand.record(Act(Kind.JOB, errand.name), await errand.caller())
        key = verifier_of(_material().keys[errand.municipality_code])
        older, newer = opened(first, key), opened(last, key)
        if older.size > newer.size:
            raise Refusal(Code.INVALID_INPUT, names=("old", "new"))
        async with errand.services.tree.opened(errand.municipality_code) as tree:
            proof = await tree.consistency_proof(older.size, newer.size)
        require_continuation(older, newer, proof)
        click.echo(f"{newer.size} continues {older.size} / 連続しています： {newer.origin}", err=True)
        for each in proof:
            click.echo(base64.b64encode(each))

    run("daicho ledger consistency", ADMINISTER, work)


def _material() -> Checkpointing:
    return checkpointing(place())


async def _newest(errand: Errand) -> tuple[int, bytes]:
    """The newest checkpoint, signed now if there are new entries, with the signatures of its witnesses."""
    code = errand.municipality_code
    newest = await open_keeper(errand.services, _material()).round(code)
    size = newest.size if newest else 0
    async with errand.services.tree.opened(code) as tree:
        ((_, note),) = await tree.checkpoints.between(size, size)
    return size, note


async def _bring_up_to_date(errand: Errand) -> None:
    """So that a checkpoint holds what is exported. A bent ledger is exported all the same."""
    try:
        await open_keeper(errand.services, _material()).round(errand.municipality_code)
    except LedgerBent as bent:
        for said in (bent.message, bent.message_ja):
            click.echo(said, err=True)


async def _export(errand: Errand, file: Path, since: datetime | None) -> int:
    """How many entries were written; the file is the reader's alone. Raises `Refusal` when one of them is misfiled."""
    origin = _material().keys[errand.municipality_code].name
    async with errand.services.tree.opened(errand.municipality_code) as tree, tree.unhurried():
        size = (await tree.frontier()).size
        first = await first_since(tree, since.date(), size=size) if since else 0
        start = await tree.frontier_at(first)
        notes = await tree.checkpoints.between(first, size)
        taken = _from_here(records(tree, first, size))
        await asyncio.to_thread(write_new, file, export_lines(origin, start, taken, notes))
        misfiled = await first_misfiled(tree, first, size)
    if misfiled is not None:
        raise _misfiled(misfiled)
    return size - first


def _misfiled(position: int) -> Refusal:
    return Refusal(
        Code.LEDGER_UNAVAILABLE,
        detail=(
            f"The export is whole, but in the database entry {position} is filed as what it is not: reports miss it.",
            f"出力は完了しましたが、データベース上で位置{position}の分類が記録の内容と異なり、検索や分析から漏れます。",
        ),
    )


def _from_here(batches: AsyncIterator[list[Record]]) -> Iterator[Record]:
    """What the event loop reads, for a thread that writes."""
    loop = asyncio.get_running_loop()

    def fetched() -> Iterator[Record]:
        while batch := asyncio.run_coroutine_threadsafe(_next(batches), loop).result():
            yield from batch

    return fetched()


async def _next(batches: AsyncIterator[list[Record]]) -> list[Record]:
    return await anext(batches, [])
