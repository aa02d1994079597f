"""`daicho keys`: the keys of the Individual Numbers, and the key that encrypts them. No key is ever printed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.app import Material
from api.cli.errand import Errand, run
from api.cli.stopping import stopping_at_refusals
from api.cli.system_caller import ADMINISTER
from api.number_key import Successor, make_number_key, read_number_key
from authz.entries import Act
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from persistence.rotation import KeyUse, Rotation, key_uses, rewrap

FILE = click.Path(path_type=Path)


@click.group()
def keys() -> None:
    """The keys of the Individual Numbers / 個人番号の鍵"""


@keys.command("make")
@click.argument("file", type=FILE)
def make(file: Path) -> None:
    """Make the key for DAICHO_KEY_FILE / DAICHO_KEY_FILE の鍵を作成します。"""
    with stopping_at_refusals():
        make_number_key(file)


@keys.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each municipality, one a line.")
def status(as_json: bool) -> None:
    """Which keys there are, and how many numbers are under each / 鍵の状況を表示します。"""

    async def work(errand: Errand) -> None:
        for one in errand.in_each_municipality():
            told = await _status(one)
            await one.record(Act(Kind.JOB, one.name, len(told["keys"])), await one.caller())
            click.echo(json.dumps(told) if as_json else _table(told))

    run("daicho keys status", ADMINISTER, work)


@keys.command("rotate")
@click.option("--batch", default=1000, show_default=True, type=click.IntRange(1, 10_000), help="Rows a transaction.")
def rotate(batch: int) -> None:
    """Put new keys in use, and seal every number anew; goes on where it was stopped / 鍵を更新します。"""

    async def work(errand: Errand) -> None:
        for one in errand.in_each_municipality():
            await _rotate(one, batch)

    run("daicho keys rotate", ADMINISTER, work)


@keys.command("rewrap")
@click.option("--old", required=True, type=FILE, help="The key file before; DAICHO_KEY_FILE is the new one. / 旧鍵")
def rewrap_(old: Path) -> None:
    """Encrypt the keys anew under a new DAICHO_KEY_FILE; may be repeated / 鍵を新しい鍵ファイルで暗号化し直します。"""

    async def work(errand: Errand) -> None:
        for one in errand.in_each_municipality():
            caller = await one.caller()
            await one.record(Act(Kind.JOB, one.name), caller)
            await rewrap(one.services.vaults, one.municipality_code)
        click.echo("Done. Start the services again with the new key file. / 新しい鍵ファイルで再起動してください。")

    def under_both(found: Material) -> Material:
        return replace(found, number_key=Successor(found.number_key, read_number_key(old, "--old")))

    run("daicho keys rewrap", ADMINISTER, work, under_both)


async def _status(errand: Errand) -> dict[str, Any]:
    services, code = errand.services, errand.municipality_code
    uses = await key_uses(services.database, services.vaults, code)
    told = [_told(name, use) for name, of_keyset in uses.items() for use in of_keyset]
    return {"municipality_code": code, "generation": services.vaults.of(code).generation, "keys": told}


def _told(keyset: str, use: KeyUse) -> dict[str, Any]:
    key = use.key
    return {"keyset": keyset, "id": key.id, "status": key.status, "primary": key.is_primary, "rows": use.rows}


def _table(told: dict[str, Any]) -> str:
    lines = [f"{told['municipality_code']}  generation / 世代 {told['generation']}"]
    for key in told["keys"]:
        use = "in use / 使用中" if key["primary"] else key["status"]
        lines.append(f"  {key['keyset']:<6}  {key['id']:>10}  {key['rows']:>9}  {use}")
    return "\n".join(lines)


async def _rotate(errand: Errand, size: int) -> None:
    """The ledger hears of it before, and of the count of rows after: also of what was done before it was refused."""
    caller = await errand.caller()
    await errand.record(Act(Kind.JOB, errand.name), caller)
    rotation = Rotation(errand.services.database, errand.services.vaults, errand.municipality_code)
    sealed, damaged = await _seal_anew(rotation, size)
    is_finished = await rotation.finish()
    await errand.record(Act(Kind.JOB, errand.name, sealed), caller)
    if not is_finished:
        raise _unfinished(damaged)
    click.echo(f"{errand.municipality_code}: {sealed} sealed anew / 件を新しい鍵で暗号化しました")


async def _seal_anew(rotation: Rotation, size: int) -> tuple[int, int]:
    """How many rows were sealed anew, and how many do not open."""
    sealed = damaged = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Numbers / 個人番号", total=await rotation.begin())
        async for batch in rotation.batches(size):
            sealed, damaged = sealed + batch.sealed, damaged + batch.damaged
            bar.update(task, completed=sealed + damaged)
    return sealed, damaged


def _unfinished(damaged: int) -> Refusal:
    return Refusal(
        Code.INTERNAL,
        detail=(
            f"Rows remain under old keys, which stay; {damaged} of them do not open in their places: they were changed"
            " from outside. Look into it, then rotate again.",
            f"旧鍵の行が残っています（旧鍵は残します）。うち{damaged}件は開けません。外部から変更された可能性があります。"
            "確認のうえ、再度実行してください。",
        ),
    )
