"""Whom a certificate is of: loaded item by item as law, request and policy let them be, and what hides one of them.

Only what is SHOWN to who issues it goes onto a document, never a mask; an item that would stand on it and is not shown
stops it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from authz.decisions import Permit
from authz.desk import Visit, not_permitted
from authz.disclosure import Disclosure
from authz.facts import CertificateFacts, ResidentFacts
from authz.gathering import disclosed
from authz.runs import Asked, Run, Spot, graphql_name
from domain.certificates.composing import Person, needs_versions
from domain.certificates.law import RECORD_ITEMS, is_granted, items_to_load, items_to_print
from domain.certificates.requests import CertificateRequest, CertifiedItem
from domain.errors import Code, Refusal
from domain.histories import Span
from domain.items import RESIDENT_ITEMS, Form
from domain.ports import Row
from domain.values.date_texts import read

OF_VERSIONS = ("history_number", "valid_from", "recorded_at")
"""What composing must know of each version beside its items."""

MOST_VERSIONS = 500
"""Versions of one record that a certificate with its history is made of."""

NOBODY = ("Nobody has one of these addressee numbers.", "該当する宛名番号の者がいません。")


@dataclass(frozen=True, slots=True)
class Certified:
    """Whom a certificate is of, in the order in which they stand on it, and their versions where it needs them."""

    people: Sequence[Disclosure]
    versions: Mapping[str, Sequence[Disclosure]]

    @property
    def shown(self) -> list[Disclosure]:
        """Every record and version that was read."""
        return [*self.people, *(version for one in self.people for version in self.versions.get(one.key, ()))]


class Certifying:
    """The reading for one certificate in one visit. `at_first` is when the one was issued that is issued again."""

    def __init__(self, visit: Visit, run: Run, request: CertificateRequest, at_first: datetime | None) -> None:
        self.visit = visit
        self.run = run
        self.request = request
        self.at_first = at_first
        self.items = tuple(sorted(items_to_load(request)))
        self._certified = Certified((), {})

    async def certified(self) -> list[Person]:
        """The people, as far as they may stand on it; the run tells of them.

        Raises `Refusal`: INVALID_INPUT where there is no such person, ITEMS_NOT_PERMITTED.
        """
        self.visit.volume.require_room(len(self.request.subjects))
        permit = self.run.permit = self._permit(self.items)
        people = await self._people(permit) if permit.opens else []
        self._tell(Certified(people, {}))
        self._require_shown(people)
        certified = self._certified = self._as_first_issued(Certified(people, await self._versions_of(people)))
        self._tell(certified)
        self._require_shown(certified.shown)
        worded = await self._date_texts(certified.people)
        return [
            replace(self._person(one, certified.versions.get(one.key, ())), date_texts=worded.get(one.key, {}))
            for one in certified.people
        ]

    def facts(self) -> list[CertificateFacts]:
        """The facts of every record and version that stands on it, each combination once."""
        kind, requester = self.request.kind.value, self.request.requester.kind.value
        said = self._certified.shown if self.request.with_history else self._certified.people
        return list(dict.fromkeys(certificate_of(kind, requester, one.view.facts) for one in said))

    # Loading.

    async def _people(self, permit: Permit) -> list[Disclosure]:
        numbers = [number.value for number in self.request.subjects]
        found = {one.key: one for one in disclosed(permit, await self._numbered(permit, numbers))}
        missing = [number for number in numbers if number not in found]
        if missing:
            self.run.searched_by = {"addressee_number": self.visit.digest("addressee_number", missing[0])}
            raise Refusal(Code.INVALID_INPUT, names=("subjects",), detail=NOBODY)
        stated = [found[number] for number in numbers]
        return await self._at_home(permit, stated) if self.request.whole_household or len(stated) > 1 else stated

    async def _at_home(self, permit: Permit, stated: Sequence[Disclosure]) -> list[Disclosure]:
        """Those that are meant, in the order of members (標準仕様書1.0 5.2); who does not live there comes last."""
        whole = self.request.whole_household and not self.request.kind.is_of_closed_record
        reading = permit if whole else self._permit(())
        rows = await self.visit.desk.residents.living_in(reading.reading, self.visit.occasion, _home_of(stated[0]))
        members = disclosed(reading, [row for _, row in rows])
        by_number = {one.key: one for one in (*(members if whole else ()), *stated)}
        order = {one.key: None for one in (*members, *stated) if one.key in by_number}
        return [by_number[number] for number in order]

    async def _numbered(self, permit: Permit, numbers: Iterable[str]) -> Sequence[Row]:
        return await self.visit.desk.residents.numbered(permit.reading, self.visit.occasion, set(numbers))

    async def _versions_of(self, people: Sequence[Disclosure]) -> dict[str, list[Disclosure]]:
        """The versions of those whose certificate needs them, the newest first."""
        again = self.at_first is not None
        wanted = {one.key for one in people if again or needs_versions(self.request, self._values(one))}
        permit, span = self._permit((*self.items, *OF_VERSIONS)), Span(MOST_VERSIONS)
        versions = self.visit.desk.versions
        rows = await versions.of(permit.reading, self.visit.occasion, wanted, span) if wanted else []
        found: dict[str, list[Disclosure]] = {}
        for one in disclosed(permit, rows):
            found.setdefault(one.key, []).append(one)
        return found

    async def _date_texts(self, people: Sequence[Disclosure]) -> dict[str, dict[str, str]]:
        """How the register words those of their dates that are not fully known, where it says what stands on it."""
        dates = [item for item in self.items if RESIDENT_ITEMS[item].form is Form.DATE]
        values = {one.key: self._values(one) for one in people}
        code = self.visit.occasion.municipality_code
        found = await self.visit.desk.residents.date_texts(code, values, dates) if dates else {}
        return {
            number: {item: text for item, text in texts.items() if read(text).iso == values[number][item]}
            for number, texts in found.items()
        }

    def _as_first_issued(self, certified: Certified) -> Certified:
        """What the records said when it was first issued (標準仕様書1.0 4.1.3.0.3: 当初に発行した当時の状態)."""
        if self.at_first is None:
            return certified
        then = {
            number: [one for one in versions if _recorded_at(one) <= self.at_first]
            for number, versions in certified.versions.items()
        }
        return Certified([then[one.key][0] for one in certified.people if then.get(one.key)], then)

    # What may stand on it.

    def _person(self, one: Disclosure, versions: Sequence[Disclosure]) -> Person:
        return Person.of(one.key, self._values(one), [self._values(version) for version in versions])

    def _values(self, one: Disclosure) -> dict[str, object]:
        """The values of what is shown, and nothing for what is not: least of all a mask."""
        return {item: one.read(item) if one.view.shows(item) else None for item in one.view.at}

    def _require_shown(self, records: Iterable[Disclosure]) -> None:
        """Whoever issues it is shown each item that stands on it (標準仕様書1.0 10.4)."""
        hidden = {
            item: decision.rule.id
            for one in records
            for item, decision in one.view.decisions.items()
            if not one.view.shows(item) and item not in self._not_of(one)
        }
        if hidden:
            raise not_permitted([{"item": graphql_name(item), "rule": rule} for item, rule in hidden.items()])

    def _not_of(self, one: Disclosure) -> set[str]:
        """What was asked for because others may have it: it would not stand on a certificate of this record."""
        closed, foreign = _has(one, "ceased_resident_on"), _has(one, "became_foreign_resident_on")
        granted = [item for item in CertifiedItem if is_granted(self.request, item, foreign=foreign, closed=closed)]
        return set(items_to_print(self.request)) - {name for item in granted for name in RECORD_ITEMS[item]}

    def _tell(self, certified: Certified) -> None:
        self.run.shown = certified.shown
        self.run.positions = [(at,) for at in range(len(self.run.shown))]

    def _permit(self, items: Sequence[str]) -> Permit:
        return self.visit.permit(Asked("", (Spot((), tuple((item, item) for item in items)),)), ResidentFacts)


def _home_of(one: Disclosure) -> set[str]:
    number = one.read("household_number")
    return {str(number)} if number else set()


def _has(one: Disclosure, item: str) -> bool:
    return one.read(item) is not None


def _recorded_at(version: Disclosure) -> datetime:
    return datetime.fromisoformat(str(version.read("recorded_at")))


def certificate_of(kind: str, requester: str, held: Collection[str]) -> CertificateFacts:
    """The facts about a certificate of a record, by the names of the facts that hold of it."""
    guarded = {"protected": "protected" in held, "released": "released" in held}
    return CertificateFacts(kind, requester, closed="closed" in held, restricted="restricted" in held, **guarded)
