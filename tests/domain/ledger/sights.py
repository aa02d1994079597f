"""What offices see, for statements without a policy."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from domain.ledger.statements import Told

PURPOSES = {
    "resident_register": ("住民基本台帳関連事務", "住基法第1条・第5条"),
    "local_tax": ("地方税関係事務", "番号法第9条第1項"),
}
WHEREABOUTS = frozenset({"current_address", "household", "householder", "members"})


@dataclass(frozen=True)
class FakeSight:
    """Sees everything but `unseen`; a measure hides `narrowed`."""

    unseen: frozenset[str] = frozenset()
    narrowed: frozenset[str] = frozenset()
    always_opens: bool = True

    def shows(self, item: str) -> bool:
        """What is not unseen."""
        return item not in self.unseen

    def opens_alike(self) -> bool:
        """As given."""
        return self.always_opens

    def shows_alike(self, items: Collection[str]) -> bool:
        """What is not narrowed."""
        return self.narrowed.isdisjoint(items)


def told_by(sight: FakeSight = FakeSight()) -> Told:
    """What a statement needs, for offices that all see alike but the tax office, from whom measures hide something."""
    tax = FakeSight(frozenset({"individual_number"}), WHEREABOUTS)
    return Told(PURPOSES, lambda _department, purpose: tax if purpose == "local_tax" else sight)
