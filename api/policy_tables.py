"""The tables of the policy in force: those that come with daicho, where it is the policy that comes with daicho.

Of any other policy every question is asked, which takes half a minute of computing; here it would take it from whoever
waits for an answer. So a process of its own does it, behind everybody else, once: a policy in force never changes.
"""

from __future__ import annotations

import asyncio
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import Final

import structlog

from api.logging_setup import without_values
from authz.policy import Policy
from authz.review import matrix_file
from authz.review.matrix import Matrix, matrix
from domain.errors import Code, Refusal

NICENESS: Final = 19
"""Everybody else goes first."""
MAKING: Final = (sys.executable, "-P", "-X", "utf8", "-m", __name__)
"""A process that reads a policy and writes its tables."""


class PolicyTables:
    """The tables of one policy; `file` has those that come with daicho."""

    def __init__(self, policy: Policy, file: Path = matrix_file.MATRIX_FILE) -> None:
        self._policy = policy
        self._file = file
        self._making: asyncio.Task[Matrix] | None = None

    def begin(self) -> None:
        """Have them made before anybody wants to see them, where they do not come with daicho."""
        if self._shipped is None:
            self._task()

    async def matrix(self) -> Matrix:
        """The tables; whoever comes while they are made waits for the same ones. What failed is tried again.

        Raises `Refusal` (STORE_UNAVAILABLE) where the service stops meanwhile.
        """
        if self._shipped is not None:
            return self._shipped
        making = self._task()
        await asyncio.wait([making])
        if making.cancelled():
            raise Refusal(Code.STORE_UNAVAILABLE)
        return making.result()

    async def stop(self) -> None:
        """Make no more of them: the process that does is ended at once, and nobody waits for it any longer."""
        if self._making is not None:
            self._making.cancel()
            await asyncio.wait([self._making])

    @cached_property
    def _shipped(self) -> Matrix | None:
        """Those that come with daicho, if they were made from this very policy."""
        try:
            tables = matrix_file.read(self._file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, matrix_file.MatrixFileError) as error:
            structlog.get_logger().error("policy_tables_damaged", file=self._file.name, error=type(error).__name__)
            return None
        return tables if tables.policy_hash == self._policy.hash else None

    def _task(self) -> asyncio.Task[Matrix]:
        if self._making is None or (self._making.done() and (self._making.cancelled() or self._making.exception())):
            self._making = asyncio.create_task(_made(self._policy))
            self._making.add_done_callback(_tell_failure)
        return self._making


async def _made(policy: Policy) -> Matrix:
    # A session of its own: Ctrl-C in the terminal is for the service, which ends the process then.
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*MAKING, stdin=pipe, stdout=pipe, start_new_session=True)
    try:
        text, _ = await process.communicate(policy.text.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return matrix_file.read(text.decode())


def _tell_failure(task: asyncio.Task[Matrix]) -> None:
    """Also where nobody waits for it."""
    if not task.cancelled() and (error := task.exception()):
        structlog.get_logger().error("policy_tables_not_made", error=without_values(error))


if __name__ == "__main__":
    os.nice(NICENESS)
    sys.stdout.write(matrix_file.written(matrix(Policy(sys.stdin.read()))))
