"""A resident's Individual Number in a reading: encrypted until it is here, and only where the row shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, and_, func, select

from domain.ports import FIRST_COLUMN, KEY, Condition, Reading, Row
from persistence.database import Database, Statement
from persistence.keysets import Vaults
from persistence.reading import MUNICIPALITY
from persistence.vault import Vault
from persistence.vault_tables import INDIVIDUAL_NUMBERS

NUMBER: Final = "individual_number"
_NONE: Final[Mapping[str, str]] = MappingProxyType({})

_VAULT = INDIVIDUAL_NUMBERS.c
STORED = func.int2send(_VAULT.number_version).concat(_VAULT.ciphertext)
"""A number as `Vault.open_stored` takes it."""


def hers(record: FromClause) -> ColumnElement[bool]:
    """The vault's row is that of this record (or version of one)."""
    return and_(
        _VAULT.municipality_code == MUNICIPALITY,
        _VAULT.addressee_number == record.c.addressee_number,
        _VAULT.number_version == record.c.number_version,
    )


def number_of(record: FromClause) -> ScalarSelect[bytes]:
    """The number of this record, read by itself for each row that shows it, so never for one that does not.

    It has a look of its own into the vault, also where residents are searched by a number.
    """
    return select(STORED).where(hers(record)).correlate(record).scalar_subquery()


def numbers_in(conditions: Sequence[Condition]) -> dict[str, str]:
    """The numbers that conditions search by, each by the name of its parameter."""
    return {f"low{at}": one.value for at, one in enumerate(conditions) if one.item == NUMBER}


class RowReader:
    """Reads rows whose numbers are encrypted, and finds them by a number, also while the keys are being changed."""

    def __init__(self, database: Database, vaults: Vaults) -> None:
        self._database = database
        self._vaults = vaults

    async def fetch(
        self, statement: Statement, reading: Reading, values: Mapping[str, Any], searched: Mapping[str, str] = _NONE
    ) -> list[Row]:
        """The rows with their numbers in clear. `searched` are numbers; the store is asked for their indexes only.

        Raises `Refusal` (STORE_UNAVAILABLE), `VaultError` where a number does not open in its place.
        """
        code = values["municipality"]
        items = [column.item for column in reading.columns]

        async def read(vault: Vault) -> list[Row]:
            indexes = {name: vault.indexes_of(number) for name, number in searched.items()}
            return opened_rows(await self._database.fetch(statement, {**values, **indexes}), items, code, vault)

        return await self._vaults.using(code, read, searches=bool(searched))


def opened_rows(rows: Sequence[Row], items: Sequence[str], municipality_code: str, vault: Vault) -> list[Row]:
    """The rows with their numbers in clear; `items` are those that were read, in their order. Raises `VaultError`."""
    if NUMBER not in items:
        return list(rows)
    at = FIRST_COLUMN + items.index(NUMBER)
    return [row if row[at] is None else _opened(row, at, municipality_code, vault) for row in rows]


def _opened(row: Row, at: int, municipality_code: str, vault: Vault) -> Row:
    stored = row[at]
    assert isinstance(stored, bytes)  # noqa: S101 - the column is one of bytes
    return (*row[:at], vault.open_stored(stored, municipality_code, str(row[KEY])), *row[at + 1 :])
