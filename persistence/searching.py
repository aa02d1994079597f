"""How a condition on an item becomes SQL: a column, the keys that residents are found by, or the index of the vault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    LargeBinary,
    Subquery,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from domain.ports import KEY, Condition, Match
from domain.search_forms import KEYED, kinds
from persistence.reading import MUNICIPALITY
from persistence.register_tables import RESIDENTS
from persistence.search_tables import SEARCH_BIGRAMS, SEARCH_KEYS
from persistence.vault_tables import INDIVIDUAL_NUMBERS

LAST = "\U0010ffff"
"""Sorts after every text: no name holds it (it is no character)."""

AFTER = bindparam("after", type_=Text)
LIMIT = bindparam("limit", type_=Integer)
MOST = bindparam("most", type_=Integer)

MOST_PIECES = 3
"""A part is looked for by so many of its bigrams, from all over it; what they leave is compared as a whole."""


def up_to_one_more(hits: Any) -> Any:
    """So many of the hits that one sees whether they are more than `most`."""
    return hits.limit(MOST + literal_column("1"))


def counted(hits: Any, shown: Callable[[Subquery], Any], *, continued: bool) -> Any:
    """A page of the hits, given as a selection of their numbers, each row with the count of all of them at its end.

    `shown` selects what is shown of the records on the page, their number second. Without hits, and where they are more
    than `most`, there is one row, with nothing but the count.
    """
    found = hits.cte("hits")
    count = select(func.count().label("hits")).select_from(found).cte("counted")
    page = select(found.c.addressee_number).select_from(found.join(count, count.c.hits <= MOST))
    if continued:
        page = page.where(found.c.addressee_number > AFTER)
    records = shown(page.order_by(found.c.addressee_number).limit(LIMIT).subquery("page")).subquery("shown")
    rows = select(*records.c, count.c.hits).select_from(count.outerjoin(records, true()))
    return rows.order_by(records.c[KEY])


def compares(condition: Condition, at: int, pieces: int = 0) -> ColumnElement[bool]:
    """A resident's item compares with the parameters of the condition at this place (`pieces_in` of a part)."""
    if condition.item == "individual_number":
        indexes = bindparam(f"low{at}", type_=ARRAY(LargeBinary))
        return INDIVIDUAL_NUMBERS.c.blind_index == indexes.any_()
    if condition.item not in KEYED:
        return _matches(RESIDENTS.c[condition.item], condition, at)
    found = _holding(condition, at, pieces) if condition.match is Match.CONTAINS else _keyed(condition, at)
    return RESIDENTS.c.addressee_number.in_(found)


def condition_values(conditions: tuple[Condition, ...]) -> dict[str, Any]:
    """The parameters of the conditions, by their places."""
    values: dict[str, Any] = {}
    for at, condition in enumerate(conditions):
        values[f"low{at}"] = condition.value
        values[f"high{at}"] = condition.value + LAST
        values |= {f"piece{at}_{nth}": piece for nth, piece in enumerate(_pieces(condition))}
    return values


def pieces_in(condition: Condition) -> int:
    """By how many bigrams a condition is looked for; none where it is a beginning, a whole, or one character."""
    return len(_pieces(condition))


def _pieces(condition: Condition) -> list[str]:
    """The first pair of characters, the last, and one between them."""
    part = condition.value
    if condition.match is not Match.CONTAINS or len(part) < len("あい"):
        return []
    last = len(part) - 2
    return list(dict.fromkeys(part[at : at + 2] for at in (0, last // 2, last)))[:MOST_PIECES]


def _matches(column: ColumnElement[Any], condition: Condition, at: int) -> ColumnElement[bool]:
    low, high = bindparam(f"low{at}", type_=Text), bindparam(f"high{at}", type_=Text)
    return and_(column >= low, column < high) if condition.match is Match.STARTS_WITH else column == low


def _keyed(condition: Condition, at: int) -> Any:
    """Residents who have such a key."""
    keys = SEARCH_KEYS.c
    return select(keys.addressee_number).where(
        keys.municipality_code == MUNICIPALITY,
        _of_kinds(keys.kind, condition),
        _matches(keys.key, condition, at),
        true() if condition.in_past else keys.is_past.is_(False),
    )


def _holding(condition: Condition, at: int, pieces: int) -> Any:
    """Residents who have a key with this part: those of its bigrams, of whom each key is looked at."""
    keys, part = SEARCH_KEYS.c, bindparam(f"low{at}", type_=Text)
    matches = [
        keys.municipality_code == MUNICIPALITY,
        _of_kinds(keys.kind, condition),
        func.strpos(keys.key, part) > literal_column("0"),
        true() if condition.in_past else keys.is_past.is_(False),
    ]
    source: Any = SEARCH_KEYS
    for nth in range(max(pieces, 1)):
        bigrams = SEARCH_BIGRAMS.alias(f"piece{at}_{nth}")
        source = source.join(
            bigrams,
            and_(bigrams.c.municipality_code == MUNICIPALITY, bigrams.c.addressee_number == keys.addressee_number),
        )
        matches += [_of_kinds(bigrams.c.kind, condition), _is_piece(bigrams.c.bigram, at, nth, pieces)]
    return select(keys.addressee_number).select_from(source).where(*matches)


def _is_piece(bigram: ColumnElement[str], at: int, nth: int, pieces: int) -> ColumnElement[bool]:
    """A pair of characters; one character alone begins a pair, or is the last of a key."""
    if pieces:
        return bigram == bindparam(f"piece{at}_{nth}", type_=Text)
    return and_(bigram >= bindparam(f"low{at}", type_=Text), bigram < bindparam(f"high{at}", type_=Text))


def _of_kinds(kind: ColumnElement[str], condition: Condition) -> ColumnElement[bool]:
    names = kinds(condition.item, with_variants=condition.with_variants)
    return kind.in_([literal_column(f"'{name}'") for name in names])
