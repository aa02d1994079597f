"""What the register holds already of those who arrive with an import, in a few statements for a whole batch."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import LargeBinary, Table, Text, bindparam, column, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from domain.households import Listed, Member
from domain.importing.lines import Arrival
from domain.importing.seating import Seat
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber
from domain.values.relationships import Relationship
from domain.versions import Version, numbers_of
from persistence.database import Database, Statement, compiled
from persistence.reading import MUNICIPALITY
from persistence.record_rows import Values
from persistence.register_tables import HOUSEHOLDS, RESIDENT_VERSIONS, RESIDENTS, SUPPORT_MEASURES
from persistence.register_writing import COLUMNS, Prepared, Taking
from persistence.vault_tables import INDIVIDUAL_NUMBERS

_VERSION = COLUMNS[RESIDENT_VERSIONS]
_DATE_TEXTS = _VERSION.index("date_texts")
_WHOSE = _VERSION.index("addressee_number")
_VALID_FROM, _RECORDED_AT = len(_VERSION) - 2, len(_VERSION) - 1
MEMBER = (
    *("household_number", "is_closed", "addressee_number", "relationship_to_householder"),
    *("date_of_birth", "date_texts", "full_name", "family_register_head"),
)


def _with(table: Table, key: str, names: Sequence[str], order: str | None = None) -> Statement:
    """Columns of those of the municipality whose key is among the parameter `numbers`.

    Each key is looked up by itself: for `= ANY` of thousands, a register that was never analysed is read whole and each
    row compared with every key. OFFSET 0 keeps PostgreSQL from undoing that.
    """
    kind: TypeEngine[Any] = LargeBinary() if isinstance(table.c[key].type, LargeBinary) else Text()
    keys = func.unnest(bindparam("numbers", type_=ARRAY(kind)))
    wanted = keys.table_valued(column("key", kind)).render_derived(name="wanted")
    hers = select(*(table.c[name] for name in names))
    hers = hers.where(table.c.municipality_code == MUNICIPALITY, table.c[key] == wanted.c.key)
    found = hers.offset(literal_column("0")).lateral("held")
    statement = select(*(found.c[name] for name in names)).select_from(wanted.join(found, true()))
    return compiled(statement if order is None else statement.order_by(found.c[order]))


_VERSIONS_OF = _with(RESIDENT_VERSIONS, "addressee_number", _VERSION, order="history_number")
_NUMBERS_OF = _with(INDIVIDUAL_NUMBERS, "addressee_number", ("addressee_number", "number_version", "blind_index"))
_MEASURES_OF = _with(SUPPORT_MEASURES, "addressee_number", ("addressee_number", "kind", "starts_on", "ends_on"))
_WHOSE_CODE = _with(RESIDENTS, "resident_record_code", ("resident_record_code", "addressee_number"))
_WHOSE_NUMBER = _with(INDIVIDUAL_NUMBERS, "blind_index", ("blind_index", "addressee_number"))
_HOUSEHOLDS = _with(HOUSEHOLDS, "household_number", ("household_number",))
_MEMBERS = _with(RESIDENTS, "household_number", MEMBER, order="addressee_number")


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is held, by addressee number, by code or blind index of a number, and by household number."""

    versions: dict[str, list[Any]]
    numbers: dict[str, dict[int, bytes]]
    measures: dict[str, set[Values]]
    owners: dict[str | bytes, str]
    members: dict[str, list[Seat]]

    def holds(self, addressee: str) -> bool:
        """Whether somebody has this number."""
        return addressee in self.versions

    def holds_all_of(self, arrival: Arrival, mine: Prepared, taking: Taking) -> bool:
        """Whether everything that arrives is there, and nothing else was said of her since."""
        whose = arrival.record.addressee_number.value
        versions = self.versions[whose]
        return (
            len(versions) == len(mine.versions)
            and all(map(_is_same, versions, mine.versions, arrival.versions))
            and self._has_numbers(whose, arrival, taking)
            and {(one.kind.value, one.starts_on, one.ends_on) for one in arrival.measures}
            <= self.measures.get(whose, set())
        )

    def _has_numbers(self, whose: str, arrival: Arrival, taking: Taking) -> bool:
        held = self.numbers.get(whose, {})
        mine = numbers_of(arrival.versions)[0]
        found = [held.get(at) in taking.vault.indexes_of(number.value) for at, number in enumerate(mine, start=1)]
        return len(held) == len(mine) and all(found)


