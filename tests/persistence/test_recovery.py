"""Recovering from an archive that is not as it should be: refused, with nothing left behind."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from persistence import embedded
from persistence.archive import SEALED, Archive
from persistence.backups import new_name, take
from persistence.home import StartRefused
from persistence.recovery import Wish, restore
from tests.keys import NUMBER_KEY
from tests.persistence.conftest import passable_folder
from tests.persistence.embedded_servers import run
from tests.persistence.test_backups import tell

SWITCH = "SELECT pg_logical_emit_message(false, 'test', 'something'), pg_switch_wal()"


@pytest.fixture(scope="module")
def lost() -> Iterator[Path]:
    """A folder with a backup and an archive that goes on for three segments; the home is lost."""
    with passable_folder() as folder:
        archive = Archive(folder / "archive", NUMBER_KEY)
        server = embedded.start(folder / "home", archive)
        asyncio.run(take(server.home, folder / "backups", new_name(datetime.now(UTC)), NUMBER_KEY))
        run(server.url, SWITCH, SWITCH, SWITCH)
        server.stop()
        yield folder


def segments(archive: Path) -> list[Path]:
    """The sealed segments, oldest first."""
    return sorted(each for each in archive.rglob(f"*{SEALED}") if len(each.name) == 24 + len(SEALED))


def refused(lost: Path, archive: Path, reason: str, point: datetime | None = None) -> None:
    home = lost / "restored"
    with pytest.raises(StartRefused, match=reason):
        restore(home, Wish(lost / "backups", NUMBER_KEY, Archive(archive, NUMBER_KEY), point, replace=False), tell)
    assert not (home / "postgresql/data").exists()
    assert not (home / "postgresql/restoring").exists()


def test_a_gap_in_the_archive_is_refused(lost: Path, tmp_path: Path) -> None:
    archive = shutil.copytree(lost / "archive", tmp_path / "archive")
    segments(archive)[-2].unlink()
    refused(lost, archive, "has a gap: 1 segments")


def test_a_segment_that_was_changed_is_refused(lost: Path, tmp_path: Path) -> None:
    archive = shutil.copytree(lost / "archive", tmp_path / "archive")
    content = segments(archive)[-2].read_bytes()
    segments(archive)[-2].write_bytes(content[:-20] + bytes(20))
    refused(lost, archive, "did not recover")


def test_a_segment_in_the_place_of_another_is_refused(lost: Path, tmp_path: Path) -> None:
    archive = shutil.copytree(lost / "archive", tmp_path / "archive")
    shutil.copy(segments(archive)[-3], segments(archive)[-2])
    refused(lost, archive, "did not recover")


def test_a_time_after_the_end_of_the_archive_is_refused(lost: Path) -> None:
    refused(lost, lost / "archive", "ends before that time", datetime(2999, 1, 1, tzinfo=UTC))
