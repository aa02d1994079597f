"""One version of a record: what it said, from which day, and since when the register knows (標準仕様書1.0 1.2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.residents import ResidentRecord
from domain.values.identifiers import IndividualNumber


@dataclass(frozen=True, slots=True)
class Version:
    """A record as it stood from a day on.

    `valid_from` is `None` where nobody said it: then `since` reads it from the record. `recorded_at`, an aware time, is
    `None` where the register comes to know it only as it is written.
    """

    record: ResidentRecord
    valid_from: date | None = None
    recorded_at: datetime | None = None


def since(record: ResidentRecord, today: date) -> date:
    """The day from which a record that comes without its history says what it says: its last change, else its first."""
    last = (record.changed_on, record.ceased_resident_on, record.address_established_on)
    first = (record.became_resident_on, record.became_foreign_resident_on)
    known = [one.earliest for one in (*last, *first) if one is not None]
    return min(known[0], today) if known else today


def numbers_of(versions: Sequence[Version]) -> tuple[list[IndividualNumber], list[int | None]]:
    """A person's Individual Numbers, her first one first, and for each version which of them it had, counted from 1.

    One that she had before comes back where the change of it is reversed (異動の取消し).
    """
    numbers: list[IndividualNumber] = []
    places: list[int | None] = []
    for version in versions:
        number = version.record.individual_number
        if number is not None and number not in numbers:
            numbers.append(number)
        places.append(None if number is None else numbers.index(number) + 1)
    return numbers, places
