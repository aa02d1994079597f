"""The change feed: what a caller hears of the changes of records, one life event after the other (重点項目評価書Ⅱ-5).

Whether a change is heard of is decided once, by the facts that were stored with it; so what a caller has heard stays
as it was, whatever becomes of the facts later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changed:
    """A life event as the feed has it: whom it changed, which version it left, and its place among all changes.

    `previous_sequence` is that of the last change before it that the same caller hears of. `was_facts` and `facts` are
    the codes of the facts before and after, releases for the caller's purpose among them; `items` are those it changed.
    """

    addressee_number: str
    history_number: int
    sequence: int
    previous_sequence: int | None
    was_facts: int | None
    facts: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """What of changes a caller hears: the codes of facts for which she opens a record, and the items shown for each.

    She hears of a change if it left an item otherwise that she is shown; or if it closed the record to her, and then
    nothing but that. Compared by identity: statements are remembered with the hearings that they were made for.
    """

    opens: frozenset[int]
    shown: Mapping[int, frozenset[str]]

    def is_open(self, change: Changed) -> bool:
        """Whether the record was open to her after the change."""
        return change.facts in self.opens

    def items_in(self, change: Changed) -> tuple[str, ...]:
        """The changed items that she is shown."""
        shown = self.shown.get(change.facts, frozenset())
        return tuple(item for item in change.items if item in shown)
