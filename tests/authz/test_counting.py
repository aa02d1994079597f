"""Statistics at the desk: whose they are, by which items, and that the store is asked by nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from authz.callers import Profile
from authz.counting import Counting
from authz.decisions import Decisions
from authz.desk import Visit
from authz.runs import Asked
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.statistics import (
    ITEMS,
    MovementDimension,
    MovementQuestion,
    PopulationDimension,
    PopulationQuestion,
)
from tests.authz.fake_certificates import FakeStatistics
from tests.authz.visits import Street, done
from tests.village import TODAY

pytestmark = pytest.mark.holds("S1-08")

FIELD = Asked("Query.populationStatistics")
A_MONTH = MovementQuestion(date(2026, 11, 1), TODAY)


def refused(visit: Visit, question: PopulationQuestion | MovementQuestion) -> Refusal:
    """The refusal that a question meets; the store was not asked, and the run says which it was."""
    counting = Counting(visit)
    ask = counting.population if isinstance(question, PopulationQuestion) else counting.movements
    with pytest.raises(Refusal) as met:
        done(ask(FIELD, question))  # type: ignore[arg-type] # each takes its own
    assert questions(visit) == []
    (run,) = visit.runs
    assert (run.kind, run.code, run.groups()) == (Kind.REFUSAL, met.value.code, ())
    return met.value


def questions(visit: Visit) -> list[object]:
    """What the store was asked."""
    store = visit.desk.office.statistics
    assert isinstance(store, FakeStatistics)
    return store.questions


def test_the_register_office_counts_and_no_other_purpose_of_any_department(remembered: Decisions) -> None:
    offered = remembered.policy.departments
    counting = {
        purpose
        for department, purposes in offered.items()
        for purpose in purposes
        if remembered.permits(Profile(department, purpose), "read", "Statistics")
    }

    assert counting == {"resident_register"}


def test_what_is_counted_leaves_a_run_that_shows_nobody(street: Street) -> None:
    visit = street.visit("resident_register")

    done(Counting(visit).population(FIELD, PopulationQuestion(TODAY)))

    (run,) = visit.runs
    assert (run.kind, run.code, run.groups()) == (Kind.READ, None, ())
    assert questions(visit) == [(PopulationQuestion(TODAY), True)]


@pytest.mark.parametrize(
    "question",
    [
        PopulationQuestion(date(2026, 11, 22)),
        PopulationQuestion(TODAY, datetime(2026, 11, 1, tzinfo=UTC)),
        PopulationQuestion(date(2000, 1, 1)),
    ],
)
def test_another_day_or_moment_is_counted_from_versions(street: Street, question: PopulationQuestion) -> None:
    visit = street.visit("resident_register")

    done(Counting(visit).population(FIELD, question))

    assert questions(visit) == [(question, False)]


@pytest.mark.parametrize("purpose", ["local_tax", "public_relations", "election", "support_measures"])
@pytest.mark.parametrize("question", [PopulationQuestion(TODAY), A_MONTH])
def test_nobody_else_gets_as_far_as_the_store(
    street: Street, purpose: str, question: PopulationQuestion | MovementQuestion
) -> None:
    assert refused(street.visit(purpose), question).code == Code.NOT_PERMITTED


@pytest.mark.parametrize("dimension", PopulationDimension)
def test_a_class_that_is_switched_off_cannot_be_counted_by(street: Street, dimension: PopulationDimension) -> None:
    visit = street.visit("resident_register", ("residence_status",))
    question = PopulationQuestion(TODAY, by=(dimension,))
    if ITEMS[dimension.value] in {"nationality_or_region", "foreign_resident_category", "status_of_residence"}:
        assert refused(visit, question).code == Code.SEARCH_NOT_PERMITTED
    else:
        done(Counting(visit).population(FIELD, question))


@pytest.mark.parametrize("dimension", MovementDimension)
def test_the_register_office_counts_changes_by_everything(street: Street, dimension: MovementDimension) -> None:
    visit, question = street.visit("resident_register"), replace(A_MONTH, by=(dimension,))

    done(Counting(visit).movements(FIELD, question))

    assert questions(visit) == [question]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        (PopulationQuestion(date(2026, 11, 24)), "asOf"),
        (replace(A_MONTH, last=date(2026, 11, 24)), "to"),
        (replace(A_MONTH, first=date(2026, 11, 3), last=date(2026, 11, 2)), "to"),
    ],
)
def test_a_day_that_has_not_come_is_refused(
    street: Street, question: PopulationQuestion | MovementQuestion, name: str
) -> None:
    refusal = refused(street.visit("resident_register"), question)

    assert (refusal.code, refusal.names) == (Code.INVALID_INPUT, (name,))
