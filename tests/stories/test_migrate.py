"""`daicho migrate`: tables and logins; what it writes down is all that the service is told of the database."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from persistence.logins import Login, Logins
from tests.commands import NewDaicho
from tests.persistence.registers import query
from tests.postgres import NewDatabase

ANOTHER = "012050"
"""A municipality of its own: the roles of the tests' server stay as they are."""


def roles_of(home: Path) -> Path:
    return home / "database-roles.json"


@pytest.mark.holds("M29")
def test_it_writes_the_logins_where_only_its_user_reads_them_and_once(
    new_daicho: NewDaicho, new_database: NewDatabase
) -> None:
    url = new_database()
    daicho = new_daicho(DAICHO_DATABASE_URL=url, DAICHO_DATABASE_ROLES_FILE="", DAICHO_MUNICIPALITIES=ANOTHER)
    daicho.command("migrate").must_be_done()
    file = roles_of(daicho.home)
    first = file.read_bytes()
    daicho.command("migrate").must_be_done()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() == first
    logins = Logins.parse(first)
    for login in Login:
        assert query(logins.url(ANOTHER, login), "SELECT current_user::text") == [(logins.name(ANOTHER, login),)]


def test_two_that_migrate_at_once_agree_on_the_logins(new_daicho: NewDaicho, new_database: NewDatabase) -> None:
    daicho = new_daicho(
        DAICHO_DATABASE_URL=new_database(), DAICHO_DATABASE_ROLES_FILE="", DAICHO_MUNICIPALITIES=ANOTHER
    )
    daicho.home.mkdir(mode=0o700)
    with ThreadPoolExecutor(2) as both:
        for done in both.map(lambda _: daicho.command("migrate"), range(2)):
            done.must_be_done()
    logins = Logins.parse(roles_of(daicho.home).read_bytes())
    assert query(logins.url(ANOTHER, Login.READER), "SELECT count(*) FROM residents") == [(0,)]


def test_logins_that_somebody_gives_are_made_under_their_names(
    new_daicho: NewDaicho, new_database: NewDatabase, tmp_path: Path
) -> None:
    url, file = new_database(), tmp_path / "roles.json"
    own = {login: url.replace("//postgres:", f"//given_{login}:own-") for login in Login}
    file.touch(mode=0o600)
    file.write_text(json.dumps({ANOTHER: own}))
    given = {"DAICHO_DATABASE_ROLES_FILE": str(file), "DAICHO_MUNICIPALITIES": ANOTHER}
    new_daicho(DAICHO_DATABASE_URL=url, **given).command("migrate").must_be_done()

    assert query(own[Login.READER], "SELECT current_user::text") == [("given_reader",)]


def test_a_file_that_others_may_read_is_refused_by_the_name_of_its_setting(
    new_daicho: NewDaicho, new_database: NewDatabase, tmp_path: Path
) -> None:
    file = tmp_path / "roles.json"
    file.write_text("{}")
    file.chmod(0o644)
    daicho = new_daicho(DAICHO_DATABASE_URL=new_database(), DAICHO_DATABASE_ROLES_FILE=str(file))
    english, japanese = daicho.command("migrate").refusal
    assert english == "DAICHO_DATABASE_ROLES_FILE: others may read it (chmod 600)"
    assert "chmod 600" in japanese


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("grants", "list")])
def test_without_logins_nothing_is_served(new_daicho: NewDaicho, tmp_path: Path, words: tuple[str, ...]) -> None:
    key = tmp_path / "ledger.key"
    key.touch(mode=0o600)
    key.write_bytes(b"k" * 32)
    complete = {
        "DAICHO_DATABASE_URL": "postgresql://nobody:hidden-word@127.0.0.1:1/nothing",
        "DAICHO_DATABASE_ROLES_FILE": str(tmp_path / "none.json"),
        "DAICHO_MUNICIPALITIES": ANOTHER,
        "DAICHO_LEDGER_KEY_FILE": str(key),
        "DAICHO_OIDC_ISSUER": "https://issuer.example",
        "DAICHO_OIDC_AUDIENCE": "urn:city:register",
    }
    english, japanese = new_daicho(**complete).command(*words).refusal
    assert english == f"DAICHO_DATABASE_ROLES_FILE: no logins for {ANOTHER} (daicho migrate)"
    assert ANOTHER in japanese


def test_tables_are_not_made_without_their_owner(new_daicho: NewDaicho, tmp_path: Path) -> None:
    english, _ = new_daicho(DAICHO_DATABASE_ROLES_FILE=str(tmp_path / "none.json")).command("migrate").refusal
    assert english == "missing setting: DAICHO_DATABASE_URL"
