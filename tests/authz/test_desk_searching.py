"""Searching at the desk: what is asked is decided before the store is touched, and every run is remembered."""

from __future__ import annotations

import pytest

from authz.disclosure import MASK
from authz.facts import ResidentFacts
from authz.policy import Outcome
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.ports import Search
from domain.search_terms import Term
from tests.authz.fakes import with_facts
from tests.authz.visits import CLOSED, HASHER, PROTECTED, TARO, Street, asked, done
from tests.village import ABSENT_NUMBER, CODE, HIDING_PLACE, NUMBERS, household_number, number_of

WHOLE = Search((), include_closed=True, limit=10)
KAKUU = (Term("full_name", "架空"), Term("date_of_birth", "1950"))
NAMED_AND_PLACED = (Term("full_name", "架空"), Term("current_address", "北海道"))
OPENS_NOTHING = ("support_measures", "ledger_review", "operation")


def by_number(nth: int) -> tuple[Term, ...]:
    """A term that addresses the nth resident."""
    return (Term("addressee_number", number_of(nth)),)


# Before the store.


@pytest.mark.parametrize("purpose", OPENS_NOTHING)
@pytest.mark.parametrize("number", [number_of(1), number_of(30)])
def test_who_opens_no_record_is_refused_the_search_before_the_store_is_touched(
    street: Street, purpose: str, number: str
) -> None:
    visit = street.visit(purpose)

    with pytest.raises(Refusal) as told:
        done(visit.residents(asked("full_name"), (Term("addressee_number", number),), WHOLE))

    assert (told.value.code, told.value.names) == (Code.SEARCH_NOT_PERMITTED, ("addresseeNumber",))
    assert street.questions == []
    (run,) = visit.runs
    assert (run.kind, run.code, list(run.shown)) == (Kind.REFUSAL, Code.SEARCH_NOT_PERMITTED, [])


@pytest.mark.parametrize("purpose", OPENS_NOTHING)
def test_who_opens_no_record_finds_nothing_under_an_id_and_the_store_is_not_asked(street: Street, purpose: str) -> None:
    visit = street.visit(purpose)
    sealed = Term("addressee_number", number_of(1), is_search=False)

    assert done(visit.residents(asked("full_name"), (sealed,), WHOLE)) == ([], False)
    assert (
        done(visit.household(asked("members"), Term("household_number", household_number(1), is_search=False))) is None
    )

    assert street.questions == []
    assert [run.code for run in visit.runs] == [None, None]


@pytest.mark.parametrize("number", [NUMBERS[0], ABSENT_NUMBER])
@pytest.mark.parametrize("purpose", ["election", "seal_registration", "public_relations"])
def test_a_search_by_the_number_is_refused_alike_whether_or_not_somebody_has_it(
    street: Street, purpose: str, number: str
) -> None:
    visit = street.visit(purpose)

    with pytest.raises(Refusal) as told:
        done(visit.residents(asked("full_name"), (Term("individual_number", number),), WHOLE))

    assert (told.value.code, told.value.names) == (Code.SEARCH_NOT_PERMITTED, ("individualNumber",))
    assert (told.value.message, told.value.extensions) == (Refusal(Code.SEARCH_NOT_PERMITTED).message, {})
    assert street.questions == []


@pytest.mark.holds("M28")
@pytest.mark.parametrize("purpose", ["resident_register", "local_tax", "election"])
def test_nobody_searches_by_the_linkage_symbol(street: Street, purpose: str) -> None:
    assert street.visit(purpose).search_right("information_provision_code") is None


def test_one_condition_that_is_not_permitted_refuses_all_and_is_named_alone(street: Street) -> None:
    visit = street.visit("public_relations")
    with pytest.raises(Refusal) as told:
        done(visit.residents(asked("full_name"), (Term("full_name", "架空"), Term("sex", "FEMALE")), WHOLE))
    assert told.value.names == ("sex",)
    assert street.questions == []


@pytest.mark.parametrize("text", ["123", "", "見本　花子"])
def test_a_malformed_condition_is_refused_by_its_item_and_never_with_its_text(street: Street, text: str) -> None:
    visit = street.visit("local_tax")
    with pytest.raises(Refusal) as told:
        done(visit.residents(asked("full_name"), (Term("individual_number", text),), WHOLE))
    assert (told.value.code, told.value.names) == (Code.INVALID_INPUT, ("individualNumber",))
    assert not text or text not in f"{told.value!r} {told.value.message} {told.value.message_ja}"
    assert street.questions == []
    assert visit.runs[0].code == Code.INVALID_INPUT


