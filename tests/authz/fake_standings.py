"""What a reviewer looks over, in memory: a table with one cell, and a ledger whose proof stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from authz.review.matrix import ItemRow, Matrix
from domain.ledger.keeping import Signed
from domain.ledger.standing import Standing, Taken

THEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CELL = ItemRow("local_tax", (), "resident", "sex", "", "", "SHOWN", "search-what-is-shown", "transfer", "住基法第1条")
TABLES = Matrix("hash", (CELL,), ())
STANDING = Standing(3, Signed(2, THEN, b"a note"), (Taken("syslog:", 2, THEN),))


@dataclass
class FakeStandings:
    """Every ledger's proof stands like this; `asked` are those that were asked for."""

    asked: list[str] = field(default_factory=list)

    async def of(self, municipality_code: str) -> Standing:
        """How it stands."""
        self.asked.append(municipality_code)
        return STANDING


async def tables() -> Matrix:
    """The policy's."""
    return TABLES