async def holdings(database: Database, taking: Taking, arrivals: Sequence[Arrival]) -> Holdings:
    """What is held of these. Raises `Refusal` (STORE_UNAVAILABLE)."""

    async def fetch(statement: Statement, keys: Collection[Any]) -> list[Any]:
        values = {"municipality": taking.municipality_code, "numbers": list(keys)}
        return list(await database.fetch(statement, values)) if keys else []

    people = [arrival.record.addressee_number.value for arrival in arrivals]
    codes = [one.record.resident_record_code.value for one in arrivals if one.record.resident_record_code]
    indexes = [index for arrival in arrivals for index in indexes_of(arrival, taking)]
    homes = {arrival.record.household_number.value for arrival in arrivals}
    versions = _grouped(await fetch(_VERSIONS_OF, people), _WHOSE)
    known = list(versions)
    owners = [*await fetch(_WHOSE_CODE, codes), *await fetch(_WHOSE_NUMBER, indexes)]
    there = [str(row[0]) for row in await fetch(_HOUSEHOLDS, homes)]
    members = _grouped(await fetch(_MEMBERS, there), 0)
    return Holdings(
        versions,
        {
            whose: {row[1]: row[2] for row in rows}
            for whose, rows in _grouped(await fetch(_NUMBERS_OF, known), 0).items()
        },
        {
            whose: {tuple(row[1:]) for row in rows}
            for whose, rows in _grouped(await fetch(_MEASURES_OF, known), 0).items()
        },
        {row[0]: row[1] for row in owners},
        {home: [seat(row) for row in members.get(home, ())] for home in there},
    )


def indexes_of(arrival: Arrival, taking: Taking) -> list[bytes]:
    """The blind indexes under which the vault may hold somebody's Individual Numbers, former ones too."""
    return [index for number in numbers_of(arrival.versions)[0] for index in taking.vault.indexes_of(number.value)]


async def members_of(connection: asyncpg.Connection, municipality_code: str, household_number: str) -> list[Seat]:
    """The members of a household, as this transaction sees them; raises what the driver raises."""
    values = {"municipality": municipality_code, "numbers": [household_number]}
    rows = await connection.fetch(_MEMBERS.text, *(values[name] for name in _MEMBERS.names))
    return list(map(seat, rows))


def _grouped(rows: Sequence[Any], at: int) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row[at], []).append(row)
    return groups


def _is_same(held: Any, mine: Values, version: Version) -> bool:
    """Whether a version is held as it arrives; times that it does not tell may be any."""
    said = range(len(_VERSION[:_VALID_FROM]))
    return (
        all(_plain(at, held[at]) == _plain(at, mine[at]) for at in said)
        and version.valid_from in {None, held[_VALID_FROM]}
        and version.recorded_at in {None, held[_RECORDED_AT]}
    )


def _plain(at: int, value: Any) -> Any:
    """A column as the driver gives it or takes it, so that both compare."""
    if at == _DATE_TEXTS:
        return json.loads(value)
    return list(value) if isinstance(value, tuple) else value


def seat(row: Any) -> Seat:
    """Somebody's place in a household, from the columns of `MEMBER`."""
    _, is_closed, number, relationship, born, texts, name, register_head = row
    member = Member(AddresseeNumber(number), None if relationship is None else Relationship(relationship))
    birth = RegisterDate.as_registered(born, json.loads(texts).get("date_of_birth"))
    return Seat(Listed(member, birth, is_register_head=name is not None and name == register_head), is_closed)
