"""`daicho keys` in real processes: made, looked at, rotated beside the service, killed, and encrypted anew."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.commands import DAICHO, Daicho, NewDaicho, Running
from tests.postgres import NewDatabase
from tests.serving import with_village
from tests.village import CODE, NUMBERS

BY_NUMBER = "query ($n: String!) { resident(by: {individualNumber: $n}) { individualNumber } }"
ROWS = len(NUMBERS) + 1
"""Of the village's vault: one of the villagers has had two numbers."""
LOCK_ONE = """SELECT FROM individual_numbers WHERE (addressee_number, number_version) = (SELECT addressee_number,
    number_version FROM individual_numbers ORDER BY addressee_number, number_version OFFSET $1 LIMIT 1) FOR UPDATE"""
SEALED = """SELECT count(*) FROM individual_numbers WHERE key_id <> (SELECT key_id FROM individual_numbers
    ORDER BY addressee_number DESC, number_version DESC LIMIT 1)"""
"""Anew: the last row is not."""
SOMEBODY = '{ resident(by: {addresseeNumber: "0000000019"}) { individualNumber } }'


def a_number(demonstration: Running) -> str:
    """Somebody's Individual Number, as the tax clerk reads it."""
    return str(demonstration.ask("tax-clerk", SOMEBODY).data["resident"]["individualNumber"])


def keys_of(daicho: Daicho) -> list[dict[str, Any]]:
    """The keys of the one municipality, as `daicho keys status --json` prints them."""
    (told,) = daicho.command("keys", "status", "--json").entries
    keys: list[dict[str, Any]] = told["keys"]
    return keys


def rows(daicho: Daicho, *, primary: bool) -> int:
    """How many numbers are under the key in use, or under older ones."""
    return sum(key["rows"] for key in keys_of(daicho) if key["keyset"] == "number" and key["primary"] is primary)


@pytest.fixture
def city(new_daicho: NewDaicho, new_database: NewDatabase) -> Daicho:
    """A city's own commands, on a database with the village."""
    daicho = new_daicho(DAICHO_DATABASE_URL=new_database(with_village), DAICHO_MUNICIPALITIES=CODE)
    ledger_key = daicho.home.with_name("ledger.key")
    ledger_key.touch(mode=0o600)
    ledger_key.write_bytes(b"k" * 32)
    return with_settings(daicho, DAICHO_LEDGER_KEY_FILE=str(ledger_key))


def with_settings(daicho: Daicho, **settings: str) -> Daicho:
    """The same with other settings."""
    return Daicho(daicho.home, {**daicho.settings, **settings})


