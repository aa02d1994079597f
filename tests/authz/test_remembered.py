"""Decisions remembered are exactly Oso's own, are asked for once, and do not fill the memory."""

from __future__ import annotations

from dataclasses import fields
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authz.callers import Profile
from authz.decisions import MASKED, NOTHING, Decisions, View
from authz.facts import HouseholdFacts, Record, ResidentFacts, all_facts
from authz.policy import Decision, Outcome, Policy
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS
from domain.ports import FIRST_COLUMN
from tests.authz import policy_table, probes
from tests.authz.policy_table import Cell, profiles

ITEMS = {ResidentFacts: tuple(RESIDENT_ITEMS | VERSION_ITEMS), HouseholdFacts: tuple(HOUSEHOLD_ITEMS)}
SWITCHABLE = ("family_register", "number", "code", "residence_status")
ONE_OF_EACH = ("full_name", "individual_number", "resident_record_code", "registered_domicile", "period_of_stay")


@pytest.fixture(scope="module")
def decisions() -> Decisions:
    """A memory over a policy of its own, empty."""
    return Decisions(Policy.load())


@pytest.fixture(scope="module")
def warm(decisions: Decisions) -> Decisions:
    """The same memory after every profile has asked for everything once."""
    for who in profiles():
        for kind, items in ITEMS.items():
            decisions.permit(who, kind, items)
    return decisions


def test_every_remembered_decision_is_the_one_oso_gives(warm: Decisions, answers: dict[Cell, Decision]) -> None:
    assert [str(cell) for cell, decision in answers.items() if warm.decide(*cell) != decision] == []


def test_once_warm_oso_is_asked_nothing(warm: Decisions, answers: dict[Cell, Decision]) -> None:
    for who in profiles():
        warm.search(who, "full_name")
        warm.enters(who.department, who.purpose)
        warm.permits(who, "read", "Ledger")
    asked = warm.policy.questions

    for cell in answers:
        warm.decide(*cell)
    for who in profiles():
        warm.search(who, "full_name")
        warm.enters(who.department, who.purpose)
        warm.permits(who, "read", "Ledger")
        for kind, items in ITEMS.items():
            warm.permit(who, kind, items)
            warm.permit(who, kind, items[:2])

    assert warm.policy.questions == asked


def test_a_permit_says_of_every_record_what_oso_says_of_it(warm: Decisions, answers: dict[Cell, Decision]) -> None:
    for who in profiles():
        for kind, items in ITEMS.items():
            permit = warm.permit(who, kind, items)
            assert permit.views.keys() == permit.reading.opens
            for code, view in permit.views.items():
                facts = all_facts(kind)[code]
                assert view.decisions == {item: answers[Cell(who, facts, item)] for item in items}
                assert {view.at[item] for item in items if not view.shows(item)} <= {NOTHING, MASKED}


def test_the_store_may_give_a_value_exactly_where_oso_shows_it(warm: Decisions, answers: dict[Cell, Decision]) -> None:
    for who in profiles():
        for kind, items in ITEMS.items():
            reading = warm.permit(who, kind, items).reading
            opened = {code for code, facts in all_facts(kind).items() if policy_table.openings()[who, facts]}
            assert reading.opens == opened
            assert {(column.item, code) for column in reading.columns for code in column.shown_for} == {
                (item, code)
                for item in items
                for code, facts in all_facts(kind).items()
                if answers[Cell(who, facts, item)].outcome is Outcome.SHOWN
            }


def test_each_shown_item_stands_in_its_own_column(warm: Decisions) -> None:
    for who in profiles():
        permit = warm.permit(who, ResidentFacts, ITEMS[ResidentFacts])
        columns = [column.item for column in permit.reading.columns]
        for view in permit.views.values():
            assert all(columns[view.at[item] - FIRST_COLUMN] == item for item in view.at if view.shows(item))
            assert all(view.at[item] == MASKED for item in view.at if _masked(view, item))


def _masked(view: View, item: str) -> bool:
    return view.decisions[item].outcome is Outcome.MASKED


