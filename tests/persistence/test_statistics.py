"""Statistics of a store: the same as if everybody's versions had been looked at one by one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from api.demonstration.city import DemonstrationCity, build_city
from domain.change_reasons import ChangeReason, Effect
from domain.residents import ResidentRecord, shown
from domain.statistics import (
    CountedBy,
    MovementDimension,
    MovementQuestion,
    PopulationDimension,
    PopulationQuestion,
    age_group,
    town_of,
)
from domain.versions import Version, since
from persistence.database import Database
from persistence.register_writing import Register
from persistence.statistics import AT_ONCE, Statistics
from tests.logins import logins_at, migrated
from tests.persistence.registers import NOON, OTHER_CITY, write
from tests.postgres import Databases
from tests.village import CODE, TODAY

pytestmark = pytest.mark.holds("S1-08")

P, M = PopulationDimension, MovementDimension
DAYS = (date(2005, 4, 1), date(2019, 2, 28), date(2024, 2, 29), date(2025, 12, 31), TODAY)


@dataclass(frozen=True)
class Town:
    """A small town's database, and what stands in it."""

    url: str = field(repr=False)
    city: DemonstrationCity = field(repr=False)

    def count(self, name: str, *question: Any, **how: Any) -> Any:
        """Ask the repository one thing."""

        async def work() -> Any:
            database = Database(logins_at(self.url))
            await database.start()
            try:
                return await getattr(Statistics(database), name)(*question, **how)
            finally:
                await database.close()

        return asyncio.run(work())

    def versions(self) -> Iterator[Sequence[Version]]:
        """Everybody's, the oldest first."""
        for record in self.city.residents:
            yield self.city.histories.get(record.addressee_number) or (Version(record),)

    def on(self, day: date, known_at: datetime = NOON) -> list[ResidentRecord]:
        """Who lives in the town at the end of a day, by the rule of `domain.histories`."""
        standing = (
            [
                one.record
                for one in versions
                if (one.valid_from or since(one.record, NOON.date())) <= day and (one.recorded_at or NOON) <= known_at
            ]
            for versions in self.versions()
        )
        return [found[-1] for found in standing if found and not found[-1].is_closed]


@pytest.fixture(scope="module")
def town(databases: Databases) -> Iterator[Town]:
    """A town of 1,500, and another city in the same database."""
    city = build_city(residents=1_500, today=TODAY)
    url = databases.create(migrated)
    measures = [(UUID(int=at), measure) for at, measure in enumerate(city.support_measures)]
    write(url, Register(city.residents, city.households, measures, city.histories))
    other = build_city(residents=200, today=TODAY, seed=7)
    write(url, Register(other.residents, other.households), OTHER_CITY)
    yield Town(url, city)
    databases.drop(url)


def age_on(record: ResidentRecord, day: date) -> int | None:
    """Full years, by the first day that the birth may mean."""
    if record.date_of_birth.iso == "XXXX":
        return None
    born = record.date_of_birth.earliest
    return max(day.year - born.year - ((day.month, day.day) < (born.month, born.day)), 0)


def of(record: ResidentRecord, day: date, one: PopulationDimension) -> object:
    """What a record counts under."""
    match one:
        case P.TOWN:
            return town_of(record.current_address.text)
        case P.AGE:
            return age_on(record, day)
        case P.AGE_GROUP:
            age = age_on(record, day)
            return None if age is None else age_group(age)
        case P.CITIZENSHIP:
            return "FOREIGN" if record.is_foreign else "JAPANESE"
        case _:
            return shown(record, one.value.lower())


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("by", [(), (P.SEX,), (P.TOWN, P.AGE_GROUP), (P.AGE, P.SEX, P.CITIZENSHIP, P.TOWN), tuple(P)])
def test_a_population_is_what_counting_everybodys_record_of_that_day_comes_to(
    town: Town, day: date, by: tuple[PopulationDimension, ...]
) -> None:
    expected = Counter(tuple(of(record, day, one) for one in by) for record in town.on(day))

    found = town.count("population", CODE, PopulationQuestion(day, None, by), as_it_stands=False)

    assert found.people.by(*(one.value for one in by)).counts == expected
    assert found.people.total == sum(expected.values()) > 0


