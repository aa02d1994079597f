"""Households, read as rows of a reading."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, bindparam, exists, not_, or_, select

from domain.ports import Condition, Occasion, Reading, Row
from domain.restrictions import Whose
from persistence.database import Database, Statement, compiled
from persistence.reading import (
    MUNICIPALITY,
    NUMBERS,
    facts_code,
    is_released,
    lives_with_protected,
    may_not_be_looked_at,
    meets,
    occasion_values,
    only_for,
    shown_columns,
    under_measure,
    with_facts,
)
from persistence.register_tables import HOUSEHOLDS, RESIDENTS
from persistence.searching import condition_values


class Households:
    """The repository of households."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def matching(self, reading: Reading, occasion: Occasion, condition: Condition) -> list[Row]:
        """The household with this number, if the condition may match it."""
        shape = Condition(condition.item, condition.match, "", condition.shown_for)
        values = occasion_values(occasion) | condition_values((condition,))
        return await self._database.fetch(_matching(reading, shape), values)

    async def numbered(self, reading: Reading, occasion: Occasion, numbers: Collection[str]) -> list[Row]:
        """Those with these household numbers."""
        return await self._database.fetch(_numbered(reading), occasion_values(occasion) | {"numbers": list(numbers)})


@lru_cache(maxsize=1024)
def _matching(reading: Reading, shape: Condition) -> Statement:
    statement, facts = _select(reading)
    comparison = HOUSEHOLDS.c.household_number == bindparam("low0", type_=Text)
    return compiled(statement.where(meets(shape, comparison, facts, reading)))


@lru_cache(maxsize=1024)
def _numbered(reading: Reading) -> Statement:
    statement, _ = _select(reading)
    return compiled(statement.where(HOUSEHOLDS.c.household_number == NUMBERS.any_()))


def _select(reading: Reading) -> tuple[Any, ColumnElement[int]]:
    number = HOUSEHOLDS.c.household_number
    source, facts = with_facts(HOUSEHOLDS, _facts())
    columns = {"household_number": number, "householder": HOUSEHOLDS.c.householder_number, "members": number}
    statement = select(facts, number, *shown_columns(reading, facts, columns)).select_from(source)
    return statement.where(
        HOUSEHOLDS.c.municipality_code == MUNICIPALITY, only_for(reading.opens, facts, reading)
    ), facts


def _facts() -> ColumnElement[int]:
    """A household leads to who lives in it, and to its householder even where she lives there no more."""
    number, householder = HOUSEHOLDS.c.household_number, HOUSEHOLDS.c.householder_number
    protected = or_(lives_with_protected(number), under_measure(householder))
    unreleased = or_(_lives_unreleased(number), and_(under_measure(householder), not_(is_released(householder))))
    restricted = may_not_be_looked_at(Whose.HOUSEHOLD, number)
    return facts_code(not_(_lives_somebody(number)), protected, not_(unreleased), restricted)


def _lives_somebody(household_number: ColumnElement[str]) -> ColumnElement[bool]:
    member = RESIDENTS.alias()
    return exists().where(_at_home(member, household_number)).correlate_except(member)


def _lives_unreleased(household_number: ColumnElement[str]) -> ColumnElement[bool]:
    """All members of a protected household are protected; it opens when each of them is released."""
    member = RESIDENTS.alias()
    at_home = _at_home(member, household_number)
    return exists().where(at_home, not_(is_released(member.c.addressee_number))).correlate_except(member)


def _at_home(member: FromClause, household_number: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(
        member.c.municipality_code == MUNICIPALITY,
        member.c.household_number == household_number,
        member.c.is_closed.is_(False),
    )
