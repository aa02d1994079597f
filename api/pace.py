"""How often one address may ask what anybody may ask: so that nobody fills the ledger from outside."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

EACH_SECOND: Final = 20
MOST_REMEMBERED: Final = 4_096


class Pace:
    """Counts by address and second; `ticks` gives seconds."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._asked: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Whether this one may be answered; it is counted."""
        second = int(self._ticks())
        since, asked = self._asked.pop(address, (second, 0))
        count = asked + 1 if since == second else 1
        self._asked[address] = (second, count)
        if len(self._asked) > MOST_REMEMBERED:
            self._asked.popitem(last=False)
        return count <= EACH_SECOND
