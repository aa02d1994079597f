"""`daicho self-check`: the assessment's measures and functions, and what the tests last said of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from api.cli.stopping import stopping_at_refusals
from api.self_check.built import RESULTS, fingerprint
from api.self_check.catalogue import criteria
from api.self_check.page import as_page
from api.self_check.report import Report, as_json, report_on
from api.self_check.results import read_results
from api.self_check.table import as_lines


@click.command("self-check")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--format", "form", type=click.Choice(["table", "json", "html"]), default="table", help="形式")
@click.option(
    "--results", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Of another run. / 試験結果"
)
def self_check(ids: tuple[str, ...], form: str, results: Path | None) -> None:
    """Which measures, functions and cases hold, by their tests / 自己点検

    With IDs (M08, S1-04, C-07), only these, with each of their tests. Ends with 0 when everything that was asked for
    is held by the tests of this very code, 1 when something failed or is unconfirmed, 2 when the command is not
    understood.
    """
    _must_be_known(ids)
    with stopping_at_refusals():
        report = report_on(read_results(results or RESULTS), fingerprint(), ids)
    written: Mapping[str, Callable[[Report], str]] = {
        "table": lambda told: "\n".join(as_lines(told, with_tests=bool(ids))),
        "json": lambda told: json.dumps(as_json(told), ensure_ascii=False, indent=1),
        "html": as_page,
    }
    click.echo(written[form](report))
    raise SystemExit(0 if report.is_all_held else 1)


def _must_be_known(ids: tuple[str, ...]) -> None:
    unknown = sorted(set(ids) - {criterion.id for criterion in criteria()})
    if unknown:
        raise click.UsageError(
            f"No measure, function or case has this id / 該当する番号がありません: {', '.join(unknown)}"
        )
