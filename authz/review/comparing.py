"""Two policies, cell by cell: what the new one widens, narrows, or bases on another rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from authz.callers import Profile
from authz.policy_vocabulary import Thing
from authz.review.answers import Answers
from authz.review.asking import DEFAULT, ITEMS, Act, Answer, Cell, one_for_each_purpose, told
from authz.review.conditions import combination, condition

_OPENNESS = {"WITHHELD": 0, "MASKED": 1, "SHOWN": 2}
REFUSED = "refused"
EVERYWHERE = "*"
"""The department of callers with classes closed: one of each purpose is asked for."""


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
    classes = _closable(old) | _closable(new)
    found = {
        *_entering(old, new),
        *_cells(_by_class(old.cells), _by_class(new.cells)),
        *_searches(_searches_by_class(old), _searches_by_class(new)),
        *_acts(_acts_by_class(old, classes), _acts_by_class(new, classes)),
    }
    return sorted(found, key=lambda one: (list(Direction).index(one.direction), one))


# Callers with classes closed stand for their purpose, and are compared class by class: the two policies may let grants
# close other classes, and where a class cannot be closed, closing it closes nothing.


def _closing(profile: Profile, name: str) -> Profile:
    return Profile(EVERYWHERE, profile.purpose, frozenset([name]))


def _closable(found: Answers) -> frozenset[str]:
    return frozenset(name for one in found.partly for name in one.switched_off)


def _by_class(cells: Mapping[Cell, Answer]) -> dict[Cell, Answer]:
    return {
        cell._replace(profile=_closing(cell.profile, _class_of(cell.item))) if cell.profile.switched_off else cell: said
        for cell, said in cells.items()
    }


def _searches_by_class(found: Answers) -> dict[tuple[Profile, str], str]:
    return {
        (_closing(profile, _class_of(item)) if profile.switched_off else profile, item): rule
        for (profile, item), rule in found.searches.items()
    }


def _acts_by_class(found: Answers, classes: frozenset[str]) -> dict[Act, str]:
    usual = {act: rule for act, rule in found.acts.items() if not act.profile.switched_off}
    partly = {act: rule for act, rule in found.acts.items() if act.profile.switched_off}
    alike = one_for_each_purpose(act.profile for act in usual)
    return {
        **usual,
        **{
            act._replace(profile=_closing(act.profile, *act.profile.switched_off)): rule for act, rule in partly.items()
        },
        **{
            act._replace(profile=_closing(act.profile, name)): rule
            for act, rule in usual.items()
            if act.profile in alike and isinstance(act.about, Thing)
            for name in classes - _closable(found)
        },
    }


def _class_of(item: str) -> str:
    return next(items[item].item_class.value for items in ITEMS.values() if item in items)


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


def _searches(old: Mapping[tuple[Profile, str], str], new: Mapping[tuple[Profile, str], str]) -> Iterator[Change]:
    for profile, item in {**old, **new}:
        before, after = (one.get((profile, item)) for one in (old, new))
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