@contextmanager
def rotating(daicho: Daicho, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`daicho keys rotate` in a process that is killed when the block ends."""
    command = [DAICHO, "keys", "rotate", *words]
    with subprocess.Popen(command, env=daicho.environment, stdout=-1, stderr=-1) as process:  # noqa: S603 - our own
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.holds("G-13")
def test_a_key_is_made_for_its_owner_alone_and_never_twice(new_daicho: NewDaicho, tmp_path: Path) -> None:
    daicho, file = new_daicho(), tmp_path / "number-key.json"
    done = daicho.command("keys", "make", str(file))
    assert (done.status, done.out, done.err) == (0, "", "")
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    english, japanese = daicho.command("keys", "make", str(file)).refusal
    assert "never overwritten" in english
    assert "上書きしません" in japanese
    assert file.read_bytes() == before
    assert not daicho.home.exists()


@pytest.mark.holds("G-02", "G-13")
@pytest.mark.parametrize("words", [("terminals", "list"), ("keys", "rotate")])
def test_nothing_works_with_another_key_and_nothing_is_changed(city: Daicho, tmp_path: Path, words: Any) -> None:
    before = keys_of(city)
    other = tmp_path / "other.json"
    city.command("keys", "make", str(other)).must_be_done()
    english, japanese = with_settings(city, DAICHO_KEY_FILE=str(other)).command(*words).refusal
    assert english.startswith(f"The keys of the Individual Numbers of {CODE}")
    assert "鍵ファイルを指定してください" in japanese
    other.chmod(0o644)
    english, _ = with_settings(city, DAICHO_KEY_FILE=str(other)).command(*words).refusal
    assert english.startswith("DAICHO_KEY_FILE: others may read it")
    english, _ = with_settings(city, DAICHO_KEY_FILE="").command(*words).refusal
    assert english == "missing setting: DAICHO_KEY_FILE"
    assert keys_of(city) == before


def test_status_tells_keys_and_counts_and_nothing_secret(demonstration: Running) -> None:
    (told,) = demonstration.command("keys", "status", "--json").entries
    assert set(told) == {"municipality_code", "generation", "keys"}
    assert {key["keyset"] for key in told["keys"]} == {"number", "index"}
    assert {frozenset(key) for key in told["keys"]} == {frozenset({"keyset", "id", "status", "primary", "rows"})}
    table = demonstration.command("keys", "status").out
    assert all(str(key["id"]) in table and str(key["rows"]) in table for key in told["keys"])
    entry = demonstration.ledger()[-2]
    assert (entry["kind"], entry["path"], entry["purpose"]) == ("JOB", "daicho keys status", "operation")


@pytest.mark.holds("G-03", "G-04")
def test_keys_are_rotated_beside_the_service_and_the_ledger_has_the_count(demonstration: Running) -> None:
    number, before = a_number(demonstration), keys_of(demonstration.daicho)
    done = demonstration.command("keys", "rotate")
    assert demonstration.ask("tax-clerk", BY_NUMBER, {"n": number}).data["resident"] == {"individualNumber": number}
    after = keys_of(demonstration.daicho)
    assert {key["id"] for key in after}.isdisjoint(key["id"] for key in before)
    assert [key["rows"] for key in after] == [key["rows"] for key in before]
    jobs = [entry for entry in demonstration.ledger() if entry["path"] == "daicho keys rotate"]
    assert [(entry["kind"], entry["result_count"]) for entry in jobs[-2:]] == [("JOB", None), ("JOB", after[0]["rows"])]
    assert all(entry["groups"] == [] for entry in jobs)
    assert number not in done.out + done.err + json.dumps(jobs)


def kill_a_rotation_after(daicho: Daicho, sealed: int) -> None:
    """Rotate one row at a time; the next one is locked, so that the process waits there to be killed."""

    async def work() -> None:
        connection = await asyncpg.connect(daicho.settings["DAICHO_DATABASE_URL"])
        try:
            async with asyncio.timeout(60), connection.transaction():
                await connection.execute(LOCK_ONE, sealed)
                with rotating(daicho, "--batch", "1"):
                    while await connection.fetchval(SEALED) < sealed:  # noqa: ASYNC110 - it is another process
                        await asyncio.sleep(0.02)
        finally:
            await connection.close()

    asyncio.run(work())


@pytest.mark.holds("G-03")
def test_a_rotation_killed_twice_ends_with_no_row_under_an_old_key(city: Daicho) -> None:
    for sealed in (3, 7):
        kill_a_rotation_after(city, sealed)
    assert (rows(city, primary=True), rows(city, primary=False)) == (7, 3)
    assert "3 sealed anew" in city.command("keys", "rotate").out
    assert [(key["primary"], key["rows"]) for key in keys_of(city)] == [(True, ROWS)] * 2


@pytest.mark.holds("G-02", "G-05")
def test_the_key_file_is_changed_for_a_new_one_and_the_old_one_opens_nothing_more(city: Daicho, tmp_path: Path) -> None:
    old, new = city.settings["DAICHO_KEY_FILE"], tmp_path / "new.json"
    before = keys_of(city)
    city.command("keys", "make", str(new)).must_be_done()
    renewed = with_settings(city, DAICHO_KEY_FILE=str(new))
    for _ in range(2):  # it may be repeated
        assert "Start the services again" in renewed.command("keys", "rewrap", "--old", old).lines[0]
    assert keys_of(renewed) == before
    assert city.command("keys", "status").refusal
    renewed.command("keys", "rotate").must_be_done()
    assert rows(renewed, primary=True) == ROWS
    english, _ = renewed.command("keys", "rewrap", "--old", str(tmp_path / "none")).refusal
    assert english == "--old: cannot be read: No such file or directory"


@pytest.mark.holds("D-05")
@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="only Linux tells the limits of another process")
def test_the_command_that_holds_the_keys_shows_none_and_leaves_no_core_dump(demonstration: Running) -> None:
    home = demonstration.daicho.home
    (key,) = json.loads((home / "number-key.json").read_text("ascii"))["key"]
    with rotating(demonstration.daicho, "--batch", "1") as process:
        proc, until = Path(f"/proc/{process.pid}"), time.monotonic() + 60
        while not core_limit(proc).startswith("0 0") and time.monotonic() < until:
            time.sleep(0.01)
        assert core_limit(proc).startswith("0 0")
        shown = (proc / "environ").read_bytes() + (proc / "cmdline").read_bytes()
    assert b"rotate" in shown
    assert key["keyData"]["value"].encode() not in shown
    demonstration.command("keys", "rotate").must_be_done()


def core_limit(proc: Path) -> str:
    """The limits of core dumps, soft and hard."""
    (line,) = (line for line in (proc / "limits").read_text("ascii").splitlines() if "core file" in line)
    return " ".join(line.removeprefix("Max core file size").split())
