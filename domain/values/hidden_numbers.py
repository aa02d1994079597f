"""Individual Numbers that somebody typed where none belongs: into a name, a reason, a memo (番号法第20条).

They would stand in clear what the vault keeps apart, before whoever may read the field.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import regex  # type: ignore[import-untyped] # has no stubs of its own

from domain.errors import InvalidValue
from domain.ids import uuid_of
from domain.values.check_digits import number_check_digit

# As people write them: in one, or in groups of four; not within a longer number (法人番号 has thirteen digits).
_NUMBERS: Final = regex.compile(r"(?<!\d)\d{4}[\p{Zs}\p{Pd}\u2212\u30fc]?\d{4}[\p{Zs}\p{Pd}\u2212\u30fc]?\d{4}(?!\d)")


def refuse_hidden_number(kind: str, text: str) -> None:
    """Refuse a text with twelve digits, of any script and width, whose last is the check digit of the others.

    Raises `InvalidValue` with `kind`. A UUID is none. Of other numbers of twelve digits, one of eleven is refused too.
    """
    found = _NUMBERS.findall(text)
    if any(map(_is_right, found)) and uuid_of(text) is None:
        raise InvalidValue(kind, "holds an Individual Number", "個人番号が含まれています")


def _is_right(number: str) -> bool:
    digits = "".join(str(unicodedata.decimal(one)) for one in number if one.isdecimal())
    return number_check_digit(digits[:-1]) == digits[-1]
