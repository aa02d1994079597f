"""Who lives together: believable households of a city in Hokkaido, as people with an age and a place in the family.

Relationships (続柄) keep to the closed list of 標準仕様書1.0 1.1.11. Each person stands after those through whom she is
related: whoever is cut from the end leaves a household that still makes sense.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from random import Random

from api.demonstration.chance import Weighted
from domain.values.sex import Sex

HOUSEHOLDER = "世帯主"
_YEAR = 365.2425


class Ending(Enum):
    """Why somebody is no resident any more."""

    MOVED_OUT = auto()
    DIED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of a household before names and numbers.

    `line` tells whose surname she bears, `register` in which family register (戸籍) she stands, both counted within the
    household (0 is the householder's); `heads_register` makes her its first person (筆頭者). `ending` is set for who
    left the city or died: her record is closed.
    """

    relationship: str
    sex: Sex
    born: date
    line: int = 0
    register: int = 0
    heads_register: bool = False
    foreign: bool = False
    ending: Ending | None = None

    def age(self, on: date) -> int:
        """Full years on a day."""
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


Family = tuple[Person, ...]
"""The householder first."""


@dataclass(frozen=True, slots=True)
class Casting:
    """Chooses people of given ages, as of `today`."""

    random: Random
    today: date

    def born(self, age: int) -> date:
        """A birth date of someone who is `age` years old."""
        return self.today - timedelta(days=int((age + self.random.random() * 0.99) * _YEAR))

    def sex(self, *, women: float = 0.5) -> Sex:
        """A sex; `women` is the share of women."""
        return Sex.FEMALE if self.happens(women) else Sex.MALE

    def happens(self, share: float) -> bool:
        """Whether something happens that does in this share of cases."""
        return self.random.random() < share

    def years(self, least: int, most: int) -> int:
        """An age or a distance in years, both ends included."""
        return self.random.randint(least, most)

    def children(self, relationship: str, ages: list[int], *, line: int = 0, register: int = 0) -> Family:
        """Children of these ages, the eldest first."""
        return tuple(
            Person(relationship=relationship, sex=self.sex(), born=self.born(age), line=line, register=register)
            for age in sorted(ages, reverse=True)
        )

    def ages_of_children(self, mother: int) -> list[int]:
        """How old the children at home of a mother of this age are; at least one."""
        eldest = self.years(max(0, mother - 40), max(0, min(22, mother - 22)))
        count = _CHILDREN.pick(self.random)
        return [age for age in (eldest - 3 * place for place in range(count)) if age >= 0]


_CHILDREN = Weighted([(1, 38), (2, 46), (3, 14), (4, 2)])
_OLD = 75
_LONE_AGES = Weighted([((18, 24), 12), ((25, 34), 14), ((35, 49), 16), ((50, 64), 18), ((65, 74), 17), ((75, 97), 23)])
_COUPLE_AGES = Weighted([((24, 39), 10), ((40, 59), 20), ((60, 74), 42), ((75, 92), 28)])


def _lone(cast: Casting) -> Family:
    least, most = _LONE_AGES.pick(cast.random)
    women = 0.74 if least >= _OLD else 0.42
    # Who never married still stands in the parents' register; who did heads one, or stays in the late husband's.
    settled = cast.happens(least / 90)
    sex = cast.sex(women=women)
    born = cast.born(cast.years(least, most))
    return (Person(relationship=HOUSEHOLDER, sex=sex, born=born, heads_register=settled),)


def married(cast: Casting, age: int) -> Family:
    """A married couple; the husband, mostly the householder, is `age` years old and heads the register."""
    wife_born = cast.born(max(19, age + cast.years(-7, 3)))
    if cast.happens(0.04):
        return (
            Person(relationship=HOUSEHOLDER, sex=Sex.FEMALE, born=wife_born),
            Person(relationship="夫", sex=Sex.MALE, born=cast.born(age), heads_register=True),
        )
    return (
        Person(relationship=HOUSEHOLDER, sex=Sex.MALE, born=cast.born(age), heads_register=True),
        Person(relationship="妻", sex=Sex.FEMALE, born=wife_born),
    )


def _couple(cast: Casting) -> Family:
    return married(cast, cast.years(*_COUPLE_AGES.pick(cast.random)))


def _unmarried_couple(cast: Casting) -> Family:
    head, partner = married(cast, cast.years(24, 70))
    unregistered = f"{partner.relationship}（未届）"
    return (
        Person(relationship=HOUSEHOLDER, sex=head.sex, born=head.born, heads_register=True),
        Person(relationship=unregistered, sex=partner.sex, born=partner.born, line=1, register=1, heads_register=True),
    )


