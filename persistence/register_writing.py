"""Writing whole records: households, residents with all their versions and search keys, numbers, measures.

Everything goes by COPY, as plain tuples: a city has some forty rows a resident.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import Table

from domain.households import Household
from domain.residents import ResidentRecord
from domain.search_forms import FoundBy
from domain.support_measures import SupportMeasure
from domain.values.identifiers import AddresseeNumber, IndividualNumber
from domain.versions import Version, numbers_of, since
from persistence.database import DIALECT, Database
from persistence.keysets import hold_keys
from persistence.logins import Login
from persistence.record_rows import SAID, Values, keys_of, pieces_of, version_row
from persistence.register_tables import HOUSEHOLDS, RESIDENT_VERSIONS, RESIDENTS, SUPPORT_MEASURES
from persistence.search_tables import SEARCH_BIGRAMS, SEARCH_KEYS
from persistence.vault import Place, Vault
from persistence.vault_tables import INDIVIDUAL_NUMBERS

COPY_SECONDS: Final = 3_600.0

COLUMNS: Mapping[Table, tuple[str, ...]] = {
    HOUSEHOLDS: ("municipality_code", "household_number", "householder_number"),
    RESIDENTS: (*SAID, "member_order"),
    RESIDENT_VERSIONS: (*SAID, "valid_from", "recorded_at"),
    INDIVIDUAL_NUMBERS: (
        *("municipality_code", "addressee_number", "number_version"),
        *("ciphertext", "blind_index", "key_id"),
    ),
    SUPPORT_MEASURES: (
        *("municipality_code", "household_number", "is_closed"),
        *("id", "addressee_number", "kind", "starts_on", "ends_on"),
    ),
    SEARCH_KEYS: ("municipality_code", "kind", "key", "addressee_number", "is_past"),
    SEARCH_BIGRAMS: ("municipality_code", "kind", "bigram", "addressee_number"),
}
"""What is written into each table, in the order that their foreign keys want."""


@dataclass(frozen=True, slots=True)
class Register:
    """What is written together: every resident's household is among the households, or there already.

    `histories` are all versions, oldest first, of those who come with more than the record that stands.
    """

    residents: Iterable[ResidentRecord]
    households: Iterable[Household]
    measures: Iterable[tuple[UUID, SupportMeasure]] = ()
    histories: Mapping[AddresseeNumber, Sequence[Version]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taking:
    """Into whose register it is written, under which keys, and when: the moment from which it is known."""

    municipality_code: str
    vault: Vault
    at: datetime


@dataclass(frozen=True, slots=True)
class Prepared:
    """A resident ready to be written, all but her place in the household."""

    record: ResidentRecord
    versions: list[Values]
    numbers: list[Values]
    keys: Mapping[FoundBy, bool]
    older_indexes: Sequence[bytes] = ()
    """Under which somebody may have a number of hers already, while the vault's keys are being rotated."""


def prepared(taking: Taking, versions: Sequence[Version]) -> Prepared:
    """Prepare somebody's versions, oldest first.

    Raises `InvalidValue` where a name leaves nothing to be found by.
    """
    record = versions[-1].record
    numbers, places = numbers_of(versions)
    rows = [
        _version(taking, version, at, place)
        for at, (version, place) in enumerate(zip(versions, places, strict=True), start=1)
    ]
    sealed = _sealed(taking, record.addressee_number.value, numbers)
    older_indexes = [index for number in numbers for index in taking.vault.older_indexes_of(number)]
    return Prepared(record, rows, sealed, _keys(versions), older_indexes)


class Rows:
    """The rows of each table, in the order of `COLUMNS`."""

    def __init__(self, municipality_code: str) -> None:
        self.municipality_code = municipality_code
        self.tables: dict[Table, list[Values]] = {table: [] for table in COLUMNS}
        self.older_indexes: list[bytes] = []

    @property
    def residents(self) -> int:
        """How many residents there are."""
        return len(self.tables[RESIDENTS])

    def add_household(self, number: str, householder: str | None) -> None:
        """A household; its householder by addressee number."""
        self.tables[HOUSEHOLDS].append((self.municipality_code, number, householder))

    def add(self, person: Prepared, member_order: int, measures: Iterable[tuple[UUID, SupportMeasure]]) -> None:
        """A resident, her place among the members (0 for none) and all that is hers."""
        code, number = self.municipality_code, person.record.addressee_number.value
        home = (code, person.record.household_number.value, person.record.is_closed)
        self.tables[RESIDENTS].append((*person.versions[-1][: len(SAID)], member_order))
        self.tables[RESIDENT_VERSIONS] += person.versions
        self.tables[INDIVIDUAL_NUMBERS] += person.numbers
        self.older_indexes += person.older_indexes
        self.tables[SUPPORT_MEASURES] += [(*home, id_, number, *_measure(one)) for id_, one in measures]
        self.tables[SEARCH_KEYS] += [(code, *key, number, is_past) for key, is_past in person.keys.items()]
        self.tables[SEARCH_BIGRAMS] += [(code, *piece, number) for piece in pieces_of(person.keys)]


