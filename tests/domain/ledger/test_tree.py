"""The ledger's tree: its roots, how it grows, and how its hashes are kept."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.ledger.proofs import root_at
from domain.ledger.tiles import HEIGHT, WIDTH, Tile, TileNodes, kept, tiles_for
from domain.ledger.tree import EMPTY_ROOT, Frontier, Node, leaf_hash, node_hash, perfect_subtrees
from tests.domain.ledger import naive

entries = st.lists(st.binary(max_size=6), max_size=70)


def frontier(leaves: list[bytes]) -> Frontier:
    return Frontier().extend([leaf_hash(leaf) for leaf in leaves]).frontier


@pytest.mark.holds("C-08")
@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    assert frontier(naive.LEAVES[:size]).root == naive.ROOTS[size]
    assert naive.root(naive.LEAVES[:size]) == naive.ROOTS[size]


def test_the_empty_tree_has_the_hash_of_nothing_as_its_root() -> None:
    assert Frontier().root == EMPTY_ROOT == naive.ROOTS[0]


def test_a_leaf_cannot_be_taken_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@given(entries)
def test_a_tree_has_the_root_that_its_definition_says(leaves: list[bytes]) -> None:
    assert frontier(leaves).root == naive.root(leaves)


@given(entries, entries)
def test_it_does_not_matter_in_which_portions_a_tree_grew(first: list[bytes], then: list[bytes]) -> None:
    more = [leaf_hash(leaf) for leaf in then]
    grown = frontier(first).extend(more).frontier
    one_by_one = frontier(first)
    for leaf in more:
        one_by_one = one_by_one.append(leaf)
    assert grown == one_by_one == frontier(first + then)


@given(entries, entries)
def test_growing_tells_every_node_that_became_complete_and_no_other(first: list[bytes], then: list[bytes]) -> None:
    growth = frontier(first).extend([leaf_hash(leaf) for leaf in then])
    nodes = naive.NaiveNodes(first + then)
    told = dict(growth.nodes())
    assert told.keys() == complete(len(first + then)) - complete(len(first))
    assert all(nodes.node(*node) == each for node, each in told.items())


def complete(size: int) -> set[Node]:
    levels = range(size.bit_length())
    return {Node(level, place) for level in levels for place in range(size >> level)}


@given(entries)
def test_a_frontier_is_read_back_as_it_was_written(leaves: list[bytes]) -> None:
    tree = frontier(leaves)
    assert Frontier.from_bytes(tree.to_bytes()) == tree


@pytest.mark.parametrize("stored", [b"", b"\x00" * 7, (1).to_bytes(8, "big"), (0).to_bytes(8, "big") + b"x" * 32])
def test_bytes_that_are_no_frontier_are_refused(stored: bytes) -> None:
    with pytest.raises(InvalidValue):
        Frontier.from_bytes(stored)


@pytest.mark.parametrize("cut", [1, 31, 32, 33, 95])
def test_a_frontier_that_was_cut_is_refused(cut: int) -> None:
    stored = frontier(naive.LEAVES[:7]).to_bytes()
    with pytest.raises(InvalidValue):
        Frontier.from_bytes(stored[:-cut])


def test_a_negative_size_is_no_frontier() -> None:
    with pytest.raises(InvalidValue):
        Frontier(-1, (b"x" * 32,))


@given(st.integers(0, 2**40))
def test_perfect_subtrees_lie_side_by_side_and_cover_the_tree(size: int) -> None:
    end = 0
    for level, place in perfect_subtrees(0, size):
        assert place << level == end
        end += 1 << level
    assert end == size


def tiles_of(size: int, portion: int) -> tuple[list[bytes], dict[Tile, list[bytes]]]:
    """The leaves, and the tiles that were kept while the tree grew portion by portion."""
    leaves = [b"%d" % number for number in range(size)]
    tree, tiles = Frontier(), defaultdict(list)
    for start in range(0, size, portion):
        growth = tree.extend([leaf_hash(leaf) for leaf in leaves[start : start + portion]])
        for node, each in kept(growth):
            tiles[Tile(node.level, node.place // WIDTH)].append(each)
        tree = growth.frontier
    return leaves, dict(tiles)


SIZE = 3 * WIDTH + 77
LEAVES, TILES = tiles_of(SIZE, 100)


def test_of_the_tree_only_every_eighth_level_is_kept() -> None:
    assert {tile.level % HEIGHT for tile in TILES} == {0}
    assert sum(map(len, TILES.values())) == SIZE + SIZE // WIDTH


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 600, SIZE])
def test_the_root_at_every_size_comes_from_the_kept_hashes(size: int) -> None:
    assert root_at(size, TileNodes(TILES)) == naive.root(LEAVES[:size])


@given(st.data())
def test_every_node_comes_from_the_tile_that_is_named_for_it(data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(sorted(complete(SIZE))))
    (tile,) = tiles_for([node])
    assert TileNodes({tile: TILES[tile]}).node(*node) == naive.NaiveNodes(LEAVES).node(*node)


def test_a_node_whose_hashes_are_not_there_is_not_made_up() -> None:
    with pytest.raises(LookupError):
        TileNodes({}).node(0, 0)
    with pytest.raises(LookupError):
        TileNodes(TILES).node(0, SIZE)
    with pytest.raises(LookupError):
        TileNodes(TILES).node(3, SIZE // 8)
