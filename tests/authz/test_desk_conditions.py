"""How much a search must say, and how many it may find: M12's two conditions, and the limit of hits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.ports import Match, Search
from domain.search_terms import Manner, Term
from tests.authz.visits import ALL, HASHER, MOST_HITS, TARO, Street, asked, done
from tests.village import CODE, NUMBERS, household_number, number_of

WHOLE = Search((), include_closed=True, limit=10)
NAME, KANA = Term("full_name", "架空"), Term("name_kana", "カクウ")
BORN, SEX, PLACE = Term("date_of_birth", "1950"), Term("sex", "FEMALE"), Term("current_address", "旭町")
BUILDING, ROLE = Term("building_line", "見本荘"), Term("relationship_to_householder", "妻")
ALIAS, FORMER = Term("alias_history", "架空"), Term("former_surname", "旧見本")
TOO_FEW = [
    (),
    (NAME,),
    (NAME, SEX),
    (BORN, SEX),
    (PLACE, SEX, ROLE),
    (SEX, ROLE),
    (NAME, KANA, ALIAS, FORMER),
    (PLACE, BUILDING),
]
ENOUGH = [
    (NAME, PLACE),
    (NAME, BORN),
    (KANA, BORN),
    (ALIAS, BUILDING),
    (PLACE, BORN),
    (Term("addressee_number", number_of(1)),),
    (Term("household_number", household_number(1)),),
    (Term("individual_number", NUMBERS[0]),),
    (Term("residence_card_number", "AB00000000CD"),),
]


def refused(street: Street, purpose: str, *terms: Term) -> Refusal:
    """The refusal of a search, which touches no store and is recorded with the hash of what was asked."""
    visit = street.visit(purpose)
    with pytest.raises(Refusal) as told:
        done(visit.residents(asked("full_name"), terms, WHOLE))
    (run,) = visit.runs
    assert (run.kind, run.code, list(run.shown)) == (Kind.REFUSAL, told.value.code, [])
    assert set(run.searched_by) == {term.item for term in terms}
    return told.value


@pytest.mark.holds("A-11", "M12")
@pytest.mark.parametrize("terms", TOO_FEW)
@pytest.mark.parametrize("purpose", ["local_tax", "long_term_care"])
def test_fewer_than_two_of_name_birth_and_address_are_refused_before_the_store_is_touched(
    street: Street, purpose: str, terms: tuple[Term, ...]
) -> None:
    refusal = refused(street, purpose, *terms)

    assert (refusal.code, refusal.names, refusal.extensions) == (Code.TOO_FEW_CONDITIONS, (), {})
    assert street.questions == []


@pytest.mark.holds("A-11", "M12")
@pytest.mark.parametrize("terms", ENOUGH)
def test_two_of_them_or_one_exact_number_are_enough(street: Street, terms: tuple[Term, ...]) -> None:
    done(street.visit("local_tax").residents(asked("full_name"), terms, WHOLE))

    assert street.questions == ["searched"]


@pytest.mark.holds("A-11")
@pytest.mark.parametrize("terms", TOO_FEW)
def test_the_register_office_searches_by_whatever_it_likes(street: Street, terms: tuple[Term, ...]) -> None:
    done(street.visit("resident_register").residents(asked("full_name"), terms, WHOLE))

    assert street.questions == ["searched"]


@pytest.mark.holds("A-11")
def test_who_searches_freely_is_said_by_the_policy_and_by_nothing_else(street: Street) -> None:
    departments = street.decisions.policy.departments
    assert [
        purpose
        for department, purposes in departments.items()
        for purpose in purposes
        if street.decisions.permits(street.visit(purpose).caller.profile, "search_freely", "Resident")
        and department == "市民生活部住民課"
    ] == ["resident_register"]


def test_a_number_that_may_not_be_searched_by_is_refused_as_that_and_counts_for_nothing(street: Street) -> None:
    refusal = refused(street, "election", Term("individual_number", NUMBERS[0]))

    assert refusal.code is Code.SEARCH_NOT_PERMITTED
    assert street.questions == []


@pytest.mark.parametrize("purpose", ["resident_register", "local_tax"])
def test_more_hits_than_the_limit_are_refused_and_told_the_limit_alone(street: Street, purpose: str) -> None:
    street.residents.held = [replace(TARO, number=number_of(nth)) for nth in range(1, MOST_HITS + 2)]

    refusal = refused(street, purpose, *ALL)

    assert (refusal.code, refusal.extensions) == (Code.TOO_MANY_HITS, {"limit": MOST_HITS})
    assert "絞り込んで" in refusal.message_ja


@pytest.mark.parametrize("purpose", ["resident_register", "local_tax"])
def test_as_many_hits_as_the_limit_are_shown(street: Street, purpose: str) -> None:
    street.residents.held = [replace(TARO, number=number_of(nth)) for nth in range(1, MOST_HITS + 1)]

    shown, more = done(street.visit(purpose).residents(asked("full_name"), ALL, WHOLE))

    assert (len(shown), more) == (MOST_HITS, False)


def test_the_ledger_has_the_same_hash_however_a_name_was_compared(street: Street) -> None:
    manners = [Manner(), Manner(Match.CONTAINS, with_variants=True, in_past=True)]
    hashes = []
    for manner in manners:
        visit = street.visit("local_tax")
        done(visit.residents(asked("full_name"), (Term("full_name", "渡邊", manner=manner), BORN), WHOLE))
        hashes.append(visit.runs[0].searched_by)

    assert hashes[0] == hashes[1]
    assert hashes[0]["full_name"] == HASHER.digest(CODE, "full_name", "渡邊")
