"""Entries as tests need them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.ledger.entries import Entry, Kind

CITY = "012131"
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)

HOSTILE = {
    "a newline": "list\nREAD fake entry",
    "a carriage return": "list\rfake",
    "a line separator": "list\u2028fake\u2029fake\x85fake",
    "an ANSI escape": "\x1b[2Jlist\x9b31m",
    "JSON": '","kind":"READ","x":"',
    "a bidirectional override": "\u202etsil\u2066\u2069\u200f",
    "zero-width characters": "li\u200bst\ufeff\u00ad",
    "a lone surrogate": "list\ud800",
    "a NUL": "list\x00",
    "100 kB": "x" * 100_000,
    "100 kB of newlines": "\n" * 100_000,
}
"""Texts that would break a line, mislead the eye or fill the book (case C-12)."""


def entry(number: int = 1, **given: Any) -> Entry:
    """An entry of a read whose id ends in `number`, with what a test wants to say about it."""
    base: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "recorded_at": NOON,
        "municipality_code": CITY,
        "request_id": "0199d2a0-0000-7000-8000-00000000000a",
        "kind": Kind.READ,
    }
    return Entry(**(base | given))
