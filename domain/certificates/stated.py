"""Whether the person who was stated is the one of a record, as people write names and addresses.

住基法第12条の2第2項, 第12条の3第4項.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from domain.certificates.wording import alias_worded
from domain.errors import InvalidValue
from domain.values.search_keys import address_key, name_key

_PREFECTURE = re.compile("^(?:東京都|北海道|京都府|大阪府|.{2,3}県)")
_UNITS = re.compile("丁目|番地の?|番の?|号の?|(?<=[0-9])の(?=[0-9])")
_LOOSE_HYPHENS = re.compile("-+(?![0-9])|(?<![0-9])-+|-+(?=-)")

Values = Mapping[str, object]


def is_name_of(stated: str, values: Values, versions: Sequence[Values]) -> bool:
    """Whether it is her name or alias, or was her name."""
    alias = alias_worded(values.get("alias_history"))
    return _is_one(name_key, stated, (values["full_name"], alias, *(one.get("full_name") for one in versions)))


def is_address_of(stated: str, values: Values, versions: Sequence[Values]) -> bool:
    """Whether she lives there, with or without 方書, or did before: who asks may know no more."""
    address, line = values["current_address"], values["building_line"]
    whole = f"{address}{line}" if address and line else None
    before = (one.get("current_address") for one in versions)
    return _is_one(compared, stated, (address, whole, values.get("previous_address"), *before))


def compared(address: str) -> str:
    """The form in which addresses are compared: 北海道苫小牧市旭町四丁目５番６号 is 苫小牧市旭町4-5-6.

    Raises `InvalidValue` as `address_key` does.
    """
    without_prefecture = _PREFECTURE.sub("", address_key(address))
    return _LOOSE_HYPHENS.sub("", _UNITS.sub("-", without_prefecture))


def _is_one(key_of: Callable[[str], str], stated: str, known: Iterable[object]) -> bool:
    try:
        return key_of(stated) in {key_of(str(one)) for one in known if one}
    except InvalidValue:
        return False
