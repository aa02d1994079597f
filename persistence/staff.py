"""What is known of the people who use the register, for the analyses of the ledger alone: nobody else asks here.

Their own addressee numbers come with their grants, where they are registered; who belongs to them, the register says.
Surnames are compared as they stand before the first space: whoever has none belongs to nobody by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from persistence.database import Database, Statement

_OWN: Final = Statement(
    """
SELECT staff_number, own_number FROM grants
WHERE municipality_code = $1 AND own_number IS NOT NULL ORDER BY recorded_at
""",
    ("municipality",),
)
_HOUSEHOLD: Final = Statement(
    """
SELECT hers.addressee_number, theirs.addressee_number
FROM residents AS hers
JOIN residents AS theirs
  ON theirs.municipality_code = hers.municipality_code AND theirs.household_number = hers.household_number
WHERE hers.municipality_code = $1 AND hers.addressee_number = ANY($2::text[]) AND NOT hers.is_closed
  AND NOT theirs.is_closed
""",
    ("municipality", "numbers"),
)
_FAMILY: Final = Statement(
    """
SELECT hers.addressee_number, theirs.addressee_number
FROM residents AS hers
JOIN search_keys AS address
  ON address.municipality_code = hers.municipality_code AND address.addressee_number = hers.addressee_number
  AND address.kind = 'current_address' AND NOT address.is_past
JOIN search_keys AS same
  ON same.municipality_code = address.municipality_code AND same.kind = address.kind AND same.key = address.key
  AND NOT same.is_past
JOIN residents AS theirs
  ON theirs.municipality_code = same.municipality_code AND theirs.addressee_number = same.addressee_number
WHERE hers.municipality_code = $1 AND hers.addressee_number = ANY($2::text[])
  AND strpos(hers.full_name, '\u3000') > 0
  AND split_part(hers.full_name, '\u3000', 1) = split_part(theirs.full_name, '\u3000', 1)
""",
    ("municipality", "numbers"),
)


class Staff:
    """`domain.ledger.reading.StaffRegister`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def own_numbers(self, municipality_code: str) -> Mapping[str, str]:
        """The addressee number of each staff number for which one is registered, ended grants too: the last counts."""
        rows = await self._database.fetch(_OWN, {"municipality": municipality_code})
        return {str(staff_number): str(own_number) for staff_number, own_number in rows}

    async def kin(self, municipality_code: str, numbers: Collection[str]) -> Mapping[str, Mapping[str, str]]:
        """Of each number: who shares her household (HOUSEHOLD), and who her surname and address (SAME_FAMILY)."""
        values = {"municipality": municipality_code, "numbers": sorted(numbers)}
        kin: dict[str, dict[str, str]] = {}
        for relation, statement in (("SAME_FAMILY", _FAMILY), ("HOUSEHOLD", _HOUSEHOLD)):  # the nearer one last
            for hers, theirs in await self._database.fetch(statement, values):
                if hers != theirs:
                    kin.setdefault(str(hers), {})[str(theirs)] = relation
        return kin
