"""When the people of a household came, moved, changed and left, and which change their record holds last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from random import Random

from api.demonstration.chance import day_between
from api.demonstration.families import Ending, Family, Person

NUMBERS_ASSIGNED = date(2015, 10, 5)
"""When everybody in the register was given an Individual Number (番号法附則第1条)."""

_SETTLED_BEFORE = timedelta(days=30)
_NATIVES = 0.35  # the share of households whose head was born here
_NATIVES_MOVED, _OTHERS_MOVED = 0.85, 0.5  # the shares of those that moved once more within the city
_FOREIGN_STAY = 8  # years
_GROWN = 20
_NOTICE = 14  # days within which most changes are notified (住基法第22条から第25条)


@dataclass(frozen=True, slots=True)
class Change:
    """A change (異動) of a record: its class, reason (標準仕様書1.0 1.2.1), day, and what was notified."""

    record: str
    reason: str
    on: date
    notification: str
    notified_on: date


@dataclass(frozen=True, slots=True)
class Story:
    """What the people of a household share: when they came to the city and to this home, when somebody left or will.

    `arrived` is the householder's day; `native` households were always here. `left_on` is the day on which those with
    an ending left, `moves_on` the one on which the household plans to move out; `bereaved`: it lost somebody by death.
    """

    head: Person
    arrived: date
    settled: date
    native: bool
    left_on: date
    moves_on: date | None
    bereaved: bool


@dataclass(frozen=True, slots=True)
class Life:
    """One person's days in the city and the changes of her record; of one day, in their order."""

    person: Person
    became: date
    established: date
    ceased: date | None
    changes: tuple[Change, ...]

    @property
    def last_change(self) -> Change:
        """The change that the record as it stands came from."""
        return sorted(self.changes, key=attrgetter("on"))[-1]

    @property
    def born_here(self) -> bool:
        """Whether she became a resident by being born."""
        return self.became == self.person.born

    @property
    def moved_within(self) -> bool:
        """Whether she lived elsewhere in the city before."""
        return self.established > self.became


def tell_story(random: Random, family: Family, today: date, *, moving_out: bool) -> Story:
    """A story for the household of these people."""
    head, latest = family[0], today - _SETTLED_BEFORE
    native = not head.foreign and random.random() < _NATIVES
    arrived = head.born if native else _arrival(random, head, today)
    moved_again = random.random() < (_NATIVES_MOVED if native else _OTHERS_MOVED)
    settled = day_between(random, max(arrived, birthday(today, -30)), latest) if moved_again else arrived
    return Story(
        head=head,
        arrived=arrived,
        settled=settled,
        native=native,
        left_on=day_between(random, max(settled + timedelta(days=1), birthday(today, -5)), today - timedelta(days=3)),
        moves_on=today + timedelta(days=random.randint(1, 25)) if moving_out else None,
        bereaved=any(person.ending is Ending.DIED for person in family),
    )


def live(random: Random, story: Story, person: Person, today: date) -> Life:
    """The life of one of the household's people."""
    became = max(person.born, _came(random, story, person, today))
    established = max(became, story.settled)
    ceased = max(story.left_on, established) if person.ending else None
    changes = [_entry(random, person, became, today)]
    if became < NUMBERS_ASSIGNED:
        changes.append(Change("修正", "個人番号の職権記載", NUMBERS_ASSIGNED, "職権", NUMBERS_ASSIGNED))
    if established > became:
        changes.append(Change("修正", "転居", established, "転居届", _notified(random, established, today)))
    changes.extend(_latest(random, story, person, ceased, today))
    return Life(person, became, established, ceased, tuple(changes))


def birthday(born: date, age: int) -> date:
    """The day `age` years after (before, if negative) `born`; 1 March for a leap day where there is none."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _came(random: Random, story: Story, person: Person, today: date) -> date:
    if person is story.head or person.relationship.endswith("子"):
        return story.arrived
    grown = birthday(person.born, _GROWN)
    if not story.native and grown <= story.arrived:
        return story.arrived
    latest = today - _SETTLED_BEFORE
    return min(day_between(random, grown, min(birthday(grown, _GROWN), latest)), latest)


def _arrival(random: Random, head: Person, today: date) -> date:
    grown, latest = birthday(head.born, 18), today - _SETTLED_BEFORE
    since = max(grown, birthday(today, -_FOREIGN_STAY)) if head.foreign else grown
    return min(day_between(random, since, latest), latest)


def _entry(random: Random, person: Person, became: date, today: date) -> Change:
    notified = _notified(random, became, today)
    if became == person.born:
        return Change("記載", "出生", became, "出生届", notified)
    if person.foreign:
        return Change("記載", "国外転入等", became, "転入届（住基法第30条の46）", notified)
    return Change("記載", "国内転入", became, "転入届", notified)


def _latest(random: Random, story: Story, person: Person, ceased: date | None, today: date) -> Iterator[Change]:
    if ceased and person.ending is Ending.DIED:
        yield Change("消除", "死亡", ceased, "死亡届", _notified(random, ceased, today))
    elif ceased:
        yield Change("消除", "国内転出", ceased, "転出届", ceased - timedelta(days=random.randint(0, _NOTICE)))
    elif story.bereaved:
        yield Change("修正", "世帯主変更", story.left_on, "職権", _notified(random, story.left_on, today))
    elif story.moves_on:
        yield Change("消除", "国内転出", story.moves_on, "転出届", today - timedelta(days=random.randint(0, 5)))


def _notified(random: Random, on: date, today: date) -> date:
    return min(on + timedelta(days=random.randint(0, _NOTICE)), today)
