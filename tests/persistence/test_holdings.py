"""What is held of those who arrive is looked up key by key, also in a register that PostgreSQL never counted."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from api.demonstration.city import build_city
from domain.support_measures import SupportKind, SupportMeasure
from persistence import holdings
from persistence.database import Statement
from persistence.register_writing import Register
from tests.logins import migrated
from tests.persistence.plans import plan_of
from tests.persistence.registers import kept, query, write
from tests.postgres import Databases
from tests.village import CODE, TODAY

PEOPLE = 1_000
KIND = SupportKind.OTHER
LOOKUPS = {
    "addressee_number": (holdings._VERSIONS_OF, holdings._NUMBERS_OF, holdings._MEASURES_OF),
    "resident_record_code": (holdings._WHOSE_CODE,),
    "blind_index": (holdings._WHOSE_NUMBER,),
    "household_number": (holdings._HOUSEHOLDS, holdings._MEMBERS),
}
EACH = [(key, statement) for key, statements in LOOKUPS.items() for statement in statements]


def write_uncounted(url: str) -> None:
    """Prepare a database: a city that was just loaded."""
    migrated(url)
    city = build_city(residents=PEOPLE, today=TODAY)
    # So many that it matters how they are looked up: of a few hundred, PostgreSQL may as well read them all.
    everybody = [
        SupportMeasure.for_a_year(one.addressee_number, KIND, starts_on=TODAY.replace(year=year))
        for one in city.residents
        for year in range(2019, 2027)
    ]
    measures = [(UUID(int=at), measure) for at, measure in enumerate(everybody)]
    write(url, Register(city.residents, city.households, measures, city.histories))


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    """Its database."""
    with kept(databases, write_uncounted) as url:
        yield url


@pytest.mark.parametrize(("key", "statement"), EACH, ids=[f"{at}-{key}" for at, (key, _) in enumerate(EACH)])
def test_thousands_of_keys_are_looked_up_one_by_one(url: str, key: str, statement: Statement) -> None:
    table = "individual_numbers" if key == "blind_index" else "residents"
    keys = [row[0] for row in query(url, f"SELECT {key} FROM {table} WHERE {key} IS NOT NULL")]  # noqa: S608 - our names
    plan = plan_of(url, statement, {"municipality": CODE, "numbers": keys})
    assert {scan.keys for scan in plan.scans()} == {frozenset({"municipality_code", key})}
