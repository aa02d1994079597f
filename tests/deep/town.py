"""The town that every run begins with: eleven made-up people, and what of them is kept in the store.

1-3    a family: 世帯主, 妻, 子; 3 has a former surname
4-5    a couple; 4 is under a support measure
6-7    a foreign couple; 7 has an alias and no Individual Number
8      moved out long ago: her closed record still names the household of 4 and 5
9      alone, without Individual Number
10-11  father and grown-up child, who has planned to move out ten days from now (imported so)
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg

from domain.households import Household
from domain.residents import ResidentRecord
from domain.support_measures import SupportKind, SupportMeasure
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import Relationship
from persistence.register_writing import Register
from persistence.tables import METADATA
from tests.domain.people import a_foreign_record, a_household, addressee, member
from tests.domain.situations import TODAY, a_family, a_resident, code, household, number, on
from tests.persistence.registers import write
from tests.postgres import execute
from tests.village import CODE

STOCK = tuple(code(nth) for nth in range(1_000, 1_100))
"""Resident Record Codes that J-LIS designated and nobody has."""


TABLES = tuple(table.name for table in METADATA.sorted_tables)
"""Every table, each after those whose rows its rows name."""


def people() -> tuple[ResidentRecord, ...]:
    """Everybody."""
    first, wife, child = a_family("世帯主", "妻", "子", home=1)
    leaving: dict[str, Any] = {
        "planned_move_out_address": Address("北海道札幌市中央区北1条西2丁目"),
        "change_reason": "国内転出",
    }
    father, leaver = a_family("世帯主", "子", home=5, first=10)
    return (
        *(first, wife, replace(child, former_surname="旧見本")),
        *a_family("世帯主", "妻", home=2, first=4),
        _foreigner(6, "世帯主"),
        _foreigner(7, "妻", individual_number=None, alias_history=("架空　譲",)),
        a_resident(8, home=2, ceased_resident_on=on("2024-03-31"), change_reason="国内転出"),
        a_resident(9, home=4, individual_number=None),
        *(father, replace(leaver, changed_on=on("2026-04-20"), notified_on=on("2026-04-01"), **leaving)),
    )


def _foreigner(nth: int, relationship: str, **items: Any) -> ResidentRecord:
    usual: dict[str, Any] = {
        "addressee_number": addressee(nth),
        "household_number": household(3),
        "individual_number": number(nth),
        "resident_record_code": code(nth),
        "full_name": Name(f"SAMPLE {'ABCDEFGH'[nth]}"),
        "relationship_to_householder": Relationship(relationship),
        "householder_name": "SAMPLE G",
        "residence_card_number": f"AB{nth:08}CD",
        "address_established_on": RegisterDate("2015-04-01"),
    }
    return a_foreign_record(**{**usual, **items})


def _homes() -> tuple[Household, ...]:
    return (
        a_household(member(1, "世帯主"), member(2, "妻"), member(3, "子"), householder=addressee(1), serial=1),
        a_household(member(4, "世帯主"), member(5, "妻"), householder=addressee(4), serial=2),
        a_household(member(6, "世帯主"), member(7, "妻"), householder=addressee(6), serial=3),
        a_household(member(9, "世帯主"), householder=addressee(9), serial=4),
        a_household(member(10, "世帯主"), member(11, "子"), householder=addressee(10), serial=5),
    )


def with_town(url: str) -> None:
    """Prepare a database that is migrated already: the town, the stock of codes, and a copy of it all to begin with."""
    measure = SupportMeasure.for_a_year(addressee(4), SupportKind.DOMESTIC_VIOLENCE, starts_on=TODAY)
    write(url, Register(people(), _homes(), ((UUID(int=1), measure),)))
    asyncio.run(_stock(url))
    copies = (f"CREATE TABLE first_day.{table} AS TABLE {table}" for table in TABLES)
    asyncio.run(execute(url, "CREATE SCHEMA first_day", *copies))


async def _stock(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        rows = [(CODE, one.value) for one in STOCK]
        await connection.executemany("INSERT INTO code_pool VALUES ($1, $2, now())", rows)
    finally:
        await connection.close()


BEGIN_AGAIN = ";".join(
    (
        "BEGIN",
        *(f"DELETE FROM {table}" for table in reversed(TABLES)),  # noqa: S608 - our names
        *(f"INSERT INTO {table} TABLE first_day.{table}" for table in TABLES),
        "COMMIT",
    )
)
"""Everything as it was on the first day."""
