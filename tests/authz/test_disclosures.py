"""What the answer tells of its items, and what a disclosure holds."""

from __future__ import annotations

import pytest

from authz.desk import Visit
from authz.disclosure import MASK, Disclosure, NotLoadedError
from authz.runs import Asked, Position, Run, Spot
from domain.errors import Code
from domain.ledger.entries import Group, Kind
from domain.ports import Search
from domain.search_terms import Term
from tests.authz.fakes import Held
from tests.authz.visits import ALL, TARO, Street, asked, done
from tests.village import NUMBERS, number_of

EVERYBODY = Search((), include_closed=True, limit=10)
NODES = ("residents", "nodes", "*")


def page(visit: Visit, *items: str) -> Run:
    """A run over all residents, asked for these items in a list."""
    done(visit.residents(asked(*items, field="Query.residents", place=NODES), ALL, EVERYBODY))
    return visit.runs[-1]


def one(visit: Visit, *items: str) -> Disclosure:
    """The first resident, asked for these items."""
    shown, _ = done(visit.residents(asked(*items), (Term("addressee_number", number_of(1)),), EVERYBODY))
    return shown[0]


# extensions.disclosures


def test_an_item_withheld_from_all_is_told_once_without_positions(street: Street) -> None:
    (told,) = page(street.visit("local_tax"), "full_name", "family_register_head").disclosures(all_outcomes=False)
    assert told == {
        "path": ["residents", "nodes", "*", "familyRegisterHead"],
        "item": "familyRegisterHead",
        "outcome": "WITHHELD",
        "rule": "default",
        "legalBasis": "番号法第9条・第12条",
        "count": 4,
    }


def test_an_item_withheld_by_two_rules_is_told_by_each(street: Street) -> None:
    told = page(street.visit("local_tax"), "registered_domicile").disclosures(all_outcomes=False)
    assert [(one["rule"], one["at"]) for one in told] == [("default", [0, 1]), ("protected-whereabouts", [2, 3])]


def test_an_item_withheld_from_some_is_told_by_list_position(street: Street) -> None:
    (told,) = page(street.visit("local_tax"), "current_address").disclosures(all_outcomes=False)
    assert (told["outcome"], told["rule"], told["count"], told["at"]) == (
        "WITHHELD",
        "protected-whereabouts",
        2,
        [2, 3],
    )


def test_records_with_other_facts_that_are_decided_alike_share_one_entry(street: Street) -> None:
    (told,) = page(street.visit("local_tax"), "individual_number_card_status").disclosures(all_outcomes=False)
    assert told["count"] == 4
    assert "at" not in told


def test_what_is_shown_is_told_only_on_demand(street: Street) -> None:
    run = page(street.visit("local_tax"), "full_name", "current_address")
    assert {told["outcome"] for told in run.disclosures(all_outcomes=False)} == {"WITHHELD"}
    everything = [(told["item"], told["outcome"], told["count"]) for told in run.disclosures(all_outcomes=True)]
    assert sorted(everything) == [
        ("currentAddress", "SHOWN", 2),
        ("currentAddress", "WITHHELD", 2),
        ("fullName", "SHOWN", 4),
    ]


def test_an_alias_is_told_by_the_name_it_has_in_the_answer(street: Street) -> None:
    visit = street.visit("election")
    spot = Spot(("somebody",), (("n", "individual_number"), ("m", "individual_number")))
    done(visit.residents(Asked("Query.resident", (spot,)), (Term("addressee_number", number_of(1)),), EVERYBODY))
    told = [(entry["path"], entry["item"]) for entry in visit.runs[0].disclosures(all_outcomes=False)]
    assert told == [(["somebody", "n"], "individualNumber"), (["somebody", "m"], "individualNumber")]


def test_records_that_stand_in_two_places_are_told_in_both(street: Street) -> None:
    visit = street.visit("election")
    leaves = (("individualNumber", "individual_number"),)
    spots = (Spot(("residents", "edges", "*", "node"), leaves), Spot(NODES, leaves))
    done(visit.residents(Asked("Query.residents", spots), ALL, EVERYBODY))
    paths = [entry["path"] for entry in visit.runs[0].disclosures(all_outcomes=False)]
    assert paths == [["residents", "edges", "*", "node", "individualNumber"], [*NODES, "individualNumber"]]


def test_nothing_is_told_of_a_record_that_may_not_be_opened(street: Street) -> None:
    visit = street.visit("operation")
    term = Term("addressee_number", number_of(1), is_search=False)
    done(visit.residents(asked("individual_number"), (term,), EVERYBODY))
    assert list(visit.runs[0].disclosures(all_outcomes=True)) == []


