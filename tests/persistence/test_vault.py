"""The number vault: what it seals opens in its place only, and without its key not at all."""

from __future__ import annotations

import asyncio
import base64

import asyncpg
import pytest
import tink
from tink import aead

from domain.values.identifiers import IndividualNumber
from persistence.database import Database
from persistence.home import StartRefused
from persistence.keysets import Vaults, require_keysets_open
from persistence.vault import INDEX, NUMBER, TEMPLATES, Place, Vault, VaultError, unwrapped, wrapped
from tests.keys import NUMBER_KEY
from tests.logins import logins_at
from tests.persistence.registers import OTHER_CITY, opened, query, write_village
from tests.postgres import NewDatabase
from tests.village import CODE, NUMBERS, number_of

HERS = IndividualNumber(NUMBERS[0])
HERE = Place(CODE, number_of(1), 1)
ELSEWHERE = {
    "another person": Place(CODE, number_of(2), 1),
    "another version": Place(CODE, number_of(1), 2),
    "another municipality": Place(OTHER_CITY, number_of(1), 1),
}


def new_key() -> aead.Aead:
    """A key of keys that nobody else has."""
    return tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM).primitive(aead.Aead)


def new_vault() -> Vault:
    """A vault with keys of its own."""
    return Vault(*(tink.new_keyset_handle(TEMPLATES[name]) for name in (NUMBER, INDEX)))


async def open_with(url: str, key: aead.Aead) -> Vault:
    """The vault of the village, opened with this key."""
    database = Database(logins_at(url))
    await database.start()
    try:
        vaults = Vaults(database, key)
        await vaults.open((CODE,))
        return vaults.of(CODE)
    finally:
        await database.close()


def rows_of_the_vault(url: str) -> list[tuple[object, ...]]:
    """All that the vault's tables hold."""
    return query(url, "SELECT * FROM individual_numbers ORDER BY addressee_number") + query(
        url, "SELECT * FROM keysets ORDER BY municipality_code, name"
    )


def test_a_number_opens_in_its_place() -> None:
    vault = new_vault()
    assert vault.open(vault.seal(HERS, HERE).ciphertext, HERE) == NUMBERS[0]


@pytest.mark.holds("G-01")
def test_anything_else_that_is_sealed_opens_in_its_place_alone_whole_and_under_its_keys() -> None:
    vault = new_vault()
    sealed = vault.seal_bytes(HERS.value.encode(), "handovers/1")
    assert vault.open_bytes(sealed, "handovers/1") == HERS.value.encode()
    assert HERS.value.encode() not in sealed

    for other, content, place in (
        (vault, sealed, "handovers/2"),
        (vault, sealed, HERE.bound.decode()),
        (vault, sealed[:-1], "handovers/1"),
        (new_vault(), sealed, "handovers/1"),
    ):
        with pytest.raises(VaultError):
            other.open_bytes(content, place)


