"""No key, password or token where another account, or who reads the terminal, could see it."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them
import pytest

from tests.commands import Running

SECRET_FILES = ("ledger.key", "issuer.json", "cursor-keyset.json", "number-key.json", "checkpoint-keys")


def secrets_of(running: Running) -> Iterator[str]:
    """The embedded server's password, the issuer's private key, the keysets, a token."""
    home = running.daicho.home
    yield (home / "postgresql" / "pgpass").read_text("ascii").strip().rpartition(":")[2]
    yield json.loads((home / "issuer.json").read_text("ascii"))["d"]
    yield from json.loads((home / "cursor-keyset.json").read_text("ascii")).values()
    yield from (key["keyData"]["value"] for key in json.loads((home / "number-key.json").read_text("ascii"))["key"])
    yield (home / "checkpoint-keys").read_text("utf-8").strip().rpartition("+")[2]
    yield running.token("tax-clerk")


def processes_of(running: Running) -> list[psutil.Process]:
    """The service and the embedded server, with all their children."""
    pid_file = running.daicho.home / "postgresql" / "data" / "postmaster.pid"
    heads = [psutil.Process(running.process.pid), psutil.Process(int(pid_file.read_text("ascii").splitlines()[0]))]
    return [each for head in heads for each in (head, *head.children(recursive=True))]


@pytest.mark.holds("D-05")
def test_no_secret_stands_in_the_arguments_or_the_environment_of_any_process(demonstration: Running) -> None:
    seen = [text for each in processes_of(demonstration) if (text := _arguments_and_environment(each))]
    assert len(seen) > 2
    assert not [secret for secret in secrets_of(demonstration) for text in seen if secret in text]


def _arguments_and_environment(process: psutil.Process) -> str:
    """Nothing of a process that has ended meanwhile, as the server's do with each short connection."""
    try:
        return str((process.cmdline(), process.environ()))
    except psutil.NoSuchProcess:
        return ""


@pytest.mark.holds("D-05")
def test_no_secret_is_printed_or_logged(demonstration: Running) -> None:
    log = (demonstration.daicho.home / "postgresql.log").read_text("utf-8")
    written = demonstration.out + demonstration.err + log
    assert not [secret for secret in secrets_of(demonstration) if secret in written]


@pytest.mark.holds("D-05")
@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="only Linux tells the limits of another process")
def test_no_process_leaves_a_core_dump(demonstration: Running) -> None:
    limits = [Path(f"/proc/{each.pid}/limits").read_text("ascii") for each in processes_of(demonstration)]
    (core,) = {" ".join(line.split()) for text in limits for line in text.splitlines() if "core file" in line}
    assert core == "Max core file size 0 0 bytes"


@pytest.mark.parametrize("name", SECRET_FILES)
def test_nobody_else_may_read_a_key(demonstration: Running, name: str) -> None:
    assert stat.S_IMODE((demonstration.daicho.home / name).stat().st_mode) == 0o600
