"""A city's commands on a database of the tests, and what lies outside of it: its keys, and what others have kept."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import asyncpg
import structlog

from api.checkpoint_keys import ledger_keys, new_key, verifier_of, write_keys
from api.checkpoint_places import FilePlace
from api.ledger_keeper import Checkpointing, Keeper, Watch
from persistence.ledger_tree import LedgerTree
from tests.commands import Daicho, Done, NewDaicho
from tests.ledger_builders import entry
from tests.logins import logins_at
from tests.persistence.ledgers import opened
from tests.village import CODE

ORIGIN = f"city.example/{CODE}"
_NUMBERS = count(1)


@dataclass
class City:
    """A city's commands on a database whose owner may do anything; `folder` is what lies outside of it."""

    daicho: Daicho
    url: str
    folder: Path

    def do(self, *words: str) -> Done:
        return self.daicho.command("ledger", *words)

    def file(self, name: str, *words: str) -> Path:
        """A file with what a command prints."""
        done = self.do(*words)
        done.must_be_done()
        (self.folder / name).write_text(done.out)
        return self.folder / name

    def add(self, many: int = 5) -> Path:
        """So many entries more, and the checkpoint of them, kept by somebody outside."""
        kept = self.folder / f"kept-{next(_NUMBERS)}.jsonl"

        async def work() -> None:
            async with opened(self.url) as store:
                await store.append([entry(next(_NUMBERS)) for _ in range(many)])
            checkpointing = Checkpointing(ledger_keys(self.folder / "keys", [CODE]), [FilePlace(kept)], 10)
            clocks = Watch(lambda: datetime.now(UTC), time.monotonic)
            await Keeper(LedgerTree(logins_at(self.url)), checkpointing, clocks, structlog.get_logger()).round(CODE)

        asyncio.run(work())
        return kept

    def execute(self, *statements: str) -> None:
        """As the owner."""

        async def work() -> None:
            connection = await asyncpg.connect(self.url)
            for statement in statements:
                await connection.execute(statement)
            await connection.close()

        asyncio.run(work())

    def exported(self, name: str) -> Path:
        file = self.folder / name
        self.do("export", str(file)).must_be_done()
        return file

    def key(self) -> str:
        return str(verifier_of(ledger_keys(self.folder / "keys", [CODE])[CODE]))

    def verify(self, export: Path, *checkpoints: Path) -> Done:
        """Far away from the city: without a setting, a database or a home."""
        trusted = [word for file in checkpoints for word in ("--from", str(file))]
        far_away = Daicho(self.folder / "elsewhere")
        return far_away.command("ledger", "verify", str(export), *trusted, "--key", self.key())


def city_at(url: str, folder: Path, new_daicho: NewDaicho) -> City:
    """A city's commands, and a key for its ledger; what they hand out goes to `places.jsonl`."""
    folder.mkdir()
    (folder / "ledger.key").touch(mode=0o600)
    (folder / "ledger.key").write_bytes(b"k" * 32)
    settings = {
        "DAICHO_MUNICIPALITIES": CODE,
        "DAICHO_LEDGER_KEY_FILE": str(folder / "ledger.key"),
        "DAICHO_CHECKPOINT_KEY_FILE": str(folder / "keys"),
        "DAICHO_CHECKPOINT_TO": (folder / "places.jsonl").as_uri(),
    }
    write_keys(folder / "keys", [new_key(ORIGIN)])
    return City(new_daicho(DAICHO_DATABASE_URL=url, **settings), url, folder)
