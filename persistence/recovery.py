"""Restoring a backup into a home: to the end of what is known, or to a time before.

Everything is made ready beside the data, and becomes the data by one change of name; what was there before is kept.
Restoring to a time takes back the register, never the ledger: for that the archive is also recovered to its end, in a
copy that is then thrown away, and what the ledger holds there beyond that time is put back at its positions. One more
entry tells of the restore.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg
from tink import aead

from domain.ledger.entries import Entry
from persistence.archive import Archive, drain, system_of
from persistence.backups import Backup, whole
from persistence.cluster import Cluster
from persistence.home import StartRefused, ensure_home
from persistence.keysets import require_keysets_open
from persistence.lease import alone
from persistence.ledger_return import put_back
from persistence.ledger_statements import append_in
from persistence.postgres_programs import MAJOR_VERSION
from persistence.scratch_server import ScratchServer, end_orphans, scratch_server
from persistence.sealed_files import PIECE, on_disk, unsealed
from persistence.segment_feed import segment_feed
from persistence.server_account import server_account

_NOTHING_MORE: Final = "false"
"""The `restore_command` where there is no archive: what the backup itself holds of the log is all."""
_MUNICIPALITIES: Final = "SELECT municipality_code FROM ledger_heads ORDER BY municipality_code"
_LAST_CHANGE: Final = "SELECT pg_last_xact_replay_timestamp()"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be restored: the newest backup of a folder that serves, up to a time or (None) to the end.

    `replace`: the home may hold data; they are set aside, and what their ledger has is kept.
    """

    folder: Path
    key: aead.Aead
    archive: Archive | None
    point: datetime | None
    replace: bool


@dataclass(frozen=True, slots=True)
class Restoration:
    """What was restored: up to which time, of a history known up to which, and how many entries were put back."""

    backup_id: str
    reached: datetime
    known_until: datetime
    put_back: int


Tell = Callable[[str, Restoration], Entry]
"""What the ledger of a municipality is told of a restoration."""


def restore(home: Path, wish: Wish, tell: Tell) -> Restoration:
    """Restore into a home whose server is stopped. Raises `StartRefused`; then the home is as it was."""
    backup = _chosen(wish)
    cluster = Cluster(ensure_home(home), server_account())
    cluster.prepare()
    try:
        with alone(cluster.lock):
            _require_free(cluster, replace=wish.replace)
            cluster.bring_programs()
            with _workshop(cluster, backup, wish) as workshop:
                workshop.collect_the_log()
                restoration = workshop.restore_register(tell)
                workshop.put_in_place()
                return restoration
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise StartRefused(f"Nothing was restored: {why}", f"復元できませんでした：{why}") from None


def _chosen(wish: Wish) -> Backup:
    backups = [one for one in whole(wish.folder, wish.key) if wish.point is None or one.ended_at <= wish.point]
    if not backups:
        raise StartRefused(
            f"There is no whole backup in {wish.folder} that ended before that time.",
            f"{wish.folder} に、その時刻より前に完了したバックアップはありません。",
        )
    if wish.point is not None and wish.archive is None:
        raise StartRefused(
            "A point in time needs the archive: DAICHO_ARCHIVE_DIR.",
            "時刻を指定した復元にはアーカイブ（DAICHO_ARCHIVE_DIR）が必要です。",
        )
    if backups[-1].manifest.postgresql != MAJOR_VERSION:
        raise StartRefused(
            f"The backup is of PostgreSQL {backups[-1].manifest.postgresql}; this daicho brings {MAJOR_VERSION}.",
            f"バックアップは PostgreSQL {backups[-1].manifest.postgresql} のものです（この版は {MAJOR_VERSION}）。",
        )
    return backups[-1]


def _require_free(cluster: Cluster, *, replace: bool) -> None:
    if cluster.postmaster() is not None:
        raise StartRefused(
            f"daicho is running in {cluster.home}. Stop it first.",
            f"{cluster.home} で daicho が動作しています。先に停止してください。",
        )
    if cluster.data.exists() and not replace:
        raise StartRefused(
            f"{cluster.data} holds a register. To set it aside and restore in its place: --replace",
            f"{cluster.data} に台帳があります。退避して置き換えるには --replace を付けてください。",
        )


