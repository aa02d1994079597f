"""The proof that one entry is in the ledger, as a text that can be handed on and checked without a database.

The entry itself is carried as extra data: its hash is the leaf from which the proof leads to the checkpoint's root.

Source: C2SP tlog-proof v1 (https://c2sp.org/tlog-proof).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import InvalidValue
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.note_keys import strict_base64
from domain.ledger.proofs import verify_inclusion
from domain.ledger.tree import leaf_hash

_TITLE: Final = "c2sp.org/tlog-proof@v1"
_EXTRA: Final = "extra "
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class EntryProof:
    """An entry's canonical bytes, its position, the hashes up to the root, and the signed checkpoint that has it."""

    entry: bytes
    position: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def to_bytes(self) -> bytes:
        """The proof as it is handed on (UTF-8)."""
        lines = (_TITLE, _EXTRA + _base64(self.entry), f"index {self.position}", *map(_base64, self.hashes), "", "")
        return "\n".join(lines).encode() + self.checkpoint

    def require(self, checkpoint: Checkpoint) -> None:
        """Raises `InvalidValue` unless the entry is in the ledger at its position, as this checkpoint of it says."""
        verify_inclusion(self.position, checkpoint.size, leaf_hash(self.entry), self.hashes, checkpoint.root)
        if b',"position":%d,' % self.position not in self.entry:
            raise _malformed()


def parse_entry_proof(raw: bytes) -> EntryProof:
    """The proof that this text is, nothing of it checked. Raises `InvalidValue`."""
    head, _, checkpoint = raw.partition(b"\n\n")
    try:
        title, extra, index, *lines = head.decode().split("\n")
    except ValueError:
        raise _malformed() from None
    position, entry = _INDEX.fullmatch(index), strict_base64(extra.removeprefix(_EXTRA))
    if title != _TITLE or not extra.startswith(_EXTRA) or position is None or entry is None:
        raise _malformed()
    return EntryProof(entry, int(position[1]), parse_hashes(lines), checkpoint)


def parse_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Hashes in base64, one a line. Raises `InvalidValue`."""
    hashes = tuple(each for each in map(strict_base64, lines) if each is not None)
    if len(hashes) != len(lines):
        raise _malformed()
    return hashes


def _base64(given: bytes) -> str:
    return base64.b64encode(given).decode("ascii")


def _malformed() -> InvalidValue:
    return InvalidValue("EntryProof", "not the proof of an entry", "項目の証明の形式に誤りがあります")
