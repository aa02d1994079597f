"""Proofs about the ledger: that an entry is in a tree, and that a tree is the continuation of an older one.

To make one, ask what it is made of (`inclusion_path`, `consistency_path`: for each of its hashes the nodes that it
joins), fetch those nodes, and join them (`inclusion_proof`, `consistency_proof`). To check one needs only the roots.

Source: RFC 9162 2.1.3, 2.1.4 (the trees and proofs are those of RFC 6962).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from domain.errors import InvalidValue
from domain.ledger.tree import EMPTY_ROOT, HASH_SIZE, Node, joined, node_hash, perfect_subtrees

Path: TypeAlias = tuple[tuple[Node, ...], ...]
"""For each hash of a proof, the nodes that it joins, left to right."""


class Nodes(Protocol):
    """Where the hashes of complete subtrees are found."""

    def node(self, level: int, place: int) -> bytes:
        """The root of the complete subtree over the 2**level leaves from `place << level` on."""
        ...


@dataclass(frozen=True, slots=True)
class _Head:
    """A tree as a proof speaks of it."""

    size: int
    root: bytes


def inclusion_path(index: int, size: int) -> Path:
    """What the proof that leaf `index` is in the tree of this size is made of. Raises `IndexError` if there is none."""
    if not 0 <= index < size:
        raise IndexError("no such leaf")
    first, end, path = 0, size, []
    while end - first > 1:
        middle = first + _left_size(end - first)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first = middle
    return _as_path(path)


def consistency_path(old_size: int, new_size: int) -> Path:
    """What the proof that the newer tree continues the older one is made of. Raises `IndexError` if it is smaller.

    Between trees of the same size, and from the empty tree, the proof is empty.
    """
    if not 0 <= old_size <= new_size:
        raise IndexError("no such trees")
    first, end, path = 0, new_size, []
    while 0 < old_size < end:
        middle = first + _left_size(end - first)
        if old_size <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first = middle
    if first:  # the older tree ends in a subtree that its root alone does not show
        path.append((first, end))
    return _as_path(path)


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The hashes from leaf `index` up to the root of the tree of this size. Raises `IndexError` for no such leaf."""
    return _collected(inclusion_path(index, size), nodes)


def consistency_proof(old_size: int, new_size: int, nodes: Nodes) -> list[bytes]:
    """The hashes that lead to both roots. Raises `IndexError` where the newer tree is smaller."""
    return _collected(consistency_path(old_size, new_size), nodes)


def root_at(size: int, nodes: Nodes) -> bytes:
    """The root that the tree had when it was of this size."""
    hashes = [nodes.node(*node) for node in perfect_subtrees(0, size)]
    return joined(hashes) if hashes else EMPTY_ROOT


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raises `InvalidValue` unless the proof leads from this leaf at this place to the root of the tree of this size.

    Source: RFC 9162 2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        raise _no_inclusion()
    climb = _Climb(index, size - 1)
    for each in proof:
        leaf = node_hash(each, leaf) if climb.step() else node_hash(leaf, each)
    if not climb.at_the_top or leaf != root:
        raise _no_inclusion()


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raises `InvalidValue` unless the tree of the new size and root begins with the one of the old size and root.

    Source: RFC 9162 2.1.4.2; an empty tree is the beginning of every tree, and an equal one of itself.
    """
    old, new = _Head(old_size, old_root), _Head(new_size, new_root)
    if not 0 <= old_size <= new_size or not _are_hashes(old_root, new_root, *proof):
        raise _no_consistency()
    proves = _is_trivial if old_size in (0, new_size) else _leads_to_both
    if not proves(old, new, proof):
        raise _no_consistency()


def _is_trivial(old: _Head, new: _Head, proof: Sequence[bytes]) -> bool:
    empty_is_empty = all(head.root == EMPTY_ROOT for head in (old, new) if head.size == 0)
    return not proof and empty_is_empty and (old.size == 0 or old.root == new.root)


def _leads_to_both(old: _Head, new: _Head, proof: Sequence[bytes]) -> bool:
    if not proof:
        return False
    is_power_of_two = old.size & (old.size - 1) == 0
    path = [old.root, *proof] if is_power_of_two else proof
    climb = _Climb(old.size - 1, new.size - 1)
    climb.skip_completed()
    old_hash = new_hash = path[0]
    for each in path[1:]:
        if climb.step():
            old_hash, new_hash = node_hash(each, old_hash), node_hash(each, new_hash)
        else:
            new_hash = node_hash(new_hash, each)
    return climb.at_the_top and (old_hash, new_hash) == (old.root, new.root)


@dataclass(slots=True)
class _Climb:
    """The way up a tree: fn and sn of RFC 9162, the place on this level and the last place on it."""

    place: int
    last: int
    too_high: bool = False

    @property
    def at_the_top(self) -> bool:
        """Whether the steps so far lead to the root, and not beyond it."""
        return self.last == 0 and not self.too_high

    def step(self) -> bool:
        """One level up; whether the sibling there lies to the left."""
        self.too_high |= self.last == 0
        is_left = bool(self.place & 1) or self.place == self.last
        while is_left and self.place and not self.place & 1:  # a last one without a sibling goes up as it is
            self._up()
        self._up()
        return is_left

    def skip_completed(self) -> None:
        """Up to the largest complete subtree that ends here."""
        while self.place & 1:
            self._up()

    def _up(self) -> None:
        self.place >>= 1
        self.last >>= 1


def _left_size(size: int) -> int:
    """How many leaves the left half has: the largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _as_path(ranges: Sequence[tuple[int, int]]) -> Path:
    """Found from the root down, told from the leaf up."""
    return tuple(tuple(perfect_subtrees(first, end)) for first, end in reversed(ranges))


def _collected(path: Path, nodes: Nodes) -> list[bytes]:
    return [joined([nodes.node(*node) for node in subtrees]) for subtrees in path]


def _are_hashes(*given: bytes) -> bool:
    return all(len(each) == HASH_SIZE for each in given)


def _no_inclusion() -> InvalidValue:
    return InvalidValue("InclusionProof", "does not hold", "証明が成り立ちません")


def _no_consistency() -> InvalidValue:
    return InvalidValue("ConsistencyProof", "does not hold", "証明が成り立ちません")
