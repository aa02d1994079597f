"""The drill: backed up under load, destroyed, restored to a point and again to the end (cases G-05, G-06, D-01).

The register is a demonstration city; its home's keys lie outside, as an operator keeps them.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import asyncpg
import pytest

from api.number_key import make_number_key
from persistence import embedded
from tests.commands import Daicho, Done, Running, folder_for_homes
from tests.secrets_search import SecretsSearch

COUNTS = ("residents", "resident_versions", "households", "individual_numbers", "search_keys", "search_bigrams")
LEDGER = "SELECT position, id, recorded_at, kind, staff_number, purpose, entry FROM ledger_entries ORDER BY position"
SEARCHES = "SELECT * FROM ledger_searches ORDER BY municipality_code, item, digest, position"
LIST = "{ residents(where: {}, first: 20) { nodes { fullName individualNumber } } }"
SOMEBODY = "(SELECT min(addressee_number) FROM residents)"
CHANGE = f"UPDATE residents SET previous_address = $1 WHERE addressee_number = {SOMEBODY}"  # noqa: S608 - our own text
CHANGED = f"SELECT previous_address FROM residents WHERE addressee_number = {SOMEBODY}"  # noqa: S608 - the same


async def _fetch(url: str, statement: str, *values: object) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(statement, *values)]
    finally:
        await connection.close()


def ask_store(home: Path, statement: str, *values: object) -> list[Any]:
    """What the store behind a running service says, past all walls."""
    server = embedded.running(home)
    assert server is not None
    return asyncio.run(_fetch(server.url, statement, *values))


def counted(home: Path) -> list[int]:
    """How many rows each table has."""
    return [ask_store(home, f"SELECT count(*) FROM {table}")[0][0] for table in COUNTS]  # noqa: S608 - our tables


def found(running: Running) -> Any:
    """Twenty people as a clerk who may see the number sees them, by the answer's bytes."""
    answer = running.ask("register-desk", LIST)
    assert answer.status == 200, answer.json
    return answer.json["data"]


@dataclass
class State:
    """What a register and its ledger hold."""

    counts: list[int]
    people: Any
    changed: str
    ledger: list[Any]
    searches: list[Any]

    @classmethod
    def of(cls, running: Running) -> State:
        """Looking leaves an entry, which is included."""
        home, people = running.daicho.home, found(running)
        ((changed,),) = ask_store(home, CHANGED)
        return cls(counted(home), people, changed, ask_store(home, LEDGER), ask_store(home, SEARCHES))


class Load:
    """Reads, each in the ledger, and changes, until the block ends."""

    def __init__(self, running: Running) -> None:
        self._running, self._done, self.answered = running, Event(), 0
        self._thread = Thread(target=self._work)

    def _work(self) -> None:
        while not self._done.is_set():
            found(self._running)
            ask_store(self._running.daicho.home, CHANGE, f"load {self.answered}")
            self.answered += 1

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()


@dataclass
class Drill:
    """The city, and what was seen of it on the way."""

    folder: Path
    daicho: Daicho
    answered_meanwhile: int = 0
    at_the_point: State = field(init=False)
    at_the_end: State = field(init=False)
    point: datetime = field(init=False)
    restored: State = field(init=False)
    told: Done = field(init=False)

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    def happen(self) -> None:
        """Up to the moment when the disk is lost."""
        make_number_key(self.folder / "key")
        with self.daicho.serving("--demo", "--residents", "200") as running:
            with Load(running) as load:
                assert self.daicho.command("backup", str(self.backups)).status == 0
            self.answered_meanwhile = load.answered
            ask_store(self.daicho.home, CHANGE, "before the point")
            self.at_the_point = State.of(running)
            self.point = self._moment()
            ask_store(self.daicho.home, CHANGE, "after the point")
            assert self.daicho.command("keys", "rotate").status == 0
            self.at_the_end = State.of(running)

    def lose_the_disk(self) -> None:
        shutil.rmtree(self.daicho.home / "postgresql")

    def restore(self) -> None:
        self.told = self.daicho.command("restore", str(self.backups), "--to", self.point.isoformat())
        assert self.told.status == 0, self.told
        with self.daicho.serving("--demo") as running:
            self.restored = State.of(running)

    @staticmethod
    def _moment() -> datetime:
        time.sleep(0.05)
        point = datetime.now(UTC)
        time.sleep(0.05)
        return point


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    """All of it, once."""
    with folder_for_homes() as folder:
        settings = {"DAICHO_KEY_FILE": str(folder / "key"), "DAICHO_ARCHIVE_DIR": str(folder / "archive")}
        made = Drill(folder, Daicho(folder / "home", settings))
        made.happen()
        made.lose_the_disk()
        made.restore()
        yield made


