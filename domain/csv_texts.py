"""A table as CSV text (RFC 4180): every text quoted, numbers bare, lines ended by CR and LF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Cell = str | int | None
"""What stands in a cell; `None` leaves it empty."""


def csv_of(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows, the heading among them."""
    return "".join(f"{','.join(map(_written, row))}\r\n" for row in rows)


def _written(cell: Cell) -> str:
    if isinstance(cell, int):
        return str(cell)
    return '"' + (cell or "").replace('"', '""') + '"'
