"""Strict mode: what follows from the purpose is refused before anything is loaded, what follows from facts after it."""

from __future__ import annotations

import pytest

from authz.desk import Visit
from authz.facts import HouseholdFacts, ResidentFacts
from authz.runs import Asked, Spot
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.ports import Search
from domain.search_terms import Term
from tests.authz.visits import ALL, Street, asked, done

EVERYBODY = Search((), include_closed=True, limit=10)
PAGE = Asked(
    "Query.residents",
    (
        Spot(("residents", "nodes", "*"), (("fullName", "full_name"), ("home", "current_address"))),
        Spot(("residents", "edges", "*", "node"), (("sex", "sex"),)),
    ),
)


def refused_before(visit: Visit, *items: str) -> Refusal:
    """The refusal of a strict request for these items."""
    with pytest.raises(Refusal) as told:
        visit.refuse_hidden([(asked(*items), ResidentFacts)])
    return told.value


def test_an_item_that_the_purpose_never_shows_is_refused_before_anything_is_loaded(street: Street) -> None:
    visit = street.visit("election")

    refusal = refused_before(visit, "full_name", "individual_number", "registered_domicile")

    assert refusal.code is Code.ITEMS_NOT_PERMITTED
    assert refusal.names == ("individualNumber", "registeredDomicile")
    assert refusal.extensions == {
        "items": [
            {"item": "individualNumber", "rule": "number-masked"},
            {"item": "registeredDomicile", "rule": "default"},
        ]
    }
    assert street.questions == []


def test_the_refusal_before_loading_is_one_run_with_its_code(street: Street) -> None:
    visit = street.visit("election")
    refused_before(visit, "individual_number")
    visit.refused(Code.ITEMS_NOT_PERMITTED)

    (run,) = visit.runs
    assert (run.kind, run.code, run.asked.field) == (Kind.REFUSAL, Code.ITEMS_NOT_PERMITTED, "Query.resident")
    assert (run.groups(), run.number_accessed) == ((), False)


def test_all_places_of_the_operation_are_looked_at(street: Street) -> None:
    visit = street.visit("election")
    with pytest.raises(Refusal) as told:
        visit.refuse_hidden(
            [
                (asked("full_name"), ResidentFacts),
                (asked("members", field="Resident.household"), HouseholdFacts),
                (asked("alias_history", field="Household.members"), ResidentFacts),
            ]
        )
    assert told.value.names == ("aliasHistory",)


def test_what_some_facts_would_show_is_not_refused_before_loading(street: Street) -> None:
    visit = street.visit("local_tax")
    visit.refuse_hidden([(asked("full_name", "current_address", "alias_history"), ResidentFacts)])
    assert visit.runs == []


@pytest.mark.parametrize("purpose", ["ledger_review", "operation", "support_measures"])
def test_who_opens_no_record_learns_nothing_from_strict_mode(street: Street, purpose: str) -> None:
    visit = street.visit(purpose)
    visit.refuse_hidden([(asked("full_name", "individual_number"), ResidentFacts)])
    done(visit.residents(asked("full_name"), (Term("addressee_number", "0000000019", is_search=False),), EVERYBODY))
    visit.refuse_withheld()


def test_what_a_records_facts_withhold_is_refused_after_loading_by_list_position(street: Street) -> None:
    visit = street.visit("local_tax")
    done(visit.residents(PAGE, ALL, EVERYBODY))

    with pytest.raises(Refusal) as told:
        visit.refuse_withheld()

    assert told.value.code is Code.ITEMS_NOT_PERMITTED
    assert told.value.names == ("currentAddress",)
    assert told.value.extensions == {
        "items": [
            {
                "path": ["residents", "nodes", "*", "home"],
                "item": "currentAddress",
                "rule": "protected-whereabouts",
                "at": [2, 3],
            }
        ]
    }


def test_the_refusal_after_loading_is_recorded_in_every_run(street: Street) -> None:
    visit = street.visit("local_tax")
    done(visit.residents(PAGE, ALL, EVERYBODY))
    done(visit.residents(asked("full_name"), ALL, EVERYBODY))
    with pytest.raises(Refusal):
        visit.refuse_withheld()
    visit.refused(Code.ITEMS_NOT_PERMITTED)

    assert [(run.kind, run.code) for run in visit.runs] == [(Kind.REFUSAL, Code.ITEMS_NOT_PERMITTED)] * 2


def test_what_is_shown_or_absent_is_no_hindrance(street: Street) -> None:
    visit = street.visit("resident_register")
    items = asked("current_address", "status_of_residence", "former_surname")
    visit.refuse_hidden([(items, ResidentFacts)])
    done(visit.residents(items, ALL, EVERYBODY))
    visit.refuse_withheld()
    assert [run.code for run in visit.runs] == [None]


def test_a_masked_item_is_a_hindrance_though_the_register_holds_no_number(street: Street) -> None:
    assert refused_before(street.visit("seal_registration"), "individual_number").names == ("individualNumber",)


def test_a_class_switched_off_for_a_person_is_refused_by_that_rule(street: Street) -> None:
    visit = street.visit("resident_register", ("family_register",))
    assert refused_before(visit, "registered_domicile").extensions["items"] == [
        {"item": "registeredDomicile", "rule": "switched-off"}
    ]
