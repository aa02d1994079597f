"""What no rule names is withheld: every field of the schema, for every purpose, for every action."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema

from authz.facts import HouseholdFacts, Record, ResidentFacts, all_facts
from authz.policy import POLICY_FILE, Decision, Policy
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS, Item
from domain.search_terms import SEARCHABLE
from tests.authz.policies import changed
from tests.authz.policy_table import ITEMS, Cell, facts, profiles, searches

SCHEMA = build_schema((POLICY_FILE.parent / "api" / "graphql" / "schema.graphql").read_text("utf-8"))
PUBLIC = {"id", "disclosures"}
"""Fields of a record that hold nothing of the register: the sealed id, and what was decided."""
NO_ITEM = {"id", "match", "includeVariants", "includePast", "includeClosed"}
"""Arguments that are no condition on an item: the sealed id, and whether closed records are wanted."""


def fields(name: str) -> set[str]:
    """The field names of a type or input of the schema."""
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLObjectType | GraphQLInputObjectType)
    return set(found.fields)


@pytest.mark.holds("E-04")
@pytest.mark.parametrize(
    ("name", "items"),
    [("Resident", RESIDENT_ITEMS), ("ResidentVersion", VERSION_ITEMS), ("Household", HOUSEHOLD_ITEMS)],
)
def test_every_field_of_a_record_is_an_item_that_the_policy_decides(name: str, items: Mapping[str, Item]) -> None:
    assert fields(name) - PUBLIC == {item.graphql_name for item in items.values()}


@pytest.mark.holds("E-04")
@pytest.mark.parametrize("name", ["ResidentKey", "ResidentFilter", "HouseholdKey"])
def test_every_condition_of_a_search_is_an_item_with_a_right_of_its_own(name: str) -> None:
    searchable = {RESIDENT_ITEMS[item].graphql_name for item in SEARCHABLE}
    conditions = {"aliasHistory" if field == "alias" else field for field in fields(name) - NO_ITEM}
    assert conditions <= searchable
    assert {item for _, item in searches()} >= SEARCHABLE


@pytest.mark.holds("E-04")
def test_every_field_is_decided_for_every_purpose_and_all_facts(answers: dict[Cell, Decision]) -> None:
    asked = {
        Cell(who, record, item)
        for who in profiles()
        for kind, items in ITEMS.items()
        for record in facts(kind).values()
        for item in items
    }
    assert answers.keys() == asked


@pytest.mark.holds("E-04")
def test_a_class_that_no_purpose_sees_is_withheld_from_everybody_and_searched_by_nobody() -> None:
    policy = Policy(changed('"seal_registration", "cards", "change"', '"seal_registration", "change"'))
    for who in profiles():
        for record in records():
            for item in ("individual_number_card_status", "basic_resident_registration_card_status"):
                assert policy.decide(who, record, item) == policy.default
        assert policy.search(who, "individual_number_card_status") is None


@pytest.mark.holds("E-04")
@pytest.mark.parametrize("item", ["", "eye_colour", "fullName", "Full_Name", "full_name ", "*", "_", "base"])
def test_an_item_that_the_register_does_not_know_is_withheld_from_everybody(policy: Policy, item: str) -> None:
    for who in profiles():
        assert policy.decide(who, ResidentFacts(), item) == policy.default
        assert policy.decide(who, HouseholdFacts(), item) == policy.default
        assert policy.search(who, item) is None


@pytest.mark.parametrize("kind", [ResidentFacts, HouseholdFacts])
def test_the_table_holds_every_combination_of_facts_that_there_can_be(kind: type[Record]) -> None:
    name = {ResidentFacts: "resident", HouseholdFacts: "household"}[kind]
    assert set(all_facts(kind).values()) == set(facts(name).values())


def records() -> list[Record]:
    """Every combination of a resident's facts."""
    return list(facts("resident").values())
