"""`daicho import` as a user runs it, on an empty register of its own; and what the register then holds."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from api.cli.importing import SOME_REJECTED
from api.demonstration.examples import example_lines
from tests.commands import DAICHO, Daicho, Done, NewDaicho
from tests.village import CODE, TODAY

HELD: Mapping[str, str] = {
    "households": "SELECT * FROM households",
    "residents": "SELECT * FROM residents",
    # recorded_at of the standing version may be the time of the import.
    "versions": "SELECT to_jsonb(v) - 'recorded_at' FROM resident_versions v",
    "numbers": "SELECT addressee_number, number_version FROM individual_numbers",
    "measures": "SELECT addressee_number, kind, starts_on, ends_on FROM support_measures",
    "keys": "SELECT * FROM search_keys",
    "bigrams": "SELECT * FROM search_bigrams",
}
"""What a register holds, but for what is another each time: ciphertexts, ids and times."""


def examples(residents: int) -> list[dict[str, Any]]:
    """Lines of an import that can all be taken."""
    return list(example_lines(residents, TODAY))


@dataclass(frozen=True)
class Registry:
    """A register and the command."""

    url: str
    daicho: Daicho
    folder: Path

    @classmethod
    def empty(cls, url: str, new_daicho: NewDaicho, folder: Path) -> Registry:
        """The command on a migrated database; files are written into `folder`."""
        folder.mkdir(exist_ok=True)
        key = folder / "ledger.key"
        key.touch(mode=0o600)
        key.write_bytes(b"k" * 32)
        settings = {"DAICHO_MUNICIPALITIES": CODE, "DAICHO_LEDGER_KEY_FILE": str(key)}
        daicho = new_daicho(DAICHO_DATABASE_URL=url, **settings)
        return cls(
            url, Daicho(daicho.home, {k: v for k, v in daicho.settings.items() if k != "DAICHO_DATABASE_URL"}), folder
        )

    def file(self, lines: list[dict[str, Any]], name: str = "residents.jsonl") -> Path:
        """A file of these lines."""
        path = self.folder / name
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
        return path

    def load(self, path: Path, *words: str) -> Done:
        """`daicho import` of a file."""
        return self.daicho.command("import", str(path), *words)

    def loading(self, path: Path) -> subprocess.Popen[str]:
        """`daicho import` of a file, running; what it says of its progress comes by its standard error."""
        words, pipes = [DAICHO, "import", str(path)], {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(words, env=self.daicho.environment, text=True, **pipes)  # noqa: S603 - our own command

    def rejected(self, lines: list[dict[str, Any]], *words: str) -> list[tuple[int, str | None, str]]:
        """Import lines of which some are not taken; gives line, item and code of each reject."""
        rejects = self.folder / "rejects.jsonl"
        done = self.load(self.file(lines), "--rejects", str(rejects), *words)
        assert done.status == SOME_REJECTED, done
        told = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
        return [(one["line"], one["item"], one["code"]) for one in told]

    def held(self) -> dict[str, list[str]]:
        """Everything that the register holds, table by table, as text that compares."""
        return {name: sorted(map(str, self.query(statement))) for name, statement in HELD.items()}

    def count(self, table: str = "residents") -> int:
        """How many rows a table has."""
        return int(self.query(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own names

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database as its owner."""

        async def work() -> list[tuple[Any, ...]]:
            connection = await asyncpg.connect(self.url)
            try:
                return [tuple(row) for row in await connection.fetch(statement, *values)]
            finally:
                await connection.close()

        return asyncio.run(work())

    def entries(self) -> list[dict[str, Any]]:
        """The entries of the ledger."""
        rows = self.query("SELECT entry FROM ledger_entries ORDER BY position")
        return [json.loads(entry) for (entry,) in rows]
