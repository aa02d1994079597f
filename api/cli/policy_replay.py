"""The ledger decided again by another policy: its entries, the policies that decided then, and what grants closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson

from api.cli.errand import Errand
from authz.decisions import Decisions
from authz.entries import Act
from authz.policy import Policy, PolicyError
from authz.policy_text import without_proofs
from authz.review.replaying import Replay
from authz.review.replaying import replay as replayed
from domain.ledger.entries import Kind
from persistence.policies import KeptPolicy


async def replay_ledger(errand: Errand, new: Policy, since: datetime) -> list[dict[str, Any]]:
    """What would have been decided otherwise, the most records first; the last line is the sum. Raises `Refusal`."""
    caller = await errand.caller()
    services, code = errand.services, errand.municipality_code
    found = [orjson.loads(entry) for entry in await services.ledger.entries(code, last=None)]
    asked = [entry for entry in found if datetime.fromisoformat(entry["recorded_at"]) >= since]
    grants = await services.access.listed("grants", code)
    closed = {str(row["id"]): frozenset(row["switched_off"]) for row in grants}
    old = dict(loadable(await services.policies.kept(code)))
    await errand.record(Act(Kind.LEDGER_READ, errand.name, len(asked)), caller)
    return list(_lines(replayed(asked, Decisions(new), old, closed)))


def loadable(kept: Sequence[KeptPolicy]) -> Iterator[tuple[str, Decisions]]:
    """The policies that this version can still read, by their hash. They were proved when they were used."""
    for one in kept:
        try:
            yield one.hash, Decisions(Policy(without_proofs(one.text)))
        except PolicyError:
            continue


def _lines(found: Replay) -> Iterator[dict[str, Any]]:
    for decision, records in found.changed.most_common():
        yield {**decision._asdict(), "records": records}
    yield {"entries": found.entries, "decisions": found.decisions, "changed": sum(found.changed.values())}