# What the store is told.


def test_a_condition_matches_only_records_for_which_the_item_would_be_shown(street: Street) -> None:
    terms = (Term("full_name", "見本"), Term("current_address", HIDING_PLACE))
    done(street.visit("local_tax").residents(asked("full_name"), terms, WHOLE))

    (question,) = street.residents.questions
    assert isinstance(question.about, Search)
    name, address = question.about.conditions
    assert name.shown_for == frozenset({0, 1, 2, 3, 6, 7})
    assert address.shown_for == frozenset({0, 1, 6, 7})


@pytest.mark.parametrize(("purpose", "found"), [("resident_register", 1), ("local_tax", 0), ("election", 0)])
def test_no_condition_on_her_whereabouts_finds_a_protected_person(street: Street, purpose: str, found: int) -> None:
    for term in (Term("current_address", "北海道苫小牧市字勇払"), Term("household_number", household_number(2))):
        terms = (Term("full_name", "見本"), term)
        shown, more = done(street.visit(purpose).residents(asked("full_name"), terms, WHOLE))
        assert (len(shown), more) == (found, False)


def test_a_released_protected_person_is_found_by_her_address(street: Street) -> None:
    street.residents.held = (TARO, with_facts(PROTECTED, 6), CLOSED)
    terms = (Term("full_name", "見本"), Term("current_address", "北海道苫小牧市字勇払"))
    shown, _ = done(street.visit("local_tax").residents(asked("current_address"), terms, WHOLE))
    assert [one.key for one in shown] == [number_of(4)]


def test_an_id_that_the_service_sealed_is_no_search(street: Street) -> None:
    visit = street.visit("public_relations")
    done(visit.residents(asked("full_name"), (Term("addressee_number", number_of(1), is_search=False),), WHOLE))
    (question,) = street.residents.questions
    assert isinstance(question.about, Search)
    assert [one.shown_for for one in question.about.conditions] == [None]
    assert visit.runs[0].kind is Kind.READ


def test_the_store_is_told_the_city_the_purpose_and_the_day_in_japan(street: Street) -> None:
    done(street.visit("local_tax").residents(asked("full_name"), by_number(1), WHOLE))
    occasion = street.residents.questions[0].occasion
    assert (occasion.municipality_code, occasion.purpose, occasion.today.isoformat()) == (
        CODE,
        "local_tax",
        "2026-11-23",
    )


@pytest.mark.holds("M01")
def test_a_masked_number_is_not_even_read_from_the_store(street: Street) -> None:
    for purpose in ("election", "seal_registration", "public_relations"):
        done(street.visit(purpose).residents(asked("full_name", "individual_number"), NAMED_AND_PLACED, WHOLE))
    columns = {column.item for question in street.residents.questions for column in question.reading.columns}
    assert columns == {"full_name"}


# Pages.


def test_a_page_asks_for_one_more_than_it_shows_and_says_that_more_follow(street: Street) -> None:
    visit = street.visit("local_tax")
    page = Search((), include_closed=False, after=None, limit=1)

    shown, more = done(visit.residents(asked("full_name"), KAKUU, page))

    assert ([one.key for one in shown], more) == ([number_of(1)], True)
    assert [run.shown for run in visit.runs] == [shown]
    after, no_more = done(visit.residents(asked("full_name"), KAKUU, Search((), after=shown[0].key, limit=1)))
    assert ([one.key for one in after], no_more) == ([number_of(2)], False)
    asked_for = [question.about for question in street.residents.questions]
    assert [one.limit for one in asked_for if isinstance(one, Search)] == [2, 2]


def test_closed_records_come_only_on_demand(street: Street) -> None:
    terms = (Term("full_name", "例示"), Term("date_of_birth", "1950"))
    assert done(street.visit("local_tax").residents(asked("full_name"), terms, Search((), limit=5)))[0] == []
    assert len(done(street.visit("local_tax").residents(asked("full_name"), terms, WHOLE))[0]) == 1


# What is remembered of it.


