"""`daicho token`: a token of the demonstration in this home."""

from __future__ import annotations

import time

import click

from api.cli.places import demonstration_issuer
from api.cli.stopping import stopping_at_refusals
from api.development_issuer import DEMONSTRATION_CALLERS


@click.command()
@click.option("--as", "name", required=True, type=click.Choice([one.name for one in DEMONSTRATION_CALLERS]))
def token(name: str) -> None:
    """Print a token of the running demonstration / デモ用トークンを表示します。"""
    with stopping_at_refusals():
        click.echo(demonstration_issuer().token_for(name, time.time()))
