"""Registers as tests of the store need them: the village in a database of its own, and short ways to ask about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from domain.ports import FACTS, KEY, Column, Condition, Match, Occasion, Reading, Row, Search
from persistence.access import AccessRegister
from persistence.database import Database
from persistence.households import Households
from persistence.keysets import Vaults
from persistence.register_writing import Register, Taking, write_register
from persistence.residents import Residents
from tests.keys import NUMBER_KEY
from tests.logins import OTHER_CITY, logins_at, migrated
from tests.postgres import Databases, Prepare
from tests.village import CODE, TODAY, household_number, number_of, village

T = TypeVar("T")

OPEN, CLOSED, PROTECTED, CLOSED_PROTECTED, RELEASED, CLOSED_RELEASED = 0, 1, 2, 3, 6, 7
"""What the facts are as one small number: bit 0 closed, bit 1 protected, bit 2 released."""
ALL = frozenset({OPEN, CLOSED, PROTECTED, CLOSED_PROTECTED, RELEASED, CLOSED_RELEASED})
UNPROTECTED = ALL - {PROTECTED, CLOSED_PROTECTED}

MOST = 100
"""So many hits at most, for every search that does not say otherwise."""
OCCASION = Occasion(CODE, "local_tax", TODAY)
NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Store:
    """The repositories on one database."""

    database: Database
    vaults: Vaults
    residents: Residents
    households: Households
    access: AccessRegister


@asynccontextmanager
async def opened(url: str, **settings: Any) -> AsyncIterator[Store]:
    """The store of this database, closed at the end."""
    database = Database(logins_at(url), **settings)
    await database.start()
    try:
        vaults = Vaults(database, NUMBER_KEY)
        await vaults.open((CODE, OTHER_CITY))
        yield Store(database, vaults, Residents(database, vaults), Households(database), AccessRegister(database))
    finally:
        await database.close()


def ask(url: str, question: Callable[[Store], Awaitable[T]]) -> T:
    """Open the store, ask one thing, close it."""

    async def work() -> T:
        async with opened(url) as store:
            return await question(store)

    return asyncio.run(work())


def write_village(url: str) -> None:
    """Prepare a database: its tables and the village."""
    migrated(url)
    write(url, village())


def write(url: str, register: Register, municipality_code: str = CODE) -> None:
    """Write a register."""

    def writing(store: Store) -> Awaitable[None]:
        taking = Taking(municipality_code, store.vaults.of(municipality_code), NOON)
        return write_register(store.database, taking, register)

    ask(url, writing)


@contextmanager
def kept(databases: Databases, prepare: Prepare) -> Iterator[str]:
    """The URL of a database for all tests of a module, that none of them changes."""
    url = databases.create(prepare)
    try:
        yield url
    finally:
        databases.drop(url)


def query(url: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Run a statement over a connection of its own."""

    async def work() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    return asyncio.run(work())


def protect(url: str, nth: int, first: date, last: date, municipality_code: str = CODE) -> None:
    """Put the nth villager under a support measure."""
    id_ = UUID(int=query(url, "SELECT 1000 + count(*) FROM support_measures")[0][0])
    statement = """
        INSERT INTO support_measures
        SELECT $1, $2, $3, 'STALKING', $4, $5, household_number, is_closed FROM residents
        WHERE municipality_code = $1 AND addressee_number = $3
    """
    query(url, statement, municipality_code, id_, number_of(nth), first, last)


def release(url: str, nth: int, purpose: str = "local_tax", last: date | None = None, **differently: Any) -> None:
    """Release the nth villager's record for a purpose, from the village's day on."""
    row: dict[str, Any] = {
        "municipality_code": CODE,
        "id": UUID(int=query(url, "SELECT count(*) FROM releases")[0][0]),
        "addressee_number": number_of(nth),
        "purpose": purpose,
        "starts_on": TODAY,
        "ends_on": last,
        "recorded_at": NOON,
        "recorded_by": "officer",
    } | differently
    places = ", ".join(f"${at}" for at in range(1, len(row) + 1))
    query(url, f"INSERT INTO releases ({', '.join(row)}) VALUES ({places})", *row.values())  # noqa: S608 - our own names


def reading(*items: str, opens: frozenset[int] = ALL, **only: frozenset[int]) -> Reading:
    """A reading of these items, shown for all facts but those of `only`."""
    return Reading(opens, tuple(Column(item, only.get(item, ALL)) for item in (*items, *only)), ALL)


def equals(item: str, value: str, shown_for: frozenset[int] | None = ALL) -> Condition:
    """A condition that the item is this."""
    return Condition(item, Match.EQUALS, value, shown_for)


def starts(item: str, value: str, shown_for: frozenset[int] | None = ALL) -> Condition:
    """A condition that the item begins so."""
    return Condition(item, Match.STARTS_WITH, value, shown_for)


def contains(item: str, value: str, shown_for: frozenset[int] | None = ALL, **manner: bool) -> Condition:
    """A condition that the item holds this somewhere."""
    return Condition(item, Match.CONTAINS, value, shown_for, **manner)


def found(url: str, *conditions: Condition, read: Reading | None = None, **search: Any) -> list[str]:
    """The addressee numbers of the residents that match."""
    wanted = replace(Search(conditions, limit=100), **search)
    hits = ask(url, lambda store: store.residents.searched(read or reading(), OCCASION, wanted, MOST))
    return [str(row[KEY]) for row in hits.rows]


def numbers_of(*nths: int) -> list[str]:
    """The addressee numbers of these villagers, in the order of numbers."""
    return sorted(map(number_of, nths))


def read_residents(url: str, read: Reading, *nths: int, occasion: Occasion = OCCASION) -> dict[str, Row]:
    """The rows of these villagers by their addressee numbers."""
    rows = ask(url, lambda store: store.residents.numbered(read, occasion, [number_of(nth) for nth in nths]))
    return {str(row[KEY]): row for row in rows}


def facts_of(url: str, nth: int, on: date = TODAY, purpose: str = "local_tax") -> object:
    """The facts about the nth villager's record on a day, for a purpose."""
    return read_residents(url, reading(), nth, occasion=Occasion(CODE, purpose, on))[number_of(nth)][FACTS]


def facts_of_household(url: str, serial: int, on: date = TODAY, purpose: str = "local_tax") -> object:
    """The facts about a household on a day, for a purpose."""
    occasion = Occasion(CODE, purpose, on)
    (row,) = ask(url, lambda store: store.households.numbered(reading(), occasion, [household_number(serial)]))
    return row[FACTS]
