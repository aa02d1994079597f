"""Numbers and codes given out: none of them ever twice.

Serials go up and are gone when they are drawn, whatever becomes of the notification. Resident Record Codes are few:
one is drawn for a notification, and is free again if that is not there an hour later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.errors import Code, Refusal
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, ResidentRecordCode

Below = Callable[[int], int]
"""A random number below this one (`secrets.randbelow`)."""

_HEAD: Final = "SELECT last FROM number_heads WHERE municipality_code = $1 AND kind = $2 FOR UPDATE"
_OPEN: Final = """
INSERT INTO number_heads (municipality_code, kind, last) VALUES ($1, $2, 0)
ON CONFLICT (municipality_code, kind) DO NOTHING
"""
_ADVANCE: Final = "UPDATE number_heads SET last = $3 WHERE municipality_code = $1 AND kind = $2"

_FREE: Final = """
SELECT code FROM code_pool WHERE municipality_code = $1 AND code {} $2
AND (notification_id IS NULL OR notification_id < $3 AND NOT EXISTS (
    SELECT 1 FROM notifications n
    WHERE n.municipality_code = $1 AND n.municipality_code = code_pool.municipality_code
    AND n.id = code_pool.notification_id
))
AND NOT EXISTS (
    SELECT 1 FROM resident_versions v
    WHERE v.municipality_code = $1 AND v.municipality_code = code_pool.municipality_code
    AND v.resident_record_code = code_pool.code
)
ORDER BY code LIMIT 1 FOR UPDATE OF code_pool SKIP LOCKED
"""
_FROM, _BEFORE = _FREE.format(">="), _FREE.format("<")
_MARK: Final = "UPDATE code_pool SET notification_id = $3 WHERE municipality_code = $1 AND code = $2"
_CLAIM: Final = """
UPDATE code_pool SET notification_id = $3 WHERE municipality_code = $1 AND code = ANY($2::text[]) AND NOT EXISTS (
    SELECT 1 FROM notifications n
    WHERE n.municipality_code = $1 AND n.municipality_code = code_pool.municipality_code
    AND n.id = code_pool.notification_id
)
"""
_RETURN: Final = "UPDATE code_pool SET notification_id = NULL WHERE municipality_code = $1 AND notification_id = $2"
_SPEND: Final = "DELETE FROM code_pool WHERE municipality_code = $1 AND code = ANY($2::text[])"

CODES: Final = 10**ResidentRecordCode.LENGTH
_HOUR: Final = 3_600_000 << 80
"""In the time of a UUIDv7."""

_EMPTY: Final = (
    "There are no unused Resident Record Codes left. Load those that J-LIS has designated.",
    "未使用の住民票コードがありません。機構から通知された住民票コードを登録してください。",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What serials are given out for, and the highest that is held already (an import may have brought it)."""

    name: str
    make: type[AddresseeNumber] | type[HouseholdNumber]
    highest: str


HOUSEHOLD = Kind(
    "HOUSEHOLD", HouseholdNumber, "SELECT max(household_number) FROM households WHERE municipality_code = $1"
)
RESIDENT = Kind("RESIDENT", AddresseeNumber, "SELECT max(addressee_number) FROM residents WHERE municipality_code = $1")


async def draw_numbers(
    connection: asyncpg.Connection, municipality_code: str, kind: Kind, count: int
) -> tuple[Any, ...]:
    """The next numbers of a kind, inside the caller's transaction, which others wait for. Raises `InvalidValue`."""
    if not count:
        return ()
    last = await connection.fetchval(_HEAD, municipality_code, kind.name)
    if last is None:
        await connection.execute(_OPEN, municipality_code, kind.name)
        last = await connection.fetchval(_HEAD, municipality_code, kind.name)
    highest = await connection.fetchval(kind.highest, municipality_code)
    first = max(last, _serial(highest) if highest else 0) + 1
    drawn = tuple(islice(kind.make.numbers_from(first), count))
    await connection.execute(_ADVANCE, municipality_code, kind.name, _serial(drawn[-1].value))
    return drawn


async def draw_codes(
    connection: asyncpg.Connection, municipality_code: str, count: int, below: Below, for_: UUID
) -> tuple[ResidentRecordCode, ...]:
    """Unused codes, each drawn at random (住基法第30条の2: 無作為), inside the caller's transaction.

    `for_` is the UUIDv7 under which they are drawn. Raises `Refusal` (STORE_UNAVAILABLE) where there are not as many.
    """
    drawn: list[ResidentRecordCode] = []
    for _ in range(count):
        start = f"{below(CODES):0{ResidentRecordCode.LENGTH}d}"
        an_hour_ago = UUID(int=max(for_.int - _HOUR, 0))
        code = await connection.fetchval(_FROM, municipality_code, start, an_hour_ago)
        code = code or await connection.fetchval(_BEFORE, municipality_code, start, an_hour_ago)
        if code is None:
            raise Refusal(Code.STORE_UNAVAILABLE, detail=_EMPTY)
        await connection.execute(_MARK, municipality_code, code, for_)
        drawn.append(ResidentRecordCode(code))
    return tuple(drawn)


async def claim_codes(
    connection: asyncpg.Connection, municipality_code: str, codes: Collection[ResidentRecordCode], notification: UUID
) -> None:
    """Keep codes of the pool for a notification, unless they are kept for another."""
    if codes:
        await connection.execute(_CLAIM, municipality_code, sorted(code.value for code in codes), notification)


async def return_codes(connection: asyncpg.Connection, municipality_code: str, notification: UUID) -> None:
    """Give back to the pool what was kept for a notification."""
    await connection.execute(_RETURN, municipality_code, notification)


async def spend_codes(connection: asyncpg.Connection, municipality_code: str, codes: Sequence[str]) -> None:
    """Take codes out of the pool for good: somebody has them."""
    await connection.execute(_SPEND, municipality_code, codes)


def _serial(number: str) -> int:
    """A number without its check digit."""
    return int(number[:-1])
