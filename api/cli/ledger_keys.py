"""`daicho ledger keys`: the keys that sign a ledger's checkpoints, or witness them. Only public halves are printed."""

from __future__ import annotations

import os
from pathlib import Path

import click

from api.checkpoint_keys import new_key, read_keys, verifier_of, write_keys
from api.cli.stopping import stopping_at_refusals
from api.settings import missing, read_municipalities
from domain.ledger.note_keys import SignatureType

FILE = click.Path(path_type=Path)


@click.group()
def keys() -> None:
    """The keys that sign checkpoints / チェックポイントの署名鍵"""


@keys.command("make")
@click.argument("file", type=FILE)
@click.argument("name")
@click.option("--witness", "is_witness", is_flag=True, help="A witness's key, of exactly this name. / 証人の鍵")
def make(file: Path, name: str, is_witness: bool) -> None:
    """Make the keys for DAICHO_CHECKPOINT_KEY_FILE / 署名鍵を作成します。

    Each municipality's ledger is called NAME/CODE. Printed is what witnesses and auditors need: the public halves.
    """
    with stopping_at_refusals():
        kind = SignatureType.COSIGNATURE if is_witness else SignatureType.ED25519
        names = [name] if is_witness else [f"{name}/{code}" for code in _municipalities()]
        made = [new_key(one, kind) for one in names]
        write_keys(file, made)
        for key in made:
            click.echo(str(verifier_of(key)))


@keys.command("show")
@click.argument("file", type=FILE)
@click.option("--witness", "is_witness", is_flag=True, help="A witness's key. / 証人の鍵")
def show(file: Path, is_witness: bool) -> None:
    """Print the public halves of keys / 公開鍵を表示します。"""
    with stopping_at_refusals():
        for key in read_keys(file, str(file), SignatureType.COSIGNATURE if is_witness else SignatureType.ED25519):
            click.echo(str(verifier_of(key)))


def _municipalities() -> tuple[str, ...]:
    codes = read_municipalities(os.environ)
    if not codes:
        raise missing("DAICHO_MUNICIPALITIES")
    return codes
