"""One household's records, put together from its people, their identities, lives, matters and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from api.demonstration.addresses import building_line, gazetteer
from api.demonstration.families import HOUSEHOLDER, Ending, Family, Person
from api.demonstration.foreign import FOREIGN_RESIDENTS_SINCE
from api.demonstration.lives import Life, Story, live, tell_story
from api.demonstration.matters import Situation, is_allowance_child, matters_of
from api.demonstration.numbers import Numbers
from domain.households import Household, Listed, Member, in_order
from domain.residents import ResidentRecord
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.identifiers import HouseholdNumber
from domain.values.relationships import Relationship

Items = dict[str, Any]
"""Items of a record under their identifiers."""

_FLATS = 0.45
_INSURED_WITH_THE_CITY, _INSURED_WHEN_RETIRED = 0.2, 0.75
_RETIRED = range(65, 75)
_VAGUE_BIRTHS, _VAGUE_UNTIL = 0.03, 1955  # of the eldest, some do not know the day they were born, or the month
_PROVISION_CODES = 0.6
_OPENING, _CLOSING = 8 * 60 + 45, 17 * 60 + 15  # minutes of the day
_COUNTERS = 9


@dataclass(frozen=True, slots=True)
class Dwelling:
    """Where a household lives, where in the city it lived before, where it came from, where it moves to."""

    home: Address
    building_line: str | None
    old_home: Address
    came_from: Address
    moves_to: Address

    @classmethod
    def chosen(cls, random: Random) -> Dwelling:
        """A dwelling in the city with a past and a future."""
        places = gazetteer()
        return cls(
            home=places.home(random),
            building_line=building_line(random) if random.random() < _FLATS else None,
            old_home=places.home(random),
            came_from=places.elsewhere(random),
            moves_to=places.elsewhere(random),
        )


@dataclass(frozen=True, slots=True)
class Registration:
    """Registers one household after another; `today` is the day of the register."""

    random: Random
    today: date
    numbers: Numbers

    def register(
        self, family: Family, identities: Mapping[int, Items], *, moving_out: bool
    ) -> tuple[list[ResidentRecord], Household]:
        """The records of these people and their household; `identities` are the identifying items by place."""
        household_number = next(self.numbers.household)
        story = tell_story(self.random, family, self.today, moving_out=moving_out)
        dwelling = Dwelling.chosen(self.random)
        situations = self._situations(family)
        records = []
        for place, person in enumerate(family):
            life = live(self.random, story, person, self.today)
            items = identities[place] | self._numbers() | self._days(life) | self._change(life)
            items |= matters_of(self.random, life, situations[place], self.today)
            items |= _home(dwelling, life) | self._other_addresses(story, dwelling, life, items)
            items["householder_name"] = _householder_name(person, place, identities)
            records.append(ResidentRecord(household_number=household_number, sex=person.sex, **items))
        return records, _household(household_number, family, records)

    def _numbers(self) -> Items:
        random, numbers = self.random, self.numbers
        has_code = random.random() < _PROVISION_CODES
        return {
            "addressee_number": next(numbers.addressee),
            "individual_number": next(numbers.individual),
            "resident_record_code": next(numbers.resident_record),
            "integrated_addressee_number": next(numbers.integrated_addressee),
            "information_provision_code": f"demo{random.getrandbits(96):024x}" if has_code else None,
        }

    def _situations(self, family: Family) -> list[Situation]:
        retired = family[0].age(self.today) in _RETIRED
        insured = self.random.random() < (_INSURED_WHEN_RETIRED if retired else _INSURED_WITH_THE_CITY)
        children = Counter(person.register for person in family if is_allowance_child(person.born, self.today))
        return [Situation(insured, children[person.register] if person.heads_register else 0) for person in family]

    def _days(self, life: Life) -> Items:
        return {
            "date_of_birth": self._birth(life.person),
            **_became_resident(life),
            "address_established_on": RegisterDate.of(life.established),
            "ceased_resident_on": RegisterDate.of(life.ceased) if life.ceased else None,
        }

    def _birth(self, person: Person) -> RegisterDate:
        vague = person.born.year < _VAGUE_UNTIL and not person.foreign and self.random.random() < _VAGUE_BIRTHS
        if not vague:
            return RegisterDate.of(person.born)
        return RegisterDate(person.born.isoformat()[: self.random.choice((4, 7))])

    def _change(self, life: Life) -> Items:
        change, random = life.last_change, self.random
        notified = RegisterDate.of(change.notified_on)
        minute = random.randint(_OPENING, _CLOSING)
        return {
            "change_record": change.record,
            "change_reason": change.reason,
            "changed_on": RegisterDate.of(change.on),
            "notified_on": notified,
            "processed_on": notified,
            "processed_at_time": f"{minute // 60:02}:{minute % 60:02}:{random.randint(0, 59):02}",
            "process_id": f"DEMO-{change.notified_on:%Y%m%d}-{next(self.numbers.process):07}",
            "terminal_id": f"DEMO-T{random.randint(1, _COUNTERS):02}",
            "staff_number": f"DEMO-S{random.randint(1, _COUNTERS):02}",
            "notification_reason": change.notification,
        }

    def _other_addresses(self, story: Story, dwelling: Dwelling, life: Life, items: Items) -> Items:
        moves_out = story.moves_on or life.person.ending is Ending.MOVED_OUT
        return {
            "previous_address": self._previous_address(story, dwelling, life, items),
            "planned_move_out_address": dwelling.moves_to if moves_out else None,
            "confirmed_move_out_address": dwelling.moves_to if moves_out and life.ceased else None,
        }

    def _previous_address(self, story: Story, dwelling: Dwelling, life: Life, items: Items) -> Address | None:
        if life.moved_within:
            return dwelling.old_home
        if life.born_here:
            return None
        if life.person.foreign:
            return Address(items["nationality_or_region"])
        came_together = life.became == story.arrived
        return dwelling.came_from if came_together else gazetteer().elsewhere(self.random)


def _became_resident(life: Life) -> Items:
    """住民となった日, or 外国人住民となった日: no earlier than there were any."""
    if life.person.foreign:
        return {"became_foreign_resident_on": RegisterDate.of(max(life.became, FOREIGN_RESIDENTS_SINCE))}
    return {"became_resident_on": RegisterDate.of(life.became)}


def _home(dwelling: Dwelling, life: Life) -> Items:
    return {
        "current_address": dwelling.home,
        "building_line": dwelling.building_line,
        "relationship_to_householder": Relationship(life.person.relationship),
    }


def _householder_name(person: Person, place: int, identities: Mapping[int, Items]) -> str:
    """Her own name for a householder, also for the one who died, else that of the householder of today."""
    return str(identities[place if person.relationship == HOUSEHOLDER else 0]["full_name"].text)


def _household(number: HouseholdNumber, family: Family, records: list[ResidentRecord]) -> Household:
    """Who lives in it; of a household that nobody lives in any more, who did."""
    people = [pair for pair in zip(family, records, strict=True) if not pair[1].is_closed]
    members = in_order(_listed(people or list(zip(family, records, strict=True))))
    heads = [member.addressee_number for member in members if member.is_householder]
    return Household(number, tuple(members), heads[0])


def _listed(people: list[tuple[Person, ResidentRecord]]) -> list[Listed]:
    child = next((record.addressee_number for person, record in people if person.relationship == "子"), None)
    return [
        Listed(
            Member(record.addressee_number, record.relationship_to_householder),
            record.date_of_birth,
            family_of=child if person.relationship.startswith("子の") else None,
            is_register_head=person.heads_register,
        )
        for person, record in people
    ]
