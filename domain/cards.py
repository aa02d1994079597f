"""How far a card has come: 個人番号カード and 住民基本台帳カード, from the application for it to its return.

The states are the verbs of the assessment (番号法第17条, 番号法施行令第13条から第15条); the register keeps one text an
item, the state and its day: 交付済 2026-04-10.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.values.dates import RegisterDate


class CardKind(StrEnum):
    """Which card; 住民基本台帳カード are issued no more (since 2016), only given back, recovered or ended."""

    INDIVIDUAL_NUMBER_CARD = "INDIVIDUAL_NUMBER_CARD"
    BASIC_RESIDENT_REGISTRATION_CARD = "BASIC_RESIDENT_REGISTRATION_CARD"

    @property
    def japanese(self) -> str:
        """Its name."""
        return "個人番号カード" if self is CardKind.INDIVIDUAL_NUMBER_CARD else "住民基本台帳カード"

    @property
    def item(self) -> str:
        """The item of the record that holds its state."""
        return f"{self.value.lower()}_status"


class CardState(StrEnum):
    """How far it has come."""

    APPLIED = "APPLIED"
    ISSUED = "ISSUED"
    DELIVERED = "DELIVERED"
    IN_USE = "IN_USE"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    LAPSED = "LAPSED"
    RETURNED = "RETURNED"
    RECOVERED = "RECOVERED"

    @property
    def japanese(self) -> str:
        """The word for it on the record."""
        return _JAPANESE[self]


_S: Final = CardState

_JAPANESE: Final = {
    _S.APPLIED: "申請中",
    _S.ISSUED: "発行済",
    _S.DELIVERED: "交付済",
    _S.IN_USE: "運用中",
    _S.SUSPENDED: "一時停止中",
    _S.REVOKED: "廃止",
    _S.LAPSED: "失効",
    _S.RETURNED: "返納済",
    _S.RECOVERED: "回収済",
}

_ENDS: Final = frozenset({_S.REVOKED, _S.LAPSED, _S.RETURNED})

MOVES: Final[Mapping[CardState | None, frozenset[CardState]]] = {
    None: frozenset({_S.APPLIED}),
    _S.APPLIED: frozenset({_S.ISSUED}),
    _S.ISSUED: frozenset({_S.DELIVERED, _S.REVOKED}),
    _S.DELIVERED: frozenset({_S.IN_USE, *_ENDS}),
    _S.IN_USE: frozenset({_S.SUSPENDED, *_ENDS}),
    _S.SUSPENDED: frozenset({_S.IN_USE, *_ENDS}),
    _S.REVOKED: frozenset({_S.RECOVERED, _S.RETURNED, _S.APPLIED}),
    _S.LAPSED: frozenset({_S.RECOVERED, _S.RETURNED, _S.APPLIED}),
    _S.RETURNED: frozenset({_S.APPLIED}),
    _S.RECOVERED: frozenset({_S.APPLIED}),
}
"""What may follow a state (`None`: there is no card); a card may be returned at any time (番号法施行令第15条第4項)."""

_BEGINNINGS: Final = frozenset({_S.APPLIED, _S.ISSUED, _S.DELIVERED})


def state_in(text: str | None) -> CardState | None:
    """The state that the item tells; `None` where there is no card (未交付, or nothing)."""
    word = (text or "").split(" ")[0]
    return next((state for state, japanese in _JAPANESE.items() if word.startswith(japanese)), None)


def text_of(state: CardState, on: RegisterDate) -> str:
    """What the item says: the state and its day."""
    return f"{state.japanese} {on.iso}"


def may_follow(card: CardKind, before: CardState | None, state: CardState) -> bool:
    """Whether a card of this kind may come into this state."""
    if card is CardKind.BASIC_RESIDENT_REGISTRATION_CARD and state in _BEGINNINGS:
        return False
    return state in MOVES[before]