@pytest.mark.parametrize("day", DAYS)
def test_households_are_counted_by_who_lives_in_them(town: Town, day: date) -> None:
    living: dict[str, set[bool]] = {}
    for record in town.on(day):
        living.setdefault(record.household_number.value, set()).add(record.is_foreign)
    kinds = Counter(frozenset(one) for one in living.values())

    found = town.count("population", CODE, PopulationQuestion(day), as_it_stands=False).households

    assert (found.japanese, found.foreign, found.mixed) == (
        kinds[frozenset({False})],
        kinds[frozenset({True})],
        kinds[frozenset({False, True})],
    )
    assert found.all == len(living)


def test_what_stands_is_counted_the_same_from_the_records_and_from_their_versions(town: Town) -> None:
    question = PopulationQuestion(TODAY, None, (P.TOWN, P.AGE))
    ask = partial(town.count, "population", CODE, question)

    assert ask(as_it_stands=True) == ask(as_it_stands=False)


def test_what_was_known_at_a_moment_is_counted_as_it_was_known(town: Town) -> None:
    for moment in (datetime(1900, 1, 1, tzinfo=UTC), datetime(2015, 1, 1, tzinfo=UTC), NOON):
        found = town.count("population", CODE, PopulationQuestion(TODAY, moment), as_it_stands=False)

        assert found.people.total == len(town.on(TODAY, moment))
    assert 0 == len(town.on(TODAY, datetime(1900, 1, 1, tzinfo=UTC))) < len(town.on(TODAY))


def test_another_city_is_another_population(town: Town) -> None:
    assert 0 < town.count("population", OTHER_CITY, PopulationQuestion(TODAY), as_it_stands=True).people.total <= 200


REASONS: Mapping[str, ChangeReason] = {one.japanese: one for one in ChangeReason}


def changes(town: Town, name: str) -> Iterator[tuple[str, ResidentRecord, ChangeReason]]:
    """Every change that the versions tell of, with its day."""
    for versions in town.versions():
        was_open = False
        for at, version in enumerate(versions):
            record, day = version.record, shown(version.record, name)
            reason, closed = REASONS.get(record.change_reason or ""), record.is_closed
            opened, ended = not closed and not was_open, closed and (was_open or at == 0)
            was_open = not closed
            happened = reason and {Effect.ENTRY: opened, Effect.DELETION: ended, Effect.REVISION: True}[reason.effect]
            if reason and happened and isinstance(day, str):
                yield day, record, reason


@pytest.mark.parametrize("counted_by", CountedBy)
@pytest.mark.parametrize("period", [("2025-01-01", "2025-12-31"), ("2010-04-01", "2011-03-31"), ("2024-02-29",) * 2])
def test_a_summary_of_changes_is_what_counting_them_one_by_one_comes_to(
    town: Town, counted_by: CountedBy, period: tuple[str, str]
) -> None:
    first, last = period
    told = list(changes(town, counted_by.value.lower()))
    expected = Counter(
        (reason.value, day[:7], town_of(record.current_address.text), record.sex.name)
        for day, record, reason in told
        if first <= day <= last
    )

    question = MovementQuestion(
        date.fromisoformat(first), date.fromisoformat(last), counted_by, (M.MONTH, M.TOWN, M.SEX)
    )
    found = town.count("movements", CODE, question)

    assert found.changes.by("REASON", "MONTH", "TOWN", "SEX").counts == expected


def test_so_many_statistics_run_at_once_and_the_rest_wait(town: Town) -> None:
    running, most = 0, 0

    class Watched(Database):
        async def fetch(self, *asked: Any) -> Any:
            nonlocal running, most
            running += 1
            most = max(most, running)
            try:
                return await super().fetch(*asked)
            finally:
                running -= 1

    async def work() -> None:
        database = Watched(logins_at(town.url))
        await database.start()
        store = Statistics(database)
        ask = partial(store.population, CODE, PopulationQuestion(TODAY), as_it_stands=True)
        await asyncio.gather(*(ask() for _ in range(3 * AT_ONCE)))
        await database.close()

    asyncio.run(work())
    assert most == AT_ONCE
