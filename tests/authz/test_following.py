"""Following changes at the desk: who hears of which, by the facts that were stored with them (M34)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authz.callers import Profile
from authz.decisions import Decisions
from authz.facts import ResidentFacts, all_facts
from authz.following import Change, changes_after, versions_left
from authz.policy import Outcome
from domain.change_feed import Changed
from domain.items import RESIDENT_ITEMS
from domain.ledger.entries import Kind
from domain.ports import HISTORY_NUMBER
from tests.authz.policy_table import offers, profile
from tests.authz.visits import PROTECTED, TARO, Street, asked, done
from tests.village import number_of

pytestmark = pytest.mark.holds("M34")

FEED = asked("addressee_number", field="Query.changes", place=("changes", "nodes", "*"))
LEFT = asked("full_name", "current_address", field="Change.version", place=("changes", "nodes", "*", "version"))


def changed(nth: int, sequence: int, *items: str, was: int | None = 0, facts: int = 0) -> Changed:
    """A change as the store gives it."""
    return Changed(number_of(nth), 1, sequence, None, was, facts, items)


def followed(street: Street, purpose: str, *held: Changed, first: int = 100) -> list[Change]:
    """The changes that a visitor for this purpose hears of."""
    street.changes.held = held
    return list(done(changes_after(street.visit(purpose), FEED, None, first))[0])


def every_profile() -> list[Profile]:
    """Every department with each purpose that may be its own."""
    return [Profile(department, code) for department, codes in offers().items() for code in sorted(codes)]


def test_what_a_caller_hears_is_what_the_policy_shows_for_every_purpose_all_facts_and_items(
    remembered: Decisions,
) -> None:
    for who in every_profile():
        hearing = remembered.hearing(who)
        for code, facts in all_facts(ResidentFacts).items():
            opens = remembered.policy.opens(who, facts)
            assert (code in hearing.opens) == opens, (who, code)
            shown = {item for item in RESIDENT_ITEMS if remembered.decide(who, facts, item).outcome is Outcome.SHOWN}
            assert hearing.shown[code] == (shown if opens else frozenset()), (who, code)


def test_a_class_switched_off_for_a_person_takes_its_changes_out_of_what_she_hears(remembered: Decisions) -> None:
    assert "resident_record_code" in remembered.hearing(profile("resident_register")).shown[0]
    assert "resident_record_code" not in remembered.hearing(profile("resident_register", ("code",))).shown[0]


def test_a_change_names_the_items_that_are_shown_and_no_other(street: Street) -> None:
    (change,) = followed(street, "local_tax", changed(1, 7, "full_name", "registered_domicile", "individual_number"))

    assert (change.sequence, change.is_open, change.items) == (7, True, ("full_name", "individual_number"))
    assert change.read("addressee_number") == number_of(1)


def test_a_change_that_closed_the_record_to_the_caller_says_only_that(street: Street) -> None:
    (change,) = followed(street, "election", changed(1, 7, "ceased_resident_on", was=0, facts=1))

    assert (change.is_open, change.items) == (False, ())
    assert change.read("addressee_number") == number_of(1)
    assert change.known.row[HISTORY_NUMBER] is None


def test_who_opens_no_record_does_not_even_ask_the_store(street: Street) -> None:
    assert followed(street, "ledger_review", changed(1, 7, "full_name")) == []
    assert street.changes.hearings == []


def test_a_page_is_as_long_as_was_asked_and_says_whether_more_follow(street: Street) -> None:
    street.changes.held = [changed(1, at, "full_name") for at in range(3)]
    visit = street.visit("local_tax")

    changes, more = done(changes_after(visit, FEED, None, 2))

    assert ([one.sequence for one in changes], more) == ([0, 1], True)
    assert done(changes_after(visit, FEED, 1, 2))[1] is False


def test_the_versions_of_a_page_are_loaded_in_one_question_by_the_facts_of_today(street: Street) -> None:
    street.versions.held = [TARO, PROTECTED]
    known = followed(street, "local_tax", changed(1, 0, "full_name"), changed(4, 1, "full_name"))
    visit = street.visit("local_tax")

    taro, protected = done(versions_left(visit, LEFT, [one.known for one in known], [(0,), (1,)]))

    assert taro is not None
    assert protected is not None
    assert taro.read("current_address") is not None
    assert (protected.read("full_name"), protected.read("current_address")) == ("見本　花子", None)
    (question,) = street.versions.questions
    assert question.about == [(number_of(1), 1), (number_of(4), 1)]


def test_a_version_whose_record_may_not_be_opened_today_is_nothing(street: Street) -> None:
    street.versions.held = [replace(TARO, facts=1)]
    known = followed(street, "election", changed(1, 0, "full_name"))

    assert done(versions_left(street.visit("election"), LEFT, [known[0].known], [(0,)])) == [None]


@pytest.mark.holds("M08")
def test_a_run_of_the_feed_is_one_entry_that_names_whose_changes_were_told(street: Street) -> None:
    street.changes.held = [changed(1, 0, "full_name"), changed(4, 1, "full_name", was=2, facts=2)]
    visit = street.visit("local_tax")
    done(changes_after(visit, FEED, None, 10))

    (entry,) = visit.entries()
    assert (entry.kind, entry.path, entry.result_count) == (Kind.READ, "Query.changes", 2)
    assert [group.subjects for group in entry.groups] == [(number_of(1),), (number_of(4),)]
