"""The archive (`DAICHO_ARCHIVE_DIR`): PostgreSQL's log of all changes, segment by segment, each a sealed file.

The server lays a copy of each segment into the spool, a folder beside its data; a process of daicho seals it into the
archive and takes it away. So the server's account needs neither the key nor a way to the archive.
"""

from __future__ import annotations

import logging
import re
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tink import aead

from persistence.home import StartRefused
from persistence.lease import alone
from persistence.sealed_files import seal_file, unsealed

_LOG = logging.getLogger(__name__)

SEGMENT_SECONDS: Final = 45
"""A segment that something was written to is closed after this time, so that less than a minute is ever lost."""
DRAIN_SECONDS: Final = 2.0
SEALED: Final = ".sealed"
_TIMELINE: Final = 8
"""So many digits of a segment's name tell its timeline: the history that a restore began."""
_SEGMENT: Final = re.compile(r"[0-9A-F]{8}([0-9A-F]{8})([0-9A-F]{8})")
_SEGMENTS_A_FILE_NUMBER: Final = 256
"""Of 16 MB each (PostgreSQL's WAL file names)."""


def segment_number(name: str) -> int | None:
    """Where a segment stands in the log, on whichever timeline; None for what is no whole segment."""
    found = _SEGMENT.fullmatch(name)
    return int(found[1], 16) * _SEGMENTS_A_FILE_NUMBER + int(found[2], 16) if found else None


def system_of(data: Path) -> str:
    """The number that PostgreSQL gave to a cluster when it was made, which copies of it share."""
    with (data / "global" / "pg_control").open("rb") as control:
        (number,) = struct.unpack("=Q", control.read(8))
    return str(number)


@dataclass(frozen=True, slots=True)
class Archive:
    """The archives of clusters: a folder for each, by its number."""

    folder: Path
    key: aead.Aead = field(repr=False)

    def put(self, system: str, segment: Path) -> None:
        """Seal a segment into the archive; one that is there already must be the same. Raises `StartRefused`."""
        path = self._path(system, segment.name)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            seal_file(segment, path, self.key, _bound(system, segment.name))
        elif self._content(system, segment.name) != segment.read_bytes():
            raise StartRefused(
                f"{path} is there already with other content: two servers write to one archive.",
                f"{path} は別の内容で既に存在します。二つのサーバーが同じアーカイブに書き込んでいます。",
            )

    def fetch(self, system: str, name: str, to: Path) -> bool:
        """Write a segment's content to a file; False if the archive has none of this name. Raises `StartRefused`."""
        if not self._path(system, name).exists():
            return False
        to.write_bytes(self._content(system, name))
        return True

    def missing(self, system: str, first: int) -> list[int]:
        """The numbers of segments that are not there between this one and the last, or within a timeline."""
        timelines: dict[str, set[int]] = {}
        for name in self._names(system):
            number = segment_number(name)
            if number is not None and number >= first:
                timelines.setdefault(name[:_TIMELINE], set()).add(number)
        there = set().union(*timelines.values())
        gaps = set(range(first, max(there, default=first - 1) + 1)) - there
        return sorted(gaps.union(*(set(range(min(each), max(each))) - each for each in timelines.values())))

    def _names(self, system: str) -> Iterator[str]:
        return (path.name.removesuffix(SEALED) for path in (self.folder / system).glob(f"*{SEALED}"))

    def _content(self, system: str, name: str) -> bytes:
        with unsealed(self._path(system, name), self.key, _bound(system, name)) as content:
            return content.read()

    def _path(self, system: str, name: str) -> Path:
        return self.folder / system / f"{name}{SEALED}"


def _bound(system: str, name: str) -> str:
    return f"archive/{system}/{name}"


class Archivist:
    """Brings what lies in a spool into the archive, again and again until `finish`.

    Several processes may do so at once; one at a time has the spool.
    """

    def __init__(self, archive: Archive, data: Path, spool: Path) -> None:
        self._archive, self._data, self._spool = archive, data, spool
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._work, name="daicho archive", daemon=True)
        self._told = ""
        self._thread.start()

    def finish(self) -> None:
        """Bring what is there, and stop; what cannot be brought now stays in the spool for the next."""
        self._done.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._done.wait(DRAIN_SECONDS):
            self._try_to_drain()
        self._try_to_drain()

    def _try_to_drain(self) -> None:
        try:
            drain(self._archive, system_of(self._data), self._spool)
        except (OSError, StartRefused) as error:
            self._tell(str(error))
        else:
            self._told = ""

    def _tell(self, why: str) -> None:
        if why != self._told:  # once, not every two seconds
            _LOG.error("archive not written: %s", why)
        self._told = why


def drain(archive: Archive, system: str, spool: Path) -> None:
    """Bring everything in the spool into the archive. Raises `StartRefused`, `OSError`."""
    with alone(spool / ".lock"):
        for segment in sorted(each for each in spool.iterdir() if not each.name.startswith(".")):
            archive.put(system, segment)
            segment.unlink()
