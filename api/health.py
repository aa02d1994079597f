"""Whether the process lives, and whether it serves: for a load balancer and for who starts it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Check = Callable[[], Coroutine[Any, Any, None]]


class OneAtATime:
    """A check whose outcome all share who ask while it runs: asking needs no token, so it must cost next to nothing."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._running: asyncio.Task[None] | None = None

    async def __call__(self) -> None:
        """Wait for the check that runs, or for a new one; raises what it raises."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._check())
        await asyncio.shield(self._running)


class Readiness:
    """The parts without which nobody is served, by name, each with its check."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = {name: OneAtATime(check) for name, check in checks.items()}

    async def check(self) -> None:
        """Return when all parts answer; raises what the first one that does not answer raises."""
        await asyncio.gather(*(check() for check in self._checks.values()))

    async def answering(self) -> dict[str, bool]:
        """Which parts answer."""
        told = await asyncio.gather(*(check() for check in self._checks.values()), return_exceptions=True)
        return {name: outcome is None for name, outcome in zip(self._checks, told, strict=True)}


def health_routes(readiness: Readiness) -> list[Route]:
    """`GET /health/live` answers 200; `GET /health/ready` 200 when store and ledger answer.

    Else the app answers the `Refusal` that the check raises: 503.
    """

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def ready(_request: Request) -> Response:
        await readiness.check()
        return JSONResponse({"status": "ready"})

    return [Route("/health/live", live), Route("/health/ready", ready)]
