"""What waits behind single-use links: for one caller, once, for a while, and sealed all that time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.certificates.issuances import Handover
from domain.errors import Code, Refusal
from domain.ledger.entries import Entry, Kind
from persistence.certificates import Certificates
from persistence.handovers import erase_expired
from persistence.rotation import Rotation
from tests.logins import OTHER_CITY
from tests.persistence.issuing import (
    CALLER,
    CITY,
    CLERK,
    EXPIRES,
    PRINTED,
    PURPOSE,
    a_copy,
    a_link,
    certificates_of,
    issued,
    on_book,
)
from tests.persistence.protections import an_id, an_order
from tests.persistence.registers import NOON, Store, ask, opened, query, write_village
from tests.persistence.test_rotation import rotate, with_stores
from tests.postgres import NewDatabase
from tests.village import CODE

pytestmark = pytest.mark.holds("S1-05")

SECOND = timedelta(seconds=1)
CONTENTS = "SELECT id::text FROM handovers WHERE sealed IS NOT NULL AND told IS NOT NULL ORDER BY id"


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village, where one copy was issued."""

    def prepare(at: str) -> None:
        write_village(at)
        issued(at, a_copy(1))

    return new_database(prepare)


def an_entry(nth: int = 1) -> Entry:
    """What the ledger is told of a fetch."""
    id_ = an_id(2_000_000 + nth)
    return Entry(id=id_, recorded_at=NOON, municipality_code=CODE, request_id="r", kind=Kind.ISSUE)


async def fetched(book: Certificates, **differently: Any) -> Handover | None:
    """What the first link gives to its caller."""
    usual: dict[str, Any] = {"token": "token 1", "caller": CALLER, "purpose": PURPOSE, "at": NOON}
    return await book.fetch(differently.pop("municipality_code", CODE), **usual | differently)


async def waiting(book: Certificates, id_: str = an_id(1), at: datetime = NOON) -> Handover | None:
    """What waits of the first copy."""
    return await book.waiting(CODE, id_, at)


async def use(book: Certificates, at: datetime = NOON, *entries: Entry) -> bool:
    """Use the first link."""
    return await book.use(CODE, a_link(1), at, entries or (an_entry(),))


def gone(url: str) -> None:
    """Neither waits anything behind the first link, nor can it be fetched, nor used, nor does the ledger hear of it."""

    async def story(book: Certificates) -> None:
        assert await fetched(book) is None
        assert await waiting(book) is None
        assert not await use(book, NOON, an_entry(99))

    on_book(url, story)
    assert query(url, "SELECT 1 FROM ledger_entries WHERE id = $1", an_entry(99).id) == []


def test_her_link_gives_the_caller_what_was_printed_until_it_is_used(url: str) -> None:
    async def story(book: Certificates) -> None:
        for _ in range(2):
            found = await fetched(book)
            assert found is not None
            assert found == a_link(1, content=f"{PRINTED} 20261123 {CITY} T-01 P-01 001".encode())
        assert await use(book)

    on_book(url, story)
    gone(url)


@pytest.mark.parametrize(
    "differently",
    [
        {"token": "token 2"},
        {"token": ""},
        {"caller": "somebody else"},
        {"purpose": "local_tax"},
        {"at": EXPIRES},
        {"municipality_code": OTHER_CITY},
    ],
    ids=str,
)
def test_to_anybody_else_and_when_it_has_expired_it_is_no_link(url: str, differently: dict[str, Any]) -> None:
    async def story(book: Certificates) -> None:
        assert await fetched(book, at=EXPIRES - SECOND) is not None
        assert await fetched(book, **differently) is None

    on_book(url, story)


def test_a_link_is_used_once_even_by_two_at_once_and_the_ledger_hears_of_one(url: str) -> None:
    async def story(book: Certificates) -> None:
        uses = [use(book, NOON, an_entry(nth)) for nth in range(8)]
        assert sorted(await asyncio.gather(*uses)) == [False] * 7 + [True]

    before = query(url, "SELECT 1 FROM ledger_entries")
    on_book(url, story)

    assert len(query(url, "SELECT 1 FROM ledger_entries")) == len(before) + 1
    assert query(url, "SELECT sealed, told, used_at FROM handovers") == [(None, None, NOON)]


def test_a_link_that_expired_between_is_not_used(url: str) -> None:
    assert not on_book(url, lambda book: use(book, EXPIRES))


