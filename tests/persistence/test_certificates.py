"""The issuance book in the store: numbers of issue, what is entered, found, voided (標準仕様書1.0 1.3.8, 5.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.certificates.documents import IssuanceNumber
from domain.certificates.issuances import Issuance, Printed
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import Delivery
from domain.errors import Code, Refusal
from tests.logins import OTHER_CITY
from tests.persistence.issuing import (
    CITY,
    CLERK,
    PRINTED,
    a_copy,
    a_draft,
    certificates_of,
    issued,
    numbers_in,
    on_book,
)
from tests.persistence.protections import an_id, an_order
from tests.persistence.registers import NOON, Store, ask, query, write_village
from tests.postgres import NewDatabase
from tests.village import CODE, NUMBERS, number_of

pytestmark = pytest.mark.holds("S1-05")

TABLES = ("issuances", "issuance_subjects", "issuance_heads", "handovers", "idempotency_keys", "ledger_entries")


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def counted(url: str) -> dict[str, int]:
    """How many rows each table has that an order writes."""
    return {name: query(url, f"SELECT count(*) FROM {name}")[0][0] for name in TABLES}  # noqa: S608 - our names


def book_of(url: str, *ids: int) -> list[Issuance]:
    """These entries of the book."""
    return on_book(url, lambda book: book.issuances(CODE, [an_id(nth) for nth in ids]))


def refused(url: str, code: Code, *copies: object, order: object = None) -> Refusal:
    """With which refusal an order ends."""
    with pytest.raises(Refusal) as told:
        issued(url, *copies, order=order)  # type: ignore[arg-type] # as the tests below give them
    assert told.value.code is code
    return told.value


# Numbers.


def test_each_copy_of_an_order_has_a_number_of_its_own_in_the_order_of_issue(url: str) -> None:
    issued(url, a_copy(1), a_copy(2))
    issued(url, a_copy(3))

    assert numbers_in(url, 1, 2, 3) == [f"20261123 {CITY} T-01 P-01 00{nth}" for nth in (1, 2, 3)]


def test_the_day_of_a_number_is_that_of_japan(url: str) -> None:
    before, after = (datetime(2026, 11, 22, hour, 30, tzinfo=UTC) for hour in (14, 15))
    issued(url, a_copy(1, issued_at=before))
    issued(url, a_copy(2, issued_at=after))

    assert [number.split()[0] for number in numbers_in(url, 1, 2)] == ["20261122", "20261123"]


def test_every_day_terminal_and_printer_counts_from_one_and_an_unknown_printer_is_left_out(url: str) -> None:
    issued(url, a_copy(1))
    issued(url, a_copy(2, terminal="T-02"))
    issued(url, a_copy(3, printer=""))
    issued(url, a_copy(4, issued_at=NOON + timedelta(days=1)))

    assert [number.split()[-1] for number in numbers_in(url, 1, 2, 3, 4)] == ["001"] * 4
    assert numbers_in(url, 3) == [f"20261123 {CITY} T-01 001"]


def test_two_municipalities_count_apart(url: str) -> None:
    elsewhere = replace(an_order(), municipality_code=OTHER_CITY, entries=())

    async def both(store: Store) -> list[list[Issuance]]:
        book = certificates_of(store)
        await book.issue(an_order(), CITY, [a_copy(1)])
        await book.issue(elsewhere, "別の市", [a_copy(1)])
        return [await book.issuances(code, [an_id(1)]) for code in (CODE, OTHER_CITY)]

    here, there = ask(url, both)
    assert [one.number.text for one in (*here, *there)] == [
        f"20261123 {city} T-01 P-01 001" for city in (CITY, "別の市")
    ]


def test_a_copy_is_printed_under_the_number_that_the_book_has(url: str) -> None:
    under: list[str] = []

    async def press(number: IssuanceNumber) -> Printed:
        under.append(number.text)
        return Printed(b"pdf", 1)

    issued(url, a_copy(1, press), a_copy(2, press))

    assert under == numbers_in(url, 1, 2)


# All of it or nothing.


@pytest.mark.parametrize("failure", [Refusal(Code.CHARACTER_NOT_IN_FONT), RuntimeError(), MemoryError()])
def test_where_one_copy_cannot_be_printed_none_is_issued_and_no_number_is_lost(url: str, failure: Exception) -> None:
    async def jams(_number: IssuanceNumber) -> Printed:
        raise failure

    before = counted(url)
    with pytest.raises(type(failure)):
        issued(url, a_copy(1), a_copy(2, jams))
    assert counted(url) == before

    issued(url, a_copy(3))
    assert numbers_in(url, 3) == [f"20261123 {CITY} T-01 P-01 001"]


@pytest.mark.holds("F-10")
def test_what_cannot_be_recorded_is_not_issued(url: str) -> None:
    order = an_order()
    issued(url, a_copy(1), order=order)
    before = counted(url)

    refused(url, Code.LEDGER_UNAVAILABLE, a_copy(2), order=replace(an_order(), entries=order.entries))

    assert counted(url) == before


@pytest.mark.holds("F-01", "F-02")
def test_a_repeated_order_is_answered_as_before_and_nothing_is_printed_again(url: str) -> None:
    async def never(_number: IssuanceNumber) -> Printed:
        raise AssertionError

    first = issued(url, a_copy(1), order=an_order("key"))
    before = counted(url)

    assert issued(url, a_copy(2, never), order=an_order("key")) == first
    refused(url, Code.IDEMPOTENCY_KEY_REUSED, a_copy(3, never), order=an_order("key", b"another"))
    assert counted(url) == before
    assert on_book(url, lambda book: book.answered(CODE, an_order("key").asked)) == first


# The book.


def test_the_book_says_what_it_was_told(url: str) -> None:
    issued(url, a_copy(1))
    issued(url, a_copy(2, reissue_of=an_id(1), kind=CertificateKind.MOVING_OUT_CERTIFICATE))

    draft = a_draft(1)
    told = Issuance(
        id=draft.id,
        kind=draft.kind,
        number=IssuanceNumber("20261123", CITY, "T-01", "P-01", 1),
        issued_at=NOON,
        place=draft.place,
        department=draft.department,
        staff_number=draft.staff_number,
        requester=draft.requester,
        delivery=Delivery.COUNTER,
        items=draft.items,
        sheets=2,
    )
    first, second = book_of(url, 1, 2)
    assert first == told
    assert (second.kind, second.reissue_of) == (CertificateKind.MOVING_OUT_CERTIFICATE, an_id(1))


def test_entries_come_in_the_order_asked_for_and_what_is_not_there_is_left_out(url: str) -> None:
    issued(url, a_copy(1), a_copy(2))

    found = on_book(url, lambda book: book.issuances(CODE, [an_id(2), "no id", an_id(9), an_id(1)]))

    assert [one.id for one in found] == [an_id(2), an_id(1)]


def test_somebodys_history_is_read_newest_first_page_by_page_and_holds_nobody_elses(url: str) -> None:
    for nth in (1, 2, 3):
        issued(url, a_copy(nth))
    issued(url, a_copy(4, items={number_of(3): ["full_name"]}))

    def pages(nth: int, *after: int | None) -> list[list[str]]:
        return [
            [one.id for one in on_book(url, lambda book, at=at: book.history_of(CODE, number_of(nth), 2, at))]
            for at in (None if one is None else an_id(one) for one in after)
        ]

    assert pages(1, None, 2, 1) == [[an_id(3), an_id(2)], [an_id(1)], []]
    assert pages(3, None) == [[an_id(4)]]
    assert pages(5, None) == [[]]
    assert on_book(url, lambda book: book.history_of(CODE, number_of(1), 2, "no id")) == []
    assert on_book(url, lambda book: book.history_of(OTHER_CITY, number_of(1), 2, None)) == []


def test_a_spoiled_copy_is_voided_once_with_who_when_and_why_and_stays_in_the_book(url: str) -> None:
    issued(url, a_copy(1), a_copy(2))

    on_book(url, lambda book: book.void(an_order(), an_id(1), "用紙詰まり", CLERK))

    voided, other = book_of(url, 1, 2)
    assert (voided.stands, voided.voided_at, voided.voided_by, voided.void_reason) == (
        False,
        NOON,
        "C-1001",
        "用紙詰まり",
    )
    assert (other.stands, other.voided_at) == (True, None)


@pytest.mark.parametrize("id_", [an_id(1), an_id(9), "no id"])
def test_what_does_not_stand_cannot_be_voided_and_nothing_is_recorded(url: str, id_: str) -> None:
    issued(url, a_copy(1))
    on_book(url, lambda book: book.void(an_order(), an_id(1), "用紙詰まり", CLERK))
    before = counted(url)

    with pytest.raises(Refusal) as told:
        on_book(url, lambda book: book.void(an_order(), id_, "もう一度", CLERK))

    assert told.value.code is Code.INVALID_INPUT
    assert counted(url) == before


def test_the_code_on_the_paper_leads_to_its_entry_in_whichever_municipality_and_to_no_other(url: str) -> None:
    elsewhere = replace(an_order(), municipality_code=OTHER_CITY, entries=())

    async def story(store: Store) -> None:
        book = certificates_of(store)
        await book.issue(an_order(), CITY, [a_copy(1)])
        await book.issue(elsewhere, "別の市", [a_copy(2)])
        found = [await book.verified(f"code on paper {nth}") for nth in (1, 2, 3)]
        assert [one and (one[0], one[1].id) for one in found] == [(CODE, an_id(1)), (OTHER_CITY, an_id(2)), None]

    ask(url, story)


def test_neither_codes_nor_tokens_nor_what_was_printed_stand_readable_in_the_store(url: str) -> None:
    issued(url, a_copy(1))

    rows = [row for table in TABLES for row in query(url, f"SELECT * FROM {table}")]  # noqa: S608 - our names
    written = b"".join(one if isinstance(one, bytes) else str(one).encode() for row in rows for one in row)
    for secret in ("code on paper 1", "token 1", PRINTED, NUMBERS[0], "架空　太郎"):
        assert secret.encode() not in written


def test_a_line_of_a_batch_is_issued_once(url: str) -> None:
    batch = "INSERT INTO issuance_batches VALUES ($1, $2, 'source', 2, now(), 'S')"
    query(url, batch, CODE, an_id(7))
    issued(url, a_copy(1, batch=(an_id(7), 0)))
    before = counted(url)

    refused(url, Code.INVALID_INPUT, a_copy(2, batch=(an_id(7), 0)))
    assert counted(url) == before

    issued(url, a_copy(3, batch=(an_id(7), 1)))
    assert numbers_in(url, 3)[0].endswith(" 002")
