"""Reading the ledger at the desk: who may, how much is looked through, and what is written of it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, NoReturn

import pytest

from authz import reviewing
from authz.reviewing import Reviewing
from authz.runs import Asked
from domain.errors import Code, Refusal
from domain.ledger.analyses.findings import ReportKind
from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Dimension, Filter
from tests.authz.visits import HASHER, Street, done
from tests.domain.ledger.planted import FIRST, LAST, Month, at, met, person
from tests.village import CODE, number_of

DAYS, ASKED = Days(FIRST, LAST), Asked("Query.ledgerEntries")
HER = number_of(1)


@pytest.fixture
def street(remembered: Any) -> Street:
    street = Street(remembered)
    book = Month()
    for hour in range(8, 18):
        book.add(at(2, hour), groups=met(HER if hour % 2 else person(9)), staff_number=f"S-{hour}")
    street.ledger.held = book.raw()
    return street


def questions(desk: Reviewing) -> list[Coroutine[Any, Any, object]]:
    return [
        desk.entries(ASKED, Filter(), 5, None),
        desk.counts(ASKED, DAYS, [Dimension.DAY]),
        desk.report(ASKED, ReportKind.SIGN_INS, DAYS),
        desk.statement(ASKED, HER, DAYS),
    ]


@pytest.mark.holds("M09")
@pytest.mark.parametrize("purpose", ["resident_register", "local_tax", "support_measures", "operation", "election"])
@pytest.mark.parametrize("nth", range(4))
def test_for_any_other_purpose_the_ledger_is_not_touched(street: Street, purpose: str, nth: int) -> None:
    visit = street.visit(purpose)
    asked = questions(Reviewing(visit))
    with pytest.raises(Refusal) as refusal:
        done(asked.pop(nth))
    for other in asked:
        other.close()
    assert refusal.value.code is Code.NOT_PERMITTED
    assert street.ledger.asked == []
    (entry,) = visit.entries()
    assert (entry.kind, entry.code, entry.groups) == (Kind.REFUSAL, Code.NOT_PERMITTED, ())


@pytest.mark.holds("C-16")
@pytest.mark.parametrize("nth", range(4))
def test_each_question_is_one_reading_of_the_ledger_with_how_much_it_told(street: Street, nth: int) -> None:
    visit = street.visit("ledger_review")
    asked = questions(Reviewing(visit))
    done(asked.pop(nth))
    for other in asked:
        other.close()
    (entry,) = visit.entries()
    assert (entry.kind, entry.purpose, entry.file) == (Kind.LEDGER_READ, "ledger_review", None)
    assert entry.result_count == (5, 10, 10, 5)[nth]
    assert [one.subjects for one in entry.groups] == ([(HER,)] if nth == 3 else [])


def test_whoever_reads_about_somebody_is_in_the_ledger_with_her_number(street: Street) -> None:
    visit = street.visit("ledger_review")
    done(Reviewing(visit).entries(ASKED, Filter(subject=HER), 5, None))
    (entry,) = visit.entries()
    assert [one.subjects for one in entry.groups] == [(HER,)]


def test_no_reading_of_the_ledger_takes_from_what_a_person_may_be_shown(street: Street) -> None:
    class Nothing:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(name)

    street.volume = Nothing()  # type: ignore[assignment] # that is the point
    for question in questions(Reviewing(street.visit("ledger_review"))):
        done(question)


def test_a_page_goes_on_through_stretches_in_which_nothing_is_found(street: Street) -> None:
    desk = Reviewing(street.visit("ledger_review"))
    found, reached = done(desk.entries(ASKED, Filter(staff_number="S-8"), 5, None))
    assert ([one.staff_number for one in found], reached) == (["S-8"], None)


def test_a_page_looks_through_so_much_and_says_where_it_stopped(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "MOST_STRETCHES", 2)
    desk = Reviewing(street.visit("ledger_review"))
    found, reached = done(desk.entries(ASKED, Filter(staff_number="S-8"), 5, None))
    assert (found, reached is not None) == ([], True)
    found, reached = done(desk.entries(ASKED, Filter(staff_number="S-8"), 5, reached))
    assert ([one.staff_number for one in found], reached) == (["S-8"], None)


def test_what_is_too_much_for_an_answer_is_refused_before_it_is_read(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviewing, "MOST_ENTRIES", 9)
    desk = Reviewing(street.visit("ledger_review"))
    for question in (desk.report(ASKED, ReportKind.SIGN_INS, DAYS), desk.statement(ASKED, HER, DAYS)):
        with pytest.raises(Refusal) as refusal:
            done(question)
        assert refusal.value.code is Code.LIMIT_EXCEEDED
    assert "scanned" not in street.ledger.asked


def test_what_takes_too_long_is_refused_and_given_up(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    given_up: list[str] = []

    async def never(*_asked: object) -> NoReturn:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.append("counted")
        raise AssertionError

    monkeypatch.setattr(reviewing, "MOST_SECONDS", 0.01)
    monkeypatch.setattr(street.ledger, "counted", never)
    visit = street.visit("ledger_review")
    with pytest.raises(Refusal) as refusal:
        done(Reviewing(visit).counts(ASKED, DAYS, []))
    (entry,) = visit.entries()
    assert (refusal.value.code, entry.code, given_up) == (Code.LIMIT_EXCEEDED, Code.LIMIT_EXCEEDED, ["counted"])


def test_own_numbers_are_asked_for_by_the_analyses_that_compare_them_and_no_other(street: Street) -> None:
    street.staff.own, street.staff.kin_of = {"S-9": HER}, {HER: {person(9): "HOUSEHOLD"}}
    desk = Reviewing(street.visit("ledger_review"))
    own = done(desk.report(ASKED, ReportKind.OWN_HOUSEHOLD, DAYS))
    assert [(one.staff_number, one.subjects) for one in own.findings] == [("S-9", (HER,))]
    assert (own.staff, own.registered) == (10, 1)
    colleagues = done(desk.report(ASKED, ReportKind.COLLEAGUES, DAYS))
    assert {one.staff_number for one in colleagues.findings} == {"S-11", "S-13", "S-15", "S-17"}
    assert done(desk.report(ASKED, ReportKind.SIGN_INS, DAYS)).registered is None


@pytest.mark.holds("C-13")
def test_who_searched_for_somebody_is_found_by_the_hash_of_her_number(street: Street) -> None:
    book = Month()
    book.add(at(2, 9), searched_by={"addressee_number": HASHER.digest(CODE, "addressee_number", HER)})
    street.ledger.held = book.raw()
    report = done(Reviewing(street.visit("ledger_review")).report(ASKED, ReportKind.SEARCHES_BY_NUMBER, DAYS, HER))
    assert report.total == 1


@pytest.mark.holds("C-20")
def test_a_statement_names_purposes_and_laws_as_the_policy_does(street: Street) -> None:
    street.staff.official = (("S-9", datetime.fromisoformat("2026-11-02T09:00:00+09:00")),)
    told = done(Reviewing(street.visit("ledger_review")).statement(ASKED, HER, DAYS))
    policy = street.decisions.policy.purposes["resident_register"]
    assert {(row.purpose, row.legal_basis) for row in told.rows} == {(policy.name, policy.legal_basis)}
    assert (len(told.rows), told.hidden) == (5, 0)  # what was issued is told apart only where something was issued
