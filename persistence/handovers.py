"""What waits behind single-use links: files, sealed until they are fetched, and erased then or when they have expired.

They are sealed under the keys of the vault but not sealed anew by a rotation: they live for minutes, and one that
does not open any more is as good as expired.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.certificates.issuances import Handover
from domain.ids import uuid_of
from domain.ledger.entries import Entry
from persistence.certificate_rows import digest_of
from persistence.database import Database, Statement
from persistence.keysets import Vaults
from persistence.ledger_statements import record_in
from persistence.logins import Login
from persistence.vault import Vault, VaultError
from persistence.work import Work

_KEEP: Final = """
INSERT INTO handovers
    (municipality_code, id, token, caller, purpose, media_type, file_name, sealed, told, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_COLUMNS: Final = "id, caller, purpose, media_type, file_name, expires_at, told"
_WAITING: Final = Statement(
    f"SELECT {_COLUMNS} FROM handovers WHERE municipality_code = $1 AND id = $2"  # noqa: S608 - our names
    " AND sealed IS NOT NULL AND expires_at > $3",
    ("municipality", "id", "at"),
    login=Login.NUMBER_READER,
)
_FETCH: Final = Statement(
    f"SELECT {_COLUMNS}, sealed FROM handovers WHERE municipality_code = $1 AND token = $2"  # noqa: S608 - our names
    " AND caller = $3 AND purpose = $4 AND sealed IS NOT NULL AND expires_at > $5",
    ("municipality", "token", "caller", "purpose", "at"),
    login=Login.NUMBER_READER,
)
_USE: Final = """
UPDATE handovers SET used_at = $3, sealed = NULL, told = NULL
WHERE municipality_code = $1 AND id = $2 AND sealed IS NOT NULL AND expires_at > $3 RETURNING id
"""
_WITHDRAW: Final = "UPDATE handovers SET sealed = NULL, told = NULL WHERE municipality_code = $1 AND id = $2"
_ERASE: Final = """
UPDATE handovers SET sealed = NULL, told = NULL WHERE municipality_code = $1 AND id = ANY(ARRAY(
    SELECT id FROM handovers WHERE municipality_code = $1 AND expires_at <= $2 AND sealed IS NOT NULL
    ORDER BY expires_at LIMIT $3 FOR UPDATE SKIP LOCKED
))
"""
_AT_ONCE: Final = 200
_CONTENT, _TOLD = "content", "told"


async def keep(work: Work, handover: Handover) -> None:
    """Let it wait with its content, inside the caller's transaction."""
    code, id_ = work.municipality_code, handover.id
    told = json.dumps({"token": handover.token, "told": handover.told}, ensure_ascii=False)
    await work.connection.execute(
        _KEEP,
        *(code, UUID(id_), digest_of(handover.token), handover.caller, handover.purpose),
        *(handover.media_type, handover.file_name),
        work.vault.seal_bytes(handover.content, _place(code, id_, _CONTENT)),
        work.vault.seal_bytes(told.encode(), _place(code, id_, _TOLD)),
        handover.expires_at,
    )


async def withdraw(connection: asyncpg.Connection, municipality_code: str, id_: UUID) -> None:
    """Let nobody fetch it any more, inside the caller's transaction."""
    await connection.execute(_WITHDRAW, municipality_code, id_)


async def erase_expired(database: Database, municipality_code: str, at: datetime) -> int:
    """Erase the contents of links that have expired; how many. Raises `Refusal` (STORE_UNAVAILABLE)."""
    erased, last = 0, _AT_ONCE
    while last == _AT_ONCE:
        async with database.transaction(municipality_code, Login.WRITER) as connection:
            status = await connection.execute(_ERASE, municipality_code, at, _AT_ONCE)
        last = int(status.split()[-1])
        erased += last
    return erased


class Handovers:
    """The repository of what waits."""

    def __init__(self, database: Database, vaults: Vaults) -> None:
        self._database = database
        self._vaults = vaults

    async def waiting(self, municipality_code: str, id_: str, at: datetime) -> Handover | None:
        """A link that was not used and has not expired, for who repeats her request; without its content."""
        found = uuid_of(id_)
        values = {"municipality": municipality_code, "id": found, "at": at}
        return await self._one(_WAITING, values) if found else None

    async def fetch(
        self, municipality_code: str, token: str, caller: str, purpose: str, at: datetime
    ) -> Handover | None:
        """What waits behind her link, without using it up; `None` where it is used, expired, another's or none."""
        who = {"caller": caller, "purpose": purpose, "at": at}
        return await self._one(_FETCH, {"municipality": municipality_code, "token": digest_of(token), **who})

    async def use(self, municipality_code: str, handover: Handover, at: datetime, entries: Sequence[Entry]) -> bool:
        """Use up the link with its entry in the ledger, and forget the content; false where somebody was faster.

        Raises `Refusal`: LEDGER_UNAVAILABLE, STORE_UNAVAILABLE; then it can be used yet.
        """
        async with self._database.transaction(municipality_code, Login.WRITER) as connection:
            if await connection.fetchval(_USE, municipality_code, UUID(handover.id), at) is None:
                return False
            await record_in(connection, entries)
        return True

    async def _one(self, statement: Statement, values: dict[str, Any]) -> Handover | None:
        rows = await self._database.fetch(statement, values)
        if not rows:
            return None
        code = values["municipality"]

        async def opened(vault: Vault) -> Handover:
            return _opened(vault, code, rows[0])

        try:
            return await self._vaults.using(code, opened, searches=False)
        except VaultError:  # its key was taken out since
            return None


def _opened(vault: Vault, code: str, row: Sequence[Any]) -> Handover:
    id_, caller, purpose, media_type, file_name, expires_at, sealed_told, *content = row
    told = json.loads(vault.open_bytes(sealed_told, _place(code, str(id_), _TOLD)))
    return Handover(
        id=str(id_),
        token=told["token"],
        caller=caller,
        purpose=purpose,
        media_type=media_type,
        file_name=file_name,
        told=told["told"],
        expires_at=expires_at,
        content=b"".join(vault.open_bytes(one, _place(code, str(id_), _CONTENT)) for one in content),
    )


def _place(municipality_code: str, id_: str, part: str) -> str:
    return f"handovers/{municipality_code}/{id_}/{part}"
