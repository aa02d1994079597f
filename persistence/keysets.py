"""The vaults of the municipalities: their keysets, read from the store, made where there are none yet, and changed.

Who reads may hold keysets that a rotation has changed since: `Vaults.using` notices, and reads again. Who writes must
not: `hold_keys` keeps the keys as they are until the writing is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import asyncpg
import tink
from sqlalchemy import ColumnElement, LargeBinary, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from tink import aead

from domain.errors import Code, Refusal
from persistence.database import Database, compiled
from persistence.home import StartRefused
from persistence.logins import Login
from persistence.reading import MUNICIPALITY
from persistence.vault import INDEX, NUMBER, TEMPLATES, Vault, VaultError, unwrapped, wrapped
from persistence.vault_tables import INDIVIDUAL_NUMBERS, KEYSETS

T = TypeVar("T")
Change = Callable[[asyncpg.Connection, Vault], Awaitable[Vault]]
"""From the keys as they are to those that are to be; the same vault where nothing is to be changed."""

_OF_MUNICIPALITY = KEYSETS.c.municipality_code == MUNICIPALITY
_SELECT = compiled(select(KEYSETS.c.name, KEYSETS.c.generation, KEYSETS.c.keyset).where(_OF_MUNICIPALITY))
_GENERATION = compiled(select(func.max(KEYSETS.c.generation)).where(_OF_MUNICIPALITY))
_ONE: ColumnElement[int] = literal_column("1")
_NUMBERS = select(_ONE).where(INDIVIDUAL_NUMBERS.c.municipality_code == MUNICIPALITY)
_ANY_NUMBER = compiled(_NUMBERS.limit(_ONE))
_INDEXES = bindparam("indexes", type_=ARRAY(LargeBinary))
_TAKEN = compiled(_NUMBERS.where(INDIVIDUAL_NUMBERS.c.blind_index == _INDEXES.any_()).limit(_ONE))
_COLUMNS = ("municipality_code", "name", "generation", "keyset")
_INSERT = compiled(insert(KEYSETS).values({name: bindparam(name) for name in _COLUMNS}).on_conflict_do_nothing())
_ALL = "SELECT municipality_code, name, keyset FROM keysets"
_UPDATE = "UPDATE keysets SET generation = $3, keyset = $4 WHERE municipality_code = $1 AND name = $2"

# Advisory locks, because they need no right to change keysets, and wait for nobody who only reads.
_LOCK: Final = 8137
_WRITING: Final = "SELECT pg_advisory_xact_lock_shared($1, $2)"
_CHANGING: Final = "SELECT pg_try_advisory_xact_lock($1, $2)"
TRIES: Final = 300
TRY_AGAIN_SECONDS: Final = 0.2
"""A change of keys waits a minute in all for who writes numbers, and keeps nobody from it meanwhile."""

_BUSY = (
    "Individual Numbers are being written all the time (an import?), so their keys cannot be changed. Try again later.",
    "個人番号の書込みが続いているため（取込み等）、鍵を変更できません。しばらくして再度お試しください。",
)
_CHANGED = (
    "The keys of the Individual Numbers have just been changed. Try again.",
    "個人番号の鍵が変更されました。再度お試しください。",
)


class Vaults:
    """Each municipality's vault, opened at the start and again when its keys have been changed."""

    def __init__(self, database: Database, key: aead.Aead) -> None:
        self._database = database
        self._key = key
        self._opened: dict[str, Vault] = {}

    async def open(self, municipality_codes: Iterable[str]) -> None:
        """Open them, making keysets for who has neither keys nor numbers.

        Raises `StartRefused` where they do not open under this key, `Refusal` where the store is out of reach.
        """
        for code in municipality_codes:
            try:
                self._opened[code] = await self._read(code) or await self._make(code)
            except VaultError:
                raise _not_opened(code) from None

    @property
    def municipality_codes(self) -> tuple[str, ...]:
        """Whose vaults these are."""
        return tuple(self._opened)

    def of(self, municipality_code: str) -> Vault:
        """The vault of a municipality that this server holds."""
        return self._opened[municipality_code]

    async def current(self, municipality_code: str) -> Vault:
        """The vault with the keys that the store has now: the same as before where they have not been changed.

        Raises `VaultError`, `Refusal`.
        """
        ((generation,),) = await self._database.fetch(_GENERATION, {"municipality": municipality_code})
        if generation != self._opened[municipality_code].generation:
            read = await self._read(municipality_code)
            if read is None:
                raise VaultError
            self._opened[municipality_code] = read
        return self._opened[municipality_code]

    async def using(self, municipality_code: str, read: Callable[[Vault], Awaitable[T]], *, searches: bool) -> T:
        """What is read under the vault's keys; read again when a rotation has changed them meanwhile.

        Numbers sealed under newer keys do not open, and a search (`searches`) misses who is found under a newer one.
        Every search looks whether keys have changed, not only one that finds nothing: else that would take longer.
        Raises `VaultError` where a number opens under none of the keys that there are.
        """
        while True:
            vault = self.of(municipality_code)
            try:
                found = await read(vault)
            except VaultError:
                if await self.current(municipality_code) is vault:
                    raise
                continue
            if not searches or await self.current(municipality_code) is vault:
                return found

    async def change(self, municipality_code: str, change: Change) -> Vault:
        """Change the keys while nobody writes numbers, in one transaction with what `change` does.

        Raises `Refusal` (STORE_UNAVAILABLE) when writing does not pause, `VaultError`.
        """
        for _ in range(TRIES):
            changed = await self._try_change(municipality_code, change)
            if changed is not None:
                self._opened[municipality_code] = changed
                return changed
            await asyncio.sleep(TRY_AGAIN_SECONDS)
        raise Refusal(Code.STORE_UNAVAILABLE, detail=_BUSY)

    async def _try_change(self, code: str, change: Change) -> Vault | None:
        async with self._database.transaction(code, Login.WRITER) as connection:
            if not await connection.fetchval(_CHANGING, _LOCK, int(code)):
                return None
            before = self._vault(code, await connection.fetch(_SELECT.text, code))
            after = await change(connection, before)
            if after is not before:
                for name, keyset in _named(after):
                    content = wrapped(keyset, self._key, code, name)
                    await connection.execute(_UPDATE, code, name, after.generation, content)
            return after

    async def _read(self, code: str) -> Vault | None:
        rows = await self._database.fetch(_SELECT, {"municipality": code})
        return self._vault(code, rows) if rows else None

    def _vault(self, code: str, rows: Sequence[Any]) -> Vault:
        keysets = {name: unwrapped(bytes(keyset), self._key, code, name) for name, _, keyset in rows}
        if keysets.keys() != TEMPLATES.keys():
            raise VaultError
        return Vault(keysets[NUMBER], keysets[INDEX], max(generation for _, generation, _ in rows))

    async def _make(self, code: str) -> Vault:
        if await self._database.fetch(_ANY_NUMBER, {"municipality": code}):
            raise VaultError  # whose keys are lost: new ones would only hide it
        async with self._database.transaction(code, Login.WRITER) as connection:
            for name, template in TEMPLATES.items():
                content = wrapped(tink.new_keyset_handle(template), self._key, code, name)
                values = {"municipality_code": code, "name": name, "generation": 1, "keyset": content}
                await connection.execute(_INSERT.text, *(values[each] for each in _INSERT.names))
        made = await self._read(code)  # another process may have been first: then its keys count
        if made is None:
            raise VaultError
        return made


