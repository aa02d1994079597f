"""Individual Numbers that notifications bring: sealed from the first moment, one person's for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.errors import Code
from domain.life_event_texts import number_in
from domain.ports import KEY
from domain.values.identifiers import IndividualNumber
from domain.values.names import Name
from persistence.roles import TABLES
from persistence.rotation import Rotation
from tests.persistence.clerks import EVERYTHING, Clerk, hand_in, new_number, refused, revised, work
from tests.persistence.registers import OCCASION, equals, query, reading, write_village
from tests.postgres import NewDatabase
from tests.village import ABSENT_NUMBER, CODE, NUMBERS, number_of
from tests.village_histories import OLD_NUMBER

NUMBER = "individual_number"


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


@pytest.mark.holds("A-10")
@pytest.mark.parametrize("number", [NUMBERS[0], OLD_NUMBER], ids=["one that somebody has", "one that somebody had"])
def test_a_number_of_somebody_else_is_taken_in_like_any_and_refused_only_to_who_approves(url: str, number: str) -> None:
    id_ = work(url, lambda clerk: hand_in(clerk, new_number(7, number)))
    work(url, lambda clerk: hand_in(clerk, new_number(9, number)))
    before = query(url, EVERYTHING)
    refused(Code.INVALID_INPUT, lambda: work(url, lambda clerk: clerk.approves(id_)))
    assert query(url, EVERYTHING) == before


@pytest.mark.holds("F-11")
def test_who_reads_while_a_number_changes_sees_the_old_record_or_the_new_one_never_both(url: str) -> None:
    numbers = [ABSENT_NUMBER, NUMBERS[0]] * 6
    names = ["仮称　太郎", "架空　太郎"] * 6
    seen: set[tuple[Any, ...]] = set()

    async def do(clerk: Clerk) -> None:
        done = asyncio.Event()

        async def read() -> None:
            wanted = reading("full_name", NUMBER)
            while not done.is_set():
                rows = await clerk.store.residents.numbered(wanted, OCCASION, [number_of(1)])
                seen.update(tuple(row[KEY + 1 :]) for row in rows)

        async with asyncio.TaskGroup() as group:
            group.create_task(read())
            for name, number in zip(names, numbers, strict=True):
                await clerk.does((1,), revised(1, full_name=Name(name)), new_number(1, number))
            done.set()

    work(url, do)
    assert seen == {("架空　太郎", NUMBERS[0]), ("仮称　太郎", ABSENT_NUMBER)}


@pytest.mark.holds("M29", "F-11")
def test_a_number_stands_nowhere_in_clear(url: str) -> None:
    id_ = work(url, lambda clerk: hand_in(clerk, new_number(1, ABSENT_NUMBER)))
    assert ABSENT_NUMBER not in everything_stored(url)
    work(url, lambda clerk: clerk.approves(id_))
    assert ABSENT_NUMBER not in everything_stored(url)


def everything_stored(url: str) -> str:
    """Every row of every table, bytes as text too."""
    rows = [row for table in TABLES for row in query(url, f"SELECT * FROM {table}")]  # noqa: S608 - our names
    return str(rows)


@pytest.mark.holds("G-03")
@pytest.mark.parametrize("approved_after", [0, 1], ids=["approved before it ends", "approved when it has ended"])
def test_a_rotation_of_keys_takes_numbers_along_that_wait_for_approval(url: str, approved_after: int) -> None:
    async def do(clerk: Clerk) -> list[Any]:
        id_ = await clerk.submits(await clerk.sees(1), new_number(1, ABSENT_NUMBER))
        rotation = Rotation(clerk.store.database, clerk.store.vaults, CODE)
        assert await rotation.begin() == len(NUMBERS) + 2
        if not approved_after:
            await clerk.approves(id_)
        assert sum([batch.sealed async for batch in rotation.batches(3)]) == len(NUMBERS) + 1 + approved_after
        assert await rotation.finish()
        made = await clerk.notifications.notification(CODE, id_)
        assert made is not None
        assert number_in(made.changes[0].event) == IndividualNumber(ABSENT_NUMBER)
        if approved_after:
            await clerk.approves(id_)
        condition = equals(NUMBER, ABSENT_NUMBER)
        return await clerk.store.residents.matching(reading(NUMBER), OCCASION, condition)

    ((_, whose, number),) = work(url, do)
    assert (whose, number) == (number_of(1), ABSENT_NUMBER)
