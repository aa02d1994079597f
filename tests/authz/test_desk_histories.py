"""Histories at the desk: for all parents at once, by today's facts, and the register office's alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from authz.desk import Visit
from authz.disclosure import MASK, Disclosure
from domain.errors import Code, Refusal
from domain.histories import Span, Standpoint
from domain.ledger.entries import Kind
from domain.ports import HISTORY_NUMBER, Search
from domain.search_terms import Term
from tests.authz.visits import CLOSED, HANAKO, PROTECTED, TARO, Street, asked, done
from tests.village import NUMBERS, number_of

HISTORY = asked("full_name", field="Resident.history", place=("residents", "nodes", "*", "history", "nodes", "*"))
THEN = Standpoint(date(2020, 4, 1))


@pytest.fixture
def street(street: Street) -> Street:
    """The street with an earlier version of 1 and two of 4."""
    before = replace(TARO, items={**TARO.items, "full_name": "架空　多郎", "individual_number": "before"})
    street.versions.held = [TARO, before, PROTECTED, PROTECTED]
    return street


def everybody(visit: Visit) -> list[Disclosure]:
    """All residents, with their way to their histories."""
    return list(done(visit.residents(asked("history"), (), Search((), include_closed=True, limit=10)))[0])


def one(visit: Visit, number: str, *items: str) -> Disclosure | None:
    """What was said then of the resident with this number."""
    return done(visit.resident_then(asked(*items), Term("addressee_number", number), THEN))


def test_the_histories_of_a_page_are_loaded_in_one_question_and_stand_by_resident_and_place(street: Street) -> None:
    street.residents.held = [replace(held, items={**held.items, "history": held.number}) for held in (TARO, PROTECTED)]
    visit = street.visit("resident_register")

    found = done(visit.histories_of(HISTORY, everybody(visit), [(0,), (1,)], Span(1)))

    assert [([version.read("full_name") for version in page], more) for page, more in found] == [
        (["架空　太郎"], True),
        (["見本　花子"], True),
    ]
    (question,) = street.versions.questions
    assert question.about == ([number_of(1), number_of(4)], Span(2))
    assert visit.runs[-1].positions == [(0, 0), (1, 0)]
    assert [version.row[HISTORY_NUMBER] for page, _ in found for version in page] == [2, 2]


def test_below_a_history_number_come_the_older_versions(street: Street) -> None:
    street.residents.held = [replace(TARO, items={**TARO.items, "history": TARO.number})]
    visit = street.visit("resident_register")

    ((page, more),) = done(visit.histories_of(HISTORY, everybody(visit), [(0,)], Span(5, after=2)))

    assert ([version.read("full_name") for version in page], more) == (["架空　多郎"], False)


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("purpose", ["local_tax", "election"])
def test_no_other_purpose_has_a_history_and_no_store_is_asked(street: Street, purpose: str) -> None:
    street.residents.held = [replace(TARO, items={**TARO.items, "history": TARO.number})]
    visit = street.visit(purpose)
    key = Term("addressee_number", TARO.number)
    parent = done(visit.resident(asked("history"), key))
    assert parent is not None

    assert done(visit.histories_of(HISTORY, [parent], [()], Span(5))) == [([], False)]

    assert parent.read("history") is None
    assert street.versions.questions == []
    assert (visit.runs[-1].asked.field, visit.runs[-1].groups()) == ("Resident.history", ())


@pytest.mark.holds("A-26", "M01")
def test_an_earlier_number_is_shown_masked_or_not_even_asked_for_like_todays(street: Street) -> None:
    street.versions.held = [replace(TARO, items={**TARO.items, "individual_number": "before"})]
    shown = one(street.visit("local_tax"), TARO.number, "individual_number")
    masked = one(street.visit("election"), TARO.number, "individual_number")

    assert shown is not None
    assert masked is not None
    assert (shown.read("individual_number"), masked.read("individual_number")) == ("before", MASK)
    assert street.versions.questions[1].reading.columns == ()


@pytest.mark.holds("A-28")
def test_what_was_said_of_a_protected_person_is_withheld_by_todays_facts(street: Street) -> None:
    visit = street.visit("local_tax")
    found = one(visit, PROTECTED.number, "full_name", "current_address")

    assert found is not None
    assert (found.read("full_name"), found.read("current_address")) == ("見本　花子", None)
    (question,) = street.versions.questions
    assert question.about[1] == THEN  # type: ignore[index] # a condition and a standpoint
    (entry,) = visit.entries()
    assert (entry.path, entry.kind, entry.groups[0].subjects) == ("Query.resident", Kind.SEARCH, (PROTECTED.number,))


def test_a_record_closed_today_opens_for_nobody_who_opens_no_closed_record(street: Street) -> None:
    street.versions.held = [CLOSED]
    assert one(street.visit("election"), CLOSED.number, "full_name") is None
    assert one(street.visit("local_tax"), CLOSED.number, "full_name") is not None


def test_whoever_may_not_search_by_a_number_may_not_by_way_of_the_past(street: Street) -> None:
    visit = street.visit("election")
    with pytest.raises(Refusal) as refused:
        done(visit.resident_then(asked("full_name"), Term("individual_number", NUMBERS[0]), THEN))

    assert refused.value.code is Code.SEARCH_NOT_PERMITTED
    assert street.versions.questions == []
    assert [(run.kind, run.code) for run in visit.runs] == [(Kind.REFUSAL, Code.SEARCH_NOT_PERMITTED)]


def test_a_purpose_that_opens_no_record_asks_no_store_about_the_past(street: Street) -> None:
    by_id = Term("addressee_number", HANAKO.number, is_search=False)
    assert done(street.visit("operation").resident_then(asked("full_name"), by_id, THEN)) is None
    assert street.versions.questions == []
