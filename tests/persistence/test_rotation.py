"""Rotation of the vault's keys: it may be killed anywhere, and nobody who reads, searches or writes suffers from it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from api.number_key import Successor
from domain.errors import Code, Refusal
from domain.ports import KEY
from domain.values.identifiers import IndividualNumber
from persistence import keysets
from persistence.keysets import hold_keys
from persistence.logins import Login
from persistence.register_writing import Register, Taking, write_register
from persistence.rotation import UNKNOWN, Batch, Rotation, key_uses, rewrap
from persistence.vault import INDEX, NUMBER, Place, Vault, VaultError
from tests.keys import NUMBER_KEY
from tests.persistence.registers import NOON, OCCASION, Store, equals, opened, query, reading, write_village
from tests.persistence.test_vault import new_key, open_with
from tests.postgres import NewDatabase
from tests.village import ABSENT_NUMBER, CODE, NUMBERS, number_of, village

EVERYBODY = range(1, len(NUMBERS) + 1)
NUMBER_READ = reading("individual_number")
ROWS = len(NUMBERS) + 1
"""Of the vault: one of the villagers has had two numbers."""


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village."""
    return new_database(write_village)


def rotation_of(store: Store) -> Rotation:
    """The rotation of the village's keys."""
    return Rotation(store.database, store.vaults, CODE)


async def rotate(store: Store, size: int = 4) -> list[Batch]:
    """A whole rotation."""
    rotation = rotation_of(store)
    await rotation.begin()
    batches = [batch async for batch in rotation.batches(size)]
    assert await rotation.finish()
    return batches


async def begin_and_seal(store: Store, batches: int) -> None:
    """A rotation that ends after so many batches of two, as if killed."""
    rotation = rotation_of(store)
    await rotation.begin()
    if batches:
        async for _ in rotation.batches(2):
            batches -= 1
            if not batches:
                return


async def uses_of(store: Store) -> dict[str, list[int]]:
    """The rows under each key, oldest key first."""
    return {
        name: [use.rows for use in uses] for name, uses in (await key_uses(store.database, store.vaults, CODE)).items()
    }


async def numbers_read(store: Store) -> dict[str, object]:
    """Everybody's number, by addressee number."""
    rows = await store.residents.numbered(NUMBER_READ, OCCASION, [number_of(nth) for nth in EVERYBODY])
    return {str(row[KEY]): row[2] for row in rows}


async def who_has(store: Store, number: str) -> list[str]:
    """Whose number this is."""
    rows = await store.residents.matching(NUMBER_READ, OCCASION, equals("individual_number", number))
    return [str(row[KEY]) for row in rows]


async def all_is_well(store: Store) -> None:
    """Everybody's number is read, and everybody found by it."""
    assert await numbers_read(store) == {number_of(nth): NUMBERS[nth - 1] for nth in EVERYBODY}
    assert [await who_has(store, number) for number in NUMBERS] == [[number_of(nth)] for nth in EVERYBODY]
    assert await who_has(store, ABSENT_NUMBER) == []


def with_stores(url: str, work: Callable[..., Awaitable[None]], count: int = 2) -> None:
    """Do something with as many stores of one database, each as a process of its own would have it."""

    async def opening(stores: tuple[Store, ...]) -> None:
        if len(stores) == count:
            await work(*stores)
            return
        async with opened(url) as store:
            await opening((*stores, store))

    asyncio.run(opening(()))


@pytest.mark.holds("G-03")
def test_after_a_rotation_every_row_is_under_new_keys_and_the_old_ones_are_gone(url: str) -> None:
    before = query(url, "SELECT key_id, ciphertext, blind_index FROM individual_numbers")

    async def work(store: Store) -> None:
        old = store.vaults.of(CODE)
        batches = await rotate(store)
        assert [(batch.sealed, batch.damaged) for batch in batches] == [(4, 0), (4, 0), (2, 0)]
        new = store.vaults.of(CODE)
        assert [len(keys) for keys in new.keys.values()] == [1, 1]
        assert all(new.keys[name] != old.keys[name] for name in (NUMBER, INDEX))
        assert await uses_of(store) == {NUMBER: [ROWS], INDEX: [ROWS]}
        await all_is_well(store)

    with_stores(url, work, 1)
    after = query(url, "SELECT key_id, ciphertext, blind_index FROM individual_numbers")
    assert all(set(old).isdisjoint(new) for old in before for new in after)


