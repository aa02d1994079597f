"""People's records with all their events, loaded from the store: the base version, and what happened since."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import Integer, Table, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from domain.life_event_texts import event_of
from domain.life_histories import LifeHistory, Recorded
from domain.values.identifiers import AddresseeNumber, IndividualNumber
from domain.versions import Version
from persistence.changes_tables import LIFE_EVENTS
from persistence.database import Statement, compiled
from persistence.reading import MUNICIPALITY, NUMBERS
from persistence.record_rows import SAID, record_of
from persistence.register_tables import RESIDENT_VERSIONS
from persistence.vault import Place, Vault
from persistence.vault_tables import INDIVIDUAL_NUMBERS

Fetch = Callable[[Statement, Mapping[str, Any]], Awaitable[Sequence[Any]]]
"""Runs a statement: `Database.fetch`, or `fetching` within a transaction."""


def _of_these(table: Table, *names: str) -> Any:
    columns = (table.c[name] for name in names)
    return select(*columns).where(table.c.municipality_code == MUNICIPALITY, table.c.addressee_number == NUMBERS.any_())


_SAID_OF_EVENT = ("addressee_number", "event_number", "kind", "said", "number_version", "history_number", "versions")
_EVENTS = compiled(
    _of_these(LIFE_EVENTS, *_SAID_OF_EVENT, "recorded_at", "staff_number", "terminal").order_by(
        LIFE_EVENTS.c.addressee_number, LIFE_EVENTS.c.event_number
    )
)
SEALED = compiled(_of_these(INDIVIDUAL_NUMBERS, "addressee_number", "number_version", "ciphertext"))
_HISTORY_NUMBERS = bindparam("history_numbers", type_=ARRAY(Integer))
_BASES = compiled(
    _of_these(RESIDENT_VERSIONS, *SAID, "valid_from", "recorded_at").where(
        RESIDENT_VERSIONS.c.history_number == _HISTORY_NUMBERS.any_()
    )
)

Numbers = Mapping[str, Mapping[int, IndividualNumber]]
"""The Individual Numbers of people, each by its version."""


@dataclass(frozen=True, slots=True)
class Records:
    """Histories, the history number of each as it stands, and everybody's Individual Numbers by their versions."""

    histories: dict[AddresseeNumber, LifeHistory]
    versions: dict[AddresseeNumber, int]
    numbers: Numbers


def fetching(connection: asyncpg.Connection) -> Fetch:
    """How statements are run within a transaction; raises what the driver raises."""

    async def fetch(statement: Statement, values: Mapping[str, Any]) -> Sequence[Any]:
        rows: Sequence[Any] = await connection.fetch(statement.text, *(values[name] for name in statement.names))
        return rows

    return fetch


async def records(fetch: Fetch, vault: Vault, municipality_code: str, standing: Mapping[str, int]) -> Records:
    """The records of these people; `standing` is, of each, the history number under which she was found.

    Who has changed since is loaded as she is now. Raises `VaultError` where a number does not open.
    """
    values = {"municipality": municipality_code, "numbers": list(standing)}
    events = _grouped(await fetch(_EVENTS, values))
    first = {number: _number_before(events.get(number, ()), standing[number]) for number in standing}
    found = await fetch(_BASES, values | {"history_numbers": sorted(set(first.values()))})
    bases = {row["addressee_number"]: row for row in found if first[row["addressee_number"]] == row["history_number"]}
    numbers = await _numbers(fetch, vault, municipality_code, list(standing))
    histories = {
        AddresseeNumber(number): _history(bases.get(number), events.get(number, ()), numbers.get(number, {}))
        for number in standing
    }
    versions = {number: events[number][-1]["history_number"] for number in events}
    return Records(histories, {AddresseeNumber(one): versions.get(one, standing[one]) for one in standing}, numbers)


async def _numbers(fetch: Fetch, vault: Vault, municipality_code: str, people: Collection[str]) -> Numbers:
    numbers: dict[str, dict[int, IndividualNumber]] = {}
    for row in await fetch(SEALED, {"municipality": municipality_code, "numbers": list(people)}):
        place = Place(municipality_code, row["addressee_number"], row["number_version"])
        number = IndividualNumber(vault.open(row["ciphertext"], place))
        numbers.setdefault(place.addressee_number, {})[place.number_version] = number
    return numbers


def _grouped(rows: Sequence[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row["addressee_number"], []).append(row)
    return groups


def _number_before(events: Sequence[Any], standing: int) -> int:
    """The history number of the version before the first event; 0 where there was none."""
    return events[0]["history_number"] - events[0]["versions"] if events else standing


def _history(base: Any, events: Sequence[Any], numbers: Mapping[int, IndividualNumber]) -> LifeHistory:
    version = None
    if base is not None:
        record = record_of(base, numbers.get(base["number_version"]))
        version = Version(record, base["valid_from"], base["recorded_at"])
    return LifeHistory(version, tuple(_recorded(row, numbers) for row in events))


def _recorded(row: Any, numbers: Mapping[int, IndividualNumber]) -> Recorded:
    event = event_of(row["kind"], json.loads(row["said"]), numbers.get(row["number_version"]))
    at: datetime = row["recorded_at"]
    return Recorded(row["event_number"], event, at, row["staff_number"], row["terminal"])
