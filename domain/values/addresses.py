"""Addresses as the record has them, with their parts where these are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from domain.errors import InvalidValue
from domain.values.texts import require_line, typed_digits

_POSTAL_CODE = re.compile(r"[0-9]{3}-[0-9]{4}")
_POSTAL_DIGITS = 7
_BETWEEN = "\u3000"


def parse_postal_code(text: str) -> str:
    """A postal code as it is kept, `053-0018`, from what somebody typed (`０５３００１８`). Raises `InvalidValue`."""
    digits = typed_digits("PostalCode", text.removeprefix("〒"))
    if len(digits) != _POSTAL_DIGITS or not digits.isascii() or not digits.isdigit():
        raise InvalidValue("PostalCode", "must be seven digits", "7桁の数字で入力してください")
    return f"{digits[:3]}-{digits[3:]}"


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """住所: the full text, and its parts where they are known (標準仕様書1.0 1.3.3).

    `text` alone does for an address abroad, or for 不明. Where any part is given, the parts make up the text, 方書 last
    after a full-width space. `postal_code` is `053-0018`. Raises `InvalidValue`.
    """

    text: str
    prefecture: str | None = None
    municipality: str | None = None
    town: str | None = None
    block: str | None = None
    building_line: str | None = None
    postal_code: str | None = None

    def __post_init__(self) -> None:
        require_line("Address", self.text)
        place = "".join(filter(None, (self.prefecture, self.municipality, self.town, self.block)))
        whole = _BETWEEN.join(filter(None, (place, self.building_line)))
        if whole and whole != self.text:
            raise InvalidValue("Address", "its parts do not make up its text", "住所の各部と全体が一致しません")
        if self.postal_code is not None and not _POSTAL_CODE.fullmatch(self.postal_code):
            raise InvalidValue("Address", "a postal code is 000-0000", "郵便番号は000-0000の形で入力してください")

    @classmethod
    def of_parts(  # noqa: PLR0913 - these are the parts of an address
        cls,
        *,
        prefecture: str,
        municipality: str,
        town: str,
        block: str,
        building_line: str | None = None,
        postal_code: str | None = None,
    ) -> Self:
        """The address that these parts make up. Raises `InvalidValue`."""
        place = f"{prefecture}{municipality}{town}{block}"
        text = place if building_line is None else f"{place}{_BETWEEN}{building_line}"
        return cls(text, prefecture, municipality, town, block, building_line, postal_code)

    def __repr__(self) -> str:
        return "Address(***)"

    __str__ = __repr__
