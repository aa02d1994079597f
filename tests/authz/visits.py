"""Visits to a desk over a street that is small enough to know by heart.

1  架空　太郎   householder of household 1
2  架空　花子   his wife
4  見本　花子   householder of household 2, protected
6  例示　一郎   closed record that still names household 2, and is protected as she is
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from authz.callers import Caller, Identity
from authz.decisions import Decisions
from authz.desk import Desk, Visit
from authz.entries import Request
from authz.ledger_review import LedgerReview
from authz.runs import Asked, Spot, graphql_name
from authz.volume import Volume, unsafe_unbounded_volume
from domain.ledger.searches import SearchHasher
from domain.search_terms import Term
from domain.values.search_keys import address_key, name_key
from tests.authz.fake_certificates import FakeCertificates, FakePress, an_office
from tests.authz.fake_extractions import FakeExtractions
from tests.authz.fake_ledger import FakeLedger, FakeStaff
from tests.authz.fake_notifications import FakeNotifications
from tests.authz.fakes import FakeChanges, FakeHouseholds, FakeResidents, FakeRestrictions, FakeVersions, Held
from tests.authz.policy_table import profile
from tests.village import CODE, HOME_1, HOME_2, NUMBERS, household_number, number_of

T = TypeVar("T")
NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
MOST_HITS = 5
HASHER = SearchHasher(b"a key of tests, thirty-two bytes")


def _resident(nth: int, name: str, home: int, facts: int = 0, **items: object) -> Held:
    address = HOME_2 if home == 2 else HOME_1
    usual: dict[str, object] = {
        "addressee_number": number_of(nth),
        "individual_number": NUMBERS[nth - 1],
        "full_name": name,
        "date_of_birth": "1950-03-31",
        "current_address": address,
        "household_number": household_number(home),
        "household": household_number(home),
    }
    keys = {"full_name": name_key(name), "name_kana": "カクウ", "current_address": address_key(address)}
    return Held(number_of(nth), facts, usual | items, keys, household_number(home))


def _household(serial: int, householder: int, facts: int = 0) -> Held:
    number = household_number(serial)
    items = {"household_number": number, "householder": number_of(householder), "members": number}
    return Held(number, facts, items)


ALL = (Term("name_kana", "カクウ"), Term("date_of_birth", "1950"))
"""Conditions, enough for everybody who sees the items, that all on the street meet."""
TARO = _resident(1, "架空　太郎", 1, registered_domicile="北海道苫小牧市", long_term_care_insurance_eligibility="該当")
HANAKO = _resident(2, "架空　花子", 1)
PROTECTED = _resident(4, "見本　花子", 2, 2)
CLOSED = _resident(6, "例示　一郎", 2, 3)
HOUSEHOLD_1, HOUSEHOLD_2 = _household(1, 1), _household(2, 4, 2)


@dataclass
class Street:
    """The stores and whoever visits them."""

    decisions: Decisions
    residents: FakeResidents = field(default_factory=lambda: FakeResidents((TARO, HANAKO, PROTECTED, CLOSED)))
    households: FakeHouseholds = field(default_factory=lambda: FakeHouseholds((HOUSEHOLD_1, HOUSEHOLD_2)))
    versions: FakeVersions = field(default_factory=FakeVersions)
    changes: FakeChanges = field(default_factory=FakeChanges)
    notifications: FakeNotifications = field(default_factory=FakeNotifications)
    restrictions: FakeRestrictions = field(default_factory=FakeRestrictions)
    certificates: FakeCertificates = field(default_factory=FakeCertificates)
    press: FakePress = field(default_factory=FakePress)
    extractions: FakeExtractions = field(default_factory=FakeExtractions)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    staff: FakeStaff = field(default_factory=FakeStaff)
    volume: Volume = field(default_factory=lambda: unsafe_unbounded_volume(lambda: NOON))
    ids: Iterator[int] = field(default_factory=lambda: count(1))
    visits: list[Visit] = field(default_factory=list)

    def visit(
        self, purpose: str, switched_off: tuple[str, ...] = (), request: str = "r-1", staff_number: str = "S7"
    ) -> Visit:
        """A visit for this purpose."""
        ticks = _ticks()
        desk = Desk(
            decisions=self.decisions,
            residents=self.residents,
            households=self.households,
            versions=self.versions,
            changes=self.changes,
            notifications=self.notifications,
            restrictions=self.restrictions,
            support_measures=None,  # type: ignore[arg-type] # tested where it is stored
            office=replace(
                an_office(self.certificates, self.press, self.extractions), review=LedgerReview(self.ledger, self.staff)
            ),
            hasher=HASHER,
            most_hits=MOST_HITS,
            now=lambda: NOON,
            new_id=lambda _at: an_id(next(self.ids)),
            ticks=lambda: next(ticks),
        )
        caller = a_caller(purpose, switched_off, staff_number)
        return Visit(desk, caller, Request(request, "Ask", "d" * 64), self.volume)

    @property
    def questions(self) -> list[str]:
        """What was asked of the stores, in short."""
        return [one.name for one in (*self.residents.questions, *self.households.questions, *self.versions.questions)]


def an_id(nth: int) -> str:
    """The nth id that a desk gives."""
    return f"01234567-89ab-7000-8000-{nth:012}"


def _ticks() -> Iterator[float]:
    return (at * 0.25 for at in count())


def an_identity(department: str, **given: str) -> Identity:
    """A member of staff of this department."""
    usual = {
        "subject": "sub-7",
        "display_name": "係員　七",
        "municipality_code": CODE,
        "staff_number": "S7",
        "terminal": "T7",
        "application": "app-7",
        "strength": "2",
    }
    return Identity(department=department, **(usual | given))


def a_caller(purpose: str, switched_off: tuple[str, ...] = (), staff_number: str = "S7") -> Caller:
    """Somebody let in for this purpose."""
    who = profile(purpose, switched_off)
    identity = an_identity(who.department, staff_number=staff_number, subject=f"sub-{staff_number[1:]}")
    return Caller(identity, "本庁1階", ("g-1", "g-2"), who, (purpose,))


def asked(*items: str, field: str = "Query.resident", place: tuple[str, ...] = ("resident",)) -> Asked:
    """A resolver that is asked for these items at one place, by their own names."""
    return Asked(field, (Spot(place, tuple((graphql_name(item), item) for item in items)),))


def done(work: Coroutine[Any, Any, T]) -> T:
    """What comes of it."""
    return asyncio.run(work)


def days(number: int) -> timedelta:
    """So many days."""
    return timedelta(days=number)
