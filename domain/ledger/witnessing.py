"""What a witness asks and answers: it has seen a checkpoint of a ledger, and signs only what continues it.

A request is the size that the witness is thought to know, the consistency proof from there, and the new checkpoint:

    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=

    daicho.example/012131
    …

Source: C2SP tlog-witness (https://c2sp.org/tlog-witness), `add-checkpoint`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from domain.errors import InvalidValue
from domain.ledger.checkpoints import Checkpoint, parse_checkpoint, read_checkpoint
from domain.ledger.entry_proofs import parse_hashes
from domain.ledger.note_keys import VerifierKey
from domain.ledger.notes import Verify, parse_note
from domain.ledger.proofs import verify_consistency

MOST_HASHES: Final = 63
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


class Verdict(IntEnum):
    """Why a witness does not sign, as the protocol's HTTP statuses."""

    MALFORMED = 400
    NOT_SIGNED = 403
    UNKNOWN_LEDGER = 404
    OTHER_SIZE = 409
    """It knows another size, or another root at this one."""
    NO_CONTINUATION = 422


class WitnessRefused(Exception):
    """The witness does not sign; `size` is what it knows, where that is told."""

    def __init__(self, verdict: Verdict, size: int | None = None) -> None:
        super().__init__(verdict.name)
        self.verdict = verdict
        self.size = size


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size the witness is thought to know, the proof from there, and the signed checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes

    def to_bytes(self) -> bytes:
        """The request's body."""
        hashes = (base64.b64encode(each).decode("ascii") for each in self.proof)
        return "\n".join((f"old {self.old_size}", *hashes, "", "")).encode() + self.note


def parse_request(body: bytes) -> AddCheckpoint:
    """The request that a body is. Raises `WitnessRefused` (MALFORMED)."""
    head, _, note = body.partition(b"\n\n")
    try:
        first, *lines = head.decode().split("\n")
        proof = parse_hashes(lines)
    except (UnicodeDecodeError, InvalidValue):
        raise WitnessRefused(Verdict.MALFORMED) from None
    old = _OLD.fullmatch(first)
    if old is None or len(proof) > MOST_HASHES:
        raise WitnessRefused(Verdict.MALFORMED)
    return AddCheckpoint(int(old[1]), proof, note)


def known_ledger(request: AddCheckpoint, ledgers: Sequence[VerifierKey], verify: Verify) -> Checkpoint:
    """The checkpoint, signed by the key of a ledger that the witness knows. Raises `WitnessRefused`."""
    try:
        told = parse_checkpoint(parse_note(request.note).text)
    except InvalidValue:
        raise WitnessRefused(Verdict.MALFORMED) from None
    keys = [key for key in ledgers if key.name == told.origin]
    if not keys:
        raise WitnessRefused(Verdict.UNKNOWN_LEDGER)
    try:
        return read_checkpoint(request.note, keys[0], verify).checkpoint
    except InvalidValue:
        raise WitnessRefused(Verdict.NOT_SIGNED) from None


def require_witnessable(request: AddCheckpoint, new: Checkpoint, known: Checkpoint | None) -> None:
    """Raises `WitnessRefused` unless the new checkpoint continues what the witness knows (nothing, at first)."""
    size = known.size if known else 0
    if request.old_size > new.size:
        raise WitnessRefused(Verdict.MALFORMED)
    if request.old_size != size or (known and known.contradicts(new)):
        raise WitnessRefused(Verdict.OTHER_SIZE, size)
    try:
        if size:
            verify_consistency(size, new.size, known.root if known else b"", new.root, request.proof)
        elif request.proof:
            raise WitnessRefused(Verdict.NO_CONTINUATION)
    except InvalidValue:
        raise WitnessRefused(Verdict.NO_CONTINUATION) from None
