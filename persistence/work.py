"""What a change of the register is done with: a transaction of one municipality, and its vault."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

from persistence.database import Database
from persistence.histories import Fetch, fetching
from persistence.vault import Vault


@dataclass(frozen=True, slots=True)
class Work:
    """`connection` is inside a transaction; `database` is for what others have committed."""

    database: Database
    connection: asyncpg.Connection
    municipality_code: str
    vault: Vault

    @property
    def fetch(self) -> Fetch:
        """How compiled statements are run within the transaction."""
        return fetching(self.connection)
