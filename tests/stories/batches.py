"""`daicho certificates batch` as a user runs it beside a demonstration, and what book, folder and ledger say of it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from persistence import embedded
from tests.commands import SECONDS, Done, Running

FORM = {
    "kind": "RESIDENT_RECORD_COPY",
    "wholeHousehold": True,
    "inOneList": True,
    "requester": {
        "kind": "OFFICIAL_REQUESTER",
        "organ": "見本省",
        "officialTitle": "主任",
        "name": "見本　職子",
        "purposeOfUse": "見本統計調査",
        "legalBasis": "見本法第1条",
    },
    "identityVerification": "OFFICIAL_DOCUMENT",
    "markedOfficial": True,
}
"""What all lines ask for: for an organ of the State, everybody of the household on one list."""
HOUSEHOLDS = """
SELECT min(addressee_number), min(full_name), min(current_address) FROM residents r
WHERE NOT is_closed AND relationship_to_householder = '世帯主' AND NOT EXISTS (SELECT FROM support_measures m
    JOIN residents o USING (municipality_code, addressee_number) WHERE o.household_number = r.household_number)
GROUP BY household_number HAVING count(*) = 1 ORDER BY 1 LIMIT $1
"""
PROTECTED = """
SELECT addressee_number FROM support_measures JOIN residents USING (municipality_code, addressee_number)
WHERE NOT residents.is_closed AND ends_on > now() ORDER BY 1 LIMIT 1
"""
"""Somebody under a support measure."""
BOOK = """
SELECT i.issued_on, i.city, i.terminal, i.printer, i.serial, i.batch_line, i.id, s.subjects
FROM issuances i JOIN LATERAL (SELECT array_agg(addressee_number) AS subjects FROM issuance_subjects
    WHERE issuance_id = i.id) s ON true
WHERE i.printer = $1 ORDER BY i.issued_on, i.serial
"""
ENTRIES = """
SELECT convert_from(l.entry, 'UTF8') AS entry FROM issuances i
JOIN idempotency_keys k ON k.answer -> 'issuances' ->> 0 = i.id::text
JOIN ledger_entries l ON convert_from(l.entry, 'UTF8')::json ->> 'id' = k.answer ->> 'entry'
WHERE i.printer = $1 ORDER BY i.issued_on, i.serial
"""


@dataclass(frozen=True)
class Batch:
    """A list in a folder of its own. What it issues has a printer's number, and so serials, of its own."""

    running: Running
    folder: Path
    printer: str

    @property
    def out(self) -> Path:
        """Where the documents go."""
        return self.folder / "out"

    @property
    def rejects(self) -> Path:
        """Where refused lines go."""
        return self.folder / "rejects.jsonl"

    def list(self, lines: Sequence[dict[str, Any] | str]) -> None:
        """Write the list and its form."""
        text = "\n".join(one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in lines)
        (self.folder / "list.jsonl").write_text(text + "\n", "utf-8")
        form = json.dumps({**FORM, "printer": self.printer}, ensure_ascii=False)
        (self.folder / "form.json").write_text(form, "utf-8")

    @property
    def words(self) -> tuple[str, ...]:
        """The command."""
        at = self.folder
        files = (
            f"{at}/list.jsonl",
            "--out",
            str(self.out),
            "--form",
            f"{at}/form.json",
            "--rejects",
            str(self.rejects),
        )
        return ("certificates", "batch", *files)

    def run(self, *more: str) -> Done:
        """Run it to its end."""
        return self.running.command(*self.words, *more)

    def struck(self, moment: str, nth: int) -> int:
        """Run it and have it killed as something is called; its status."""
        words = [sys.executable, "-m", "tests.stories.struck", moment, str(nth), *self.words]
        environment = self.running.daicho.environment
        return subprocess.run(words, env=environment, capture_output=True, check=False, timeout=SECONDS).returncode  # noqa: S603 - our own command

    def book(self) -> list[asyncpg.Record]:
        """What the issuance book has of it, in the order of the numbers."""
        return query(self.running, BOOK, self.printer)

    def files(self) -> list[str]:
        """The documents that are there, by their names."""
        return sorted(one.name for one in self.out.iterdir())

    def entries(self) -> list[dict[str, Any]]:
        """The entry of the ledger with which each was issued, in the order of the numbers."""
        return [json.loads(row["entry"]) for row in query(self.running, ENTRIES, self.printer)]


def query(running: Running, statement: str, *values: object) -> list[asyncpg.Record]:
    """Ask the demonstration's database as its owner."""
    server = embedded.start(running.daicho.home)

    async def work() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(server.url)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()

    try:
        return asyncio.run(work())
    finally:
        server.stop()


def households(running: Running, wanted: int) -> list[dict[str, Any]]:
    """A line for each of so many households, none of which has anybody protected."""
    return [
        {"subjects": [number], "requester": {"targetName": name, "targetAddress": address}}
        for number, name, address in query(running, HOUSEHOLDS, wanted)
    ]