def parents_and_children(cast: Casting) -> Family:
    """A married couple with the children who still live with them."""
    age = cast.years(27, 58)
    return (*married(cast, age), *cast.children("子", cast.ages_of_children(min(age, 54))))


def _second_marriage(cast: Casting) -> Family:
    # The wife's child of an earlier marriage: a 「妻の子」 with a surname and a register of the former family.
    pair = married(cast, cast.years(32, 50))
    if pair[1].relationship != "妻":
        return pair
    return (*pair, *cast.children("妻の子", [cast.years(6, 16)], line=1, register=1))


def _single_parent(cast: Casting) -> Family:
    age = cast.years(24, 52)
    head = Person(relationship=HOUSEHOLDER, sex=cast.sex(women=0.86), born=cast.born(age), heads_register=True)
    return (head, *cast.children("子", cast.ages_of_children(age)))


def _elder_with_grown_child(cast: Casting) -> Family:
    age = cast.years(62, 92)
    head = married(cast, age) if cast.happens(0.5) else (_widowed(cast, age),)
    return (*head, *cast.children("子", [age - cast.years(27, 36)]))


def _widowed(cast: Casting, age: int) -> Person:
    sex = cast.sex(women=0.8)
    return Person(relationship=HOUSEHOLDER, sex=sex, born=cast.born(age), heads_register=sex is Sex.MALE)


def _young_family(cast: Casting, age: int) -> Family:
    """The householder's son of this age with wife and children, in a register of their own (register 1)."""
    wife = max(22, age - cast.years(0, 5))
    return (
        Person(relationship="子", sex=Sex.MALE, born=cast.born(age), register=1, heads_register=True),
        Person(relationship="子の妻", sex=Sex.FEMALE, born=cast.born(wife), register=1),
        *cast.children("子の子", cast.ages_of_children(min(wife, 48)), register=1),
    )


def _three_generations(cast: Casting) -> Family:
    age = cast.years(58, 80)
    elders = married(cast, age) if cast.happens(0.7) else (_widowed(cast, age),)
    return (*elders, *_young_family(cast, age - cast.years(25, 31)))


def _four_generations(cast: Casting) -> Family:
    age = cast.years(84, 95)
    child, wife, grandchild = age - 25, age - 28, age - 52
    return (
        _widowed(cast, age),
        Person(relationship="子", sex=Sex.MALE, born=cast.born(child), register=1, heads_register=True),
        Person(relationship="子の妻", sex=Sex.FEMALE, born=cast.born(wife), register=1),
        Person(relationship="子の子", sex=cast.sex(), born=cast.born(grandchild), register=2, heads_register=True),
        *cast.children("子の子の子", [grandchild - 27], register=2),
    )


def _householder_with_parent(cast: Casting) -> Family:
    age = cast.years(45, 66)
    relationship = "妻の母" if cast.happens(0.3) else "母"
    own = relationship == "母"
    parent = Person(
        relationship=relationship,
        sex=Sex.FEMALE,
        born=cast.born(age + cast.years(22, 30)),
        line=0 if own else 1,
        register=2,
    )
    pair = married(cast, age)
    return (*pair, parent) if pair[1].relationship == "妻" else pair


def _brother_and_sister(cast: Casting) -> Family:
    age = cast.years(22, 70)
    younger = cast.sex()
    return (
        Person(relationship=HOUSEHOLDER, sex=cast.sex(), born=cast.born(age)),
        Person(
            relationship="妹" if younger is Sex.FEMALE else "弟", sex=younger, born=cast.born(age - cast.years(1, 4))
        ),
    )


def _with_lodger(cast: Casting) -> Family:
    age = cast.years(20, 75)
    relationship = "縁故者" if cast.happens(0.3) else "同居人"
    lodger = Person(relationship=relationship, sex=cast.sex(), born=cast.born(cast.years(19, 74)), line=1, register=1)
    return (Person(relationship=HOUSEHOLDER, sex=cast.sex(), born=cast.born(age)), lodger)


Shape = Callable[[Casting], Family]

_SHAPES: Weighted[Shape] = Weighted(
    [
        (_lone, 38),
        (_couple, 26),
        (parents_and_children, 13),
        (_single_parent, 4),
        (_elder_with_grown_child, 10),
        (_three_generations, 1.8),
        (_householder_with_parent, 2),
        (_unmarried_couple, 1.5),
        (_second_marriage, 1),
        (_brother_and_sister, 1),
        (_with_lodger, 0.7),
        (_four_generations, 0.3),
    ]
)


def ordinary(cast: Casting) -> Family:
    """The people of one household like most."""
    return _SHAPES.pick(cast.random)(cast)
