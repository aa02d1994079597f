"""`python -m tests.bench.lookups`: can time tell whether somebody has an Individual Number? (case A-14)

2 × 1000 lookups by number, in random order, of a number that somebody has and of one that nobody has, compared by the
Mann–Whitney test. Who may not search by it must learn nothing: she is refused before the store is asked, which is a
test (tests/api/cases/test_g_vault.py); this shows that nothing else tells them apart on this machine. Who may is told
who has it, so her times may differ.
"""

from __future__ import annotations

import json
import math
import random
import time
from contextlib import ExitStack
from itertools import groupby

import click

from persistence import embedded
from tests.bench.__main__ import new_home
from tests.serving import Service, serve, with_village
from tests.village import ABSENT_NUMBER, NUMBERS

LOOKUPS = 1000
CALLERS = {"election-clerk": "who may not search by it", "tax-clerk": "who may"}
BY_NUMBER = "query ($n: String!) { resident(by: {individualNumber: $n}) { addresseeNumber } }"
SIGNIFICANT = 0.01


@click.command()
def lookups() -> None:
    """Measure, and say for each kind of caller whether the times differ."""
    with new_home() as home, ExitStack() as stack:
        server = embedded.start(home)
        stack.callback(server.stop)
        with_village(server.url)
        service = serve(server.url, stack)
        for caller, who in CALLERS.items():
            p = mann_whitney(*measured(service, caller))
            verdict = "tells them apart" if p < SIGNIFICANT else "tells nothing"
            click.echo(f"{caller}, {who}: p = {p:.3f}, time {verdict} ({LOOKUPS} lookups each)")


def measured(service: Service, caller: str) -> tuple[list[float], list[float]]:
    """Seconds of lookups of a number that is there, and of one that is not, in random order."""
    times: dict[str, list[float]] = {NUMBERS[0]: [], ABSENT_NUMBER: []}
    order = [number for number in times for _ in range(LOOKUPS)]
    random.Random(14).shuffle(order)  # noqa: S311 - an order, no secret
    headers = service.headers(caller)
    bodies = {n: json.dumps({"query": BY_NUMBER, "variables": {"n": n}}).encode() for n in times}
    for number in order:
        started = time.perf_counter()
        service.send("POST", "/graphql", bodies[number], headers)
        times[number].append(time.perf_counter() - started)
    return times[NUMBERS[0]], times[ABSENT_NUMBER]


def mann_whitney(one: list[float], other: list[float]) -> float:
    """The two-sided p that both come from the same distribution (normal approximation, ties share their rank)."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks_of_one, rank = 0.0, 1
    for _, tied in groupby(ranked, key=lambda each: each[0]):
        equal = list(tied)
        ranks_of_one += sum(rank + (len(equal) - 1) / 2 for _, whose in equal if whose == 0)
        rank += len(equal)
    n, m = len(one), len(other)
    u = ranks_of_one - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


if __name__ == "__main__":
    lookups()
