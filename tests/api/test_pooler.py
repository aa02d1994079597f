"""Through pgbouncer in transaction mode, which gives each transaction any connection, and cannot keep statements.

Debian 12 has 1.18, which knows nothing of prepared statements: so DAICHO_PREPARED_STATEMENTS=off.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from persistence.login_checks import check_logins
from persistence.logins import Login, Logins
from persistence.server_account import server_account
from tests.logins import logins_at
from tests.postgres import NewDatabase, database_of
from tests.serving import Service, serve, with_village
from tests.tour import take_the_tour
from tests.village import CODE

PGBOUNCER = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
SETTINGS = """
[databases]
* = {server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = 2
logfile = {folder}/pgbouncer.log
pidfile = {folder}/pgbouncer.pid
"""
pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed")


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def pooler(url: str) -> Iterator[int]:
    """The port of a pgbouncer before the server of this URL, run by the account of the embedded server."""
    account, port = server_account(), free_port()
    with tempfile.TemporaryDirectory(prefix="daicho-pooler-") as name:
        folder = Path(name)
        users, settings = folder / "users.txt", folder / "pgbouncer.ini"
        names = logins_at(url, CODE)
        users.write_text("".join(f'"{names.name(CODE, one)}" "{names.password(CODE, one)}"\n' for one in Login))
        settings.write_text(SETTINGS.format(server=_server_of(url), port=port, users=users, folder=folder))
        for each in (folder, users, settings):
            account.receives(each, 0o700 if each is folder else 0o600)
        who = {"user": account.uid, "group": account.gid, "extra_groups": []} if account.other else {}
        assert PGBOUNCER
        process = subprocess.Popen([PGBOUNCER, "-q", settings], **who)  # type: ignore[call-overload] # noqa: S603 - a fixed program
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=10)


def _server_of(url: str) -> str:
    parts = urlsplit(url)
    named = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return f"host={parts.hostname or named['host']} port={parts.port or named.get('port', 5432)}"


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 10
    while True:
        assert process.poll() is None, "pgbouncer has stopped"
        assert time.monotonic() < until, "pgbouncer does not answer"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


@pytest.fixture
def pooled(new_database: NewDatabase) -> Iterator[tuple[str, Logins]]:
    """The owner's URL of a database with the village, and the logins that lead there through the pooler."""
    url = new_database(with_village)
    with pooler(url) as port:
        yield url, logins_at(f"postgresql://127.0.0.1:{port}/{database_of(url)}?sslmode=disable", CODE)


@pytest.fixture
def service(pooled: tuple[str, Logins]) -> Iterator[Service]:
    """daicho behind the pooler."""
    url, logins = pooled
    with ExitStack() as stack:
        yield serve(url, stack, logins=logins, prepared_statements=False)


def test_everything_works_through_a_pooler_in_transaction_mode(service: Service) -> None:
    take_the_tour(service)


def test_every_login_has_its_settings_and_its_reach_through_the_pooler(pooled: tuple[str, Logins]) -> None:
    asyncio.run(check_logins(pooled[1], [CODE], quiet=True))
