"""Notifications under pressure: sent twice, by two clerks, beside a reader, and cut off in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from domain.change_reasons import ChangeReason as Why
from domain.errors import Code, Refusal
from domain.life_events import CodeChanged
from domain.notifications import Change
from domain.values.identifiers import ResidentRecordCode
from domain.values.names import Name
from persistence.logins import Login
from tests.ledger_builders import entry
from tests.logins import logins_at
from tests.persistence.clerks import (
    EVERYTHING,
    Clerk,
    change,
    clerk_of,
    code_of,
    hand_in,
    household,
    moves_within,
    new_number,
    refused,
    revised,
    work,
)
from tests.persistence.ledgers import connected
from tests.persistence.registers import query, write_village
from tests.postgres import NewDatabase
from tests.village import ABSENT_NUMBER, CODE, CODES, number_of

NUMBER = "individual_number"
AT_ONCE = 1_000


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def registers_seal(nth: int = 1) -> Change:
    """A small change."""
    return revised(nth, seal_registration="登録")


@pytest.mark.holds("F-01", "S1-02")
def test_a_thousand_orders_under_one_key_have_one_effect_and_one_answer(url: str) -> None:
    async def do(clerk: Clerk) -> list[Any]:
        made = clerk.notification(await clerk.sees(1), registers_seal())
        orders = [clerk.order("one key", answer={"order": at}) for at in range(AT_ONCE)]
        return await asyncio.gather(*(clerk.notifications.submit(order, made) for order in orders))

    answers = work(url, do)
    assert all(answer == answers[0] for answer in answers)
    counted = "SELECT (SELECT count(*) FROM notifications), (SELECT count(*) FROM ledger_entries)"
    assert query(url, counted) == [(1, 1)]


@pytest.mark.holds("F-01")
def test_a_thousand_approvals_under_one_key_have_one_effect(url: str) -> None:
    async def do(clerk: Clerk) -> list[Any]:
        id_ = await clerk.submits(await clerk.sees(1), registers_seal())
        return await asyncio.gather(*(clerk.approves(id_, clerk.order("approve it")) for _ in range(AT_ONCE)))

    answers = work(url, do)
    assert all(answer == answers[0] for answer in answers)
    assert query(url, "SELECT count(*) FROM life_events") == [(1,)]


@pytest.mark.holds("F-02")
def test_a_key_under_which_something_else_was_asked_is_refused(url: str) -> None:
    async def first(clerk: Clerk) -> None:
        await clerk.submits(await clerk.sees(1), registers_seal(), order=clerk.order("key", b"one request"))

    async def second(clerk: Clerk) -> None:
        await clerk.submits(await clerk.sees(4), registers_seal(4), order=clerk.order("key", b"another"))

    work(url, first)
    before = query(url, EVERYTHING)
    refused(Code.IDEMPOTENCY_KEY_REUSED, lambda: work(url, second))

    async def asks(clerk: Clerk) -> None:
        await clerk.notifications.answered(CODE, clerk.order("key", b"another").asked)

    refused(Code.IDEMPOTENCY_KEY_REUSED, lambda: work(url, asks))
    assert query(url, EVERYTHING) == before


@pytest.mark.holds("F-03")
def test_who_lost_the_answer_is_given_the_first_one(url: str) -> None:
    async def do(clerk: Clerk) -> None:
        seen = await clerk.sees(1)
        first = clerk.order("key", answer={"notification": "1"})
        assert await clerk.notifications.answered(CODE, first.asked) is None
        made = clerk.notification(seen, registers_seal())
        assert await clerk.notifications.submit(first, made) == {"notification": "1"}
        again = replace(first, answer={"notification": "2"}, entries=[entry(77)])
        assert await clerk.notifications.submit(again, clerk.notification(seen, registers_seal())) == first.answer
        assert await clerk.notifications.answered(CODE, first.asked) == first.answer
        assert (
            await clerk_of(clerk.store, "C-9").notifications.answered(CODE, replace(first.asked, caller="C-9")) is None
        )

    work(url, do)


def test_an_answer_that_changed_nothing_is_kept_with_its_entry(url: str) -> None:
    async def do(clerk: Clerk) -> None:
        order = clerk.order("key", answer={"findings": ["AGE"]})
        assert await clerk.notifications.keep_answer(order) == {"findings": ["AGE"]}
        assert await clerk.notifications.answered(CODE, order.asked) == {"findings": ["AGE"]}

    work(url, do)
    assert query(url, "SELECT count(*) FROM ledger_entries") == [(1,)]


@pytest.mark.holds("F-09", "S1-02")
@pytest.mark.parametrize("other", [1, 2], ids=["the same record", "another of the household"])
def test_of_two_clerks_on_one_record_the_second_is_told_that_it_is_held(url: str, other: int) -> None:
    work(url, lambda clerk: _submit(clerk, 1))
    before = query(url, EVERYTHING)
    refused(Code.RECORD_HELD, lambda: work(url, lambda clerk: _submit(clerk, other)))
    assert query(url, EVERYTHING) == before
    work(url, lambda clerk: _submit(clerk, 7))


async def _submit(clerk: Clerk, nth: int) -> None:
    await clerk.submits(await clerk.sees(nth), registers_seal(nth))


@pytest.mark.holds("F-09")
def test_of_two_clerks_at_the_same_moment_one_wins(url: str) -> None:
    async def do(clerk: Clerk) -> list[Any]:
        seen = await clerk.sees(1)
        return await asyncio.gather(*(clerk.submits(seen, registers_seal()) for _ in range(8)), return_exceptions=True)

    outcomes = work(url, do)
    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert {one.code for one in outcomes if isinstance(one, Refusal)} == {Code.RECORD_HELD}


@pytest.mark.holds("F-09")
@pytest.mark.parametrize("changed", [1, 3], ids=["the record itself", "a member of its household"])
def test_what_was_seen_before_a_change_is_stale(url: str, changed: int) -> None:
    async def do(clerk: Clerk) -> None:
        seen = await clerk.sees(1)
        await clerk.does((changed,), registers_seal(changed))
        await clerk.submits(seen, registers_seal())

    refused(Code.STALE_VERSION, lambda: work(url, do))


@pytest.mark.holds("F-09")
def test_a_household_that_somebody_has_entered_meanwhile_is_stale(url: str) -> None:
    async def do(clerk: Clerk) -> None:
        seen = await clerk.sees(1)
        await clerk.does((9, 1), moves_within(9, household(1), "父"))
        await clerk.submits(seen, registers_seal())

    refused(Code.STALE_VERSION, lambda: work(url, do))


def test_a_record_that_changed_under_a_hold_is_not_approved(url: str) -> None:
    id_ = work(url, lambda clerk: hand_in(clerk, registers_seal()))
    query(url, "UPDATE residents SET history_number = 9 WHERE addressee_number = $1", number_of(1))
    refused(Code.STALE_VERSION, lambda: work(url, lambda clerk: clerk.approves(id_)))


def test_a_code_that_somebody_had_is_nobody_elses_for_ever(url: str) -> None:
    def new_code(nth: int, **said: Any) -> Change:
        return change(nth, CodeChanged, Why.RESIDENT_RECORD_CODE_CHANGE_REQUEST, **said)

    work(url, lambda clerk: clerk.does((1,), new_code(1, resident_record_code=code_of(1))))
    taken = new_code(7, resident_record_code=ResidentRecordCode(CODES[0]))
    refused(Code.INVALID_INPUT, lambda: work(url, lambda clerk: clerk.does((7,), taken)))


def _refuse_ledger(url: str) -> None:
    name = logins_at(url).name(CODE, Login.WRITER)
    query(url, f"REVOKE INSERT ON ledger_entries FROM {name}")


def _refuse_outbox(url: str) -> None:
    query(url, "ALTER TABLE outbox ADD CONSTRAINT ck_nothing CHECK (place < 0)")


@pytest.mark.holds("F-10", "C-19")
@pytest.mark.parametrize(
    ("break_", "code"), [(_refuse_ledger, Code.LEDGER_UNAVAILABLE), (_refuse_outbox, Code.INVALID_INPUT)]
)
def test_an_approval_that_fails_at_its_end_has_done_nothing(
    url: str, break_: Callable[[str], None], code: Code
) -> None:
    id_ = work(url, lambda clerk: hand_in(clerk, revised(1, full_name=Name("仮称　太郎"))))
    break_(url)
    before = query(url, EVERYTHING)
    refused(code, lambda: work(url, lambda clerk: clerk.approves(id_)))
    assert query(url, EVERYTHING) == before


ON_THE_WAY = (
    *("idempotency_keys", "notifications", "holds", "households", "residents", "individual_numbers", "pending_numbers"),
    *("resident_versions", "search_keys", "search_bigrams", "change_heads", "life_events", "outbox"),
    *("ledger_heads", "ledger_entries"),
)
"""The tables that an approval comes by."""


@pytest.mark.holds("F-10", "G-07")
@pytest.mark.parametrize("table", ON_THE_WAY)
def test_an_approval_that_is_killed_on_its_way_has_done_nothing_and_is_done_when_asked_again(
    url: str, table: str
) -> None:
    renamed = revised(1, full_name=Name("仮称　太郎"))
    id_ = work(url, lambda clerk: hand_in(clerk, renamed, new_number(1, ABSENT_NUMBER)))
    before = query(url, EVERYTHING)

    async def killed(clerk: Clerk) -> None:
        async with locked(url, table) as connection:
            approving = asyncio.create_task(clerk.approves(id_, clerk.order("approve")))
            while not await connection.fetchval(KILL_WHO_WAITS, table):  # noqa: ASYNC110 - PostgreSQL tells nobody
                await asyncio.sleep(0.005)
            with pytest.raises(Refusal) as refusal:
                await approving
        assert refusal.value.code in {Code.STORE_UNAVAILABLE, Code.LEDGER_UNAVAILABLE}

    work(url, killed)
    assert query(url, EVERYTHING) == before
    work(url, lambda clerk: clerk.approves(id_, clerk.order("approve")))
    standing = "SELECT full_name, history_number, number_version FROM residents WHERE addressee_number = $1"
    assert query(url, standing, number_of(1)) == [("仮称　太郎", 3, 2)]


KILL_WHO_WAITS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_locks
WHERE NOT granted AND relation = $1::text::regclass
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that lets nobody else come to a table."""
    async with connected(url) as connection, connection.transaction():
        await connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield connection
