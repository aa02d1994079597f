"""Who is protected (支援措置) in the demonstration: one in five hundred, in each case that a policy must hold for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle
from random import Random

from api.demonstration.lives import birthday
from domain.residents import ResidentRecord
from domain.support_measures import SupportKind, SupportMeasure

_ONE_IN, _AT_LEAST = 500, 4
_GROWN = 20
_RUNNING, _EXPIRED = (0, 300), (400, 700)  # days ago that a measure of one year began


def protect(random: Random, records: Sequence[ResidentRecord], today: date) -> tuple[SupportMeasure, ...]:
    """Measures in force for about 0.2 % of the records, four at least, and one more that expired; nobody has two.

    One of those in force is for a closed record, one for somebody who lives alone, the others for people who share a
    household. The expired one comes last, and is for somebody who shares one too.
    """
    sharing, alone, closed = _groups(records, today)
    count = max(_AT_LEAST, round(len(records) / _ONE_IN))
    few = [*_some(random, closed, 1), *_some(random, alone, 1)]
    people = [*few, *_some(random, sharing, count - len(few) + 1)]
    spans = [_RUNNING] * count + [_EXPIRED]
    return tuple(
        SupportMeasure.for_a_year(
            person.addressee_number, kind, starts_on=today - timedelta(days=random.randint(*span))
        )
        for person, kind, span in zip(people, cycle(SupportKind), spans, strict=False)
    )


def _groups(
    records: Sequence[ResidentRecord], today: date
) -> tuple[list[ResidentRecord], list[ResidentRecord], list[ResidentRecord]]:
    """The grown-up people who share a household, who live alone, who have moved away."""
    sizes = Counter(record.household_number for record in records if not record.is_closed)
    grown = [record for record in records if record.date_of_birth.latest <= birthday(today, -_GROWN)]
    current = [record for record in grown if not record.is_closed]
    return (
        [record for record in current if sizes[record.household_number] > 1],
        [record for record in current if sizes[record.household_number] == 1],
        [record for record in grown if record.is_closed and record.confirmed_move_out_address],
    )


def _some(random: Random, records: list[ResidentRecord], count: int) -> list[ResidentRecord]:
    return random.sample(records, min(count, len(records)))
