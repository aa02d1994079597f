"""From the rows of the store to what is shown: disclosures, and which of them belong to which parent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from authz.decisions import Permit
from authz.disclosure import Disclosure
from authz.runs import Position, Run
from domain.ports import FACTS, Row


def disclosed(permit: Permit, rows: Iterable[Row]) -> list[Disclosure]:
    """The rows as this caller may see them."""
    views = permit.views
    return [Disclosure(row, views[row[FACTS]]) for row in rows]  # type: ignore[index] # the store's own code of facts


def gathered(permit: Permit, numbers: Sequence[str | None], rows: Sequence[tuple[str, Row]]) -> list[list[Disclosure]]:
    """The rows, each with the number it belongs to, as a list for each of the numbers."""
    by_number: dict[str | None, list[Disclosure]] = {}
    for (number, _), one in zip(rows, disclosed(permit, [row for _, row in rows]), strict=True):
        by_number.setdefault(number, []).append(one)
    return [by_number.get(number, []) for number in numbers]


def show_lists(run: Run, lists: Sequence[Sequence[Disclosure]], places: Sequence[Position]) -> None:
    """What the run shows is a list for each parent; each record stands at its parent's place and its own."""
    run.shown = [one for found in lists for one in found]
    run.positions = [(*place, at) for place, found in zip(places, lists, strict=True) for at in range(len(found))]


def show_met(run: Run, found: Sequence[Disclosure | None], places: Sequence[Position]) -> None:
    """What the run shows is at most one record for each parent, at its parent's place."""
    met = [(one, place) for one, place in zip(found, places, strict=True) if one is not None]
    run.shown, run.positions = [one for one, _ in met], [place for _, place in met]


def numbers_asked_for(permit: Permit, numbers: Sequence[str | None]) -> set[str]:
    """The numbers to load: none when no such record may be opened, so that the store is not even asked."""
    return {number for number in numbers if number} if permit.opens else set()


def number_in(value: object) -> str | None:
    """The number that an edge's item holds, if it is shown and there is one."""
    return None if value is None else str(value)
