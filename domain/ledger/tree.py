"""The ledger's Merkle tree: one hash that stands for all entries in their order, and grows with them.

A leaf is the hash of an entry's canonical bytes. A *node* is the root of a complete subtree: node (level, place) covers
the 2**level leaves from `place << level` on. A complete subtree never changes, so nodes are only ever added.

Source: RFC 6962 2.1 (RFC 9162 2.1.1), SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from typing import Final, NamedTuple

from domain.errors import InvalidValue

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves."""

_SIZE_BYTES: Final = 8
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


class Node(NamedTuple):
    """Where a complete subtree stands."""

    level: int
    place: int


def leaf_hash(entry: bytes) -> bytes:
    """The leaf of an entry: of its canonical bytes, without a line's end."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return sha256(_NODE + left + right).digest()


def root_of_complete(hashes: Sequence[bytes]) -> bytes:
    """The root over nodes of one level that lie side by side; how many is a power of two."""
    while len(hashes) > 1:
        hashes = _parents(hashes)
    return hashes[0]


def perfect_subtrees(first: int, end: int) -> Iterator[Node]:
    """The complete subtrees, left to right, that cover the leaves from `first` up to `end` (excluded).

    `first` is 0, or a multiple of a power of two that is at least as large as the range.
    """
    while first < end:
        level = (end - first).bit_length() - 1
        yield Node(level, first >> level)
        first += 1 << level


def joined(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees, largest first: what `perfect_subtrees` names."""
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


@dataclass(frozen=True, slots=True)
class Frontier:
    """What must be remembered of a tree so that it can grow: its size, and its perfect subtrees, largest first.

    Raises `InvalidValue` where the hashes are not as many, or not as long, as the size says.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        fits = self.size >= 0 and len(self.hashes) == self.size.bit_count()
        if not fits or any(len(each) != HASH_SIZE for each in self.hashes):
            raise _invalid_frontier()

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        return joined(self.hashes) if self.hashes else EMPTY_ROOT

    def append(self, leaf: bytes) -> Frontier:
        """The tree with one leaf more."""
        return self.extend((leaf,)).frontier

    def extend(self, leaves: Sequence[bytes]) -> Growth:
        """The tree with these leaves more, and every node that became complete; costs two hashes a leaf at most."""
        kept = self._by_level()
        added: list[tuple[Node, Sequence[bytes]]] = []
        level, first, hashes = 0, self.size, leaves
        while hashes:
            added.append((Node(level, first), hashes))
            if level in kept:  # the first new node is a right one: its left sibling waited for it
                first, hashes = first - 1, [kept.pop(level), *hashes]
            if len(hashes) % 2:
                kept[level] = hashes[-1]
            level, first, hashes = level + 1, first // 2, _parents(hashes)
        grown = tuple(kept[level] for level in sorted(kept, reverse=True))
        return Growth(Frontier(self.size + len(leaves), grown), tuple(added))

    def to_bytes(self) -> bytes:
        """The size in eight bytes, most significant first, then the hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Frontier:
        """What `to_bytes` wrote. Raises `InvalidValue` for anything else."""
        if len(stored) < _SIZE_BYTES:
            raise _invalid_frontier()
        return cls(int.from_bytes(stored[:_SIZE_BYTES], "big"), split_hashes(stored[_SIZE_BYTES:]))

    def _by_level(self) -> dict[int, bytes]:
        levels = (node.level for node in perfect_subtrees(0, self.size))
        return dict(zip(levels, self.hashes, strict=True))


@dataclass(frozen=True, slots=True)
class Growth:
    """A tree that has grown: its frontier, and the nodes that became complete, by level: where they begin, and all."""

    frontier: Frontier
    added: tuple[tuple[Node, Sequence[bytes]], ...]

    def nodes(self) -> Iterator[tuple[Node, bytes]]:
        """The nodes that became complete, one by one; the leaves are those of level 0."""
        for (level, first), hashes in self.added:
            for place, each in enumerate(hashes, first):
                yield Node(level, place), each


def split_hashes(joined_hashes: bytes) -> tuple[bytes, ...]:
    """Hashes that were written one after the other; what is left over at the end is a hash too short."""
    return tuple(joined_hashes[at : at + HASH_SIZE] for at in range(0, len(joined_hashes), HASH_SIZE))


def _parents(hashes: Sequence[bytes]) -> list[bytes]:
    """One level up; a last one without a sibling has no parent yet."""
    return [sha256(_NODE + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=False)]


def _invalid_frontier() -> InvalidValue:
    return InvalidValue("Frontier", "not the hashes of a tree of this size", "木の大きさとハッシュの数が合いません")
