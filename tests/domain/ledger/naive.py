"""RFC 6962 as it defines itself, by recursion: slow, and near enough to the text to be compared with it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
"""The entries of the Certificate Transparency reference's tests."""
ROOTS = [
    bytes.fromhex(root)
    for root in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
"""The roots of the trees of the first 0, 1, ... 8 of them."""


def root(leaves: Sequence[bytes]) -> bytes:
    """MTH(D[n]): RFC 6962 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    middle = _middle(leaves)
    return sha256(b"\x01" + root(leaves[:middle]) + root(leaves[middle:])).digest()


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]): RFC 6962 2.1.1."""
    if len(leaves) == 1:
        return []
    middle = _middle(leaves)
    if index < middle:
        return [*path(index, leaves[:middle]), root(leaves[middle:])]
    return [*path(index - middle, leaves[middle:]), root(leaves[:middle])]


def proof(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]): RFC 6962 2.1.2."""
    return _subproof(old_size, leaves, True)


def _subproof(old_size: int, leaves: Sequence[bytes], is_known: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if is_known else [root(leaves)]
    middle = _middle(leaves)
    if old_size <= middle:
        return [*_subproof(old_size, leaves[:middle], is_known), root(leaves[middle:])]
    return [*_subproof(old_size - middle, leaves[middle:], False), root(leaves[:middle])]


def _middle(leaves: Sequence[bytes]) -> int:
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return middle


class NaiveNodes:
    """Every node, made from the leaves each time it is asked for."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves

    def node(self, level: int, place: int) -> bytes:
        """The root over the 2**level leaves from `place << level` on, which must all be there."""
        leaves = self._leaves[place << level : (place + 1) << level]
        assert len(leaves) == 1 << level
        return root(leaves)
