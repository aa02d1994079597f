"""What must be so after a kill: what was answered is on record, and nothing is half-written."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

import asyncpg

from tests.crash.load import Told

HALF_WRITTEN = {
    "a ledger is not as long as its head says": """
        SELECT count(*) FROM ledger_heads AS head WHERE size <> (
            SELECT count(*) FROM ledger_entries WHERE municipality_code = head.municipality_code)""",
    "positions have a gap": """
        SELECT count(*) FROM (SELECT position,
            row_number() OVER (PARTITION BY municipality_code ORDER BY position) AS nth
            FROM ledger_entries) AS placed WHERE position <> nth - 1""",
    "a searched value stands without its entry": """
        SELECT count(*) FROM ledger_searches NATURAL LEFT JOIN ledger_entries WHERE entry IS NULL""",
    "a record has not the version that stands": """
        SELECT count(*) FROM residents NATURAL LEFT JOIN (SELECT municipality_code, addressee_number, history_number,
            true AS is_there FROM resident_versions) AS versions WHERE is_there IS NULL""",
    "versions have a gap": """
        SELECT count(*) FROM (SELECT 1 FROM resident_versions GROUP BY municipality_code, addressee_number
            HAVING max(history_number) <> count(*)) AS gaps""",
    "a record has not the number that stands": """
        SELECT count(*) FROM residents NATURAL LEFT JOIN individual_numbers
        WHERE number_version IS NOT NULL AND ciphertext IS NULL""",
    "a record is not found by its name": """
        SELECT count(*) FROM residents NATURAL LEFT JOIN (SELECT DISTINCT municipality_code, addressee_number,
            true AS is_found FROM search_keys WHERE kind LIKE 'full_name%') AS keys
        WHERE full_name IS NOT NULL AND is_found IS NULL""",
    "keys of nobody": """
        SELECT count(*) FROM search_keys NATURAL LEFT JOIN (SELECT municipality_code, addressee_number,
            true AS is_there FROM residents) AS known WHERE is_there IS NULL""",
    "pieces of keys of nobody": """
        SELECT count(*) FROM search_bigrams NATURAL LEFT JOIN (SELECT municipality_code, addressee_number,
            true AS is_there FROM residents) AS known WHERE is_there IS NULL""",
    "a household's record of its members names nobody": """
        SELECT count(*) FROM households AS home WHERE householder_number IS NOT NULL AND NOT EXISTS (
            SELECT FROM residents WHERE (municipality_code, addressee_number)
                = (home.municipality_code, home.householder_number))""",
    "there are not as many changes as their head says": """
        SELECT count(*) FROM change_heads AS head WHERE size <> (
            SELECT count(*) FROM life_events WHERE municipality_code = head.municipality_code)""",
    "changes have a gap": """
        SELECT count(*) FROM (SELECT sequence, row_number() OVER (PARTITION BY municipality_code ORDER BY sequence)
            AS nth FROM life_events) AS placed WHERE sequence <> nth - 1""",
    "a change has not the version that it made": """
        SELECT count(*) FROM life_events NATURAL LEFT JOIN (SELECT municipality_code, addressee_number, history_number,
            true AS is_there FROM resident_versions) AS versions WHERE is_there IS NULL""",
    "a notification that waits holds nobody, or one that has ended somebody": """
        SELECT count(*) FROM notifications AS one WHERE (state = 'PROVISIONAL') <> EXISTS (
            SELECT FROM holds WHERE (municipality_code, notification_id) = (one.municipality_code, one.id))""",
    "a notification was asked for under no key": """
        SELECT count(*) FROM notifications AS one WHERE NOT EXISTS (SELECT FROM idempotency_keys
            WHERE municipality_code = one.municipality_code AND answer->>'notification' = one.id::text)""",
    "a notification is approved and nothing happened, or happened without": """
        SELECT count(*) FROM notifications AS one WHERE (state = 'APPROVED') <> EXISTS (
            SELECT FROM life_events WHERE (municipality_code, notification_id) = (one.municipality_code, one.id))""",
    "issue numbers have a gap": """
        SELECT count(*) FROM (SELECT serial, row_number()
            OVER (PARTITION BY municipality_code, issued_on, terminal, printer ORDER BY serial) AS nth
            FROM issuances) AS placed WHERE serial <> nth""",
    "there are not as many issue numbers as their head says": """
        SELECT count(*) FROM issuance_heads AS head WHERE last <> (SELECT count(*) FROM issuances AS one
            WHERE (one.municipality_code, one.issued_on, one.terminal, one.printer)
                = (head.municipality_code, head.issued_on, head.terminal, head.printer))""",
    "a paper was asked for under no key": """
        SELECT count(*) FROM issuances AS one WHERE NOT EXISTS (SELECT FROM idempotency_keys
            WHERE municipality_code = one.municipality_code AND answer->'issuances' ? one.id::text)""",
    "a paper has nothing that waits for who asked for it": """
        SELECT count(*) FROM issuances NATURAL LEFT JOIN (SELECT municipality_code, id, true AS waits
            FROM handovers WHERE sealed IS NOT NULL) AS waiting WHERE waits IS NULL""",
}  # fmt: skip
"""How many rows there are of what must not be."""
NEWER = "SELECT position, kind, entry FROM ledger_entries WHERE position >= $1 ORDER BY position"
CHANGED = "SELECT id::text FROM terminals UNION ALL SELECT id::text FROM grants"
APPROVED = "SELECT id::text FROM notifications WHERE state = 'APPROVED'"
BOOK = "SELECT id::text FROM issuances"
RESIDENTS = "SELECT addressee_number FROM residents"
WHO_ADDS = ("daicho terminals add", "daicho grants add")


@dataclass
class Checks:
    """Looks at the store again and again; what of the ledger was read once is remembered."""

    requests: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    entries: int = 0

    def findings(self, url: str, told: Told) -> list[str]:
        """What is wrong, where all that was told before must be so."""
        sets = (told.requests, told.changes, told.notifications, told.issued, told.imported)
        before = Told(*map(set, sets), dict(told.households))
        return asyncio.run(self._findings(url, before))

    async def _findings(self, url: str, told: Told) -> list[str]:
        connection = await asyncpg.connect(url)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                found = [f"{what}: {n}" for what, sql in HALF_WRITTEN.items() if (n := await connection.fetchval(sql))]
                await self._read_ledger(connection)
                rows = {row[0] for row in await connection.fetch(CHANGED)}
                people = {row[0] for row in await connection.fetch(RESIDENTS)}
                approved = {row[0] for row in await connection.fetch(APPROVED)}
                book = {row[0] for row in await connection.fetch(BOOK)}
        finally:
            await connection.close()
        missing = {
            "answered, and not in the ledger": told.requests - self.requests,
            "acknowledged, and not there": told.changes - rows,
            "there, and not in the ledger": rows - self.changes,
            "in the ledger, and not there": self.changes - rows,
            "notified, and not approved": told.notifications - approved,
            "issued, and not in the book": told.issued - book,
            "imported, and not there": told.imported - people,
            "households that came in part": {
                home for home, members in told.households.items() if 0 < len(members & people) < len(members)
            },
        }
        return found + [f"{what}: {len(which)}" for what, which in missing.items() if which]

    async def _read_ledger(self, connection: asyncpg.Connection) -> None:
        for row in await connection.fetch(NEWER, self.entries):
            entry = json.loads(row["entry"])
            subjects = {subject for group in entry["groups"] for subject in group["subjects"]}
            self.requests.add(entry["request_id"])
            self.entries = row["position"] + 1
            if entry["path"] in WHO_ADDS and entry["code"] is None:
                self.changes |= subjects
