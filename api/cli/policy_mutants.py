"""`daicho policy test --mutants`: every changed policy must be noticed, tried on every processor there is."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from authz.review.mutants import Mutant, reason, survives
from authz.review.table import Table


def try_mutants(file: Path, made: list[Mutant], table: Path) -> int:
    """Try mutants and tell of those that live. How many the table does not expect to, or wrongly expects to."""
    said = Table.load(table)
    alive = _alive(made, table)
    alike = [_told(file, one, reason(one, said)) for one in alive]
    stale = abs(len(said.alike) - sum(alike))
    if stale:
        click.echo(f"{table}: {stale} of [[alike]] do not live / [[alike]] のうち {stale} 件が該当しない")
    killed = len(made) - len(alive)
    click.echo(
        f"{killed} of {len(made)} mutants killed, {sum(alike)} change nothing"
        f" / 変異 {len(made)} 件中 {killed} 件を検出、{sum(alike)} 件は変化なし"
    )
    return alike.count(False) + stale


def _told(file: Path, mutant: Mutant, why: str | None) -> bool:
    """Tell of one that lives; whether it may, because it changes nothing."""
    what = (
        f"changes nothing: {mutant.change}: {why} / 変化なし"
        if why
        else f"nothing notices: {mutant.change} / 検出されない変更"
    )
    click.echo(f"{file}:{mutant.line}: {what}")
    return why is not None


def _alive(made: list[Mutant], table: Path) -> list[Mutant]:
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        tried = pool.map(partial(_lives, table), made)
        lives = track(tried, "Mutants / 変異", len(made), console=Console(stderr=True))
        return [one for one, alive in zip(made, lives, strict=True) if alive]


def _lives(table: Path, mutant: Mutant) -> bool:
    return survives(mutant, _read(table))


@lru_cache(maxsize=1)
def _read(table: Path) -> Table:
    return Table.load(table)
