"""`daicho ledger witness`: a witness for other people's ledgers. It needs no register, no database and no setting."""

from __future__ import annotations

import time
from pathlib import Path

import click
import structlog
import uvicorn

from api import logging_setup
from api.checkpoint_keys import read_keys, verifier_key
from api.cli.server import stop_when_asked, take_address
from api.cli.stopping import stopping_at_refusals
from api.witness import Witness, WitnessState, begin_state, witness_app
from domain.ledger.note_keys import SignatureType

FILE = click.Path(path_type=Path)


@click.command()
@click.option("--key-file", required=True, type=FILE, help="Its key (daicho ledger keys make --witness). / 証人の鍵")
@click.option("--state", required=True, type=FILE, help="What it has signed; as precious as its key. / 状態ファイル")
@click.option("--begin", is_flag=True, help="Begin a new state, once. / 状態ファイルを新規作成します。")
@click.option("--ledger", "ledgers", required=True, multiple=True, help="A ledger's public key; repeat. / 記録の公開鍵")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8040, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
def witness(key_file: Path, state: Path, begin: bool, ledgers: tuple[str, ...], host: str, port: int) -> None:  # noqa: PLR0913, PLR0917 - one option each
    """Witness the checkpoints of ledgers / チェックポイントの証人として動作します。

    For another machine, in other hands than the register's. Put TLS in front of it.
    """
    with stopping_at_refusals():
        logging_setup.configure()
        stop_when_asked()
        (key,) = read_keys(key_file, str(key_file), SignatureType.COSIGNATURE)
        known = [verifier_key(text) for text in ledgers]
        if begin:
            begin_state(state)
        one = Witness(key, known, WitnessState(state), time.time)
        address = take_address(host, port)
        click.echo(f"Witnessing at / 証人： {address.url}")
        config = uvicorn.Config(
            witness_app(one, structlog.get_logger()), access_log=False, log_config=None, server_header=False
        )
        uvicorn.Server(config).run(sockets=list(address.sockets))
