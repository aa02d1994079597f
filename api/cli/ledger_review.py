"""`daicho ledger report` and `statement`: the ledger's analyses over any period, and what a resident is told of it.

What they find is put aside until the reading itself is recorded: no record, no data; and no reading reads itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any, Final

import click

from api.cli.errand import Errand, run
from api.cli.municipalities import of_one_municipality
from api.cli.progress import progress
from api.cli.system_caller import READ_LEDGER
from api.municipality_names import name_of
from api.statement_pages import statement_page
from authz.entries import Act
from authz.ledger_review import LedgerReview, Subject, findings_of
from domain.csv_texts import csv_of
from domain.ledger.analyses.findings import HEADING, ReportKind, row_of
from domain.ledger.analyses.reports import Reporting
from domain.ledger.entries import Kind
from domain.ledger.reading import Days
from domain.ledger.statements import Statement
from domain.values.identifiers import AddresseeNumber

IN_MEMORY: Final = 1 << 20
"""So many bytes of a report wait in memory; more wait in a file that nobody else can open."""
_DAY = click.DateTime(["%Y-%m-%d"])
Function = Callable[..., Any]


def _of_days(command: Function) -> Function:
    """The options `--from` and `--to`."""
    last = click.option("--to", "last", type=_DAY, required=True, help="Its last day, counted too. / 期間の末日")
    return click.option("--from", "first", type=_DAY, required=True, help="First day, in Japan. / 期間の初日")(
        last(command)
    )


@click.command()
@click.argument("kind", type=click.Choice([one.value.lower().replace("_", "-") for one in ReportKind]))
@_of_days
@click.option("--about", help="searches-by-number: each search for her. / 対象者の宛名番号")
@of_one_municipality
def report(kind: str, first: datetime, last: datetime, about: str | None) -> None:
    """Analyse a period, as CSV / ログの分析"""

    async def work(errand: Errand) -> None:
        chosen = ReportKind(kind.upper().replace("-", "_"))
        await _report(errand, chosen, Days(first.date(), last.date()), about)

    run("daicho ledger report", READ_LEDGER, work)


async def _report(errand: Errand, kind: ReportKind, days: Days, about: str | None) -> None:
    caller, review, code = await errand.caller(), _review(errand), errand.municipality_code
    reporting = await review.reporting(code, kind, _subject(errand, about) if about else None)
    size = await review.ledger.size(code, days)
    with SpooledTemporaryFile(IN_MEMORY) as found, progress(kind.japanese, size) as told:
        found.write(csv_of([HEADING]).encode())
        async for findings in findings_of(review.ledger, code, reporting, days):
            found.write(csv_of(map(row_of, findings)).encode())
            told(reporting.taken)
        told(size)
        subjects = (reporting.about,) if reporting.about else ()
        await errand.record(Act(Kind.LEDGER_READ, errand.name, size, subjects=subjects), caller)
        found.seek(0)
        sys.stdout.buffer.writelines(found)
    for line in _compared(reporting, size):
        click.echo(line, err=True)


def _compared(reporting: Reporting, size: int) -> Iterator[str]:
    """For how many of the staff the report could tell anything."""
    done = reporting.report(size)
    if done.staff is not None:
        yield (
            f"The own number of {done.registered} of {done.staff} people who used the register is registered;"
            " the others could not be compared."
        )
        yield f"利用した職員{done.staff}人のうち、本人の宛名番号が登録されている{done.registered}人を対象としました。"


@click.command()
@click.argument("addressee_number")
@_of_days
@click.option("--form", type=click.Choice(["csv", "html"]), default="csv", help="csv, or a page to print. / 形式")
@of_one_municipality
def statement(addressee_number: str, first: datetime, last: datetime, form: str) -> None:
    """What a resident is told of who saw her record / 本人への開示"""

    async def work(errand: Errand) -> None:
        caller, number = await errand.caller(), AddresseeNumber.parse(addressee_number).value
        days, decisions = Days(first.date(), last.date()), errand.services.decisions
        told = await _review(errand).statement(errand.municipality_code, number, days, decisions)
        await errand.record(Act(Kind.LEDGER_READ, errand.name, len(told.rows), subjects=(number,)), caller)
        click.echo(_written(errand, told, form), nl=False)

    run("daicho ledger statement", READ_LEDGER, work)


def _written(errand: Errand, told: Statement, form: str) -> str:
    if form == "csv":
        click.echo(f"{told.hidden} not told / 不開示 {told.hidden} 件", err=True)
        return told.csv()
    return statement_page(told, name_of(errand.municipality_code), errand.services.desk.today())


def _review(errand: Errand) -> LedgerReview:
    return errand.services.desk.office.review


def _subject(errand: Errand, about: str) -> Subject:
    number = AddresseeNumber.parse(about).value
    digest = errand.services.desk.hasher.digest(errand.municipality_code, "addressee_number", number)
    return Subject(number, digest)
