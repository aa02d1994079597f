"""`daicho codes`: the stock of unused Resident Record Codes that J-LIS has designated. No code is ever printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from api.app import now
from api.cli.errand import Errand, run
from api.cli.municipalities import of_one_municipality
from api.cli.stopping import stopping_at_refusals
from api.cli.system_caller import ADMINISTER
from authz.entries import Act
from domain.errors import Code, InvalidValue, Refusal
from domain.ledger.entries import Kind
from domain.values.identifiers import ResidentRecordCode

MOST = 100_000
"""Codes in one file."""
LONGEST_FILE = MOST * 32


@click.group()
def codes() -> None:
    """The stock of unused Resident Record Codes / 住民票コードの空き番"""


@codes.command("add")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@of_one_municipality
def add(file: Path) -> None:
    """Add the codes of FILE, one a line, all of them or none / 空き番を登録します。

    Codes that are in the stock already, or that somebody has or had, are passed over.
    """
    with stopping_at_refusals():
        given = frozenset(_read(file))

    async def work(errand: Errand) -> None:
        caller = await errand.caller()
        entry = errand.entry(Act(Kind.CHANGE, errand.name, len(given)), caller)
        added = await errand.services.codes.add(errand.municipality_code, given, now(), entry)
        click.echo(f"{added} of {len(given)} added / {len(given)}件のうち{added}件を登録しました")

    run("daicho codes add", ADMINISTER, work)


@codes.command("status")
def status() -> None:
    """How many are left, and how many should be / 空き番の残数を表示します。"""

    async def work(errand: Errand) -> None:
        for one in errand.in_each_municipality():
            stock, code = one.services.codes, one.municipality_code
            free = await stock.free(code)
            await one.record(Act(Kind.JOB, one.name), await one.caller())
            low = "  LOW / 不足" if free < stock.wanted else ""
            click.echo(f"{code}  {free} unused / 件  (DAICHO_CODE_STOCK: {stock.wanted}){low}")

    run("daicho codes status", ADMINISTER, work)


def _read(file: Path) -> Iterator[ResidentRecordCode]:
    """The codes of a file. Raises `Refusal` (INVALID_INPUT) naming the line, never what stands in it."""
    if file.stat().st_size > LONGEST_FILE:
        raise _wrong(f"more than {MOST:,} codes", f"{MOST:,}件を超えています")
    for number, line in enumerate(file.read_text("utf-8-sig", "replace").splitlines(), 1):
        if line.strip():
            yield _parsed(number, line)


def _parsed(number: int, line: str) -> ResidentRecordCode:
    try:
        return ResidentRecordCode.parse(line.strip())
    except InvalidValue as error:
        raise _wrong(f"line {number}: {error.reason}", f"{number}行目：住民票コードではありません") from None


def _wrong(english: str, japanese: str) -> Refusal:
    return Refusal(Code.INVALID_INPUT, names=("file",), detail=(f"{english}. Nothing was added.", f"{japanese}。"))
