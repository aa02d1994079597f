"""How far a long command is: a bar where somebody watches a terminal, else a line on standard error each tenth."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

STEPS_OF_A_BAR: Final = 200
STEPS_OF_LINES: Final = 10


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how many of `total` are done, as the block tells it again and again."""
    if not sys.stderr.isatty():
        yield _now_and_then(total, STEPS_OF_LINES, lambda done: click.echo(f"{what}: {done:,} / {total:,}", err=True))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        yield _now_and_then(total, STEPS_OF_A_BAR, lambda done: bar.update(task, completed=done))


def _now_and_then(total: int, steps: int, show: Callable[[int], None]) -> Callable[[int], None]:
    """Passes on what has come at least a step further, and the end."""
    due = 0

    def told(done: int) -> None:
        nonlocal due
        if done >= due:
            due = min(total, done + max(1, total // steps))
            show(done)

    return told
