"""Backups of an embedded server: whole or nothing, several in a folder, restored where no archive is kept."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.ledger.entries import Entry, Kind
from persistence import embedded
from persistence.backups import CONTENT, MANIFEST, Backup, new_name, take, whole
from persistence.embedded import EmbeddedServer
from persistence.home import StartRefused
from persistence.recovery import Restoration, Wish, restore
from tests.keys import NUMBER_KEY
from tests.ledger_builders import CITY
from tests.persistence.conftest import passable_folder
from tests.persistence.embedded_servers import fetch, run
from tests.persistence.ledgers import create_ledger

NOW = datetime(2026, 11, 23, 5, 32, 10, tzinfo=UTC)
ENTRIES = "SELECT string_agg(encode(entry, 'escape'), ',' ORDER BY position) FROM ledger_entries"
ADD = (
    f"INSERT INTO ledger_heads VALUES ('{CITY}', 1)"  # noqa: S608 - our own text
    " ON CONFLICT (municipality_code) DO UPDATE SET size = ledger_heads.size + 1",
    "INSERT INTO ledger_entries SELECT municipality_code, size - 1, gen_random_uuid(), now(), 'JOB', NULL, NULL,"
    " convert_to('entry ' || (size - 1), 'UTF8') FROM ledger_heads",
)


def tell(code: str, restored: Restoration) -> Entry:
    return Entry(
        id=str(UUID(int=7)),
        recorded_at=NOW,
        municipality_code=code,
        request_id="",
        kind=Kind.JOB,
        path="restored",
        result_count=restored.put_back,
    )


def taken(home: Path, into: Path) -> Backup:
    return asyncio.run(take(home, into, new_name(datetime.now(UTC)), NUMBER_KEY))


def wish(folder: Path, point: datetime | None = None, *, replace: bool = False) -> Wish:
    return Wish(folder, NUMBER_KEY, None, point, replace)


@pytest.fixture(scope="module")
def story() -> Iterator[tuple[Path, Path]]:
    """A home whose server is stopped, and a folder with a backup of it from before its second ledger entry."""
    with passable_folder() as folder:
        yield lived_through(folder)


def lived_through(folder: Path) -> tuple[Path, Path]:
    server = embedded.start(folder / "home")
    create_ledger(server.url)
    run(server.url, *ADD)
    taken(server.home, folder / "backups")
    run(server.url, *ADD)
    server.stop()
    return server.home, folder / "backups"


def test_a_backup_lies_there_for_this_account_alone_with_what_it_is(story: tuple[Path, Path]) -> None:
    (backup,) = whole(story[1], NUMBER_KEY)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (backup.folder / MANIFEST, backup.folder / CONTENT)}
    assert modes == {0o600}
    assert stat.S_IMODE(backup.folder.stat().st_mode) == 0o700
    assert backup.manifest.size == backup.content.stat().st_size
    assert datetime.fromisoformat(backup.manifest.began_at) < backup.ended_at


def test_a_half_made_backup_is_never_taken_for_one(story: tuple[Path, Path], tmp_path: Path) -> None:
    (backup,) = whole(story[1], NUMBER_KEY)
    shutil.copytree(backup.folder, tmp_path / f"{backup.folder.name}.unfinished")
    assert whole(tmp_path, NUMBER_KEY) == []
    with pytest.raises(StartRefused, match="no whole backup"):
        restore(tmp_path / "home", wish(tmp_path), tell)


@pytest.mark.parametrize("field", ["ended_at", "system", "next_segment", "sha256"])
def test_a_manifest_that_was_changed_does_not_open(story: tuple[Path, Path], tmp_path: Path, field: str) -> None:
    (backup,) = whole(story[1], NUMBER_KEY)
    copy = shutil.copytree(backup.folder, tmp_path / backup.folder.name)
    said = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps({**said, field: "2026-01-01"}))
    with pytest.raises(StartRefused, match="no backup that opens"):
        whole(tmp_path, NUMBER_KEY)


def test_an_earlier_time_than_the_backups_or_one_without_an_archive_is_refused(story: tuple[Path, Path]) -> None:
    home, folder = story
    (backup,) = whole(folder, NUMBER_KEY)
    with pytest.raises(StartRefused, match="ended before"):
        restore(home, wish(folder, backup.ended_at - timedelta(seconds=1), replace=True), tell)
    with pytest.raises(StartRefused, match="DAICHO_ARCHIVE_DIR"):
        restore(home, wish(folder, backup.ended_at + timedelta(seconds=1), replace=True), tell)


@pytest.mark.holds("G-06")
def test_without_an_archive_the_ledger_of_the_data_that_are_replaced_is_kept_and_so_are_they(base: Path) -> None:
    home, folder = lived_through(base)
    restored = restore(home, wish(folder, replace=True), tell)
    assert restored.put_back == 1
    server = embedded.start(home)
    assert str(fetch(server.url, ENTRIES)).startswith("entry 0,entry 1,{")
    server.stop()
    (aside,) = home.glob("postgresql/data-until-*")
    assert (aside / "PG_VERSION").exists()
    assert not (home / "postgresql/restoring").exists()


def test_a_running_home_is_not_restored_into(server: EmbeddedServer, story: tuple[Path, Path]) -> None:
    with pytest.raises(StartRefused, match="Stop it first"):
        restore(server.home, wish(story[1], replace=True), tell)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A folder on a disk of its own."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=711", "tmpfs", folder]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:  # noqa: S603 - fixed words
        pytest.skip("this account may not mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S603, S607 - fixed words


def test_a_full_disk_ends_a_backup_with_nothing_left(server: EmbeddedServer, tmp_path: Path) -> None:
    with small_disk(tmp_path, 1) as folder:
        with pytest.raises(StartRefused, match="cannot be written"):
            taken(server.home, folder)
        assert list(folder.iterdir()) == []
        assert fetch(server.url, "SELECT 1") == 1


@pytest.mark.parametrize("megabytes", [16, 80])
def test_a_full_disk_ends_a_restore_with_nothing_left(story: tuple[Path, Path], base: Path, megabytes: int) -> None:
    with small_disk(base, megabytes) as folder:
        with pytest.raises(StartRefused):
            restore(folder / "home", wish(story[1]), tell)
        assert not (folder / "home/postgresql/data").exists()
        assert not (folder / "home/postgresql/restoring").exists()