async def write_register(database: Database, taking: Taking, register: Register) -> None:
    """Copy all of it in one transaction.

    Raises `Refusal`: INVALID_INPUT where a record is there already or does not fit, STORE_UNAVAILABLE.
    """
    async with database.transaction(taking.municipality_code, Login.LOADER) as connection:
        await copy_rows(database, connection, taking, _rows(taking, register))


async def copy_rows(database: Database, connection: asyncpg.Connection, taking: Taking, rows: Rows) -> None:
    """Copy rows inside the caller's transaction; raises what the driver raises.

    Raises `Refusal` too: STORE_UNAVAILABLE where the vault's keys have been changed since it was opened, INVALID_INPUT
    where somebody has one of the numbers.
    """
    if rows.tables[INDIVIDUAL_NUMBERS]:
        await hold_keys(database, connection, taking.municipality_code, taking.vault, rows.older_indexes)
    for table, records in rows.tables.items():
        if records:
            await _copy(connection, table, records)


async def _copy(connection: asyncpg.Connection, table: Table, records: Sequence[Values]) -> None:
    """COPY is refused under row-level security: so by way of a table of this transaction's own, for a tenth more."""
    columns = COLUMNS[table]
    types = ", ".join(f"{name} {table.c[name].type.compile(dialect=DIALECT)}" for name in columns)
    await connection.execute(f"CREATE TEMP TABLE arriving ({types}) ON COMMIT DROP")
    await connection.copy_records_to_table("arriving", records=records, columns=columns, timeout=COPY_SECONDS)
    names = ", ".join(columns)
    await connection.execute(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM arriving; DROP TABLE arriving",  # noqa: S608 - our names
        timeout=COPY_SECONDS,
    )


def _rows(taking: Taking, register: Register) -> Rows:
    rows, orders = Rows(taking.municipality_code), dict[AddresseeNumber, int]()
    for home in register.households:
        rows.add_household(home.household_number.value, home.householder.value if home.householder else None)
        orders |= {one.addressee_number: at for at, one in enumerate(home.members, start=1)}
    measures: dict[AddresseeNumber, list[tuple[UUID, SupportMeasure]]] = {}
    for id_, measure in register.measures:
        measures.setdefault(measure.addressee_number, []).append((id_, measure))
    for record in register.residents:
        number = record.addressee_number
        versions = register.histories.get(number) or (Version(record),)
        rows.add(prepared(taking, versions), orders.get(number, 0), measures.get(number, ()))
    return rows


def _version(taking: Taking, version: Version, history_number: int, number_version: int | None) -> Values:
    valid_from = version.valid_from or since(version.record, taking.at.date())
    known = (valid_from, version.recorded_at or taking.at)
    return version_row(taking.municipality_code, version, history_number, number_version, known)


def _sealed(taking: Taking, addressee: str, numbers: Sequence[IndividualNumber]) -> list[Values]:
    code, rows = taking.municipality_code, list[Values]()
    for at, number in enumerate(numbers, start=1):
        sealed = taking.vault.seal(number, Place(code, addressee, at))
        rows.append((code, addressee, at, sealed.ciphertext, sealed.blind_index, sealed.key_id))
    return rows


def _keys(versions: Sequence[Version]) -> dict[FoundBy, bool]:
    """The search keys of somebody, and of each whether it stands in an earlier version only. Raises `InvalidValue`."""
    keys: dict[FoundBy, bool] = {}
    for version in reversed(versions):
        for key in keys_of(version.record):
            keys.setdefault(key, version is not versions[-1])
    return keys


def _measure(measure: SupportMeasure) -> Values:
    return measure.kind.value, measure.starts_on, measure.ends_on
