"""The versions of residents' records, read as rows of a reading.

The items are those of the version; what may be seen of them goes by the facts of today: those of the record as it
stands, and whether the household that the version names protects somebody who lives there now.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from domain.histories import Span, Standpoint
from domain.ports import Condition, Occasion, Reading, Row
from persistence.database import Database, Statement, compiled
from persistence.keysets import Vaults
from persistence.numbers import NUMBER, RowReader, hers, number_of, numbers_in
from persistence.reading import (
    MUNICIPALITY,
    NUMBERS,
    facts_code,
    is_released,
    lives_with_protected,
    meets,
    occasion_values,
    only_for,
    shown_columns,
    with_facts,
)
from persistence.register_tables import RESIDENT_VERSIONS, RESIDENTS
from persistence.residents import is_protected, is_restricted
from persistence.searching import compares, condition_values
from persistence.vault_tables import INDIVIDUAL_NUMBERS

AS_OF = bindparam("as_of", type_=Date)
KNOWN_AT = bindparam("known_at", type_=DateTime(timezone=True))
AFTER = bindparam("after", type_=Integer)
LIMIT = bindparam("limit", type_=Integer)
HISTORY_NUMBERS = bindparam("history_numbers", type_=ARRAY(Integer))
ONE: ColumnElement[int] = literal_column("1")

JAPAN: ColumnElement[str] = literal_column("'Asia/Tokyo'")
ISO_DAY: ColumnElement[str] = literal_column("'YYYY-MM-DD'")
ISO_MOMENT: ColumnElement[str] = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"+09:00"'""")
"""How they leave the service: a moment to the microsecond, so that it can be handed back as it was."""

ALWAYS = frozenset(
    {"addressee_number", "household_number", "number_version", "history_number", "valid_from", "recorded_at"}
)
"""What is needed of each version, whatever is asked for."""

_VERSIONS = RESIDENT_VERSIONS.c


class Versions:
    """The repository of versions."""

    def __init__(self, database: Database, vaults: Vaults) -> None:
        self._rows = RowReader(database, vaults)

    async def standing(
        self, reading: Reading, occasion: Occasion, condition: Condition, standpoint: Standpoint
    ) -> list[Row]:
        """What the record of the resident whom the condition matches today said then (`domain.histories`)."""
        statement = _standing(reading, replace(condition, value=""), standpoint.known_at is not None)
        values = occasion_values(occasion) | condition_values((condition,))
        values |= {"as_of": standpoint.as_of, "known_at": standpoint.known_at}
        return await self._rows.fetch(statement, reading, values, numbers_in((condition,)))

    async def of(self, reading: Reading, occasion: Occasion, numbers: Collection[str], span: Span) -> list[Row]:
        """The versions of these residents, of each so many, the newest first; the rows end with their numbers."""
        values = occasion_values(occasion) | {"numbers": list(numbers), "after": span.after, "limit": span.limit}
        return await self._rows.fetch(_of(reading, span.after is not None), reading, values)

    async def left(self, reading: Reading, occasion: Occasion, places: Collection[tuple[str, int]]) -> list[Row]:
        """The versions with these addressee and history numbers; the rows end with their history numbers."""
        numbers, history_numbers = [number for number, _ in places], [version for _, version in places]
        values = occasion_values(occasion) | {"numbers": numbers, "history_numbers": history_numbers}
        return await self._rows.fetch(_left(reading), reading, values)


@lru_cache(maxsize=1024)
def _standing(reading: Reading, shape: Condition, is_known: bool) -> Statement:
    known = (_VERSIONS.recorded_at <= KNOWN_AT,) if is_known else ()
    version = _newest(reading, _VERSIONS.valid_from <= AS_OF, *known, at_most=ONE)
    source = RESIDENTS.join(version, true())
    if shape.item == NUMBER:
        source = source.join(INDIVIDUAL_NUMBERS, hers(RESIDENTS))
    statement, facts = _select(reading, source, version)
    return compiled(statement.where(meets(shape, compares(shape, 0), facts, reading)))


@lru_cache(maxsize=1024)
def _of(reading: Reading, is_continued: bool) -> Statement:
    older = (_VERSIONS.history_number < AFTER,) if is_continued else ()
    version = _newest(reading, *older, at_most=LIMIT)
    statement, _ = _select(reading, RESIDENTS.join(version, true()), version)
    statement = statement.where(RESIDENTS.c.addressee_number == NUMBERS.any_())
    return compiled(statement.order_by(RESIDENTS.c.addressee_number, version.c.history_number.desc()))


@lru_cache(maxsize=1024)
def _left(reading: Reading) -> Statement:
    pairs = func.unnest(NUMBERS, HISTORY_NUMBERS).table_valued("addressee_number", "history_number")
    place = pairs.render_derived("place")
    version = _newest(reading, _VERSIONS.history_number == place.c.history_number, at_most=ONE, beside=(place,))
    hers = RESIDENTS.c.addressee_number == place.c.addressee_number
    statement, _ = _select(reading, place.join(RESIDENTS, hers).join(version, true()), version)
    return compiled(statement)


def _newest(
    reading: Reading, *conditions: ColumnElement[bool], at_most: ColumnElement[int], beside: Sequence[FromClause] = ()
) -> FromClause:
    """Of a resident's versions that meet the conditions, those with the highest numbers."""
    wanted = ALWAYS | {column.item for column in reading.columns}
    hers_alone = (
        _VERSIONS.municipality_code == MUNICIPALITY,
        _VERSIONS.addressee_number == RESIDENTS.c.addressee_number,
    )
    versions = select(*(column for column in _VERSIONS if column.name in wanted)).where(*hers_alone, *conditions)
    newest = versions.order_by(_VERSIONS.history_number.desc()).limit(at_most)
    return newest.correlate(RESIDENTS, *beside).lateral("version")


def _select(reading: Reading, source: FromClause, version: FromClause) -> tuple[Select[Any], ColumnElement[int]]:
    """A version's items under the facts of today, and the number of the version."""
    source, facts = with_facts(source, _facts(version))
    statement = (
        select(
            facts,
            RESIDENTS.c.addressee_number,
            *shown_columns(reading, facts, _columns(version)),
            version.c.history_number,
        )
        .select_from(source)
        .where(RESIDENTS.c.municipality_code == MUNICIPALITY, only_for(reading.opens, facts, reading))
    )
    return statement, facts


def _columns(version: FromClause) -> dict[str, ColumnElement[Any]]:
    return {column.name: column for column in version.c} | {
        NUMBER: number_of(version),
        "household": version.c.household_number,
        "history": RESIDENTS.c.addressee_number,
        "valid_from": func.to_char(version.c.valid_from, ISO_DAY),
        "recorded_at": func.to_char(func.timezone(JAPAN, version.c.recorded_at), ISO_MOMENT),
    }


def _facts(version: FromClause) -> ColumnElement[int]:
    """An earlier version may name a household where somebody protected lives today: then it leads to her."""
    protected = or_(is_protected(), lives_with_protected(version.c.household_number))
    released = is_released(RESIDENTS.c.addressee_number)
    return facts_code(RESIDENTS.c.is_closed, protected, released, is_restricted())
