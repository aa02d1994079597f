"""Two policies, cell by cell: what the new one widens, narrows, or bases on another rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from authz.callers import Profile
from authz.review.answers import Answers
from authz.review.asking import DEFAULT, Act, Answer, Cell, told
from authz.review.conditions import combination, condition

_OPENNESS = {"WITHHELD": 0, "MASKED": 1, "SHOWN": 2}
REFUSED = "refused"


class Direction(StrEnum):
    """Which way a cell changed."""

    WIDENS = "WIDENS"
    NARROWS = "NARROWS"
    RULE = "RULE"


class Change(NamedTuple):
    """A cell that is answered otherwise by the new policy."""

    direction: Direction
    who: str
    department: str
    what: str
    condition: str
    old: str
    new: str


def changes(old: Answers, new: Answers) -> list[Change]:
    """All that changed, what widens first."""
    found = {*_entering(old, new), *_cells(old.cells, new.cells), *_searches(old, new), *_acts(old.acts, new.acts)}
    return sorted(found, key=lambda one: (list(Direction).index(one.direction), one))


def _entering(old: Answers, new: Answers) -> Iterator[Change]:
    for department, purpose in new.entering - old.entering:
        yield Change(Direction.WIDENS, purpose, department, "enter", "", REFUSED, "allowed")
    for department, purpose in old.entering - new.entering:
        yield Change(Direction.NARROWS, purpose, department, "enter", "", "allowed", REFUSED)


def _cells(old: Mapping[Cell, Answer], new: Mapping[Cell, Answer]) -> Iterator[Change]:
    """Cells that changed alike, together under one condition."""
    every: dict[tuple[Profile, type, str], list[Cell]] = {}
    for cell in {**old, **new}:
        every.setdefault((cell.profile, type(cell.facts), cell.item), []).append(cell)
    for (profile, kind, item), cells in every.items():
        asked = [combination(cell.facts) for cell in cells]
        answers = {cell: (old.get(cell, DEFAULT), new.get(cell, DEFAULT)) for cell in cells}
        for before, after in dict.fromkeys(pair for pair in answers.values() if pair[0] != pair[1]):
            held = [combination(cell.facts) for cell in cells if answers[cell] == (before, after)]
            what = f"{kind.__name__.removesuffix('Facts').lower()} {item}"
            told_so = " by ".join(before), " by ".join(after)
            yield _change(profile, (what, condition(held, asked)), told_so, _OPENNESS[after[0]] - _OPENNESS[before[0]])


def _searches(old: Answers, new: Answers) -> Iterator[Change]:
    for profile, item in {**old.searches, **new.searches}:
        before, after = (one.searches.get((profile, item)) for one in (old, new))
        if before != after:
            yield _allowed(profile, f"search by {item}", before, after)


def _acts(old: Mapping[Act, str], new: Mapping[Act, str]) -> Iterator[Change]:
    for act in {**old, **new}:
        before, after = old.get(act), new.get(act)
        if before != after:
            yield _allowed(act.profile, f"{act.action} {act.about}", before, after)


def _allowed(profile: Profile, what: str, before: str | None, after: str | None) -> Change:
    old, new = (REFUSED if one is None else one or "allowed" for one in (before, after))
    return _change(profile, (what, ""), (old, new), (after is not None) - (before is not None))


def _change(profile: Profile, what: tuple[str, str], answers: tuple[str, str], difference: int) -> Change:
    direction = Direction.RULE if not difference else Direction.WIDENS if difference > 0 else Direction.NARROWS
    return Change(direction, told(profile), profile.department, *what, *answers)
