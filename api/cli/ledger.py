"""`daicho ledger`: reading the book of who looked. Every reading is itself in the book."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from api.cli.errand import Errand, run
from api.cli.ledger_deleting import delete_, deletion
from api.cli.ledger_keys import keys
from api.cli.ledger_proving import checkpoint, consistency, export, prove
from api.cli.ledger_review import report, statement
from api.cli.ledger_verifying import check, verify
from api.cli.ledger_witness import witness
from api.cli.municipalities import of_one_municipality
from api.cli.system_caller import READ_LEDGER
from authz.entries import Act
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.search_terms import SEARCHABLE, Term, condition_of


@click.group()
def ledger() -> None:
    """The book of who looked / アクセス記録"""


for command in (
    *(checkpoint, export, verify, prove, check, consistency, witness, keys, delete_, deletion),
    *(report, statement),
):
    ledger.add_command(command)


@ledger.command()
@click.option("--json", "as_json", is_flag=True, required=True, help="One JSON object a line, newest last.")
@click.option("-n", "last", type=click.IntRange(1), help="Only the last N; all without it.")
@of_one_municipality
def tail(as_json: bool, last: int | None) -> None:
    """Print the entries / 記録を表示します。"""

    async def work(errand: Errand) -> None:
        caller = await errand.caller()
        found = await errand.services.ledger.entries(errand.municipality_code, last=last)
        await errand.record(Act(Kind.LEDGER_READ, errand.name, len(found)), caller)
        _print(found)

    run("daicho ledger tail", READ_LEDGER, work)


@ledger.command()
@click.argument("item", type=click.Choice(sorted(SEARCHABLE)))
@of_one_municipality
def searched(item: str) -> None:
    """Who searched for a value / 標準入力の値を検索した者を表示します。"""
    value = sys.stdin.buffer.read()

    async def work(errand: Errand) -> None:
        caller = await errand.caller()
        digest = _digest(errand, item, value)
        found = await errand.services.ledger.searched(errand.municipality_code, item, digest)
        await errand.record(Act(Kind.LEDGER_READ, errand.name, len(found), searched_by={item: digest}), caller)
        _print(found)

    run("daicho ledger searched", READ_LEDGER, work)


def _digest(errand: Errand, item: str, value: bytes) -> str:
    """As the ledger keeps it. What is no such value is refused: "nobody searched for it" would mislead a reader."""
    try:
        term = Term(item, value.decode().strip())
    except UnicodeDecodeError:
        raise Refusal(Code.INVALID_INPUT, names=(item,)) from None
    return errand.services.desk.hasher.digest(errand.municipality_code, item, condition_of(term).value)


def _print(found: Sequence[bytes]) -> None:
    for entry in found:
        click.echo(entry)
