"""Residents, read as rows of a reading: one statement a call, compiled once for each shape."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Integer, Text, and_, bindparam, or_, select

from domain.ports import Condition, Match, Occasion, Reading, Row, Search
from persistence.database import Database, Planning, Statement, compiled
from persistence.reading import (
    MUNICIPALITY,
    NUMBERS,
    SEARCH_KEYS,
    condition_values,
    facts_code,
    is_released,
    lives_with_protected,
    meets,
    occasion_values,
    only_for,
    shown_columns,
    under_measure,
    with_facts,
)
from persistence.register_tables import INDIVIDUAL_NUMBERS, RESIDENTS

NUMBER = "individual_number"
AFTER = bindparam("after", type_=Text)
LIMIT = bindparam("limit", type_=Integer)

_VAULT = INDIVIDUAL_NUMBERS.c
_HERS = and_(_VAULT.municipality_code == MUNICIPALITY, _VAULT.addressee_number == RESIDENTS.c.addressee_number)
"""A resident's own Individual Number: read by itself for each row that shows it, so never for one that does not."""

Shape = tuple[Condition, ...]
"""Conditions without their values: what a statement is compiled for."""


class Residents:
    """The repository of residents."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def matching(self, reading: Reading, occasion: Occasion, search: Search) -> list[Row]:
        """Those that match all conditions, by addressee number."""
        shape = tuple(Condition(one.item, one.match, "", one.shown_for) for one in search.conditions)
        statement = _matching(reading, shape, search.include_closed, search.after is not None)
        values = occasion_values(occasion) | condition_values(search.conditions)
        return await self._database.fetch(statement, values | {"after": search.after, "limit": search.limit})

    async def numbered(self, reading: Reading, occasion: Occasion, numbers: Collection[str]) -> list[Row]:
        """Those with these addressee numbers, closed ones too."""
        values = occasion_values(occasion) | {"numbers": list(numbers)}
        return await self._database.fetch(_numbered(reading), values)

    async def living_in(
        self, reading: Reading, occasion: Occasion, household_numbers: Collection[str]
    ) -> list[tuple[str, Row]]:
        """Current members of these households in the order of members, each with the household number."""
        values = occasion_values(occasion) | {"numbers": list(household_numbers)}
        rows = await self._database.fetch(_living_in(reading), values)
        return [(str(row[-1]), row) for row in rows]


@lru_cache(maxsize=1024)
def _matching(reading: Reading, shape: Shape, include_closed: bool, continued: bool) -> Statement:
    source, facts, columns = _source(searched=frozenset(one.item for one in shape))
    conditions = [meets(one, at, facts, reading, _searched_column(columns, one.item)) for at, one in enumerate(shape)]
    if not include_closed:
        conditions.append(RESIDENTS.c.is_closed.is_(False))
    if continued:
        conditions.append(RESIDENTS.c.addressee_number > AFTER)
    statement = _select(reading, source, facts, columns).where(*conditions)
    by_prefix = any(one.match is Match.STARTS_WITH for one in shape)
    planning = Planning.FOR_EACH_VALUE if by_prefix else Planning.ONCE
    return compiled(statement.order_by(RESIDENTS.c.addressee_number).limit(LIMIT), planning)


@lru_cache(maxsize=1024)
def _numbered(reading: Reading) -> Statement:
    source, facts, columns = _source()
    statement = _select(reading, source, facts, columns)
    return compiled(statement.where(RESIDENTS.c.addressee_number == NUMBERS.any_()))


@lru_cache(maxsize=1024)
def _living_in(reading: Reading) -> Statement:
    source, facts, columns = _source()
    statement = _select(reading, source, facts, columns).add_columns(RESIDENTS.c.household_number)
    at_home = and_(RESIDENTS.c.household_number == NUMBERS.any_(), RESIDENTS.c.is_closed.is_(False))
    order = (RESIDENTS.c.household_number, RESIDENTS.c.member_order, RESIDENTS.c.addressee_number)
    return compiled(statement.where(at_home).order_by(*order))


def _source(
    searched: frozenset[str] = frozenset(),
) -> tuple[FromClause, ColumnElement[int], dict[str, ColumnElement[Any]]]:
    """Residents with their facts; the table of Individual Numbers only where one is shown or searched by."""
    source, facts = with_facts(RESIDENTS, _facts())
    columns: dict[str, ColumnElement[Any]] = {column.name: column for column in RESIDENTS.c}
    columns["household"] = RESIDENTS.c.household_number
    columns[NUMBER] = select(_VAULT.individual_number).where(_HERS).scalar_subquery()
    if NUMBER in searched:
        source = source.join(INDIVIDUAL_NUMBERS, _HERS)
        columns[NUMBER] = _VAULT.individual_number
    return source, facts, columns


def _facts() -> ColumnElement[int]:
    """Who lives in her household protects a current resident, herself included; a closed record lives nowhere."""
    closed, number = RESIDENTS.c.is_closed, RESIDENTS.c.addressee_number
    protected = or_(and_(closed, under_measure(number)), lives_with_protected(RESIDENTS.c.household_number))
    return facts_code(closed, protected, is_released(number))


def _select(
    reading: Reading, source: FromClause, facts: ColumnElement[int], columns: dict[str, ColumnElement[Any]]
) -> Any:
    return (
        select(facts, RESIDENTS.c.addressee_number, *shown_columns(reading, facts, columns))
        .select_from(source)
        .where(RESIDENTS.c.municipality_code == MUNICIPALITY, only_for(reading.opens, facts, reading))
    )


def _searched_column(columns: dict[str, ColumnElement[Any]], item: str) -> ColumnElement[Any]:
    return columns[SEARCH_KEYS.get(item, item)]
