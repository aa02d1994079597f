"""`daicho terminals`: the terminals registered for use (重点項目評価書Ⅱ-6: 利用できる端末の管理)."""

from __future__ import annotations

from datetime import datetime

import click

from api.cli.access import add, dated, give_list_and_end
from api.cli.municipalities import of_one_municipality
from api.cli.system_caller import ADMINISTER


@click.group()
def terminals() -> None:
    """Terminals registered for use / 利用できる端末"""


@terminals.command("add")
@click.option("--terminal", required=True, help="The id that the token's claim names. / 端末ID")
@click.option("--place", required=True, help="Where it stands. / 設置場所")
@dated(last_day_required=False)
@of_one_municipality
def add_terminal(terminal: str, place: str, starts_on: datetime | None, ends_on: datetime | None) -> None:
    """Register a terminal / 端末を登録します。"""
    add("terminals", ADMINISTER, (starts_on, ends_on), lambda _services: {"terminal": terminal, "place": place})


give_list_and_end(terminals, "terminals", ADMINISTER)
