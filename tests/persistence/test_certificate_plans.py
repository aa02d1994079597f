"""What is asked of a book of 20,000 issuances is read by keys: a few pages, however many were ever issued."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest

from persistence import batches, certificates, handovers
from persistence.database import Statement
from persistence.logins import Login
from tests.logins import migrated
from tests.persistence.plans import plan_of
from tests.persistence.registers import kept
from tests.postgres import Databases, execute
from tests.village import CODE

pytestmark = pytest.mark.holds("S1-05")

MOST_PAGES = 60
BATCHES = f"""
INSERT INTO issuance_batches SELECT '{CODE}', md5('batch ' || n)::uuid, sha256(n::text::bytea), 10, '2026-04-01', 'S'
FROM generate_series(1, 1000) n
"""  # noqa: S608 - our code
ISSUED = f"""
INSERT INTO issuances SELECT '{CODE}', md5(n::text)::uuid, 'RESIDENT_RECORD_COPY', '2026-04-01', 'C', 'T', 'P', n,
    '2026-04-01', 'P', 'D', 'S', '{{}}', 'COUNTER', '{{}}', 1, sha256(n::text::bytea), NULL,
    CASE WHEN n <= 10000 THEN md5('batch ' || (n - 1) / 10 + 1)::uuid END, CASE WHEN n <= 10000 THEN n % 10 END
FROM generate_series(1, 20000) n
"""  # noqa: S608 - our code
OF_WHOM = f"""
INSERT INTO issuance_subjects SELECT '{CODE}', (n % 500)::text, md5(n::text)::uuid FROM generate_series(1, 20000) n
"""  # noqa: S608 - our code
LINKED = f"""
INSERT INTO handovers SELECT '{CODE}', md5(n::text)::uuid, sha256(n::text::bytea), 'C', 'P', 'M', 'F',
    CASE WHEN n <= 2 THEN '\\x00'::bytea END, NULL, '2026-04-01', NULL FROM generate_series(1, 20000) n
"""  # noqa: S608 - our code
READ = {
    "issuances": certificates._THESE,
    "history": certificates._HISTORY,
    "verification": certificates._VERIFIED,
    "waiting": handovers._WAITING,
    "fetch": handovers._FETCH,
    "erase": Statement(handovers._ERASE, ("municipality", "at", "most"), login=Login.WRITER),
    "batch": batches._FIND,
    "lines": batches._DONE,
}


def write_book(url: str) -> None:
    """Prepare a database: a long book."""
    migrated(url)
    asyncio.run(execute(url, BATCHES, ISSUED, OF_WHOM, LINKED, "VACUUM ANALYZE"))


@pytest.fixture(scope="module")
def book(databases: Databases) -> Iterator[str]:
    """A long book."""
    with kept(databases, write_book) as url:
        yield url


def values_of() -> Mapping[str, Any]:
    """Values for every statement."""
    some = UUID(int=(1 << 127) + 1)
    digest = bytes(32)
    who = {"number": "7", "after": some, "first": 20, "caller": "C", "purpose": "P", "id": some, "ids": [some]}
    return who | {
        "municipality": CODE,
        "verification": digest,
        "token": digest,
        "source": digest,
        "batch": some,
        "at": "2026-05-01T00:00:00Z",
        "most": 200,
    }


@pytest.mark.parametrize("statement", READ.values(), ids=READ.keys())
def test_what_is_asked_of_the_book_is_read_by_keys(book: str, statement: Statement) -> None:
    plan = plan_of(book, statement, values_of())

    assert all(scan.keys > {"municipality_code"} for scan in plan.scans()), plan.scans()
    assert plan.pages <= MOST_PAGES, plan.pages
