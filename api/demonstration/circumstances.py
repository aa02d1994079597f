"""What is special about some households, dealt out so that every round of 120 households has each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum, auto

from api.demonstration.chance import Bag
from api.demonstration.families import (
    HOUSEHOLDER,
    Casting,
    Ending,
    Family,
    Person,
    married,
    ordinary,
    parents_and_children,
)
from domain.values.sex import Sex


class Circumstance(Enum):
    """What is special about a household."""

    ORDINARY = auto()
    RARE_SURNAME = auto()
    NEWCOMERS = auto()
    INTERNATIONAL = auto()
    MOVED_AWAY = auto()
    MOVING_OUT = auto()
    WIDOWED = auto()
    CHILD_LEFT = auto()


def circumstances() -> Bag[Circumstance]:
    """A bag of 120 households: about 1.5 % foreign residents and 3 % closed records come of it."""
    special = {
        Circumstance.RARE_SURNAME: 4,
        Circumstance.NEWCOMERS: 2,
        Circumstance.INTERNATIONAL: 1,
        Circumstance.MOVED_AWAY: 2,
        Circumstance.MOVING_OUT: 1,
        Circumstance.WIDOWED: 2,
        Circumstance.CHILD_LEFT: 1,
        Circumstance.ORDINARY: 107,
    }
    return Bag(circumstance for circumstance, times in special.items() for _ in range(times))


def family_in(circumstance: Circumstance, cast: Casting) -> Family:
    """The people of a household in this circumstance, the householder first."""
    return _FAMILIES.get(circumstance, ordinary)(cast)


def _newcomers(cast: Casting) -> Family:
    if cast.happens(0.7):
        family: Family = (
            Person(relationship=HOUSEHOLDER, sex=cast.sex(women=0.45), born=cast.born(cast.years(20, 38))),
        )
    elif cast.happens(0.5):
        family = married(cast, cast.years(26, 45))
    else:
        family = parents_and_children(cast)
    return tuple(replace(member, foreign=True) for member in family)


def _international(cast: Casting) -> Family:
    age = cast.years(30, 60)
    husband = Person(relationship=HOUSEHOLDER, sex=Sex.MALE, born=cast.born(age), heads_register=True)
    wife = Person(relationship="妻", sex=Sex.FEMALE, born=cast.born(max(22, age - 6)), line=1, foreign=True)
    return (husband, wife, *cast.children("子", cast.ages_of_children(min(age, 45))))


def _moved_away(cast: Casting) -> Family:
    return tuple(replace(member, ending=Ending.MOVED_OUT) for member in ordinary(cast))


def _widowed(cast: Casting) -> Family:
    """She became the householder when he, until then the householder, died; both were 世帯主 in their time."""
    age = cast.years(68, 94)
    widow = Person(relationship=HOUSEHOLDER, sex=Sex.FEMALE, born=cast.born(age))
    husband = Person(
        relationship=HOUSEHOLDER,
        sex=Sex.MALE,
        born=cast.born(age + cast.years(0, 6)),
        heads_register=True,
        ending=Ending.DIED,
    )
    return (widow, husband)


def _child_left(cast: Casting) -> Family:
    parents = married(cast, cast.years(44, 58))
    return (*parents, *(replace(child, ending=Ending.MOVED_OUT) for child in cast.children("子", [cast.years(19, 22)])))


_FAMILIES: Mapping[Circumstance, Callable[[Casting], Family]] = {
    Circumstance.NEWCOMERS: _newcomers,
    Circumstance.INTERNATIONAL: _international,
    Circumstance.MOVED_AWAY: _moved_away,
    Circumstance.WIDOWED: _widowed,
    Circumstance.CHILD_LEFT: _child_left,
}
