"""What the embedded PostgreSQL keeps when it, or daicho, is killed: everything that was committed."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them
import pytest

from persistence import embedded
from persistence.cluster import PORT
from persistence.embedded import EmbeddedServer
from tests.persistence.embedded_servers import (
    fetch,
    is_alive,
    kill,
    pid_file,
    postmaster,
    socket_folder,
)
from tests.postgres import execute


def test_what_was_committed_is_there_after_the_server_was_killed(home: Path, server: EmbeddedServer) -> None:
    async def commit_and_kill() -> None:
        uncommitted = await asyncpg.connect(server.url)
        await execute(server.url, "CREATE TABLE kept (number integer)", "INSERT INTO kept VALUES (1), (2)")
        await uncommitted.execute("BEGIN; INSERT INTO kept VALUES (3)")
        kill(postmaster(home))
        uncommitted.terminate()

    asyncio.run(commit_and_kill())
    again = embedded.start(home)

    assert fetch(again.url, "SELECT array_agg(number ORDER BY number) FROM kept") == [1, 2]
    again.stop()


def test_a_killed_servers_busy_orphan_does_not_hold_up_the_next(home: Path, server: EmbeddedServer) -> None:
    async def leave_an_orphan() -> tuple[EmbeddedServer, int]:
        busy = await asyncpg.connect(server.url)
        orphan: int = busy.get_server_pid()
        endless = asyncio.create_task(busy.execute("DO $$ BEGIN LOOP END LOOP; END $$"))
        await asyncio.sleep(0.1)
        kill(postmaster(home))
        assert is_alive(orphan)
        next_server = await asyncio.to_thread(embedded.start, home)
        with pytest.raises(asyncpg.PostgresConnectionError):
            await endless
        return next_server, orphan

    next_server, orphan = asyncio.run(leave_an_orphan())
    assert not is_alive(orphan)
    next_server.stop()


def test_a_pid_file_whose_number_was_given_to_another_process_does_no_harm(home: Path, server: EmbeddedServer) -> None:
    uid = psutil.Process(postmaster(home)).uids().effective
    server.stop()
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=uid if os.geteuid() == 0 else None, cwd="/")
    left_behind = f"{stranger.pid}\n{home}/postgresql/data\n1700000000\n{PORT}\n{socket_folder(server)}\n\n1 1\nready\n"
    pid_file(home).write_text(left_behind)
    (socket_folder(server) / f".s.PGSQL.{PORT}.lock").write_text(left_behind)
    try:
        assert embedded.running(home) is None

        again = embedded.start(home)

        assert fetch(again.url, "SELECT 1") == 1
        assert stranger.poll() is None
        again.stop()
    finally:
        stranger.kill()
        stranger.wait()


def test_an_empty_pid_file_does_no_harm(home: Path, server: EmbeddedServer) -> None:
    server.stop()
    pid_file(home).touch()

    embedded.start(home).stop()


def test_what_was_interrupted_in_the_making_is_made_anew(base: Path) -> None:
    home = base / "home"
    unfinished = home / "postgresql/unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").touch()
    (home / "postgresql/first-password").touch()

    server = embedded.start(home)

    assert fetch(server.url, "SELECT 1") == 1
    server.stop()
