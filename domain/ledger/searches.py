"""Keyed hashes of what was searched for: the ledger can answer "who searched for N?" and yet holds no N.

Only who holds the key can ask. A plain hash would not do: there are 10^11 Individual Numbers, soon tried out.
"""

from __future__ import annotations

import hmac

from domain.errors import InvalidValue

SHORTEST_KEY = 32
"""Bytes: as long as the hash."""

_DOMAIN = "daicho ledger search 1"


class SearchHasher:
    """HMAC-SHA-256 under the ledger's key, which never shows.

    Raises `InvalidValue` on a key of less than 32 bytes.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) < SHORTEST_KEY:
            raise InvalidValue("LedgerKey", "needs at least 32 bytes", "32バイト以上必要です")
        self._key = key

    def __repr__(self) -> str:
        return "SearchHasher(key hidden)"

    def digest(self, municipality_code: str, item: str, normal_form: str) -> str:
        """The hash, 64 hexadecimal digits, of a value in its normal form that was searched for as this item.

        Each part goes in with its length, so that no two triples are the same message.
        """
        parts = (part.encode() for part in (_DOMAIN, municipality_code, item, normal_form))
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._key, message, "sha256").hex()
