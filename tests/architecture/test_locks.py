"""What is installed is what was locked: by hash, from wherever, the same in both locks, current where it matters."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.metadata import version
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.architecture.source import read

RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
LOCKS = (RUNTIME, DEVELOPMENT)


class Locked(NamedTuple):
    """One requirement of a lock: exact version, where it applies, and the hashes of its files."""

    name: str
    version: str
    marker: str
    hashes: frozenset[str]


@cache
def locked(lock: str) -> dict[str, Locked]:
    """The requirements of a lock by name."""
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", read(lock)).strip())
    parsed = [parse(entry) for entry in entries]
    return {entry.name: entry for entry in parsed}


def parse(entry: str) -> Locked:
    """A requirement as `uv pip compile --generate-hashes` writes it."""
    head = Requirement(entry.split("\\", 1)[0])
    (pinned,) = head.specifier
    assert pinned.operator == "=="
    return Locked(
        head.name, pinned.version, str(head.marker), frozenset(re.findall(r"--hash=(sha256:[0-9a-f]{64})", entry))
    )


def declared(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for, with the extras named."""
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *(each for extra in extras for each in project["optional-dependencies"][extra])]
    return [Requirement(each) for each in wanted]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_address(lock: str) -> None:
    assert re.findall(r"(?i)--(?:extra-)?index-url|--find-links|\w+://| @ ", read(lock)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_is_hashed(lock: str) -> None:
    assert [entry.name for entry in locked(lock).values() if not entry.hashes] == []


@pytest.mark.parametrize(("lock", "extras"), [(RUNTIME, ()), (DEVELOPMENT, ("dev",))])
def test_everything_asked_for_is_locked_at_a_version_that_will_do(lock: str, extras: tuple[str, ...]) -> None:
    entries = locked(lock)
    assert [
        str(wanted)
        for wanted in declared(*extras)
        if wanted.name not in entries or not wanted.specifier.contains(entries[wanted.name].version)
    ] == []


def test_the_two_locks_agree() -> None:
    development = locked(DEVELOPMENT)
    assert [entry.name for entry in locked(RUNTIME).values() if development.get(entry.name) != entry] == []


def test_the_installed_cryptography_is_the_locked_one_and_current() -> None:
    installed = Version(version("cryptography"))
    assert installed >= Version(locked(RUNTIME)["cryptography"].version)
    assert installed.major >= 50, "oso's own pin of cffi would pull in one from before 42, with known holes"


def test_cffi_is_the_one_that_oso_would_not_have_asked_for() -> None:
    assert Version(version("cffi")).major >= 2
