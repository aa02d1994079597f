"""`daicho certificates`: a list of certificates and notices, issued and printed into a folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from api.app import keeping, open_keeper
from api.certificate_lists import CertificateList, read_form
from api.cli.batch_folder import batch_folder
from api.cli.batch_run import BatchRun, Tally
from api.cli.errand import Errand, run
from api.cli.importing import SOME_REJECTED
from api.cli.municipalities import of_one_municipality
from api.cli.opening import checkpointing
from api.cli.places import place
from api.cli.progress import progress
from api.cli.system_caller import ISSUE
from api.import_rejects import own_file

_ISSUING: Final = "Issuing / 発行中"
_FILE: Final = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group()
def certificates() -> None:
    """Certificates and notices, many at once / 証明書・通知書"""


@certificates.command("batch")
@click.argument("file", type=_FILE)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder. / 出力先")
@click.option("--form", type=_FILE, help="JSON that all lines share. / 全行に共通の内容")
@click.option("--name", default="", help="Makes the same list another batch. / 同じ一覧を改めて発行するときの名前")
@click.option("--rejects", type=click.Path(path_type=Path), help="Write refused lines there. / 不交付行の出力先")
@of_one_municipality
def batch(file: Path, out: Path, form: Path | None, name: str, rejects: Path | None) -> None:
    """Issue what FILE lists, one document a line, as signed PDF into a folder / 一覧から一括発行します。

    FILE is JSON Lines: each line is the input of issueCertificate. Interrupted anywhere, the same command goes on where
    it ended; what was refused is tried again. Ends with 0 when every line is issued, 3 when some are refused, 1 when
    the batch is, 2 when the command is not understood.
    """
    refused = 0

    async def work(errand: Errand) -> None:
        nonlocal refused
        with file.open("rb") as read, own_file(rejects, file) as written, batch_folder(out) as folder:
            listed = CertificateList(read, read_form(form), name)
            tally, keeper = Tally(len(listed)), open_keeper(errand.services, checkpointing(place()))
            with progress(_ISSUING, tally.lines, tally.told) as told:
                async with keeping(keeper):
                    await BatchRun(errand, listed, folder, written, tally, keeper.require_covered).work(told)
        _summarise(tally)
        refused = tally.refused

    run("daicho certificates batch", ISSUE, work)
    if refused:
        sys.exit(SOME_REJECTED)


def _summarise(tally: Tally) -> None:
    each = f"{tally.per_second:.1f}/s"
    why = ", ".join(f"{code} {count:,}" for code, count in sorted(tally.codes.items()))
    because = f" ({why})" if why else ""
    click.echo(f"issued {tally.done:,} ({each}), issued before {tally.before:,}, refused {tally.refused:,}{because}")
    click.echo(f"発行 {tally.done:,}件（{each}）、発行済み {tally.before:,}件、不交付 {tally.refused:,}件")
