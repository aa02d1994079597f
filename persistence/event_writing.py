"""How events are written down: versions, the records that stand, search keys, the events in sequence, the outbox.

The sequence is taken as late as can be, because everybody else who approves waits for it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.life_event_texts import number_in, said
from domain.notifications import Maker
from domain.outbox import messages_of
from domain.outcomes import Happening, Outcome
from domain.values.identifiers import AddresseeNumber
from persistence.event_facts import Around
from persistence.notification_rows import NumberVersions
from persistence.record_rows import SAID, Values, keys_of, pieces_of, version_row
from persistence.register_tables import RESIDENT_VERSIONS, RESIDENTS
from persistence.register_writing import COLUMNS


def _insert(table: str, columns: Sequence[str]) -> str:
    places = ", ".join(f"${at}" for at in range(1, len(columns) + 1))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - our names


_KEY: Final = ("municipality_code", "addressee_number")
_RESIDENT: Final = COLUMNS[RESIDENTS]
_UPSERT_RESIDENT: Final = (
    f"{_insert('residents', _RESIDENT)} ON CONFLICT ({', '.join(_KEY)}) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _RESIDENT if name not in _KEY)
)
_ADD_VERSION: Final = _insert("resident_versions", COLUMNS[RESIDENT_VERSIONS])
_SET_KEY: Final = """
INSERT INTO search_keys (municipality_code, kind, key, addressee_number, is_past) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (municipality_code, kind, key, addressee_number) DO UPDATE SET is_past = excluded.is_past
"""
_ADD_BIGRAM: Final = """
INSERT INTO search_bigrams (municipality_code, kind, bigram, addressee_number) VALUES ($1, $2, $3, $4)
ON CONFLICT (municipality_code, kind, bigram, addressee_number) DO NOTHING
"""
_ADD_EVENT: Final = _insert(
    "life_events",
    (
        *("municipality_code", "addressee_number", "event_number", "sequence", "notification_id", "kind", "reason"),
        *("said", "number_version", "history_number", "versions", "changed_items", "was_facts", "facts"),
        *("released_for", "recorded_at", "staff_number", "terminal"),
    ),
)
_ADVANCE: Final = "UPDATE change_heads SET size = size + $2 WHERE municipality_code = $1 RETURNING size"
_OPEN_HEAD: Final = """
INSERT INTO change_heads (municipality_code, size) VALUES ($1, $2)
ON CONFLICT (municipality_code) DO UPDATE SET size = change_heads.size + excluded.size RETURNING size
"""
_PLACES: Final = """
SELECT addressee_number, max(place) FROM outbox WHERE municipality_code = $1 AND addressee_number = ANY($2::text[])
GROUP BY addressee_number
"""
_ADD_MESSAGE: Final = _insert(
    "outbox",
    (
        *("municipality_code", "id", "counterpart", "message", "addressee_number", "place", "event_number"),
        "made_at",
    ),
)


@dataclass(frozen=True, slots=True)
class Writing:
    """What happens, and what it takes to write it: the history numbers that stand, and which number is which."""

    connection: asyncpg.Connection
    municipality_code: str
    notification: UUID
    by: Maker
    outcome: Outcome
    standing: Mapping[AddresseeNumber, int]
    numbers: NumberVersions

    async def write_records(self, places: Mapping[AddresseeNumber, int]) -> None:
        """The records as they stand now, all their versions, and what they are found by."""
        last: dict[AddresseeNumber, Values] = {}
        versions: list[Values] = []
        for happening, first in self._numbered():
            whose = happening.addressee_number
            for at, version in enumerate(happening.versions, start=first):
                number = version.record.individual_number
                number_version = None if number is None else self.numbers[whose.value, number]
                assert version.valid_from is not None  # noqa: S101 - every event says from which day
                known = (version.valid_from, self.by.at)
                versions.append(version_row(self.municipality_code, version, at, number_version, known))
            last[whose] = versions[-1]
        rows = [(*row[: len(SAID)], places.get(whose, 0)) for whose, row in sorted(last.items())]
        await self.connection.executemany(_UPSERT_RESIDENT, rows)
        await self.connection.executemany(_ADD_VERSION, versions)
        await self._write_keys()

    async def write_events(self, around: Around, new_id: Callable[[datetime], str]) -> None:
        """The events, and what counterparts must hear of them."""
        told = await self._places_of_messages()
        messages = [
            (self.municipality_code, UUID(new_id(self.by.at)), *message, self.by.at) for message in self._messages(told)
        ]
        sequence = await self._sequence(len(self.outcome.happenings))
        events = [
            (*self._event(happening, first, at), *around.of(happening), *self._made())
            for at, (happening, first) in enumerate(self._numbered(), start=sequence)
        ]
        await self.connection.executemany(_ADD_EVENT, events)
        if messages:
            await self.connection.executemany(_ADD_MESSAGE, messages)

    def _numbered(self) -> Iterator[tuple[Happening, int]]:
        """Each happening with the history number of its first version."""
        standing = dict(self.standing)
        for happening in self.outcome.happenings:
            whose = happening.addressee_number
            yield happening, standing.get(whose, 0) + 1
            standing[whose] = standing.get(whose, 0) + len(happening.versions)

    async def _write_keys(self) -> None:
        keys: list[Values] = []
        bigrams: list[Values] = []
        for whose, changed in changed_keys(self.outcome).items():
            keys += [(self.municipality_code, *key, whose.value, is_past) for key, is_past in changed.items()]
            bigrams += [(self.municipality_code, *piece, whose.value) for piece in pieces_of(changed)]
        if keys:
            await self.connection.executemany(_SET_KEY, keys)
        if bigrams:
            await self.connection.executemany(_ADD_BIGRAM, bigrams)

    def _event(self, happening: Happening, first: int, sequence: int) -> Values:
        event, whose = happening.recorded.event, happening.addressee_number.value
        number, made = number_in(event), len(happening.versions)
        return (
            *(self.municipality_code, whose, happening.recorded.number, sequence, self.notification),
            *(type(event).__name__, event.reason.value, json.dumps(said(event), ensure_ascii=False)),
            *(None if number is None else self.numbers[whose, number], first + made - 1, made),
            list(happening.changed_items),
        )

    def _made(self) -> Values:
        return self.by.at, self.by.staff_number, self.by.terminal

    async def _sequence(self, events: int) -> int:
        """The place of the first of so many events among all; until COMMIT nobody else is given one."""
        size = await self.connection.fetchval(_ADVANCE, self.municipality_code, events)
        if size is None:  # this municipality's first events
            size = await self.connection.fetchval(_OPEN_HEAD, self.municipality_code, events)
        return int(size) - events

    def _messages(self, told: Mapping[str, int]) -> Iterator[Values]:
        places: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(1))
        places.update({whose: count(last + 1) for whose, last in told.items()})
        for happening in self.outcome.happenings:
            whose, recorded = happening.addressee_number.value, happening.recorded
            for message in messages_of(recorded.event, happening.before, happening.after):
                yield message.counterpart.value, message.kind.value, whose, next(places[whose]), recorded.number

    async def _places_of_messages(self) -> dict[str, int]:
        """The place of everybody's last message."""
        people = [number.value for number in self.outcome.after]
        rows: list[Any] = await self.connection.fetch(_PLACES, self.municipality_code, people)
        return {row[0]: row[1] for row in rows}


def changed_keys(outcome: Outcome) -> dict[AddresseeNumber, dict[Any, bool]]:
    """The search keys of everybody that come or become past ones, and of each whether it stands in the past only.

    Raises `InvalidValue` where a name leaves nothing to be found by.
    """
    ever: dict[AddresseeNumber, dict[Any, bool]] = {}
    for happening in outcome.happenings:
        keys = ever.setdefault(happening.addressee_number, {})
        for version in happening.versions:
            keys.update(dict.fromkeys(keys_of(version.record), True))
    for whose, keys in ever.items():
        before = outcome.before[whose]
        was = set(keys_of(before)) if before is not None else set()
        now = set(keys_of(outcome.after[whose]))
        keys.update(dict.fromkeys(was, True) | dict.fromkeys(now, False))
        for key in was & now:
            del keys[key]
    return ever
