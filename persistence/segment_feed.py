"""What a recovering server asks of the archive: it names a segment in a folder, daicho unseals it there.

The server's account has neither the key nor the archive; one segment at a time lies unsealed beside its data.
"""

from __future__ import annotations

import logging
import shlex
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from persistence.archive import Archive
from persistence.home import StartRefused
from persistence.server_account import Account

_LOG = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 0.01
_TRIES: Final = 6000
"""For a minute, at a hundredth of a second each: if daicho is no more, the server gives its recovery up."""
# A status above 125 ends the recovery; 1 says that there is no such segment.
_ASK = """
f={folder}/%f; : > "$f.wanted"; i=0
until [ -e "$f.here" ] || [ -e "$f.none" ]; do
  i=$((i + 1)); [ "$i" -lt {tries} ] && [ ! -e {folder}/failed ] || exit 255; sleep 0.01
done
[ -e "$f.here" ] || {{ rm "$f.none"; exit 1; }}
mv "$f.here" "%p"
"""


@contextmanager
def segment_feed(folder: Path, account: Account, archive: Archive, system: str) -> Iterator[str]:
    """Feed from an archive while the block runs; gives the server's `restore_command`."""
    folder.mkdir()
    account.receives(folder, 0o700)
    done = threading.Event()
    feeder = threading.Thread(target=_feed, args=(folder, account, archive, system, done), daemon=True)
    feeder.start()
    try:
        yield _ASK.format(folder=shlex.quote(str(folder)).replace("%", "%%"), tries=_TRIES).strip()
    finally:
        done.set()
        feeder.join()


def _feed(folder: Path, account: Account, archive: Archive, system: str, done: threading.Event) -> None:
    try:
        while not done.wait(_LOOK_SECONDS):
            for wanted in folder.glob("*.wanted"):
                _answer(wanted, account, archive, system)
    except (OSError, StartRefused) as error:  # the recovery cannot go on
        (folder / "failed").touch()
        _LOG.error("archive not read: %s", error)


def _answer(wanted: Path, account: Account, archive: Archive, system: str) -> None:
    wanted.unlink()
    coming = wanted.with_suffix(".coming")
    if archive.fetch(system, wanted.stem, coming):
        account.receives(coming, 0o600)
        coming.rename(wanted.with_suffix(".here"))
    else:
        wanted.with_suffix(".none").touch()
