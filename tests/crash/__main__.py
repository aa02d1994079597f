"""`python -m tests.crash`: kill so many times, tell how it went, and end with 1 on any finding."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crash.drill import Drill


def main() -> int:
    """Run the drill in a home of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--times", type=int, default=200, help="how often to kill")
    parser.add_argument("--residents", type=int, default=400, help="of the demonstration city")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="repeats what is killed when")
    chosen = parser.parse_args()
    above = (
        "/var/lib" if os.geteuid() == 0 else None
    )  # root's PostgreSQL has an account of its own, which must get there
    with TemporaryDirectory(prefix="daicho-crash-", dir=above, ignore_cleanup_errors=True) as folder:
        drill = Drill(Path(folder) / "home", chosen.residents, chosen.seed, _say)
        report = drill.run(drill.random_kinds(chosen.times))
    _say(f"seed {chosen.seed}\n{report}")
    return 1 if report.findings else 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what the command is for


if __name__ == "__main__":
    sys.exit(main())