def test_every_department_with_every_purpose_is_remembered_as_oso_says(policy: Policy, warm: Decisions) -> None:
    for department in policy_table.offers():
        for purpose in policy_table.purposes():
            who = Profile(department, purpose)
            for facts in (ResidentFacts(), HouseholdFacts(), ResidentFacts(protected=True)):
                assert warm.opens(who, facts) == policy.opens(who, facts)
                assert warm.decide(who, facts, "household_number") == policy.decide(who, facts, "household_number")


def test_every_combination_of_classes_switched_off_is_remembered_as_oso_says(policy: Policy, warm: Decisions) -> None:
    sets = [frozenset(chosen) for size in range(5) for chosen in combinations(SWITCHABLE, size)]
    for who in (
        Profile(one.department, one.purpose, closed)
        for one in map(policy_table.profile, ("resident_register", "local_tax"))
        for closed in sets
    ):
        for item in ONE_OF_EACH:
            assert warm.decide(who, ResidentFacts(), item) == policy.decide(who, ResidentFacts(), item)
            assert warm.search(who, item) == policy.search(who, item)


CALLERS = st.builds(
    Profile,
    st.sampled_from(sorted(policy_table.offers())),
    st.sampled_from(policy_table.purposes()),
    st.frozensets(st.sampled_from(SWITCHABLE)),
)
RECORDS = st.sampled_from([facts for kind in ITEMS for facts in all_facts(kind).values()])


@settings(max_examples=300)
@given(CALLERS, RECORDS, st.sampled_from(ITEMS[ResidentFacts] + ITEMS[HouseholdFacts]))
def test_any_caller_asking_for_any_item_of_any_record_is_remembered_as_oso_says(
    policy: Policy, decisions: Decisions, caller: Profile, facts: Record, item: str
) -> None:
    again = Profile(caller.department, caller.purpose, frozenset(caller.switched_off))
    decisions.decide(caller, facts, item)
    assert decisions.decide(again, facts, item) == policy.decide(caller, facts, item)


# What the memory's key must hold.


def test_oso_reads_nothing_that_the_key_does_not_hold(
    policy: Policy, answers: dict[Cell, Decision], failures: list[str]
) -> None:
    probes.READ.clear()
    for cell in [cell for cell in answers if cell.item in ONE_OF_EACH and cell.profile in profiles()[:20]]:
        asked = probes.watched(cell.profile), probes.watched(cell.facts), cell.item
        assert policy.decide(*asked) == answers[cell]  # type: ignore[arg-type] # as a decision is asked for
    assert failures == []
    of_records = {field.name for kind in (Profile, ResidentFacts) for field in fields(kind)}
    assert of_records == probes.READ


def test_the_probe_does_fail_on_what_the_key_does_not_hold(policy: Policy, failures: list[str]) -> None:
    probe = probes.watched(ResidentFacts())
    with pytest.raises(AssertionError, match="date_of_birth"):
        _ = probe.date_of_birth  # type: ignore[union-attr] # no such fact: that is the point


def test_a_resident_and_a_household_with_the_same_facts_are_remembered_apart(warm: Decisions) -> None:
    officer = policy_table.profile("public_relations")
    assert warm.opens(officer, ResidentFacts())
    assert not warm.opens(officer, HouseholdFacts())


# The memory is bounded.


def test_what_does_not_fit_is_forgotten_and_asked_again(answers: dict[Cell, Decision]) -> None:
    small = Decisions(Policy.load(), remembered=10)
    cells = list(answers)[:25]

    assert [small.decide(*cell) for cell in cells * 2] == [answers[cell] for cell in cells * 2]

    assert small.decide.cache_info().currsize == 10
    assert small.policy.questions == 50


def test_every_memory_has_a_bound() -> None:
    decisions = Decisions(Policy.load(), remembered=10)
    memories = [value for value in vars(decisions).values() if hasattr(value, "cache_info")]
    assert len(memories) == 8
    assert all(memory.cache_info().maxsize for memory in memories)
