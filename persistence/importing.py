"""A batch of an import: what of it is new, what is there already, what cannot be taken; and how the new is written.

Whole new households are copied in one transaction. Who joins a household that the register has is written by a change
of its own, since it moves the places of its members. What of two imports at once, or of an import and a change, gets
into each other's way is refused by the keys and tried again from what is there then: hence no lock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias
from uuid import UUID

import asyncpg

from domain.errors import Code, InvalidValue, Refusal
from domain.importing.lines import Arrival
from domain.importing.reasons import Fault, Reason
from domain.importing.seating import Seat, seat_of, seating
from persistence.database import Database
from persistence.holdings import Holdings, holdings, indexes_of, members_of
from persistence.register_writing import Prepared, Rows, Taking, copy_rows, prepared

_HOUSEHOLD = "SELECT 1 FROM households WHERE municipality_code = $1 AND household_number = $2 FOR UPDATE"
_HOUSEHOLDER = "UPDATE households SET householder_number = $3 WHERE municipality_code = $1 AND household_number = $2"
_PLACE = "UPDATE residents SET member_order = $3 WHERE municipality_code = $1 AND addressee_number = $2"


class Taken(Enum):
    """What becomes of a line that is well formed."""

    NEW = auto()
    UNCHANGED = auto()


Outcome: TypeAlias = "Taken | list[Reason]"


@dataclass(frozen=True, slots=True)
class Joining:
    """People who join a household of the register: their rows, who was there, and what changes for these."""

    rows: Rows
    household_number: str
    householder: str | None
    there: list[Seat]
    places: dict[str, int]


@dataclass(slots=True)
class Candidate:
    """An arrival, prepared for writing where it can be, and what becomes of it."""

    arrival: Arrival
    outcome: Outcome
    person: Prepared | None = None

    @property
    def ready(self) -> Prepared:
        """How she is written; only of those who can be."""
        assert self.person is not None  # noqa: S101 - whoever is new was prepared
        return self.person


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of each arrival, in their order, and what is to be written."""

    taking: Taking
    candidates: list[Candidate]
    rows: Rows
    joining: list[Joining]

    def count(self, outcome: Taken) -> int:
        """How many residents this becomes of."""
        return sum(one.outcome is outcome for one in self.candidates)


class Planner:
    """Plans batches; `new_id` makes the ids of support measures."""

    def __init__(self, database: Database, new_id: Callable[[], UUID]) -> None:
        self._database = database
        self._new_id = new_id

    async def plan(self, taking: Taking, arrivals: Sequence[Arrival]) -> Plan:
        """What becomes of these, who are whole households. Raises `Refusal` (STORE_UNAVAILABLE)."""
        held = await holdings(self._database, taking, arrivals)
        candidates = [_candidate(held, taking, arrival) for arrival in arrivals]
        homes: dict[str, list[Candidate]] = {}
        for one in candidates:
            if one.outcome is Taken.NEW:
                homes.setdefault(one.arrival.record.household_number.value, []).append(one)
        plan = Plan(taking, candidates, Rows(taking.municipality_code), [])
        for home, coming in homes.items():
            self._place(plan, home, coming, held.members.get(home))
        return plan

    def _place(self, plan: Plan, home: str, coming: list[Candidate], there: list[Seat] | None) -> None:
        """Give each newcomer of a household her place among its members, or refuse them all."""
        seated = seating([*(there or ()), *(seat_of(one.arrival.record) for one in coming)])
        if seated is None:
            for one in coming:
                one.outcome = [Reason.of(Fault.TWO_HOUSEHOLDERS, "relationship_to_householder")]
            return
        head = seated.householder.value if seated.householder else None
        rows = plan.rows
        if there is None:
            rows.add_household(home, head)
        else:
            rows = Rows(plan.rows.municipality_code)
            places = {one.person.number.value: seated.places.get(one.person.number, 0) for one in there}
            plan.joining.append(Joining(rows, home, head, there, places))
        for one in coming:
            measures = [(self._new_id(), measure) for measure in one.arrival.measures]
            rows.add(one.ready, seated.places.get(one.arrival.record.addressee_number, 0), measures)


async def copy_plan(database: Database, connection: asyncpg.Connection, plan: Plan) -> None:
    """Copy the new households inside the caller's transaction; raises as `copy_rows` does."""
    try:
        await copy_rows(database, connection, plan.taking, plan.rows)
    except asyncpg.DeadlockDetectedError:  # with another import
        raise Refusal(Code.INVALID_INPUT) from None


async def join(database: Database, connection: asyncpg.Connection, taking: Taking, joining: Joining) -> None:
    """Let people join a household, inside the caller's transaction.

    Raises `Refusal` (INVALID_INPUT) where it is not as it was when this was planned, and as `copy_rows` does.
    """
    code, home = taking.municipality_code, joining.household_number
    await connection.fetch(_HOUSEHOLD, code, home)
    if await members_of(connection, code, home) != joining.there:
        raise Refusal(Code.INVALID_INPUT)
    await copy_rows(database, connection, taking, joining.rows)
    await connection.execute(_HOUSEHOLDER, code, home, joining.householder)
    await connection.executemany(_PLACE, [(code, number, place) for number, place in joining.places.items()])


def _candidate(held: Holdings, taking: Taking, arrival: Arrival) -> Candidate:
    try:
        person = prepared(taking, arrival.versions)
    except InvalidValue as error:
        return Candidate(arrival, [Reason.invalid(error.kind, error)])
    number = arrival.record.addressee_number.value
    if held.holds(number):
        is_same = held.holds_all_of(arrival, person, taking)
        return Candidate(arrival, Taken.UNCHANGED if is_same else [Reason.of(Fault.ALREADY_REGISTERED)])
    return Candidate(arrival, _anothers(held, taking, arrival) or Taken.NEW, person)


def _anothers(held: Holdings, taking: Taking, arrival: Arrival) -> list[Reason]:
    """The numbers that belong to somebody else.

    One that is found to be her own came with her meanwhile, by another import: then writing her is refused, and what
    is there then counts.
    """
    mine, code = arrival.record.addressee_number.value, arrival.record.resident_record_code
    owners = {
        "resident_record_code": {held.owners.get(code.value)} if code is not None else set(),
        "individual_number": {held.owners.get(index) for index in indexes_of(arrival, taking)},
    }
    return [Reason.of(Fault.HELD_BY_ANOTHER, name) for name, found in owners.items() if found - {None, mine}]
