"""The embedded PostgreSQL: started where it is asked to be, shared, and stopped when nobody uses it."""

from __future__ import annotations

import asyncio
import os
import pwd
import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from persistence import embedded
from persistence.cluster import LONGEST_SOCKET_PATH, PORT
from persistence.embedded import EmbeddedServer
from persistence.postgres_programs import packaged_programs
from tests.persistence.embedded_servers import (
    STARTS_AND_WAITS,
    fetch,
    has_started,
    is_alive,
    postmaster,
    python,
    socket_folder,
)
from tests.persistence.other_accounts import as_root, run_as


def test_a_second_start_attaches_to_the_same_server(server: EmbeddedServer) -> None:
    first = postmaster(server.home)
    second = embedded.start(server.home)

    assert postmaster(server.home) == first
    assert second.url == server.url
    second.stop()
    assert is_alive(first)


def test_two_processes_that_start_at_once_share_one_server_until_the_last_leaves(base: Path) -> None:
    home = base / "home"
    processes = [python(STARTS_AND_WAITS, home) for _ in range(2)]
    assert [has_started(each) for each in processes] == [True, True]
    server = postmaster(home)

    for process, lives_on in zip(processes, (True, False), strict=True):
        process.communicate("leave\n")
        assert is_alive(server) is lives_on


def test_whoever_only_looks_does_not_keep_or_stop_the_server(server: EmbeddedServer) -> None:
    looked = embedded.running(server.home)
    assert looked is not None

    looked.stop()
    assert fetch(looked.url, "SELECT 1") == 1

    server.stop()
    assert embedded.running(server.home) is None


def test_nothing_runs_where_nothing_was_started(base: Path) -> None:
    home = base / "home"
    assert embedded.running(home) is None
    assert not home.exists()


def test_the_end_of_a_process_stops_its_server(home: Path) -> None:
    process = python("embedded.start(home)", home)
    process.communicate()

    assert process.returncode == 0
    assert embedded.running(home) is None


def test_a_server_whose_daicho_was_killed_is_found_and_stopped_by_the_next(home: Path) -> None:
    process = python(STARTS_AND_WAITS, home)
    assert has_started(process)
    server = postmaster(home)
    process.kill()
    process.communicate()
    assert is_alive(server)

    embedded.start(home).stop()

    assert not is_alive(server)


def test_a_fork_does_not_stop_its_parents_server(server: EmbeddedServer) -> None:
    child = os.fork()
    if child == 0:
        server.stop()
        os._exit(0)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert fetch(server.url, "SELECT 1") == 1


def test_stopping_twice_is_stopping_once(server: EmbeddedServer) -> None:
    server.stop()
    server.stop()


def start_as_nobody(home: Path) -> int:
    """In a fork, whose account is then `nobody` with nobody's groups, start and stop; 0 if all went well."""
    nobody = pwd.getpwnam("nobody")
    child = os.fork()
    if child == 0:
        outcome = 1
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            server = embedded.start(home)
            outcome = 0 if (home / "postgresql/data").stat().st_uid == nobody.pw_uid else 2
            server.stop()
        finally:
            os._exit(outcome)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def reaches(uid: int, program: Path) -> bool:
    try:
        return run_as(uid, [program, "--version"]).returncode == 0
    except PermissionError:
        return False


@as_root
def test_any_account_runs_a_server_of_its_own(base: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    if not reaches(nobody, packaged_programs() / "postgres"):
        pytest.skip("nobody cannot reach the installed package")
    os.chown(base, nobody, -1)

    assert start_as_nobody(base / "home") == 0


@pytest.mark.parametrize("name", ["台帳 of the city", "long" * 30])
def test_the_home_may_have_any_ordinary_name(base: Path, name: str) -> None:
    server = embedded.start(base / name)
    folder = socket_folder(server)

    assert fetch(server.url, "SELECT 1") == 1
    assert len(bytes(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    server.stop()
    assert folder.is_relative_to(base) or not folder.exists()


@as_root
def test_roots_home_may_lie_in_a_closed_folder_that_stays_closed_to_everybody_else(base: Path) -> None:
    closed = base / "closed"
    closed.mkdir(mode=0o700)

    server = embedded.start(closed / "home")

    assert fetch(server.url, "SELECT 1") == 1
    assert not closed.stat().st_mode & 0o007
    server.stop()


def test_the_url_serves_sqlalchemy_as_well(shared: EmbeddedServer) -> None:
    async def ask() -> object:
        engine = create_async_engine(shared.url.replace("postgresql://", "postgresql+asyncpg://"))
        try:
            async with engine.connect() as connection:
                return await connection.scalar(text("SELECT current_database()"))
        finally:
            await engine.dispose()

    assert asyncio.run(ask()) == "daicho"


def test_text_is_ordered_by_code_point_and_checked_by_page(shared: EmbeddedServer) -> None:
    ordered = "SELECT string_agg(name, '' ORDER BY name) FROM unnest(ARRAY['台', 'b', 'B', 'ア', 'あ']) AS name"

    assert fetch(shared.url, ordered) == "Bbあア台"
    assert fetch(shared.url, "SELECT current_setting('data_checksums')") == "on"


def test_the_settings_of_the_callers_environment_do_not_reach_the_server(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGHOST", "/nonexistent")
    monkeypatch.setenv("PGDATABASE", "other")

    server = embedded.start(home)

    assert fetch(server.url, "SELECT current_database()") == "daicho"
    server.stop()
