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
def progress(what: str, total: int, beside: Callable[[], str] = lambda: "") -> Iterator[Callable[[int], None]]:
    """Show how many of `total` are done, as the block tells it again and again, and what else there is to say."""
    if not sys.stderr.isatty():
        line = f"{what}: {{:,}} / {total:,}{{}}"
        yield _now_and_then(total, STEPS_OF_LINES, lambda done: click.echo(line.format(done, beside()), err=True))
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        show = lambda done: bar.update(task, completed=done, description=f"{what}{beside()}")  # noqa: E731 - as above
        yield _now_and_then(total, STEPS_OF_A_BAR, show)


def _now_and_then(total: int, steps: int, show: Callable[[int], None]) -> Callable[[int], None]:
    """Passes on what has come at least a step further, and the end."""
    due = 0

    def told(done: int) -> None:
        nonlocal due
        if done >= due:
            due = min(total, done + max(1, total // steps))
            show(done)

    return told
