"""Under which normal forms a record is found: every key of every item, whole and in pieces.

The store keeps them beside the records, and whoever searches is asked for them in the same form. A key is of a kind:
the item, or the item with old and variant characters folded, kept only where that is another text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from domain.errors import InvalidValue
from domain.values.address_cuts import beginnings
from domain.values.search_keys import address_key, bigrams, kana_key, name_key
from domain.values.variant_characters import folded

NormalForm = Callable[[str], str]

LONGEST_KEY = 500
"""In code points; a row of an index holds 2,700 bytes, and a compatibility character may stand for eighteen others."""

FOLDED = "/variants"
"""What the kind of a folded key ends in."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """How an item is kept for searching: `in_pieces` where a part of it finds it too."""

    form: NormalForm
    in_pieces: bool = False
    has_variants: bool = False
    is_address: bool = False


def alias_key(text: str) -> str:
    """The form of a 通称, also of its line in 通称履歴, which tells of its entry in brackets (標準仕様書1.0 1.1.2)."""
    return name_key(text.partition("（")[0])


_NAME = Keyed(name_key, in_pieces=True, has_variants=True)
_READING = Keyed(kana_key, in_pieces=True)

KEYED: Mapping[str, Keyed] = MappingProxyType(
    {
        "full_name": _NAME,
        "alias_history": Keyed(alias_key, in_pieces=True, has_variants=True),
        "former_surname": _NAME,
        "name_kana": _READING,
        "former_surname_reading": _READING,
        "current_address": Keyed(address_key, is_address=True),
        "building_line": Keyed(name_key),
        "relationship_to_householder": Keyed(name_key),
        "residence_card_number": Keyed(name_key),
    }
)
"""The items that are found by keys; the others by what stands in the record itself."""


class FoundBy(NamedTuple):
    """One key of a record."""

    kind: str
    key: str

    @property
    def pieces(self) -> list[str]:
        """The bigrams by which a part of the key is found; none where only its beginning is looked for."""
        return bigrams(self.key) if KEYED[self.kind.removesuffix(FOLDED)].in_pieces else []


def kinds(item: str, *, with_variants: bool) -> tuple[str, ...]:
    """The kinds of keys in which a search for the item looks."""
    return (item, item + FOLDED) if with_variants and KEYED[item].has_variants else (item,)


def found_by(record: Mapping[str, object]) -> Iterator[FoundBy]:
    """Every key of a record, given as its items by identifier: texts, or tuples of texts.

    Raises `InvalidValue`, naming the item, for a text of which nothing would remain, or too much.
    """
    for item, keyed in KEYED.items():
        for key in dict.fromkeys(key for text in _texts(record.get(item)) for key in _keys(item, keyed, text)):
            yield FoundBy(item, key)
            if keyed.has_variants and folded(key) != key:
                yield FoundBy(item + FOLDED, folded(key))


def _texts(value: object) -> tuple[str, ...]:
    if not value:
        return ()
    return value if isinstance(value, tuple) else (str(value),)


def _keys(item: str, keyed: Keyed, text: str) -> tuple[str, ...]:
    try:
        key = keyed.form(text)
    except InvalidValue as error:
        raise InvalidValue(item, error.reason, "検索できる文字がありません") from None
    if len(key) > LONGEST_KEY:
        raise InvalidValue(item, "its search key would be too long", "検索用の文字列が長すぎます")
    return beginnings(key) if keyed.is_address else (key,)
