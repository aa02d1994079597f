"""Residents, read as rows of a reading: one statement a call, compiled once for each shape."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Subquery,
    and_,
    exists,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from domain.ports import KEY, Condition, Hits, Match, Occasion, Reading, Row, Search
from domain.restrictions import Whose
from persistence.database import Database, Planning, Statement, compiled
from persistence.keysets import Vaults
from persistence.numbers import NUMBER, STORED, RowReader, hers, number_of, numbers_in
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
from persistence.register_tables import RESIDENT_VERSIONS, RESIDENTS
from persistence.searching import compares, condition_values, counted, pieces_in, up_to_one_more
from persistence.vault_tables import INDIVIDUAL_NUMBERS

_DATE_TEXTS = Statement(
    """
SELECT addressee_number, worded.key, worded.value FROM residents, jsonb_each_text(date_texts) AS worded
WHERE municipality_code = $1 AND addressee_number = ANY($2::text[]) AND worded.key = ANY($3::text[])
""",
    ("municipality", "numbers", "items"),
)

PROTECTED = 2
"""The bit of it in the code of facts."""

Shape = tuple[tuple[Condition, int], ...]
"""Conditions without their values, and how many pieces each is looked for by: what a statement is compiled for."""


class Residents:
    """The repository of residents."""

    def __init__(self, database: Database, vaults: Vaults) -> None:
        self._database = database
        self._rows = RowReader(database, vaults)

    async def matching(self, reading: Reading, occasion: Occasion, condition: Condition) -> list[Row]:
        """The one with this number, if the condition may match it."""
        ((shape, _),) = shape_of((condition,))
        values = occasion_values(occasion) | condition_values((condition,))
        return await self._rows.fetch(_matching(reading, shape), reading, values, numbers_in((condition,)))

    async def searched(self, reading: Reading, occasion: Occasion, search: Search, most: int) -> Hits:
        """Those that match all conditions, by addressee number; no rows where more than `most` match."""
        shape = shape_of(search.conditions)
        statement = _searching(reading, shape, search.include_closed, search.after is not None)
        values = occasion_values(occasion) | condition_values(search.conditions)
        values |= {"after": search.after, "limit": search.limit, "most": most}
        rows = await self._rows.fetch(statement, reading, values, numbers_in(search.conditions))
        page = [row for row in rows if row[KEY] is not None]
        return Hits(page, cast(int, rows[0][-1]))

    async def numbered(self, reading: Reading, occasion: Occasion, numbers: Collection[str]) -> list[Row]:
        """Those with these addressee numbers, closed ones too."""
        values = occasion_values(occasion) | {"numbers": list(numbers)}
        return await self._rows.fetch(_numbered(reading), reading, values)

    async def date_texts(
        self, municipality_code: str, numbers: Collection[str], items: Collection[str]
    ) -> dict[str, dict[str, str]]:
        """How their records word such of these dates as ISO 8601 does not say in full, by number and item."""
        values = {"municipality": municipality_code, "numbers": list(numbers), "items": list(items)}
        found: dict[str, dict[str, str]] = {}
        for number, item, text in await self._database.fetch(_DATE_TEXTS, values):
            found.setdefault(str(number), {})[str(item)] = str(text)
        return found

    async def living_in(
        self, reading: Reading, occasion: Occasion, household_numbers: Collection[str]
    ) -> list[tuple[str, Row]]:
        """Current members of these households in the order of members, each with the household number."""
        values = occasion_values(occasion) | {"numbers": list(household_numbers)}
        rows = await self._rows.fetch(_living_in(reading), reading, values)
        return [(str(row[-1]), row) for row in rows]


def shape_of(conditions: tuple[Condition, ...]) -> Shape:
    """What statements for these conditions have in common."""
    return tuple((replace(one, value=""), pieces_in(one)) for one in conditions)


@lru_cache(maxsize=1024)
def _matching(reading: Reading, shape: Condition) -> Statement:
    source, facts, columns = _source(searched=frozenset({shape.item}))
    statement = _select(reading, source, facts, columns)
    return compiled(statement.where(meets(shape, compares(shape, 0), facts, reading)))


@lru_cache(maxsize=1024)
def _searching(reading: Reading, shape: Shape, include_closed: bool, continued: bool) -> Statement:
    """The numbers of all hits (of one more than are allowed), their count, and of one page of them what is shown."""

    def shown(page: Subquery) -> Any:
        source, facts, columns = _source()
        source = source.join(page, page.c.addressee_number == RESIDENTS.c.addressee_number)
        return _select(reading, source, facts, columns)

    hits = _hits(reading, shape, include_closed)
    return compiled(counted(hits, shown, continued=continued), _planning(shape))


def _planning(shape: Shape) -> Planning:
    by_value = any(one.match is not Match.EQUALS for one, _ in shape)
    return Planning.FOR_EACH_VALUE if by_value else Planning.ONCE


def _hits(reading: Reading, shape: Shape, include_closed: bool) -> Any:
    """Those that match and may be opened; their facts are worked out only where something depends on them."""
    narrowing = (reading.opens, *(one.shown_for for one, _ in shape if one.shown_for is not None))
    is_narrowed = any(not codes >= reading.all_codes for codes in narrowing)
    source, facts = with_facts(RESIDENTS, _facts()) if is_narrowed else (RESIDENTS, literal_column("0"))
    if any(one.item == NUMBER for one, _ in shape):
        source = source.join(INDIVIDUAL_NUMBERS, hers(RESIDENTS))
    conditions = [meets(one, compares(one, at, pieces), facts, reading) for at, (one, pieces) in enumerate(shape)]
    conditions += [
        _shown_as_it_was(one, compares(replace(one, in_past=False), at, pieces), facts, reading)
        for at, (one, pieces) in enumerate(shape)
        if one.in_past
    ]
    if not include_closed:
        conditions.append(RESIDENTS.c.is_closed.is_(False))
    numbers = select(RESIDENTS.c.addressee_number).select_from(source)
    here = (RESIDENTS.c.municipality_code == MUNICIPALITY, only_for(reading.opens, facts, reading))
    return up_to_one_more(numbers.where(*here, *conditions))


def _shown_as_it_was(
    condition: Condition, stands_now: ColumnElement[bool], facts: ColumnElement[int], reading: Reading
) -> ColumnElement[bool]:
    """What an earlier version says counts only where the caller would be shown it there.

    A version leads to whoever lives now in the household that it names (`versions`): where one of those is protected,
    only what stands now finds the record, unless the item is shown of protected records too.
    """
    shown_for = reading.all_codes if condition.shown_for is None else condition.shown_for
    if shown_for >= reading.all_codes:
        return true()
    even_protected = frozenset(code for code in shown_for if code | PROTECTED in shown_for)
    return or_(stands_now, only_for(even_protected, facts, reading), not_(_lived_with_protected()))


def _lived_with_protected() -> ColumnElement[bool]:
    """A version of the record names a household in which somebody protected lives now."""
    version = RESIDENT_VERSIONS.alias()
    hers = and_(version.c.municipality_code == MUNICIPALITY, version.c.addressee_number == RESIDENTS.c.addressee_number)
    return exists().where(hers, lives_with_protected(version.c.household_number)).correlate_except(version)


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
    columns["history"] = RESIDENTS.c.addressee_number
    columns[NUMBER] = number_of(RESIDENTS)
    if NUMBER in searched:
        source = source.join(INDIVIDUAL_NUMBERS, hers(RESIDENTS))
        columns[NUMBER] = STORED
    return source, facts, columns


def _facts() -> ColumnElement[int]:
    released = is_released(RESIDENTS.c.addressee_number)
    return facts_code(RESIDENTS.c.is_closed, is_protected(), released, is_restricted())


def is_protected() -> ColumnElement[bool]:
    """Who lives in her household protects a current resident, herself included; a closed record lives nowhere."""
    herself = and_(RESIDENTS.c.is_closed, under_measure(RESIDENTS.c.addressee_number))
    return or_(herself, lives_with_protected(RESIDENTS.c.household_number))


def is_restricted() -> ColumnElement[bool]:
    """Her record, or all records of her household, may not be looked at."""
    return or_(
        may_not_be_looked_at(Whose.RESIDENT, RESIDENTS.c.addressee_number),
        may_not_be_looked_at(Whose.HOUSEHOLD, RESIDENTS.c.household_number),
    )


def _select(
    reading: Reading, source: FromClause, facts: ColumnElement[int], columns: dict[str, ColumnElement[Any]]
) -> Any:
    return (
        select(facts, RESIDENTS.c.addressee_number, *shown_columns(reading, facts, columns))
        .select_from(source)
        .where(RESIDENTS.c.municipality_code == MUNICIPALITY, only_for(reading.opens, facts, reading))
    )
