"""The outbox: what counterparts have yet to hear. Each person's messages leave in their order, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, bindparam, exists, func, select

from domain.outbox import Counterpart, Message, MessageKind
from persistence.changes_tables import OUTBOX
from persistence.database import Database, compiled
from persistence.logins import Login
from persistence.reading import MUNICIPALITY

LIMIT = bindparam("limit", type_=Integer)
_OUT = OUTBOX.c
_EARLIER = OUTBOX.alias("earlier")


def _waits_for_an_earlier() -> ColumnElement[bool]:
    """異動の時系列は担保されること (標準仕様書1.0 7.1.1.1): also where they go to different counterparts."""
    return (
        exists()
        .where(
            _EARLIER.c.municipality_code == MUNICIPALITY,
            _EARLIER.c.addressee_number == _OUT.addressee_number,
            _EARLIER.c.place < _OUT.place,
            _EARLIER.c.delivered_at.is_(None),
        )
        .correlate(OUTBOX)
    )


_IS_WAITING = (_OUT.municipality_code == MUNICIPALITY, _OUT.delivered_at.is_(None))
_DUE = compiled(
    select(_OUT.id, _OUT.counterpart, _OUT.message, _OUT.addressee_number, _OUT.event_number, _OUT.made_at)
    .where(*_IS_WAITING, ~_waits_for_an_earlier())
    .order_by(_OUT.made_at, _OUT.addressee_number)
    .limit(LIMIT)
)
_WAITING = compiled(select(func.count()).select_from(OUTBOX).where(*_IS_WAITING))
_DELIVERED: Final = """
UPDATE outbox SET delivered_at = $3 WHERE municipality_code = $1 AND id = $2 AND delivered_at IS NULL RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A message that may leave: to whom, of which kind, of whose event; what it says is read when it leaves."""

    id: UUID
    message: Message
    addressee_number: str
    event_number: int
    made_at: datetime


class Outbox:
    """The repository of messages."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, municipality_code: str, limit: int) -> list[Due]:
        """Of each person the first message that is not delivered, the oldest first, so many at most."""
        rows = await self._database.fetch(_DUE, {"municipality": municipality_code, "limit": limit})
        return [
            Due(id_, Message(Counterpart(counterpart), MessageKind(kind)), str(number), event, made_at)  # type: ignore[arg-type] # the columns of the statement
            for id_, counterpart, kind, number, event, made_at in rows
        ]

    async def waiting(self, municipality_code: str) -> int:
        """How many are not delivered."""
        ((count,),) = await self._database.fetch(_WAITING, {"municipality": municipality_code})
        return int(str(count))

    async def delivered(self, municipality_code: str, id_: UUID, at: datetime) -> bool:
        """Note that a counterpart has it; answers whether nobody had noted it before. Raises `Refusal`."""
        async with self._database.transaction(municipality_code, Login.WRITER) as connection:
            return await connection.fetchval(_DELIVERED, municipality_code, id_, at) is not None
