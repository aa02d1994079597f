"""What is asked of every build: four operations, each with the variables of many records, taken in turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from domain.items import RESIDENT_ITEMS

CALLER, PURPOSE = "tax-clerk", "local_tax"
MUNICIPALITY = "012131"
RECORDS = 200
"""How many residents and households are asked for in turn."""

LISTED = (
    "addressee_number",
    "full_name",
    "name_kana",
    "date_of_birth",
    "sex",
    "current_address",
    "building_line",
    "household_number",
    "relationship_to_householder",
    "householder_name",
    "became_resident_on",
    "address_established_on",
    "individual_number",
    "alias_history",
    "status_of_residence",
)
"""The 15 items of the list, one of them the Individual Number."""

_FIELDS = " ".join(RESIDENT_ITEMS[item].graphql_name for item in LISTED)
RESIDENT = f"query Resident($by: ResidentKey!) {{ resident(by: $by) {{ {_FIELDS} }} }}"
HOUSEHOLD = """
query Household($by: HouseholdKey!) {
  household(by: $by) {
    householdNumber
    householder { fullName }
    members { addresseeNumber fullName dateOfBirth sex relationshipToHouseholder individualNumber }
  }
}
"""
LIST = f"query List($where: ResidentFilter!) {{ residents(where: $where, first: 100) {{ nodes {{ {_FIELDS} }} }} }}"
SEARCH = """
query Search($where: ResidentFilter!) {
  residents(where: $where, first: 20) {
    nodes { addresseeNumber fullName nameKana dateOfBirth sex currentAddress }
    pageInfo { hasNextPage endCursor }
  }
}
"""

_SOME_RESIDENTS = """
SELECT addressee_number FROM residents
WHERE municipality_code = $1 AND NOT is_closed ORDER BY md5(addressee_number) LIMIT $2
"""
_SOME_HOUSEHOLDS = """
SELECT DISTINCT household_number FROM residents
WHERE municipality_code = $1 AND NOT is_closed AND member_order = 3 ORDER BY household_number LIMIT $2
"""
_COMMON_NAMES = """
SELECT left(key, 2) FROM search_keys WHERE municipality_code = $1 AND kind = 'full_name' AND NOT is_past
GROUP BY 1 HAVING count(*) BETWEEN 21 AND 400 ORDER BY 1 LIMIT $2
"""
_BEGINNINGS = """
SELECT left(key, length) FROM search_keys, generate_series(1, 6) length
WHERE municipality_code = $1 AND kind = 'name_kana' AND NOT is_past
GROUP BY 1 HAVING count(*) BETWEEN 150 AND 400 ORDER BY 1 LIMIT $2
"""
"""Of names in kana: more than a page, fewer than a search may find."""
HERE = {"currentAddress": "北海道"}
"""The second condition that M12 wants, which everybody meets whose address is shown."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A document, and the values of its variables, one set a request."""

    name: str
    document: str
    variables: tuple[Mapping[str, Any], ...]


def operations_on(url: str) -> tuple[Operation, ...]:
    """The operations, for records of the register at this address: households of three and more, common names."""
    return asyncio.run(_operations_on(url))


async def _operations_on(url: str) -> tuple[Operation, ...]:
    connection = await asyncpg.connect(url)
    try:
        statements = (_SOME_RESIDENTS, _SOME_HOUSEHOLDS, _COMMON_NAMES, _BEGINNINGS)
        found = [[row[0] for row in await connection.fetch(text, MUNICIPALITY, RECORDS)] for text in statements]
    finally:
        await connection.close()
    residents, households, names, beginnings = found
    return (
        Operation("resident", RESIDENT, tuple({"by": {"addresseeNumber": one}} for one in residents)),
        Operation("household", HOUSEHOLD, tuple({"by": {"householdNumber": one}} for one in households)),
        Operation("list 100 × 15", LIST, tuple({"where": {"nameKana": one, **HERE}} for one in beginnings)),
        Operation("search", SEARCH, tuple({"where": {"fullName": one, **HERE}} for one in names)),
    )
