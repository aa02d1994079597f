"""Where the tables of the policy in force come from: with daicho, or from a process that asks the policy everything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest
from structlog.testing import capture_logs

from api import policy_tables
from api.policy_tables import PolicyTables
from authz.policy import Policy
from authz.review.matrix import Matrix, matrix
from authz.review.matrix_file import MATRIX_FILE, read, written
from domain.errors import Code, Refusal
from tests.authz.policies import TEXT, changed, small, unproved


@pytest.fixture(scope="module")
def own() -> Policy:
    """A policy that does not come with daicho, and is soon asked everything."""
    return Policy(small())


@pytest.fixture(scope="module")
def own_tables(own: Policy) -> Matrix:
    """What it answers."""
    return matrix(own)


def children() -> list[psutil.Process]:
    """The processes that make tables now."""
    return [one for one in psutil.Process().children() if "api.policy_tables" in one.cmdline()]


async def its_process() -> psutil.Process:
    """The process that was begun with, as soon as it is there."""
    while not children():  # noqa: ASYNC110 - another process is waited for
        await asyncio.sleep(0.01)
    (making,) = children()
    return making


def test_the_policy_that_comes_with_daicho_is_asked_nothing() -> None:
    async def look() -> Matrix:
        tables = PolicyTables(Policy(TEXT))
        tables.begin()
        told = await tables.matrix()
        assert not children()
        return told

    assert asyncio.run(look()) == read(MATRIX_FILE.read_text("utf-8"))


@pytest.mark.holds("M07")
def test_a_changed_policy_is_not_answered_from_the_tables_that_come_with_daicho(
    own: Policy, own_tables: Matrix
) -> None:
    told = asyncio.run(PolicyTables(own).matrix())
    assert told == own_tables
    assert told.policy_hash == own.hash


def test_not_even_one_that_only_says_more_in_a_comment() -> None:
    async def begun() -> None:
        tables = PolicyTables(unproved(TEXT + "# Changed.\n"))
        tables.begin()
        assert await its_process()
        await tables.stop()

    asyncio.run(begun())


@pytest.mark.parametrize("damage", ["cut", "bent", "gone", "not text"])
def test_a_damaged_file_is_told_to_the_log_and_the_policy_is_asked(
    damage: str, own: Policy, own_tables: Matrix, tmp_path: Path
) -> None:
    file = tmp_path / "policy_matrix.csv"
    whole = written(own_tables)
    wrong = {"cut": whole[:-300], "bent": whole.replace("WITHHELD", "SHOWN", 1)}
    if damage != "gone":
        file.write_bytes(wrong[damage].encode() if damage in wrong else b"\xff")
    with capture_logs() as log:
        assert asyncio.run(PolicyTables(own, file).matrix()) == own_tables
    assert [(one["event"], one["file"]) for one in log] == [("policy_tables_damaged", "policy_matrix.csv")]


def test_a_whole_file_that_was_made_from_this_very_policy_is_answered_from(own: Policy, tmp_path: Path) -> None:
    file, told = tmp_path / "policy_matrix.csv", Matrix(own.hash, (), ())
    file.write_text(written(told), "utf-8")
    assert asyncio.run(PolicyTables(own, file).matrix()) == told


def test_who_comes_while_the_tables_are_made_waits_for_the_same(own: Policy) -> None:
    async def twice() -> tuple[Matrix, Matrix, Matrix]:
        tables = PolicyTables(own)
        tables.begin()
        first, second = await asyncio.gather(tables.matrix(), tables.matrix())
        return first, second, await tables.matrix()

    first, second, third = asyncio.run(twice())
    assert first is second is third


def test_tables_that_could_not_be_made_are_told_to_the_log_and_made_when_next_wanted(
    own: Policy, own_tables: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def twice() -> Matrix:
        tables = PolicyTables(own)
        tables.begin()
        (await its_process()).kill()
        while children():  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        return await tables.matrix()

    with capture_logs() as log:
        assert asyncio.run(twice()) == own_tables
    assert [one["event"] for one in log] == ["policy_tables_not_made"]


def test_stopping_ends_the_process_that_makes_them_at_once_and_tells_who_waits() -> None:
    async def stopped() -> None:
        tables = PolicyTables(Policy(changed("# Masking.", "# Masking, changed.")))
        waiting = asyncio.ensure_future(tables.matrix())
        making = await its_process()
        while making.nice() != policy_tables.NICENESS:  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.01)
        async with asyncio.timeout(2):
            await tables.stop()
        assert not making.is_running()
        with pytest.raises(Refusal) as refused:
            await waiting
        assert refused.value.code is Code.STORE_UNAVAILABLE

    asyncio.run(stopped())
