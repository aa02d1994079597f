"""A few small numbers by which a form is filled in: mostly with what makes sense in the town as it stands.

Each is a choice among what there is, and the first of all choices makes sense. Their shape never depends on the town:
so Hypothesis may shrink what two clerks raced for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, cycle
from typing import Any, TypeVar

from domain.notifications import Notice
from domain.procedures.filing import Filing
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, IndividualNumber
from domain.values.relationships import Relationship
from tests.domain.situations import number

T = TypeVar("T")

CHOICES = 8
MOST = 11
"""So many choices, each from 0 to this."""

ADDRESSES = tuple(Address(f"北海道苫小牧市新町1丁目{nth}番1号") for nth in (1, 2))
ELSEWHERE = Address("北海道札幌市中央区北1条西2丁目")
PLACES = tuple(map(Relationship, ("妻", "子", "縁故者", "世帯主")))
_DAYS_AGO = (0, 0, 3, 20, -5)


class Choices:
    """Choices made beforehand, one after the other, from the first again when they are used up."""

    def __init__(self, made: Sequence[int]) -> None:
        self._made = cycle(made)

    def one(self, options: Sequence[T]) -> T:
        """One of these."""
        return options[next(self._made) % len(options)]


@dataclass
class Town:
    """The town as it stands: everybody's record, what was approved of whom, which numbers wait, and the day."""

    today: date
    records: Mapping[AddresseeNumber, ResidentRecord]
    approved: Sequence[tuple[str, AddresseeNumber]]
    awaited: Sequence[IndividualNumber]
    serials: Iterator[int]

    @property
    def living(self) -> list[ResidentRecord]:
        """Residents."""
        return [one for one in self.records.values() if not one.is_closed]

    @property
    def closed(self) -> list[ResidentRecord]:
        """Who is none any more."""
        return [one for one in self.records.values() if one.is_closed]

    def home(self, of: ResidentRecord) -> list[ResidentRecord]:
        """Whoever lives with her."""
        return [one for one in self.living if one.household_number == of.household_number]


Fill = Callable[[Town, Choices], Notice]


def new_serials() -> Iterator[int]:
    """For everybody who comes: numbers, codes and names of their own."""
    return count(3_000)


# Who, when, what.


def filing(town: Town, choices: Choices) -> Filing:
    day = town.today - timedelta(days=choices.one(_DAYS_AGO))
    return Filing(changed_on=RegisterDate.of(day))


def resident(town: Town, choices: Choices, *preferred: ResidentRecord) -> ResidentRecord:
    """Mostly a resident, and of those the preferred ones first."""
    return choices.one([*preferred, *preferred, *town.living, *town.closed[:1]] or list(town.records.values()))


def foreigners(town: Town) -> list[ResidentRecord]:
    return [one for one in town.living if one.is_foreign]


def of_one(kind: type[Any], town: Town, choices: Choices, *preferred: ResidentRecord, **said: Any) -> Notice:
    who = resident(town, choices, *preferred)
    notice: Notice = kind(filing=filing(town, choices), resident=who.addressee_number, **said)
    return notice


def a_number(town: Town, choices: Choices) -> IndividualNumber:
    """A new number; sometimes one that somebody has, had, or is about to be given."""
    used = [one.individual_number for one in town.records.values() if one.individual_number]
    fresh = number(next(town.serials))
    return choices.one((fresh, *(town.awaited[-1:] or [fresh]), fresh, used[0] if used else fresh))
