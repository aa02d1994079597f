"""What is counted for operations, as Prometheus reads it: how many, how long, how it went; never who or what.

The values of every label are a closed list: our statuses, codes, reasons, kinds and outcomes, and the purposes of the
policy. Whatever else comes, from a client or a token, counts as `other`; so no number and no name can become a label,
and nobody can make the lists grow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import cache, partial
from importlib.metadata import version
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.health import Check, OneAtATime, Readiness
from api.sign_in import Reason
from domain.errors import Code, Refusal
from domain.ledger.entries import Entry

OTHER: Final = "other"
CODES: Final = frozenset({"", *(code.value for code in Code), *(reason.value for reason in Reason)})
REQUEST_SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
COMMIT_SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
TOGETHER: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)


class Metrics:
    """The counts of one process; `purposes` are those that the policy knows, `policy_hash` says which policy it is."""

    def __init__(self, purposes: Collection[str], policy_hash: str) -> None:
        self._registry = registry = CollectorRegistry()
        self._purposes = frozenset({"", *purposes})
        # Looking a series up by its labels costs more than counting; so what was found is remembered.
        count, measure = partial(Counter, registry=registry), partial(Histogram, registry=registry)
        self._requests = cache(
            count("daicho_requests", "Answers of POST /graphql, by first error", ("status", "code")).labels
        )
        self._seconds = cache(
            measure("daicho_request_seconds", "Until the answer leaves", ("kind",), buckets=REQUEST_SECONDS).labels
        )
        self._entries = cache(
            count("daicho_ledger_entries", "Entries committed for requests", ("kind", "code", "purpose")).labels
        )
        self._items = cache(count("daicho_items", "Items decided on, over all records", ("outcome",)).labels)
        self._numbers = count("daicho_number_accesses", "Entries with an Individual Number shown or searched by")
        self._sign_ins = cache(count("daicho_refused_sign_ins", "Requests without a valid token", ("reason",)).labels)
        self._commits = measure("daicho_ledger_commit_seconds", "A transaction of the ledger", buckets=COMMIT_SECONDS)
        self._together = measure("daicho_ledger_commit_entries", "Entries of a transaction", buckets=TOGETHER)
        self._failures = count("daicho_ledger_failures", "Transactions of the ledger that failed")
        self._up = cache(Gauge("daicho_up", "1 when this part answers", ("part",), registry=registry).labels)
        self._ready = Gauge("daicho_ready", "1 when all parts answer, as /health/ready has it", registry=registry)
        self._codes = cache(
            Gauge("daicho_codes_unused", "Resident Record Codes left", ("municipality",), registry=registry).labels
        )
        ledger = partial(Gauge, labelnames=("municipality",), registry=registry)
        self._age = cache(
            ledger("daicho_checkpoint_age_seconds", "Since the newest checkpoint outside was kept there").labels
        )
        self._lacking = cache(ledger("daicho_ledger_uncovered_entries", "In no checkpoint that is kept outside").labels)
        self._uncovered = cache(
            ledger("daicho_ledger_uncovered_seconds", "Since all entries were in a checkpoint that is outside").labels
        )
        build = {"version": version("daicho"), "policy": policy_hash}
        Info("daicho_build", "Which daicho, with which policy", registry=registry).info(build)
        ProcessCollector(registry=registry)

    def answered(self, status: int, code: str, kind: str, seconds: float) -> None:
        """Count an answer; `kind` is that of its first entry."""
        self._requests(status, code).inc()
        self._seconds(kind).observe(seconds)

    def recorded(self, entry: Entry, outcomes: Mapping[str, int]) -> None:
        """Count an entry that is committed, and what was decided in it."""
        code, purpose = entry.code or "", entry.purpose or ""
        self._entries(
            entry.kind.value,
            code if code in CODES else OTHER,
            purpose if purpose in self._purposes else OTHER,
        ).inc()
        for outcome, count in outcomes.items():
            self._items(outcome).inc(count)
        if entry.number_accessed:
            self._numbers.inc()

    def refused_sign_in(self, reason: Reason) -> None:
        """Count a refused sign-in."""
        self._sign_ins(reason.value).inc()

    def committed(self, entries: int, seconds: float) -> None:
        """Count a transaction of the ledger; one of no entries has failed."""
        if not entries:
            self._failures.inc()
            return
        self._commits.observe(seconds)
        self._together.observe(entries)

    def answering(self, parts: Mapping[str, bool]) -> None:
        """Set which parts answer now."""
        for name, answers in parts.items():
            self._up(name).set(answers)
        self._ready.set(all(parts.values()))

    def stocked(self, municipality_code: str, unused_codes: int) -> None:
        """Set how many unused Resident Record Codes a municipality that is served has left."""
        self._codes(municipality_code).set(unused_codes)

    def uncovered(self, municipality_code: str, seconds: float) -> None:
        """Set for how long not every entry of a ledger is known to have left the database."""
        self._uncovered(municipality_code).set(seconds)

    def outside(self, municipality_code: str, entries: int, age: timedelta | None) -> None:
        """Set how many entries of a ledger no place outside has a checkpoint of, and how old the newest there is."""
        self._lacking(municipality_code).set(entries)
        if age is not None:
            self._age(municipality_code).set(age.total_seconds())

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self)

    def collect(self) -> Iterable[Metric]:
        """What the registry holds but the time when each series began, which would double their count."""
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric


def metrics_route(metrics: Metrics, readiness: Readiness, look: Check) -> Route:
    """`GET /metrics`: the counts of this process, whether its parts answer now, and what `look` sets.

    What cannot be looked up now keeps the value that it had.
    """
    look_once = OneAtATime(look)

    async def tell(_request: Request) -> Response:
        metrics.answering(await readiness.answering())
        with suppress(Refusal):
            await look_once()
        return Response(metrics.text(), headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Route("/metrics", tell)
