"""The issuance book under pressure: many who issue at once, presses that jam, and what is cut off in the middle."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.certificates.documents import IssuanceNumber
from domain.certificates.issuances import Copy, Printed
from domain.errors import Code, Refusal
from persistence.certificates import Certificates
from persistence.logins import Login
from tests.logins import logins_at
from tests.persistence.issuing import CITY, a_copy, certificates_of, issued, numbers_in, on_book, prints
from tests.persistence.protections import an_order
from tests.persistence.registers import ask, opened, query, write_village
from tests.postgres import NewDatabase
from tests.village import CODE

pytestmark = pytest.mark.holds("S1-05")

AT_ONCE = 50
SERIALS = "SELECT serial FROM issuances ORDER BY serial"
END_WRITERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND state <> 'idle'"


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


async def jams(_number: IssuanceNumber) -> Printed:
    """A press that takes the number and prints nothing."""
    await asyncio.sleep(0)
    raise Refusal(Code.CHARACTER_NOT_IN_FONT)


async def tried(book: Certificates, *copies: Copy) -> bool:
    """Whether they were issued."""
    try:
        await book.issue(an_order(), CITY, copies)
    except Refusal as refusal:
        assert refusal.code is Code.CHARACTER_NOT_IN_FONT  # noqa: PT017 - some are refused, some are not
        return False
    return True


def serials(url: str) -> list[int]:
    """All numbers of the book."""
    return [row[0] for row in query(url, SERIALS)]


def test_fifty_who_issue_at_once_have_fifty_numbers_without_a_gap_or_a_repeat(url: str) -> None:
    async def story(book: Certificates) -> list[bool]:
        return await asyncio.gather(*(tried(book, a_copy(nth)) for nth in range(1, AT_ONCE + 1)))

    assert all(on_book(url, story))
    assert serials(url) == list(range(1, AT_ONCE + 1))


def test_presses_that_jam_leave_no_gap_in_what_two_processes_issue_at_once(url: str) -> None:
    async def story() -> list[bool]:
        async with opened(url) as one, opened(url) as other:
            books = (certificates_of(one), certificates_of(other))
            presses = (prints, jams, prints)
            return await asyncio.gather(
                *(tried(books[nth % 2], a_copy(nth, presses[nth % 3])) for nth in range(1, AT_ONCE + 1))
            )

    came = asyncio.run(story())
    assert 0 < sum(came) < AT_ONCE
    assert serials(url) == list(range(1, sum(came) + 1))


@pytest.mark.holds("F-01")
def test_fifty_times_the_same_request_at_once_issues_one_copy(url: str) -> None:
    async def story(book: Certificates) -> list[Any]:
        orders = [an_order("the same key") for _ in range(AT_ONCE)]
        return await asyncio.gather(*(book.issue(one, CITY, [a_copy(at)]) for at, one in enumerate(orders, 1)))

    answers = on_book(url, story)
    assert all(answer == answers[0] for answer in answers)
    assert serials(url) == [1]


@pytest.mark.holds("F-10")
def test_a_request_that_is_given_up_while_it_is_printed_leaves_nothing(url: str) -> None:
    async def story(book: Certificates) -> None:
        began = asyncio.Event()

        async def slow(_number: IssuanceNumber) -> Printed:
            began.set()
            return await asyncio.Event().wait()  # type: ignore[return-value] # never ends

        task = asyncio.create_task(book.issue(an_order(), CITY, [a_copy(1, slow)]))
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    on_book(url, story)
    assert serials(url) == []
    issued(url, a_copy(2))
    assert numbers_in(url, 2)[0].endswith(" 001")


@pytest.mark.holds("F-10")
def test_a_server_that_is_lost_while_the_second_copy_is_printed_has_neither_and_no_number_is_lost(url: str) -> None:
    writer = logins_at(url).name(CODE, Login.WRITER)

    async def cut_off(_number: IssuanceNumber) -> Printed:
        await asyncio.to_thread(query, url, END_WRITERS, writer)
        return Printed(b"pdf", 1)

    issued(url, a_copy(1))
    with pytest.raises(Refusal) as told:
        issued(url, a_copy(2), a_copy(3, cut_off))

    assert told.value.code is Code.STORE_UNAVAILABLE
    assert serials(url) == [1]
    issued(url, a_copy(4))
    assert serials(url) == [1, 2]


def test_a_press_that_takes_longer_than_the_writer_may_wait_is_refused_and_holds_nobody_up(url: str) -> None:
    async def too_slow(number: IssuanceNumber) -> Printed:
        await asyncio.sleep(1)
        return await prints(number)

    with pytest.raises(Refusal) as told:
        issued(url, a_copy(1, too_slow))

    assert told.value.code is Code.STORE_UNAVAILABLE
    issued(url, a_copy(2))
    assert serials(url) == [1]


def test_one_terminal_does_not_wait_for_what_another_prints(url: str) -> None:
    async def story(book: Certificates) -> None:
        printing, may_end = asyncio.Event(), asyncio.Event()

        async def waits(number: IssuanceNumber) -> Printed:
            printing.set()
            await may_end.wait()
            return await prints(number)

        task = asyncio.create_task(book.issue(an_order(), CITY, [a_copy(1, waits)]))
        await printing.wait()
        assert await tried(book, a_copy(2, terminal="T-02"))
        may_end.set()
        await task

    ask(url, lambda store: story(certificates_of(store)))
    assert serials(url) == [1, 1]
