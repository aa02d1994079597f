"""`daicho ledger delete`: entries go when the time for which they are kept is over, and a signed record stays."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta

import asyncpg
import click

from api.app import now, open_keeper
from api.checkpoint_keys import signed_note
from api.cli.errand import Errand, run
from api.cli.municipalities import of_one_municipality
from api.cli.opening import checkpointing, owner_url
from api.cli.places import Place, place
from api.cli.system_caller import ADMINISTER
from api.ledger_keeper import Checkpointing
from api.settings import read_store
from authz.entries import Act
from domain.errors import Code, Refusal
from domain.ledger.deletions import Deletion
from domain.ledger.entries import Kind
from persistence.ledger_leaving import SignedDeletion, delete, first_since

_KEPT = (
    "Entries are kept for DAICHO_LEDGER_YEARS, and none of that time may be deleted.",
    "DAICHO_LEDGER_YEARS の保存期間内の記録は削除できません。",
)


@click.command("delete")
@click.option("--before", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="This day in Japan. / 基準日")
@of_one_municipality
def delete_(day: datetime) -> None:
    """Delete entries recorded before a day, as the retention rules say / 保存期間を過ぎた記録を削除します。

    Needs the owner's rights (DAICHO_DATABASE_URL). The tree keeps their hashes, so all that stays can be verified.
    """

    async def work(errand: Errand) -> None:
        caller, before, at = await errand.caller(), day.date(), place()
        if before > _kept_since(errand.services.desk.today(), at.settings.ledger_years):
            raise Refusal(Code.INVALID_INPUT, names=("before",), detail=_KEPT)
        position = await _position(errand, at, before)
        await errand.record(Act(Kind.JOB, errand.name, position), caller)  # before the act: a crash hides none
        gone = await _delete(errand, at, position, before) if position else 0
        click.echo(f"{gone} entries deleted / {gone}件を削除しました")

    run("daicho ledger delete", ADMINISTER, work)


@click.command("deletion")
@of_one_municipality
def deletion() -> None:
    """Print the newest signed deletion record, which `verify` needs / 署名付き削除記録を表示します。"""

    async def work(errand: Errand) -> None:
        await errand.record(Act(Kind.JOB, errand.name), await errand.caller())
        async with errand.services.tree.opened(errand.municipality_code) as tree:
            note = await tree.checkpoints.deletion()
        if note is not None:
            click.echo(note, nl=False)

    run("daicho ledger deletion", ADMINISTER, work)


def _kept_since(today: date, years: int) -> date:
    """The first day whose entries are kept."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February, or before there were years
        return today - timedelta(days=years * 366) if years < today.year else date.min


async def _position(errand: Errand, at: Place, before: date) -> int:
    """Below which all may go: were recorded before the day, and are held by a checkpoint."""
    newest = await open_keeper(errand.services, checkpointing(at)).round(errand.municipality_code)
    async with errand.services.tree.opened(errand.municipality_code) as tree:
        return await first_since(tree, before, size=newest.size if newest else 0)


async def _delete(errand: Errand, at: Place, position: int, before: date) -> int:
    """Returns how many entries went."""
    owner = await asyncpg.connect(owner_url(read_store(os.environ), at.home))
    try:
        return await delete(owner, _signed(errand.municipality_code, checkpointing(at), position, before))
    finally:
        await owner.close()


def _signed(code: str, material: Checkpointing, position: int, before: date) -> SignedDeletion:
    key, moment = material.keys[code], now()
    record = Deletion(key.name, position, before, int(moment.timestamp()))
    return SignedDeletion(code, position, moment, signed_note(record.body(), key))
