"""The ledger's proof with real commands: what the database's owner does to it is found by who kept a checkpoint."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from authz.desk import JAPAN
from tests.commands import DAICHO, SECONDS, Daicho, NewDaicho
from tests.postgres import NewDatabase
from tests.serving import with_village
from tests.stories.ledger_city import ORIGIN, City, city_at
from tests.village import CODE


@pytest.fixture
def city(new_database: NewDatabase, new_daicho: NewDaicho, tmp_path: Path) -> City:
    """A city's commands, and a key for its ledger."""
    return city_at(new_database(with_village), tmp_path / "outside", new_daicho)


@pytest.mark.holds("M08")
def test_what_is_exported_is_verified_without_a_database(city: City) -> None:
    old = city.add()
    export = city.exported("export.jsonl")
    assert export.stat().st_mode & 0o777 == 0o600
    (said,) = city.verify(export, old, city.folder / "places.jsonl").lines
    assert said.startswith(f"verified / 検証済み： {ORIGIN}, ")
    newest = json.loads(export.read_bytes().splitlines()[-2])
    assert (newest["path"], newest["kind"]) == ("daicho ledger export", "LEDGER_READ")
    on_ones_word = Daicho(city.folder / "elsewhere").command("ledger", "verify", str(export), "--from", str(old))
    assert on_ones_word.status == 0
    assert "you vouch for it" in on_ones_word.err
    assert "held by no checkpoint yet" in on_ones_word.out


def change(position: int) -> str:
    return f"UPDATE ledger_entries SET entry = overlay(entry placing 'x' from 20) WHERE position = {position}"  # noqa: S608 - our own numbers


SWAP = (
    "UPDATE ledger_entries SET position = 1000 WHERE position = 3",
    "UPDATE ledger_entries SET position = 3 WHERE position = 4",
    "UPDATE ledger_entries SET position = 4 WHERE position = 1000",
)
INSERT = (
    "UPDATE ledger_entries SET position = position + 1000 WHERE position >= 3",
    "UPDATE ledger_entries SET position = position - 999 WHERE position >= 1000",
    "UPDATE ledger_heads SET size = size + 1",
    "INSERT INTO ledger_entries SELECT municipality_code, 3, gen_random_uuid(), recorded_at, kind, staff_number,"
    " purpose, entry FROM ledger_entries WHERE position = 2",
)
BENDS: dict[str, tuple[tuple[str, ...], str]] = {
    "changed": ((change(3),), "entry 3: it is not the entry that was recorded"),
    "deleted": (("DELETE FROM ledger_entries WHERE position = 3",), "entry 3: it is not there"),
    "swapped": (SWAP, "entry 3: it is not there, or not in its place"),
    "inserted": (INSERT, "entry 3: another entry stands in its place a second time"),
    "cut": (("DELETE FROM ledger_entries WHERE position >= 3",), "entry 3: it is not there"),
}


@pytest.mark.holds("C-07", "C-09", "M08")
@pytest.mark.parametrize(("statements", "found"), BENDS.values(), ids=BENDS.keys())
def test_what_the_owner_of_the_database_does_to_rows_is_named(
    city: City, statements: tuple[str, ...], found: str
) -> None:
    old = city.add()
    city.execute("SET session_replication_role = replica", "DELETE FROM ledger_searches", *statements)
    english, japanese = city.verify(city.exported("bent.jsonl"), old).refusal
    assert found in english
    assert "位置3：" in japanese


@pytest.mark.holds("C-07")
def test_yesterday_s_copy_is_found_by_today_s_checkpoint(city: City) -> None:
    yesterday = city.exported("yesterday.jsonl")
    today = city.add()
    english, _ = city.verify(yesterday, today).refusal
    assert "the export ends, and the checkpoint goes on" in english


ANEW = (
    change(3),
    "DELETE FROM ledger_takings",
    "DELETE FROM ledger_checkpoints",
    "DELETE FROM ledger_nodes",
    "DELETE FROM ledger_frontiers",
)
"""Rows, tree and checkpoints replaced together: the next round signs it, because nothing inside contradicts."""


@pytest.mark.holds("C-07", "C-09")
def test_rows_tree_and_checkpoints_replaced_together_are_found_by_a_checkpoint_from_outside(city: City) -> None:
    old = city.add()
    city.execute(*ANEW)
    english, _ = city.verify(city.exported("anew.jsonl"), old).refusal
    assert "one of these entries, or more, is not what was recorded" in english


@pytest.mark.holds("C-08", "M08")
def test_an_entry_is_proved_to_who_has_nothing_but_the_proof(city: City) -> None:
    proof = city.file("proof", "prove", "--entry", "2")
    elsewhere = Daicho(city.folder / "elsewhere")
    done = elsewhere.command("ledger", "check", str(proof), "--key", city.key())
    assert done.entries[0]["position"] == 2
    assert "recorded / 記録されています： position / 位置 2" in done.err
    for old, new in ((b"index 2", b"index 3"), (b"\nextra eyJ", b"\nextra eyK"), (b"\n\ncity", b"\n\ntown")):
        bent = city.folder / "bent"
        bent.write_bytes(proof.read_bytes().replace(old, new, 1))
        assert elsewhere.command("ledger", "check", str(bent), "--key", city.key()).refusal
    assert city.do("prove", "--entry", "100000").refusal


