"""Rounds: every build in turn does the same for a while, again and again, so that what drifts hits all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

from tests.bench.load import Job, Outcome
from tests.bench.operations import PURPOSE, Operation
from tests.bench.servers import Server, Store

ROUNDS = 3
CONNECTIONS = (1, 16)
WARM_UP_CONNECTIONS, WARM_UP_SECONDS = 2, 0.5

Do = Callable[[Job], Outcome]


@dataclass
class Cell:
    """What one build did for one operation over so many connections: all its rounds together."""

    build: str
    operation: str
    connections: int
    latencies: list[float] = field(default_factory=list, repr=False)
    seconds: float = 0.0
    server_cpu: float = 0.0
    store_cpu: float = 0.0

    @property
    def requests(self) -> int:
        """How many were answered."""
        return len(self.latencies)

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def server_cpu_ms(self) -> float:
        """Processor time of the server's process, a request."""
        return self.server_cpu / self.requests * 1000

    @property
    def store_cpu_ms(self) -> float:
        """Processor time of PostgreSQL, a request."""
        return self.store_cpu / self.requests * 1000

    def quantile_ms(self, share: float) -> float:
        """The latency that this share of the requests stays within."""
        ordered = sorted(self.latencies)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] * 1000

    def told(self) -> dict[str, Any]:
        """The cell as JSON has it."""
        return {
            "build": self.build,
            "operation": self.operation,
            "connections": self.connections,
            "requests": self.requests,
            "requests_per_second": round(self.per_second, 2),
            "p50_ms": round(self.quantile_ms(0.5), 3),
            "p99_ms": round(self.quantile_ms(0.99), 3),
            "server_cpu_ms": round(self.server_cpu_ms, 4),
            "store_cpu_ms": round(self.store_cpu_ms, 4),
        }


@contextmanager
def load_generator() -> Iterator[Do]:
    """The process that makes the load, as a function that does a job and waits for its outcome."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    assert process.stdout
    to, back = process.stdin, process.stdout

    def do(job: Job) -> Outcome:
        to.write(json.dumps(asdict(job)) + "\n")
        to.flush()
        answered = back.readline()
        if not answered:
            raise RuntimeError("the load generator has stopped")
        return Outcome(**json.loads(answered))

    with process:
        yield do
        to.close()


def head(token: str) -> str:
    """The head of every request, but for its length."""
    return (
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {token}\r\nDaicho-Purpose: {PURPOSE}\r\n"
    )


def bodies(operation: Operation) -> tuple[str, ...]:
    """The bodies of an operation's requests."""
    return tuple(
        json.dumps({"query": operation.document, "variables": one}, ensure_ascii=False) for one in operation.variables
    )


def warm_up(servers: Mapping[str, Server], operations: Sequence[Operation], token: str, do: Do) -> None:
    """Let every build compile, connect and remember what it does only once."""
    for server in servers.values():
        for operation in operations:
            _checked(
                do(Job(server.port, head(token), bodies(operation), WARM_UP_CONNECTIONS, WARM_UP_SECONDS)), server.build
            )


def measure(
    servers: Mapping[str, Server], store: Store, operation: Operation, job: Callable[[Server], Job], do: Do
) -> list[Cell]:
    """A cell for each build, in rounds of one after the other."""
    cells = {build: Cell(build, operation.name, job(server).connections) for build, server in servers.items()}
    for _ in range(ROUNDS):
        for build, server in servers.items():
            _one_round(cells[build], server, store, lambda at=server: do(job(at)))
    return list(cells.values())


def _one_round(cell: Cell, server: Server, store: Store, load: Callable[[], Outcome]) -> None:
    server_before, store_before = server.cpu_seconds(), store.cpu_seconds()
    outcome = _checked(load(), server.build)
    cell.server_cpu += server.cpu_seconds() - server_before
    cell.store_cpu += store.cpu_seconds() - store_before
    cell.latencies += outcome.latencies
    cell.seconds += outcome.seconds


def _checked(outcome: Outcome, build: str) -> Outcome:
    if outcome.failures:
        raise RuntimeError(f"{build}: {outcome.failures} answers were no 200")
    return outcome


def answer_of(server: Server, token: str, body: str) -> Any:
    """The data of one answer; raises when it has errors."""
    headers = dict(line.split(": ", 1) for line in head(token).splitlines()[1:])
    answer = httpx.post(f"http://127.0.0.1:{server.port}/graphql", content=body.encode(), headers=headers).json()
    if "errors" in answer:
        raise RuntimeError(f"{server.build}: {answer['errors']}")
    return answer["data"]
