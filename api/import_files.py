"""The file of an import, line by line: JSON Lines or CSV in UTF-8, one physical line a resident.

A line is found again by its place, the first is 0; only what is asked for is in memory. Whatever stands in a line, it
is read or is told by its fault, and never ends the import.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from domain.errors import Code, Refusal
from domain.importing.lines import FIELDS, REQUIRED
from domain.importing.reasons import Fault

LONGEST_LINE: Final = 1 << 20
"""In bytes; a resident with a hundred earlier versions fits."""

Fields = Mapping[str, Any]
ReadLine = Callable[[bytes], Fields | None]
"""What a line says; `None` where it is not readable."""

_BOM: Final = b"\xef\xbb\xbf"
_LISTS: Final = ("alias_history", "individual_matters", "earlier_versions", "support_measures")
_NO_SUCH_FORM = (
    "The name of the file must end in .jsonl, .json or .csv.",
    "ファイル名は .jsonl、.json、.csv のいずれかで終わる必要があります。",
)


class ImportFile:
    """An open file of an import. Raises `Refusal` (INVALID_INPUT) when it is of no known form, or its CSV header not.

    `size` is in bytes, `lines` counts those that `scan` has met and that hold something.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self.size = file.seek(0, SEEK_END)
        file.seek(0)
        self._starts, self._numbers = array("q"), array("q")
        self._first_number = 1
        self._read = self._reader(Path(name).suffix.lower())

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return len(self._starts)

    def scan(self) -> Iterator[tuple[int, Fields | None, int]]:
        """Read the file once: each line's place, what it says if it is readable, and where in the file it ends."""
        start, number = self._file.tell(), self._first_number
        while line := self._next_line():
            if line.strip():
                self._starts.append(start)
                self._numbers.append(number)
                fields = self._fields(line)
                yield len(self._starts) - 1, None if isinstance(fields, Fault) else fields, self._file.tell()
            start, number = self._file.tell(), number + 1

    def fields(self, place: int) -> Fields | Fault:
        """What the line at a place says, or what hinders it."""
        self._file.seek(self._starts[place])
        return self._fields(self._next_line())

    def number(self, place: int) -> int:
        """The number of the line at a place, as an editor counts: the first line of the file is 1."""
        return self._numbers[place]

    def _fields(self, line: bytes) -> Fields | Fault:
        if len(line) > LONGEST_LINE:
            return Fault.LINE_TOO_LONG
        fields = self._read(line)
        return Fault.NOT_READABLE if fields is None else fields

    def _next_line(self) -> bytes:
        """The next line, cut after `LONGEST_LINE`; nothing at the end of the file."""
        line = self._file.readline(LONGEST_LINE + 1)
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = self._file.readline(LONGEST_LINE + 1)
        return line

    def _reader(self, suffix: str) -> ReadLine:
        if self._file.read(len(_BOM)) != _BOM:
            self._file.seek(0)
        if suffix in {".jsonl", ".json"}:
            return json_line
        if suffix == ".csv":
            self._first_number = 2
            header = csv_cells(self._next_line())
            check_header(header)
            return lambda line: csv_line(header or [], line)
        raise Refusal(Code.INVALID_INPUT, detail=_NO_SUCH_FORM)


def json_line(line: bytes) -> Fields | None:
    """A JSON object."""
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError:  # also bad UTF-8, lone surrogates, and what is nested too deep
        return None
    return fields if isinstance(fields, dict) else None


def csv_line(header: list[str], line: bytes) -> Fields | None:
    """The cells under their header. An empty cell is a field left out; lists stand as JSON in their cells."""
    cells = csv_cells(line)
    if cells is None or len(cells) != len(header):
        return None
    fields = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
    return {name: _list(cell) if name in _LISTS else cell for name, cell in fields.items()}


def csv_of(fields: Fields) -> str:
    """A line of CSV with all fields of the format, in their order."""
    cells = [fields.get(name) for name in FIELDS]
    return csv_text([orjson.dumps(cell).decode() if isinstance(cell, list) else cell for cell in cells])


def csv_text(cells: list[Any]) -> str:
    """Cells as a line of CSV (RFC 4180), without its end."""
    written = StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()


def csv_cells(line: bytes) -> list[str] | None:
    """The cells of a line."""
    try:
        return next(csv.reader([line.decode().rstrip("\r\n")], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return None


def check_header(header: list[str] | None) -> None:
    """Raises `Refusal` (INVALID_INPUT) for a header that is none. What stands there may be anybody's data: only its
    place is told."""
    if header is None:
        raise _bad_header("is not readable", "が読み取れません")
    for at, name in enumerate(header):
        if name not in FIELDS or name in header[:at]:
            raise _bad_header(f"column {at + 1} is no field, or a second time", f"の{at + 1}列目が正しくありません")
    if lacking := [name for name in ("format", *REQUIRED) if name not in header]:
        raise _bad_header(f"lacks {', '.join(lacking)}", f"に {', '.join(lacking)} がありません")


def _bad_header(english: str, japanese: str) -> Refusal:
    return Refusal(Code.INVALID_INPUT, detail=(f"The header of the CSV file: {english}.", f"CSVの見出し{japanese}。"))


def _list(cell: str) -> Any:
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        return cell  # no list: its reader says so
