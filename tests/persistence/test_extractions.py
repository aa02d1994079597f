"""Extraction requests in the store: what is kept, what is done once, and whom they find on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from domain.certificates.issuances import Handover
from domain.errors import Code, Refusal
from domain.extractions import (
    Carried,
    Extent,
    Extraction,
    ExtractionCriteria,
    ExtractionForm,
    ExtractionRequest,
    ExtractionState,
    Listing,
    requested,
)
from domain.ledger.entries import Entry, Kind
from domain.statistics import Citizenship
from domain.values.dates import RegisterDate
from domain.values.sex import Sex
from persistence.extractions import Extractions
from tests.persistence.protections import an_id, an_order
from tests.persistence.registers import (
    ALL,
    NOON,
    OCCASION,
    UNPROTECTED,
    Store,
    ask,
    opened,
    query,
    reading,
    write_village,
)
from tests.postgres import NewDatabase
from tests.village import CODE, number_of

T = TypeVar("T")
State = ExtractionState
CRITERIA = ExtractionCriteria(
    address="旭町",
    born_from=RegisterDate("1950"),
    sex=Sex.MALE,
    citizenship=Citizenship.JAPANESE,
    include_closed=True,
    sample=3,
)
ITEMS = ("current_address", "date_of_birth", "sex", "foreign_resident_category")


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def an_extraction(nth: int = 1, **given: Any) -> Extraction:
    """A request."""
    request = ExtractionRequest(
        reason="送付",
        criteria=CRITERIA,
        items=("fullName", "sex"),
        form=ExtractionForm.CSV,
        most=10,
        recipient="age1",
    )
    made = {"id": an_id(nth), "made_by": "S1", "department": "財政部市民税課", "purpose": "local_tax"}
    return replace(requested(request, made, NOON), **given)


def a_result(one: Extraction, nth: int = 1) -> tuple[Extraction, Handover]:
    """The same carried out, and what waits."""
    carried = Carried(at=NOON, by="S1", witness="S2", medium="USB", records=2, digest=b"d")
    handover = Handover(
        id=one.id,
        token=f"token {nth}",
        caller="sub-1",
        purpose="local_tax",
        media_type="application/age",
        file_name="f",
        told={},
        expires_at=NOON + timedelta(minutes=10),
        content=b"sealed",
    )
    return one.carried_out(carried), handover


def on_store(url: str, story: Callable[[Extractions], Awaitable[T]]) -> T:
    """Do something with the store."""

    async def work(store: Store) -> T:
        return await story(Extractions(store.database, store.vaults))

    return ask(url, work)


async def approved(store: Extractions, nth: int = 1) -> Extraction:
    """A request that was approved."""
    one = an_extraction(nth)
    await store.request(an_order(str(nth * 10)), one)
    decided = one.decided(State.APPROVED, NOON, "S2")
    await store.decide(an_order(str(nth * 10 + 1)), decided)
    return decided


def test_what_was_asked_for_and_what_became_of_it_is_kept_as_it_was_said(url: str) -> None:
    async def story(store: Extractions) -> None:
        one = await approved(store)
        assert await store.one(CODE, one.id) == one
        done, handover = a_result(one)
        await store.carry_out(an_order("3"), done, handover)
        assert await store.one(CODE, one.id) == done
        assert await store.waiting(CODE, one.id, NOON) == replace(handover, content=b"")

    on_store(url, story)


@pytest.mark.holds("M11")
def test_of_two_that_carry_it_out_at_once_one_does(url: str) -> None:
    async def story() -> list[Any]:
        async with opened(url) as store:
            extractions = Extractions(store.database, store.vaults)
            one = await approved(extractions)
            results = [a_result(one, nth) for nth in range(5)]
            runs = [extractions.carry_out(an_order(str(100 + nth)), *result) for nth, result in enumerate(results)]
            return await asyncio.gather(*runs, return_exceptions=True)

    answers = asyncio.run(story())

    refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert refused == [Code.EXTRACTION_NOT_OPEN] * 4
    assert query(url, "SELECT count(*) FROM handovers") == [(1,)]


@pytest.mark.holds("M11")
def test_one_that_was_withdrawn_meanwhile_is_neither_approved_nor_carried_out(url: str) -> None:
    async def story(store: Extractions) -> None:
        one = await approved(store)
        await store.decide(an_order("3"), one.decided(State.WITHDRAWN, NOON, "S1"))
        for act in (
            lambda: store.carry_out(an_order("4"), *a_result(one)),
            lambda: store.decide(an_order("5"), an_extraction().decided(State.APPROVED, NOON, "S2")),
        ):
            with pytest.raises(Refusal) as refused:
                await act()
            assert refused.value.code is Code.EXTRACTION_NOT_OPEN

    on_store(url, story)


@pytest.mark.holds("M18")
def test_without_its_entry_in_the_ledger_nothing_is_given_out(url: str) -> None:
    async def story(store: Extractions) -> None:
        one = await approved(store)
        order = an_order("3")
        taken = order.entries[0].id
        await store.record(CODE, [an_entry(taken)])
        with pytest.raises(Refusal) as refused:
            await store.carry_out(order, *a_result(one))
        assert refused.value.code is Code.LEDGER_UNAVAILABLE
        assert (await store.one(CODE, one.id)) == one

    on_store(url, story)
    assert query(url, "SELECT 1 FROM handovers") == []


def an_entry(id_: str) -> Entry:
    """An entry with this id."""
    return Entry(id=id_, recorded_at=NOON, municipality_code=CODE, request_id="r", kind=Kind.ISSUE)


def test_a_list_has_one_state_the_oldest_first_page_by_page_and_of_one_person_where_asked(url: str) -> None:
    async def story(store: Extractions) -> None:
        for nth in (1, 2, 3):
            await store.request(an_order(str(nth)), an_extraction(nth, made_by=f"S{nth % 2}"))
        await approved(store, 4)

        async def ids(**wanted: Any) -> list[str]:
            return [one.id for one in await store.listed(CODE, Listing(State.REQUESTED, **wanted))]

        assert await ids(first=2) == [an_id(1), an_id(2)]
        assert await ids(first=2, after=an_id(2)) == [an_id(3)]
        assert await ids(first=9, own=("S1", "local_tax")) == [an_id(1), an_id(3)]
        assert await ids(first=9, own=("S1", "election")) == []

    on_store(url, story)


# Whom it finds.


def found(url: str, criteria: ExtractionCriteria, shown_for: frozenset[int] = ALL, opens: frozenset[int] = ALL) -> Any:
    """Which villagers, two at a time."""
    extent = Extent(criteria, dict.fromkeys(ITEMS, shown_for))
    nths = {number_of(nth): nth for nth in range(1, 10)}

    async def story(store: Extractions) -> list[list[int]]:
        pages, after, page = [], None, ["", ""]
        while len(page) == len("いろ"):
            page = await store.found(reading(opens=opens), OCCASION, extent, after, 2)
            pages.append([nths[number] for number in page])
            after = page[-1] if page else None
        return pages

    return on_store(url, story)


def test_everybody_comes_once_in_order_page_by_page(url: str) -> None:
    assert found(url, ExtractionCriteria()) == [[1, 2], [3, 4], [5, 7], [9]]
    assert found(url, ExtractionCriteria(include_closed=True)) == [[1, 2], [3, 4], [5, 6], [7, 8], [9]]


@pytest.mark.holds("A-28")
def test_a_condition_finds_only_those_of_whom_its_item_would_be_shown(url: str) -> None:
    by_address = ExtractionCriteria(address="字勇払")

    assert found(url, by_address) == [[4, 5], []]
    assert found(url, by_address, shown_for=UNPROTECTED) == [[]]
    assert found(url, ExtractionCriteria(), opens=UNPROTECTED) == [[1, 2], [3, 7], [9]]


def test_a_birth_range_has_both_its_ends(url: str) -> None:
    for day, finds in (("1950-03-31", True), ("1950-03-30", False)):
        assert (found(url, ExtractionCriteria(born_to=RegisterDate(day))) != [[]]) is finds
    for day, finds in (("1950-03-31", True), ("1950-04-01", False), ("1950", True)):
        assert (found(url, ExtractionCriteria(born_from=RegisterDate(day))) != [[]]) is finds
