"""Acting as another account of the machine, which only root can."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")


def run_as(
    uid: int, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program as an account without any group of its own, from `/`."""
    return subprocess.run(  # noqa: S603 - the tests' own fixed commands, without a shell
        command,
        user=uid,
        group=uid,
        extra_groups=[],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
