"""The city that the tests of the demonstration look at, made once, and what they ask of it."""

from __future__ import annotations

from datetime import date
from functools import cache

from api.demonstration.city import DemonstrationCity, build_city
from domain.residents import ResidentRecord, shown

TODAY = date(2026, 11, 23)
RESIDENTS = 2000


@cache
def the_city() -> DemonstrationCity:
    """The demonstration at its usual size."""
    return build_city(residents=RESIDENTS, today=TODAY)


def current_residents() -> list[ResidentRecord]:
    """Its records that are not closed."""
    return [record for record in the_city().residents if not record.is_closed]


def texts(item: str) -> list[str]:
    """The values of an item on all records that have it."""
    values = (shown(record, item) for record in the_city().residents)
    return [value for value in values if isinstance(value, str)]


def age(record: ResidentRecord) -> int:
    """Full years, at least."""
    born = record.date_of_birth.latest
    return TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))
