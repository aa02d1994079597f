"""What does not start says which setting, in two languages, and does nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.commands import Daicho, NewDaicho, Running
from tests.logins import migrated
from tests.postgres import NewDatabase, execute
from tests.serving import with_village

NOWHERE = "postgresql://nobody:hidden-word@127.0.0.1:1/nothing"


@pytest.mark.parametrize("host", ["0.0.0.0", "daicho.example"])  # noqa: S104 - what must be refused
def test_the_demonstration_is_refused_anywhere_but_on_a_loopback_address(new_daicho: NewDaicho, host: str) -> None:
    daicho = new_daicho()
    english, japanese = daicho.command("serve", "--demo", "--host", host).refusal
    assert "loopback" in english
    assert "ループバック" in japanese
    assert not daicho.home.exists()


@pytest.mark.parametrize("words", [("serve", "--demo"), ("migrate",), ("token", "--as", "reviewer")])
def test_an_unknown_setting_stops_every_command_by_its_name(new_daicho: NewDaicho, words: tuple[str, ...]) -> None:
    english, japanese = new_daicho(DAICHO_DATABSE_URL="hidden-word").command(*words).refusal
    assert english == "unknown setting: DAICHO_DATABSE_URL"
    assert japanese == "不明な設定です：DAICHO_DATABSE_URL"


COMPLETE = {
    "DAICHO_MUNICIPALITIES": "012131",
    "DAICHO_OIDC_ISSUER": "https://issuer.example",
    "DAICHO_OIDC_AUDIENCE": "urn:city:register",
}


@pytest.mark.parametrize("missing", ["DAICHO_OIDC_ISSUER", "DAICHO_LEDGER_KEY_FILE"])
def test_a_missing_setting_stops_the_service_by_its_name(new_daicho: NewDaicho, missing: str) -> None:
    given = {name: value for name, value in COMPLETE.items() if name != missing}
    english, japanese = new_daicho(**given).command("serve").refusal
    assert english == f"missing setting: {missing}"
    assert japanese == f"設定がありません：{missing}"


def test_a_wrong_setting_stops_the_service_by_its_name_and_is_not_repeated(new_daicho: NewDaicho) -> None:
    wrong = {"DAICHO_LEDGER_KEY_FILE": "/nonexistent/hidden-word"}
    english, japanese = new_daicho(**COMPLETE, **wrong).command("serve").refusal
    assert english.startswith("DAICHO_LEDGER_KEY_FILE: ")
    assert "hidden-word" not in english + japanese


@pytest.mark.holds("E-01")
def test_a_policy_that_is_not_there_stops_the_service(new_daicho: NewDaicho, tmp_path: Path) -> None:
    daicho = new_daicho(DAICHO_POLICY_FILE=str(tmp_path / "none.polar"))
    english, _ = daicho.command("serve", "--demo", "--port", "0").refusal
    assert "none.polar" in english


def test_there_is_no_token_where_there_is_no_demonstration(new_daicho: NewDaicho) -> None:
    english, japanese = new_daicho(**COMPLETE).command("token", "--as", "tax-clerk").refusal
    assert "no demonstration" in english
    assert "デモはありません" in japanese


def test_a_demonstrations_home_serves_nothing_else(demonstration: Running) -> None:
    real = Daicho(demonstration.daicho.home, COMPLETE)
    english, japanese = real.command("serve").refusal
    assert "holds a demonstration" in english
    assert "デモ用です" in japanese


@pytest.mark.holds("C-03")
def test_a_database_without_the_newest_tables_is_not_served(new_daicho: NewDaicho, new_database: NewDatabase) -> None:
    new_database(migrated)  # so that the server knows its logins
    english, japanese = with_store(new_daicho, new_database()).command("serve", "--port", "0").refusal
    assert english.endswith("Run: daicho migrate")
    assert "daicho migrate" in japanese


@pytest.mark.parametrize("words", [("serve", "--port", "0"), ("migrate",), ("grants", "list")])
def test_a_database_out_of_reach_is_told_without_its_address(new_daicho: NewDaicho, words: tuple[str, ...]) -> None:
    english, japanese = with_store(new_daicho, NOWHERE).command(*words).refusal
    assert "cannot be reached" in english
    assert "接続できません" in japanese
    assert "hidden-word" not in english + japanese


def test_migrate_needs_nothing_but_the_database_and_may_be_repeated(
    new_daicho: NewDaicho, new_database: NewDatabase
) -> None:
    url = new_database()
    for _ in range(2):
        done = new_daicho(DAICHO_DATABASE_URL=url).command("migrate")
        assert (done.status, done.out, done.err) == (0, "", "")
    assert with_store(new_daicho, url).command("terminals", "list").entries == []


def test_the_demonstration_keeps_away_from_a_register_that_is_not_its_own(
    new_daicho: NewDaicho, new_database: NewDatabase
) -> None:
    daicho = new_daicho(DAICHO_DATABASE_URL=new_database(with_residents_only))
    english, japanese = daicho.command("serve", "--demo", "--port", "0").refusal
    assert "not the demonstration's" in english
    assert "デモ以外の住民" in japanese
    assert daicho.command("token", "--as", "tax-clerk").status == 1


def with_residents_only(url: str) -> None:
    """Prepare a database that holds a village and nothing of the demonstration."""
    with_village(url)
    asyncio.run(execute(url, "DELETE FROM terminals"))


def with_store(new_daicho: NewDaicho, url: str) -> Daicho:
    """A city's own service on this database."""
    daicho = new_daicho(DAICHO_DATABASE_URL=url, **COMPLETE)
    key = daicho.home.with_name(f"{daicho.home.name}.key")
    key.touch(mode=0o600)
    key.write_bytes(b"k" * 32)
    return Daicho(daicho.home, {**daicho.settings, "DAICHO_LEDGER_KEY_FILE": str(key)})


@pytest.mark.parametrize("words", [("backup", "backups"), ("restore", "backups")])
def test_a_database_of_ones_own_is_backed_up_and_restored_by_its_own_means(
    new_daicho: NewDaicho, words: tuple[str, str]
) -> None:
    daicho = new_daicho(**COMPLETE, DAICHO_DATABASE_URL=NOWHERE)
    english, japanese = daicho.command(*words).refusal
    assert "backed up with its own means" in english
    assert "バックアップしてください" in japanese
