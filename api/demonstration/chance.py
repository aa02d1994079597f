"""Picking at random, by weight, from one seeded generator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Values with their weights, from which one is picked in proportion."""

    __slots__ = ("_cumulative", "_values")

    def __init__(self, pairs: Iterable[tuple[T, float]]) -> None:
        values, weights = zip(*pairs, strict=True)
        self._values: tuple[T, ...] = values
        self._cumulative: tuple[float, ...] = tuple(accumulate(weights))

    def pick(self, random: Random) -> T:
        """One value, the likelier the greater its weight."""
        return random.choices(self._values, cum_weights=self._cumulative)[0]


def day_between(random: Random, first: date, last: date) -> date:
    """A day from `first` to `last`, both included; `first` where `last` lies before it."""
    return first + timedelta(days=random.randint(0, max((last - first).days, 0)))


class Bag(Generic[T]):
    """Values dealt in random order, each as often as it was put in, before the bag is filled again.

    Unlike `Weighted` it leaves nothing out: what is in the bag once comes up once in every round.
    """

    __slots__ = ("_left", "_values")

    def __init__(self, values: Iterable[T]) -> None:
        self._values = tuple(values)
        self._left: list[T] = []

    def deal(self, random: Random) -> T:
        """The next value."""
        if not self._left:
            self._left = random.sample(self._values, len(self._values))
        return self._left.pop()
