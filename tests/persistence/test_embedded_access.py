"""Who gets into the embedded PostgreSQL: this account and root, and nobody else, by any setting."""

from __future__ import annotations

import asyncio
import os
import pwd
import stat
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them
import pytest

from persistence import embedded
from persistence.cluster import PORT
from persistence.embedded import EmbeddedServer
from persistence.home import StartRefused
from persistence.postgres_programs import programs_of_copy
from tests.persistence.embedded_servers import (
    fetch,
    is_alive,
    password_of,
    pid_file,
    postmaster,
    run,
    socket_folder,
)
from tests.persistence.other_accounts import as_root, run_as


@as_root
@pytest.mark.holds("M04")
def test_another_account_cannot_connect_even_with_the_password(shared: EmbeddedServer) -> None:
    nobody = pwd.getpwnam("nobody")
    psql = programs_of_copy(shared.home / "postgresql/programs") / "psql"

    connect: list[str | Path] = [
        psql,
        f"--host={socket_folder(shared)}",
        "--username=postgres",
        "--command=SELECT 1",
        "daicho",
    ]
    done = run_as(nobody.pw_uid, connect, {"PGPASSWORD": password_of(shared)})

    assert done.returncode != 0
    assert "Permission denied" in done.stderr


@pytest.mark.holds("M04")
def test_the_socket_the_data_and_the_log_belong_to_the_servers_account_alone(shared: EmbeddedServer) -> None:
    folder = socket_folder(shared)
    private = [folder, folder / f".s.PGSQL.{PORT}", shared.home / "postgresql/data", shared.home / "postgresql.log"]

    assert all(not path.stat().st_mode & 0o077 for path in private)
    assert {path.stat().st_uid for path in private} == {psutil.Process(postmaster(shared.home)).uids().effective}


@pytest.mark.holds("M04")
def test_the_password_lies_in_a_file_for_this_account_alone(shared: EmbeddedServer) -> None:
    file = shared.home / "postgresql/pgpass"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_uid == os.geteuid()
    assert not (shared.home / "postgresql/first-password").exists()


@pytest.mark.holds("M04")
@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_refused(shared: EmbeddedServer, password: str) -> None:
    async def connect() -> None:
        await asyncpg.connect(shared.url.replace(password_of(shared), password), passfile="/nonexistent")

    with pytest.raises(asyncpg.InvalidPasswordError):
        asyncio.run(connect())


@pytest.mark.holds("M04")
def test_the_server_listens_on_no_network(shared: EmbeddedServer) -> None:
    assert psutil.Process(postmaster(shared.home)).net_connections("inet") == []


@as_root
def test_the_server_does_not_run_as_root(shared: EmbeddedServer) -> None:
    assert psutil.Process(postmaster(shared.home)).username() == "daicho-postgres"


@as_root
def test_roots_server_runs_from_a_copy_so_that_the_package_stays_closed(shared: EmbeddedServer) -> None:
    assert Path(psutil.Process(postmaster(shared.home)).exe()).is_relative_to(shared.home)


def test_the_password_is_in_no_repr_process_or_log(shared: EmbeddedServer) -> None:
    password = password_of(shared)
    arguments = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]

    assert password not in repr(shared)
    assert not [line for line in arguments if password in " ".join(line)]
    assert password not in (shared.home / "postgresql.log").read_text()


@pytest.mark.holds("D-02")
@pytest.mark.parametrize(
    "failing",
    [
        "INSERT INTO kept VALUES ('123456789018'), ('123456789018')",
        "SELECT CAST('123456789018x' AS integer)",
        "DO $$ BEGIN RAISE WARNING '123456789018'; RAISE '123456789018'; END $$",
    ],
)
def test_no_value_of_a_statement_reaches_the_servers_log(shared: EmbeddedServer, failing: str) -> None:
    run(shared.url, "CREATE TABLE IF NOT EXISTS kept (number text PRIMARY KEY)")

    with pytest.raises(asyncpg.PostgresError) as told:
        run(shared.url, failing)

    assert "123456789018" in f"{told.value} {told.value.detail}"
    assert "123456789018" not in (shared.home / "postgresql.log").read_text()


@pytest.mark.holds("M04")
def test_a_server_whose_rules_let_others_in_is_not_started(home: Path, server: EmbeddedServer) -> None:
    server.stop()
    with (home / "postgresql/sign-in-rules.conf").open("a") as file:
        file.write("local all all trust\n")

    with pytest.raises(StartRefused, match="these rules and no other"):
        embedded.start(home)
    assert embedded.running(home) is None


@pytest.mark.holds("M04")
def test_a_server_whose_socket_folder_is_open_is_not_started(home: Path, server: EmbeddedServer) -> None:
    server.stop()
    socket_folder(server).chmod(0o755)

    with pytest.raises(StartRefused, match="open to other accounts"):
        embedded.start(home)
    assert not pid_file(home).exists()


@pytest.mark.holds("M04")
@pytest.mark.parametrize("attach", [embedded.start, embedded.running])
def test_a_running_server_whose_socket_folder_is_open_is_not_used(server: EmbeddedServer, attach: object) -> None:
    socket_folder(server).chmod(0o755)

    with pytest.raises(StartRefused, match="open to other accounts"):
        attach(server.home)  # type: ignore[operator]  # either of the two functions above
    assert is_alive(postmaster(server.home))


@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes"])
def test_a_server_that_may_lose_what_is_committed_is_not_started(
    home: Path, server: EmbeddedServer, setting: str
) -> None:
    run(server.url, f"ALTER SYSTEM SET {setting} = off")
    server.stop()

    with pytest.raises(StartRefused, match=f"{setting} = 'on'"):
        embedded.start(home)
    assert embedded.running(home) is None


def test_a_running_server_that_was_set_to_lose_data_is_not_used(server: EmbeddedServer) -> None:
    run(server.url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)")

    with pytest.raises(StartRefused, match="fsync = 'on'"):
        embedded.running(server.home)


@pytest.mark.holds("M04")
def test_no_setting_opens_another_door(home: Path, server: EmbeddedServer) -> None:
    doors = ("listen_addresses = '*'", "unix_socket_permissions = '0777'", f"unix_socket_directories = '{home}'")
    run(server.url, *(f"ALTER SYSTEM SET {door}" for door in doors))
    server.stop()

    again = embedded.start(home)

    assert fetch(again.url, "SELECT current_setting('listen_addresses')") == ""
    assert not (home / f".s.PGSQL.{PORT}").exists()
    again.stop()


def test_data_of_another_major_version_is_refused(home: Path, server: EmbeddedServer) -> None:
    server.stop()
    (home / "postgresql/data/PG_VERSION").write_text("17\n")

    with pytest.raises(StartRefused, match="PostgreSQL 17"):
        embedded.start(home)