async def hold_keys(
    database: Database, connection: asyncpg.Connection, municipality_code: str, vault: Vault, older: Sequence[bytes]
) -> None:
    """Before sealed numbers are written: until this transaction ends, nobody changes the keys that sealed them.

    During a rotation two rows can have one number under two keys, which no unique index forbids: so it is looked for
    under the older keys (`older`: `Vault.older_indexes_of` each number). Raises `Refusal`: STORE_UNAVAILABLE where the
    keys have been changed since the vault was opened (`Vaults.current`), INVALID_INPUT where somebody has the number.
    """
    await connection.execute(_WRITING, _LOCK, int(municipality_code))
    # Not on this connection: who loads a register may read nothing. What others have committed is all that matters.
    values = {"municipality": municipality_code, "indexes": older}
    ((generation,),) = await database.fetch(_GENERATION, values)
    if generation != vault.generation:
        raise Refusal(Code.STORE_UNAVAILABLE, detail=_CHANGED)
    if older and await database.fetch(_TAKEN, values):
        raise Refusal(Code.INVALID_INPUT)


async def require_keysets_open(connection: asyncpg.Connection, key: aead.Aead) -> None:
    """Whether the keysets that were brought back with their rows open under the key that is in use now.

    Raises `StartRefused` where one does not.
    """
    try:
        for code, name, keyset in await connection.fetch(_ALL):
            unwrapped(keyset, key, code, name)
    except VaultError:
        raise StartRefused(
            "The keys of the Individual Numbers, as they were then, need an earlier DAICHO_KEY_FILE.",
            "当時の個人番号の鍵を開くには、以前の DAICHO_KEY_FILE が必要です。",
        ) from None


def _named(vault: Vault) -> tuple[tuple[str, tink.KeysetHandle], ...]:
    return (NUMBER, vault.numbers), (INDEX, vault.indexes)


def _not_opened(code: str) -> StartRefused:
    return StartRefused(
        f"The keys of the Individual Numbers of {code} are not there, or do not open under the key of DAICHO_KEY_FILE:"
        " it must be the key they were encrypted with. Nothing was changed.",
        f"{code} の個人番号の鍵がないか、DAICHO_KEY_FILE の鍵では開けません。"
        "暗号化に用いた鍵ファイルを指定してください。データは変更していません。",
    )
