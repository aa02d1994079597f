"""Statistics of a register: one aggregate statement each, over everybody, and never anybody's record.

All of a municipality is read, once, so these are the only statements here that grow with the city: a few at a time, so
that whoever looks somebody up finds a connection; on connections that plan for each value, within their timeout.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as as_type

from domain.change_reasons import ChangeReason, Effect
from domain.statistics import (
    CountedBy,
    Households,
    MovementDimension,
    MovementQuestion,
    Movements,
    Population,
    PopulationDimension,
    PopulationQuestion,
    table_of,
)
from persistence.changes_tables import LIFE_EVENTS
from persistence.database import Database, Planning, Statement, compiled
from persistence.reading import MUNICIPALITY
from persistence.register_tables import RESIDENT_VERSIONS, RESIDENTS

AT_ONCE: Final = 2
"""So many statistics of a process run at the same time; whoever asks for more waits."""

AS_OF = bindparam("as_of", type_=Date)
AS_OF_YEAR = bindparam("as_of_year", type_=Integer)
AS_OF_DAY = bindparam("as_of_day", type_=Text)
KNOWN_AT = bindparam("known_at", type_=DateTime(timezone=True))
FIRST = bindparam("first", type_=Text)
LAST = bindparam("last", type_=Text)

_P, _M = PopulationDimension, MovementDimension
ALWAYS: Final = (_P.SEX, _P.CITIZENSHIP)
"""By these people are always counted: totals are added up from one and the same statement."""


class Statistics:
    """The repository of statistics: `domain.ports.StatisticsStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def population(
        self, municipality_code: str, question: PopulationQuestion, *, as_it_stands: bool
    ) -> Population:
        """The people of a day by the dimensions, by sex and citizenship, and their households.

        `as_it_stands`: the day is today, and all that is known counts. Raises `Refusal` (STORE_UNAVAILABLE).
        """
        finest = [_P.AGE if one is _P.AGE_GROUP else one for one in (*ALWAYS, *question.by)]
        dimensions = tuple(dict.fromkeys(finest))
        statement = _population(dimensions, as_it_stands, question.known_at is not None)
        rows = await self._fetch(statement, _population_values(municipality_code, question))
        homes = [cast(int, row[-1]) for row in rows if row[0] is not None]
        people = ((tuple(row[1:-1]), cast(int, row[-1])) for row in rows if row[0] is None)
        return Population(table_of([one.value for one in dimensions], people), Households(*homes))

    async def movements(self, municipality_code: str, question: MovementQuestion) -> Movements:
        """The changes of a period by reason, sex and citizenship, and the dimensions.

        Raises `Refusal` (STORE_UNAVAILABLE).
        """
        dimensions = tuple(dict.fromkeys((_M.SEX, _M.CITIZENSHIP, *question.by)))
        values = {"municipality": municipality_code, "first": str(question.first), "last": str(question.last)}
        rows = await self._fetch(_movements(dimensions, question.counted_by), values)
        counts = ((tuple(row[:-1]), cast(int, row[-1])) for row in rows)
        return Movements(table_of(["REASON", *(one.value for one in dimensions)], counts))

    async def _fetch(self, statement: Statement, values: dict[str, Any]) -> Sequence[Any]:
        async with self._turns:
            return await self._database.fetch(statement, values)


def _population_values(municipality_code: str, question: PopulationQuestion) -> dict[str, Any]:
    return {
        "municipality": municipality_code,
        "as_of": question.as_of,
        "as_of_year": question.as_of.year,
        "as_of_day": f"{question.as_of:%m-%d}",
        "known_at": question.known_at,
    }


@lru_cache(maxsize=256)
def _population(dimensions: tuple[PopulationDimension, ...], as_it_stands: bool, is_known: bool) -> Statement:
    """How many people there are of each kind, then how many households of each."""
    source: FromClause = RESIDENTS if as_it_stands else _standing(is_known)
    named = [_dimension(source, one).label(one.value) for one in dimensions]
    home = (source.c.household_number, _is_foreign(source).label("is_foreign"))
    people = select(*home, *named).where(source.c.municipality_code == MUNICIPALITY, source.c.is_closed.is_(False))
    who = people.cte("people")
    keys = [who.c[one.value] for one in dimensions]
    nothing = as_type(null(), Integer)
    counted = select(nothing, *keys, func.count()).group_by(*keys)
    return compiled(union_all(counted, *_homes(who, keys)), Planning.FOR_EACH_VALUE)


def _homes(who: FromClause, keys: Sequence[ColumnElement[Any]]) -> list[Any]:
    """Households in which only Japanese live, only foreign residents, and both: a row each, in this order."""
    each = (
        select(func.bool_or(not_(who.c.is_foreign)).label("japanese"), func.bool_or(who.c.is_foreign).label("foreign"))
        .group_by(who.c.household_number)
        .subquery("homes")
    )
    kinds = (
        and_(each.c.japanese, not_(each.c.foreign)),
        and_(each.c.foreign, not_(each.c.japanese)),
        and_(each.c.japanese, each.c.foreign),
    )
    counts = select(*(func.count().filter(kind).label(f"kind{at}") for at, kind in enumerate(kinds))).cte("kinds")
    blank = [as_type(null(), key.type) for key in keys]
    return [
        select(literal_column(str(at), Integer), *blank, counts.c[f"kind{at}"]).select_from(counts) for at in range(3)
    ]


def _standing(is_known: bool) -> Subquery:
    """The version of each record that stands on the day (`domain.histories`): nothing said later holds by then.

    So it is two readings of the whole table, joined by their hashes; in the order of the key it would be a look at
    every version by itself.
    """
    version, later = RESIDENT_VERSIONS.alias("version"), RESIDENT_VERSIONS.alias("later")
    is_later = and_(
        later.c.addressee_number == version.c.addressee_number, later.c.history_number > version.c.history_number
    )
    said_later = exists().where(*_holds(later, is_known), is_later).correlate_except(later)
    needed = ("municipality_code", "household_number", "is_closed", *_NEEDED)
    columns = (version.c[name] for name in needed)
    return select(*columns).where(*_holds(version, is_known), not_(said_later)).subquery("standing")


def _holds(version: FromClause, is_known: bool) -> list[ColumnElement[bool]]:
    known = [version.c.recorded_at <= KNOWN_AT] if is_known else []
    return [version.c.municipality_code == MUNICIPALITY, version.c.valid_from <= AS_OF, *known]


_NEEDED: Final = (
    "current_address",
    "date_of_birth",
    "sex",
    "foreign_resident_category",
    "nationality_or_region",
    "status_of_residence",
)


def _dimension(source: FromClause, dimension: PopulationDimension | MovementDimension) -> ColumnElement[Any]:
    match dimension.value:
        case "TOWN":
            return _up_to_its_numbers(source.c.current_address)
        case "AGE":
            return _age(source.c.date_of_birth)
        case "CITIZENSHIP":
            return case((_is_foreign(source), _said("FOREIGN")), else_=_said("JAPANESE"))
        case name:
            return cast("ColumnElement[Any]", source.c[name.lower()])


def _is_foreign(source: FromClause) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", source.c.foreign_resident_category.is_not(None))


def _up_to_its_numbers(address: ColumnElement[str]) -> ColumnElement[str]:
    """An address without what tells the houses of a town section apart; `domain.statistics` makes the town of it."""
    counted = func.substring(address, literal_column("'^[^0-9０-９]*[0-9０-９]*丁目'"))
    plain = func.substring(address, literal_column("'^[^0-9０-９]+'"))
    return func.coalesce(counted, plain, address, type_=Text)


def _age(born: ColumnElement[str]) -> ColumnElement[int]:
    """Full years on the day; a partial date counts from the first day that it may mean (内部的な日付)."""
    year = as_type(func.left(born, literal_column("4")), Integer)
    had_birthday = func.substr(born, literal_column("6")).collate("C") <= AS_OF_DAY
    years = AS_OF_YEAR - year - case((had_birthday, literal_column("0")), else_=literal_column("1"))
    is_known = born.regexp_match(literal_column("'^[0-9]{4}'"))
    return case((is_known, func.greatest(years, literal_column("0"), type_=Integer)))


@lru_cache(maxsize=64)
def _movements(dimensions: tuple[MovementDimension, ...], counted_by: CountedBy) -> Statement:
    """Entries and deletions where a version opens or closes the record, revisions as they are."""
    version, before = RESIDENT_VERSIONS.alias("version"), RESIDENT_VERSIONS.alias("before")
    source = version.outerjoin(
        before,
        and_(
            before.c.municipality_code == MUNICIPALITY,
            before.c.addressee_number == version.c.addressee_number,
            before.c.history_number == version.c.history_number - literal_column("1"),
        ),
    )
    day = func.rpad(version.c[counted_by.value.lower()], literal_column("10"), literal_column("'-01'")).collate("C")
    named = [_movement_dimension(version, day, one) for one in dimensions]
    keys = [_reason(version).label("reason"), *named]
    statement = (
        select(*keys, func.count())
        .select_from(source)
        .where(
            version.c.municipality_code == MUNICIPALITY,
            day.between(FIRST, LAST),
            _counts(version, before),
            not_(_is_said_again(version)),
        )
    )
    places: list[ColumnElement[Any]] = [literal_column(str(at)) for at in range(1, len(keys) + 1)]
    return compiled(statement.group_by(*places), Planning.FOR_EACH_VALUE)


def _movement_dimension(version: FromClause, day: ColumnElement[str], one: MovementDimension) -> ColumnElement[Any]:
    if one is MovementDimension.MONTH:
        return func.left(day, literal_column("7"), type_=Text)
    return _dimension(version, one)


def _words(effect: Effect) -> list[ColumnElement[str]]:
    return [_said(reason.japanese) for reason in ChangeReason if reason.effect is effect]


def _reason(version: FromClause) -> ColumnElement[str]:
    """The reason's name instead of its Japanese word."""
    word = version.c.change_reason
    return case(*((word == _said(one.japanese), _said(one.value)) for one in ChangeReason))


def _said(text: str) -> ColumnElement[str]:
    """A word of ours as it stands in the statement."""
    return literal_column(f"'{text}'", Text)


def _counts(version: FromClause, before: FromClause) -> ColumnElement[bool]:
    """A move-out that is only planned closes nothing yet, and what is heard of it later closes nothing again."""
    was_open = func.coalesce(not_(before.c.is_closed), literal_column("false"))
    was_closed = func.coalesce(before.c.is_closed, literal_column("true"))
    never_before = before.c.addressee_number.is_(None)
    is_open, is_closed = version.c.is_closed.is_(False), version.c.is_closed.is_(True)
    return or_(
        and_(version.c.change_reason.in_(_words(Effect.ENTRY)), is_open, was_closed),
        and_(version.c.change_reason.in_(_words(Effect.DELETION)), is_closed, or_(was_open, never_before)),
        version.c.change_reason.in_(_words(Effect.REVISION)),
    )


def _is_said_again(version: FromClause) -> ColumnElement[bool]:
    """It only repeats, after a correction or a reversal, what an earlier version has said (`domain.life_histories`)."""
    event = LIFE_EVENTS.alias("event")
    return (
        exists()
        .where(
            event.c.municipality_code == MUNICIPALITY,
            event.c.addressee_number == version.c.addressee_number,
            event.c.versions > literal_column("1"),
            event.c.history_number >= version.c.history_number,
            version.c.history_number > event.c.history_number - event.c.versions + literal_column("1"),
        )
        .correlate_except(event)
    )
