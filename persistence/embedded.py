"""The embedded PostgreSQL: started, attached to and stopped.

Nobody but this account and root reaches it, not even for a moment: it is made with a password (scram) that lies in a
0600 file, listens on no network, and its socket lies in a folder of the server's account alone. As root, that is the
account `daicho-postgres`. What is wider than that, by whatever hand, is refused.

Whoever has started it, or attached to it with `start`, holds a lease. The last to give it back, by `stop` or at the end
of its process, stops the server; so `serve` keeps it while a shorter command comes and goes, whichever was first. A
process that is killed leaves the server running: the next `start` finds it and is responsible for it like any other.
"""

from __future__ import annotations

import atexit
import os
from dataclasses import dataclass, field
from pathlib import Path

from persistence.archive import Archive, Archivist
from persistence.cluster import DATABASE, Cluster
from persistence.home import StartRefused, ensure_home
from persistence.lease import Lease, alone
from persistence.narrowness import SETTINGS, check_settings, check_sign_in_rules, check_socket_folder, doorways
from persistence.server_account import server_account

LIST_DATABASES = "SELECT datname FROM pg_database"
READ_SETTINGS = "SELECT name || '=' || setting FROM pg_settings"


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedServer:
    """A running embedded server. `url` holds the password, so it does not show in the `repr`."""

    home: Path
    url: str = field(repr=False)
    _cluster: Cluster = field(repr=False)
    _lease: Lease | None = field(repr=False, default=None)
    _archivist: Archivist | None = field(repr=False, default=None)

    def stop(self) -> None:
        """Give the lease back; the last to do so stops the server. Once is enough; from `running`, nothing happens."""
        if self._lease is None:
            return
        atexit.unregister(self.stop)
        with alone(self._cluster.lock):
            if self._lease.give_back():
                self._cluster.shut_down()
        if self._archivist is not None:  # after the server, which at its end lays its last segment into the spool
            self._archivist.finish()


def start(home: Path, archive: Archive | None = None) -> EmbeddedServer:
    """The embedded server of a home: made when new, started when not running, with the database `daicho`.

    With an archive, this process brings there what the server lays into the spool, as long as it holds its lease.

    Raises StartRefused when the home or the machine is not fit for it, or the server is wider than it may be; the text
    says what to do.
    """
    cluster = Cluster(ensure_home(home), server_account())
    cluster.prepare()
    with alone(cluster.lock):
        if archive is not None:
            cluster.make_spool()
        found = cluster.settle()
        lease = Lease(cluster.leases)
        try:
            if found is None:
                _launch(cluster)
            _ensure_database(cluster)
            server = _checked(cluster, lease, archive)
        except BaseException:  # an interruption too: what was started for nobody is stopped
            if lease.give_back() and found is None:
                cluster.shut_down()
            raise
    atexit.register(server.stop)
    return server


def has_spool(home: Path) -> bool:
    """Whether a home's server has been started with an archive."""
    return Cluster(home, server_account()).spool.exists()


def running(home: Path) -> EmbeddedServer | None:
    """The embedded server of a home if it is running; without a lease, so that it may stop at any time.

    Raises StartRefused when it is wider than it may be, or another account's.
    """
    if not os.path.exists(home.expanduser()):
        return None
    cluster = Cluster(ensure_home(home), server_account())
    found = cluster.postmaster()
    return _checked(cluster) if found and found.ready else None


def _launch(cluster: Cluster) -> None:
    """Start the server, after making what is missing; what is there already must be narrow before it starts."""
    cluster.bring_programs()
    if not cluster.data.exists():
        cluster.make()
    cluster.make_socket_folder()
    check_sign_in_rules(cluster.sign_in_rules)
    check_socket_folder(cluster.socket, cluster.account.uid)
    cluster.launch()


def _ensure_database(cluster: Cluster) -> None:
    if DATABASE not in cluster.ask(LIST_DATABASES, database="postgres"):
        cluster.ask(f"CREATE DATABASE {DATABASE}", database="postgres")


def _checked(cluster: Cluster, lease: Lease | None = None, archive: Archive | None = None) -> EmbeddedServer:
    """The running server, when it is as narrow as it must be by its files and by its own word."""
    found = cluster.postmaster()
    if found is None:
        raise StartRefused("The embedded PostgreSQL has stopped.", "組み込みの PostgreSQL が停止しました。")
    check_sign_in_rules(cluster.sign_in_rules)
    check_socket_folder(found.socket, cluster.account.uid)
    actual = dict(row.split("=", 1) for row in cluster.ask(READ_SETTINGS) if "=" in row)
    archiving = {"archive_mode": "on"} if archive is not None else {}
    check_settings(actual, {**SETTINGS, **doorways(cluster.sign_in_rules, found.socket), **archiving})
    archivist = Archivist(archive, cluster.data, cluster.spool) if archive is not None else None
    return EmbeddedServer(cluster.home, cluster.url(found.socket), cluster, lease, archivist)
