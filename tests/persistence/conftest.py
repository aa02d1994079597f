"""Homes and embedded servers for the tests of the embedded PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from persistence import embedded
from persistence.embedded import EmbeddedServer
from tests.persistence.embedded_servers import end_servers, pid_file


@contextmanager
def passable_folder() -> Iterator[Path]:
    """A folder that others may pass through, so that only what daicho does keeps them out; no server outlives it."""
    folder = Path(tempfile.mkdtemp(prefix="daicho-tests-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        end_servers(folder)
        shutil.rmtree(folder)


@pytest.fixture
def base() -> Iterator[Path]:
    """A folder for homes of the test's own."""
    with passable_folder() as folder:
        yield folder


@pytest.fixture(scope="package")
def shared() -> Iterator[EmbeddedServer]:
    """A running server for tests that leave it as it is."""
    with passable_folder() as folder:
        started = embedded.start(folder / "home")
        yield started
        started.stop()


@pytest.fixture(scope="package")
def made() -> Iterator[tuple[Path, dict[Path, bytes]]]:
    """A home whose server was made and stopped, and the files in it that tests spoil."""
    with passable_folder() as folder:
        home = folder / "home"
        embedded.start(home).stop()
        spoilt = ("sign-in-rules.conf", "data/PG_VERSION", "data/postgresql.auto.conf")
        yield home, {file: file.read_bytes() for file in (home / "postgresql" / name for name in spoilt)}


@pytest.fixture
def home(made: tuple[Path, dict[Path, bytes]]) -> Iterator[Path]:
    """A home whose server is stopped, for the test to spoil: it is put right afterwards."""
    folder, originals = made
    yield folder
    end_servers(folder)
    pid_file(folder).unlink(missing_ok=True)
    for file, content in originals.items():
        file.write_bytes(content)
    shutil.rmtree(folder / "postgresql/socket")


@pytest.fixture
def server(home: Path) -> Iterator[EmbeddedServer]:
    """A running server, for the test to spoil."""
    started = embedded.start(home)
    yield started
    started.stop()
