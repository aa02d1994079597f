"""Following an edge at the desk: for all parents at once, decided at both ends."""

from __future__ import annotations

import pytest

from authz.desk import Visit
from authz.disclosure import Disclosure, NotLoadedError
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.ports import Search
from domain.search_terms import Term
from tests.authz.fakes import Held, with_facts
from tests.authz.visits import ALL, CLOSED, HOUSEHOLD_1, HOUSEHOLD_2, PROTECTED, TARO, Street, asked, done
from tests.village import household_number, number_of

EVERYBODY = Search((), include_closed=True, limit=10)
HOUSEHOLD = asked("members", field="Resident.household", place=("residents", "nodes", "*", "household"))
MEMBERS = asked("full_name", field="Household.members", place=("household", "members", "*"))
HOUSEHOLDER = asked("full_name", field="Household.householder", place=("household", "householder"))


def everybody(visit: Visit, terms: tuple[Term, ...] = ALL) -> list[Disclosure]:
    """All residents that this visit may open and find, with their way to the household."""
    return list(done(visit.residents(asked("household"), terms, EVERYBODY))[0])


def one_household(visit: Visit) -> Disclosure:
    """Household 1."""
    term = Term("household_number", household_number(1))
    found = done(visit.household(asked("householder", "members", field="Query.household"), term))
    assert found
    return found


def places(parents: list[Disclosure]) -> list[tuple[int, ...]]:
    """Where they stand."""
    return [(at,) for at in range(len(parents))]


def test_the_households_of_a_page_are_loaded_in_one_question(street: Street) -> None:
    visit = street.visit("resident_register")
    parents = everybody(visit)

    found = done(visit.households_of(HOUSEHOLD, parents, places(parents)))

    assert [one.key if one else None for one in found] == [household_number(at) for at in (1, 1, 2, 2)]
    assert [(one.name, one.about) for one in street.households.questions] == [
        ("numbered", [household_number(1), household_number(2)])
    ]
    assert visit.runs[-1].positions == [(0,), (1,), (2,), (3,)]


@pytest.mark.parametrize("purpose", ["local_tax", "election", "seal_registration"])
def test_no_edge_leads_to_a_protected_persons_household(street: Street, purpose: str) -> None:
    visit = street.visit(purpose)
    parents = everybody(visit)

    found = dict(
        zip([one.key for one in parents], done(visit.households_of(HOUSEHOLD, parents, places(parents))), strict=True)
    )

    assert found[TARO.number] is not None
    assert found[PROTECTED.number] is None
    assert found.get(CLOSED.number) is None
    assert street.households.questions[0].about == [household_number(1)]
    assert visit.runs[-1].positions == [(0,), (1,)]


def test_an_edge_that_starts_open_still_stops_at_a_protected_household(street: Street) -> None:
    street.residents.held = [with_facts(PROTECTED, 0)]
    visit = street.visit("local_tax")
    parents = everybody(visit)

    assert done(visit.households_of(HOUSEHOLD, parents, [(0,)])) == [None]

    assert street.households.questions[0].about == [household_number(2)]
    assert visit.runs[-1].groups() == ()


def test_a_release_opens_the_way_to_her_household(street: Street) -> None:
    street.residents.held = [with_facts(PROTECTED, 6)]
    street.households.held = [with_facts(HOUSEHOLD_2, 6)]
    visit = street.visit("local_tax")
    parents = everybody(visit)

    (found,) = done(visit.households_of(HOUSEHOLD, parents, [(0,)]))

    assert found is not None
    assert found.read("members") == household_number(2)


def test_an_edge_of_a_purpose_that_opens_no_household_asks_no_store(street: Street) -> None:
    visit = street.visit("public_relations")
    parents = everybody(visit, (Term("name_kana", "カクウ"), Term("current_address", "北海道")))
    assert parents
    assert done(visit.households_of(HOUSEHOLD, parents, places(parents))) == [None] * len(parents)
    assert street.households.questions == []
    assert visit.runs[-1].asked.field == "Resident.household"


