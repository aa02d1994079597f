"""The form of an exported ledger: JSON Lines in UTF-8, to be verified without a database.

    {"first":0,"frontier":"…","ledger":"origin","version":1}    where it begins, and the tree up to there
    {"leaves":"…"}                                              the leaf hashes of the next entries, at most 256
    {"application":…,"position":0,…}                            those entries: their canonical bytes, untouched
    {"checkpoint":"…"}                                          a signed checkpoint, behind the last entry it knows
    {"deleted":12}                                              instead of entries whose time was over

The leaf hashes are those that the tree was made of, kept apart from the entries; never made anew for the export. So a
checkpoint proves them, and they prove each entry by itself: see `verification`. `frontier` and `leaves` are base64, the
first of `Frontier.to_bytes`, the others of hashes one after the other. An entry's first key is `application`, so no
line can be taken for another kind.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any, Final, TypeAlias

from domain.errors import InvalidValue
from domain.ledger.note_keys import strict_base64
from domain.ledger.tiles import WIDTH
from domain.ledger.tree import Frontier, split_hashes

VERSION: Final = 1
MARKS: Final = (b'{"leaves":', b'{"checkpoint":', b'{"deleted":')
"""What a line begins with that is no entry."""
_NO_END: Final = 2**63

Record: TypeAlias = tuple[bytes, bytes | None]
"""A leaf hash as it was kept, and the entry's canonical bytes, or none where it was deleted in time."""

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def export_lines(
    origin: str, start: Frontier, records: Iterable[Record], checkpoints: Iterable[tuple[int, bytes]]
) -> Iterator[bytes]:
    """An export, line by line: from the tree `start` on, with the signed checkpoints (size and note) in their order.

    Raises `ValueError` for a checkpoint that lies before the start or the one before it.
    """
    yield _line({"first": start.size, "frontier": _base64(start.to_bytes()), "ledger": origin, "version": VERSION})
    size, rest = start.size, iter(records)
    for stop, note in (*checkpoints, (_NO_END, None)):
        while together := list(islice(rest, min(WIDTH, stop - size))):
            yield from _block(together)
            size += len(together)
        if note is not None:
            yield _line({"checkpoint": note.decode()})


def parse_header(line: bytes) -> tuple[str, Frontier]:
    """The ledger's origin and the tree at the export's start. Raises `InvalidValue`."""
    fields = _parse(line)
    if fields.keys() != {"first", "frontier", "ledger", "version"} or fields["version"] != VERSION:
        raise _malformed()
    frontier = Frontier.from_bytes(_decoded(fields["frontier"]))
    if frontier.size != fields["first"] or not isinstance(fields["ledger"], str):
        raise _malformed()
    return fields["ledger"], frontier


def parse_mark(line: bytes) -> Sequence[bytes] | bytes | int:
    """What a line that is no entry says: leaf hashes, a signed checkpoint, or how many were deleted.

    Raises `InvalidValue`.
    """
    match [*_parse(line).items()]:
        case [("leaves", str(leaves))]:
            return _hashes(leaves)
        case [("checkpoint", str(note))]:
            return note.encode(errors="replace")  # what is no Unicode has no signature either
        case [("deleted", int(count))] if 0 < count <= WIDTH:
            return count
    raise _malformed()


def position_in(line: bytes) -> int | None:
    """The position that a line says an entry has; `None` where it is no entry."""
    try:
        fields = _parse(line)
    except InvalidValue:
        return None
    position = fields.get("position")
    return position if isinstance(position, int) else None


def _block(records: Sequence[Record]) -> Iterator[bytes]:
    yield _line({"leaves": _base64(b"".join(leaf for leaf, _ in records))})
    for is_deleted, run in groupby((entry for _, entry in records), lambda entry: entry is None):
        if is_deleted:
            yield _line({"deleted": len(list(run))})
        else:
            yield from (entry + b"\n" for entry in run if entry is not None)


def _hashes(leaves: str) -> Sequence[bytes]:
    hashes = split_hashes(_decoded(leaves))
    if not 0 < len(hashes) <= WIDTH or len(hashes[-1]) != len(hashes[0]):
        raise _malformed()
    return hashes


def _parse(line: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise _malformed()
    return fields


def _decoded(text: object) -> bytes:
    decoded = strict_base64(text) if isinstance(text, str) else None
    if decoded is None:
        raise _malformed()
    return decoded


def _line(fields: dict[str, Any]) -> bytes:
    return _encode(fields).encode() + b"\n"


def _base64(given: bytes) -> str:
    return base64.b64encode(given).decode("ascii")


def _malformed() -> InvalidValue:
    return InvalidValue("LedgerExport", "a line is not one of its lines", "行の形式に誤りがあります")
