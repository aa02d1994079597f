"""What the demonstration's records said before: where somebody lived, what she was called, that she lived here at all.

Made from the records as they stand, one version after another, with chance of its own: the city stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from api.demonstration.chance import day_between
from api.demonstration.names import name_book
from domain.histories import JAPAN
from domain.residents import ResidentRecord
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber
from domain.values.names import Name
from domain.versions import Version, since

_TOLD = 0.5  # the share of those who moved within the city, or left it, whose earlier home the register still knows
_MARRIED_HERE = 0.6  # of the wives among them, the share who married after they came
_NOTICE = 14  # days
_NOTIFIED_BY = {"国内転入": "転入届", "出生": "出生届", "転居": "転居届", "職権修正": "戸籍届出の通知"}

Items = dict[str, Any]


def histories_of(
    random: Random, residents: Sequence[ResidentRecord], today: date
) -> Mapping[AddresseeNumber, Sequence[Version]]:
    """All versions of everybody, oldest first; of most the only one is the record that stands."""
    return {record.addressee_number: _history(random, record, today) for record in residents}


def _history(random: Random, record: ResidentRecord, today: date) -> tuple[Version, ...]:
    stands = Version(record, since(record, today), _processed(record, today))
    versions = (*_earlier(random, record), stands) if random.random() < _TOLD else (stands,)
    # Who notified two changes late, the later one first, has no such history: numbers follow the order of recording.
    known = [version.recorded_at for version in versions if version.recorded_at is not None]
    return versions if known == sorted(known) else (stands,)


def _earlier(random: Random, record: ResidentRecord) -> Iterator[Version]:
    """The versions before the one that stands, of those who moved within the city or left it."""
    came, moved = _day(record.became_resident_on), _day(record.address_established_on)
    if came is None or moved is None:
        return
    living = replace(record, ceased_resident_on=None, planned_move_out_address=None, confirmed_move_out_address=None)
    left = record.is_closed and moved < since(record, date.max)
    if came < moved and (left or record.change_reason == "転居"):
        yield from _before_moving(random, living, came, moved)
    if left:
        yield _version(random, living, moved, "転居" if came < moved else _came_by(living, came))


def _before_moving(random: Random, living: ResidentRecord, came: date, moved: date) -> Iterator[Version]:
    """In the earlier home; a wife perhaps under the name that she had before she married."""
    assert living.previous_address is not None  # noqa: S101 - who moved within the city has one
    there = replace(
        living,
        current_address=living.previous_address,
        building_line=None,
        previous_address=None,
        address_established_on=RegisterDate.of(came),
    )
    if not _is_wife(living) or random.random() >= _MARRIED_HERE:
        yield _version(random, there, came, _came_by(living, came))
        return
    wedding = day_between(random, came + timedelta(days=1), moved - timedelta(days=1))
    yield _version(random, replace(there, **_maiden_name(random, living)), came, _came_by(living, came))
    if came < wedding < moved:
        yield _version(random, there, wedding, "職権修正")


def _is_wife(record: ResidentRecord) -> bool:
    relationship = record.relationship_to_householder
    return relationship is not None and relationship.text == "妻" and not record.is_foreign


def _came_by(record: ResidentRecord, came: date) -> str:
    return "出生" if record.date_of_birth.earliest == came else "国内転入"


def _maiden_name(random: Random, record: ResidentRecord) -> Items:
    """Another surname before her given name; 旧氏 and readings are of later."""
    surname = name_book().surname(random)
    names = ((record.full_name.text if record.full_name else "", surname.text), (record.name_kana or "", surname.kana))
    (full_name, kana) = (f"{other}　{of.partition('　')[2]}" for of, other in names)
    return {
        "full_name": Name(full_name),
        "name_kana": kana,
        "name_reading": None,
        "former_surname": None,
        "former_surname_reading": None,
    }


def _version(random: Random, record: ResidentRecord, on: date, reason: str) -> Version:
    """The record as a change on this day left it, processed within the days of notice."""
    processed = on + timedelta(days=random.randint(0, _NOTICE))
    minutes = random.randint(9 * 60, 17 * 60)
    changed = replace(
        record,
        change_record="修正" if reason in ("転居", "職権修正") else "記載",
        change_reason=reason,
        changed_on=RegisterDate.of(on),
        notified_on=RegisterDate.of(processed),
        processed_on=RegisterDate.of(processed),
        processed_at_time=f"{minutes // 60:02}:{minutes % 60:02}:00",
        process_id=f"DEMO-{processed:%Y%m%d}-{random.randint(0, 9_999_999):07}",
        notification_reason=_NOTIFIED_BY[reason],
    )
    return Version(changed, on, _processed(changed, date.max))


def _processed(record: ResidentRecord, today: date) -> datetime | None:
    """When a record was processed; `None`, so that it counts as known from now, where that was today."""
    processed = _day(record.processed_on)
    if processed is None or record.processed_at_time is None or processed >= today:
        return None
    return datetime.combine(processed, time.fromisoformat(record.processed_at_time), JAPAN)


def _day(day: RegisterDate | None) -> date | None:
    return None if day is None else day.earliest
