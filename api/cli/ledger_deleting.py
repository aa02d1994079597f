"""`daicho ledger delete`: entries go when the time for which they are kept is over, and a signed record stays."""

from __future__ import annotations

import os
from datetime import date, datetime

import asyncpg
import click

from api.app import now, open_keeper
from api.checkpoint_keys import signed_note
from api.cli.errand import Errand, run
from api.cli.opening import checkpointing, owner_url
from api.cli.places import Place, place
from api.cli.system_caller import ADMINISTER
from api.ledger_keeper import Checkpointing
from api.settings import read_store
from authz.entries import Act
from domain.errors import Code, Refusal
from domain.ledger.deletions import Deletion
from domain.ledger.entries import Kind
from persistence.ledger_leaving import SignedDeletion, beginning_of, delete, first_since


@click.command("delete")
@click.option("--before", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="This day in Japan. / 基準日")
def delete_(day: datetime) -> None:
    """Delete entries recorded before a day, as the retention rules say / 保存期間を過ぎた記録を削除します。

    Needs the owner's rights (DAICHO_DATABASE_URL). The tree keeps their hashes, so all that stays can be verified.
    """

    async def work(errand: Errand) -> None:
        caller, before = await errand.caller(), day.date()
        if beginning_of(before) > now():
            raise Refusal(Code.INVALID_INPUT, names=("before",))
        at = place()
        gone = await _delete(errand, at, before)
        await errand.record(Act(Kind.JOB, errand.name, gone), caller)
        click.echo(f"{gone} entries deleted / {gone}件を削除しました")

    run("daicho ledger delete", ADMINISTER, work)


@click.command("deletion")
def deletion() -> None:
    """Print the newest signed deletion record, which `verify` needs / 署名付き削除記録を表示します。"""

    async def work(errand: Errand) -> None:
        await errand.record(Act(Kind.JOB, errand.name), await errand.caller())
        async with errand.services.tree.opened(errand.municipality_code) as tree:
            note = await tree.checkpoints.deletion()
        if note is not None:
            click.echo(note, nl=False)

    run("daicho ledger deletion", ADMINISTER, work)


async def _delete(errand: Errand, at: Place, before: date) -> int:
    """Only what a checkpoint holds may go. Returns how many entries went."""
    code, material = errand.municipality_code, checkpointing(at)
    newest = await open_keeper(errand.services, material).round(code)
    async with errand.services.tree.opened(code) as tree:
        position = await first_since(tree, before, size=newest.size if newest else 0)
    if not position:
        return 0
    owner = await asyncpg.connect(owner_url(read_store(os.environ), at.home))
    try:
        return await delete(owner, _signed(code, material, position, before))
    finally:
        await owner.close()


def _signed(code: str, material: Checkpointing, position: int, before: date) -> SignedDeletion:
    key, moment = material.keys[code], now()
    record = Deletion(key.name, position, before, int(moment.timestamp()))
    return SignedDeletion(code, position, moment, signed_note(record.body(), key))
