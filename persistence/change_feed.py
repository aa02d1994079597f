"""The change feed, read from the life events: which a caller hears of is decided in the statement that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    false,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from domain.change_feed import Changed, Hearing
from domain.ports import Occasion, Row
from persistence.changes_tables import LIFE_EVENTS
from persistence.database import Database, Statement, compiled
from persistence.reading import MUNICIPALITY, PURPOSE, with_facts

AFTER = bindparam("after", type_=BigInteger)
LIMIT = bindparam("limit", type_=Integer)
PROTECTED: ColumnElement[int] = literal_column("2")
RELEASED: ColumnElement[int] = literal_column("4")
"""The bits of them in a code of facts (`persistence.reading.facts_code`)."""

_EVENTS = LIFE_EVENTS.c


class ChangeFeed:
    """The repository of what callers hear of changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, hearing: Hearing, occasion: Occasion, after: int | None, limit: int) -> list[Changed]:
        """The next changes that are heard of after this sequence, so many at most, in the order of commits."""
        values = {"municipality": occasion.municipality_code, "purpose": occasion.purpose, "limit": limit}
        values |= {"after": after} | {f"shown{at}": sorted(items) for at, (items, _) in enumerate(_groups(hearing))}
        rows = await self._database.fetch(_changes(hearing, after is not None), values)
        return list(_told(rows, -1 if after is None else after))


def _told(rows: list[Row], after: int) -> Iterator[Changed]:
    """Each with the one before it; the first of the rows may be the one that the page begins after."""
    previous: int | None = None
    for number, history_number, sequence, was_facts, facts, items in rows:
        if cast(int, sequence) > after:
            changed = (
                str(number),
                history_number,
                sequence,
                previous,
                was_facts,
                facts,
                tuple(cast("list[str]", items)),
            )
            yield Changed(*cast("tuple[Any, ...]", changed))
        previous = cast(int, sequence)


@lru_cache(maxsize=256)
def _changes(hearing: Hearing, is_continued: bool) -> Statement:
    """A page, and before it the last change that was heard of up to where it begins."""
    page = _heard(hearing).order_by(_EVENTS.sequence).limit(LIMIT)
    if not is_continued:
        return compiled(page)
    following = page.where(_EVENTS.sequence > AFTER).subquery()
    before = (
        _heard(hearing).where(_EVENTS.sequence <= AFTER).order_by(_EVENTS.sequence.desc()).limit(literal_column("1"))
    )
    both = union_all(select(before.subquery()), select(following)).subquery()
    return compiled(select(both).order_by(both.c.sequence))


def _heard(hearing: Hearing) -> Select[Any]:
    source, facts = with_facts(LIFE_EVENTS, _code(_EVENTS.facts))
    was_facts = _code(_EVENTS.was_facts)
    columns = (_EVENTS.addressee_number, _EVENTS.history_number, _EVENTS.sequence)
    return (
        select(*columns, was_facts.label("was_facts"), facts.label("facts"), _EVENTS.changed_items)
        .select_from(source)
        .where(_EVENTS.municipality_code == MUNICIPALITY, _is_heard(hearing, was_facts, facts))
    )


def _is_heard(hearing: Hearing, was_facts: ColumnElement[int], facts: ColumnElement[int]) -> ColumnElement[bool]:
    changed_what_is_shown = (
        and_(_among(facts, codes), _EVENTS.changed_items.overlap(bindparam(f"shown{at}", type_=ARRAY(Text))))
        for at, (_, codes) in enumerate(_groups(hearing))
    )
    was_closed_to_her = and_(_among(was_facts, hearing.opens), _among(facts, frozenset(hearing.shown) - hearing.opens))
    return or_(false(), *changed_what_is_shown, was_closed_to_her)


def _groups(hearing: Hearing) -> list[tuple[frozenset[str], frozenset[int]]]:
    """The sets of items that are shown, each with the codes of facts for which it is."""
    sets = dict.fromkeys(items for items in hearing.shown.values() if items)
    return [(items, frozenset(code for code, shown in hearing.shown.items() if shown == items)) for items in sets]


def _among(code: ColumnElement[int], codes: frozenset[int]) -> ColumnElement[bool]:
    return code.in_([literal_column(str(one)) for one in sorted(codes)]) if codes else false()


def _code(facts: ColumnElement[int]) -> ColumnElement[int]:
    """The stored facts, and that the record was released where it was for this purpose."""
    is_released = and_(facts.op("&")(PROTECTED) == PROTECTED, any_(_EVENTS.released_for) == PURPOSE)
    return case((is_released, facts.op("|")(RELEASED)), else_=facts)
