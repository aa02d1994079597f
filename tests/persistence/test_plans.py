"""Every way to find somebody goes by an index, for every caller; what the facts cost does not grow with the city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from authz.callers import Profile
from authz.decisions import Decisions
from authz.facts import HouseholdFacts, ResidentFacts
from authz.policy import Policy
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS
from domain.ports import Condition, Match, Occasion, Reading
from domain.search_terms import SEARCHABLE, Term, condition_of
from persistence import households, residents
from persistence.database import Statement
from persistence.reading import condition_values, occasion_values
from tests.persistence.plans import Plan, Scan, plan_of, write_city
from tests.persistence.registers import OPEN, PROTECTED, query, reading
from tests.postgres import Databases
from tests.village import CODE, TODAY

DECISIONS = Decisions(Policy.load())
DEPARTMENTS = {purpose: name for name, offered in DECISIONS.policy.departments.items() for purpose in offered}
PURPOSES = sorted(DEPARTMENTS)
PAGE = 101
PAGES_OF_ONE = 40
"""At most so many pages are touched for one record with its facts and its Individual Number; about ten are."""
PAGES_OF_EACH = 20
"""The same for each of many: about eight are."""

_SAMPLE = """
SELECT r.addressee_number, r.household_number, r.resident_record_code, r.full_name, r.name_kana, r.current_address,
       r.date_of_birth, n.individual_number
FROM residents r JOIN individual_numbers n USING (municipality_code, addressee_number)
WHERE NOT is_closed AND name_kana IS NOT NULL ORDER BY md5(addressee_number) LIMIT 1
"""
_NAMES = (
    "addressee_number",
    "household_number",
    "resident_record_code",
    "full_name",
    "name_kana",
    "current_address",
    "date_of_birth",
    "individual_number",
)
_COLUMN = {"full_name": "full_name_key", "name_kana": "name_kana_key", "current_address": "current_address_key"}


@dataclass(frozen=True)
class City:
    """The city's database, and one of its residents to look for."""

    url: str = field(repr=False)
    somebody: dict[str, str] = field(repr=False)

    def plan(self, statement: Statement, purpose: str, values: dict[str, Any]) -> Plan:
        """How a statement is run for a purpose."""
        return plan_of(self.url, statement, occasion_values(Occasion(CODE, purpose, TODAY)) | values)

    def numbers(self, column: str, count: int) -> list[str]:
        """So many numbers of residents or households, from all over the city."""
        chosen = f"SELECT {column} FROM residents WHERE NOT is_closed GROUP BY 1 ORDER BY md5({column}) LIMIT $1"  # noqa: S608 - our names
        return [number for (number,) in query(self.url, chosen, count)]


@pytest.fixture(scope="module")
def city(databases: Databases) -> Iterator[City]:
    """A city of 20,000."""
    url = databases.create()
    write_city(url)
    (row,) = query(url, _SAMPLE)
    yield City(url, dict(zip(_NAMES, row, strict=True)))
    databases.drop(url)


def profile(purpose: str) -> Profile:
    """Somebody who works for this purpose."""
    return Profile(DEPARTMENTS[purpose], purpose)


def everything(purpose: str) -> Reading:
    """A reading of every item of a resident."""
    return DECISIONS.permit(profile(purpose), ResidentFacts, tuple(RESIDENT_ITEMS)).reading


def narrowed(purpose: str, condition: Condition) -> Condition:
    """The condition as the desk narrows it for this purpose."""
    shown_for = DECISIONS.shown_for(profile(purpose), ResidentFacts, condition.item)
    return Condition(condition.item, condition.match, condition.value, shown_for)


def search(city: City, purpose: str, *conditions: Condition, limit: int = PAGE) -> Plan:
    """How residents are searched for a purpose."""
    wanted = tuple(narrowed(purpose, one) for one in conditions)
    shape = tuple(Condition(one.item, one.match, "", one.shown_for) for one in wanted)
    statement = residents._matching(everything(purpose), shape, False, False)
    return city.plan(statement, purpose, condition_values(wanted) | {"limit": limit})


def whole_readings(plan: Plan) -> set[Scan]:
    """Tables that are read by no more than their municipality."""
    return {scan for scan in plan.scans() if not scan.keys - {"municipality_code"}}


_BY_STATEMENT = {residents._numbered(everything(purpose)).text: purpose for purpose in PURPOSES}
OPENING = [purpose for purpose in _BY_STATEMENT.values() if everything(purpose).opens]
"""One purpose for each statement that there is: those that see the same items share it."""

