"""What the tests last said: the file that `make test` writes, read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.errors import Code, Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one test ended: `test` is its name with file and parameters, `outcome` passed, failed, skipped or not run."""

    test: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Results:
    """One run of the tests: of which commit, when, and what each criterion's tests said.

    `is_dirty`: the checkout held changes that were not committed, so the commit alone does not say what was tested;
    `fingerprint` does, and is empty where the code changed while the tests ran.
    """

    commit: str
    is_dirty: bool
    at: datetime
    fingerprint: str
    outcomes: Mapping[str, tuple[Outcome, ...]]


def read_results(file: Path) -> Results | None:
    """The results in a file; `None` where there is none. Raises `Refusal` (INVALID_INPUT) if it is something else."""
    try:
        return _parsed(json.loads(file.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Refusal(
            Code.INVALID_INPUT,
            names=(file.name,),
            detail=(
                "This is no file of results that `make test` writes.",
                "`make test` が書き出した結果ではありません。",
            ),
        ) from None


def _parsed(written: Mapping[str, Any]) -> Results:
    return Results(
        commit=str(written["commit"]),
        is_dirty=bool(written["dirty"]),
        at=datetime.fromisoformat(written["at"]),
        fingerprint=str(written["fingerprint"]),
        outcomes={
            name: tuple(Outcome(each["test"], each["outcome"]) for each in said["tests"])
            for name, said in written.items()
            if isinstance(said, Mapping)
        },
    )
