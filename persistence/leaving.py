"""Who has planned to move out and is a resident still: whom the daily job looks at."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import exists, literal_column, or_, select

from domain.values.identifiers import AddresseeNumber
from persistence.changes_tables import LIFE_EVENTS
from persistence.database import Database, compiled
from persistence.reading import MUNICIPALITY
from persistence.register_tables import RESIDENTS

_PLANNED = exists().where(
    LIFE_EVENTS.c.municipality_code == MUNICIPALITY,
    LIFE_EVENTS.c.addressee_number == RESIDENTS.c.addressee_number,
    LIFE_EVENTS.c.kind == literal_column("'MoveOutPlanned'"),
)
_LEAVING = compiled(
    select(RESIDENTS.c.household_number, RESIDENTS.c.addressee_number)
    .where(
        RESIDENTS.c.municipality_code == MUNICIPALITY,
        RESIDENTS.c.is_closed.is_(False),
        or_(_PLANNED, RESIDENTS.c.planned_move_out_address.is_not(None)),  # notified here, or imported so
    )
    .order_by(RESIDENTS.c.household_number, RESIDENTS.c.addressee_number)
)


async def planned_to_leave(database: Database, municipality_code: str) -> list[tuple[AddresseeNumber, ...]]:
    """Residents who once planned to leave, household by household: they may have gone on the same day.

    Whether the plan still stands, and whether its day has come, the procedure finds out. Raises `Refusal`.
    """
    rows = await database.fetch(_LEAVING, {"municipality": municipality_code})
    homes = groupby(rows, key=lambda row: row[0])
    return [tuple(AddresseeNumber(str(number)) for _, number in of_home) for _, of_home in homes]