@pytest.mark.holds("G-03")
@pytest.mark.parametrize("batches", [0, 1, 3, 5], ids="killed after {} batches".format)
def test_a_rotation_killed_twice_goes_on_where_it_was_and_meanwhile_all_is_read_and_found(
    url: str, batches: int
) -> None:
    async def work(first: Store, second: Store, third: Store) -> None:
        await begin_and_seal(first, batches)
        await all_is_well(first)
        generation = first.vaults.of(CODE).generation
        sealed = min(2 * batches, ROWS)
        assert await uses_of(second) == {name: [ROWS - sealed, sealed] for name in (NUMBER, INDEX)}
        await begin_and_seal(second, 1)
        assert second.vaults.of(CODE).generation == generation
        await all_is_well(second)
        assert sum(batch.sealed for batch in await rotate(third)) == max(ROWS - sealed - 2, 0)
        assert await uses_of(third) == {NUMBER: [ROWS], INDEX: [ROWS]}

    with_stores(url, work, 3)


@pytest.mark.holds("G-04")
def test_another_service_reads_and_finds_everybody_before_during_and_after_a_rotation(url: str) -> None:
    async def work(serving: Store, rotating: Store) -> None:
        await all_is_well(serving)
        rotation = rotation_of(rotating)
        await rotation.begin()
        async for _ in rotation.batches(1):
            await all_is_well(serving)
        await rotation.finish()
        await all_is_well(serving)
        assert serving.vaults.of(CODE).generation == rotating.vaults.of(CODE).generation == 3

    with_stores(url, work)


@pytest.mark.holds("G-04")
@pytest.mark.parametrize("stop_after", [0, 5])
def test_a_service_that_heard_of_nothing_searches_again_before_it_says_nobody(url: str, stop_after: int) -> None:
    async def work(serving: Store, rotating: Store) -> None:
        await begin_and_seal(rotating, stop_after) if stop_after else await rotate(rotating)
        assert serving.vaults.of(CODE).generation == 1
        assert await who_has(serving, NUMBERS[0]) == [number_of(1)]

    with_stores(url, work)


@pytest.mark.holds("G-04")
def test_searches_beside_two_rotations_find_everybody_every_time(url: str) -> None:
    async def work(serving: Store, rotating: Store) -> None:
        async def rotate_twice() -> None:
            await rotate(rotating, 1)
            await rotate(rotating, 1)

        async with asyncio.TaskGroup() as group:
            done = group.create_task(rotate_twice())
            while not done.done():
                await all_is_well(serving)

    with_stores(url, work)