@pytest.mark.holds("G-01")
@pytest.mark.parametrize("place", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_a_number_opens_in_no_other_place(place: Place) -> None:
    vault = new_vault()
    sealed = vault.seal(HERS, HERE)
    with pytest.raises(VaultError) as raised:
        vault.open(sealed.ciphertext, place)
    assert raised.value.args == ()
    assert raised.value.__cause__ is None


@pytest.mark.holds("G-01")
@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01\x00\x00\x00\x00" + b"x" * 40])
def test_what_is_no_ciphertext_of_ours_does_not_open(broken: bytes) -> None:
    with pytest.raises(VaultError):
        new_vault().open(broken, HERE)


def test_the_same_number_is_sealed_differently_each_time_and_found_all_the_same() -> None:
    vault = new_vault()
    one, other = vault.seal(HERS, HERE), vault.seal(HERS, HERE)
    assert one.ciphertext != other.ciphertext
    assert [one.blind_index] == [other.blind_index] == vault.indexes_of(NUMBERS[0])


def test_an_index_is_another_under_another_key() -> None:
    assert new_vault().indexes_of(NUMBERS[0])[0][4:] != new_vault().indexes_of(NUMBERS[0])[0][4:]


@pytest.mark.holds("G-01", "M29")
def test_a_keyset_opens_for_its_own_municipality_and_name_only() -> None:
    key = new_key()
    content = wrapped(tink.new_keyset_handle(TEMPLATES[NUMBER]), key, CODE, NUMBER)
    assert unwrapped(content, key, CODE, NUMBER)
    for code, name in ((OTHER_CITY, NUMBER), (CODE, INDEX)):
        with pytest.raises(VaultError):
            unwrapped(content, key, code, name)


@pytest.mark.holds("D-05")
def test_neither_keys_nor_numbers_print() -> None:
    vault, nowhere = new_vault(), Database(logins_at("postgresql://nobody@nowhere/nothing"))
    sealed = vault.seal(HERS, HERE)
    shown = f"{vault!r} {sealed!r} {vault.keys!r} {NUMBER_KEY!r} {Vaults(nowhere, NUMBER_KEY)!r}"
    secret = [sealed.ciphertext, sealed.blind_index, wrapped(vault.numbers, NUMBER_KEY, CODE, NUMBER)]
    assert not [each for each in secret if repr(each)[2:20] in shown or base64.b64encode(each).decode() in shown]
    assert "key_data" not in shown
    assert NUMBERS[0] not in shown


@pytest.mark.holds("G-05")
def test_the_vaults_tables_hold_no_number_in_any_plain_form(new_database: NewDatabase) -> None:
    everything = repr(rows_of_the_vault(new_database(write_village))).encode()
    for number in NUMBERS:
        digits = number.encode()
        for form in (
            digits,
            base64.b64encode(digits).rstrip(b"="),
            digits.hex().encode(),
            hex(int(number))[2:].encode(),
        ):
            assert form not in everything


@pytest.mark.holds("G-02", "G-05")
def test_without_the_key_no_number_opens_and_no_other_keys_are_made(new_database: NewDatabase) -> None:
    url = new_database(write_village)
    before = rows_of_the_vault(url)
    with pytest.raises(StartRefused) as raised:
        asyncio.run(open_with(url, new_key()))
    assert "DAICHO_KEY_FILE" in raised.value.message
    assert "DAICHO_KEY_FILE" in raised.value.message_ja
    assert rows_of_the_vault(url) == before
    assert asyncio.run(open_with(url, NUMBER_KEY)).generation == 1


@pytest.mark.holds("G-02")
@pytest.mark.parametrize("lost", ["true", "name = 'number'", "name = 'index'"])
def test_keys_that_are_lost_are_not_replaced_where_there_are_numbers(new_database: NewDatabase, lost: str) -> None:
    url = new_database(write_village)
    query(url, f"DELETE FROM keysets WHERE {lost}")  # noqa: S608 - the words above
    before = rows_of_the_vault(url)
    with pytest.raises(StartRefused):
        asyncio.run(open_with(url, NUMBER_KEY))
    assert rows_of_the_vault(url) == before


@pytest.mark.holds("G-05")
def test_a_database_that_was_brought_back_must_belong_to_the_key(new_database: NewDatabase) -> None:
    url = new_database(write_village)

    async def require(key: aead.Aead) -> None:
        connection = await asyncpg.connect(url)
        try:
            await require_keysets_open(connection, key)
        finally:
            await connection.close()

    asyncio.run(require(NUMBER_KEY))
    with pytest.raises(StartRefused):
        asyncio.run(require(new_key()))


@pytest.mark.holds("M29")
def test_each_municipality_has_keys_of_its_own(new_database: NewDatabase) -> None:
    url = new_database(write_village)

    async def both() -> tuple[Vault, Vault]:
        async with opened(url) as store:
            return store.vaults.of(CODE), store.vaults.of(OTHER_CITY)

    ours, theirs = asyncio.run(both())
    assert {key.id for keys in ours.keys.values() for key in keys}.isdisjoint(
        key.id for keys in theirs.keys.values() for key in keys
    )
    with pytest.raises(VaultError):
        theirs.open(ours.seal(HERS, HERE).ciphertext, HERE)
