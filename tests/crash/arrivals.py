"""Files for the import: the same made-up households again and again, under numbers that nobody has yet."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from api.demonstration.examples import example_lines
from domain.values.check_digits import number_check_digit
from domain.values.identifiers import AddresseeNumber

ABOVE_THE_CITY = 1_000_000
"""Addressee numbers from here on are nobody's in a demonstration."""
LINES = 5_000
"""More than two transactions of the import."""

Renumber = Callable[[str], str]


@dataclass(frozen=True)
class Arrivals:
    """A file, and who is in it, by household."""

    file: Path
    households: Mapping[str, frozenset[str]]


class ArrivalFiles:
    """Writes one file after the other, each over the last."""

    def __init__(self, file: Path, today: date, lines: int = LINES) -> None:
        self._file = file
        self._lines = list(example_lines(lines, today))
        self._numbers = AddresseeNumber.numbers_from(ABOVE_THE_CITY)
        self._serials = count()

    def next(self) -> Arrivals:
        """The next one."""
        numbers = self._renumbering()
        lines = [_renumbered(line, numbers) for line in self._lines]
        self._file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
        homes: dict[str, set[str]] = {}
        for line in lines:
            homes.setdefault(line["household_number"], set()).add(line["addressee_number"])
        return Arrivals(self._file, {home: frozenset(members) for home, members in homes.items()})

    def _renumbering(self) -> Mapping[str, Renumber]:
        """For each kind of number: what it becomes in this file, always the same."""
        return {
            "addressee_number": cache(lambda _number: next(self._numbers).value),
            "household_number": cache(lambda _number: next(self._numbers).value),
            "individual_number": cache(lambda _number: _checked(f"9901{next(self._serials):07}")),
            "resident_record_code": cache(lambda _number: _checked(f"991{next(self._serials):07}")),
        }


def _checked(body: str) -> str:
    return body + number_check_digit(body)


def _renumbered(part: Any, numbers: Mapping[str, Renumber]) -> Any:
    """A line, or a part of one, under other numbers."""
    if isinstance(part, list):
        return [_renumbered(each, numbers) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: numbers[name](value) if name in numbers and value else _renumbered(value, numbers)
        for name, value in part.items()
    }
