"""Life events put into the store as an approval would leave them, for tests of who hears of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from uuid import UUID, uuid4

from tests.serving import NOON, Service
from tests.village import CODE, number_of

_NOTIFICATION = """INSERT INTO notifications (municipality_code, id, procedure, state, made_at, made_by, department,
terminal, changes, versions, findings, acknowledged)
VALUES ($1, $2, 'reviseExOfficio', 'APPROVED', $3, 'S-1', 'a department', 'T-1', '[]', '{}', '[]', '{}')"""

_EVENT = """INSERT INTO life_events (municipality_code, addressee_number, event_number, sequence, notification_id, kind,
reason, said, history_number, versions, changed_items, was_facts, facts, released_for, recorded_at, staff_number,
terminal)
VALUES ($1, $2, $3, $4, $5, 'Revised', 'EX_OFFICIO_REVISION', '{}', $6, 1, $7, $8, $9, $10, $11, 'S-1', 'T-1')"""


@dataclass(frozen=True)
class Happened:
    """What happened to a villager: which items changed, and the facts before and after.

    Codes of facts: 1 closed, 2 protected, 3 both; `was` None where there was no record.
    """

    nth: int
    items: Sequence[str]
    was: int | None = 0
    facts: int = 0
    released_for: Sequence[str] = ()
    history_number: int = 1


def happen(service: Service, *events: Happened, start: int = 0) -> list[int]:
    """Put these into the store, one after the other from this sequence on; their sequences."""
    numbers = count(start + 1)
    return [_insert(service, one, sequence, next(numbers)) for sequence, one in enumerate(events, start)]


def forget(service: Service) -> None:
    """Nothing has happened."""
    service.execute("DELETE FROM life_events")
    service.execute("DELETE FROM notifications")


def _insert(service: Service, one: Happened, sequence: int, event_number: int) -> int:
    notification: UUID = uuid4()
    service.execute(_NOTIFICATION, CODE, notification, NOON)
    of_whom = (CODE, number_of(one.nth), event_number, sequence, notification, one.history_number, list(one.items))
    service.execute(_EVENT, *of_whom, one.was, one.facts, list(one.released_for), NOON)
    return sequence
