"""`daicho backup`: the whole store, sealed, while the service runs."""

from __future__ import annotations

from pathlib import Path

import click

from api.app import now
from api.cli.errand import Errand, run
from api.cli.opening import number_key
from api.cli.places import Place, place
from api.cli.stopping import stopping_at_refusals
from api.cli.system_caller import ADMINISTER
from authz.entries import Act
from domain.ledger.entries import Kind
from persistence.backups import new_name, take
from persistence.home import StartRefused

FOLDER = click.Path(file_okay=False, path_type=Path)


def require_embedded(at: Place) -> None:
    """Raises `StartRefused` where the database is somebody's own: its files are out of our reach."""
    if not at.settings.store.is_embedded:
        raise StartRefused(
            "Backup and restore are for the embedded PostgreSQL. A database of your own (DAICHO_DATABASE_URL) is "
            "backed up with its own means: base backups and a log archive. After going back to a time, put the later "
            "entries of ledger_entries, ledger_searches and ledger_heads back before daicho serves.",
            "backup と restore は組み込みの PostgreSQL 用です。DAICHO_DATABASE_URL のデータベースは、"
            "そのデータベースの機能（ベースバックアップと WAL アーカイブ）でバックアップしてください。"
            "過去の時点に戻した場合は、その後の ledger_entries、ledger_searches、ledger_heads を書き戻してから"
            "daicho を起動してください。",
        )


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
def backup(folder: Path) -> None:
    """Back up the store into DIR, encrypted / 台帳を暗号化してバックアップします。"""

    async def work(errand: Errand) -> None:
        caller = await errand.caller()
        at = place()
        name = new_name(now())
        await errand.record(Act(Kind.JOB, errand.name, subjects=(name,)), caller)
        made = await take(at.home, folder, name, number_key(at))
        click.echo(made.folder)

    with stopping_at_refusals():
        require_embedded(place())
    run("daicho backup", ADMINISTER, work)
