"""What must hold of a register after every step: each a comparison of its rows with the book, by few statements."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from domain.life_event_texts import event_of, number_in
from domain.residents import IDENTIFIERS, shown
from domain.search_forms import KEYED, found_by
from domain.seating import is_householder
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, IndividualNumber
from domain.versions import Version, numbers_of
from persistence.vault import Place, Vault
from tests.deep.book import Book

READ = ("households", "residents", "resident_versions", "individual_numbers", "search_keys", "search_bigrams")
ALSO_READ = ("support_measures", "life_events", "outbox", "change_heads")

Rows = Sequence[Any]
Answers = Mapping[tuple[str, str], Mapping[str, Any]]

_DIGEST = " || ".join(
    f"(SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t)"  # noqa: S608 - our names
    for table in (*READ, *ALSO_READ)
)
_UNTIDY = {
    "a ledger position is missing": """
        SELECT 1 FROM ledger_heads h WHERE (SELECT array_agg(position ORDER BY position) FROM ledger_entries)
        <> (SELECT array_agg(at) FROM generate_series(0, h.size - 1) at)
    """,
    "a place in the sequence of events is missing": """
        SELECT 1 FROM change_heads h WHERE (SELECT array_agg(sequence ORDER BY sequence) FROM life_events)
        <> (SELECT array_agg(at) FROM generate_series(0, h.size - 1) at)
    """,
    "an answered change has no entry in the ledger": """
        SELECT 1 FROM idempotency_keys k WHERE answer ? 'entry' AND NOT EXISTS (
            SELECT 1 FROM ledger_entries e WHERE e.id::text = k.answer ->> 'entry')
    """,
    "a Resident Record Code was given to two": """
        SELECT 1 FROM resident_versions WHERE resident_record_code IS NOT NULL
        GROUP BY resident_record_code HAVING count(DISTINCT addressee_number) > 1
    """,
    "a Resident Record Code that somebody has, or had, lies in the pool": """
        SELECT 1 FROM code_pool p JOIN resident_versions v ON v.resident_record_code = p.code
    """,
    "an Individual Number was given twice": """
        SELECT 1 FROM individual_numbers GROUP BY blind_index HAVING count(*) > 1
    """,
    "a record is not its last version": """
        SELECT 1 FROM residents r FULL JOIN (
            SELECT DISTINCT ON (addressee_number) * FROM resident_versions
            ORDER BY addressee_number, history_number DESC
        ) v USING (municipality_code, addressee_number)
        WHERE to_jsonb(r) - 'member_order' IS DISTINCT FROM to_jsonb(v) - 'valid_from' - 'recorded_at'
    """,
    "two members of a household have the same place": """
        SELECT 1 FROM residents WHERE NOT is_closed AND member_order > 0
        GROUP BY household_number, member_order HAVING count(*) > 1
    """,
    "a number waits for no provisional notification": """
        SELECT 1 FROM pending_numbers p WHERE NOT EXISTS (
            SELECT 1 FROM notifications n WHERE n.id = p.notification_id AND n.state = 'PROVISIONAL')
    """,
    "a code is kept for a notification that has ended": """
        SELECT 1 FROM code_pool p JOIN notifications n ON n.id = p.notification_id WHERE n.state <> 'PROVISIONAL'
    """,
}
"""What a statement finds where something is wrong."""
_TIDY = "SELECT ARRAY[" + ", ".join(f"EXISTS({one})" for one in _UNTIDY.values()) + "]"


async def digest(connection: asyncpg.Connection) -> str:
    """All that anybody reads, in short."""
    told: str = await connection.fetchval(f"SELECT {_DIGEST}")
    return told


async def everything_holds(connection: asyncpg.Connection, book: Book, vault: Vault, answered: Answers) -> None:
    """Compare all of it."""
    found = await connection.fetchval(_TIDY)
    assert not any(found), [wrong for wrong, is_so in zip(_UNTIDY, found, strict=True) if is_so]
    numbers = _numbers(await connection.fetch("SELECT * FROM individual_numbers"), vault)
    _versions_hold(await _of(connection, "resident_versions", "addressee_number, history_number"), book, numbers)
    _events_hold(await _of(connection, "life_events", "sequence"), book, numbers)
    _messages_hold(await _of(connection, "outbox", "addressee_number, place"), book)
    _households_hold(await _of(connection, "households", "household_number"), book)
    _keys_hold(await _of(connection, "search_keys", "kind, key, addressee_number"), book)
    _holds_hold(await connection.fetch("SELECT kind, number, notification_id, history_number FROM holds"), book)
    _answers_hold(await connection.fetch("SELECT answer FROM idempotency_keys WHERE answer ? 'entry'"), answered)


def whole_histories_hold(book: Book) -> None:
    """Every record is the fold of its events from the first on, and at any event (`LifeHistory`)."""
    for number, history in book.histories.items():
        assert history.versions == book.versions[number]
        assert history.record == book.versions[number][-1].record


async def _of(connection: asyncpg.Connection, table: str, order: str) -> Rows:
    rows: Rows = await connection.fetch(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608 - our names
    return rows


Numbers = Mapping[tuple[str, int], IndividualNumber]


def _numbers(rows: Rows, vault: Vault) -> Numbers:
    places = {Place(row["municipality_code"], row["addressee_number"], row["number_version"]): row for row in rows}
    return {
        (at.addressee_number, at.number_version): IndividualNumber(vault.open(row["ciphertext"], at))
        for at, row in places.items()
    }


def _versions_hold(rows: Rows, book: Book, numbers: Numbers) -> None:
    """Every version there ever was says what the fold of the events says, from the same day on."""
    kept: dict[str, list[Any]] = {}
    for row in rows:
        kept.setdefault(row["addressee_number"], []).append(row)
    assert sorted(kept) == sorted(number.value for number in book.versions)
    held = set()
    for number, versions in book.versions.items():
        assert len(kept[number.value]) == len(versions)
        _, places = numbers_of(versions)
        for at, (row, version) in enumerate(zip(kept[number.value], versions, strict=True)):
            _version_holds(row, version, at + 1, places[at])
            if (place := places[at]) is not None:
                held.add((number.value, place))
                assert numbers[number.value, place] == version.record.individual_number
    assert held == set(numbers), "a number lies in the vault that no version has, or the other way"


def _version_holds(row: Any, version: Version, history_number: int, number_version: int | None) -> None:
    record = version.record
    said = {name: row[name] for name in IDENTIFIERS if name != "individual_number"}
    expected = {name: _as_stored(shown(record, name)) for name in said}
    differing = {name for name in said if said[name] != expected[name]}
    assert not differing, (record.addressee_number, history_number, differing)
    dates = {name: value.text for name in IDENTIFIERS if isinstance(value := getattr(record, name), RegisterDate)}
    assert json.loads(row["date_texts"]) == {name: text for name, text in dates.items() if text}
    assert (row["is_closed"], row["history_number"]) == (record.is_closed, history_number)
    assert row["number_version"] == number_version
    assert (row["valid_from"], row["recorded_at"]) == (version.valid_from, version.recorded_at)


def _as_stored(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _events_hold(rows: Rows, book: Book, numbers: Numbers) -> None:
    """Every event is kept as it was handed in, in the order of approvals, and tells how many versions it made."""
    assert len(rows) == len(book.happened)
    made: Counter[str] = Counter()
    for row, one in zip(rows, book.happened, strict=True):
        whose = one.addressee_number.value
        made[whose] += 0 if whose in made else _before_events(book, one.addressee_number)
        made[whose] += row["versions"]
        number = numbers[whose, row["number_version"]] if row["number_version"] else None
        assert event_of(row["kind"], json.loads(row["said"]), number) == one.event
        assert (row["addressee_number"], row["event_number"]) == (whose, one.recorded.number)
        assert (str(row["notification_id"]), row["reason"]) == (one.notification, one.event.reason.value)
        assert (row["recorded_at"], row["staff_number"]) == (one.recorded.at, one.recorded.staff_number)
        assert row["history_number"] == made[whose]
        assert (number_in(one.event) is None) == (row["number_version"] is None)


def _before_events(book: Book, number: AddresseeNumber) -> int:
    return int(book.histories[number].base is not None)


def _messages_hold(rows: Rows, book: Book) -> None:
    """Counterparts hear of every event what the rules say, and of each person in the order of her events."""
    kept: dict[str, list[tuple[str, str, int]]] = {}
    for row in rows:
        mine = kept.setdefault(row["addressee_number"], [])
        mine.append((row["counterpart"], row["message"], row["event_number"]))
        assert row["place"] == len(mine)
    expected = {
        number.value: [(message.counterpart.value, message.kind.value, event) for message, event in told]
        for number, told in book.messages.items()
        if told
    }
    assert kept == expected


def _households_hold(rows: Rows, book: Book) -> None:
    """Everybody lives in one household that is there; it has one householder, or none where that was acknowledged."""
    householders = {row["household_number"]: row["householder_number"] for row in rows}
    for home, living in book.homes().items():
        heads = [one.addressee_number.value for one in living if is_householder(one)]
        assert len(heads) == 1 or (not heads and home in book.headless), (home, len(heads))
        assert householders[home.value] == (heads[0] if heads else None)
    lived_in = {one.record.household_number.value for versions in book.versions.values() for one in versions}
    assert lived_in == set(householders)


def _keys_hold(rows: Rows, book: Book) -> None:
    """Everybody is found by what her record says, and by what it said before, which is marked so."""
    kept = {(row["kind"], row["key"], row["addressee_number"]): row["is_past"] for row in rows}
    expected = {}
    for number, versions in book.versions.items():
        for version in versions:
            standing = version is versions[-1]
            for key in found_by({item: shown(version.record, item) for item in KEYED}):
                expected[key.kind, key.key, number.value] = not standing
    assert kept == expected


def _holds_hold(rows: Rows, book: Book) -> None:
    """Held is what provisional notifications are about, and nothing else."""
    expected = [hold for notification in book.provisional for hold in book.held_by(notification)]
    assert sorted(map(tuple, rows)) == sorted(expected)


def _answers_hold(rows: Rows, answered: Answers) -> None:
    """What was answered is kept under its key, once."""
    kept = {told["entry"]: told for told in (json.loads(row["answer"]) for row in rows)}
    assert len(kept) == len(rows)
    assert kept == {told["entry"]: told for told in answered.values()}
