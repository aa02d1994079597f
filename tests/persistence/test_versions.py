"""Versions as rows of a reading: chosen by day and knowledge, under the facts of today, by an index."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from api.demonstration.city import build_city
from domain.histories import Span, Standpoint, moment_of
from domain.ports import FACTS, FIRST_COLUMN, HISTORY_NUMBER, KEY, Condition, Reading, Row
from persistence import versions
from persistence.database import Statement
from persistence.reading import occasion_values
from persistence.register_writing import Register
from tests.logins import migrated
from tests.persistence.plans import Plan, plan_of
from tests.persistence.registers import (
    OCCASION,
    PROTECTED,
    RELEASED,
    UNPROTECTED,
    Store,
    ask,
    equals,
    kept,
    protect,
    query,
    reading,
    release,
    write,
    write_village,
)
from tests.postgres import Databases, NewDatabase, execute
from tests.village import NUMBERS, TODAY, number_of
from tests.village_histories import OLD_NUMBER

NAME = reading("full_name", current_address=UNPROTECTED)
PAGES_OF_EACH = 20
"""At most so many pages are touched for a version with its facts."""


@pytest.fixture(scope="module")
def village(databases: Databases) -> Iterator[str]:
    """The village's database; no test of this module changes it."""
    with kept(databases, write_village) as url:
        yield url


def repository(store: Store) -> versions.Versions:
    """The repository of versions."""
    return versions.Versions(store.database, store.vaults)


def standing(url: str, nth: int, as_of: str, known_at: str | None = None, read: Reading = NAME) -> list[Row]:
    """What the nth villager's record said."""
    return standing_of(url, equals("addressee_number", number_of(nth)), as_of, known_at, read)


def standing_of(url: str, key: Condition, as_of: str, known_at: str | None = None, read: Reading = NAME) -> list[Row]:
    """What the record of whom this finds today said."""
    then = Standpoint(date.fromisoformat(as_of), None if known_at is None else moment_of(known_at))
    return ask(url, lambda store: repository(store).standing(read, OCCASION, key, then))


def listed(url: str, span: Span, *nths: int, read: Reading = NAME) -> list[tuple[str, object]]:
    """Whose and which versions come."""
    numbers = [number_of(nth) for nth in nths]
    rows = ask(url, lambda store: repository(store).of(read, OCCASION, numbers, span))
    return [(str(row[KEY]), row[HISTORY_NUMBER]) for row in rows]


@pytest.mark.parametrize(
    ("as_of", "known_at", "expected"),
    [
        ("2016-03-31", None, []),
        ("2016-04-01", None, [1]),
        ("2018-06-10", None, [7]),
        ("2018-06-10", "2025-01-09", [3]),
        ("2020-02-01", "2020-02-29", [4]),
        ("2020-02-01", "2020-03-02", [5]),
        ("2022-05-01", "2025-01-09", [6]),
        ("2022-05-01", None, [8]),
        ("2016-04-01", "2016-04-03", []),
    ],
)
def test_of_the_versions_known_then_that_hold_on_the_day_the_last_said_counts(
    village: str, as_of: str, known_at: str | None, expected: list[int]
) -> None:
    assert [row[HISTORY_NUMBER] for row in standing(village, 2, as_of, known_at)] == expected


@pytest.mark.holds("A-28")
def test_a_withheld_value_of_an_old_version_never_leaves_the_store(village: str) -> None:
    ((facts, _, name, address, _),) = standing(village, 4, "2016-01-01")
    assert (facts, name, address) == (PROTECTED, "見本　花子", None)


@pytest.mark.holds("A-28")
def test_a_version_that_names_the_household_of_somebody_protected_today_is_protected(village: str) -> None:
    (before,), (since,) = standing(village, 9, "2015-01-01"), standing(village, 9, "2021-03-01")
    assert (before[FACTS], before[FIRST_COLUMN + 1]) == (PROTECTED, None)
    assert (since[FACTS], since[FIRST_COLUMN + 1]) == (0, "北海道苫小牧市旭町4丁目5番6号")


def test_facts_are_those_of_today_and_not_of_the_day(new_database: NewDatabase) -> None:
    url = new_database(write_village)
    (closed,) = standing(url, 6, "2012-01-01")
    assert closed[FACTS] == 3  # she was a resident then; today her record is closed, and names household 2
    protect(url, 2, TODAY, TODAY)
    assert standing(url, 2, "2016-04-01")[0][FACTS] == PROTECTED
    release(url, 2)
    assert standing(url, 2, "2016-04-01")[0][FACTS] == RELEASED


@pytest.mark.holds("A-26")
def test_a_version_has_the_number_that_she_had_then_and_is_found_by_todays(village: str) -> None:
    numbers = reading("individual_number")
    by_todays, by_hers = equals("individual_number", NUMBERS[1]), equals("individual_number", OLD_NUMBER)

    ((_, key, number, _),) = standing_of(village, by_todays, "2017-01-01", read=numbers)
    assert (key, number) == (number_of(2), OLD_NUMBER)
    assert standing(village, 2, "2017-09-01", read=numbers)[0][FIRST_COLUMN] == NUMBERS[1]
    assert standing_of(village, by_hers, "2017-01-01", read=numbers) == []


def test_versions_come_newest_first_so_many_of_each_and_on_from_a_number(village: str) -> None:
    assert listed(village, Span(2), 2, 4, 1) == [
        *((number_of(1), 1), (number_of(2), 8), (number_of(2), 7), (number_of(4), 2), (number_of(4), 1)),
    ]
    assert listed(village, Span(3, after=4), 2) == [(number_of(2), 3), (number_of(2), 2), (number_of(2), 1)]
    assert listed(village, Span(3), 2, read=reading("full_name", opens=frozenset({PROTECTED}))) == []


@pytest.mark.holds("A-28")
def test_no_statement_reads_another_column_than_was_asked_for() -> None:
    asked = versions._standing(reading("full_name"), equals("addressee_number", ""), is_known=True).text
    assert "full_name" in asked
    assert not any(name in asked for name in ("current_address", "individual_numbers", "registered_domicile"))


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[str]:
    """A city of 2,000 with its histories, counted by PostgreSQL."""
    url = databases.create()
    migrated(url)
    made = build_city(residents=2_000, today=TODAY)
    measures = [(UUID(int=at), measure) for at, measure in enumerate(made.support_measures)]
    write(url, Register(made.residents, made.households, measures, made.histories))
    asyncio.run(execute(url, "VACUUM ANALYZE"))
    yield url
    databases.drop(url)


def planned(url: str, statement: Statement, **values: object) -> Plan:
    """How it is run."""
    return plan_of(url, statement, occasion_values(OCCASION) | values)


def test_one_version_and_many_histories_are_found_by_index_and_touch_a_few_pages(city: str) -> None:
    read = reading("full_name", "individual_number", current_address=UNPROTECTED)
    numbers = [str(one) for (one,) in query(city, "SELECT addressee_number FROM residents ORDER BY 1 LIMIT 100")]

    one = versions._standing(read, equals("addressee_number", ""), is_known=True)
    plan = planned(city, one, low0=numbers[0], as_of=TODAY, known_at="2026-11-23T12:00:00Z")
    assert plan.rows == 1
    assert plan.pages <= 2 * PAGES_OF_EACH
    many = planned(city, versions._of(read, is_continued=False), numbers=numbers, limit=21)
    assert many.rows >= 100
    assert many.pages <= PAGES_OF_EACH * many.rows
    for found in (plan, many):
        assert {scan for scan in found.scans() if not scan.keys - {"municipality_code"}} == set()
