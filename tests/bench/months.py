"""A month of a large city's ledger: what some hundred people do at their desks all day, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from domain.histories import JAPAN
from domain.holidays import closed_on
from domain.ids import uuid7
from domain.ledger.entries import Entry, Group, Kind

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)
STAFF: Final = 400
PEOPLE_FOUND: Final = 20
LISTED: Final = ("addressee_number", "full_name", "name_kana", "date_of_birth", "sex", "current_address")
ONE: Final = (*LISTED, "household_number", "relationship_to_householder", "household")
_PURPOSES: Final = (
    ("resident_register", "市民生活部住民課", "register-office"),
    ("local_tax", "財政部市民税課", "transfer"),
)
_HASH: Final = "edcbb793a0e96937c72dc7b1cd63e92ef44235f6f4e3c0b45b9c9816ee9dcd72"


@dataclass(frozen=True)
class Clerk:
    """Somebody at a desk, as her entries name her."""

    nth: int

    @property
    def told(self) -> dict[str, Any]:
        """The fields that are the same all day."""
        purpose, department, _ = self.office
        return {
            "caller": f"clerk-{self.nth}",
            "staff_number": staff_number(self.nth),
            "department": department,
            "purpose": purpose,
            "place": "本庁舎1階 住民課窓口",
            "terminal": f"T-{self.nth:04}",
            "application": "counter",
            "strength": "card",
            "grants": (f"01a20a1c-4fcf-7afe-bb04-{self.nth:012}",),
            "policy_hash": _HASH,
        }

    @property
    def office(self) -> tuple[str, str, str]:
        """Her purpose, her department and the rule that lets her see."""
        return _PURPOSES[self.nth % len(_PURPOSES)]


def staff_number(nth: int) -> str:
    """Of a clerk."""
    return f"S-{nth:04}"


class Desks:
    """The month, day by day. `people` are the addressee numbers of whoever is looked at; about so many entries."""

    def __init__(self, code: str, people: Sequence[str], entries: int) -> None:
        self._code = code
        self._people = people
        self._chance = Random(20260601)  # noqa: S311 - a month that is the same each time
        self._clerks = [(clerk, clerk.told) for clerk in map(Clerk, range(STAFF))]
        days = [FIRST + timedelta(day) for day in range((LAST - FIRST).days + 1)]
        weights = [0.01 if closed_on(day) else 1.0 for day in days]
        self._days = [(day, weight / sum(weights) * entries) for day, weight in zip(days, weights, strict=True)]

    def __iter__(self) -> Iterator[Entry]:
        for day, wanted in self._days:
            made: list[Entry] = []
            while len(made) < wanted:
                made += self._dealt_with(day)
            yield from sorted(made, key=lambda one: one.id)

    def _dealt_with(self, day: date) -> Iterator[Entry]:
        """One matter: somebody is searched for, opened with her household, and something is issued or changed."""
        chance, (clerk, told) = self._chance, self._chance.choice(self._clerks)
        at = self._moment(day)
        if chance.random() < 0.02:
            yield self._failed(at, told)
            return
        first = chance.randrange(len(self._people) - PEOPLE_FOUND)
        hits = self._people[first : first + PEOPLE_FOUND]
        whom = (hits[chance.randrange(PEOPLE_FOUND)],)
        searched = {"full_name": chance.randbytes(32).hex()}
        yield self._act(at, told, clerk, hits, LISTED, kind=Kind.SEARCH, path="Query.residents", searched_by=searched)
        if chance.random() < 0.15:
            return  # it was nobody of these
        by = {"addressee_number": chance.randbytes(32).hex()}
        at += timedelta(seconds=20)
        yield self._act(at, told, clerk, whom, ONE, kind=Kind.SEARCH, path="Query.resident", searched_by=by)
        yield self._act(at, told, clerk, whom, ("members",), kind=Kind.READ, path="Resident.household")
        yield self._act(at, told, clerk, hits[:3], LISTED, kind=Kind.READ, path="Household.members")
        if chance.random() < 0.4:
            kind, path = chance.choice(
                ((Kind.ISSUE, "Mutation.issueCertificate"), (Kind.CHANGE, "Mutation.moveWithin"))
            )
            yield self._act(at + timedelta(minutes=3), told, clerk, whom, (), kind=kind, path=path)

    def _moment(self, day: date) -> datetime:
        """During office hours, seldom at night."""
        hour = self._chance.randrange(9, 17) if self._chance.random() > 0.005 else self._chance.randrange(24)
        seconds = 3600 * hour + self._chance.randrange(3600)
        return datetime.combine(day, time(), JAPAN) + timedelta(
            seconds=seconds, milliseconds=self._chance.random() * 1e3
        )

    def _act(
        self, at: datetime, told: dict[str, Any], clerk: Clerk, whom: Sequence[str], items: Sequence[str], **given: Any
    ) -> Entry:
        rule, with_number = clerk.office[2], clerk.nth % 2 == 1 and given["kind"] is Kind.SEARCH
        shown = dict.fromkeys(items, ("SHOWN", rule))
        if with_number:
            shown["individual_number"] = ("SHOWN", "number-affairs")
        protected = ("protected",) if self._chance.random() < 0.003 else ()
        return self._entry(
            at,
            groups=(Group(protected, tuple(whom), shown),),
            result_count=len(whom),
            number_accessed=with_number,
            operation="Clerk",
            document=_HASH,
            file="F1",
            **told,
            **given,
        )

    def _failed(self, at: datetime, told: dict[str, Any]) -> Entry:
        if self._chance.random() < 0.3:
            place = f"203.0.113.{self._chance.randrange(20)}"
            return self._entry(at, kind=Kind.SIGN_IN, code="TOKEN_EXPIRED", result_count=1, place=place)
        path, code = self._chance.choice(
            (("Query.residents", "TOO_MANY_HITS"), ("Query", "VALIDATION_FAILED"), (None, "PURPOSE_NOT_GRANTED"))
        )
        return self._entry(at, kind=Kind.REFUSAL, code=code, path=path, result_count=0, **told)

    def _entry(self, at: datetime, **given: Any) -> Entry:
        id_ = str(uuid7(at, self._chance.randbytes(10)))
        request = f"7a228f71-15f6-4c44-98b7-{int(at.timestamp() * 1e3) % 10**12:012}"
        return Entry(id=id_, recorded_at=at, municipality_code=self._code, request_id=request, **given)
