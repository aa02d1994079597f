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
from persistence.access_tables import RELEASES
from persistence.register_tables import SUPPORT_MEASURES

MUNICIPALITY = bindparam("municipality", type_=Text)
PURPOSE = bindparam("purpose", type_=Text)
TODAY = bindparam("today", type_=Date)
NUMBERS = bindparam("numbers", type_=ARRAY(Text))
MARKED = ("2", "3", "6", "7")
"""The codes of facts of a record that leads to a protected person, released or not."""


def occasion_values(occasion: Occasion) -> dict[str, Any]:
    """The parameters that every reading has."""
    return {"municipality": occasion.municipality_code, "purpose": occasion.purpose, "today": occasion.today}


def under_measure(number: ColumnElement[str]) -> ColumnElement[bool]:
    """A support measure is in force for the person with this addressee number herself."""
    measure = SUPPORT_MEASURES.alias()
    return (
        exists()
        .where(
            measure.c.municipality_code == MUNICIPALITY,
            measure.c.addressee_number == number,
            measure.c.starts_on <= TODAY,
            measure.c.ends_on >= TODAY,
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
            measure.c.starts_on <= TODAY,
            measure.c.ends_on >= TODAY,
        )
        .correlate_except(measure)
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


def facts_code(
    closed: ColumnElement[bool], protected: ColumnElement[bool], released: ColumnElement[bool]
) -> ColumnElement[int]:
    """The facts as `authz.facts` reads them: bit 0 closed, bit 1 protected, bit 2 released (never without 1)."""
    number = literal_column
    guarded = case((protected, case((released, number("6")), else_=number("2"))), else_=number("0"))
    return case((closed, number("1")), else_=number("0")) + guarded


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
    stored = {**columns, "restricted": facts.in_([literal_column(code) for code in MARKED])}
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
