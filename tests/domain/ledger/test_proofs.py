"""Proofs: the published ones hold, every forged one is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.ledger.proofs import (
    consistency_path,
    consistency_proof,
    inclusion_path,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from domain.ledger.tree import leaf_hash
from tests.domain.ledger import naive
from tests.domain.ledger.naive import LEAVES, ROOTS, NaiveNodes

Inclusion = tuple[int, int, bytes, list[bytes], bytes]
Consistency = tuple[int, int, bytes, bytes, list[bytes]]

SOME = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")
A, B, C, D = (
    bytes.fromhex(each)
    for each in (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    )
)
E, F, G = (
    bytes.fromhex(each)
    for each in (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    )
)
# Published with the Certificate Transparency reference: (index, size, proof) and (old size, new size, proof).
PUBLISHED_INCLUSION = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [E, D, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], B, E]),
]
PUBLISHED_CONSISTENCY = [
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, [F, D, ROOTS[4]]),
    (2, 5, [B, E]),
    (6, 7, [F, G, ROOTS[4]]),
]


def included(index: int, size: int, proof: list[bytes]) -> Inclusion:
    return index, size, leaf_hash(LEAVES[index]), proof, ROOTS[size]


def consistent(old: int, new: int, proof: list[bytes]) -> Consistency:
    return old, new, ROOTS[old], ROOTS[new], proof


@pytest.mark.holds("C-08")
@pytest.mark.parametrize(("index", "size", "proof"), PUBLISHED_INCLUSION)
def test_published_inclusion_proofs_hold_and_are_made_alike(index: int, size: int, proof: list[bytes]) -> None:
    verify_inclusion(*included(index, size, proof))
    assert inclusion_proof(index, size, NaiveNodes(LEAVES)) == proof


@pytest.mark.holds("C-08")
@pytest.mark.parametrize(("old", "new", "proof"), PUBLISHED_CONSISTENCY)
def test_published_consistency_proofs_hold_and_are_made_alike(old: int, new: int, proof: list[bytes]) -> None:
    verify_consistency(*consistent(old, new, proof))
    assert consistency_proof(old, new, NaiveNodes(LEAVES)) == proof


def false_proofs(proof: list[bytes], *others: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """The proof with one bit turned, cut, extended, swapped."""
    for at, each in enumerate(proof):
        for bit in range(256):
            turned = (int.from_bytes(each, "big") ^ 1 << bit).to_bytes(32, "big")
            yield f"bit {bit} of {at}", [*proof[:at], turned, *proof[at + 1 :]]
        yield f"without {at}", proof[:at] + proof[at + 1 :]
        yield f"{at} twice", [*proof[: at + 1], *proof[at:]]
        yield f"{at} one byte short", [*proof[:at], each[:-1], *proof[at + 1 :]]
        yield f"{at} one byte long", [*proof[:at], each + b"\x00", *proof[at + 1 :]]
    for at in range(len(proof) - 1):
        swapped = [*proof[:at], proof[at + 1], proof[at], *proof[at + 2 :]]
        yield f"{at} swapped", swapped
        first, second = proof[at] + proof[at + 1][:1], proof[at + 1][1:]
        yield f"{at} split elsewhere", [*proof[:at], first, second, *proof[at + 2 :]]
    for other in (b"", SOME, *others):
        yield "garbage before", [other, *proof]
        yield "garbage after", [*proof, other]


def has_same_shape(index: int, size: int, other: int) -> bool:
    """Whether the way up from the leaf is alike in both trees: the root tells them apart then, not the proof."""
    return len(naive.path(index, LEAVES[:size])) == len(naive.path(index, LEAVES[:other]))


def false_inclusions(true: Inclusion) -> Iterator[tuple[str, Inclusion]]:
    index, size, leaf, proof, root = true
    for other in {index - 1, index + 1, index ^ 2, size, size + index, -1} - {index}:
        yield f"index {other}", (other, size, leaf, proof, root)
    for other in {0, size // 2, size * 2, size - 1} - {size}:
        if other > len(LEAVES) or other <= index or not has_same_shape(index, other, size):
            yield f"size {other}", (index, other, leaf, proof, root)
    for other_hash in (SOME, ROOTS[0], b"", leaf[:-1], leaf + b"\x00", b"WrongLeaf"):
        yield "leaf", (index, size, other_hash, proof, root)
        yield "root", (index, size, leaf, proof, other_hash)
    for what, other_proof in false_proofs(proof, root, leaf):
        yield what, (index, size, leaf, other_proof, root)


def false_consistencies(true: Consistency) -> Iterator[tuple[str, Consistency]]:
    old, new, old_root, new_root, proof = true
    for other in {old - 1, old + 1, old ^ 2, -1, new, new + 1} - {old}:
        yield f"old size {other}", (other, new, old_root, new_root, proof)
    for other in {new // 2, new * 2, 0} - {new}:
        yield f"new size {other}", (old, other, old_root, new_root, proof)
    for other_hash in (SOME, ROOTS[0], b"", b"WrongRoot", old_root + b"\x00"):
        yield "old root", (old, new, other_hash, new_root, proof)
        yield "new root", (old, new, old_root, other_hash, proof)
    yield "swapped roots", (old, new, new_root, old_root, proof)
    yield "no proof", (old, new, old_root, new_root, [])
    for what, other_proof in false_proofs(proof, old_root, new_root):
        yield what, (old, new, old_root, new_root, other_proof)


FALSE_INCLUSIONS = [
    pytest.param(false, id=f"{given_proof[:2]} {what}")
    for given_proof in PUBLISHED_INCLUSION
    for what, false in false_inclusions(included(*given_proof))
    if not what.startswith("bit")
]
FALSE_CONSISTENCIES = [
    pytest.param(false, id=f"{given_proof[:2]} {what}")
    for given_proof in PUBLISHED_CONSISTENCY[1:]
    for what, false in false_consistencies(consistent(*given_proof))
    if not what.startswith("bit")
]


def test_there_are_more_forged_proofs_than_the_reference_has() -> None:
    assert len(FALSE_INCLUSIONS) + len(FALSE_CONSISTENCIES) > 196


@pytest.mark.holds("C-08")
@pytest.mark.parametrize("false", FALSE_INCLUSIONS)
def test_a_forged_inclusion_proof_is_refused(false: Inclusion) -> None:
    with pytest.raises(InvalidValue):
        verify_inclusion(*false)


@pytest.mark.holds("C-08")
@pytest.mark.parametrize("false", FALSE_CONSISTENCIES)
def test_a_forged_consistency_proof_is_refused(false: Consistency) -> None:
    with pytest.raises(InvalidValue):
        verify_consistency(*false)


@pytest.mark.holds("C-08")
def test_a_single_bit_that_was_turned_anywhere_is_refused() -> None:
    inclusions = (false for each in PUBLISHED_INCLUSION for what, false in false_inclusions(included(*each)))
    for inclusion in inclusions:
        with pytest.raises(InvalidValue):
            verify_inclusion(*inclusion)
    consistencies = (each for given in PUBLISHED_CONSISTENCY[1:] for _, each in false_consistencies(consistent(*given)))
    for consistency in consistencies:
        with pytest.raises(InvalidValue):
            verify_consistency(*consistency)


@pytest.mark.holds("C-08")
@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 0), (1, 1), (2, 1), (-1, 1), (-1, 0)])
def test_nothing_is_in_a_tree_that_does_not_reach_it(index: int, size: int) -> None:
    for leaf, root in ((SOME, ROOTS[0]), (ROOTS[0], ROOTS[0]), (SOME, SOME)):
        with pytest.raises(InvalidValue):
            verify_inclusion(index, size, leaf, [], root)


@pytest.mark.holds("C-08")
def test_a_proof_that_leads_beyond_the_root_of_its_size_is_refused() -> None:
    first, second = leaf_hash(LEAVES[0]), leaf_hash(LEAVES[1])
    with pytest.raises(InvalidValue):
        verify_inclusion(0, 1, second, [first], ROOTS[2])
    proof = consistency_proof(2, 4, NaiveNodes(LEAVES))
    with pytest.raises(InvalidValue):
        verify_consistency(3, 4, ROOTS[2], ROOTS[4], [ROOTS[2], *proof])


@pytest.mark.holds("C-08")
def test_two_hashes_that_were_divided_elsewhere_are_refused() -> None:
    both = leaf_hash(LEAVES[0]) + leaf_hash(LEAVES[1])
    for at in (0, 31, 33, 64):
        with pytest.raises(InvalidValue):
            verify_inclusion(0, 2, both[:at], [both[at:]], ROOTS[2])
        with pytest.raises(InvalidValue):
            verify_consistency(1, 2, both[:at], ROOTS[2], [both[at:]])


@pytest.mark.holds("C-08")
def test_trivial_consistency_holds_only_where_it_is_trivial() -> None:
    empty, one, two = ROOTS[0], ROOTS[1], ROOTS[2]
    for holds in ((0, 0, empty, empty), (0, 2, empty, two), (2, 2, two, two)):
        verify_consistency(*holds, [])
        with pytest.raises(InvalidValue):
            verify_consistency(*holds, [empty])
    for false in (
        (0, 0, one, one),
        (0, 0, empty, one),
        (0, 2, one, two),
        (2, 2, two, one),
        (2, 1, two, one),
        (1, 2, one, two),
    ):
        with pytest.raises(InvalidValue):
            verify_consistency(*false, [])


leaves = st.lists(st.binary(max_size=3), min_size=1, max_size=40)


@given(leaves, st.data())
def test_inclusion_proofs_are_those_of_the_definition_and_hold(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    proof = inclusion_proof(index, len(entries), NaiveNodes(entries))
    assert proof == naive.path(index, entries)
    verify_inclusion(index, len(entries), leaf_hash(entries[index]), proof, naive.root(entries))


@given(leaves, st.data())
def test_consistency_proofs_are_those_of_the_definition_and_hold(entries: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(0, len(entries)))
    proof = consistency_proof(old, len(entries), NaiveNodes(entries))
    assert proof == (naive.proof(old, entries) if old else [])
    verify_consistency(old, len(entries), naive.root(entries[:old]), naive.root(entries), proof)


@given(leaves, st.data())
def test_no_other_old_size_or_root_is_proved(entries: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(entries)))
    other = data.draw(st.integers(0, len(entries)).filter(lambda size: size != old))
    proof = consistency_proof(old, len(entries), NaiveNodes(entries))
    with pytest.raises(InvalidValue):
        verify_consistency(other, len(entries), naive.root(entries[:old]), naive.root(entries), proof)


@given(leaves, st.binary(min_size=4, max_size=4), st.data())
def test_a_rewritten_past_cannot_be_proved(entries: list[bytes], forged: bytes, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, old - 1))
    rewritten = [*entries[:index], forged, *entries[index + 1 :]]
    for proof in (consistency_proof(old, len(entries), NaiveNodes(each)) for each in (entries, rewritten)):
        with pytest.raises(InvalidValue):
            verify_consistency(old, len(entries), naive.root(entries[:old]), naive.root(rewritten), proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_there_is_no_path_from_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        inclusion_path(index, size)


@pytest.mark.parametrize(("old", "new"), [(3, 2), (-1, 2)])
def test_there_is_no_path_to_a_smaller_tree(old: int, new: int) -> None:
    with pytest.raises(IndexError):
        consistency_path(old, new)


@given(st.integers(1, 2**40), st.data())
def test_a_proof_is_as_short_as_the_tree_is_high(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    paths: Sequence[object] = inclusion_path(index, size)
    assert len(paths) <= (size - 1).bit_length()
    assert len(consistency_path(index, size)) <= (size - 1).bit_length() + 1
