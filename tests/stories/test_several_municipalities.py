"""A server that holds two municipalities: each command works for the one that is named, and in no other's ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from api.checkpoint_keys import ledger_keys, own_ledger_keys, verifier_of
from api.cli.main import main
from api.cli.system_caller import user_name
from authz.policy import POLICY_FILE
from tests.commands import Daicho, NewDaicho
from tests.logins import CODES, OTHER_CITY, logins_at
from tests.postgres import NewDatabase
from tests.serving import with_village
from tests.village import CODE

FOR_ALL = {
    "serve", "migrate", "token", "status", "backup", "restore", "self-check", "jobs run", "jobs list", "keys make",
    "keys status", "keys rotate", "keys rewrap", "codes status", "certifiers list", "ledger verify", "ledger check",
    "ledger witness", "ledger keys make", "ledger keys show", "policy check", "policy test", "policy matrix",
    "policy explain", "policy diff",
}  # fmt: skip
"""What works for all municipalities of a server, or asks no store."""
DAYS = ("--from", "2026-11-01", "--to", "2026-11-30")
REPLAY = ("policy", "replay", "--since", "2026-04-01", str(POLICY_FILE))
SOME = [
    ("ledger", "tail", "--json"),
    ("ledger", "export", "not-there"),
    REPLAY,
    ("grants", "who", "--item", "full_name", "--on", "2026-04-01"),
    ("terminals", "add", "--terminal", "T-1", "--place", "窓口"),
]


@pytest.fixture
def cities(new_daicho: NewDaicho, new_database: NewDatabase, tmp_path: Path) -> Daicho:
    """The command on a server with the village and another city, of which nothing is there yet."""
    url = new_database(with_village)
    for name, content in (("ledger.key", b"k" * 32), ("roles.json", logins_at(url).written())):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_bytes(content)
    own_ledger_keys(tmp_path / "keys", CODES)
    return new_daicho(
        DAICHO_DATABASE_URL=url,
        DAICHO_MUNICIPALITIES=",".join(CODES),
        DAICHO_DATABASE_ROLES_FILE=str(tmp_path / "roles.json"),
        DAICHO_LEDGER_KEY_FILE=str(tmp_path / "ledger.key"),
        DAICHO_CHECKPOINT_KEY_FILE=str(tmp_path / "keys"),
        DAICHO_CHECKPOINT_TO=(tmp_path / "places.jsonl").as_uri(),
    )


def commands(group: click.Group, *before: str) -> Iterator[tuple[str, click.Command]]:
    """All that there are, by their words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield " ".join((*before, name)), command


def test_every_command_lets_one_name_the_municipality_or_works_for_all() -> None:
    options = {words: {name for one in command.params for name in one.opts} for words, command in commands(main)}
    assert {words for words, names in options.items() if "--municipality" not in names} == FOR_ALL


@pytest.mark.holds("M08")
def test_where_there_are_several_none_is_guessed_and_the_refusal_names_them(cities: Daicho) -> None:
    for words in SOME:
        english, japanese = cities.command(*words).refusal
        assert english == f"Name one of the municipalities of this server with --municipality: {', '.join(CODES)}."
        assert japanese.endswith(f"--municipality で指定してください：{', '.join(CODES)}")
    (newest,) = cities.command("ledger", "tail", "--json", "-n", "1", "--municipality", CODE).entries
    assert (newest["kind"], newest["code"], newest["path"]) == ("REFUSAL", "INVALID_INPUT", "daicho terminals add")
    unknown = cities.command("ledger", "tail", "--json", "--municipality", "990078846887").refusal
    assert CODES[0] in unknown[0]
    assert "990078846887" not in "".join(unknown)


@pytest.mark.holds("M08", "M09")
def test_each_command_of_the_ledger_works_in_the_one_that_is_named(cities: Daicho, tmp_path: Path) -> None:
    there = ("--municipality", OTHER_CITY)
    assert "not granted" in cities.command("ledger", "tail", "--json", *there).refusal[0]
    grant = ("--staff-number", user_name(), "--department", "コマンド操作", "--purpose", "ledger_review")
    cities.command("grants", "add", *grant, *there).must_be_done()
    entries = cities.command("ledger", "tail", "--json", *there).entries
    assert [(one["municipality_code"], one["path"], one["code"]) for one in entries] == [
        (OTHER_CITY, "daicho ledger tail", "PURPOSE_NOT_GRANTED"),
        (OTHER_CITY, "daicho grants add", None),
    ]
    export, old, new = (tmp_path / name for name in ("export", "old", "new"))
    old.write_text(cities.command("ledger", "checkpoint", *there).out)
    cities.command("ledger", "export", str(export), *there).must_be_done()
    new.write_text(cities.command("ledger", "checkpoint", *there).out)
    key = str(verifier_of(ledger_keys(tmp_path / "keys", CODES)[OTHER_CITY]))
    verified = Daicho(tmp_path / "away").command("ledger", "verify", str(export), "--from", str(old), "--key", key)
    assert f"/{OTHER_CITY}, " in verified.lines[0]
    proof = cities.command("ledger", "prove", "--entry", "1", *there).out
    assert f"/{OTHER_CITY}\n" in proof
    assert "continues" in cities.command("ledger", "consistency", str(old), str(new), *there).err
    for words in (("ledger", "report", "numbers", *DAYS), ("grants", "list"), REPLAY):
        cities.command(*words, *there).must_be_done()
