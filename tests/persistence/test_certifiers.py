"""認証者: the mayor certifies, and who acts for the mayor from the first day of her period to its last, by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.certificates.certifiers import CertifierRole, Term
from domain.certificates.documents import Certifier
from domain.errors import Code, Refusal
from persistence.certifiers import Certifiers
from tests.logins import OTHER_CITY
from tests.persistence.protections import an_id, an_order, some_day
from tests.persistence.registers import ask, query, write_village
from tests.postgres import NewDatabase
from tests.village import CODE

pytestmark = pytest.mark.holds("S1-05")

MAYOR = Certifier("北海道見本市長", "見本　太郎")
DEPUTY = Certifier("北海道見本市長職務代理者　見本市副市長", "例示　花子")
NEXT = Certifier("北海道見本市長", "架空　次郎")


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def on_certifiers(url: str, do: Callable[[Certifiers], Awaitable[Any]]) -> Any:
    """Ask the repository."""
    return ask(url, lambda store: do(Certifiers(store.database)))


def a_term(nth: int, who: Certifier, first: int, last: int | None = None) -> Term:
    """The nth term, from one day to another, counted from the village's day."""
    role = CertifierRole.ACTING if who is DEPUTY else CertifierRole.MAYOR
    return Term(an_id(nth), role, who, some_day(first), None if last is None else some_day(last))


def add(url: str, *terms: Term) -> None:
    """Write them down."""
    for term in terms:
        on_certifiers(url, lambda store, term=term: store.add(CODE, term, an_order().entries[0]))


def on_days(url: str, *days: int) -> list[Certifier | None]:
    """Who certifies on these days."""
    return [on_certifiers(url, lambda store, day=day: store.on(CODE, some_day(day))) for day in days]


def test_who_acts_for_the_mayor_takes_her_place_for_the_days_of_the_period_and_no_longer(url: str) -> None:
    add(url, a_term(1, MAYOR, -400), a_term(2, DEPUTY, 3, 5))

    assert on_days(url, -401, -400, 2, 3, 5, 6) == [None, MAYOR, MAYOR, DEPUTY, DEPUTY, MAYOR]


def test_a_new_mayor_follows_on_her_first_day_and_who_acts_stands_before_both(url: str) -> None:
    add(url, a_term(1, NEXT, 10), a_term(2, MAYOR, -400), a_term(3, DEPUTY, 9, 10))

    assert on_days(url, 8, 9, 10, 11) == [MAYOR, DEPUTY, DEPUTY, NEXT]


def test_a_term_that_ends_leaves_nobody_until_the_next_begins(url: str) -> None:
    add(url, a_term(1, MAYOR, -400, 3), a_term(2, NEXT, 6))

    assert on_days(url, 3, 4, 5, 6) == [MAYOR, None, None, NEXT]


def test_another_municipality_has_its_own(url: str) -> None:
    add(url, a_term(1, MAYOR, -400))

    assert on_certifiers(url, lambda store: store.on(OTHER_CITY, some_day(0))) is None
    assert on_certifiers(url, lambda store: store.listed(OTHER_CITY)) == []


def test_terms_are_listed_by_their_first_day_and_ended_once_and_earlier_only(url: str) -> None:
    first, second = a_term(1, MAYOR, -400), a_term(2, DEPUTY, 3, 9)
    add(url, second, first)

    def ends(term: Term, day: date) -> bool:
        entry = an_order().entries[0]
        ended: bool = on_certifiers(url, lambda store: store.end(CODE, UUID(term.id), day, entry))
        return ended

    assert [ends(second, some_day(day)) for day in (2, 9, 20, 5, 5)] == [False, False, False, True, False]
    assert not ends(a_term(3, MAYOR, 0), some_day(5))
    assert on_certifiers(url, lambda store: store.listed(CODE)) == [first, replace(second, ends_on=some_day(5))]
    assert len(query(url, "SELECT 1 FROM ledger_entries")) == 3


@pytest.mark.holds("F-10")
def test_a_term_that_cannot_be_recorded_is_not_written_down(url: str) -> None:
    entry = an_order().entries[0]
    on_certifiers(url, lambda store: store.add(CODE, a_term(1, MAYOR, -400), entry))

    for change in (
        lambda store: store.add(CODE, a_term(2, NEXT, 0), entry),
        lambda store: store.end(CODE, UUID(an_id(1)), some_day(0), entry),
    ):
        with pytest.raises(Refusal) as told:
            on_certifiers(url, change)
        assert told.value.code is Code.LEDGER_UNAVAILABLE
    assert on_certifiers(url, lambda store: store.listed(CODE)) == [a_term(1, MAYOR, -400)]
