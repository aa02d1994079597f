"""Notifications on the real store: provisional they change nothing; approved, everything that follows is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.change_reasons import ChangeReason as Why
from domain.errors import Code
from domain.life_event_texts import number_in
from domain.life_events import Corrected, MovedOut, Reversed, Seated
from domain.life_histories import LifeHistory
from domain.notifications import Change, State
from domain.ports import KEY
from domain.residents import ResidentRecord
from domain.values.dates import RegisterDate
from domain.values.identifiers import IndividualNumber
from domain.values.names import Name
from domain.values.relationships import Relationship
from tests.domain.people import a_record, addressee
from tests.persistence.clerks import (
    DAY,
    NEW_HOME,
    Clerk,
    change,
    code_of,
    designate,
    household,
    householder,
    members,
    moves_in,
    moves_within,
    new_number,
    refused,
    revised,
    stored_records,
    work,
)
from tests.persistence.registers import (
    OCCASION,
    contains,
    equals,
    found,
    numbers_of,
    query,
    read_residents,
    reading,
    release,
    write_village,
)
from tests.postgres import NewDatabase
from tests.village import ABSENT_NUMBER, CODE, household_number, number_of
from tests.village_histories import OLD_NUMBER

NUMBER = "individual_number"
RECORDS = "SELECT * FROM residents ORDER BY addressee_number"


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


async def newcomer(clerk: Clerk) -> tuple[str, ResidentRecord]:
    """Somebody with a number who is to be entered in a household of her own: the notification, and her record."""
    seen = await clerk.sees(new_residents=1, new_households=1, new_codes=1)
    record = a_record(
        addressee_number=seen.new_residents[0],
        household_number=seen.new_households[0],
        individual_number=IndividualNumber(ABSENT_NUMBER),
        resident_record_code=seen.new_codes[0],
        relationship_to_householder=Relationship("世帯主"),
    )
    return await clerk.submits(seen, moves_in(record)), record


@pytest.mark.holds("S1-02")
def test_a_provisional_notification_changes_nothing_and_holds_whom_it_touches(url: str) -> None:
    before = query(url, RECORDS)

    async def do(clerk: Clerk) -> None:
        seen = await clerk.sees(2, new_households=1)
        await clerk.submits(seen, moves_within(2, seen.new_households[0]))

    work(url, do)
    assert query(url, RECORDS) == before
    assert query(url, "SELECT count(*) FROM life_events") == query(url, "SELECT count(*) FROM outbox") == [(0,)]
    held = query(url, "SELECT kind, number, history_number FROM holds ORDER BY kind, number")
    assert [kind for kind, *_ in held] == ["HOUSEHOLD", "HOUSEHOLD", "RESIDENT"]
    assert held[0][1:] == (household_number(1), 0)
    assert held[2][1:] == (number_of(2), 8)
    assert query(url, "SELECT count(*) FROM ledger_entries") == [(1,)]


async def family_moves(clerk: Clerk) -> None:
    """The family of household 1 moves into a new household, the child named before the wife."""
    seen = await clerk.sees(1, 2, 3, new_households=1)
    (home,) = seen.new_households
    family = ((1, "世帯主"), (3, "子"), (2, "妻"))
    await clerk.approves(await clerk.submits(seen, *(moves_within(nth, home, relation) for nth, relation in family)))


@pytest.mark.holds("S1-02")
def test_an_approved_move_stands_in_records_households_and_search(url: str) -> None:
    work(url, family_moves)
    ((home,),) = query(url, "SELECT DISTINCT household_number FROM residents WHERE current_address = $1", NEW_HOME)
    new = household(int(home[:-1]))
    assert members(url, new) == [number_of(nth) for nth in (1, 2, 3)]
    assert (householder(url, new), householder(url, household(1))) == (number_of(1), None)
    assert members(url, household(1)) == []
    assert found(url, contains("full_name", "架空"), equals("current_address", NEW_HOME)) == numbers_of(1, 2, 3)
    assert found(url, equals("current_address", "北海道苫小牧市旭町4丁目5番6号")) == numbers_of(7, 9)


@pytest.mark.holds("S1-02", "M34")
def test_an_approved_move_stands_in_history_outbox_and_ledger(url: str) -> None:
    work(url, family_moves)
    last = "SELECT history_number, valid_from::text FROM resident_versions WHERE addressee_number = $1 ORDER BY 1 DESC"
    assert query(url, last, number_of(2))[0] == (9, "2026-11-20")
    columns = "sequence, addressee_number, event_number, kind, history_number, versions, staff_number"
    events = query(url, f"SELECT {columns} FROM life_events ORDER BY 1")  # noqa: S608 - our names
    assert [event[0] for event in events] == [0, 1, 2]
    assert events[2][1:] == (number_of(2), 1, "MovedWithin", 9, 1, "C-2002")
    places = query(url, "SELECT place FROM outbox WHERE addressee_number = $1 ORDER BY place", number_of(1))
    assert places == [(place,) for place in range(1, len(places) + 1)]
    assert places
    assert query(url, "SELECT count(*) FROM holds") == [(0,)]
    assert query(url, "SELECT state, ended_by FROM notifications") == [("APPROVED", "C-2002")]
    assert query(url, "SELECT size FROM ledger_heads WHERE municipality_code = $1", CODE) == [(2,)]


@pytest.mark.holds("S1-01")
def test_who_moves_in_gets_numbers_behind_the_highest_and_a_code_of_the_pool(url: str) -> None:
    designate(url, 1, 2, 3)

    async def do(clerk: Clerk) -> ResidentRecord:
        id_, record = await newcomer(clerk)
        await clerk.approves(id_)
        condition = equals(NUMBER, ABSENT_NUMBER)
        (row,) = await clerk.store.residents.matching(reading(NUMBER), OCCASION, condition)
        assert (row[KEY], row[2]) == (record.addressee_number.value, ABSENT_NUMBER)
        return record

    record = work(url, do)
    assert record.addressee_number.value > number_of(9)
    assert record.household_number.value > household_number(4)
    assert record.resident_record_code in {code_of(1), code_of(2), code_of(3)}
    assert query(url, "SELECT count(*), count(notification_id) FROM code_pool") == [(2, 0)]
    assert query(url, "SELECT count(*) FROM pending_numbers") == [(0,)]
    assert query(url, "SELECT was_facts, facts, number_version FROM life_events") == [(None, 0, 1)]


def test_who_enters_a_household_stands_behind_its_members(url: str) -> None:
    work(url, lambda clerk: clerk.does((9, 1), moves_within(9, household(1), "父")))
    assert members(url, household(1)) == [number_of(nth) for nth in (1, 2, 3, 9)]
    assert (members(url, household(4)), householder(url, household(4))) == ([], None)


def test_a_new_householder_puts_the_household_in_order_again(url: str) -> None:
    def seated(nth: int, relation: str) -> Change:
        said: dict[str, Any] = {"household_number": household(1), "householder_name": "架空　花子"}
        return change(nth, Seated, Why.HOUSEHOLDER_CHANGE, relationship_to_householder=Relationship(relation), **said)

    work(url, lambda clerk: clerk.does((1, 2, 3), seated(1, "夫"), seated(2, "世帯主"), seated(3, "子")))
    assert members(url, household(1)) == [number_of(nth) for nth in (2, 1, 3)]
    assert householder(url, household(1)) == number_of(2)


@pytest.mark.holds("S1-02")
def test_a_record_and_its_versions_are_the_fold_of_its_events(url: str) -> None:
    season = {"date_of_birth": RegisterDate.from_text("昭和50年春")}

    async def do(clerk: Clerk) -> LifeHistory:
        await clerk.does((2,), revised(2, full_name=Name("仮称　花子")))
        await clerk.does((2,), new_number(2, ABSENT_NUMBER))
        await clerk.does((2,), change(2, Reversed, Why.REVERSAL_REVISION, of=1))
        await clerk.does((2,), revised(2, individual_matters=("一", "二")))
        await clerk.does((2,), change(2, Corrected, Why.CLERICAL_ERROR_CORRECTION, revised=season, of=2))
        await clerk.does((2,), new_number(2, OLD_NUMBER))
        return (await clerk.sees(2)).histories[addressee(2)]

    history = work(url, do)
    stored = stored_records(url, 2)
    assert stored[7:] == [version.record for version in history.versions]
    assert history.record == stored[-1]
    numbers = "SELECT event_number, history_number, versions, number_version FROM life_events ORDER BY 1"
    expected = [(1, 9, 1, None), (2, 10, 1, 3), (3, 12, 2, None), (4, 13, 1, None), (5, 15, 2, None), (6, 16, 1, 1)]
    assert query(url, numbers) == expected
    standing = (
        "SELECT full_name, history_number, number_version, date_texts::text FROM residents WHERE addressee_number = $1"
    )
    assert query(url, standing, number_of(2)) == [("架空　花子", 16, 1, '{"date_of_birth": "昭和50年春"}')]
    assert read_residents(url, reading(NUMBER), 2)[number_of(2)][2] == OLD_NUMBER


def test_who_bore_a_name_before_is_found_by_it_as_a_past_one(url: str) -> None:
    work(url, lambda clerk: clerk.does((1,), revised(1, full_name=Name("仮称　太郎"))))
    for name, in_past, hits in (("架空太郎", False, []), ("架空太郎", True, [1]), ("仮称太郎", False, [1])):
        assert found(url, contains("full_name", name, in_past=in_past)) == numbers_of(*hits)
    work(url, lambda clerk: clerk.does((1,), revised(1, full_name=Name("架空　太郎"))))
    assert found(url, contains("full_name", "架空太郎")) == numbers_of(1)
    assert found(url, contains("full_name", "仮称太郎")) == []


def test_facts_before_and_after_an_event_are_kept_with_it_and_for_whom_it_was_released(url: str) -> None:
    release(url, 5)

    async def do(clerk: Clerk) -> None:
        seen = await clerk.sees(5, new_households=1)
        await clerk.approves(await clerk.submits(seen, moves_within(5, seen.new_households[0])))
        left = change(5, MovedOut, Why.MOVE_OUT_DOMESTIC, ceased_resident_on=DAY)
        await clerk.does((5,), left)

    work(url, do)
    rows = query(url, "SELECT was_facts, facts, released_for, changed_items FROM life_events ORDER BY sequence")
    assert [row[:3] for row in rows] == [(2, 0, ["local_tax"]), (0, 1, ["local_tax"])]
    assert {"current_address", "household_number", "change_reason"} <= set(rows[0][3])
    assert not {"full_name", NUMBER} & set(rows[0][3])


def test_who_takes_her_measure_along_still_is_protected(url: str) -> None:
    async def do(clerk: Clerk) -> None:
        seen = await clerk.sees(4, new_households=1)
        await clerk.approves(await clerk.submits(seen, moves_within(4, seen.new_households[0])))

    work(url, do)
    assert query(url, "SELECT was_facts, facts FROM life_events") == [(2, 2)]


def test_what_is_withdrawn_is_let_go_and_its_code_is_free_again(url: str) -> None:
    designate(url, 1)
    before = query(url, RECORDS)

    async def do(clerk: Clerk) -> None:
        id_, _ = await newcomer(clerk)
        await clerk.withdraws(id_)
        notification = await clerk.notifications.notification(CODE, id_)
        assert notification is not None
        assert (notification.state, notification.ended_by) == (State.WITHDRAWN, "C-1001")
        assert (await clerk.sees(new_codes=1)).new_codes == (code_of(1),)

    work(url, do)
    assert query(url, RECORDS) == before
    for table in ("holds", "pending_numbers", "life_events"):
        assert query(url, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608 - our names


@pytest.mark.parametrize("end", ["approves", "withdraws"])
def test_a_notification_ends_once(url: str, end: str) -> None:
    async def do(clerk: Clerk) -> str:
        id_ = await clerk.submits(await clerk.sees(1), revised(1, seal_registration="登録"))
        await getattr(clerk, end)(id_)
        return id_

    id_ = work(url, do)
    refused(Code.NOTIFICATION_ENDED, lambda: work(url, lambda clerk: clerk.approves(id_)))
    refused(Code.NOTIFICATION_ENDED, lambda: work(url, lambda clerk: clerk.withdraws(id_)))


def test_a_notification_that_changes_nothing_holds_nobody_and_ends_like_any(url: str) -> None:
    async def do(clerk: Clerk) -> None:
        await clerk.approves(await clerk.submits(await clerk.sees(1)))

    work(url, do)
    assert query(url, "SELECT state, (SELECT count(*) FROM holds) FROM notifications") == [("APPROVED", 0)]


@pytest.mark.holds("S1-03")
def test_what_needs_no_second_person_is_done_at_once(url: str) -> None:
    async def do(clerk: Clerk) -> None:
        notification = clerk.notification(await clerk.sees(1), revised(1, seal_registration="登録"))
        await clerk.notifications.perform(clerk.order(), notification)

    work(url, do)
    assert query(url, "SELECT seal_registration FROM residents WHERE addressee_number = $1", number_of(1)) == [
        ("登録",)
    ]
    assert query(url, "SELECT state, made_by, ended_by FROM notifications") == [("APPROVED", "C-1001", "C-1001")]


def test_a_notification_is_read_as_it_was_handed_in_and_without_its_number_where_nobody_may_see_it(url: str) -> None:
    async def do(clerk: Clerk) -> None:
        made = clerk.notification(
            await clerk.sees(2), new_number(2, ABSENT_NUMBER), revised(2, full_name=Name("仮称　花子"))
        )
        await clerk.notifications.submit(clerk.order(), made)
        read = await clerk.notifications.notification(CODE, made.id)
        assert read == made
        unnumbered = await clerk.notifications.notification(CODE, made.id, numbers=False)
        assert unnumbered is not None
        assert number_in(unnumbered.changes[0].event) is None
        await clerk.approves(made.id)
        approved = await clerk.notifications.notification(CODE, made.id)
        assert approved is not None
        assert approved == replace(made, state=State.APPROVED, ended_at=approved.ended_at, ended_by="C-2002")
        assert await clerk.notifications.notification(CODE, made.id.replace("7", "8")) is None
        assert await clerk.notifications.notification(CODE, "no id") is None

    work(url, do)


def test_notifications_are_listed_by_state_the_oldest_first(url: str) -> None:
    async def do(clerk: Clerk) -> None:
        ids = [await clerk.submits(await clerk.sees(nth), revised(nth, seal_registration="登録")) for nth in (1, 4, 7)]
        await clerk.withdraws(ids[1])
        ids.sort()
        provisional = sorted(ids[:1] + ids[2:])
        listed = await clerk.notifications.notifications(CODE, State.PROVISIONAL, 10, None)
        assert len(listed) == len(provisional)
        assert await clerk.notifications.notifications(CODE, State.PROVISIONAL, 10, listed[0]) == listed[1:]
        assert await clerk.notifications.notifications(CODE, State.PROVISIONAL, 1, None) == listed[:1]
        assert len(await clerk.notifications.notifications(CODE, State.WITHDRAWN, 10, None)) == 1

    work(url, do)
