"""What a provisional notification writes: itself, whom it holds, the numbers that it brings, and its codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from domain.errors import Code, Refusal
from domain.life_event_texts import number_in
from domain.notifications import Change, Notification
from domain.outcomes import Outcome, outcome_of
from domain.values.identifiers import AddresseeNumber, IndividualNumber
from persistence.event_writing import changed_keys
from persistence.histories import Numbers, records
from persistence.keysets import hold_keys
from persistence.notification_rows import NumberVersions, row_of
from persistence.numbering import claim_codes
from persistence.record_rows import Values
from persistence.vault import Place
from persistence.work import Work

_ADD: Final = """
INSERT INTO notifications (municipality_code, id, procedure, state, made_at, made_by, department, terminal,
    changes, versions, findings, acknowledged)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_HOLD: Final = """
INSERT INTO holds (municipality_code, kind, number, notification_id, history_number) VALUES {}
ON CONFLICT (municipality_code, kind, number) DO NOTHING RETURNING number
"""
_STANDING: Final = """
SELECT addressee_number, history_number FROM residents
WHERE municipality_code = $1 AND addressee_number = ANY($2::text[]) ORDER BY addressee_number FOR {}
"""
_MEMBERS: Final = """
SELECT addressee_number FROM residents
WHERE municipality_code = $1 AND household_number = ANY($2::text[]) AND NOT is_closed
"""
_ADD_NUMBER: Final = """
INSERT INTO pending_numbers
    (municipality_code, notification_id, addressee_number, number_version, ciphertext, blind_index, key_id)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""

HOUSEHOLD, RESIDENT = "HOUSEHOLD", "RESIDENT"


async def submit(work: Work, notification: Notification) -> None:
    """Keep a notification and hold whom it touches, inside the caller's transaction.

    What it changes is worked out as approval will, so that approval need not refuse it. Raises `Refusal`: RECORD_HELD,
    STALE_VERSION, STORE_UNAVAILABLE where the keys of numbers have just been changed; `InvalidValue`, `VaultError`.
    """
    connection, code, id_ = work.connection, work.municipality_code, UUID(notification.id)
    known = await records(work.fetch, work.vault, code, standing_of(notification))
    outcome = outcome_of(notification.changes, known.histories, notification.made)
    changed_keys(outcome)
    versions = number_versions(known.numbers, notification.changes)
    await connection.execute(_ADD, *row_of(code, id_, notification, versions))
    seen = {**dict.fromkeys(outcome.after, 0), **notification.versions}
    await _hold(work, id_, outcome, seen)
    await _require_unchanged(work, seen, outcome)
    await _add_numbers(work, id_, new_numbers(code, known.numbers, versions))
    await claim_codes(connection, code, outcome.new_codes, id_)


async def _hold(work: Work, id_: UUID, outcome: Outcome, versions: Mapping[AddresseeNumber, int]) -> None:
    """Hold everybody whose record is touched, and their households before and after, always in one order."""
    code, connection = work.municipality_code, work.connection
    homes = sorted(number.value for number in outcome.households)
    people = sorted(outcome.after)
    held: list[Values] = [(HOUSEHOLD, home, 0) for home in homes]
    held += [(RESIDENT, who.value, versions[who]) for who in people]
    if not held:
        return
    rows = ", ".join(f"($1, ${3 * at}, ${3 * at + 1}, $2, ${3 * at + 2})" for at in range(1, len(held) + 1))
    taken = await connection.fetch(_HOLD.format(rows), code, id_, *(value for row in held for value in row))
    if len(taken) < len(held):
        raise Refusal(Code.RECORD_HELD)


async def _require_unchanged(work: Work, versions: Mapping[AddresseeNumber, int], outcome: Outcome) -> None:
    """That these records stand as they were seen, and nobody else lives in these households, until the commit."""
    await require_versions(work, versions, "SHARE")
    homes = sorted(number.value for number in outcome.households)
    members = await work.connection.fetch(_MEMBERS, work.municipality_code, homes)
    if not {row[0] for row in members} <= {who.value for who in versions}:
        raise Refusal(Code.STALE_VERSION)


async def require_versions(work: Work, versions: Mapping[AddresseeNumber, int], lock: str) -> None:
    """Lock these records, and see that they stand as they were seen (0: not at all). Raises STALE_VERSION."""
    people = sorted(who.value for who in versions)
    rows: list[Any] = await work.connection.fetch(_STANDING.format(lock), work.municipality_code, people)
    if {row[0]: row[1] for row in rows} != {who.value: version for who, version in versions.items() if version}:
        raise Refusal(Code.STALE_VERSION)


def standing_of(notification: Notification) -> dict[str, int]:
    """Whose records are there already of those that it changes, and the history numbers that its maker saw."""
    changed = {change.addressee_number for change in notification.changes}
    return {who.value: at for who, at in notification.versions.items() if who in changed and at}


def number_versions(held: Numbers, changes: Sequence[Change]) -> dict[tuple[str, IndividualNumber], int]:
    """Which of her numbers each is: those that are held, and after them those that changes bring.

    One that she had before comes back under the version that it had.
    """
    found = {(who, number): at for who, numbers in held.items() for at, number in numbers.items()}
    last = {who: max(numbers) for who, numbers in held.items()}
    for change in changes:
        who, number = change.addressee_number.value, number_in(change.event)
        if number is not None and (who, number) not in found:
            found[who, number] = last[who] = last.get(who, 0) + 1
    return found


def new_numbers(code: str, held: Numbers, versions: NumberVersions) -> dict[Place, IndividualNumber]:
    """Those of the numbers that are not held yet, by where they will lie."""
    return {Place(code, who, at): number for (who, number), at in versions.items() if at not in held.get(who, {})}


async def _add_numbers(work: Work, id_: UUID, numbers: Mapping[Place, IndividualNumber]) -> None:
    """Seal what is brought for the row that it will be. Whether somebody else has it is not asked (A-10)."""
    if not numbers:
        return
    await hold_keys(work.database, work.connection, work.municipality_code, work.vault, ())
    rows: list[Values] = []
    for place, number in numbers.items():
        sealed = work.vault.seal(number, place)
        whose = (place.municipality_code, id_, place.addressee_number, place.number_version)
        rows.append((*whose, sealed.ciphertext, sealed.blind_index, sealed.key_id))
    await work.connection.executemany(_ADD_NUMBER, rows)
