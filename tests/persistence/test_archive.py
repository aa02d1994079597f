"""The archive: segments sealed once, never replaced, and its gaps seen."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from persistence import embedded
from persistence.archive import DRAIN_SECONDS, SEGMENT_SECONDS, Archive, drain, segment_number, system_of
from persistence.embedded import EmbeddedServer
from persistence.home import StartRefused
from tests.keys import NUMBER_KEY
from tests.persistence.embedded_servers import fetch, run

SYSTEM = "7000000000000000001"
FIRST = "000000010000000000000001"


def name_of(number: int, timeline: int = 1) -> str:
    return f"{timeline:08X}{number // 256:08X}{number % 256:08X}"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive", NUMBER_KEY)


def spooled(folder: Path, *names: str) -> Path:
    """A spool with segments that hold their own names, and what the server has not finished."""
    spool = folder / "spool"
    spool.mkdir(exist_ok=True)
    for name in names:
        (spool / name).write_text(name)
    (spool / f".{FIRST}").write_text("half a segm")
    return spool


def test_what_lies_in_the_spool_comes_into_the_archive_and_is_taken_away(tmp_path: Path, archive: Archive) -> None:
    spool = spooled(tmp_path, FIRST, "00000002.history")

    drain(archive, SYSTEM, spool)

    assert [each.name for each in spool.iterdir() if not each.name.startswith(".")] == []
    assert archive.fetch(SYSTEM, FIRST, tmp_path / "segment")
    assert (tmp_path / "segment").read_text() == FIRST
    assert not archive.fetch(SYSTEM, name_of(9), tmp_path / "segment")
    assert not archive.fetch("another system", FIRST, tmp_path / "segment")


def test_a_segment_that_comes_again_is_taken_only_if_it_is_the_same(tmp_path: Path, archive: Archive) -> None:
    drain(archive, SYSTEM, spooled(tmp_path, FIRST))
    drain(archive, SYSTEM, spooled(tmp_path, FIRST))
    (spool := spooled(tmp_path, FIRST)).joinpath(FIRST).write_text("of another server")

    with pytest.raises(StartRefused, match="two servers"):
        drain(archive, SYSTEM, spool)

    assert archive.fetch(SYSTEM, FIRST, tmp_path / "segment")
    assert (tmp_path / "segment").read_text() == FIRST
    assert (spool / FIRST).exists()


def test_gaps_are_told_from_a_segment_on_and_within_a_timeline(tmp_path: Path, archive: Archive) -> None:
    assert archive.missing(SYSTEM, 3) == []
    drain(archive, SYSTEM, spooled(tmp_path, *map(name_of, (1, 2, 5, 255, 256)), "00000002.history"))
    assert archive.missing(SYSTEM, 1) == [3, 4, *range(6, 255)]
    assert archive.missing(SYSTEM, 255) == []
    drain(archive, SYSTEM, spooled(tmp_path, name_of(255, timeline=2), name_of(257, timeline=2)))
    assert archive.missing(SYSTEM, 255) == [256]


def test_only_whole_segments_have_a_number() -> None:
    assert segment_number(FIRST) == 1
    assert segment_number(name_of(257)) == 257
    assert [segment_number(name) for name in (f"{FIRST}.partial", "00000002.history", ".lock")] == [None] * 3


def test_the_server_closes_a_segment_soon_enough_that_less_than_a_minute_is_lost(shared: EmbeddedServer) -> None:
    assert fetch(shared.url, "SHOW archive_mode") == "on"
    assert fetch(shared.url, "SHOW archive_timeout") == f"{SEGMENT_SECONDS}s"
    assert SEGMENT_SECONDS + DRAIN_SECONDS < 60


def test_what_is_written_comes_into_the_archive_while_the_server_runs(base: Path, archive: Archive) -> None:
    server = embedded.start(base / "home", archive)
    name = str(fetch(server.url, "SELECT pg_walfile_name(pg_current_wal_lsn())"))
    run(server.url, "CREATE TABLE something ()", "SELECT pg_switch_wal()")
    until = time.monotonic() + 30
    while not archive.fetch(system_of(base / "home/postgresql/data"), name, base / "segment"):
        assert time.monotonic() < until
        time.sleep(0.05)
    server.stop()
    assert (base / "segment").stat().st_size == 16 << 20
