"""How a reading becomes SQL: facts as one small number, and no value that its caller may not see.

A withheld value never leaves the database: an item that is shown for some facts only is selected as
`CASE WHEN facts IN (...) THEN column END`, and the same stands before a condition on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Text,
    and_,
    bindparam,
    case,
    exists,
    false,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from domain.ports import Condition, Occasion, Reading
from domain.restrictions import RestrictedProcess, RestrictionLevel, Whose
from persistence.access_tables import RELEASES
from persistence.changes_tables import RESTRICTIONS
from persistence.register_tables import RESIDENTS, SUPPORT_MEASURES

MUNICIPALITY = bindparam("municipality", type_=Text)
PURPOSE = bindparam("purpose", type_=Text)
TODAY = bindparam("today", type_=Date)
BEYOND = bindparam("beyond", type_=DateTime(timezone=True))
NUMBERS = bindparam("numbers", type_=ARRAY(Text))
MARKED = ("2", "3", "6", "7", "10", "11", "14", "15")
"""The codes of facts of a record that leads to a protected person, released or not."""


def occasion_values(occasion: Occasion) -> dict[str, Any]:
    """The parameters that every reading has."""
    return {
        "municipality": occasion.municipality_code,
        "purpose": occasion.purpose,
        "today": occasion.today,
        "beyond": occasion.beyond,
    }


def under_measure(number: ColumnElement[str]) -> ColumnElement[bool]:
    """A support measure is in force for the person with this addressee number herself."""
    measure = SUPPORT_MEASURES.alias()
    return (
        exists()
        .where(
            measure.c.municipality_code == MUNICIPALITY,
            measure.c.addressee_number == number,
            *_in_force(measure),
        )
        .correlate_except(measure)
    )


def lives_with_protected(household_number: ColumnElement[str]) -> ColumnElement[bool]:
    """A support measure is in force for a current member of this household."""
    measure = SUPPORT_MEASURES.alias()
    return (
        exists()
        .where(
            measure.c.municipality_code == MUNICIPALITY,
            measure.c.household_number == household_number,
            measure.c.is_closed.is_(False),
            *_in_force(measure),
        )
        .correlate_except(measure)
    )


def _in_force(measure: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Provisional or decided, and neither refused nor ended: `domain.support_measures`."""
    return (
        measure.c.starts_on <= TODAY,
        or_(measure.c.ends_on.is_(None), measure.c.ends_on >= TODAY),
        measure.c.ended_at.is_(None),
    )


def is_released(number: ColumnElement[str]) -> ColumnElement[bool]:
    """The officer responsible has released the record with this addressee number for the purpose; it holds today."""
    release = RELEASES.alias()
    return (
        exists()
        .where(
            release.c.municipality_code == MUNICIPALITY,
            release.c.addressee_number == number,
            release.c.purpose == PURPOSE,
            release.c.starts_on <= TODAY,
            or_(release.c.ends_on.is_(None), release.c.ends_on >= TODAY),
            release.c.ended_at.is_(None),
        )
        .correlate_except(release)
    )


def may_not_be_looked_at(whose: Whose, number: ColumnElement[str]) -> ColumnElement[bool]:
    """A restriction of inquiries (照会抑止) of level ERROR holds on this person or household."""
    restriction = RESTRICTIONS.alias()
    holds = (
        restriction.c.process == literal_column(f"'{RestrictedProcess.INQUIRY.value}'"),
        restriction.c.level == literal_column(f"'{RestrictionLevel.ERROR.value}'"),
        or_(restriction.c.released_until.is_(None), restriction.c.released_until <= BEYOND),
    )
    return _restricted(restriction, whose, number, *holds)


def is_marked(addressee_number: ColumnElement[str], household_number: ColumnElement[str]) -> ColumnElement[bool]:
    """Some restriction of hers or her household's was placed and not lifted, released for a while or not."""
    restriction = RESTRICTIONS.alias()
    holds = restriction.c.level != literal_column(f"'{RestrictionLevel.NONE.value}'")
    return or_(
        _restricted(restriction, Whose.RESIDENT, addressee_number, holds),
        _restricted(restriction, Whose.HOUSEHOLD, household_number, holds),
    )


def _restricted(
    restriction: FromClause, whose: Whose, number: ColumnElement[str], *holds: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Past its last day it holds as before: no restriction ends by itself (標準仕様書1.0 3.1)."""
    return (
        exists()
        .where(
            restriction.c.municipality_code == MUNICIPALITY,
            restriction.c.kind == literal_column(f"'{whose.value}'"),
            restriction.c.number == number,
            restriction.c.starts_on <= TODAY,
            restriction.c.lifted_at.is_(None),
            *holds,
        )
        .correlate_except(restriction)
    )


def facts_code(
    closed: ColumnElement[bool],
    protected: ColumnElement[bool],
    released: ColumnElement[bool],
    restricted: ColumnElement[bool],
) -> ColumnElement[int]:
    """The facts as `authz.facts` reads them: bit 0 closed, 1 protected, 2 released (never without 1), 3 restricted."""
    number = literal_column
    guarded = case((protected, case((released, number("6")), else_=number("2"))), else_=number("0"))
    kept_back = case((restricted, number("8")), else_=number("0"))
    return case((closed, number("1")), else_=number("0")) + guarded + kept_back


def with_facts(source: FromClause, code: ColumnElement[int]) -> tuple[FromClause, ColumnElement[int]]:
    """The source with its facts beside it, worked out once a row.

    OFFSET 0 keeps PostgreSQL from copying the expression to each place where it is used.
    """
    facts = select(code.label("code")).correlate_except().offset(literal_column("0")).lateral("facts")
    return source.join(facts, true()), facts.c.code


def only_for(codes: frozenset[int], facts: ColumnElement[int], reading: Reading) -> ColumnElement[bool]:
    """The record's facts are among these; nothing to ask where they are all there are, or none."""
    if codes >= reading.all_codes:
        return true()
    if not codes:
        return false()
    return facts.in_([literal_column(str(code)) for code in sorted(codes)])


def shown_columns(
    reading: Reading, facts: ColumnElement[int], columns: Mapping[str, ColumnElement[Any]]
) -> list[ColumnElement[Any]]:
    """Each item of the reading, empty for the facts for which it is not shown."""
    leads_to_protected = facts.in_([literal_column(code) for code in MARKED])
    restricted = is_marked(RESIDENTS.c.addressee_number, RESIDENTS.c.household_number)
    stored = {**columns, "restricted": or_(leads_to_protected, restricted)}
    return [
        stored[column.item]
        if column.shown_for >= reading.opens
        else case((only_for(column.shown_for, facts, reading), stored[column.item]))
        for column in reading.columns
    ]


def meets(
    condition: Condition, comparison: ColumnElement[bool], facts: ColumnElement[int], reading: Reading
) -> ColumnElement[bool]:
    """The comparison holds, and the record is one for which the caller would be shown the condition's item."""
    shown = true() if condition.shown_for is None else only_for(condition.shown_for, facts, reading)
    return and_(shown, comparison)
