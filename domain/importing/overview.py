"""What only the whole file shows: whose lines make up a household, and which numbers stand on more than one line."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from domain.importing.lines import EARLIER
from domain.importing.reasons import Fault, Reason

UNIQUE = ("addressee_number", "resident_record_code", "individual_number")
"""Each of these is one person's."""

MOST_MEMBERS = 1_000
"""The most lines of one household; larger ones would not fit into one transaction."""

Fields = Mapping[str, Any]


class Overview:
    """Notes every line of a file by its place, and then tells what they have to do with each other.

    For 170,000 lines it holds some 60 MB: no line, but its numbers.
    """

    def __init__(self) -> None:
        self._households: dict[object, array[int]] = {}
        self._seen: dict[str, set[str]] = {name: set() for name in UNIQUE}
        self._repeated: dict[str, set[str]] = {name: set() for name in UNIQUE}

    def note(self, place: int, fields: Fields | None) -> None:
        """Note the line at a place, or with `None` one that cannot be read and stands for itself."""
        number = None if fields is None else fields.get("household_number")
        household = number if isinstance(number, str) else place
        self._households.setdefault(household, array("q")).append(place)
        for name in UNIQUE:
            for value in _values(fields or {}, name):
                known = self._repeated if value in self._seen[name] else self._seen
                known[name].add(value)

    def batches(self, at_least: int) -> Iterator[list[int]]:
        """The places of the lines of whole households, so many together; households as they first come up."""
        batch: list[int] = []
        for places in self._households.values():
            batch += places
            if len(batch) >= at_least:
                yield batch
                batch = []
        if batch:
            yield batch

    def reasons(self, fields: Fields) -> list[Reason]:
        """Why a line cannot be taken because of the others.

        Its household has too many, or a number stands on another one too: which of them is right is not ours to guess.
        """
        number = fields.get("household_number")
        household = self._households[number] if isinstance(number, str) else ()
        too_large = [Reason.of(Fault.HOUSEHOLD_TOO_LARGE, "household_number")] if len(household) > MOST_MEMBERS else []
        return too_large + [
            Reason.of(Fault.REPEATED_IN_FILE, name)
            for name in UNIQUE
            if self._repeated[name] and not self._repeated[name].isdisjoint(_values(fields, name))
        ]


def _values(fields: Fields, name: str) -> set[str]:
    """A number of a line and, of the Individual Number, those that it once was: they stay hers."""
    given = [fields.get(name)]
    if name == "individual_number" and isinstance(earlier := fields.get(EARLIER), list):
        given += [one.get(name) for one in earlier if isinstance(one, dict)]
    return {value for value in given if isinstance(value, str)}
