"""Checkpoints: what a ledger says of itself at a size, signed, so that it cannot say anything else later.

One ledger has one origin, and its key has the same name. Two checkpoints of one origin contradict each other when no
proof leads from the smaller to the larger; of the same size, when their roots differ. Two such checkpoints, both
signed, are all the evidence that is needed: the ledger was rewritten, or shown differently to different people.

Source: C2SP tlog-checkpoint v1.0 (https://c2sp.org/tlog-checkpoint).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import InvalidValue
from domain.ledger.note_keys import VerifierKey, strict_base64
from domain.ledger.notes import Verify, open_note
from domain.ledger.proofs import verify_consistency
from domain.ledger.tree import EMPTY_ROOT, HASH_SIZE

LARGEST: Final = 2**63 - 1
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_FEWEST_LINES: Final = 3
_NOT_IN_A_LINE: Final = re.compile(r"[\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The root of a ledger's tree at a size.

    `extensions` are lines that others may have added; they say nothing about the ledger. Raises `InvalidValue` where
    one of the parts cannot be.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any(map(_NOT_IN_A_LINE.search, lines)):
            raise _malformed("an empty line, or a control character", "空の行又は制御文字を含んでいます")
        if not 0 <= self.size <= LARGEST or len(self.root) != HASH_SIZE:
            raise _malformed("not a size and a root", "大きさ又はルートの形式に誤りがあります")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise _malformed("the root of an empty ledger is another", "空の記録のルートが正しくありません")

    def body(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode("ascii")
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))

    def contradicts(self, other: Checkpoint) -> bool:
        """Whether these two alone show that the ledger was rewritten: the same origin and size, and another root."""
        return (self.origin, self.size) == (other.origin, other.size) and self.root != other.root


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint that its ledger's key has signed, and the witnesses that saw it: when, in POSIX seconds."""

    checkpoint: Checkpoint
    seen_by: tuple[tuple[VerifierKey, int], ...]


def parse_checkpoint(body: str) -> Checkpoint:
    """The checkpoint that this text is, whoever says so. Raises `InvalidValue` for anything but the exact form."""
    *lines, end = body.split("\n")
    if end or len(lines) < _FEWEST_LINES:
        raise _malformed("not its lines", "行の構成に誤りがあります")
    origin, size, root, *extensions = lines
    decoded = strict_base64(root)
    if decoded is None or not _SIZE.fullmatch(size):
        raise _malformed("not a size and a root", "大きさ又はルートの形式に誤りがあります")
    return Checkpoint(origin, int(size), decoded, tuple(extensions))


def read_checkpoint(
    raw: bytes, ledger: VerifierKey, verify: Verify, witnesses: Sequence[VerifierKey] = ()
) -> SignedCheckpoint:
    """A checkpoint that can be relied on: signed by the ledger's key, and of the origin that the key is named for.

    A witness's signature alone is not enough. Raises `InvalidValue`.
    """
    opened = open_note(raw, (ledger, *witnesses), verify)
    if ledger not in opened.signers:
        raise _malformed("not signed by the ledger's key", "記録の鍵による署名がありません")
    checkpoint = parse_checkpoint(opened.text)
    if checkpoint.origin != ledger.name:
        raise _malformed("of another ledger", "別の記録のチェックポイントです")
    return SignedCheckpoint(checkpoint, tuple((key, time) for key, time in opened.signers.items() if time is not None))


def require_continuation(older: Checkpoint, newer: Checkpoint, proof: Sequence[bytes]) -> None:
    """Raises `InvalidValue` unless the newer checkpoint continues the older one, as the consistency proof must show.

    Of another origin it never does. Between checkpoints of one size the proof is empty.
    """
    if older.origin != newer.origin:
        raise _malformed("of another ledger", "別の記録のチェックポイントです")
    verify_consistency(older.size, newer.size, older.root, newer.root, proof)


def _malformed(reason: str, reason_ja: str) -> InvalidValue:
    return InvalidValue("Checkpoint", reason, reason_ja)
