"""A ledger decided again by another policy: who would have gained or lost what.

An entry tells the caller's department, purpose and grants and, for each group of records, the facts and what was
decided of each item. The policy that decided is known by its hash: only what the two policies answer differently
counts, since an edge may have been withheld for the record that it leads to. Where the old policy was not kept, the
entry's own outcome stands for it. What was refused then left no facts: nothing tells what it would have gained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from authz.callers import Profile
from authz.decisions import Decisions
from authz.facts import HouseholdFacts, Record, ResidentFacts
from domain.items import HOUSEHOLD_ITEMS

_HOUSEHOLD_FIELD = "household"
_GATHERED = "Query.node"


class Replayed(NamedTuple):
    """A decision that would have been another one: whose, about what, and what it was and would be."""

    department: str
    purpose: str
    staff_number: str
    item: str
    facts: str
    was: str
    would_be: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What another policy would have done: each changed decision with the number of records, and all that was asked."""

    entries: int
    decisions: int
    changed: Counter[Replayed]


def replay(
    entries: Iterable[Mapping[str, Any]],
    new: Decisions,
    old: Mapping[str, Decisions],
    closed_by: Mapping[str, frozenset[str]],
) -> Replay:
    """Decide entries (as the ledger writes them) again.

    `old` are the policies that were kept, by their hash; `closed_by` the item classes that a grant closes, by its id.
    """
    asked = 0
    changed: Counter[Replayed] = Counter()
    seen = 0
    for entry in entries:
        seen += 1
        for answer, records in _replayed(entry, new, old.get(entry.get("policy_hash") or ""), closed_by):
            asked += records
            if answer is not None:
                changed[answer] += records
    return Replay(seen, asked, changed)


def _replayed(
    entry: Mapping[str, Any], new: Decisions, old: Decisions | None, closed_by: Mapping[str, frozenset[str]]
) -> Iterator[tuple[Replayed | None, int]]:
    if not entry.get("department") or not entry.get("purpose"):
        return
    profile = Profile(entry["department"], entry["purpose"], _closed(entry, closed_by))
    who = entry["department"], entry["purpose"], entry.get("staff_number") or ""
    for item in entry.get("searched_by") or ():
        lost = new.search(profile, item) is None
        yield (Replayed(*who, item, "", "searched", "refused") if lost else None), 1
    for group in entry.get("groups") or ():
        facts = _facts(entry, group)
        for item, recorded in group["items"].items():
            was = old.decide(profile, facts, item).outcome.value if old else recorded["outcome"]
            would_be = new.decide(profile, facts, item).outcome.value
            told = Replayed(*who, item, "+".join(group["facts"]), recorded["outcome"], would_be)
            yield (told if was != would_be else None), len(group["subjects"])


def _facts(entry: Mapping[str, Any], group: Mapping[str, Any]) -> Record:
    """The facts of a group, of the kind of record that its path leads to."""
    path = entry.get("path") or ""
    leads = path.rpartition(".")[2] == _HOUSEHOLD_FIELD or (
        path == _GATHERED and group["items"].keys() <= HOUSEHOLD_ITEMS.keys()
    )
    return (HouseholdFacts if leads else ResidentFacts)(**dict.fromkeys(group["facts"], True))


def _closed(entry: Mapping[str, Any], closed_by: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The classes that every grant of the entry closes, as at admission."""
    closed = [closed_by[grant] for grant in entry.get("grants") or () if grant in closed_by]
    return frozenset.intersection(*closed) if closed else frozenset()
