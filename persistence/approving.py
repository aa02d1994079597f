"""What approval does: the events of a notification happen, inside the caller's transaction.

Locks are taken in one order, so that nobody deadlocks: the notification, households by number, residents by number, the
head of changes, and at last the ledger's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from domain.errors import Code, Refusal
from domain.histories import JAPAN
from domain.notifications import Maker, Notification, State
from domain.outcomes import Outcome, outcome_of
from domain.values.identifiers import IndividualNumber
from persistence.changes_tables import NOTIFICATIONS, PENDING_NUMBERS
from persistence.database import compiled
from persistence.event_facts import Around, guards
from persistence.event_writing import Writing
from persistence.histories import Records, records
from persistence.keysets import hold_keys
from persistence.notification_rows import notification_of, opened
from persistence.numbering import return_codes, spend_codes
from persistence.reading import MUNICIPALITY
from persistence.seats import lock_homes, seat_everybody
from persistence.submitting import HOUSEHOLD, new_numbers, number_versions, require_versions, standing_of
from persistence.support_measures import go_on_after_moving_out
from persistence.vault import Place
from persistence.work import Work

NewId = Callable[[datetime], str]

ID = bindparam("id", type_=Uuid)
_LOCKED = compiled(
    select(NOTIFICATIONS)
    .where(NOTIFICATIONS.c.municipality_code == MUNICIPALITY, NOTIFICATIONS.c.id == ID)
    .with_for_update()
)
PENDING = compiled(
    select(PENDING_NUMBERS).where(
        PENDING_NUMBERS.c.municipality_code == MUNICIPALITY, PENDING_NUMBERS.c.notification_id == ID
    )
)
_HOMES: Final = "SELECT number FROM holds WHERE municipality_code = $1 AND notification_id = $2 AND kind = $3"
_END: Final = """
UPDATE notifications SET state = $3, ended_at = $4, ended_by = $5 WHERE municipality_code = $1 AND id = $2
"""
_LET_GO: Final = "DELETE FROM holds WHERE municipality_code = $1 AND notification_id = $2"
_FORGET: Final = "DELETE FROM pending_numbers WHERE municipality_code = $1 AND notification_id = $2"
_NUMBER_TAKEN: Final = """
SELECT 1 FROM individual_numbers WHERE municipality_code = $1 AND blind_index = ANY($2::bytea[]) LIMIT 1
"""
_CODE_TAKEN: Final = """
SELECT 1 FROM resident_versions WHERE municipality_code = $1 AND resident_record_code = ANY($2::text[])
AND NOT addressee_number = ANY($3::text[]) LIMIT 1
"""
_ADD_NUMBER: Final = """
INSERT INTO individual_numbers (municipality_code, addressee_number, number_version, ciphertext, blind_index, key_id)
VALUES ($1, $2, $3, $4, $5, $6)
"""

_TAKEN: Final = ("Somebody else has, or had, this number.", "他の人に付番されている（いた）番号です。")


async def approve(work: Work, id_: UUID, by: Maker, new_id: NewId) -> None:
    """Let the events of a provisional notification happen, and let go of whom it held.

    Raises `Refusal`: NOTIFICATION_ENDED, STALE_VERSION, INVALID_INPUT where somebody else has one of the numbers,
    STORE_UNAVAILABLE; `InvalidValue`, `VaultError`.
    """
    row, code = await _locked(work, id_), work.municipality_code
    homes = await work.connection.fetch(_HOMES, code, id_, HOUSEHOLD)
    there = await lock_homes(work.connection, code, sorted(home[0] for home in homes))
    notification, known = await _read(work, id_, row)
    outcome = outcome_of(notification.changes, known.histories, by)
    numbers = number_versions(known.numbers, notification.changes)
    people, today = sorted(who.value for who in outcome.after), by.at.astimezone(JAPAN).date()
    before = await guards(work.connection, code, people, today)
    places = await seat_everybody(work.connection, code, there, outcome)
    writing = Writing(work.connection, code, id_, by, outcome, known.versions, numbers)
    await writing.write_records(places)
    await _write_numbers(work, new_numbers(code, known.numbers, numbers))
    await _spend_codes(work, outcome)
    await go_on_after_moving_out(work.connection, code, outcome, by, new_id)
    after = await guards(work.connection, code, people, today)
    await _end(work, id_, State.APPROVED, by)
    await writing.write_events(Around(before, after, outcome), new_id)


async def withdraw(work: Work, id_: UUID, by: Maker) -> None:
    """End a provisional notification: whom it held, and the codes that it kept, are free again.

    Raises `Refusal` (NOTIFICATION_ENDED).
    """
    await _locked(work, id_)
    await return_codes(work.connection, work.municipality_code, id_)
    await _end(work, id_, State.WITHDRAWN, by)


async def _locked(work: Work, id_: UUID) -> Any:
    rows = await work.fetch(_LOCKED, {"municipality": work.municipality_code, "id": id_})
    if not rows or rows[0]["state"] != State.PROVISIONAL:
        raise Refusal(Code.NOTIFICATION_ENDED)
    return rows[0]


async def _read(work: Work, id_: UUID, row: Any) -> tuple[Notification, Records]:
    """The notification with its numbers, and the records of those whom it is about, locked and as it saw them."""
    code = work.municipality_code
    unnumbered = notification_of(row, {})
    changed = {change.addressee_number for change in unnumbered.changes}
    await require_versions(work, {who: unnumbered.versions.get(who, 0) for who in changed}, "UPDATE")
    known = await records(work.fetch, work.vault, code, standing_of(unnumbered))
    numbers = {Place(code, who, at): one for who, held in known.numbers.items() for at, one in held.items()}
    pending = await work.fetch(PENDING, {"municipality": code, "id": id_})
    return notification_of(row, numbers | opened(pending, code, work.vault)), known


async def _write_numbers(work: Work, numbers: Mapping[Place, IndividualNumber]) -> None:
    """Put numbers where they belong, sealed under the keys of today; unless somebody has, or had, one of them."""
    if not numbers:
        return
    code, vault = work.municipality_code, work.vault
    await hold_keys(work.database, work.connection, code, vault, ())
    indexes = [index for number in numbers.values() for index in vault.indexes_of(number.value)]
    if await work.connection.fetchval(_NUMBER_TAKEN, code, indexes):
        raise Refusal(Code.INVALID_INPUT, names=("individual_number",), detail=_TAKEN)
    rows = []
    for place, number in numbers.items():
        sealed = vault.seal(number, place)
        bound = (place.municipality_code, place.addressee_number, place.number_version)
        rows.append((*bound, sealed.ciphertext, sealed.blind_index, sealed.key_id))
    await work.connection.executemany(_ADD_NUMBER, rows)


async def _spend_codes(work: Work, outcome: Outcome) -> None:
    """Take new codes out of the pool for good; unless somebody has, or had, one of them."""
    codes = sorted(code.value for code in outcome.new_codes)
    if not codes:
        return
    people = sorted(who.value for who in outcome.after)
    if await work.connection.fetchval(_CODE_TAKEN, work.municipality_code, codes, people):
        raise Refusal(Code.INVALID_INPUT, names=("resident_record_code",), detail=_TAKEN)
    await spend_codes(work.connection, work.municipality_code, codes)


async def _end(work: Work, id_: UUID, state: State, by: Maker) -> None:
    connection, code = work.connection, work.municipality_code
    await connection.execute(_END, code, id_, state.value, by.at, by.staff_number)
    await connection.execute(_LET_GO, code, id_)
    await connection.execute(_FORGET, code, id_)