@pytest.mark.holds("G-06")
def test_the_register_is_as_it_was_at_the_point_and_what_was_changed_later_is_gone(drill: Drill) -> None:
    assert drill.answered_meanwhile > 0
    assert drill.at_the_end.changed == "after the point"
    assert drill.restored.changed == "before the point"
    assert drill.restored.counts == drill.at_the_point.counts
    assert drill.restored.people == drill.at_the_point.people


@pytest.mark.holds("G-06")
def test_the_numbers_are_read_with_the_keys_of_the_point_though_they_were_changed_later(drill: Drill) -> None:
    numbers = [each["individualNumber"] for each in drill.restored.people["residents"]["nodes"]]
    assert len([each for each in numbers if each and each.isdigit()]) > 10


@pytest.mark.holds("G-06")
def test_the_ledger_keeps_every_entry_of_after_the_point_at_its_position_byte_for_byte(drill: Drill) -> None:
    known = drill.at_the_end.ledger
    assert len(known) > len(drill.at_the_point.ledger)
    assert drill.restored.ledger[: len(known)] == known
    assert [row[0] for row in drill.restored.ledger] == list(range(len(drill.restored.ledger)))
    assert drill.restored.searches[: len(drill.at_the_end.searches)] == drill.at_the_end.searches


@pytest.mark.holds("G-06")
def test_the_next_entry_tells_of_the_restore_from_when_to_when_and_by_whom(drill: Drill) -> None:
    (backup,) = (each.name for each in drill.backups.iterdir())
    entry = json.loads(drill.restored.ledger[len(drill.at_the_end.ledger)][-1])
    assert (entry["kind"], entry["path"]) == ("JOB", "daicho restore")
    assert entry["staff_number"].startswith("os:")
    assert entry["result_count"] == len(drill.at_the_end.ledger) - len(drill.at_the_point.ledger)
    from_backup, from_time, to_time = entry["groups"][0]["subjects"]
    assert from_backup == backup
    assert from_time > f"from {drill.point:%Y-%m-%dT%H:%M:%S}"
    assert to_time == f"to {drill.point:%Y-%m-%dT%H:%M:%S}+00:00"


@pytest.mark.holds("G-06")
def test_restored_to_the_end_into_another_home_it_has_everything_the_first_restore_included(drill: Drill) -> None:
    home, known = drill.folder / "other", drill.restored.ledger
    home.mkdir(0o700)
    shutil.copy(drill.daicho.home / "demonstration", home)
    assert drill.daicho.command("restore", str(drill.backups), "--home", str(home)).status == 0
    server = embedded.start(home)
    counts, ledger = counted(home), ask_store(home, LEDGER)
    server.stop()
    assert counts == drill.restored.counts
    assert ledger[: len(known)] == known
    assert [json.loads(row[-1])["path"] for row in ledger[len(known) :]] == ["daicho restore"]


@pytest.mark.holds("G-05", "D-01")
def test_no_secret_is_in_a_backup_or_in_the_archive_in_any_encoding(drill: Drill) -> None:
    people = drill.at_the_end.people["residents"]["nodes"]
    secrets = {
        "number": [each["individualNumber"] for each in people if each["individualNumber"]],
        "name": [each["fullName"] for each in people],
        "key": [(drill.folder / "key").read_bytes().strip()],
    }
    search = SecretsSearch(secrets)
    assert search.in_bytes(json.dumps(drill.at_the_end.people, ensure_ascii=False).encode())
    assert not search.in_folder(drill.backups)
    assert not search.in_folder(drill.folder / "archive")


@pytest.mark.holds("G-05")
def test_without_the_key_a_backup_gives_nothing(drill: Drill) -> None:
    home, key = drill.folder / "empty", drill.folder / "other-key"
    make_number_key(key)
    thief = Daicho(home, {**drill.daicho.settings, "DAICHO_KEY_FILE": str(key), "DAICHO_MUNICIPALITIES": "012131"})
    english, japanese = thief.command("restore", str(drill.backups)).refusal
    assert "DAICHO_KEY_FILE" in english
    assert "DAICHO_KEY_FILE" in japanese
    assert not (home / "postgresql").exists()


def test_a_register_that_is_there_is_not_replaced_unasked(drill: Drill) -> None:
    english, _ = drill.daicho.command("restore", str(drill.backups)).refusal
    assert "--replace" in english


def test_a_home_that_is_archived_does_not_start_without_its_archive(drill: Drill) -> None:
    settings = {name: value for name, value in drill.daicho.settings.items() if name != "DAICHO_ARCHIVE_DIR"}
    english, _ = Daicho(drill.daicho.home, settings).command("serve", "--demo").refusal
    assert english.startswith("missing setting: DAICHO_ARCHIVE_DIR")
