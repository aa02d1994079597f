"""Earlier records that look like somebody who is to be entered anew (個人番号の正確性の確認: 評価書Ⅲ, M13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import LargeBinary, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from domain.errors import InvalidValue
from domain.notifications import Match, Newcomer
from domain.search_forms import KEYED
from domain.values.identifiers import AddresseeNumber
from persistence.database import Statement, compiled
from persistence.histories import Fetch
from persistence.reading import MUNICIPALITY
from persistence.register_tables import RESIDENTS
from persistence.vault import Vault
from persistence.vault_tables import INDIVIDUAL_NUMBERS

_INDEXES = bindparam("indexes", type_=ARRAY(LargeBinary))
_BY_NUMBER = compiled(
    select(RESIDENTS.c.addressee_number, RESIDENTS.c.is_closed)
    .join(
        INDIVIDUAL_NUMBERS,
        (INDIVIDUAL_NUMBERS.c.municipality_code == RESIDENTS.c.municipality_code)
        & (INDIVIDUAL_NUMBERS.c.addressee_number == RESIDENTS.c.addressee_number),
    )
    .where(
        RESIDENTS.c.municipality_code == MUNICIPALITY,
        INDIVIDUAL_NUMBERS.c.municipality_code == MUNICIPALITY,
        INDIVIDUAL_NUMBERS.c.blind_index == _INDEXES.any_(),
    )
)
"""By a number that she has or ever had."""

_HERS: Final = """
JOIN residents r ON r.municipality_code = found.municipality_code AND r.addressee_number = found.addressee_number
WHERE found.municipality_code = $1 AND r.municipality_code = $1
"""
_BY_RECORD = Statement(
    f"""
    SELECT 'resident_record_code' AS item, r.addressee_number, r.is_closed FROM resident_versions found {_HERS}
    AND found.resident_record_code = $2
    UNION
    SELECT 'residence_card_number', r.addressee_number, r.is_closed FROM search_keys found {_HERS}
    AND found.kind = 'residence_card_number' AND found.key = $3
    UNION
    SELECT 'full_name', r.addressee_number, r.is_closed FROM search_keys found {_HERS}
    AND found.kind = 'full_name' AND found.key = $4 AND r.sex = $5 AND r.date_of_birth = $6
    """,  # noqa: S608 - our own text
    ("municipality", "code", "card", "name", "sex", "date_of_birth"),
)
"""By a code, card or name that she has or ever had; a name counts only with sex and date of birth."""

PERSON: Final = frozenset({"full_name", "sex", "date_of_birth"})


async def matches(
    fetch: Fetch, vault: Vault, municipality_code: str, newcomers: Sequence[Newcomer]
) -> tuple[Match, ...]:
    """Who looks like each of the newcomers, closed records too, by addressee number."""
    found: list[Match] = []
    for at, newcomer in enumerate(newcomers):
        looks: dict[tuple[str, bool], frozenset[str]] = {}
        for item, number, is_closed in await _rows(fetch, vault, municipality_code, newcomer):
            items = PERSON if item == "full_name" else frozenset({item})
            looks[number, is_closed] = looks.get((number, is_closed), frozenset()) | items
        found += [Match(at, AddresseeNumber(who), items, closed) for (who, closed), items in sorted(looks.items())]
    return tuple(found)


async def _rows(fetch: Fetch, vault: Vault, municipality_code: str, newcomer: Newcomer) -> list[tuple[str, str, bool]]:
    values = {
        "municipality": municipality_code,
        "code": newcomer.resident_record_code,
        "card": _key("residence_card_number", newcomer.residence_card_number),
        "name": _key("full_name", newcomer.full_name),
        "sex": newcomer.sex,
        "date_of_birth": newcomer.date_of_birth,
    }
    rows = [(row[0], row[1], row[2]) for row in await fetch(_BY_RECORD, values)]
    if newcomer.individual_number is not None:
        indexes = vault.indexes_of(newcomer.individual_number)
        hits = await fetch(_BY_NUMBER, values | {"indexes": indexes})
        rows += [("individual_number", row[0], row[1]) for row in hits]
    return rows


def _key(item: str, value: str | None) -> str | None:
    """The form in which an item is found; a text without one is nobody's."""
    if value is None:
        return None
    try:
        return KEYED[item].form(value)
    except InvalidValue:
        return None