@pytest.mark.holds("A-14")
def test_who_is_found_and_who_is_not_cost_the_same_statements(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(store: Store) -> None:
        sent: list[str] = []
        fetch = store.database.fetch

        async def counted(statement: Any, values: Any) -> Any:
            sent.append(statement.text)
            return await fetch(statement, values)

        monkeypatch.setattr(store.database, "fetch", counted)
        await who_has(store, NUMBERS[0])
        of_somebody, sent[:] = list(sent), []
        await who_has(store, ABSENT_NUMBER)
        assert of_somebody == sent
        assert len(sent) == len(["the search", "the generation of the keys"])

    with_stores(url, work, 1)


async def write_one(store: Store, vault: Vault, nth: int, number: str) -> None:
    """Somebody who lived in the village once, with this number."""
    (person,) = (one for one in village().residents if one.addressee_number.value == number_of(8))
    newcomer = replace(
        person,
        addressee_number=type(person.addressee_number).from_serial(nth),
        individual_number=IndividualNumber(number),
        resident_record_code=None,
    )
    await write_register(store.database, Taking(CODE, vault, NOON), Register([newcomer], []))


@pytest.mark.holds("G-03")
def test_nobody_gets_a_number_that_somebody_has_under_the_old_key(url: str) -> None:
    async def work(writing: Store, rotating: Store) -> None:
        await begin_and_seal(rotating, 0)
        vault = await writing.vaults.current(CODE)
        with pytest.raises(Refusal) as raised:
            await write_one(writing, vault, 77, NUMBERS[4])
        assert raised.value.code is Code.INVALID_INPUT
        await write_one(writing, vault, 77, ABSENT_NUMBER)
        assert len(await who_has(rotating, ABSENT_NUMBER)) == 1
        assert await who_has(rotating, NUMBERS[4]) == [number_of(5)]

    with_stores(url, work)


@pytest.mark.holds("G-03")
def test_nothing_is_written_under_keys_that_have_been_changed_meanwhile(url: str) -> None:
    async def work(writing: Store, rotating: Store) -> None:
        vault = writing.vaults.of(CODE)
        await rotate(rotating)
        with pytest.raises(Refusal) as raised:
            await write_one(writing, vault, 77, ABSENT_NUMBER)
        assert raised.value.code is Code.STORE_UNAVAILABLE
        assert await uses_of(rotating) == {NUMBER: [ROWS], INDEX: [ROWS]}
        await write_one(writing, await writing.vaults.current(CODE), 77, ABSENT_NUMBER)

    with_stores(url, work)


@pytest.mark.holds("G-03")
def test_keys_are_not_changed_while_numbers_are_being_written(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keysets, "TRIES", 2)
    monkeypatch.setattr(keysets, "TRY_AGAIN_SECONDS", 0.01)

    async def work(writing: Store, rotating: Store) -> None:
        async with writing.database.transaction(CODE, Login.LOADER) as connection:
            await hold_keys(writing.database, connection, CODE, writing.vaults.of(CODE), ())
            with pytest.raises(Refusal) as raised:
                await rotation_of(rotating).begin()
        assert raised.value.code is Code.STORE_UNAVAILABLE
        assert "import" in raised.value.message
        assert (await writing.vaults.current(CODE)).generation == 1
        await rotate(rotating)

    with_stores(url, work)


@pytest.mark.holds("G-01", "G-03")
def test_a_number_that_does_not_open_stays_as_it_is_and_keeps_its_key(url: str) -> None:
    query(url, "UPDATE individual_numbers SET ciphertext = (SELECT ciphertext FROM individual_numbers"
               " WHERE addressee_number = $1) WHERE addressee_number = $2", number_of(1), number_of(3))  # fmt: skip

    async def work(store: Store) -> None:
        rotation = rotation_of(store)
        assert await rotation.begin() == ROWS
        batches = [batch async for batch in rotation.batches(100)]
        assert [(batch.sealed, batch.damaged) for batch in batches] == [(ROWS - 1, 1)]
        assert not await rotation.finish()
        assert await uses_of(store) == {name: [1, ROWS - 1] for name in (NUMBER, INDEX)}
        with pytest.raises(VaultError):
            await numbers_read(store)

    with_stores(url, work, 1)


def test_rows_under_a_key_that_nobody_has_are_told(url: str) -> None:
    query(url, "UPDATE individual_numbers SET key_id = 7 WHERE addressee_number = $1", number_of(1))

    async def work(store: Store) -> None:
        (known, missing) = (await key_uses(store.database, store.vaults, CODE))[NUMBER]
        assert (known.rows, known.key.status, known.key.is_primary) == (ROWS - 1, "ENABLED", True)
        assert (missing.rows, missing.key.id, missing.key.status) == (1, 7, UNKNOWN)

    with_stores(url, work, 1)


@pytest.mark.holds("G-02")
def test_keys_encrypted_anew_open_under_the_new_key_only_and_are_the_same(url: str) -> None:
    key = new_key()

    async def work(serving: Store, commanded: Store) -> None:
        commanded.vaults._key = Successor(key, NUMBER_KEY)
        for _ in range(2):  # it may be repeated
            await rewrap(commanded.vaults, CODE)
        await all_is_well(serving)

    with_stores(url, work)
    opened_again = asyncio.run(open_with(url, key))
    assert opened_again.generation == 1
    (row,) = query(url, "SELECT ciphertext FROM individual_numbers WHERE addressee_number = $1", number_of(1))
    assert opened_again.open(row[0], Place(CODE, number_of(1), 1)) == NUMBERS[0]
    with pytest.raises(Refusal):
        asyncio.run(open_with(url, NUMBER_KEY))
