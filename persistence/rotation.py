"""Rotation of the vault's keys: new ones in use, every row sealed anew in batches, then the old ones taken out.

All that a rotation needs to go on stands in the store: which keys are in use, and under which key each row is. So it
may be killed at any point and run again. Meanwhile old and new keys open and find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any, Final

import asyncpg
from sqlalchemy import Table, func, literal_column, select

from domain.values.identifiers import IndividualNumber
from persistence.changes_tables import PENDING_NUMBERS
from persistence.database import Database, Statement, compiled
from persistence.keysets import Vaults, hold_keys
from persistence.logins import Login
from persistence.reading import MUNICIPALITY
from persistence.vault import INDEX, NUMBER, Key, Place, Vault, VaultError, index_range, key_of_index
from persistence.vault_tables import INDIVIDUAL_NUMBERS

_TABLES: Final = ("individual_numbers", "pending_numbers")
"""Where numbers lie: in their rows, or sealed for them until a notification is approved."""
_OLD: Final = """
SELECT addressee_number, number_version, ciphertext FROM {}
WHERE municipality_code = $1 AND key_id = ANY($2::bigint[]) AND (addressee_number, number_version) > ($3, $4)
ORDER BY addressee_number, number_version LIMIT $5 FOR UPDATE
"""
_SEAL_ANEW: Final = """
UPDATE {} SET ciphertext = $4, blind_index = $5, key_id = $6
WHERE municipality_code = $1 AND addressee_number = $2 AND number_version = $3
"""
_ANY_SEALED: Final = "SELECT 1 FROM {} WHERE municipality_code = $1 AND key_id = ANY($2::bigint[]) LIMIT 1"
_ANY_INDEXED: Final = "SELECT 1 FROM {} WHERE municipality_code = $1 AND blind_index BETWEEN $2 AND $3 LIMIT 1"


def _counted(table: Table) -> Statement:
    """How many rows are under which keys."""
    index_key = func.substr(table.c.blind_index, literal_column("1"), literal_column("4"))
    rows = select(table.c.key_id, index_key, func.count()).where(table.c.municipality_code == MUNICIPALITY)
    return compiled(rows.group_by(table.c.key_id, index_key))


_USES: Final = (_counted(INDIVIDUAL_NUMBERS), _counted(PENDING_NUMBERS))
_FIRST: Final = ("", 0)
UNKNOWN: Final = "MISSING"
"""The status of a key that rows name and no keyset has."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key, and the number of rows that are under it."""

    key: Key
    rows: int


@dataclass(frozen=True, slots=True)
class Batch:
    """How many rows were sealed anew, and how many do not open and were left as they are."""

    sealed: int
    damaged: int


class Rotation:
    """The rotation of one municipality's keys."""

    def __init__(self, database: Database, vaults: Vaults, municipality_code: str) -> None:
        self._database = database
        self._vaults = vaults
        self._code = municipality_code

    async def begin(self) -> int:
        """Put new keys in use, unless an earlier rotation is not finished yet: then it goes on.

        Gives the number of rows that are under old keys. Raises `Refusal` (STORE_UNAVAILABLE).
        """
        await self._vaults.change(self._code, _new_keys)
        uses = (await key_uses(self._database, self._vaults, self._code))[NUMBER]
        return sum(use.rows for use in uses if not use.key.is_primary)

    async def batches(self, size: int) -> AsyncIterator[Batch]:
        """Seal all rows of old keys anew, `size` of them in a transaction. Raises `Refusal` (STORE_UNAVAILABLE)."""
        for table in _TABLES:
            last = _FIRST
            while True:
                rows, sealed = await self._seal_anew(table, last, size)
                if not rows:
                    break
                last = (rows[-1]["addressee_number"], rows[-1]["number_version"])
                yield Batch(sealed, len(rows) - sealed)

    async def finish(self) -> bool:
        """Take out the old keys; not while a row is under one of them. Gives whether there are none any more."""
        return not (await self._vaults.change(self._code, self._keys_in_use)).is_rotating

    async def _seal_anew(self, table: str, last: tuple[str, int], size: int) -> tuple[list[Any], int]:
        vault = self._vaults.of(self._code)
        async with self._database.transaction(self._code, Login.WRITER) as connection:
            await hold_keys(self._database, connection, self._code, vault, ())
            rows = await connection.fetch(_OLD.format(table), self._code, _old(vault, NUMBER), *last, size)
            sealed = [values for row in rows if (values := self._sealed_anew(vault, row)) is not None]
            await connection.executemany(_SEAL_ANEW.format(table), sealed)
        return rows, len(sealed)

    def _sealed_anew(self, vault: Vault, row: Any) -> tuple[Any, ...] | None:
        """The row under the keys in use; None where it does not open: then it stays as evidence."""
        place = Place(self._code, row["addressee_number"], row["number_version"])
        try:
            number = IndividualNumber(vault.open(row["ciphertext"], place))
        except VaultError:
            return None
        sealed = vault.seal(number, place)
        bound = (place.municipality_code, place.addressee_number, place.number_version)
        return (*bound, sealed.ciphertext, sealed.blind_index, sealed.key_id)

    async def _keys_in_use(self, connection: asyncpg.Connection, vault: Vault) -> Vault:
        if not vault.is_rotating:
            return vault
        for table in _TABLES:
            if await self._has_rows_of_old_keys(connection, vault, table):
                return vault
        return vault.with_keys_in_use()

    async def _has_rows_of_old_keys(self, connection: asyncpg.Connection, vault: Vault, table: str) -> bool:
        if await connection.fetchval(_ANY_SEALED.format(table), self._code, _old(vault, NUMBER)):
            return True
        for key_id in _old(vault, INDEX):
            if await connection.fetchval(_ANY_INDEXED.format(table), self._code, *index_range(key_id)):
                return True
        return False


async def rewrap(vaults: Vaults, municipality_code: str) -> None:
    """Encrypt the keysets anew, after the key that encrypts them has been changed; they themselves stay the same."""
    await vaults.change(municipality_code, _the_same_keys)


async def key_uses(database: Database, vaults: Vaults, municipality_code: str) -> dict[str, list[KeyUse]]:
    """The keys of each keyset with the number of their rows, in the order they were made."""
    vault = await vaults.current(municipality_code)
    found: list[Any] = [row for use in _USES for row in await database.fetch(use, {"municipality": municipality_code})]
    uses: dict[str, Counter[int]] = {NUMBER: Counter(), INDEX: Counter()}
    for number_key, index_key, rows in found:
        uses[NUMBER][number_key] += rows
        uses[INDEX][key_of_index(index_key)] += rows
    return {name: _with_uses(keys, uses[name]) for name, keys in vault.keys.items()}


def _with_uses(keys: tuple[Key, ...], uses: Counter[int]) -> list[KeyUse]:
    known = {key.id for key in keys}
    missing = tuple(Key(key_id, UNKNOWN, is_primary=False) for key_id in sorted(uses.keys() - known))
    return [KeyUse(key, uses[key.id]) for key in keys + missing]


async def _new_keys(_connection: asyncpg.Connection, vault: Vault) -> Vault:
    return vault if vault.is_rotating else vault.with_new_keys()


async def _the_same_keys(_connection: asyncpg.Connection, vault: Vault) -> Vault:
    return replace(vault)  # another object: so it is written


def _old(vault: Vault, name: str) -> list[int]:
    """The keys of a keyset that are not in use any more."""
    return [key.id for key in vault.keys[name] if not key.is_primary]
