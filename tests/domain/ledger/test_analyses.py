"""A planted month: each analysis finds what was planted for it, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from domain.holidays import closed_on
from domain.ledger.analyses.findings import Finding, Known, Reason, Report, ReportKind
from domain.ledger.analyses.reports import Reporting
from domain.ledger.analyses.times import spans_out_of_hours
from domain.ledger.entries import Kind
from domain.ledger.reading import Days
from tests.authz.fake_ledger import FakeLedger
from tests.domain.ledger.planted import FIRST, LAST, STAFF, a_month, at, met, person, working_days
from tests.domain.ledger.planted import Month as Book
from tests.ledger_builders import CITY

MONTH = a_month()
OWN = {"S-01": person(1), "S-02": person(2)}
KNOWN = Known(own=OWN, kin={person(1): {person(11): "HOUSEHOLD", person(12): "SAME_FAMILY"}})
BY_ENTRY = {
    ReportKind.OUT_OF_HOURS,
    ReportKind.FAILED_SIGN_INS,
    ReportKind.OWN_HOUSEHOLD,
    ReportKind.COLLEAGUES,
    ReportKind.PROTECTED,
    ReportKind.NOT_FOLLOWED_UP,
    ReportKind.NUMBERS,
}
"""The analyses whose findings name each entry that was planted."""


def analysed(kind: ReportKind, month: Book = MONTH, known: Known = KNOWN, *, page: int = 97) -> Report:
    """The report on a month, whose entries come in pages."""
    reporting, raw = Reporting(kind, known), month.raw()
    for start in range(0, len(raw), page):
        reporting.take(raw[start : start + page])
    reporting.finish()
    return reporting.report(len(raw))


def told(kind: ReportKind) -> list[tuple[Reason, str | None, int, int]]:
    return [(one.reason, one.staff_number, one.count, one.records) for one in analysed(kind).findings]


@pytest.mark.holds("C-15", "M09")
@pytest.mark.parametrize("kind", sorted(BY_ENTRY))
def test_an_analysis_finds_exactly_the_entries_that_were_planted_for_it(kind: ReportKind) -> None:
    found = [id_ for one in analysed(kind).findings for id_ in one.entries]
    assert sorted(found) == sorted(MONTH.planted[kind])


@pytest.mark.holds("C-15", "M09")
@pytest.mark.parametrize("known", [KNOWN, Known(about=person(806), about_digest="d" * 64)], ids=["all", "about her"])
@pytest.mark.parametrize("kind", ReportKind)
def test_what_the_store_leaves_aside_changes_no_analysis(kind: ReportKind, known: Known) -> None:
    sieved, raw = Reporting(kind, known), MONTH.raw()
    held = FakeLedger(raw)
    pages = held.scanned(CITY, Days(FIRST, LAST), sieved.sieve(Days(FIRST, LAST)))

    async def read() -> None:
        async for page in pages:
            sieved.take(page)

    asyncio.run(read())
    sieved.finish()
    assert sieved.report(len(raw)).findings == analysed(kind, known=known).findings
    assert analysed(kind, page=1).findings == analysed(kind, page=10_000).findings


@pytest.mark.holds("C-15")
def test_night_begins_at_22_and_ends_at_5_and_a_closed_day_says_why_it_is_closed() -> None:
    reasons = [one.reason for one in analysed(ReportKind.OUT_OF_HOURS).findings]
    assert reasons == [Reason.NATIONAL_HOLIDAY, Reason.WEEKEND, Reason.NIGHT, Reason.NIGHT, Reason.NATIONAL_HOLIDAY]


@pytest.mark.holds("C-15")
def test_the_store_is_asked_for_nights_and_closed_days_alone_and_for_all_of_them() -> None:
    spans = list(spans_out_of_hours(Days(FIRST, LAST)))
    hours = [at(1, 0) + timedelta(hours=nth) for nth in range(30 * 24)]
    looked_at = [one for one in hours if any(span.begin <= one < span.end for span in spans)]
    assert looked_at == [one for one in hours if one.hour < 5 or one.hour >= 22 or closed_on(one.date()) is not None]
    assert all(before.end <= after.begin for before, after in pairwise(spans))


@pytest.mark.holds("C-15")
def test_failed_sign_ins_of_a_day_are_one_finding_by_who_or_where_and_why() -> None:
    found = {
        (one.at.day, one.staff_number, one.place, one.code): one.count
        for one in analysed(ReportKind.FAILED_SIGN_INS).findings
    }
    assert found == {
        (5, None, "203.0.113.5", "TOKEN_EXPIRED"): 41,
        (6, None, "203.0.113.5", "TOKEN_EXPIRED"): 1,
        (5, "S-08", None, "PURPOSE_NOT_GRANTED"): 1,
        (5, "S-08", None, "TERMINAL_NOT_REGISTERED"): 1,
    }


@pytest.mark.holds("C-15", "M27")
def test_sign_ins_are_counted_by_id() -> None:
    found = {one.staff_number: one for one in analysed(ReportKind.SIGN_INS).findings}
    days = len(list(working_days()))
    assert found["S-04"].count == 2 * days + 1
    assert set(found) == set(STAFF)
    assert (found["S-04"].at, found["S-04"].until) == (at(2, 9, 3), at(30, 14, 5))


@pytest.mark.holds("M27")
def test_a_session_lasts_from_the_first_act_to_the_last_before_half_an_hour_of_rest() -> None:
    book = Book()
    ids = [book.add(at(2, 9, minute), groups=met(person(1))) for minute in (0, 20, 50)]
    later = book.add(at(2, 10, 21), groups=met(person(1)))
    elsewhere = book.add(at(2, 9, 10), terminal="T-other")
    sessions = {one.entries: (one.at, one.until, one.count) for one in analysed(ReportKind.SESSIONS, book).findings}
    assert sessions == {
        tuple(ids): (at(2, 9), at(2, 9, 50), 3),
        (later,): (at(2, 10, 21), at(2, 10, 21), 1),
        (elsewhere,): (at(2, 9, 10), at(2, 9, 10), 1),
    }


@pytest.mark.holds("M27")
def test_every_act_of_a_person_lies_in_exactly_one_of_her_sessions() -> None:
    acts = sum(one.count for one in analysed(ReportKind.SESSIONS).findings)
    theirs = [one for one in MONTH.entries if one.staff_number in STAFF]
    assert acts == len(theirs)


@pytest.mark.holds("C-15", "A-12")
def test_mass_searches_are_stretches_of_one_person_and_refusals_of_too_much() -> None:
    assert told(ReportKind.MASS_SEARCHES) == [
        (Reason.MANY_SEARCHES, "S-03", 220, 0),
        (Reason.MANY_RECORDS, "S-04", 0, 1100),
        (Reason.REFUSED_AS_TOO_MANY, "S-06", 1, 0),
        (Reason.REFUSED_AS_TOO_MANY, "S-06", 1, 0),
    ]


def searches(moments: Iterable[datetime]) -> list[tuple[Reason, int]]:
    """What mass searches find where one person searched at these moments."""
    book = Book()
    for moment in moments:
        book.add(moment, staff_number="S-03", kind=Kind.SEARCH, searched_by={"full_name": "b" * 64})
    return [(one.reason, one.count) for one in analysed(ReportKind.MASS_SEARCHES, book).findings]


@pytest.mark.holds("C-15", "A-12")
def test_the_hour_of_a_mass_search_begins_whenever_it_begins() -> None:
    across = [at(12, 9, 50) + timedelta(seconds=3 * nth) for nth in range(398)]
    assert searches(across) == [(Reason.MANY_SEARCHES, 398)]
    spread = [at(12, 9) + timedelta(seconds=19 * nth) for nth in range(400)]  # 190 within any hour
    assert searches(spread) == []


@pytest.mark.holds("C-15", "A-12")
def test_who_spreads_many_searches_over_a_day_is_found_by_the_day() -> None:
    all_day = [at(day, 8) + timedelta(seconds=20 * nth) for day in (12, 13) for nth in range(1_500)]
    assert searches(all_day) == [(Reason.MANY_SEARCHES_A_DAY, 1_500)] * 2


@pytest.mark.holds("C-15")
def test_a_command_that_somebody_types_at_night_is_out_of_hours_and_one_that_a_timer_starts_is_not() -> None:
    book = Book()
    for path in ("daicho ledger delete", "daicho jobs run", "daicho backup", "daicho serve"):
        book.add(at(12, 2), kind=Kind.JOB, staff_number="os:root", path=path)
    assert [one.path for one in analysed(ReportKind.OUT_OF_HOURS, book).findings] == ["daicho ledger delete"]


@pytest.mark.holds("C-15", "C-13")
def test_searches_for_one_person_are_found_by_her_number_or_by_its_hash() -> None:
    book = Book()
    by_name = book.add(at(2, 9), searched_by={"full_name": "f" * 64}, groups=met(person(9), person(8)))
    by_number = book.add(at(2, 10), searched_by={"addressee_number": "9" * 64})
    book.add(at(2, 11), searched_by={"addressee_number": "8" * 64}, groups=met(person(8)))
    book.add(at(2, 12), groups=met(person(9)))
    known = Known(about=person(9), about_digest="9" * 64)
    found = analysed(ReportKind.SEARCHES_BY_NUMBER, book, known).findings
    assert [one.entries for one in found] == [(by_name,), (by_number,)]


@pytest.mark.holds("C-15")
def test_searches_by_number_are_counted_by_person_day_and_kind_of_number() -> None:
    book = Book()
    for hour in (9, 10):
        book.add(at(2, hour), searched_by={"addressee_number": "9" * 64}, groups=met(person(9)))
    book.add(at(2, 11), searched_by={"individual_number": "7" * 64, "date_of_birth": "6" * 64})
    book.add(at(3, 9), searched_by={"addressee_number": "9" * 64}, groups=met(person(9)))
    book.add(at(3, 9), searched_by={"full_name": "9" * 64}, groups=met(person(9)))
    found = analysed(ReportKind.SEARCHES_BY_NUMBER, book).findings
    assert [(one.at.day, one.items, one.count, one.records) for one in found] == [
        (2, ("addressee_number",), 2, 2),
        (2, ("individual_number",), 1, 0),
        (3, ("addressee_number",), 1, 1),
    ]


@pytest.mark.holds("A-21", "M09")
def test_own_people_are_told_by_how_they_belong_and_the_report_says_for_how_many_that_is_known() -> None:
    report = analysed(ReportKind.OWN_HOUSEHOLD)
    assert [(one.reason, one.subjects) for one in report.findings] == [
        (Reason.HERSELF, (person(1),)),
        (Reason.HOUSEHOLD, (person(11),)),
        (Reason.SAME_FAMILY, (person(12),)),
    ]
    used = {one.staff_number for one in MONTH.entries if one.staff_number}
    assert (report.staff, report.registered) == (len(used), 2)


@pytest.mark.holds("A-21", "M09")
def test_a_colleague_is_somebody_else_on_the_staff_and_only_she_is_named() -> None:
    (found,) = analysed(ReportKind.COLLEAGUES).findings
    assert (found.reason, found.staff_number, found.subjects) == (Reason.COLLEAGUE, "S-03", (person(2),))


@pytest.mark.holds("A-21", "M09")
def test_a_protected_person_is_told_apart_from_one_who_was_released_for_the_purpose() -> None:
    assert [one.reason for one in analysed(ReportKind.PROTECTED).findings] == [Reason.PROTECTED, Reason.RELEASED]


@pytest.mark.holds("M09")
def test_numbers_are_counted_by_person_and_day_each_of_them_once() -> None:
    found = [(one.at.day, one.staff_number, one.count, one.records) for one in analysed(ReportKind.NUMBERS).findings]
    assert found == [(24, "S-02", 3, 2), (25, "S-02", 1, 1)]


def test_a_report_as_csv_has_a_row_for_each_finding() -> None:
    report = analysed(ReportKind.OUT_OF_HOURS)
    heading, *rows = report.csv().split("\r\n")[:-1]
    assert len(rows) == report.total == 5
    assert heading.count(",") == rows[0].count(",")


def test_days_are_those_of_japan() -> None:
    days = Days(FIRST, LAST)
    assert days.begin == at(1, 0)
    assert days.end == at(30, 0) + timedelta(days=1)
    assert date(2026, 11, 1) == days.begin.astimezone(at(1, 0).tzinfo).date()


def test_a_finding_names_no_more_than_a_hundred() -> None:
    book = Book()
    book.add(at(2, 9), groups=met(*(person(one) for one in range(1, 301)), facts=("protected",)))
    (found,) = analysed(ReportKind.PROTECTED, book).findings
    assert (len(found.subjects), found.records) == (100, 300)


def test_a_finding_is_no_verdict_and_holds_what_a_reader_needs_to_look_further() -> None:
    one: Finding = analysed(ReportKind.PROTECTED).findings[0]
    assert (one.department, one.purpose, one.terminal, one.path) == (
        "市民生活部住民課",
        "resident_register",
        "T-S-01",
        "Query.resident",
    )
