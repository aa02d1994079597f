"""Every way to find somebody goes by an index, for every caller; what the facts cost does not grow with the city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from authz.callers import Profile
from authz.decisions import Decisions
from authz.facts import HouseholdFacts, ResidentFacts
from authz.policy import Policy
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS
from domain.ports import Condition, Match, Occasion, Reading
from domain.search_forms import KEYED
from domain.search_terms import SEARCHABLE, Manner, Term, condition_of
from persistence import households, residents
from persistence.database import Statement
from persistence.reading import occasion_values
from persistence.searching import condition_values
from tests.persistence.plans import Plan, Scan, plan_of, write_city
from tests.persistence.registers import OPEN, PROTECTED, query, reading
from tests.postgres import Databases
from tests.village import ABSENT_NUMBER, CODE, TODAY

DECISIONS = Decisions(Policy.load())
DEPARTMENTS = {purpose: name for name, offered in DECISIONS.policy.departments.items() for purpose in offered}
PURPOSES = sorted(DEPARTMENTS)
PAGE = 101
MOST = 500
YEAR = "1975"
"""In which more than a page of residents were born, and fewer than a search may find."""
PAGES_OF_ONE = 40
"""At most so many pages are touched for one record with its facts and its Individual Number; about ten are."""
PAGES_OF_EACH = 20
"""The same for each of many: about eight are."""

_SAMPLE = "SELECT {} FROM residents WHERE {} IS NOT NULL AND NOT is_closed ORDER BY md5(addressee_number) LIMIT 1"
_INDEX = """SELECT blind_index FROM individual_numbers n JOIN residents r USING (municipality_code, addressee_number)
    WHERE NOT r.is_closed LIMIT 1"""
_STORED = {"alias_history": "alias_history[1]"}


@dataclass(frozen=True)
class City:
    """The city's database, and for each item to search by what one of its residents has."""

    url: str = field(repr=False)
    somebody: dict[str, str] = field(repr=False)
    index: bytes = field(repr=False)

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
    items = sorted(SEARCHABLE - {"individual_number"})
    somebody = {item: query(url, _SAMPLE.format(_STORED.get(item, item), item))[0][0] for item in items}
    yield City(url, somebody | {"individual_number": ABSENT_NUMBER}, query(url, _INDEX)[0][0])
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
    return replace(condition, shown_for=shown_for)


def search(city: City, purpose: str, *conditions: Condition, limit: int = PAGE) -> Plan:
    """How residents are searched for a purpose."""
    wanted = tuple(narrowed(purpose, one) for one in conditions)
    statement = residents._searching(everything(purpose), residents.shape_of(wanted), False, False)
    numbers = {f"low{at}": [city.index] for at, one in enumerate(wanted) if one.item == "individual_number"}
    return city.plan(statement, purpose, {**condition_values(wanted), **numbers, "limit": limit, "most": MOST})


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
    column = "blind_index" if item == "individual_number" else "key" if item in KEYED else item
    searched = {"residents", "individual_numbers", "search_keys"}
    assert any(column in scan.keys for scan in plan.scans() if scan.table in searched)
    assert plan.pages <= PAGES_OF_ONE + PAGES_OF_EACH * 2 * min(plan.hits, MOST + 1)


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
def test_a_search_that_everybody_meets_counts_one_more_than_it_may_and_reads_nobody(city: City, purpose: str) -> None:
    plan = search(city, purpose)

    assert (plan.hits, plan.rows) == (MOST + 1, 1)
    assert plan.pages <= PAGES_OF_EACH * 2 * MOST


@pytest.mark.parametrize("purpose", [one for one in OPENING if one != "public_relations"])
def test_the_last_page_costs_what_the_first_does(city: City, purpose: str) -> None:
    born = (narrowed(purpose, condition_of(Term("date_of_birth", YEAR))),)
    first, last = (
        city.plan(
            residents._searching(everything(purpose), residents.shape_of(born), False, bool(after)),
            purpose,
            condition_values(born) | {"after": after, "limit": 20, "most": MOST},
        )
        for after in (None, _late(city))
    )

    assert 100 < first.hits == last.hits <= MOST
    assert (first.rows, last.rows) == (20, 20)
    assert whole_readings(last) == set()
    assert last.pages <= first.pages * 1.2


def _late(city: City) -> str:
    """The addressee number after which 20 of those born in the year follow."""
    late = """SELECT addressee_number FROM residents WHERE date_of_birth LIKE $1 AND NOT is_closed
        ORDER BY addressee_number DESC OFFSET 20 LIMIT 1"""
    ((after,),) = query(city.url, late, f"{YEAR}%")
    return str(after)


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


PARTS = [("full_name", slice(1, 4)), ("full_name", slice(0, 2)), ("name_kana", slice(2, 7)), ("full_name", slice(1, 2))]


@pytest.mark.parametrize("purpose", ["resident_register", "local_tax"])
@pytest.mark.parametrize("manner", [Manner(Match.CONTAINS), Manner(Match.CONTAINS, with_variants=True, in_past=True)])
@pytest.mark.parametrize(("item", "part"), PARTS)
def test_a_part_of_a_name_is_found_by_its_bigrams(
    city: City, purpose: str, item: str, part: slice, manner: Manner
) -> None:
    key = KEYED[item].form(city.somebody[item])
    plan = search(city, purpose, condition_of(Term(item, key[part], manner=manner)))

    assert plan.hits >= 1
    assert whole_readings(plan) == set()
    assert any("bigram" in scan.keys for scan in plan.scans() if scan.table == "search_bigrams")


@pytest.mark.parametrize("purpose", ["resident_register", "local_tax"])
@pytest.mark.parametrize("manner", [Manner(), Manner(with_variants=True, in_past=True), Manner(Match.CONTAINS)])
def test_two_conditions_that_many_meet_are_not_looked_at_one_resident_after_another(
    city: City, purpose: str, manner: Manner
) -> None:
    name = Term("full_name", city.somebody["full_name"][:1], manner=manner)
    born = Term("date_of_birth", city.somebody["date_of_birth"][:4])
    place = Term("current_address", "苫小牧市", manner=manner)
    for terms in ((name, born), (name, place), (born, place)):
        plan = search(city, purpose, *map(condition_of, terms))

        assert plan.hits >= 1
        assert whole_readings(plan) == set()
