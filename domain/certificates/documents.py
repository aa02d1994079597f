"""A document as the press takes it: what stands on it in which order, as plain texts; never as markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.certificates.kinds import CertificateKind

OMITTED = "省略"
"""What stands where an item is omitted (住基法第12条第5項)."""


class Printing(StrEnum):
    """What became of an item on the document."""

    PRINTED = "PRINTED"
    OMITTED = "OMITTED"
    BLANK = "BLANK"


@dataclass(frozen=True, slots=True)
class Line:
    """One ruled cell: an item's label and text. `item` is its identifier in `domain.items`.

    An item that is omitted has no text; a blank one the register does not have.
    """

    item: str
    label: str
    printing: Printing
    text: str | None = None

    def __repr__(self) -> str:
        return f"Line({self.item}, {self.printing})"


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands on it about one person: `history` are earlier entries, the newest first, each with its day."""

    addressee_number: str
    lines: tuple[Line, ...]
    history: tuple[Line, ...] = ()
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Entry({self.addressee_number}, {len(self.lines)} lines)"


@dataclass(frozen=True, slots=True)
class Certifier:
    """認証者: the mayor or who acts for the mayor, with the prefecture's name in the title (標準仕様書1.0 5.6)."""

    title: str
    name: str


@dataclass(frozen=True, slots=True)
class IssuanceNumber:
    """発行番号: day, city, terminal, printer and the place in their order (標準仕様書1.0 5.5)."""

    day: str
    city: str
    terminal: str
    printer: str
    serial: int

    @property
    def text(self) -> str:
        """As it is printed before the sheet number: `20200502 ●●市 本庁1 プリンタ001 011`."""
        return " ".join(
            part for part in (self.day, self.city, self.terminal, self.printer, f"{self.serial:03d}") if part
        )


@dataclass(frozen=True, slots=True)
class Document:
    """One document, all but its number: that is drawn when it is issued.

    `statement` is the 認証文, which stands on the last sheet only; `marks` are what is printed at the head (公用,
    再交付, 特例による転出処理済).
    """

    kind: CertificateKind
    title: str
    entries: tuple[Entry, ...]
    statement: str
    issued_on: str
    certifier: Certifier
    in_one_list: bool = False
    marks: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Document({self.kind}, {len(self.entries)} entries)"

    def texts(self) -> Iterator[str]:
        """Every text that is printed, for whoever checks its characters."""
        yield from (self.title, self.statement, self.issued_on, self.certifier.title, self.certifier.name)
        yield from (*self.marks, *self.remarks)
        for entry in self.entries:
            yield from entry.remarks
            for line in (*entry.lines, *entry.history):
                yield line.label
                yield line.text or ""

    def printed_items(self) -> dict[str, list[str]]:
        """記載事項: which items are printed of whom, for the issuance book."""
        return {
            entry.addressee_number: [line.item for line in entry.lines if line.printing is Printing.PRINTED]
            for entry in self.entries
        }

    def data(self, number: IssuanceNumber, verification_url: str) -> dict[str, Any]:
        """What the template is given, as plain JSON."""
        return {
            "kind": self.kind.value,
            "title": self.title,
            "number": number.text,
            "statement": self.statement,
            "issued_on": self.issued_on,
            "certifier": {"title": self.certifier.title, "name": self.certifier.name},
            "in_one_list": self.in_one_list,
            "marks": list(self.marks),
            "remarks": list(self.remarks),
            "verification_url": verification_url,
            "entries": [_entry(entry) for entry in self.entries],
        }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "lines": [_line(line) for line in entry.lines],
        "history": [_line(line) for line in entry.history],
        "remarks": list(entry.remarks),
    }


def _line(line: Line) -> dict[str, Any]:
    text = OMITTED if line.printing is Printing.OMITTED else line.text or ""
    return {"item": line.item, "label": line.label, "printing": line.printing.value, "text": text}
