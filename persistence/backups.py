"""Backups: the whole cluster, copied by pg_basebackup while it serves, sealed before it touches the disk.

A folder holds as many as were made; each is a folder of its own, named for the time when it was begun. It has its name
only once it is whole, and its manifest is sealed like its content: what has not both is no backup.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import asyncpg
import tink
from tink import aead

from persistence.archive import segment_number, system_of
from persistence.cluster import PORT, SUPERUSER, Cluster
from persistence.home import StartRefused, ensure_home
from persistence.narrowness import BACKUP_RULE
from persistence.postgres_programs import MAJOR_VERSION, packaged_programs
from persistence.sealed_files import PIECE, UNFINISHED, on_disk, sealing
from persistence.server_account import program_output, server_account

FORMAT: Final = 1
CONTENT: Final = "cluster.tar.sealed"
MANIFEST: Final = "manifest.json"
_BEGINS_WITH: Final = "daicho-"
_SEGMENT: Final = "SELECT pg_walfile_name(pg_current_wal_lsn())"
_KEEP_LOG: Final = "SELECT pg_create_physical_replication_slot($1, true, true)"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: which cluster, when, how far its log goes, and its content's size and SHA-256."""

    format: int
    id: str
    daicho: str
    postgresql: str
    system: str
    began_at: str
    ended_at: str
    next_segment: str
    size: int
    sha256: str

    @property
    def canonical(self) -> bytes:
        """What is sealed."""
        return json.dumps(asdict(self), sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole backup and where it lies."""

    folder: Path
    manifest: Manifest

    @property
    def content(self) -> Path:
        """The sealed file."""
        return self.folder / CONTENT

    @property
    def name(self) -> str:
        """What the content is bound to."""
        return f"backups/{self.manifest.id}"

    @property
    def ended_at(self) -> datetime:
        """From this time on, its cluster can be had as it was."""
        return datetime.fromisoformat(self.manifest.ended_at)

    @property
    def next_segment(self) -> int:
        """The number of the segment from which on the archive is needed to go further."""
        number = segment_number(self.manifest.next_segment)
        if number is None:
            raise _is_none(self.folder)
        return number


def new_name(at: datetime) -> str:
    """A name for a backup that is begun now."""
    return f"{_BEGINS_WITH}{at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


async def take(home: Path, into: Path, name: str, key: aead.Aead) -> Backup:
    """Back a home's running server up, under a name. Raises `StartRefused`; then nothing remains that looks whole."""
    cluster = Cluster(ensure_home(home), server_account())
    _require_backup_rule(cluster.sign_in_rules)
    began = datetime.now(UTC)
    with _made_whole(into, name) as folder:
        async with _log_kept(cluster):
            await asyncio.to_thread(_copy, cluster, folder / CONTENT, key, f"backups/{name}")
        _write_manifest(folder, _manifest(cluster, name, began, folder / CONTENT), key)
    return read(into / name, key)


@contextmanager
def _made_whole(into: Path, name: str) -> Iterator[Path]:
    """A new folder, which has its name only once the block has ended well; else it is taken away."""
    unfinished = into / (name + UNFINISHED)
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
        yield unfinished
        unfinished.rename(into / name)
        on_disk(into)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise StartRefused(f"The backup failed: {why}", f"バックアップに失敗しました：{why}") from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def whole(folder: Path, key: aead.Aead) -> list[Backup]:
    """The whole backups in a folder, oldest first. Raises `StartRefused` for one that does not open under the key."""
    found = [each for each in folder.glob(f"{_BEGINS_WITH}*") if each.suffix != UNFINISHED]
    return sorted((read(each, key) for each in found), key=lambda one: one.ended_at)


def read(folder: Path, key: aead.Aead) -> Backup:
    """One of them. Raises `StartRefused`."""
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
        seal = base64.b64decode(said.pop("seal"))
        if said.get("format") != FORMAT:
            raise _of_another_format(folder)
        manifest = Manifest(**said)
        key.decrypt(seal, manifest.canonical)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, tink.TinkError):
        raise _is_none(folder) from None
    return Backup(folder, manifest)


def _require_backup_rule(rules: Path) -> None:
    if BACKUP_RULE not in rules.read_text("utf-8"):
        raise StartRefused(
            f"Add this line to {rules} and start daicho again: {BACKUP_RULE}",
            f"{rules} に次の行を加えて daicho を再起動してください：{BACKUP_RULE}",
        )


@asynccontextmanager
async def _log_kept(cluster: Cluster) -> AsyncIterator[None]:
    """Meanwhile the server throws no segment of its log away, however much is written: the backup ends with them."""
    found = cluster.postmaster()
    if found is None:
        raise StartRefused("The embedded PostgreSQL is not running.", "組み込みの PostgreSQL が動作していません。")
    connection = await asyncpg.connect(cluster.url(found.socket))
    try:
        await connection.execute(_KEEP_LOG, f"daicho_backup_{secrets.token_hex(8)}")
        yield
    finally:
        connection.terminate()


def _copy(cluster: Cluster, to: Path, key: aead.Aead, name: str) -> None:
    found = cluster.postmaster()
    reached = [f"--host={found.socket if found else cluster.socket}", f"--port={PORT}", f"--username={SUPERUSER}"]
    how = ["--pgdata=-", "--format=tar", "--wal-method=fetch", "--checkpoint=fast", "--no-manifest", "--no-password"]
    command: list[str | Path] = [packaged_programs() / "pg_basebackup", *reached, *how]
    with sealing(to, key, name) as into, program_output(command, {"PGPASSFILE": str(cluster.pgpass)}) as cluster_tar:
        shutil.copyfileobj(cluster_tar, into, PIECE)


def _manifest(cluster: Cluster, name: str, began: datetime, content: Path) -> Manifest:
    (segment,) = cluster.ask(_SEGMENT)
    ended = datetime.now(UTC)
    with content.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Manifest(
        format=FORMAT,
        id=name,
        daicho=version("daicho"),
        postgresql=MAJOR_VERSION,
        system=system_of(cluster.data),
        began_at=began.isoformat(),
        ended_at=ended.isoformat(),
        next_segment=segment,
        size=content.stat().st_size,
        sha256=digest,
    )


def _write_manifest(folder: Path, manifest: Manifest, key: aead.Aead) -> None:
    seal = base64.b64encode(key.encrypt(b"", manifest.canonical)).decode()
    said: Mapping[str, Any] = {**asdict(manifest), "seal": seal}
    path = folder / MANIFEST
    path.touch(mode=0o600)
    path.write_text(json.dumps(said, indent=2) + "\n", "utf-8")
    on_disk(path)
    on_disk(folder)


def _is_none(folder: Path) -> StartRefused:
    return StartRefused(
        f"{folder} is no backup that opens: it needs the DAICHO_KEY_FILE that it was made with, or it was changed.",
        f"{folder} を開けません。作成時の DAICHO_KEY_FILE が必要か、内容が変更されています。",
    )


def _of_another_format(folder: Path) -> StartRefused:
    return StartRefused(
        f"{folder} is of another version of daicho: this one reads format {FORMAT}.",
        f"{folder} は別の版の daicho のものです。この版は形式 {FORMAT} を読みます。",
    )
