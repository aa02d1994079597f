"""A register in memory that gives what a real one may give, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain.change_feed import Changed, Hearing
from domain.histories import Span, Standpoint
from domain.ports import Condition, Hits, Match, Occasion, Reading, Row, Search
from domain.restrictions import Restriction


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

    async def matching(self, reading: Reading, occasion: Occasion, condition: Condition) -> list[Row]:
        """The one with this number."""
        self._note("matching", reading, occasion, condition)
        return [row(reading, one) for one in self._open(reading) if meets(one, condition)]

    async def searched(self, reading: Reading, occasion: Occasion, search: Search, most: int) -> Hits:
        """Those that match, by addressee number, with their count."""
        self._note("searched", reading, occasion, search)
        found = [
            one
            for one in self._open(reading)
            if all(meets(one, condition) for condition in search.conditions)
            and (search.include_closed or not one.facts & 1)
        ]
        page = [one for one in found if one.number > (search.after or "") and len(found) <= most]
        return Hits([row(reading, one) for one in page[: search.limit]], len(found))

    async def date_texts(
        self, municipality_code: str, numbers: Collection[str], items: Collection[str]
    ) -> dict[str, dict[str, str]]:
        """What is worded nobody's way here."""
        return {}

    async def living_in(
        self, reading: Reading, occasion: Occasion, household_numbers: Collection[str]
    ) -> list[tuple[str, Row]]:
        """Current members of these households."""
        self._note("living_in", reading, occasion, sorted(household_numbers))
        at_home = (one for one in self._open(reading) if one.household in household_numbers and not one.facts & 1)
        return [(one.household, row(reading, one)) for one in at_home]


class FakeVersions(FakeStore):
    """Versions: `held` are all of everybody, the newest first; each comes with its number as the last of its row."""

    async def standing(
        self, reading: Reading, occasion: Occasion, condition: Condition, standpoint: Standpoint
    ) -> list[Row]:
        """The newest of whom the condition matches."""
        self._note("standing", reading, occasion, (condition, standpoint))
        return [row(reading, one) for one in self._open(reading) if meets(one, condition)][:1]

    async def of(self, reading: Reading, occasion: Occasion, numbers: Collection[str], span: Span) -> list[Row]:
        """Those of these residents, of each so many."""
        self._note("of", reading, occasion, (sorted(numbers), span))
        found: list[Row] = []
        for number in sorted(numbers):
            versions = [one for one in self._open(reading) if one.number == number]
            found += [
                (*row(reading, one), len(versions) - at)
                for at, one in enumerate(versions)
                if span.after is None or len(versions) - at < span.after
            ][: span.limit]
        return found

    async def left(self, reading: Reading, occasion: Occasion, places: Collection[tuple[str, int]]) -> list[Row]:
        """Those with these numbers, each as number one."""
        self._note("left", reading, occasion, sorted(places))
        return [(*row(reading, one), 1) for one in self._open(reading) if (one.number, 1) in places]


@dataclass
class FakeChanges:
    """The change feed: what it was asked with, and what it gives to whom."""

    held: Sequence[Changed] = ()
    hearings: list[Hearing] = field(default_factory=list)

    async def after(self, hearing: Hearing, _occasion: Occasion, after: int | None, limit: int) -> list[Changed]:
        """Those that are held, after this sequence."""
        self.hearings.append(hearing)
        return [one for one in self.held if after is None or one.sequence > after][:limit]


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


class FakeRestrictions:
    """Restrictions that are on everybody; `place` and the like are the store's own tests' matter."""

    def __init__(self, *restrictions: Restriction) -> None:
        self.restrictions = restrictions

    async def touching(self, *_about: object) -> list[Restriction]:
        """All of them."""
        return list(self.restrictions)
