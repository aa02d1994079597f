"""A table as CSV text (RFC 4180) for people: every text quoted, numbers bare, lines ended by CR and LF.

It is opened with a spreadsheet, which takes a text that begins with certain signs for a formula, quoted or not. Such a
text stands behind an apostrophe (OWASP, CSV Injection); a number is never a text here. What must arrive exactly as the
register has it is written elsewhere (`domain.extraction_files`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

FORMULA_SIGNS: Final = tuple("=+-@\t\r\n＝＋－＠")
"""What a formula begins with; a Japanese spreadsheet takes the wide signs alike."""

Cell = str | int | None
"""What stands in a cell; `None` leaves it empty."""


def csv_of(rows: Iterable[Sequence[Cell]]) -> str:
    """The rows, the heading among them."""
    return "".join(f"{','.join(map(_written, row))}\r\n" for row in rows)


def _written(cell: Cell) -> str:
    if isinstance(cell, int):
        return str(cell)
    text = cell or ""
    guarded = f"'{text}" if text.startswith(FORMULA_SIGNS) else text
    return '"' + guarded.replace('"', '""') + '"'
