"""The part of the register that a procedure must know, loaded for it, and the numbers that it may give out.

What is read here is read without a lock, statement after statement. So a notification takes the history numbers of all
these records along, and is refused where one of them, or who lives in a household, is not as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from domain.ids import uuid_of
from domain.notifications import Situation, Wanted
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, MunicipalityCode, ResidentRecordCode
from persistence.changes_tables import LIFE_EVENTS
from persistence.database import Database, compiled
from persistence.histories import records
from persistence.keysets import Vaults
from persistence.logins import Login
from persistence.matching import matches
from persistence.numbering import HOUSEHOLD, RESIDENT, Below, draw_codes, draw_numbers
from persistence.reading import MUNICIPALITY, NUMBERS
from persistence.register_tables import RESIDENT_VERSIONS, RESIDENTS
from persistence.vault import Vault

_HOMES = bindparam("homes", type_=ARRAY(Text))
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_R, _V, _E = RESIDENTS.c, RESIDENT_VERSIONS.c, LIFE_EVENTS.c

_HOMES_OF = compiled(
    select(_R.household_number).where(_R.municipality_code == MUNICIPALITY, _R.addressee_number == NUMBERS.any_())
)
_HOMES_EVER = compiled(
    select(_V.household_number)
    .distinct()
    .where(_V.municipality_code == MUNICIPALITY, _V.addressee_number == NUMBERS.any_())
)
_STANDING = compiled(
    select(_R.addressee_number, _R.history_number).where(
        _R.municipality_code == MUNICIPALITY,
        or_(
            _R.addressee_number == NUMBERS.any_(),
            and_(_R.household_number == _HOMES.any_(), _R.is_closed.is_(False)),
        ),
    )
)
_CHANGES_OF = compiled(
    select(_E.notification_id, _E.addressee_number, _E.event_number, _E.sequence).where(
        _E.municipality_code == MUNICIPALITY, _E.notification_id == _IDS.any_()
    )
)

Changed = dict[str, tuple[tuple[AddresseeNumber, int], ...]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Numbers at hand."""

    residents: tuple[AddresseeNumber, ...] = ()
    households: tuple[HouseholdNumber, ...] = ()
    codes: tuple[ResidentRecordCode, ...] = ()


class Situations:
    """Loads what procedures want; `now` and `new_id` (a UUIDv7) say under what codes are drawn, `below` which."""

    def __init__(
        self,
        database: Database,
        vaults: Vaults,
        now: Callable[[], datetime],
        new_id: Callable[[datetime], str],
        below: Below,
    ) -> None:
        self._database = database
        self._vaults = vaults
        self._now = now
        self._new_id = new_id
        self._below = below

    async def of(self, municipality_code: str, today: date, wanted: Wanted) -> Situation:
        """As `domain.ports.NotificationStore.situation` has it."""
        drawn = await self._drawn(municipality_code, wanted)

        async def read(vault: Vault) -> Situation:
            return await self._read(vault, municipality_code, today, wanted, drawn)

        return await self._vaults.using(municipality_code, read, searches=bool(wanted.match))

    async def _read(self, vault: Vault, code: str, today: date, wanted: Wanted, drawn: Drawn) -> Situation:
        fetch = self._database.fetch
        found = await matches(fetch, vault, code, wanted.match)
        changed = await self._changes_of(code, wanted.notifications)
        standing = await self._standing(code, wanted, changed, [match.addressee_number.value for match in found])
        loaded = await records(fetch, vault, code, standing)
        return Situation(
            today=today,
            municipality=MunicipalityCode(code),
            histories=loaded.histories,
            versions=loaded.versions,
            matches=found,
            changes_of=changed,
            new_residents=drawn.residents,
            new_households=drawn.households,
            new_codes=drawn.codes,
        )

    async def _standing(self, code: str, wanted: Wanted, changed: Changed, alike: Sequence[str]) -> Mapping[str, int]:
        """Everybody wanted, with the history number under which she stands."""
        reverted = sorted({number.value for changes in changed.values() for number, _ in changes})
        people = sorted({*(number.value for number in wanted.residents), *reverted})
        homes = {number.value for number in wanted.households}
        homes |= await self._homes(_HOMES_OF, code, people)
        homes |= await self._homes(_HOMES_EVER, code, reverted)
        values = {"municipality": code, "numbers": [*people, *alike], "homes": sorted(homes)}
        rows: list[Any] = await self._database.fetch(_STANDING, values)
        return {row[0]: row[1] for row in rows}

    async def _homes(self, statement: Any, code: str, people: Collection[str]) -> set[str]:
        if not people:
            return set()
        rows: list[Any] = await self._database.fetch(statement, {"municipality": code, "numbers": list(people)})
        return {row[0] for row in rows}

    async def _changes_of(self, code: str, notifications: Collection[str]) -> Changed:
        """Whom each notification changed, by which of her events."""
        if not notifications:
            return {}
        ids = {found: id_ for id_ in notifications if (found := uuid_of(id_)) is not None}
        rows: list[Any] = await self._database.fetch(_CHANGES_OF, {"municipality": code, "ids": list(ids)})
        changes: Changed = dict.fromkeys(notifications, ())
        for id_, number, event, _ in sorted(rows, key=itemgetter(3)):
            changes[ids[id_]] += ((AddresseeNumber(number), event),)
        return changes

    async def _drawn(self, code: str, wanted: Wanted) -> Drawn:
        """Numbers, and codes under an id of their own: committed, so that nobody else is given them."""
        if not (wanted.new_residents or wanted.new_households or wanted.new_codes):
            return Drawn()
        drawn_for = UUID(self._new_id(self._now()))
        async with self._database.transaction(code, Login.WRITER) as connection:
            households = await draw_numbers(connection, code, HOUSEHOLD, wanted.new_households)
            residents = await draw_numbers(connection, code, RESIDENT, wanted.new_residents)
            codes = await draw_codes(connection, code, wanted.new_codes, self._below, drawn_for)
        return Drawn(residents, households, codes)
