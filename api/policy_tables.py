"""The tables of the policy in force: every question is asked of it, by processes that do nothing else.

That takes some ten to thirty seconds of computing; here it would take them from whoever waits for an answer. It is done
when it is first wanted, purpose by purpose on two processors, and remembered: a policy that is in force never changes.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from itertools import chain
from multiprocessing import get_context
from typing import Final

from authz.policy import Policy
from authz.review.answers import answers
from authz.review.matrix import Matrix, matrix

AT_ONCE: Final = 2
NICENESS: Final = 10
"""Who waits for an answer goes first."""


class PolicyTables:
    """The tables of one policy, for these of its purposes."""

    def __init__(self, policy: Policy, purposes: Sequence[str] = ()) -> None:
        self.policy = policy
        self._purposes = tuple(purposes or policy.purposes)
        self._asking: asyncio.Future[Matrix] | None = None

    async def matrix(self) -> Matrix:
        """The tables; whoever comes while they are made waits for the same ones. What failed is tried again."""
        if self._asking is None or (self._asking.done() and (self._asking.cancelled() or self._asking.exception())):
            self._asking = asyncio.ensure_future(self._asked())
        return await asyncio.shield(self._asking)

    async def _asked(self) -> Matrix:
        pool = ProcessPoolExecutor(AT_ONCE, get_context("spawn"), os.nice, (NICENESS,))
        run = asyncio.get_running_loop().run_in_executor
        try:
            parts = await asyncio.gather(*(run(pool, tables_of, self.policy.text, one) for one in self._purposes))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        items, acts = chain(*(one.items for one in parts)), chain(*(one.acts for one in parts))
        return Matrix(self.policy.hash, tuple(items), tuple(acts))


def tables_of(text: str, purpose: str) -> Matrix:
    """The tables for one purpose."""
    policy = _policy(text)
    return matrix(policy, answers(policy, [purpose]))


@lru_cache(maxsize=1)
def _policy(text: str) -> Policy:
    return Policy(text)
