"""Inspection at the desk: whom no list for others may hold, whatever the facts, and what is asked of the store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authz.facts import ResidentFacts, all_facts
from authz.inspecting import Inspecting
from authz.papers import PutOut
from authz.runs import Asked
from domain.certificates.documents import Document
from domain.errors import Code, Refusal
from domain.inspections import ITEMS, MUST_STATE, InspectionGround, InspectionOrder, InspectionRequest, Inspector
from domain.ledger.entries import Kind
from domain.ports import NEVER
from domain.values.search_keys import address_key
from tests.authz.fakes import Held
from tests.authz.issued import a_resident, village
from tests.authz.visits import Street, done
from tests.village import number_of

pytestmark = pytest.mark.holds("S1-08")

FIELD = Asked("Mutation.registerInspection")
GROUND = InspectionGround.WELFARE
REQUEST = InspectionRequest(
    ground=GROUND,
    inspector=Inspector(**{name: f"見本の{name}" for name in MUST_STATE[GROUND]}),
    area="旭町",
    is_found_appropriate=True,
)


def inspect(
    street: Street, request: InspectionRequest = REQUEST, purpose: str = "resident_register", **who: object
) -> PutOut | None:
    """What is answered to it."""
    visit = street.visit(purpose, **who)  # type: ignore[arg-type] # as `visit` takes them
    street.visits.append(visit)
    return done(Inspecting(visit).inspect(FIELD, lambda: request, "key"))


def somebody(nth: int, facts: int = 0, **items: object) -> Held:
    """Somebody in the area, with these facts."""
    usual = {"building_line": None, "became_foreign_resident_on": None, "restricted": bool(facts & 10)}
    held = a_resident(nth, facts=facts, **{**usual, **items})
    return replace(held, keys={"current_address": address_key("旭町4丁目5番6号")})


def listed(street: Street) -> list[str]:
    """Who stands on the one document that was printed."""
    (document,) = street.press.documents
    assert isinstance(document, Document)
    return [entry.addressee_number for entry in document.entries]


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("code", [code for code in all_facts(ResidentFacts) if code])
def test_whoever_is_closed_protected_or_restricted_stands_on_no_list_released_or_not(street: Street, code: int) -> None:
    village(street, somebody(1), somebody(2, code))

    assert inspect(street)

    assert listed(street) == [number_of(1)]
    entry = street.certificates.ledger[-1]
    assert {subject for group in entry.groups for subject in group.subjects} == {number_of(1)}


@pytest.mark.holds("A-28")
@pytest.mark.parametrize("code", [code for code in all_facts(ResidentFacts) if code])
def test_where_nobody_else_lives_nothing_is_put_out(street: Street, code: int) -> None:
    village(street, somebody(2, code))

    assert inspect(street) is None

    assert (street.press.documents, street.certificates.book) == ([], {})
    (run,) = street.visits[-1].runs
    assert (run.kind, run.groups(), list(run.searched_by)) == (Kind.SEARCH, (), ["current_address"])


def test_who_is_marked_in_any_way_is_left_out(street: Street) -> None:
    village(street, somebody(1), somebody(2, restricted=True))

    inspect(street)

    assert listed(street) == [number_of(1)]


def test_a_release_for_a_while_is_not_asked_for(street: Street) -> None:
    village(street, somebody(1))

    inspect(street)

    (question,) = [one for one in street.residents.questions if one.name == "searched"]
    assert question.occasion.beyond == NEVER
    assert question.reading.opens == frozenset({0})


def test_four_items_stand_on_it_whatever_is_known(street: Street) -> None:
    village(street, somebody(1))

    inspect(street)

    (document,) = street.press.documents
    assert {line.item for entry in document.entries for line in entry.lines} == set(ITEMS)


@pytest.mark.parametrize("purpose", ["local_tax", "public_relations", "election", "support_measures"])
def test_nobody_else_gets_as_far_as_the_store(street: Street, purpose: str) -> None:
    village(street, somebody(1))

    with pytest.raises(Refusal) as met:
        inspect(street, purpose=purpose)

    assert met.value.code == Code.NOT_PERMITTED
    assert street.questions == []


@pytest.mark.holds("A-12")
def test_more_than_the_set_size_is_an_extraction(street: Street) -> None:
    village(street, *(somebody(nth) for nth in range(1, 7)))

    with pytest.raises(Refusal) as met:
        inspect(street)

    assert (met.value.code, met.value.extensions) == (Code.EXTRACTION_REQUIRED, {"limit": 5})
    assert street.press.documents == []


def test_a_repeated_request_prints_nothing_again(street: Street) -> None:
    village(street, somebody(1), somebody(2))
    request = replace(REQUEST, order=InspectionOrder.RANDOM)

    first, again = inspect(street, request), inspect(street, request)

    assert first
    assert again
    assert [one.id for one, _ in first.copies] == [one.id for one, _ in again.copies]
    assert len(street.press.documents) == 1


def test_a_character_that_no_font_has_stops_the_list(street: Street) -> None:
    village(street, somebody(1))
    street.press.lacks = "旭"

    with pytest.raises(Refusal) as met:
        inspect(street)

    assert met.value.code == Code.CHARACTER_NOT_IN_FONT
    assert street.certificates.book == {}


def test_without_a_certifier_nothing_is_put_out(street: Street) -> None:
    village(street, somebody(1))
    street.certificates.mayor = None

    with pytest.raises(Refusal) as met:
        inspect(street)

    assert (met.value.code, met.value.names) == (Code.INVALID_INPUT, ("certifier",))
