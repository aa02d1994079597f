"""What the register does by itself, once a day: each job may run again and does nothing twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its name as commands and ledger have it, what it does, and why."""

    name: str
    english: str
    japanese: str
    source: str


CLOSE_DUE = Job(
    "closeDue",
    "closes the records of who planned to move out, when the day has come",
    "転出予定年月日が到来した住民票の消除",
    "標準仕様書1.0 1.1.5",
)
CODE_STOCK = Job(
    "codeStock",
    "warns when few unused Resident Record Codes are left",
    "住民票コードの空き番の残数確認",
    "標準仕様書1.0 4.3.1",
)
HANDOVERS = Job(
    "handovers",
    "erases documents whose links have expired",
    "有効期限を過ぎた受渡し用文書の消去",
    "住基法第36条の2",
)

JOBS: Mapping[str, Job] = MappingProxyType({job.name: job for job in (CLOSE_DUE, CODE_STOCK, HANDOVERS)})
"""Every job by its name, in the order in which they run."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a run: how many records it changed, and how many things it had to leave for somebody to look at."""

    done: int = 0
    left: int = 0

    @property
    def failed(self) -> bool:
        """Whether something is left to do."""
        return self.left > 0


FAILED = JobResult(left=1)
"""Of a run that did not come to its end."""
