"""The ledger's tree on PostgreSQL: one chain whoever lets it grow, never signed over what was bent, nothing changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import asyncpg
import pytest

from domain.errors import Code, Refusal
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.keeping import LedgerBent, Signed, Taking
from domain.ledger.proofs import verify_consistency, verify_inclusion
from domain.ledger.tree import Frontier, leaf_hash
from persistence import ledger_tree
from persistence.ledger_leaving import SignedDeletion, delete, entry_at, first_misfiled, records
from persistence.ledger_store import LedgerStore
from persistence.ledger_tree import LedgerTree, StoredTree
from persistence.logins import Login
from tests.ledger_builders import CITY, entry
from tests.logins import logins_at, url_of
from tests.persistence.ledgers import connected, create_ledger, opened
from tests.persistence.registers import query
from tests.postgres import NewDatabase

T = TypeVar("T")
ORIGIN = "daicho.example/" + CITY
NOW = datetime(2026, 4, 1, tzinfo=UTC)
ENTRIES = "SELECT entry FROM ledger_entries ORDER BY position"


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with an empty ledger."""
    return new_database(create_ledger)


@asynccontextmanager
async def tree_at(url: str) -> AsyncIterator[StoredTree]:
    async with LedgerTree(logins_at(url)).opened(CITY) as tree:
        yield tree


def on_tree(url: str, work: Callable[[StoredTree], Awaitable[T]]) -> T:
    """Do something with the tree."""

    async def inside() -> T:
        async with tree_at(url) as tree:
            return await work(tree)

    return asyncio.run(inside())


async def append(store: LedgerStore, count: int, first: int = 0) -> None:
    await store.append([entry(first + number) for number in range(count)])


async def grown(tree: StoredTree) -> Frontier:
    """The tree once it has reached the head."""
    while not (told := await tree.grow()).is_complete:
        pass
    return told.frontier


def with_entries(url: str, count: int, first: int = 0) -> Frontier:
    """So many entries more, and the tree over all of them."""

    async def fill() -> Frontier:
        async with opened(url) as store, tree_at(url) as tree:
            await append(store, count, first)
            return await grown(tree)

    return asyncio.run(fill())


