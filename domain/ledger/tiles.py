"""How the hashes of the ledger's tree are kept: of every eighth level only, in runs of 256.

Kept are the leaves (level 0) and the nodes of levels 8, 16, 24 ...: one hash an entry and a little more. Every other
node is joined from one run of at most 256 of them, a *tile*. A proof needs few tiles: about one a kept level and side,
which are three levels for a million entries. All that is kept is complete, so it is only ever inserted; and entries may
be deleted when their time is over without touching the tree.

Source: C2SP tlog-tiles (height 8).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from domain.ledger.tree import Growth, Node, root_of_complete

HEIGHT: Final = 8
"""Levels between two kept ones."""
WIDTH: Final = 1 << HEIGHT
"""Hashes in a full tile."""


class Tile(NamedTuple):
    """A run of kept hashes: those of this level (a multiple of 8) from place `number * 256` on, at most 256."""

    level: int
    number: int

    @property
    def first(self) -> int:
        """The place of its first hash on its level."""
        return self.number * WIDTH


def kept(growth: Growth) -> Iterator[tuple[Node, bytes]]:
    """Of the nodes that became complete, those that must be kept."""
    return ((node, each) for node, each in growth.nodes() if node.level % HEIGHT == 0)


def tiles_for(nodes: Iterable[Node]) -> frozenset[Tile]:
    """The tiles that these nodes are joined from."""
    return frozenset(_position(node)[0] for node in nodes)


class TileNodes:
    """Nodes (`proofs.Nodes`), joined from tiles that were fetched before.

    Raises `LookupError` for a node whose tile is not here, or does not reach far enough.
    """

    def __init__(self, tiles: Mapping[Tile, Sequence[bytes]]) -> None:
        self._tiles = tiles

    def node(self, level: int, place: int) -> bytes:
        """The root of the complete subtree over the 2**level leaves from `place << level` on."""
        tile, start, count = _position(Node(level, place))
        hashes = self._tiles[tile][start : start + count]
        if len(hashes) < count:
            raise LookupError("the tile does not reach that far")
        return root_of_complete(hashes)


def _position(node: Node) -> tuple[Tile, int, int]:
    """The node's tile, where it begins in it, and how many hashes it joins."""
    above = node.level % HEIGHT
    number, start = divmod(node.place << above, WIDTH)
    return Tile(node.level - above, number), start, 1 << above
