"""The tables of a policy (操作権限一覧表) as a file: three tables of CSV (RFC 4180, UTF-8), an empty line between them.

The first names the policy that the others were made from, and tells that nothing of them was lost: two SHA-256. Then
items and acts, one row a line, so that a change of the policy is read in review. `MATRIX_FILE` is committed, and comes
with daicho: whoever has that very policy need not ask it everything again.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from authz.review.matrix import ActRow, ItemRow, Matrix

MATRIX_FILE = Path(__file__).resolve().parent.parent / "policy_matrix.csv"
"""The tables of the policy that comes with daicho."""

Row = TypeVar("Row", ItemRow, ActRow)
_FIRST = ["policy", "tables"]


class MatrixFileError(Exception):
    """It is no file of tables, or not the one that was written."""


def written(tables: Matrix) -> str:
    """The file."""
    both = "\n".join(_csv([headings(kind), *map(cells, rows)]) for kind, rows in by_kind(tables))
    return _named(tables.policy_hash, both)


def read(text: str) -> Matrix:
    """The tables of a file; raises `MatrixFileError` where it is not as it was written."""
    named, _, both = text.partition("\n\n")
    policy_hash = named.partition("\n")[2].partition(",")[0]
    if text != _named(policy_hash, both):
        raise MatrixFileError("the tables are not as they were written")
    items, _, acts = both.partition("\n\n")
    return Matrix(policy_hash, tuple(_rows(ItemRow, items)), tuple(_rows(ActRow, acts)))


def headings(kind: type[ItemRow | ActRow]) -> list[str]:
    """The columns of a table."""
    return [field.name for field in fields(kind)]


def cells(row: ItemRow | ActRow) -> list[str]:
    """A row as text; several departments with a space between them."""
    values = (getattr(row, name) for name in headings(type(row)))
    return [value if isinstance(value, str) else " ".join(value) for value in values]


def by_kind(tables: Matrix) -> tuple[tuple[type[ItemRow], Sequence[ItemRow]], tuple[type[ActRow], Sequence[ActRow]]]:
    """Both tables, each with what its rows are."""
    return (ItemRow, tables.items), (ActRow, tables.acts)


def _named(policy_hash: str, both: str) -> str:
    return "\n".join([_csv([_FIRST, [policy_hash, hashlib.sha256(both.encode()).hexdigest()]]), both])


def _rows(kind: type[Row], text: str) -> Iterator[Row]:
    heading, *lines = csv.reader(text.splitlines())
    if heading != headings(kind):
        raise MatrixFileError("the tables have other columns")
    for purpose, departments, *others in lines:
        yield kind(purpose, tuple(departments.split()), *others)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