@pytest.mark.holds("C-08")
def test_one_checkpoint_continues_another_or_does_not(city: City) -> None:
    old, new = city.add(), city.file("new", "checkpoint")
    assert "continues" in city.do("consistency", str(old), str(new)).err
    assert city.do("consistency", str(new), str(old)).refusal
    city.execute(*ANEW)
    english, japanese = city.do("consistency", str(old), str(city.add())).refusal
    assert "ConsistencyProof" in english
    assert "証明が成り立ちません" in japanese


@contextmanager
def witnessing(city: City, *more: str) -> Iterator[str]:
    """A witness of the city's ledger, in a process of its own."""
    words = ["--key-file", str(city.folder / "witness.key"), "--state", str(city.folder / "state"), *more]
    command = [DAICHO, "ledger", "witness", *words, "--ledger", city.key(), "--port", "0"]
    environment = Daicho(city.folder / "none").environment
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        timer = threading.Timer(SECONDS, process.kill)
        timer.start()
        try:
            assert process.stdout
            yield process.stdout.readline().decode().split()[-1]
        finally:
            timer.cancel()
            process.send_signal(signal.SIGTERM)


@pytest.mark.holds("C-07", "M08")
def test_a_witness_signs_what_goes_on_and_refuses_what_was_replaced_together(city: City) -> None:
    (key,) = city.do("keys", "make", str(city.folder / "witness.key"), "witness.example", "--witness").lines
    for begin in (("--begin",), ()):  # the second one is the same, started again
        with witnessing(city, *begin) as url:
            seen = replace(city, daicho=with_settings(city.daicho, DAICHO_CHECKPOINT_TO=f"{url}#{key}"))
            assert "— witness.example " in seen.do("checkpoint").out
    with witnessing(city) as url:
        settings = {"DAICHO_CHECKPOINT_TO": f"{url}#{key}"}
        city.execute(*ANEW)
        done = replace(city, daicho=with_settings(city.daicho, **settings)).do("checkpoint")
        assert "— witness.example " not in done.out
        assert "checkpoint_not_taken" in done.err + done.out


def with_settings(daicho: Daicho, **settings: str) -> Daicho:
    return Daicho(daicho.home, {**daicho.settings, **settings})


@pytest.mark.holds("C-17")
def test_what_is_deleted_in_time_leaves_a_signed_record_and_all_else_verified(city: City) -> None:
    old = city.add()
    today = datetime.now(JAPAN).date()
    long_ago = today - timedelta(days=8 * 366)
    for kept in (today + timedelta(days=2), today, today - timedelta(days=6 * 365)):
        assert "DAICHO_LEDGER_YEARS" in city.do("delete", "--before", kept.isoformat()).refusal[0]
    assert city.do("delete", "--before", (today - timedelta(days=150 * 365)).isoformat()).lines[0].startswith("0 ")
    city.execute(earlier(4, datetime.now(UTC) - timedelta(days=8 * 366 + 1)))
    (said,) = city.do("delete", "--before", long_ago.isoformat()).lines
    assert said.startswith("4 entries deleted")
    export = city.exported("export.jsonl")
    assert b'{"deleted":4}' in export.read_bytes()
    assert "entry 0: it is not there" in city.verify(export, old).refusal[0]
    record = city.file("deletion", "deletion")
    words = ("ledger", "verify", str(export), "--from", str(old), "--deletion", str(record), "--key", city.key())
    told = Daicho(city.folder / "elsewhere").command(*words).lines
    assert told[-1].endswith("保存期間満了により削除： 4")
    assert any(f"{long_ago} より前に記録され、{today} に削除" in line for line in told)
    record.write_text(record.read_text().replace("\n4\n", "\n9\n"))
    assert Daicho(city.folder / "elsewhere").command(*words).refusal


def earlier(count: int, at: datetime) -> str:
    """The owner makes entries look older than they are, by the id that the day is found by: the test cannot wait."""
    first = f"{int(at.timestamp() * 1000):012x}"
    place = f"'{first[:8]}-{first[8:]}-7000-8000-00000000000' || position"
    return f"UPDATE ledger_entries SET id = ({place})::uuid WHERE position < {count}"  # noqa: S608 - our own numbers


def test_who_has_no_grant_exports_nothing(city: City) -> None:
    listed: list[dict[str, Any]] = city.daicho.command("grants", "list").entries
    for one in listed:
        if one["staff_number"].startswith("os:") and one["purpose"] == "ledger_review" and not one["ended_at"]:
            city.daicho.command("grants", "end", one["id"]).must_be_done()
    assert "not granted" in city.do("export", str(city.folder / "none")).refusal[0]
    assert "not granted" in city.do("prove", "--entry", "0").refusal[0]
    assert not (city.folder / "none").exists()


def test_keys_are_made_for_each_municipality_and_never_twice(city: City) -> None:
    file = str(city.folder / "more-keys")
    (made,) = city.do("keys", "make", file, "town.example").lines
    assert made.startswith(f"town.example/{CODE}+")
    assert city.do("keys", "make", file, "town.example").refusal
    assert city.do("keys", "show", file).lines == [made]


@pytest.mark.parametrize("setting", ["DAICHO_CHECKPOINT_KEY_FILE", "DAICHO_CHECKPOINT_TO"])
def test_without_a_key_or_a_place_nobody_serves(city: City, setting: str) -> None:
    issuer = {"DAICHO_OIDC_ISSUER": "https://issuer.example", "DAICHO_OIDC_AUDIENCE": "urn:city:register"}
    english, japanese = with_settings(city.daicho, **issuer, **{setting: ""}).command("serve").refusal
    assert english == f"missing setting: {setting}"
    assert setting in japanese
