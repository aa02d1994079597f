"""A small ledger with its checkpoints, and its export as a list of lines that a test can bend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.ledger.canonical import canonical
from domain.ledger.checkpoints import Checkpoint, read_checkpoint
from domain.ledger.exports import export_lines
from domain.ledger.notes import Note, sign
from domain.ledger.tree import Frontier, leaf_hash
from domain.ledger.verification import Verified, verify_export
from tests.domain.ledger.ed25519 import ORIGIN, key, verify
from tests.domain.ledger.ed25519 import sign as ed25519
from tests.ledger_builders import entry

SIGNER, VERIFIER = key()


def entries(count: int, caller: str = "clerk") -> list[bytes]:
    """The canonical bytes of so many entries, from position 0."""
    return [canonical(entry(number + 1, caller=f"{caller}-{number}"), number) for number in range(count)]


def hashes(recorded: Iterable[bytes]) -> list[bytes]:
    """Their leaf hashes."""
    return [leaf_hash(each) for each in recorded]


def tree(leaves: Sequence[bytes]) -> Frontier:
    """The tree over these leaf hashes."""
    return Frontier().extend(leaves).frontier


def checkpoint(recorded: Sequence[bytes], size: int, origin: str = ORIGIN) -> Checkpoint:
    """What the ledger says of itself when it has its first `size` entries."""
    return Checkpoint(origin, size, tree(hashes(recorded[:size])).root)


def signed(given: Checkpoint) -> bytes:
    """The checkpoint as the ledger signs it."""
    return Note(given.body(), (sign(given.body(), SIGNER, ed25519),)).to_bytes()


def exported(
    recorded: Sequence[bytes | None],
    leaves: Sequence[bytes],
    checkpoints: Iterable[Checkpoint] = (),
    first: int = 0,
    origin: str = ORIGIN,
) -> list[bytes]:
    """The export from `first` on, of these entries with these leaf hashes and checkpoints."""
    records = list(zip(leaves, recorded, strict=True))[first:]
    notes = [(each.size, signed(each)) for each in checkpoints]
    return list(export_lines(origin, tree(leaves[:first]), records, notes))


def verified(lines: Iterable[bytes], *trusted: Checkpoint, deleted_before: int = 0) -> Verified:
    """What the verifier says of it."""
    return verify_export(lines, trusted, read, deleted_before=deleted_before)


def read(raw: bytes) -> Checkpoint:
    """A checkpoint that the ledger has signed."""
    return read_checkpoint(raw, VERIFIER, verify).checkpoint