def test_a_search_leaves_the_keyed_hash_of_each_value_in_its_normal_form(street: Street) -> None:
    visit = street.visit("local_tax")
    wide = str.translate(NUMBERS[0], {ord(str(digit)): ord("０") + digit for digit in range(10)})

    done(visit.residents(asked("full_name"), (Term("individual_number", wide),), WHOLE))

    (run,) = visit.runs
    assert run.kind is Kind.SEARCH
    assert run.searched_by == {"individual_number": HASHER.digest(CODE, "individual_number", NUMBERS[0])}
    assert run.number_accessed


def test_a_refused_search_leaves_its_hashes_too(street: Street) -> None:
    visit = street.visit("election")
    with pytest.raises(Refusal):
        done(visit.residents(asked("full_name"), (Term("individual_number", "6446 7815 5351"),), WHOLE))
    assert visit.runs[0].searched_by == {"individual_number": HASHER.digest(CODE, "individual_number", NUMBERS[0])}


def test_an_empty_result_is_a_run_like_any_other(street: Street) -> None:
    visit = street.visit("local_tax")
    done(visit.residents(asked("full_name"), (Term("full_name", "だれも"), Term("date_of_birth", "1950")), WHOLE))
    assert [(run.kind, run.code, run.groups()) for run in visit.runs] == [(Kind.SEARCH, None, ())]


@pytest.mark.parametrize(
    ("breaks", "code", "kind"),
    [
        (Refusal(Code.STORE_UNAVAILABLE), Code.STORE_UNAVAILABLE, Kind.REFUSAL),
        (RuntimeError("架空　太郎"), Code.INTERNAL, Kind.SEARCH),
    ],
)
def test_a_store_that_breaks_leaves_a_run_with_its_code(
    street: Street, breaks: Exception, code: Code, kind: Kind
) -> None:
    street.residents.breaks = breaks
    visit = street.visit("local_tax")
    with pytest.raises(type(breaks)):
        done(visit.residents(asked("full_name"), by_number(1), WHOLE))
    (run,) = visit.runs
    assert (run.code, run.kind, run.shown, run.duration_ms) == (code, kind, (), 250.0)


# A household by its number.


@pytest.mark.parametrize(
    ("purpose", "is_found"), [("resident_register", True), ("local_tax", False), ("election", False)]
)
def test_a_protected_persons_household_is_not_there_for_others(street: Street, purpose: str, is_found: bool) -> None:
    found = done(street.visit(purpose).household(asked("members"), Term("household_number", household_number(2))))
    assert (found is not None) == is_found


def test_who_opens_no_household_cannot_search_for_one(street: Street) -> None:
    with pytest.raises(Refusal) as told:
        done(
            street.visit("public_relations").household(asked("members"), Term("household_number", household_number(1)))
        )
    assert told.value.code is Code.SEARCH_NOT_PERMITTED
    assert street.questions == []


def test_a_household_is_read_as_its_purpose_permits(street: Street) -> None:
    found = done(
        street.visit("election").household(
            asked("householder", "members"), Term("household_number", household_number(1))
        )
    )
    assert found is not None
    assert found.read("householder") == TARO.number


# A visit.


def test_a_caller_reads_the_value_the_mask_or_nothing(street: Street) -> None:
    items = ("full_name", "individual_number", "registered_domicile")
    told = {}
    for purpose in ("resident_register", "local_tax", "election"):
        terms = (Term("full_name", "架空　太郎"), Term("date_of_birth", "1950"))
        (shown,), _ = done(street.visit(purpose).residents(asked(*items), terms, WHOLE))
        told[purpose] = [shown.read(item) for item in items]
    assert told == {
        "resident_register": ["架空　太郎", NUMBERS[0], "北海道苫小牧市"],
        "local_tax": ["架空　太郎", NUMBERS[0], None],
        "election": ["架空　太郎", MASK, None],
    }


def test_the_policy_is_not_asked_again_for_the_next_visit(street: Street) -> None:
    def visit() -> None:
        done(street.visit("local_tax").residents(asked("full_name", "sex"), KAKUU, WHOLE))

    visit()
    asked_before = street.decisions.policy.questions
    visit()
    assert street.decisions.policy.questions == asked_before


def test_every_outcome_comes_from_the_callers_own_purpose(street: Street) -> None:
    for purpose, outcome in (("local_tax", Outcome.SHOWN), ("election", Outcome.MASKED), ("local_tax", Outcome.SHOWN)):
        visit = street.visit(purpose)
        permit = street.decisions.permit(visit.caller.profile, ResidentFacts, ("individual_number",))
        assert permit.views[0].decisions["individual_number"].outcome is outcome