LOOKUPS = [
    (purpose, item)
    for purpose in OPENING
    for item in sorted(SEARCHABLE - {"sex"})
    if DECISIONS.search(profile(purpose), item)
]


def test_there_are_callers_and_ways_to_look_for_somebody() -> None:
    assert len(OPENING) > 5
    assert {item for _, item in LOOKUPS} == SEARCHABLE - {"sex"}


@pytest.mark.parametrize(("purpose", "item"), LOOKUPS)
def test_somebody_is_found_by_an_index_of_what_is_searched_by(city: City, purpose: str, item: str) -> None:
    plan = search(city, purpose, condition_of(Term(item, city.somebody[item])))

    assert plan.rows >= 1
    assert whole_readings(plan) == set()
    column = _COLUMN.get(item, item)
    assert any(column in scan.keys for scan in plan.scans() if scan.table in {"residents", "individual_numbers"})
    assert plan.pages <= PAGES_OF_ONE + PAGES_OF_EACH * plan.rows


@pytest.mark.parametrize("purpose", OPENING)
def test_one_record_with_all_that_is_shown_of_it_touches_a_few_pages(city: City, purpose: str) -> None:
    plan = search(city, purpose, condition_of(Term("addressee_number", city.somebody["addressee_number"])))
    by_number = city.plan(
        residents._numbered(everything(purpose)), purpose, {"numbers": city.numbers("addressee_number", 1)}
    )

    assert max(plan.pages, by_number.pages) <= PAGES_OF_ONE
    assert whole_readings(by_number) == set()


@pytest.mark.parametrize("purpose", OPENING)
def test_members_and_households_are_found_by_the_numbers_of_households(city: City, purpose: str) -> None:
    permitted = DECISIONS.permit(profile(purpose), HouseholdFacts, tuple(HOUSEHOLD_ITEMS)).reading
    wanted = {"numbers": city.numbers("household_number", 100)}
    statements = [residents._living_in(everything(purpose))]
    if permitted.opens:
        statements.append(households._numbered(permitted))

    for statement in statements:
        plan = city.plan(statement, purpose, wanted)
        assert plan.rows >= 90
        assert whole_readings(plan) == set()
        assert plan.pages <= PAGES_OF_EACH * plan.rows + PAGES_OF_ONE


@pytest.mark.parametrize("purpose", OPENING)
def test_a_page_of_everybody_reads_the_page_and_not_the_city(city: City, purpose: str) -> None:
    plan = search(city, purpose)

    assert plan.rows == PAGE
    assert {(scan.table, scan.index) for scan in whole_readings(plan)} == {("residents", "pk_residents")}
    assert plan.pages <= PAGES_OF_EACH * 2 * PAGE


@pytest.mark.parametrize("purpose", OPENING)
def test_the_last_page_costs_what_the_first_does(city: City, purpose: str) -> None:
    late = "SELECT addressee_number FROM residents ORDER BY addressee_number DESC OFFSET $1 LIMIT 1"
    ((after,),) = query(city.url, late, 2 * PAGE)
    statement = residents._matching(everything(purpose), (), False, True)
    plan = city.plan(statement, purpose, {"after": after, "limit": PAGE})

    assert plan.rows == PAGE
    assert whole_readings(plan) == set()
    assert plan.pages <= PAGES_OF_EACH * 2 * PAGE


def test_what_one_of_many_costs_stays_the_same_however_many_there_are(city: City) -> None:
    statement = residents._numbered(everything("local_tax"))
    pages = [
        city.plan(statement, "local_tax", {"numbers": city.numbers("addressee_number", n)}).pages / n
        for n in (10, 1000)
    ]

    assert max(pages) <= PAGES_OF_EACH


def test_a_frequent_beginning_and_a_rare_name_are_each_planned_for_what_they_are(city: City) -> None:
    everywhere = Condition("current_address", Match.STARTS_WITH, "北海道")
    rare = condition_of(Term("full_name", city.somebody["full_name"]))

    assert search(city, "resident_register", everywhere).pages <= PAGES_OF_EACH * PAGE
    assert search(city, "resident_register", rare).pages <= PAGES_OF_ONE


@pytest.mark.holds("M01")
@pytest.mark.parametrize("facts", [OPEN, PROTECTED])
def test_the_table_of_numbers_is_read_only_for_records_that_show_theirs(city: City, facts: int) -> None:
    statement = residents._numbered(reading(individual_number=frozenset({facts})))
    plan = city.plan(statement, "local_tax", {"numbers": [city.somebody["addressee_number"]]})

    assert plan.rows == 1
    assert ("individual_numbers" in {scan.table for scan in plan.scans()}) is (facts == OPEN)
