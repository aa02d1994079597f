"""Whom an extraction finds: addressee numbers, page by page, only of those whom its caller may open and find so.

As with searches, a condition matches only records for which this caller would be shown its item.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Text, bindparam, literal_column, select, true

from domain.extractions import Extent, ExtractionCriteria
from domain.ports import Condition, Match, Occasion, Reading
from domain.statistics import Citizenship
from domain.values.search_keys import address_key
from domain.values.sex import Sex
from persistence.database import Database, Planning, Statement, compiled
from persistence.reading import MUNICIPALITY, facts_code, is_released, occasion_values, only_for, with_facts
from persistence.register_tables import RESIDENTS
from persistence.residents import is_protected, is_restricted
from persistence.searching import LAST, compares

ADDRESS: Final = "current_address"
Given = tuple[tuple[str, frozenset[int]], ...]
"""The criteria that are given, by name, and the facts for which the items of each are shown."""


async def found(
    database: Database, reading: Reading, occasion: Occasion, extent: Extent, page: tuple[str, int]
) -> list[str]:
    """The numbers of those who are meant, in their order: after this one, so many at most."""
    after, limit = page
    criteria = extent.criteria
    closed = criteria.include_closed
    statement = _finding(reading, _given(extent), criteria.citizenship is Citizenship.FOREIGN, closed)
    values = occasion_values(occasion) | _values(criteria) | {"after": after, "limit": limit}
    return [str(row[0]) for row in await database.fetch(statement, values)]


def _given(extent: Extent) -> Given:
    criteria, shown_for = extent.criteria, extent.shown_for
    items = {
        "address": ADDRESS,
        "born_from": "date_of_birth",
        "born_to": "date_of_birth",
        "sex": "sex",
        "citizenship": "foreign_resident_category",
    }
    return tuple((name, shown_for[item]) for name, item in items.items() if getattr(criteria, name) is not None)


@lru_cache(maxsize=256)
def _finding(reading: Reading, given: Given, is_foreign: bool, include_closed: bool) -> Statement:
    is_narrowed = any(not codes >= reading.all_codes for codes in (reading.opens, *(codes for _, codes in given)))
    source, facts = with_facts(RESIDENTS, _facts()) if is_narrowed else (RESIDENTS, literal_column("0"))
    number = RESIDENTS.c.addressee_number
    conditions = [_compares(name, is_foreign) & only_for(codes, facts, reading) for name, codes in given]
    statement = (
        select(number)
        .select_from(source)
        .where(
            RESIDENTS.c.municipality_code == MUNICIPALITY,
            number > bindparam("after", type_=Text),
            true() if include_closed else RESIDENTS.c.is_closed.is_(False),
            only_for(reading.opens, facts, reading),
            *conditions,
        )
        .order_by(number)
        .limit(bindparam("limit", type_=Integer))
    )
    return compiled(statement, Planning.FOR_EACH_VALUE)


def _facts() -> ColumnElement[int]:
    released = is_released(RESIDENTS.c.addressee_number)
    return facts_code(RESIDENTS.c.is_closed, is_protected(), released, is_restricted())


def _compares(name: str, is_foreign: bool) -> ColumnElement[bool]:
    columns = RESIDENTS.c
    match name:
        case "address":
            return compares(Condition(ADDRESS, Match.STARTS_WITH, ""), 0)
        case "born_from":
            return columns.date_of_birth >= bindparam("born_from", type_=Text)
        case "born_to":
            return columns.date_of_birth < bindparam("born_to", type_=Text)
        case "sex":
            return columns.sex == bindparam("sex", type_=Text)
        case _:
            category = columns.foreign_resident_category
            return category.is_not(None) if is_foreign else category.is_(None)


def _values(criteria: ExtractionCriteria) -> dict[str, Any]:
    """A day that is not known belongs to the range that begins or ends with its year, or its month."""
    address = address_key(criteria.address) if criteria.address is not None else ""
    return {
        "low0": address,
        "high0": address + LAST,
        "born_from": criteria.born_from.iso if criteria.born_from else "",
        "born_to": (criteria.born_to.iso if criteria.born_to else "") + LAST,
        "sex": (criteria.sex or Sex.UNKNOWN).value,
    }
