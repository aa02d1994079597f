"""Grants by person and registered terminals: dated facts that say who may use the service, from where and for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day to its last, both included; without a last day until it is ended."""

    starts_on: date
    ends_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether the day lies in it."""
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Grant:
    """A purpose granted to a person in a department, with the item classes closed to her (標準仕様書1.0 10.4)."""

    id: str
    staff_number: str
    department: str
    purpose: str
    period: Period
    switched_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal registered for use (重点項目評価書Ⅱ-6: 利用できる端末の管理), and where it stands."""

    terminal: str
    place: str
    period: Period


@dataclass(frozen=True, slots=True)
class Access:
    """What is registered, not yet ended, for one person and the terminal she sits at."""

    grants: tuple[Grant, ...] = ()
    terminals: tuple[Terminal, ...] = ()
