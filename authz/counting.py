"""Statistics at the desk (標準仕様書1.0 6.1): for whoever may read them, by what she may search for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from authz.desk import Visit
from authz.runs import Asked, graphql_name
from domain.errors import Code, Refusal
from domain.statistics import (
    ITEMS,
    Dimension,
    MovementQuestion,
    Movements,
    Population,
    PopulationQuestion,
    StatisticsStore,
)


class Counting:
    """What one caller counts in one visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    async def population(self, asked: Asked, question: PopulationQuestion) -> Population:
        """The people of a day. Raises `Refusal`: NOT_PERMITTED, SEARCH_NOT_PERMITTED, INVALID_INPUT."""
        as_it_stands = question.as_of == self.visit.occasion.today and question.known_at is None
        with self._counting(asked, question.by):
            self._require_past("asOf", question.as_of)
            return await self._store.population(self._municipality, question, as_it_stands=as_it_stands)

    async def movements(self, asked: Asked, question: MovementQuestion) -> Movements:
        """The changes of a period. Raises `Refusal` likewise."""
        with self._counting(asked, question.by):
            self._require_past("to", question.last)
            if question.last < question.first:
                raise _invalid("to", "a day not before 'from'", "from 以後の日")
            return await self._store.movements(self._municipality, question)

    @contextmanager
    def _counting(self, asked: Asked, by: tuple[Dimension, ...]) -> Iterator[None]:
        """A run that shows counts and nobody's record; its rights are decided before the store is touched."""
        with self.visit.running(asked):
            if not self.visit.desk.decisions.permits(self.visit.caller.profile, "read", "Statistics"):
                raise Refusal(Code.NOT_PERMITTED)
            items = dict.fromkeys(ITEMS[one.value] for one in by)
            refused = [item for item in items if self.visit.search_right(item) is None]
            if refused:
                raise Refusal(Code.SEARCH_NOT_PERMITTED, names=tuple(map(graphql_name, refused)))
            yield

    def _require_past(self, name: str, day: date) -> None:
        if day > self.visit.occasion.today:
            raise _invalid(name, "a day not after today", "今日以前の日")

    @property
    def _store(self) -> StatisticsStore:
        return self.visit.desk.office.statistics

    @property
    def _municipality(self) -> str:
        return self.visit.occasion.municipality_code


def _invalid(name: str, english: str, japanese: str) -> Refusal:
    text = (f"'{name}' is {english}.", f"{name} は、{japanese}としてください。")
    return Refusal(Code.INVALID_INPUT, names=(name,), detail=text)
