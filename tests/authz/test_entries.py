"""What the ledger is told of a visit and of whoever was not let in."""

from __future__ import annotations

import pytest

from authz.entries import (
    Act,
    RefusedSignIn,
    Request,
    Stamp,
    entry_of_act,
    entry_of_refused_admission,
    entry_of_refused_sign_in,
)
from authz.runs import Asked
from domain.errors import Code, Refusal
from domain.ledger.entries import Entry, Group, Kind
from domain.ports import Search
from domain.search_terms import Term
from tests.authz.visits import ALL, HASHER, NOON, Street, a_caller, an_id, an_identity, asked, done
from tests.village import CODE, NUMBERS, number_of

EVERYBODY = Search((), include_closed=True, limit=10)
STAMP = Stamp("entry-1", NOON, Request("r-1", "Ask", "d" * 64), "p" * 64)


def entries_of_a_search(street: Street, purpose: str, number: str = NUMBERS[0]) -> list[Entry]:
    """The entries of a visit that searches by an Individual Number, refused or not."""
    visit = street.visit(purpose)
    try:
        done(visit.residents(asked("full_name", "individual_number"), (Term("individual_number", number),), EVERYBODY))
    except Refusal as refusal:
        visit.refused(refusal.code)
    return visit.entries()


@pytest.mark.holds("M06")
def test_an_entry_says_who_from_where_for_which_purpose(street: Street) -> None:
    (entry,) = entries_of_a_search(street, "local_tax")
    assert (entry.caller, entry.staff_number, entry.department) == ("sub-7", "S7", "財政部市民税課")
    assert (entry.place, entry.terminal, entry.application, entry.strength) == ("本庁1階", "T7", "app-7", "2")
    assert (entry.purpose, entry.grants, entry.municipality_code) == ("local_tax", ("g-1", "g-2"), CODE)


def test_an_entry_says_when_in_which_request_and_under_which_policy(street: Street) -> None:
    (entry,) = entries_of_a_search(street, "local_tax")
    assert (entry.id, entry.recorded_at) == (an_id(1), NOON)
    assert (entry.request_id, entry.operation, entry.document) == ("r-1", "Ask", "d" * 64)
    assert entry.policy_hash == street.decisions.policy.hash


def test_an_entry_says_what_was_asked_of_whom_and_how_it_was_decided(street: Street) -> None:
    (entry,) = entries_of_a_search(street, "local_tax")
    assert (entry.kind, entry.path, entry.file, entry.result_count, entry.code) == (
        Kind.SEARCH,
        "Query.resident",
        "F1",
        1,
        None,
    )
    decided = {"full_name": ("SHOWN", "transfer"), "individual_number": ("SHOWN", "number-affairs")}
    assert entry.groups == (Group((), (number_of(1),), decided),)
    assert entry.searched_by == {"individual_number": HASHER.digest(CODE, "individual_number", NUMBERS[0])}
    assert entry.number_accessed


@pytest.mark.parametrize("purpose", ["local_tax", "election", "operation"])
def test_an_entry_holds_no_value_that_was_read_or_searched_for(street: Street, purpose: str) -> None:
    written = repr(entries_of_a_search(street, purpose))
    assert not [value for value in (*NUMBERS, "架空", "北海道") if value in written]


def test_a_refused_search_is_an_entry_with_its_code_and_no_record(street: Street) -> None:
    (entry,) = entries_of_a_search(street, "election")
    assert (entry.kind, entry.code, entry.groups, entry.result_count) == (
        Kind.REFUSAL,
        Code.SEARCH_NOT_PERMITTED,
        (),
        0,
    )
    assert entry.searched_by.keys() == {"individual_number"}


def test_a_visit_that_did_nothing_leaves_an_entry_once_it_is_refused(street: Street) -> None:
    visit = street.visit("local_tax")
    assert visit.entries() == []
    visit.refused(Code.LIMIT_EXCEEDED)
    (entry,) = visit.entries()
    assert (entry.kind, entry.path, entry.code, entry.file) == (Kind.REFUSAL, "Query", Code.LIMIT_EXCEEDED, None)


def test_every_run_is_an_entry_in_its_order_with_an_id_of_its_own(street: Street) -> None:
    visit = street.visit("local_tax")
    visit.note(Asked("Query.me"))
    done(visit.residents(asked("full_name"), ALL, EVERYBODY))
    told = [(entry.id, entry.path, entry.file) for entry in visit.entries()]
    assert told == [(an_id(1), "Query.me", None), (an_id(2), "Query.resident", "F1")]


def test_who_was_not_let_in_is_written_down_with_what_she_asked_for() -> None:
    entry = entry_of_refused_admission(an_identity("財政部市民税課"), "election", Code.PURPOSE_NOT_GRANTED, STAMP)
    assert (entry.kind, entry.code, entry.purpose, entry.terminal) == (
        Kind.REFUSAL,
        Code.PURPOSE_NOT_GRANTED,
        "election",
        "T7",
    )
    assert (entry.place, entry.grants, entry.groups) == (None, (), ())


def test_a_refused_sign_in_names_an_address_and_nobody() -> None:
    entry = entry_of_refused_sign_in(RefusedSignIn(CODE, "192.0.2.7", "expired", 12), STAMP)
    assert (entry.kind, entry.municipality_code, entry.place) == (Kind.SIGN_IN, CODE, "192.0.2.7")
    assert (entry.code, entry.result_count) == ("expired", 12)
    assert (entry.caller, entry.staff_number, entry.terminal, entry.purpose) == (None, None, None, None)


def test_a_command_is_an_act_of_its_caller() -> None:
    act = Act(Kind.LEDGER_READ, "daicho ledger tail", 3)
    entry = entry_of_act(act, a_caller("ledger_review"), STAMP)
    assert (entry.kind, entry.path, entry.result_count, entry.groups) == (Kind.LEDGER_READ, "daicho ledger tail", 3, ())
    assert (entry.purpose, entry.staff_number, entry.number_accessed) == ("ledger_review", "S7", False)


def test_a_command_that_searches_by_a_number_has_accessed_it() -> None:
    act = Act(Kind.LEDGER_READ, "daicho ledger searched", 0, (), {"individual_number": "h" * 64})
    assert entry_of_act(act, a_caller("ledger_review"), STAMP).number_accessed


def test_a_command_about_a_person_names_her_number_alone() -> None:
    act = Act(Kind.CHANGE, "daicho releases add", subjects=(number_of(4),))
    assert entry_of_act(act, a_caller("support_measures"), STAMP).groups == (Group((), (number_of(4),), {}),)