@contextmanager
def _workshop(cluster: Cluster, backup: Backup, wish: Wish) -> Iterator[_Workshop]:
    """A folder beside the data where it is all made ready; nothing of it remains."""
    folder = cluster.folder / "restoring"
    end_orphans(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    cluster.account.receives(folder, 0o700)
    try:
        yield _Workshop(cluster, backup, wish, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Workshop:
    cluster: Cluster
    backup: Backup
    wish: Wish
    folder: Path

    @property
    def _register(self) -> Path:
        return self.folder / "register"

    def collect_the_log(self) -> None:
        """Bring what the data, or their spool, have beyond the archive; then it must be without a gap."""
        archive = self.wish.archive
        if archive is None:
            return
        if self.cluster.data.exists():
            self.cluster.make_spool()
            with self._running():
                pass  # a server that stops lays its last segment into the spool
        if self.cluster.spool.exists():
            there = self.cluster.data.exists()
            system = system_of(self.cluster.data) if there else self.backup.manifest.system
            drain(archive, system, self.cluster.spool)
        self._require_no_gap(archive)

    def restore_register(self, tell: Tell) -> Restoration:
        """Recover the register, and complete its ledger."""
        with ExitStack() as running:
            known = running.enter_context(self._whole_ledger())
            register = running.enter_context(self._recovered(self._register, self.wish.point))
            return asyncio.run(self._complete(register.url, known, tell))

    def put_in_place(self) -> None:
        """Make the register that was restored the home's own."""
        cluster, data = self.cluster, self._register / "data"
        cluster.account.run([cluster.programs / "initdb", "--sync-only", f"--pgdata={data}"])
        if cluster.data.exists():
            cluster.data.rename(cluster.folder / f"data-until-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        data.rename(cluster.data)
        on_disk(cluster.folder)

    def _require_no_gap(self, archive: Archive) -> None:
        missing = archive.missing(self.backup.manifest.system, self.backup.next_segment)
        if missing:
            raise StartRefused(
                f"The archive has a gap: {len(missing)} segments after {self.backup.manifest.id}. Nothing after a gap "
                "can be restored: bring them back, or take what is after them away.",
                f"アーカイブに欠落があります（{self.backup.manifest.id} 以降の {len(missing)} セグメント）。"
                "欠落分を戻すか、それより後のものを取り除いてください。",
            )

    @contextmanager
    def _whole_ledger(self) -> Iterator[str | None]:
        """The URL of a server that has the ledger up to its end; None where the register itself will have it."""
        if self.wish.archive is not None and self.wish.point is not None:
            with self._recovered(self.folder / "ledger", None) as server:
                yield server.url
        elif self.wish.archive is None and self.cluster.data.exists():
            with self._running() as url:
                yield url
        else:
            yield None

    @contextmanager
    def _running(self) -> Iterator[str]:
        """The server on the data that are there."""
        self.cluster.make_socket_folder()
        self.cluster.launch()
        try:
            yield self.cluster.url(self.cluster.socket)
        finally:
            self.cluster.shut_down()

    @contextmanager
    def _recovered(self, folder: Path, point: datetime | None) -> Iterator[ScratchServer]:
        """A server on the backup's data, recovered up to a time or to the end."""
        account, programs = self.cluster.account, self.cluster.programs
        folder.mkdir()
        account.receives(folder, 0o700)
        data = folder / "data"
        _unpack(self.backup, data, self.wish.key, self.cluster)
        with self._feed(folder / "segments") as restore_command:
            given = {"restore_command": restore_command, "hot_standby": "off"}
            until = {"recovery_target_time": point.isoformat(" ")} if point is not None else {}
            settings = {**given, **until, "recovery_target_action": "promote"}
            with scratch_server(data, account, programs, settings) as server:
                yield server

    @contextmanager
    def _feed(self, folder: Path) -> Iterator[str]:
        archive = self.wish.archive
        if archive is None:
            yield _NOTHING_MORE
            return
        with segment_feed(folder, self.cluster.account, archive, self.backup.manifest.system) as restore_command:
            yield restore_command

    async def _complete(self, register: str, known: str | None, tell: Tell) -> Restoration:
        connection = await asyncpg.connect(register)
        try:
            await require_keysets_open(connection, self.wish.key)
            async with connection.transaction():
                restoration = await self._put_back(connection, known)
                codes = [row[0] for row in await connection.fetch(_MUNICIPALITIES)]
                await append_in(connection, [tell(code, restoration) for code in codes])
            await self._let_in(connection)
        finally:
            await connection.close()
        return restoration

    async def _put_back(self, register: asyncpg.Connection, known: str | None) -> Restoration:
        reached = self.wish.point or await register.fetchval(_LAST_CHANGE) or self.backup.ended_at
        if known is None:
            return Restoration(self.backup.manifest.id, reached, reached, 0)
        source = await asyncpg.connect(known)
        try:
            count = await put_back(source, register)
            known_until = await source.fetchval(_LAST_CHANGE) or datetime.now(UTC)
        finally:
            await source.close()
        return Restoration(self.backup.manifest.id, reached, known_until, count)

    async def _let_in(self, register: asyncpg.Connection) -> None:
        """The home's password is the superuser's from now on; it may have had another when the backup was made."""
        password = self.cluster.password() or secrets.token_urlsafe(32)
        await register.execute(f"ALTER ROLE postgres PASSWORD '{password}'")
        self.cluster.write_sign_in(password)


def _unpack(backup: Backup, data: Path, key: aead.Aead, cluster: Cluster) -> None:
    """Unseal a backup's content into a data directory of the server's account, ready to recover."""
    data.mkdir()
    cluster.account.receives(data, 0o700)

    def owned(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo | None:
        safe = tarfile.data_filter(member, path)
        mode = 0o700 if safe.isdir() else 0o600
        return safe.replace(uid=cluster.account.uid, gid=cluster.account.gid, mode=mode, deep=False)

    with unsealed(backup.content, key, backup.name) as content:
        with tarfile.open(fileobj=content, mode="r|") as files:
            files.extractall(data, filter=owned)  # noqa: S202 - the filter keeps all of it inside
        while content.read(PIECE):
            pass  # up to its end, which is sealed as well
    (data / "recovery.signal").touch()
    cluster.account.receives(data / "recovery.signal", 0o600)