@pytest.mark.holds("F-10")
def test_a_use_that_cannot_be_recorded_leaves_the_link_as_it_was(url: str) -> None:
    ((already,),) = query(url, "SELECT id FROM ledger_entries")

    async def story(book: Certificates) -> None:
        with pytest.raises(Refusal) as told:
            await use(book, NOON, replace(an_entry(), id=str(already)))
        assert told.value.code is Code.LEDGER_UNAVAILABLE
        assert await fetched(book) is not None

    on_book(url, story)


def test_who_repeats_her_request_hears_of_the_same_link_as_long_as_it_stands(url: str) -> None:
    async def story(book: Certificates) -> None:
        assert await waiting(book) == a_link(1)
        assert [await waiting(book, id_) for id_ in (an_id(2), "no id", "")] == [None] * 3
        assert await waiting(book, at=EXPIRES - SECOND) is not None
        assert await waiting(book, at=EXPIRES) is None

    on_book(url, story)


def test_a_voided_copy_cannot_be_fetched_any_more(url: str) -> None:
    on_book(url, lambda book: book.void(an_order(), an_id(1), "誤交付", CLERK))

    gone(url)
    assert query(url, "SELECT used_at FROM handovers") == [(None,)]


def test_what_is_sealed_opens_nowhere_else(url: str) -> None:
    issued(url, a_copy(2))
    query(url, "UPDATE handovers SET sealed = (SELECT sealed FROM handovers WHERE id = $1)", an_id(2))

    async def story(book: Certificates) -> None:
        assert await fetched(book) is None
        assert await fetched(book, token="token 2") is not None

    on_book(url, story)


def test_neither_a_copy_nor_its_link_shows_what_it_holds_when_it_is_written_out() -> None:
    shown = repr((a_link(1, content=b"secret"), a_copy(1)))
    for secret in ("secret", "token 1", "code on paper", "架空"):
        assert secret not in shown


# Keys that change.


@pytest.mark.holds("G-04")
def test_during_a_rotation_links_of_before_and_of_now_open_for_every_process(url: str) -> None:
    async def story(first: Store, second: Store) -> None:
        await Rotation(first.database, first.vaults, CODE).begin()
        await certificates_of(first).issue(an_order(), CITY, [a_copy(2)])
        for store in (first, second):
            for token in ("token 1", "token 2"):
                assert await fetched(certificates_of(store), token=token) is not None

    with_stores(url, story)


@pytest.mark.holds("G-03")
def test_after_a_rotation_an_old_link_reads_as_expired_and_a_new_one_opens_whoever_made_it(url: str) -> None:
    async def story(first: Store, second: Store) -> None:
        await rotate(first)
        await certificates_of(second).issue(an_order(), CITY, [a_copy(2)])  # had the old keys until now
        for store in (first, second):
            assert await fetched(certificates_of(store)) is None
            assert await waiting(certificates_of(store)) is None
            assert await fetched(certificates_of(store), token="token 2") is not None

    with_stores(url, story)


# Expired ones.


def test_contents_of_expired_links_are_erased_and_no_others(url: str) -> None:
    for nth, minutes in ((2, 20), (3, 5)):
        issued(url, a_copy(nth, link=a_link(nth, expires_at=NOON + timedelta(minutes=minutes))))

    def erased(at: datetime) -> int:
        return ask(url, lambda store: erase_expired(store.database, CODE, at))

    assert [erased(NOON), erased(EXPIRES), erased(EXPIRES)] == [0, 2, 0]
    assert query(url, CONTENTS) == [(an_id(2),)]
    assert len(query(url, "SELECT 1 FROM handovers")) == 3


def test_however_many_have_expired_all_are_erased(url: str) -> None:
    many = """
        INSERT INTO handovers SELECT municipality_code, gen_random_uuid(), sha256(n::text::bytea), caller, purpose,
        media_type, file_name, sealed, told, expires_at FROM handovers, generate_series(1, 450) n
    """
    query(url, many)

    async def erasing(store: Store) -> list[int]:
        return [await erase_expired(store.database, CODE, EXPIRES) for _ in range(2)]

    assert ask(url, erasing) == [451, 0]
    assert query(url, CONTENTS) == []


def _both(url: str, do: Callable[[Store], Awaitable[Any]]) -> list[Any]:
    async def work() -> list[Any]:
        async with opened(url) as one, opened(url) as other:
            return list(await asyncio.gather(do(one), do(other)))

    return asyncio.run(work())


def test_two_that_erase_at_once_erase_each_once(url: str) -> None:
    assert sum(_both(url, lambda store: erase_expired(store.database, CODE, EXPIRES))) == 1
