"""The whole city, and what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from api.demonstration.chance import Bag
from api.demonstration.circumstances import Circumstance, circumstances, family_in
from api.demonstration.families import Casting, Family
from api.demonstration.foreign import SPOUSE_OF_JAPANESE, Arrivals, any_alias_surname, foreign_identities_of, standings
from api.demonstration.histories import histories_of
from api.demonstration.identities import identities_of
from api.demonstration.names import VARIANTS, Written, name_book
from api.demonstration.numbers import Numbers
from api.demonstration.protection import protect
from api.demonstration.records import Registration
from domain.households import Household
from domain.residents import ResidentRecord
from domain.support_measures import SupportMeasure
from domain.values.identifiers import AddresseeNumber, MunicipalityCode
from domain.versions import Version

MUNICIPALITY = MunicipalityCode("012131")
"""苫小牧市."""

FEWEST_RESIDENTS = 200
"""A smaller city would miss some of what is to be shown."""


@dataclass(frozen=True, slots=True)
class DemonstrationCity:
    """Records, closed ones too; households; the measures for who is or was protected; all versions of each record.

    A household's members are those who live in it or, where nobody does any more, who last did.
    """

    residents: tuple[ResidentRecord, ...]
    households: tuple[Household, ...]
    support_measures: tuple[SupportMeasure, ...]
    histories: Mapping[AddresseeNumber, Sequence[Version]]


def build_city(
    *, residents: int, today: date, seed: int = 12131, progress: Callable[[int], None] | None = None
) -> DemonstrationCity:
    """A city of exactly this many records; the same for the same size, day and seed.

    `progress` is told, household by household, how many records there are.
    Raises `ValueError` below `FEWEST_RESIDENTS`.
    """
    if residents < FEWEST_RESIDENTS:
        raise ValueError(f"a demonstration city has at least {FEWEST_RESIDENTS} residents")
    random = Random(seed)  # noqa: S311 - nothing here is a secret: the people are made
    builder = _Builder(random, today, residents)
    records: list[ResidentRecord] = []
    households: list[Household] = []
    while len(records) < residents:
        newly_registered, household = builder.household(at_most=residents - len(records))
        records.extend(newly_registered)
        households.append(household)
        if progress is not None:
            progress(len(records))
    measures = protect(random, records, today)
    return DemonstrationCity(tuple(records), tuple(households), measures, histories_of(Random(seed), records, today))  # noqa: S311 - as above


def describe(city: DemonstrationCity) -> dict[str, int]:
    """How much of what there is in the city, for who wants to try something on it."""
    current = [record for record in city.residents if not record.is_closed]
    return {
        "records": len(city.residents),
        "households": len(city.households),
        "residents": len(current),
        "closed_records": len(city.residents) - len(current),
        "foreign_residents": sum(record.is_foreign for record in current),
        "with_an_alias": sum(bool(record.alias_history) for record in current),
        "with_a_former_surname": sum(record.former_surname is not None for record in current),
        "moving_out": sum(record.planned_move_out_address is not None for record in current),
        "support_measures": len(city.support_measures),
    }


class _Builder:
    """Makes one household after another, and remembers what the next one is to be."""

    def __init__(self, random: Random, today: date, residents: int) -> None:
        self._random = random
        self._today = today
        self._numbers = Numbers.for_residents(random, residents)
        self._registration = Registration(random, today, self._numbers)
        self._circumstances = circumstances()
        self._standings = standings()
        self._variants = Bag(VARIANTS)

    def household(self, *, at_most: int) -> tuple[list[ResidentRecord], Household]:
        """The next household and its records, cut to so many people."""
        circumstance = self._circumstances.deal(self._random)
        family = family_in(circumstance, Casting(self._random, self._today))[:at_most]
        surname = self._surname(circumstance)
        identities = identities_of(self._random, family, surname, self._today)
        if any(person.foreign for person in family):
            identities |= self._foreign_identities(circumstance, family, surname)
        return self._registration.register(family, identities, moving_out=circumstance is Circumstance.MOVING_OUT)

    def _surname(self, circumstance: Circumstance) -> Written:
        if circumstance is Circumstance.RARE_SURNAME:
            return self._variants.deal(self._random)
        return name_book().surname(self._random)

    def _foreign_identities(
        self, circumstance: Circumstance, family: Family, surname: Written
    ) -> dict[int, dict[str, Any]]:
        if circumstance is Circumstance.INTERNATIONAL:
            arrivals = Arrivals(family, SPOUSE_OF_JAPANESE, alias_surname=surname)
        else:
            arrivals = Arrivals(family, self._standings.deal(self._random), any_alias_surname(self._random))
        return foreign_identities_of(self._random, arrivals, self._numbers.residence_card, self._today)
