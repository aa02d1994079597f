"""Decisions remembered: what Oso said once for (policy, caller profile, facts, item) is never asked again.

Remembered means exactly equal: the key holds all that a policy may see, and a test compares every remembered decision
with Oso's own. The memory is bounded; what falls out is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from authz.callers import Profile
from authz.facts import Kind, Record, ResidentFacts, all_facts, names_that_hold
from authz.policy import Decision, Outcome, Policy, Rule
from domain.change_feed import Hearing
from domain.items import RESIDENT_ITEMS
from domain.ports import FIRST_COLUMN, Column, Reading

REMEMBERED = 65_536
"""Decisions kept in memory: some hundred profiles with all facts and items."""

PERMITS = 1_024
"""Permits kept in memory, one for each profile and set of items asked for; the largest take some 70 kB."""

NOTHING, MASKED = -1, -2
"""Positions of an item that is not in the row: it is withheld, or its mask is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """How every record with the same facts is shown to the same caller for the same items.

    `at` gives the item's position in the row, or `NOTHING` or `MASKED`; an item that was not asked for is not in it.
    `recorded` is what the ledger writes of the decisions, `shows_all` whether every item is SHOWN.
    """

    kind: Kind
    facts: tuple[str, ...]
    decisions: dict[str, Decision]
    at: dict[str, int]
    recorded: dict[str, tuple[str, str]]
    shows_all: bool

    def shows(self, item: str) -> bool:
        """Whether the item was asked for and is SHOWN."""
        decision = self.decisions.get(item)
        return decision is not None and decision.outcome is Outcome.SHOWN


@dataclass(frozen=True, slots=True, eq=False)
class Permit:
    """What one caller may load and see of a kind of record when asking for these items: a view per code of facts."""

    reading: Reading
    views: dict[int, View]

    @property
    def opens(self) -> bool:
        """Whether any record of this kind may be opened; if not, the store is not even asked."""
        return bool(self.reading.opens)

    def never_shown(self) -> dict[str, Decision]:
        """Items that no facts would show to this caller: what follows from the purpose alone."""
        views = list(self.views.values())
        asked = views[0].decisions if views else {}
        return {item: asked[item] for item in asked if not any(view.shows(item) for view in views)}


class Decisions:
    """The policy with a memory."""

    def __init__(self, policy: Policy, remembered: int = REMEMBERED) -> None:
        self.policy = policy
        self.decide = lru_cache(remembered)(policy.decide)
        self.opens = lru_cache(remembered)(policy.opens)
        self.search = lru_cache(remembered)(policy.search)
        self.may = lru_cache(remembered)(policy.may)
        self.permits = lru_cache(remembered)(policy.permits)
        self.enters = lru_cache(remembered)(policy.enters)
        self._permits = lru_cache(PERMITS)(self._permit)
        self.hearing = lru_cache(PERMITS)(self._hearing)

    def permit(self, profile: Profile, kind: Kind, items: tuple[str, ...]) -> Permit:
        """What the caller may load and see of this kind of record when asking for these items."""
        return self._permits(profile, kind, items)  # type: ignore[arg-type] # a class is hashable; mypy asks its instances

    def _permit(self, profile: Profile, kind: Kind, items: tuple[str, ...]) -> Permit:
        """Decide for every combination of facts at once, so that one statement can serve all records."""
        combinations = all_facts(kind)
        opens = frozenset(code for code, facts in combinations.items() if self.opens(profile, facts))
        shown = {item: self.shown_for(profile, kind, item) & opens for item in items}
        columns = tuple(Column(item, codes) for item, codes in shown.items() if codes)
        reading = Reading(opens, columns, frozenset(combinations))
        positions = {column.item: FIRST_COLUMN + at for at, column in enumerate(columns)}
        views = {code: self._view(profile, combinations[code], items, positions) for code in opens}
        return Permit(reading, views)

    def shown_for(self, profile: Profile, kind: Kind, item: str) -> frozenset[int]:
        """The codes of facts for which this caller would be shown the item."""
        return frozenset(
            code
            for code, facts in all_facts(kind).items()
            if self.decide(profile, facts, item).outcome is Outcome.SHOWN
        )

    def _hearing(self, profile: Profile) -> Hearing:
        """What the caller hears of the changes of residents' records."""
        opens = frozenset(code for code, facts in all_facts(ResidentFacts).items() if self.opens(profile, facts))
        codes = {item: self.shown_for(profile, ResidentFacts, item) & opens for item in RESIDENT_ITEMS}
        shown = {code: frozenset(item for item in codes if code in codes[item]) for code in all_facts(ResidentFacts)}
        return Hearing(opens, shown)

    def _view(self, profile: Profile, facts: Record, items: tuple[str, ...], positions: dict[str, int]) -> View:
        decisions = {item: self.decide(profile, facts, item) for item in items}
        at = {item: _position(decision, positions.get(item)) for item, decision in decisions.items()}
        recorded = {item: (decision.outcome.value, decision.rule.id) for item, decision in decisions.items()}
        shows_all = all(decision.outcome is Outcome.SHOWN for decision in decisions.values())
        return View(type(facts), names_that_hold(facts), decisions, at, recorded, shows_all)

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id."""
        return self.policy.rules[rule_id]


@lru_cache(4_096)
def without_edge(view: View, edge: str, decision: Decision) -> View:
    """The view where the record that an edge leads to may not be opened: the edge is withheld by that decision."""
    return replace(
        view,
        decisions=view.decisions | {edge: decision},
        at=view.at | {edge: NOTHING},
        recorded=view.recorded | {edge: (decision.outcome.value, decision.rule.id)},
        shows_all=False,
    )


def _position(decision: Decision, column: int | None) -> int:
    if decision.outcome is Outcome.SHOWN and column is not None:
        return column
    return MASKED if decision.outcome is Outcome.MASKED else NOTHING