def test_a_household_has_its_members_and_its_householder(street: Street) -> None:
    visit = street.visit("local_tax")
    household = one_household(visit)

    (members,) = done(visit.members_of(MEMBERS, [household], [()]))
    (householder,) = done(visit.householders_of(HOUSEHOLDER, [household], [()]))

    assert [one.read("full_name") for one in members] == ["架空　太郎", "架空　花子"]
    assert householder is not None
    assert householder.key == number_of(1)
    assert [run.asked.field for run in visit.runs] == ["Query.household", "Household.members", "Household.householder"]


def test_members_stand_by_household_and_place(street: Street) -> None:
    visit = street.visit("resident_register")
    parents = everybody(visit)
    homes = [one for one in done(visit.households_of(HOUSEHOLD, parents, places(parents))) if one]

    members = done(visit.members_of(MEMBERS, homes, [(0,), (2,), (3,), (5,)]))

    assert [[one.key for one in home] for home in members] == [
        [number_of(1), number_of(2)],
        [number_of(1), number_of(2)],
        [number_of(4)],
        [number_of(4)],
    ]
    assert visit.runs[-1].positions == [(0, 0), (0, 1), (2, 0), (2, 1), (3, 0), (5, 0)]


def test_a_closed_record_is_nobodys_member(street: Street) -> None:
    visit = street.visit("resident_register")
    term = Term("household_number", household_number(2))
    household = done(visit.household(asked("members"), term))
    assert household
    (members,) = done(visit.members_of(MEMBERS, [household], [()]))
    assert [one.key for one in members] == [number_of(4)]


def test_a_householder_who_is_not_there_leaves_an_empty_place(street: Street) -> None:
    street.residents.held = []
    visit = street.visit("local_tax")
    household = one_household(visit)
    assert done(visit.householders_of(HOUSEHOLDER, [household], [(0,)])) == [None]
    assert (list(visit.runs[-1].shown), list(visit.runs[-1].positions)) == ([], [])


def test_a_record_that_names_no_household_is_asked_about_nowhere(street: Street) -> None:
    street.residents.held = [Held(TARO.number, 0, {"household": None}, TARO.keys | {"date_of_birth": "1950"})]
    visit = street.visit("local_tax")
    parents = everybody(visit)
    assert done(visit.households_of(HOUSEHOLD, parents, [(0,)])) == [None]
    assert street.households.questions == []


def test_an_edge_that_was_not_asked_for_is_a_fault_and_not_an_empty_answer(street: Street) -> None:
    visit = street.visit("local_tax")
    parents = list(done(visit.residents(asked("full_name"), ALL, EVERYBODY))[0])
    with pytest.raises(NotLoadedError):
        done(visit.households_of(HOUSEHOLD, parents, places(parents)))


@pytest.mark.parametrize(
    ("breaks", "code"),
    [(Refusal(Code.STORE_UNAVAILABLE), Code.STORE_UNAVAILABLE), (RuntimeError("北海道"), Code.INTERNAL)],
)
def test_an_edge_that_breaks_leaves_its_run_with_its_code(street: Street, breaks: Exception, code: Code) -> None:
    visit = street.visit("local_tax")
    parents, household = everybody(visit), one_household(visit)
    street.residents.breaks = street.households.breaks = breaks

    with pytest.raises(type(breaks)):
        done(visit.households_of(HOUSEHOLD, parents, places(parents)))
    with pytest.raises(type(breaks)):
        done(visit.members_of(MEMBERS, [household], [()]))

    assert [run.code for run in visit.runs] == [None, None, code, code]
    assert [run.kind for run in visit.runs[2:]] == [Kind.REFUSAL if code != Code.INTERNAL else Kind.READ] * 2


def test_a_household_that_everybody_may_open_is_open_to_those_who_may(street: Street) -> None:
    street.households.held = [with_facts(HOUSEHOLD_1, 1)]
    term = Term("household_number", household_number(1))
    assert done(street.visit("local_tax").household(asked("members"), term)) is not None
    assert done(street.visit("election").household(asked("members"), term)) is None
