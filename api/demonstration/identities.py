"""Who the Japanese people of a household are: names with their readings, and the family register they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from api.demonstration.addresses import gazetteer
from api.demonstration.chance import Weighted
from api.demonstration.families import Family, Person
from api.demonstration.names import Written, name_book
from domain.values.dates import RegisterDate
from domain.values.names import FULL_WIDTH_SPACE, Name, NameReading
from domain.values.sex import Sex

# A year after the law began, the mayor of the domicile entered what had been notified (令和5年法律第48号附則第9条).
_CERTIFIED_ON = RegisterDate("2026-05-26")
_CERTIFIED = Weighted([((True, True), 84), ((True, False), 3), ((False, False), 13)])
_WIVES = frozenset({"妻", "子の妻"})
_FORMER_SURNAMES = 0.03
_DOMICILES_HERE = 0.6
_A_GENERATION, _A_COUPLE = 30, 3  # years that an absent head of a register is older: a father, a late husband
_TAKEN_FOR_WIDOWED = 60  # years of age


@dataclass(frozen=True, slots=True)
class FullName:
    """A Japanese name in its two parts."""

    surname: Written
    given: Written

    @property
    def text(self) -> str:
        """As the record has it."""
        return f"{self.surname.text}{FULL_WIDTH_SPACE}{self.given.text}"

    @property
    def kana(self) -> str:
        """In katakana, for searching (氏名カナ)."""
        return f"{self.surname.kana}{FULL_WIDTH_SPACE}{self.given.kana}"


@dataclass(frozen=True, slots=True)
class FamilyRegister:
    """戸籍の表示: the registered domicile (本籍) and the first person listed (筆頭者)."""

    domicile: str
    head: str


def identities_of(random: Random, family: Family, surname: Written, today: date) -> dict[int, dict[str, Any]]:
    """The identifying items of a household's Japanese people, by their place in the family.

    `surname` is the householder's, unless she is no Japanese.
    """
    japanese = {place: person for place, person in enumerate(family) if not person.foreign}
    names = _names(random, japanese, surname)
    registers = _registers(random, japanese, names, today)
    return {
        place: {
            "full_name": Name(names[place].text),
            "name_kana": names[place].kana,
            "name_reading": _reading(random, names[place]),
            "registered_domicile": registers[person.register].domicile,
            "family_register_head": registers[person.register].head,
            **_former_surname(random, person),
        }
        for place, person in japanese.items()
    }


def _names(random: Random, people: Mapping[int, Person], surname: Written) -> dict[int, FullName]:
    surnames = {0: surname}
    names: dict[int, FullName] = {}
    for place, person in people.items():
        if person.line not in surnames:
            surnames[person.line] = name_book().surname(random)
        names[place] = FullName(surnames[person.line], _unused(random, person, names))
    return names


def _unused(random: Random, person: Person, names: Mapping[int, FullName]) -> Written:
    """A given name that nobody else in the household has."""
    taken = {name.given.text for name in names.values()}
    while (given := name_book().given(random, person.sex, person.born.year)).text in taken:
        pass
    return given


def _registers(
    random: Random, people: Mapping[int, Person], names: Mapping[int, FullName], today: date
) -> dict[int, FamilyRegister]:
    heads: dict[int, str] = {}
    for place, person in people.items():
        if person.heads_register:
            heads[person.register] = names[place].text
    for place, person in people.items():
        if person.register not in heads:
            heads[person.register] = _absent_head(random, person, names[place].surname, today)
    return {register: FamilyRegister(_domicile(random), head) for register, head in heads.items()}


def _absent_head(random: Random, person: Person, surname: Written, today: date) -> str:
    older = _A_COUPLE if person.age(today) >= _TAKEN_FOR_WIDOWED else _A_GENERATION
    return FullName(surname, name_book().given(random, Sex.MALE, person.born.year - older)).text


def _domicile(random: Random) -> str:
    here = random.random() < _DOMICILES_HERE
    return (gazetteer().plot_here(random) if here else gazetteer().elsewhere(random)).text


def _reading(random: Random, name: FullName) -> str | None:
    surname, given = _CERTIFIED.pick(random)
    if not surname:
        return None
    return NameReading(name.surname.kana, name.given.kana if given else None, _CERTIFIED_ON).shown


def _former_surname(random: Random, person: Person) -> dict[str, Any]:
    if person.relationship not in _WIVES or random.random() > _FORMER_SURNAMES:
        return {}
    former = name_book().surname(random)
    return {"former_surname": former.text, "former_surname_reading": former.kana}
