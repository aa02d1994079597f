"""続柄: how a member of a household is related to its householder, in a closed vocabulary (標準仕様書1.0 1.1.11)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from domain.errors import InvalidValue
from domain.values.texts import MAX_CODE_POINTS

KIN: tuple[str, ...] = (
    "夫（未届）",
    "妻（未届）",
    "子（子の夫）",
    "子（子の妻）",
    "夫",
    "妻",
    "子",
    "父",
    "母",
    "兄",
    "姉",
    "弟",
    "妹",
)
"""The words that may be joined by の; it is 子, never 長男 or 孫."""

LONGEST_CHAIN = 4
"""Words that may be joined (４世代); what is further away is 縁故者."""

_STEP = re.compile("|".join(KIN))
_CHAIN = re.compile(f"(?:{_STEP.pattern})(?:の(?:{_STEP.pattern})){{0,{LONGEST_CHAIN - 1}}}")
_SINGLE = frozenset({"世帯主", "縁故者", "同居人"})
_TYPED = str.maketrans({"(": "（", ")": "）", " ": None, "\u3000": None})


@dataclass(frozen=True, slots=True)
class Relationship:
    """One 続柄, as it is printed: `Relationship("子の妻")`."""

    text: str

    def __post_init__(self) -> None:
        if len(self.text) > MAX_CODE_POINTS or not (self.text in _SINGLE or _CHAIN.fullmatch(self.text)):
            raise InvalidValue(
                "Relationship", "is not in the vocabulary of the standard", "標準仕様書の続柄ではありません"
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """The relationship that somebody typed: half-width brackets and spaces are taken. Raises `InvalidValue`."""
        return cls(text.translate(_TYPED))

    @property
    def steps(self) -> tuple[str, ...]:
        """The words of the chain from the householder outwards: 子の妻 is (子, 妻); a single word is itself."""
        return (self.text,) if self.text in _SINGLE else tuple(_STEP.findall(self.text))

    @property
    def is_householder(self) -> bool:
        """Whether this is the householder herself."""
        return self.text == "世帯主"

    def __str__(self) -> str:
        return self.text


HOUSEHOLDER = Relationship("世帯主")
DISTANT_RELATIVE = Relationship("縁故者")
COHABITANT = Relationship("同居人")
