"""Example lines of an import: residents of the demonstration's kind, in their households."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from api.demonstration.city import FEWEST_RESIDENTS, build_city
from domain.importing.lines import Arrival, line_of
from domain.support_measures import SupportMeasure
from domain.values.identifiers import AddresseeNumber
from domain.versions import Version, since


def example_lines(residents: int, today: date) -> Iterator[dict[str, Any]]:
    """So many lines; the last household may be cut. The same for the same number and day."""
    city = build_city(residents=max(residents, FEWEST_RESIDENTS), today=today)
    measures: dict[AddresseeNumber, tuple[SupportMeasure, ...]] = {}
    for one in city.support_measures:
        measures[one.addressee_number] = (*measures.get(one.addressee_number, ()), one)
    for record in islice(city.residents, residents):
        versions = city.histories.get(record.addressee_number) or (Version(record, since(record, today)),)
        yield line_of(Arrival(tuple(versions), measures.get(record.addressee_number, ())))
