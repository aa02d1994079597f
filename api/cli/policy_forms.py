"""The tables of a policy (操作権限一覧表) in the forms in which somebody reads them: text, CSV, HTML, JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from html import escape

import orjson

from authz.policy import Policy
from authz.review.matrix import ActRow, ItemRow, Matrix
from authz.review.matrix_file import by_kind, cells, headings, written
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS

_NAMES = {name: one.japanese for name, one in {**RESIDENT_ITEMS, **VERSION_ITEMS, **HOUSEHOLD_ITEMS}.items()}
_STYLE = """
body { font-family: sans-serif; margin: 2rem; } table { border-collapse: collapse; margin-block: 1rem 3rem; }
th, td { border: 1px solid #767676; padding: .2rem .5rem; text-align: start; vertical-align: top; }
thead th { position: sticky; top: 0; background: #eee; } .SHOWN, .ALLOWED { background: #d9f2d9; }
.MASKED { background: #fff2cc; } .WITHHELD, .REFUSED { background: #f2d9d9; }
"""


def csv_of(_: Policy, matrix: Matrix) -> str:
    """The file in which they are committed."""
    return written(matrix)


def json_of(policy: Policy, matrix: Matrix) -> str:
    """Both tables as lists of objects, with the purposes' and items' Japanese names."""
    named = {code: purpose.name for code, purpose in policy.purposes.items()}
    told = {**asdict(matrix), "purpose_names": named, "item_names": _NAMES}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n"


def table_of(_: Policy, matrix: Matrix) -> str:
    """Both tables in columns for a terminal, without the legal bases."""
    lines = [f"policy {matrix.policy_hash}"]
    for kind, rows in by_kind(matrix):
        lines += ["", *_columns([headings(kind)[:-1], *(cells(row)[:-1] for row in rows)])]
    return "\n".join(lines) + "\n"


def html_of(policy: Policy, matrix: Matrix) -> str:
    """Both tables as one page that needs nothing else."""
    tables = "".join(_html_table(policy, kind, rows) for kind, rows in by_kind(matrix))
    return (
        '<!doctype html>\n<html lang="ja"><head><meta charset="utf-8"><title>操作権限一覧表</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>操作権限一覧表</h1><p>policy {matrix.policy_hash}</p>\n"
        f"{tables}</body></html>\n"
    )


FORMS: Mapping[str, Callable[[Policy, Matrix], str]] = {
    "table": table_of,
    "csv": csv_of,
    "html": html_of,
    "json": json_of,
}
"""Each form by its name."""


def _columns(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """How many columns a terminal gives it."""
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)


def _html_table(policy: Policy, kind: type, rows: Iterable[ItemRow | ActRow]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in headings(kind))
    body = "".join(f'<tr class="{row.outcome}">{_html_cells(policy, row)}</tr>\n' for row in rows)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n"


def _html_cells(policy: Policy, row: ItemRow | ActRow) -> str:
    names = {row.purpose: policy.purposes[row.purpose].name, **_NAMES}
    return "".join(f'<td title="{escape(names.get(cell, ""))}">{escape(cell)}</td>' for cell in cells(row))
