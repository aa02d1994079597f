"""`daicho migrate`: the tables of this version, in the database that the settings name."""

from __future__ import annotations

import os

import click

from api.cli.places import home
from api.cli.stopping import stopping_at_refusals
from api.settings import read_store
from persistence import embedded
from persistence.migrating import migrate as migrate_database


@click.command()
def migrate() -> None:
    """Bring the database to the newest tables / データベースを最新の表に更新します。"""
    with stopping_at_refusals():
        _, url = read_store(os.environ)
        migrate_database(url or embedded.start(home()).url)
