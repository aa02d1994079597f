"""The file of an extraction, written record by record and kept compressed: so a whole city fits into memory.

Values stand exactly as the register has them. What is withheld of a record is empty and named in `withheld`.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from domain.extractions import ExtractionForm

GZIP: Final = 16 + zlib.MAX_WBITS
"""How zlib is told to write what gunzip reads."""
WITHHELD: Final = "withheld"
BETWEEN: Final = "；"
"""Between the entries of a list, in a cell."""


class ExtractionFile(Protocol):
    """A file that grows."""

    def add(self, values: Mapping[str, object], withheld: Sequence[str]) -> None:
        """Write one record: its items by their names, and the names of those that are withheld."""
        ...

    def finished(self) -> bytes:
        """The whole of it, compressed."""
        ...


class _Compressed:
    """Text that is compressed as it comes."""

    def __init__(self) -> None:
        self._gzip = zlib.compressobj(wbits=GZIP)
        self._written = bytearray()

    def write(self, text: str) -> int:
        self._written += self._gzip.compress(text.encode())
        return len(text)

    def finished(self) -> bytes:
        return bytes(self._written + self._gzip.flush())


class CsvFile:
    """RFC 4180, every cell quoted, the items' names in the first line."""

    def __init__(self, names: Sequence[str]) -> None:
        self._file = _Compressed()
        self._names = names
        self._rows = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._rows.writerow([*names, WITHHELD])

    def add(self, values: Mapping[str, object], withheld: Sequence[str]) -> None:
        """Write one line."""
        self._rows.writerow([*(_cell(values[name]) for name in self._names), " ".join(withheld)])

    def finished(self) -> bytes:
        """The whole of it."""
        return self._file.finished()


class JsonFile:
    """An array with an object for each record."""

    def __init__(self) -> None:
        self._file = _Compressed()
        self._before = "[\n"

    def add(self, values: Mapping[str, object], withheld: Sequence[str]) -> None:
        """Write one object."""
        told = json.dumps({**values, WITHHELD: list(withheld)}, ensure_ascii=False)
        self._file.write(self._before + told)
        self._before = ",\n"

    def finished(self) -> bytes:
        """The whole of it."""
        self._file.write("[]\n" if self._before.startswith("[") else "\n]\n")
        return self._file.finished()


def new_file(form: ExtractionForm, names: Sequence[str]) -> ExtractionFile:
    """An empty file for items with these names."""
    return CsvFile(names) if form is ExtractionForm.CSV else JsonFile()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return BETWEEN.join(map(str, value))
    return str(value)
