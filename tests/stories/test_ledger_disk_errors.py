"""The disk fails under checkpoints and exports: none counts as kept that is not, nothing torn is used (C-05)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.checkpoint_keys import ed25519_verify, ledger_keys, verifier_of
from api.checkpoint_places import checkpoints_in
from api.cli.export_files import write_new
from api.settings import SettingsError
from domain.ledger.checkpoints import read_checkpoint
from tests.commands import NewDaicho
from tests.failing_disks import failing_from_the_start, make_well
from tests.ledger_builders import entry
from tests.persistence.ledgers import opened
from tests.persistence.registers import query
from tests.postgres import NewDatabase
from tests.serving import with_village
from tests.stories.ledger_city import City, city_at
from tests.village import CODE

ME = "{ me { displayName } }"
KEPT = "SELECT max(size) FROM ledger_takings WHERE place LIKE '%' || $1"


@pytest.fixture
def city(new_database: NewDatabase, new_daicho: NewDaicho, tmp_path: Path) -> City:
    return city_at(new_database(with_village), tmp_path / "outside", new_daicho)


def sizes_in(file: Path, key_file: Path) -> list[int]:
    """Of the checkpoints in a file, all of them signed by the ledger's key."""
    key = verifier_of(ledger_keys(key_file, [CODE])[CODE])
    return [read_checkpoint(one, key, ed25519_verify).checkpoint.size for one in checkpoints_in(file.read_bytes())]


def kept(url: str, file: Path) -> int:
    """The size up to which this place is said to have what was signed."""
    return int(query(url, KEPT, file.name)[0][0])


AT = [("places.jsonl", "write", "ENOSPC"), ("places.jsonl", "fsync", "EIO"), ("", "fsync", "EIO")]
"""Last the folder: until that is on disk, a new file's name is not."""


@pytest.mark.holds("C-05", "M08")
@pytest.mark.parametrize(("name", "call", "error"), AT)
def test_no_checkpoint_counts_as_kept_that_the_disk_did_not_take(city: City, name: str, call: str, error: str) -> None:
    places, keys = city.folder / "places.jsonl", city.folder / "keys"
    city.do("checkpoint").must_be_done()
    before, first = places.read_bytes(), kept(city.url, places)
    struck = failing_from_the_start(city.daicho, city.folder / name, call, error).command("ledger", "checkpoint")
    assert "checkpoint_not_taken" in struck.err
    assert kept(city.url, places) == first
    assert places.read_bytes().startswith(before)
    if call == "write":
        assert places.read_bytes() == before
    city.do("checkpoint").must_be_done()
    assert kept(city.url, places) == sizes_in(places, keys)[-1] > first


@pytest.mark.holds("C-05")
def test_a_line_that_the_full_disk_cut_off_is_told_not_used_and_not_gone_on_with(city: City) -> None:
    places, keys = city.folder / "places.jsonl", city.folder / "keys"
    city.do("checkpoint").must_be_done()
    before, first = places.read_bytes(), kept(city.url, places)
    full = replace(city.daicho, under=("prlimit", f"--fsize={len(before) + 40}"))
    assert "checkpoint_not_taken" in full.command("ledger", "checkpoint").err
    assert len(places.read_bytes()) == len(before) + 40
    assert kept(city.url, places) == first
    export = city.exported("export.jsonl")
    torn, *mended = places.read_bytes()[len(before) :].splitlines()
    assert (len(torn), len(mended)) == (40, 1)
    assert sizes_in(places, keys)[0] == first
    assert kept(city.url, places) == sizes_in(places, keys)[-1]
    verified = city.verify(export, places)
    assert verified.status == 0
    assert "places.jsonl: lines cut off, not used / 途中で切れた行（不使用）： 1" in verified.err


def test_a_file_with_nothing_but_a_line_that_was_cut_off_is_refused(city: City, tmp_path: Path) -> None:
    export = city.exported("export.jsonl")
    for content in (b"", b'{"checkpoint": "city', b"\0" * 50):
        (tmp_path / "torn").write_bytes(content)
        assert "Note: no signatures under the text" in city.verify(export, tmp_path / "torn").refusal[0]


@pytest.mark.holds("C-05")
@pytest.mark.parametrize(("call", "error"), [("write", "ENOSPC"), ("fsync", "EIO")])
def test_an_export_is_whole_or_not_there(city: City, call: str, error: str) -> None:
    old, file = city.add(), city.folder / "export.jsonl"
    part = file.with_name("export.jsonl.part")
    struck = failing_from_the_start(city.daicho, part, call, error).command("ledger", "export", str(file))
    assert "cannot be written" in struck.refusal[0]
    assert not file.exists()
    assert not part.exists()
    assert city.verify(city.exported(file.name), old).status == 0


def test_an_export_that_breaks_off_leaves_nothing_and_none_is_written_over(tmp_path: Path) -> None:
    file, part = tmp_path / "export", tmp_path / "export.part"

    def broken() -> Iterator[bytes]:
        yield b"x" * 1_000_000
        raise LookupError

    with pytest.raises(LookupError):
        write_new(file, broken())
    assert list(tmp_path.iterdir()) == []
    for there in (part, file):
        there.write_bytes(b"of before")
        with pytest.raises(SettingsError, match=f"^{there.name} cannot be written: File exists$"):
            write_new(file, [b"anew"])
        assert there.read_bytes() == b"of before"
        there.unlink()
    write_new(file, [b"anew"])
    assert [one.name for one in tmp_path.iterdir()] == ["export"]


@pytest.mark.holds("C-02", "C-05", "M08")
def test_while_the_disk_takes_no_checkpoint_for_the_set_time_nothing_is_answered_and_then_it_goes_on(
    new_daicho: NewDaicho, new_database: NewDatabase
) -> None:
    url = new_database(with_village)
    daicho = new_daicho(DAICHO_DATABASE_URL=url, DAICHO_CHECKPOINT_MINUTES="1")
    places = daicho.home.with_name(f"{daicho.home.name}-checkpoints.jsonl")
    with daicho.serving("--demo") as running:
        token = running.token("tax-clerk")
        assert running.ask("tax-clerk", ME).status == 200
    before, first = places.read_bytes(), kept(url, places)
    record_two_minutes_ago(url)
    with failing_from_the_start(daicho, places, "write", "EIO").starting("--demo") as again:
        again.wait_until(lambda: again.get("/health/live").status_code == 200)
        refused = again.ask_with(token, "local_tax", ME)
        assert (refused.status, refused.codes, "data" in refused.json) == (503, ["LEDGER_UNAVAILABLE"], False)
        assert not again.is_ready()
        assert (places.read_bytes(), kept(url, places)) == (before, first)
        make_well(again.process.pid)
        again.wait_until_ready()
        assert again.ask_with(token, "local_tax", ME).status == 200
    key = Path(daicho.settings["DAICHO_CHECKPOINT_KEY_FILE"])
    assert kept(url, places) == sizes_in(places, key)[-1] > first


def record_two_minutes_ago(url: str) -> None:
    """An entry that no place outside has, of a service that ended before it could."""

    async def work() -> None:
        async with opened(url) as store:
            await store.append([entry(99, recorded_at=datetime.now(UTC) - timedelta(minutes=2))])

    asyncio.run(work())
