"""`daicho import`: a whole register out of a file of the documented format, while the service runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

import click

from api.app import now
from api.cli.errand import Errand, run
from api.cli.import_run import ImportRun
from api.cli.municipalities import of_one_municipality
from api.cli.progress import progress
from api.cli.system_caller import ADMINISTER
from api.demonstration.examples import example_lines
from api.import_files import ImportFile, csv_of, csv_text
from api.import_rejects import rejects_in
from domain.histories import JAPAN
from domain.importing.lines import FIELDS
from domain.importing.schema import schema

SOME_REJECTED: Final = 3
"""The status of a run that did not take every line."""

_CHECKING, _LOADING = "Checking / 確認中 (bytes)", "Loading / 取込み中 (lines)"
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command("import")
@click.argument("file", type=_FILE, required=False)
@click.option("--rejects", type=click.Path(path_type=Path), help="Write what is not taken there. / 除外行の出力先")
@click.option("--all-or-nothing", is_flag=True, help="Load nothing if a line cannot be taken. / 全件のみ")
@of_one_municipality
@click.option("--schema", "wants_schema", is_flag=True, help="Print the format as a JSON Schema. / 形式")
@click.option("--example", type=click.IntRange(1), metavar="N", help="Print N made-up residents. / 例")
@click.option("--csv", "as_csv", is_flag=True, help="The example as CSV. / 例をCSVで")
def import_(file: Path | None, wants_schema: bool, example: int | None, as_csv: bool, **options: Any) -> None:
    """Load residents from FILE (.jsonl or .csv, UTF-8) / 住民を取り込みます。

    What cannot be taken is counted, and written to --rejects without its values; the rest is loaded. Who is in the
    register already stays as she is. Ends with 0 when every line is taken or was there, 3 when some are not, 1 when the
    import is refused, 2 when the command is not understood.
    """
    if wants_schema:
        click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
    elif example is not None:
        _print_example(example, as_csv=as_csv)
    elif file is None:
        raise click.UsageError("Name a file, or --schema, or --example N.")
    else:
        _import(file, **options)


def _import(path: Path, rejects: Path | None, *, all_or_nothing: bool) -> None:
    rejected = 0

    async def work(errand: Errand) -> None:
        nonlocal rejected
        caller = await errand.caller()
        with path.open("rb") as opened, rejects_in(rejects, path) as refused:
            importing = ImportRun(errand, caller, ImportFile(opened, path.name), refused)
            with progress(_CHECKING, importing.file.size) as told:
                importing.look_through(told)
            with progress(_LOADING, importing.file.lines) as told:
                await (importing.load_all_or_nothing if all_or_nothing else importing.load)(told)
            _summarise(importing)
            rejected = refused.lines

    run("daicho import", ADMINISTER, work)
    if rejected:
        sys.exit(SOME_REJECTED)


def _summarise(importing: ImportRun) -> None:
    tally, rejects = importing.tally, importing.rejects
    why = ", ".join(f"{fault} {count:,}" for fault, count in sorted(rejects.counts.items()))
    because = f" ({why})" if why else ""
    click.echo(f"loaded {tally.new:,}, unchanged {tally.unchanged:,}, rejected {rejects.lines:,}{because}")
    click.echo(f"取込み {tally.new:,}件、変更なし {tally.unchanged:,}件、除外 {rejects.lines:,}件")


def _print_example(residents: int, *, as_csv: bool) -> None:
    if as_csv:
        click.echo(csv_text(list(FIELDS)))
    for line in example_lines(residents, now().astimezone(JAPAN).date()):
        click.echo(csv_of(line) if as_csv else json.dumps(line, ensure_ascii=False))
