"""A register in memory that gives what a real one may give, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.ports import Condition, Match, Occasion, Reading, Row, Search


@dataclass(frozen=True)
class Held:
    """A record as the register holds it: the code of its facts, its number, its items and their normal forms."""

    number: str
    facts: int
    items: Mapping[str, object]
    keys: Mapping[str, str] = field(default_factory=dict)
    household: str = ""


@dataclass(frozen=True)
class Question:
    """What a store was asked."""

    name: str
    reading: Reading
    occasion: Occasion
    about: object


@dataclass
class FakeStore:
    """What both stores have in common; `breaks` is raised instead of an answer."""

    held: Sequence[Held] = ()
    breaks: Exception | None = None
    questions: list[Question] = field(default_factory=list)

    def _note(self, name: str, reading: Reading, occasion: Occasion, about: object) -> None:
        self.questions.append(Question(name, reading, occasion, about))
        if self.breaks:
            raise self.breaks

    def _open(self, reading: Reading) -> list[Held]:
        return sorted((one for one in self.held if one.facts in reading.opens), key=lambda one: one.number)

    async def numbered(self, reading: Reading, occasion: Occasion, numbers: Collection[str]) -> list[Row]:
        """Those with these numbers."""
        self._note("numbered", reading, occasion, sorted(numbers))
        return [row(reading, one) for one in self._open(reading) if one.number in numbers]


class FakeResidents(FakeStore):
    """Residents."""

    async def matching(self, reading: Reading, occasion: Occasion, search: Search) -> list[Row]:
        """Those that match, by addressee number."""
        self._note("matching", reading, occasion, search)
        found = [
            one
            for one in self._open(reading)
            if all(meets(one, condition) for condition in search.conditions)
            and (search.include_closed or not one.facts & 1)
            and one.number > (search.after or "")
        ]
        return [row(reading, one) for one in found[: search.limit]]

    async def living_in(
        self, reading: Reading, occasion: Occasion, household_numbers: Collection[str]
    ) -> list[tuple[str, Row]]:
        """Current members of these households."""
        self._note("living_in", reading, occasion, sorted(household_numbers))
        at_home = (one for one in self._open(reading) if one.household in household_numbers and not one.facts & 1)
        return [(one.household, row(reading, one)) for one in at_home]


class FakeHouseholds(FakeStore):
    """Households."""

    async def matching(self, reading: Reading, occasion: Occasion, condition: Condition) -> list[Row]:
        """The household with this number."""
        self._note("matching", reading, occasion, condition)
        return [row(reading, one) for one in self._open(reading) if meets(one, condition)]


def row(reading: Reading, held: Held) -> Row:
    """Facts, number, and each item for which these facts are among those it is shown for."""
    values = (held.items.get(column.item) if held.facts in column.shown_for else None for column in reading.columns)
    return (held.facts, held.number, *values)


def meets(held: Held, condition: Condition) -> bool:
    """Whether the record's normal form is the condition's, and it is shown where that is asked."""
    key = held.keys.get(condition.item, str(held.items.get(condition.item, "")))
    matches = key == condition.value if condition.match is Match.EQUALS else key.startswith(condition.value)
    return matches and (condition.shown_for is None or held.facts in condition.shown_for)


def with_facts(held: Held, facts: int) -> Held:
    """The same record with other facts."""
    return replace(held, facts=facts)
