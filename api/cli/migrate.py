"""`daicho migrate`: the tables of this version, and the logins, in the database that the settings name."""

from __future__ import annotations

import os

import click

from api.cli.opening import bring_up_to_date
from api.cli.places import home, is_demonstration
from api.cli.stopping import stopping_at_refusals
from api.settings import read_municipalities, read_store


@click.command()
def migrate() -> None:
    """Bring the database to the newest tables and logins / データベースの表とログインを最新にします。"""
    with stopping_at_refusals():
        store, at = read_store(os.environ), home()
        bring_up_to_date(store, at, read_municipalities(os.environ, demo=is_demonstration(at)))
