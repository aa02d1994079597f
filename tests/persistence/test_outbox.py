"""What counterparts have yet to hear: each person's messages one after the other, and none twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from domain.outbox import Counterpart, MessageKind
from persistence.outbox import Due, Outbox
from tests.persistence.registers import NOON, ask, query, write_village
from tests.postgres import Databases
from tests.village import CODE, number_of

pytestmark = pytest.mark.holds("S1-02")

_NOTIFICATION = """INSERT INTO notifications (municipality_code, id, procedure, state, made_at, made_by, department,
terminal, changes, versions, findings, acknowledged)
VALUES ($1, $2, 'moveWithin', 'APPROVED', $3, 'S-1', 'd', 'T-1', '[]', '{}', '[]', '{}') ON CONFLICT DO NOTHING"""
_EVENT = """INSERT INTO life_events (municipality_code, addressee_number, event_number, sequence, notification_id, kind,
reason, said, history_number, versions, changed_items, facts, released_for, recorded_at, staff_number, terminal)
SELECT $1, $2, 1, $3, $4, 'Revised', 'EX_OFFICIO_REVISION', '{}', 1, 1, '{}', 0, '{}', $5, 'S-1', 'T-1'
ON CONFLICT DO NOTHING"""
_MESSAGE = """INSERT INTO outbox (municipality_code, id, counterpart, message, addressee_number, place, event_number,
made_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7)"""
PREFECTURE = (Counterpart.PREFECTURAL_SERVER, MessageKind.IDENTIFICATION_INFORMATION_UPDATE)
DOMICILE = (Counterpart.DOMICILE_MUNICIPALITY, MessageKind.FAMILY_REGISTER_SUPPLEMENT_NOTICE)


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[str]:
    """The village, whose outbox each test finds empty."""
    url = databases.create(write_village)
    yield url
    databases.drop(url)


@pytest.fixture
def url(database: str) -> str:
    """The database with nothing to tell."""
    query(database, "DELETE FROM outbox")
    return database


def put(url: str, nth: int, place: int, to: tuple[Counterpart, MessageKind], minutes: int = 0) -> UUID:
    """Put a message about a villager into the outbox."""
    notification, id_ = UUID(int=7), UUID(int=nth * 100 + place)
    query(url, _NOTIFICATION, CODE, notification, NOON)
    query(url, _EVENT, CODE, number_of(nth), nth, notification, NOON)
    at = NOON + timedelta(minutes=minutes)
    query(url, _MESSAGE, CODE, id_, to[0].value, to[1].value, number_of(nth), place, at)
    return id_


def due(url: str, limit: int = 10) -> list[Due]:
    """What may leave now."""
    return ask(url, lambda store: Outbox(store.database).due(CODE, limit))


def deliver(url: str, id_: UUID) -> bool:
    """A counterpart has it."""
    return ask(url, lambda store: Outbox(store.database).delivered(CODE, id_, NOON))


def test_each_persons_messages_are_due_one_after_the_other_in_their_order(url: str) -> None:
    first, second = put(url, 1, 1, PREFECTURE), put(url, 1, 2, DOMICILE)

    (only,) = due(url)
    assert (only.id, only.message.counterpart, only.message.kind) == (first, *PREFECTURE)
    assert deliver(url, first)
    (then,) = due(url)
    assert (then.id, then.message.kind, then.addressee_number) == (second, DOMICILE[1], number_of(1))
    assert deliver(url, second)
    assert due(url) == []


def test_one_person_does_not_wait_for_another_and_the_oldest_leaves_first(url: str) -> None:
    late, early = put(url, 1, 1, PREFECTURE, minutes=5), put(url, 2, 1, PREFECTURE, minutes=1)

    assert [one.id for one in due(url)] == [early, late]
    assert [one.id for one in due(url, limit=1)] == [early]


def test_a_message_is_delivered_once(url: str) -> None:
    id_ = put(url, 1, 1, PREFECTURE)

    assert [deliver(url, id_) for _ in range(2)] == [True, False]
    assert deliver(url, UUID(int=1)) is False


def test_what_waits_is_counted(url: str) -> None:
    first = put(url, 1, 1, PREFECTURE)
    put(url, 1, 2, DOMICILE)
    deliver(url, first)

    assert ask(url, lambda store: Outbox(store.database).waiting(CODE)) == 1
