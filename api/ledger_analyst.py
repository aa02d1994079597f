"""Analyses of many entries, each by a process of its own: a million take some ten seconds of computing.

A thread would take them from whoever waits for an answer here: readers beside it waited three times as long (measured).
What is asked goes in by a pipe, for it holds the login's password; the process ends with its answer, or is ended.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from dataclasses import dataclass
from typing import Final

from authz.ledger_review import report_on
from domain.errors import Code, Refusal
from domain.ledger.analyses.findings import Report
from domain.ledger.analyses.reports import Reporting
from domain.ledger.reading import Days
from persistence.ledger_reading import LedgerReading
from persistence.logins import Logins

AT_ONCE: Final = 2
PATIENCE_SECONDS: Final = 6.0
"""For so long one of them is waited for."""
NICENESS: Final = 10
"""Who reads the register goes first."""
ANALYSING: Final = (sys.executable, "-P", "-X", "utf8", "-m", __name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What the process is told."""

    logins: Logins
    prepared_statements: bool
    municipality_code: str
    reporting: Reporting
    days: Days
    entries: int


class LedgerAnalyst:
    """`authz.ledger_review.Analyst`, for those who ask a service."""

    def __init__(self, logins: Logins, *, prepared_statements: bool = True) -> None:
        self._logins = logins
        self._prepared_statements = prepared_statements
        self._free = asyncio.Semaphore(AT_ONCE)

    async def report(self, municipality_code: str, reporting: Reporting, days: Days, entries: int) -> Report:
        """The report. Raises `Refusal` (STORE_UNAVAILABLE; LIMIT_EXCEEDED where others keep it busy)."""
        logins = self._logins.only([municipality_code])
        question = Question(logins, self._prepared_statements, municipality_code, reporting, days, entries)
        await self._turn()
        try:
            answer = await _asked(question)
        finally:
            self._free.release()
        if isinstance(answer, Code):
            raise Refusal(answer)
        return answer

    async def _turn(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            text = (
                f"{AT_ONCE} analyses are under way; ask again when one is done.",
                f"他の分析を{AT_ONCE}件実行中です。終了してから再度お試しください。",
            )
            raise Refusal(Code.LIMIT_EXCEEDED, detail=text) from None


async def _asked(question: Question) -> Report | Code:
    # A session of its own: Ctrl-C in the terminal is for the service, which ends the process then.
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*ANALYSING, stdin=pipe, stdout=pipe, start_new_session=True)
    try:
        told, _ = await process.communicate(pickle.dumps(question))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    answer: Report | Code = pickle.loads(told)  # noqa: S301 - written by the process that was started for it
    return answer


async def answered(question: Question) -> Report | Code:
    """The report, or the code that it was refused with: what the process does."""
    reading = LedgerReading(question.logins, prepared_statements=question.prepared_statements)
    try:
        return await report_on(reading, question.municipality_code, question.reporting, question.days, question.entries)
    except Refusal as refusal:
        return refusal.code


def main() -> None:
    """Answer the question that comes in."""
    os.nice(NICENESS)
    question: Question = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - written by the process that started this one
    sys.stdout.buffer.write(pickle.dumps(asyncio.run(answered(question))))


if __name__ == "__main__":
    main()
