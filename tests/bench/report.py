"""What was measured, as a table, as goals met or missed, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.measuring import Cell

LIST, WIDE = "list 100 × 15", 16
TIMES_THE_OBVIOUS, MOST_SHARE = 30.0, 0.20


@dataclass(frozen=True)
class Comparison:
    """daicho beside the other two, for one operation over so many connections.

    The shares are what of daicho authorization and ledger take: of the server's processor time a request, of that and
    PostgreSQL's together, and of what could be answered in a second.
    """

    operation: str
    connections: int
    times_obvious: float
    share_of_cpu: float
    share_of_all_cpu: float
    share_of_throughput: float


def compare(cells: Sequence[Cell]) -> list[Comparison]:
    """A comparison for each operation and width, in the order in which they were measured."""
    found: dict[tuple[str, int], dict[str, Cell]] = {}
    for cell in cells:
        found.setdefault((cell.operation, cell.connections), {})[cell.build] = cell
    return [_compared(*key, builds) for key, builds in found.items()]


def _compared(operation: str, connections: int, builds: Mapping[str, Cell]) -> Comparison:
    obvious, daicho, unsafe = builds["obvious"], builds["daicho"], builds["unsafe"]
    all_cpu = {cell.build: cell.server_cpu_ms + cell.store_cpu_ms for cell in builds.values()}
    return Comparison(
        operation,
        connections,
        times_obvious=daicho.per_second / obvious.per_second,
        share_of_cpu=1 - unsafe.server_cpu_ms / daicho.server_cpu_ms,
        share_of_all_cpu=1 - all_cpu["unsafe"] / all_cpu["daicho"],
        share_of_throughput=1 - daicho.per_second / unsafe.per_second,
    )


def goals(comparisons: Sequence[Comparison]) -> dict[str, bool]:
    """The goals in words, and whether each is met."""
    the_list = next(one for one in comparisons if (one.operation, one.connections) == (LIST, WIDE))
    return {
        f"list at 16 connections: {the_list.times_obvious:.0f} × the obvious build (goal: at least "
        f"{TIMES_THE_OBVIOUS:.0f})": the_list.times_obvious >= TIMES_THE_OBVIOUS,
    } | {
        f"{one.operation} at 16 connections: authorization and ledger take {one.share_of_throughput:.0%} of the "
        f"throughput (goal: at most {MOST_SHARE:.0%})": one.share_of_throughput <= MOST_SHARE
        for one in comparisons
        if one.connections == WIDE
    }


def show(cells: Sequence[Cell], comparisons: Sequence[Comparison], parts: Mapping[str, float]) -> None:
    """Print everything."""
    console = Console(width=110, highlight=False)
    console.print(_table_of_cells(cells), _table_of_comparisons(comparisons), _table_of_parts(parts), sep="\n")
    for goal, is_met in goals(comparisons).items():
        console.print(f"{'met   ' if is_met else 'MISSED'}  {goal}")


def as_json(cells: Sequence[Cell], comparisons: Sequence[Comparison], parts: Mapping[str, float]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "cells": [cell.told() for cell in cells],
        "comparisons": [vars(one) for one in comparisons],
        "parts_us": dict(parts),
        "goals": goals(comparisons),
    }


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for at, column in enumerate(columns):
        table.add_column(column, justify="right" if at else "left")
    return table


def _table_of_cells(cells: Sequence[Cell]) -> Table:
    table = _table(
        "Side by side",
        "operation",
        "at",
        "build",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "server CPU ms",
        "PostgreSQL CPU ms",
    )
    for cell in cells:
        numbers = (cell.quantile_ms(0.5), cell.quantile_ms(0.99), cell.server_cpu_ms, cell.store_cpu_ms)
        table.add_row(
            cell.operation,
            str(cell.connections),
            cell.build,
            f"{cell.per_second:,.1f}",
            *(f"{number:.2f}" for number in numbers),
            end_section=cell.build == "unsafe",
        )
    return table


def _table_of_comparisons(comparisons: Sequence[Comparison]) -> Table:
    table = _table(
        "daicho, and the share that authorization and ledger take of it",
        *("operation", "at", "× obvious", "of server CPU", "of all CPU", "of throughput"),
    )
    for one in comparisons:
        shares = (one.share_of_cpu, one.share_of_all_cpu, one.share_of_throughput)
        table.add_row(
            one.operation, str(one.connections), f"{one.times_obvious:.1f}", *(f"{share:.0%}" for share in shares)
        )
    return table


def _table_of_parts(parts: Mapping[str, float]) -> Table:
    table = _table("Parts by themselves", "part", "µs")
    for part, microseconds in parts.items():
        table.add_row(part, f"{microseconds:,.1f}")
    return table
