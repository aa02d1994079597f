"""The load, in a process of its own: every connection sends its next request when the last is answered.

A job is a line of JSON on standard input, its outcome a line on standard output.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Final, cast

import httptools
import uvloop

STUCK_AFTER_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Job:
    """What to send: the lines of the head without Content-Length, the bodies in turn; how wide and how long."""

    port: int
    head: str
    bodies: tuple[str, ...]
    connections: int
    seconds: float


@dataclass
class Outcome:
    """What came of it: latencies in seconds, from the first request to the last answer, and answers that were no 200.

    Nobody is cut off: a request that was sent within the time is waited for, and the time until then counts.
    """

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    failures: int = 0


class _Connection(asyncio.Protocol):
    """One connection, in a closed loop until the time is over."""

    def __init__(self, requests: Iterator[bytes], until: float, outcome: Outcome) -> None:
        self._requests = requests
        self._until = until
        self._outcome = outcome
        self._parser = httptools.HttpResponseParser(self)
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(ConnectionError("the server hung up"))

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self._outcome.latencies.append(now - self._sent)
        self._outcome.failures += self._parser.get_status_code() != 200
        if now < self._until:
            self._send()
        else:
            self.ended.set_result(None)
            self._transport.close()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))


async def run(job: Job) -> Outcome:
    """Do a job."""
    outcome, loop = Outcome(), asyncio.get_running_loop()
    requests = itertools.cycle([_request(job.head, body.encode()) for body in job.bodies])
    started = time.perf_counter()

    def connection() -> _Connection:
        return _Connection(requests, started + job.seconds, outcome)

    made = [await loop.create_connection(connection, "127.0.0.1", job.port) for _ in range(job.connections)]
    async with asyncio.timeout(job.seconds + STUCK_AFTER_SECONDS):
        await asyncio.gather(*(one.ended for _, one in made))
    outcome.seconds = time.perf_counter() - started
    return outcome


def _request(head: str, body: bytes) -> bytes:
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def main() -> None:
    """Do the jobs that come in, one after the other."""
    for line in sys.stdin:
        outcome = uvloop.run(run(Job(**json.loads(line))))
        sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