def of_entries(url: str) -> Frontier:
    """The tree that the stored entries make."""
    return Frontier().extend([leaf_hash(body) for (body,) in query(url, ENTRIES)]).frontier


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 700])
def test_the_tree_is_that_of_the_stored_bytes(url: str, count: int) -> None:
    frontier = with_entries(url, count)
    assert frontier == of_entries(url)
    assert frontier.size == count
    levels = dict(query(url, "SELECT level, count(*) FROM ledger_nodes GROUP BY level"))
    assert levels == {level: many for level, many in ((0, count), (8, count // 256)) if many}


def test_the_tree_grows_some_entries_at_a_time_and_says_when_it_is_up_to_the_head(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_tree, "TOGETHER", 10)

    async def work() -> list[tuple[int, int, bool]]:
        async with opened(url) as store, tree_at(url) as tree:
            await append(store, 25)
            told = [await tree.grow() for _ in range(4)]
            return [(one.frontier.size, len(one.times), one.is_complete) for one in told]

    assert asyncio.run(work()) == [(10, 10, False), (20, 10, False), (25, 5, True), (25, 0, True)]


@pytest.mark.holds("C-10")
def test_two_that_append_and_two_that_let_the_tree_grow_at_once_make_one_chain(url: str) -> None:
    async def work() -> list[int]:
        async with opened(url) as one, opened(url) as other, tree_at(url) as tree, tree_at(url) as second:
            async with asyncio.TaskGroup() as group:
                for at in range(20):
                    group.create_task(append(one, 5, at * 10))
                    group.create_task(append(other, 5, at * 10 + 5))
                    if at % 4 == 0:
                        group.create_task(one_after_another(tree, second))
            return [(await grown(each)).size for each in (tree, second)]

    gate = asyncio.Lock()

    async def one_after_another(*trees: StoredTree) -> None:
        async with gate:  # a connection does one thing at a time; the two work at once
            await asyncio.gather(*(tree.grow() for tree in trees))

    assert asyncio.run(work()) == [200, 200]
    assert on_tree(url, lambda tree: tree.frontier()) == of_entries(url)
    assert query(url, "SELECT count(*), max(place) FROM ledger_nodes WHERE level = 0") == [(200, 199)]


@pytest.mark.holds("C-05", "C-06")
def test_what_was_cut_off_within_growing_leaves_nothing_behind(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = with_entries(url, 3)
    monkeypatch.setattr(ledger_tree, "_MOVE_FRONTIER", "SELECT pg_terminate_backend(pg_backend_pid()), $1, $2::bytea")
    with pytest.raises(Refusal) as refused:
        with_entries(url, 5, 3)
    assert refused.value.code is Code.STORE_UNAVAILABLE
    assert on_tree(url, lambda tree: tree.frontier()) == before
    assert query(url, "SELECT count(*) FROM ledger_nodes") == [(3,)]
    monkeypatch.undo()
    assert on_tree(url, grown) == of_entries(url)


BENDS = {
    "a row is deleted before the tree reaches it": ("DELETE FROM ledger_entries WHERE position = 7", 7),
    "the last rows are deleted": ("DELETE FROM ledger_entries WHERE position >= 8", 8),
    "rows and head are put back to yesterday": ("UPDATE ledger_heads SET size = 4", 4),
    "the frontier is no frontier": ("UPDATE ledger_frontiers SET frontier = 'xx'", 0),
}


@pytest.mark.holds("C-07", "C-09")
@pytest.mark.parametrize(("statement", "position"), BENDS.values(), ids=BENDS.keys())
def test_the_tree_does_not_grow_over_what_is_missing(url: str, statement: str, position: int) -> None:
    with_entries(url, 5)

    async def more() -> None:
        async with opened(url) as store:
            await append(store, 5, 5)

    asyncio.run(more())
    nodes = query(url, "SELECT count(*) FROM ledger_nodes")
    query(url, statement)
    with pytest.raises(LedgerBent) as bent:
        on_tree(url, grown)
    assert bent.value.position == position
    assert query(url, "SELECT count(*) FROM ledger_nodes") == nodes


REWRITINGS = {
    "a leaf hash that is gone": "DELETE FROM ledger_nodes WHERE level = 0 AND place = 290",
    "a node": "UPDATE ledger_nodes SET hash = sha256('false') WHERE level = 8",
    "the frontier": "UPDATE ledger_frontiers SET frontier = substr(frontier, 1, 72) || sha256('false')",
}


@pytest.mark.holds("C-07", "C-09")
@pytest.mark.parametrize("statement", REWRITINGS.values(), ids=REWRITINGS.keys())
def test_hashes_that_do_not_lead_to_what_was_signed_are_found_before_signing(url: str, statement: str) -> None:
    frontier = with_entries(url, 256 + 128 + 64)
    known = Checkpoint(ORIGIN, frontier.size, frontier.root)
    query(url, statement)

    async def look(tree: StoredTree) -> None:
        await tree.require_unbent(await tree.frontier(), [known])

    with pytest.raises(LedgerBent):
        on_tree(url, look)


@pytest.mark.holds("C-07")
def test_a_tree_that_was_made_anew_does_not_lead_to_what_was_signed(url: str) -> None:
    frontier = with_entries(url, 40)
    known = Checkpoint(ORIGIN, 40, frontier.root)
    query(url, "UPDATE ledger_entries SET entry = entry || ' ' WHERE position = 20")
    query(url, "DELETE FROM ledger_nodes")
    query(url, "DELETE FROM ledger_frontiers")
    again = on_tree(url, grown)
    assert again.size == 40

    async def look(tree: StoredTree) -> None:
        await tree.require_unbent(again, [known])

    with pytest.raises(LedgerBent):
        on_tree(url, look)


def test_proofs_come_from_what_is_kept(url: str) -> None:
    frontier = with_entries(url, 600)
    leaves = [leaf_hash(body) for (body,) in query(url, ENTRIES)]

    async def prove(tree: StoredTree) -> None:
        for position in (0, 255, 256, 511, 599):
            proof = await tree.inclusion_proof(position, 600)
            verify_inclusion(position, 600, leaves[position], proof, frontier.root)
        for old in (0, 1, 255, 256, 300, 600):
            root = Frontier().extend(leaves[:old]).frontier.root
            assert await tree.root_at(old) == root
            assert (await tree.frontier_at(old)) == Frontier().extend(leaves[:old]).frontier
            verify_consistency(old, 600, root, frontier.root, await tree.consistency_proof(old, 600))

    on_tree(url, prove)


def test_a_checkpoint_is_kept_with_its_places_and_the_signatures_of_witnesses(url: str) -> None:
    async def keep(tree: StoredTree) -> None:
        store = tree.checkpoints
        assert (await store.newest(), await store.taken()) == (None, {})
        for size in (3, 5):
            await store.add(Signed(size, NOW, b"note %d\n" % size))
        await store.keep_taking(Taking(3, "file:///a", NOW))
        for _ in range(2):  # two processes may offer the same one
            await store.keep_taking(Taking(5, "https://w", NOW, "— w AAAA\n"))
        assert await store.newest() == Signed(5, NOW, b"note 5\n")
        assert await store.taken() == {"file:///a": (3, NOW), "https://w": (5, NOW)}
        assert await store.between(3, 5) == [(3, b"note 3\n"), (5, "note 5\n— w AAAA\n".encode())]
        assert await store.between(4, 4) == []

    on_tree(url, keep)


@pytest.mark.holds("C-17")
def test_entries_that_are_deleted_in_time_leave_their_leaf_hashes_and_the_tree(url: str) -> None:
    frontier = with_entries(url, 30)

    async def go() -> list[tuple[bytes, bytes | None]]:
        async with connected(url) as owner, tree_at(url) as tree:
            assert await delete(owner, SignedDeletion(CITY, 10, NOW, b"signed")) == 10
            assert await tree.checkpoints.deletion() == b"signed"
            assert (await entry_at(tree, 9), await entry_at(tree, 10) is not None) == (None, True)
            async with tree.unhurried():
                return [record async for batch in records(tree, 0, 30) for record in batch]

    found = asyncio.run(go())
    assert [body is None for _, body in found] == [True] * 10 + [False] * 20
    assert Frontier().extend([leaf for leaf, _ in found]).frontier == frontier
    assert with_entries(url, 3, 30).size == 33


def test_an_export_without_all_leaf_hashes_is_refused_at_the_first_that_is_missing(url: str) -> None:
    with_entries(url, 30)
    query(url, "DELETE FROM ledger_nodes WHERE place = 12")

    async def read(tree: StoredTree) -> list[Any]:
        return [batch async for batch in records(tree, 0, 30)]

    with pytest.raises(LedgerBent) as bent:
        on_tree(url, read)
    assert bent.value.position == 12


CHANGES = [
    "UPDATE ledger_nodes SET hash = hash",
    "DELETE FROM ledger_nodes",
    "UPDATE ledger_checkpoints SET note = note",
    "DELETE FROM ledger_checkpoints",
    "DELETE FROM ledger_takings",
    "UPDATE ledger_deletions SET note = note",
    "DELETE FROM ledger_frontiers",
    "DELETE FROM ledger_entries",
]


@pytest.fixture(scope="module")
def grown_once(databases: Any) -> Iterator[str]:
    """A ledger with a tree, for who may change nothing in it."""
    url = databases.create(create_ledger)
    with_entries(url, 3)
    yield url
    databases.drop(url)


@pytest.mark.holds("C-09", "M08")
@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("login", list(Login))
def test_no_login_of_the_service_changes_what_was_kept(grown_once: str, statement: str, login: Login) -> None:
    async def work() -> None:
        async with connected(url_of(grown_once, login)) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)

    asyncio.run(work())


@pytest.mark.holds("C-07", "C-14")
@pytest.mark.parametrize(
    "change",
    [
        "kind = 'JOB'",
        "staff_number = 'S-99'",
        "purpose = 'election'",
        "id = gen_random_uuid()",
        "recorded_at = recorded_at + interval '1 year'",
    ],
)
def test_an_entry_that_is_filed_under_something_else_is_found_though_no_hash_covers_that(url: str, change: str) -> None:
    with_entries(url, 30)
    assert on_tree(url, lambda tree: first_misfiled(tree, 0, 30)) is None
    query(url, f"UPDATE ledger_entries SET {change} WHERE position IN (17, 23)")  # noqa: S608 - our own texts
    assert on_tree(url, lambda tree: first_misfiled(tree, 0, 30)) == 17
