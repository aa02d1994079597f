"""Households after a change: who lives there in which order, and who is the householder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg

from domain.errors import Code, Refusal
from domain.importing.seating import Seat, seat_of
from domain.member_orders import seated_after
from domain.outcomes import Outcome
from domain.residents import ResidentRecord
from domain.values.identifiers import AddresseeNumber
from persistence.holdings import MEMBER, seat

_LOCK: Final = """
SELECT household_number FROM households WHERE municipality_code = $1 AND household_number = ANY($2::text[])
ORDER BY household_number FOR UPDATE
"""
_MEMBERS: Final = f"""
SELECT {", ".join(MEMBER)} FROM residents WHERE municipality_code = $1 AND household_number = ANY($2::text[])
ORDER BY member_order, addressee_number
"""  # noqa: S608 - our names
_ADD: Final = "INSERT INTO households (municipality_code, household_number, householder_number) VALUES ($1, $2, $3)"
_HOUSEHOLDER: Final = """
UPDATE households SET householder_number = $3
WHERE municipality_code = $1 AND household_number = $2 AND householder_number IS DISTINCT FROM $3
"""
_PLACE: Final = """
UPDATE residents SET member_order = $3
WHERE municipality_code = $1 AND addressee_number = $2 AND member_order <> $3
"""


@dataclass(frozen=True, slots=True)
class Homes:
    """The households that a change touches: those that are there already, and everybody whose record names one."""

    there: frozenset[str]
    members: Mapping[str, list[Seat]]


async def lock_homes(connection: asyncpg.Connection, municipality_code: str, numbers: Sequence[str]) -> Homes:
    """Lock these households, so that nobody else enters or leaves one, and see who is there."""
    there = await connection.fetch(_LOCK, municipality_code, numbers)
    members: dict[str, list[Seat]] = {}
    for row in await connection.fetch(_MEMBERS, municipality_code, numbers):
        members.setdefault(row["household_number"], []).append(seat(row))
    return Homes(frozenset(row[0] for row in there), members)


async def seat_everybody(
    connection: asyncpg.Connection, municipality_code: str, homes: Homes, outcome: Outcome
) -> dict[AddresseeNumber, int]:
    """Make new households, set the householders, move the others' places; gives those of whom the outcome is about.

    Raises `Refusal` (STALE_VERSION) where a household would have two householders.
    """
    places: dict[AddresseeNumber, int] = {}
    for home in sorted(number.value for number in outcome.households):
        stayed, joined = _people(homes.members.get(home, []), outcome, home)
        seated = seated_after(stayed, joined, anew=_are_related_anew(outcome, stayed))
        if seated is None:
            raise Refusal(Code.STALE_VERSION)
        householder = seated.householder.value if seated.householder else None
        statement = _HOUSEHOLDER if home in homes.there else _ADD
        await connection.execute(statement, municipality_code, home, householder)
        places |= seated.places
    others = [(municipality_code, who.value, at) for who, at in places.items() if who not in outcome.after]
    await connection.executemany(_PLACE, others)
    return places


def _people(members: Sequence[Seat], outcome: Outcome, home: str) -> tuple[list[Seat], list[Seat]]:
    """Who was there and still is, in their order; and who comes."""
    here = {who: record for who, record in outcome.after.items() if record.household_number.value == home}
    stayed = [_as_now(one, here) for one in members if _stays(one, outcome, here)]
    known = {one.person.number for one in stayed}
    return stayed, [seat_of(record) for who, record in here.items() if who not in known]


def _stays(one: Seat, outcome: Outcome, here: Mapping[AddresseeNumber, ResidentRecord]) -> bool:
    """Who comes back to a household that her closed record names joins it like anybody else."""
    who = one.person.number
    if who not in outcome.after:
        return True
    return who in here and not (one.is_closed and not here[who].is_closed)


def _as_now(one: Seat, here: Mapping[AddresseeNumber, ResidentRecord]) -> Seat:
    record = here.get(one.person.number)
    return one if record is None else seat_of(record)


def _are_related_anew(outcome: Outcome, stayed: Sequence[Seat]) -> bool:
    """Whether somebody who stays is another relation of the householder now."""
    before, after = outcome.before, outcome.after
    return any(
        (was := before.get(who)) is not None
        and was.relationship_to_householder != after[who].relationship_to_householder
        for who in (one.person.number for one in stayed)
        if who in after
    )