def test_a_record_deep_in_lists_is_told_by_all_its_positions(street: Street) -> None:
    run = page(street.visit("local_tax"), "current_address")
    deep: list[Position] = [(0, 0), (0, 1), (1, 0), (1, 1)]
    run.positions = deep
    (told,) = run.disclosures(all_outcomes=False)
    assert told["at"] == [[1, 0], [1, 1]]


def test_the_sealed_id_is_no_item_and_needs_no_entry(street: Street) -> None:
    run = page(street.visit("election"))
    assert list(run.disclosures(all_outcomes=True)) == []
    assert run.asked.items == ()


# A disclosure.


@pytest.mark.parametrize("number", [NUMBERS[0], None])
def test_the_mask_stands_whether_or_not_the_register_holds_a_number(street: Street, number: str | None) -> None:
    street.residents.held = [Held(TARO.number, 0, {**TARO.items, "individual_number": number})]
    shown = one(street.visit("election"), "individual_number")
    assert shown.read("individual_number") == MASK == "*" * 12
    assert [(item, outcome) for item, outcome, _ in shown.decisions()] == [("individual_number", "MASKED")]


def test_a_shown_item_that_the_register_has_not_is_absent_and_no_entry_tells_it(street: Street) -> None:
    visit = street.visit("local_tax")
    shown = one(visit, "former_surname", "registered_domicile")
    assert (shown.read("former_surname"), shown.read("registered_domicile")) == (None, None)
    assert {item: outcome for item, outcome, _ in shown.decisions()} == {
        "former_surname": "ABSENT",
        "registered_domicile": "WITHHELD",
    }
    assert [told["item"] for told in visit.runs[0].disclosures(all_outcomes=False)] == ["registeredDomicile"]


def test_an_item_that_was_not_asked_for_is_a_fault_and_never_an_empty_value(street: Street) -> None:
    shown = one(street.visit("local_tax"), "full_name")
    with pytest.raises(NotLoadedError, match="individual_number"):
        shown.read("individual_number")
    with pytest.raises(NotLoadedError, match="individual_number"):
        shown.read_all([("fullName", "full_name"), ("number", "individual_number")])


def test_many_items_are_read_at_once_under_their_names_in_the_answer(street: Street) -> None:
    shown = one(street.visit("election"), "full_name", "individual_number", "registered_domicile")
    named = [("n", "full_name"), ("number", "individual_number"), ("home", "registered_domicile"), ("m", "full_name")]
    assert shown.read_all(named) == {"n": "架空　太郎", "number": MASK, "home": None, "m": "架空　太郎"}


def test_a_disclosure_holds_nothing_that_its_caller_may_not_see(street: Street) -> None:
    shown = one(street.visit("election"), "full_name", "individual_number", "registered_domicile", "current_address")
    assert NUMBERS[0] not in map(str, shown.row)
    assert "北海道苫小牧市" not in shown.row


def test_a_disclosure_prints_no_value(street: Street) -> None:
    shown = one(street.visit("local_tax"), "full_name", "individual_number")
    assert repr(shown) == "<Disclosure of 2 items>"


# A run.


def test_a_run_groups_its_records_by_the_facts_they_share(street: Street) -> None:
    run = page(street.visit("local_tax"), "current_address")
    shown, withheld = ("SHOWN", "transfer"), ("WITHHELD", "protected-whereabouts")
    assert run.groups() == (
        Group((), (number_of(1), number_of(2)), {"current_address": shown}),
        Group(("protected",), (number_of(4),), {"current_address": withheld}),
        Group(("closed", "protected"), (number_of(6),), {"current_address": withheld}),
    )


@pytest.mark.parametrize(
    ("purpose", "is_accessed"), [("local_tax", True), ("resident_register", True), ("election", False)]
)
def test_the_number_was_accessed_where_it_was_shown(street: Street, purpose: str, is_accessed: bool) -> None:
    assert page(street.visit(purpose), "full_name", "individual_number").number_accessed is is_accessed


def test_the_number_was_not_accessed_where_it_was_not_asked_for_or_nobody_was_found(street: Street) -> None:
    assert not page(street.visit("local_tax"), "full_name").number_accessed
    street.residents.held = []
    assert not page(street.visit("local_tax"), "individual_number").number_accessed


def test_who_am_i_is_a_run_that_touches_no_record(street: Street) -> None:
    visit = street.visit("operation")
    visit.note(Asked("Query.me"))
    (run,) = visit.runs
    assert (run.kind, run.groups(), list(run.disclosures(all_outcomes=True))) == (Kind.READ, (), [])


def test_a_request_refused_as_a_whole_is_one_run_unless_a_run_told_it(street: Street) -> None:
    visit = street.visit("local_tax")
    visit.refused(Code.LIMIT_EXCEEDED)
    visit.refused(Code.LIMIT_EXCEEDED)
    assert [(run.kind, run.code, run.asked.field) for run in visit.runs] == [
        (Kind.REFUSAL, Code.LIMIT_EXCEEDED, "Query")
    ]
