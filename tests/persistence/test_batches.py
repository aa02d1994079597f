"""Batches: a list is begun once, goes on where it was, and ends once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.errors import Code, Refusal
from persistence.batches import Batch, Batches
from tests.logins import OTHER_CITY
from tests.persistence.issuing import a_copy, issued
from tests.persistence.protections import an_id, an_order
from tests.persistence.registers import NOON, ask, query, write_village
from tests.postgres import NewDatabase
from tests.village import CODE

pytestmark = pytest.mark.holds("S1-05")

SOURCE = b"digest of the list"


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def on_batches(url: str, do: Callable[[Batches], Awaitable[Any]]) -> Any:
    """Ask the repository."""
    return ask(url, lambda store: do(Batches(store.database)))


def a_batch(nth: int, source: bytes = SOURCE) -> Batch:
    """The nth batch, of three lines."""
    return Batch(an_id(nth), source, 3, NOON, "C-1001")


def begun(url: str, batch: Batch) -> Batch:
    """Begin it."""
    found: Batch = on_batches(url, lambda store: store.begin(CODE, batch, an_order().entries[0]))
    return found


def entries(url: str) -> int:
    """How many entries the ledger has."""
    return len(query(url, "SELECT 1 FROM ledger_entries"))


def test_a_list_is_begun_once_and_afterwards_found(url: str) -> None:
    assert on_batches(url, lambda store: store.find(CODE, SOURCE)) is None

    assert begun(url, a_batch(1)) == begun(url, a_batch(2)) == a_batch(1)
    assert begun(url, a_batch(3, b"another list")) == a_batch(3, b"another list")

    assert on_batches(url, lambda store: store.find(CODE, SOURCE)) == a_batch(1)
    assert on_batches(url, lambda store: store.find(OTHER_CITY, SOURCE)) is None
    assert entries(url) == 2


def test_the_lines_that_the_book_has_are_done_and_no_others(url: str) -> None:
    begun(url, a_batch(1))
    begun(url, a_batch(2, b"another list"))
    for nth, line in ((11, 2), (12, 0)):
        issued(url, a_copy(nth, batch=(an_id(1), line)))
    issued(url, a_copy(13, batch=(an_id(2), 1)))
    issued(url, a_copy(14))

    assert on_batches(url, lambda store: store.done(CODE, an_id(1))) == {0: an_id(12), 2: an_id(11)}
    assert on_batches(url, lambda store: store.done(CODE, an_id(3))) == {}


def test_a_copy_of_a_batch_that_was_never_begun_is_not_issued(url: str) -> None:
    with pytest.raises(Refusal) as told:
        issued(url, a_copy(1, batch=(an_id(9), 0)))

    assert told.value.code is Code.INVALID_INPUT
    assert query(url, "SELECT 1 FROM issuances") == []


def test_a_batch_ends_once(url: str) -> None:
    begun(url, a_batch(1))

    def ends(nth: int) -> bool:
        ended: bool = on_batches(url, lambda store: store.end(CODE, an_id(nth), NOON, an_order().entries[0]))
        return ended

    assert [ends(1), ends(1), ends(2)] == [True, False, False]
    found = on_batches(url, lambda store: store.find(CODE, SOURCE))
    assert found.ended_at == begun(url, a_batch(1)).ended_at == NOON
    assert entries(url) == 2
