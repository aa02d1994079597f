"""Refused sign-ins for the ledger: each of them, until somebody floods it; then folded into one with a count."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from authz.entries import RefusedSignIn

EACH_SECOND = 10
"""So many refused sign-ins of one address are entries of their own in a second (標準仕様書1.0 10.2 認証ログ)."""


@dataclass(slots=True)
class _Second:
    began: float
    told: int = 0
    folded: dict[str, int] = field(default_factory=dict)


class RefusedSignIns:
    """Counts refused sign-ins by address; `ticks` gives seconds."""

    def __init__(self, municipality_code: str, ticks: Callable[[], float]) -> None:
        self._municipality_code = municipality_code
        self._ticks = ticks
        self._seconds: OrderedDict[str, _Second] = OrderedDict()

    def note(self, address: str, reason: str) -> list[RefusedSignIn]:
        """What must be recorded now: this one, or nothing, because it is folded."""
        second = self._seconds.setdefault(address, _Second(self._ticks()))
        if second.told >= EACH_SECOND:
            _fold(second, reason, 1)
            return []
        second.told += 1
        return [RefusedSignIn(self._municipality_code, address, reason)]

    def due(self, *, all_of_them: bool = False) -> list[RefusedSignIn]:
        """What was folded in seconds that are over, oldest first; `all_of_them` when the service stops."""
        now, due = self._ticks(), []
        while self._seconds:
            address, second = next(iter(self._seconds.items()))
            if not all_of_them and now - second.began < 1:
                break
            del self._seconds[address]
            due += [RefusedSignIn(self._municipality_code, address, why, n) for why, n in second.folded.items()]
        return due

    def keep(self, unrecorded: Iterable[RefusedSignIn]) -> None:
        """Fold again what was due and could not be recorded."""
        for one in unrecorded:
            _fold(self._seconds.setdefault(one.address, _Second(self._ticks())), one.reason, one.count)


def _fold(second: _Second, reason: str, count: int) -> None:
    second.folded[reason] = second.folded.get(reason, 0) + count
