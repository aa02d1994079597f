"""One structured event for every entry of the ledger, written after its commit: for operations, not for the law.

It names the entry and how it went, and no subject, no item's value and no name: who was looked at stands in the ledger
only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from structlog.typing import FilteringBoundLogger

from domain.errors import Code
from domain.ledger.entries import Entry


def emit(
    logger: FilteringBoundLogger, entry: Entry, outcomes: Mapping[str, int], position: int | None, duration_ms: float
) -> None:
    """Write the event `access` of an entry that is committed at this position; unknown where a change committed it.

    `outcomes` are its decisions by outcome, `duration_ms` is its resolver's run.
    """
    logger.info(
        "access",
        entry=entry.id,
        position=position,
        municipality_code=entry.municipality_code,
        request_id=entry.request_id,
        staff_number=entry.staff_number,
        department=entry.department,
        purpose=entry.purpose,
        path=entry.path,
        kind=entry.kind.value,
        outcomes=outcomes,
        result_count=entry.result_count,
        number_accessed=entry.number_accessed,
        code=entry.code,
        duration_ms=round(duration_ms, 3),
    )
    if entry.code == Code.EXTRACTION_REQUIRED:
        _warn_of_bulk(logger, entry)


def _warn_of_bulk(logger: FilteringBoundLogger, entry: Entry) -> None:
    """Write the event `bulk_refused` (大量検索の警報): somebody has had what one person may have within an hour."""
    logger.warning(
        "bulk_refused",
        entry=entry.id,
        municipality_code=entry.municipality_code,
        request_id=entry.request_id,
        staff_number=entry.staff_number,
        department=entry.department,
        purpose=entry.purpose,
        path=entry.path,
    )


def decisions_by_outcome(entry: Entry) -> dict[str, int]:
    """How many items had each outcome, over all records; a decision about no record in particular counts once."""
    counts: Counter[str] = Counter()
    for group in entry.groups:
        records = max(len(group.subjects), 1)
        for outcome, _rule in group.items.values():
            counts[outcome] += records
    return dict(counts)
