"""One run of a resolver: what it loaded and decided, told alike to the ledger and to the caller."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from authz.decisions import Permit, View
from authz.disclosure import Disclosure
from authz.policy import Decision, Outcome
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS
from domain.ledger.entries import Entry, Group, Kind

Position = tuple[int, ...]
"""Where a record stands in the answer: its index in each list on the way."""


@dataclass(frozen=True)
class Spot:
    """A place in the answer where the records stand, and what is asked for there.

    `place` is the way to it with `*` for a list position, `leaves` the items by the names (aliases) they have in it.
    """

    place: tuple[str, ...]
    leaves: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """What a resolver was asked for: `field` is its type and field name (`Resident.household`).

    The same records may stand in more than one place (`edges { node }` and `nodes`).
    """

    field: str
    spots: tuple[Spot, ...] = ()

    @cached_property
    def items(self) -> tuple[str, ...]:
        """The items, each once, in a settled order, so that equal questions share one permit."""
        return tuple(sorted({item for spot in self.spots for _, item in spot.leaves}))


@dataclass(slots=True)
class Run:
    """What one run did; `positions` belong to `shown`, one each.

    `subjects` are those whose records it changed, or read without showing an item. `entry` is its entry in the ledger
    where that is committed already, in the transaction of a change. `counted` is how much it told that is no record of
    the register (entries of the ledger). `number_told`: an Individual Number stands on what is handed over.
    `requester`: who asked for the paper that it is about (`RequesterKind`).
    """

    asked: Asked
    kind: Kind
    permit: Permit | None = None
    shown: Sequence[Disclosure] = ()
    positions: Sequence[Position] = ()
    searched_by: dict[str, str] = field(default_factory=dict)
    code: str | None = None
    duration_ms: float = 0.0
    subjects: tuple[str, ...] = ()
    counted: int | None = None
    entry: Entry | None = None
    number_told: bool = False
    requester: str | None = None

    def groups(self) -> tuple[Group, ...]:
        """The records by the view they share, as the ledger writes them."""
        shown = tuple(
            Group(view.facts, tuple([one.key for one in self.shown if one.view is view]), view.recorded)
            for view in self._views()
        )
        return (*shown, Group((), self.subjects, {})) if self.subjects else shown

    @property
    def number_accessed(self) -> bool:
        """個人番号へのアクセス有無: an Individual Number was SHOWN or searched by."""
        shown = any(view.shows("individual_number") for view in self._views())
        return shown or self.number_told or "individual_number" in self.searched_by

    def disclosures(self, *, all_outcomes: bool) -> Iterator[dict[str, object]]:
        """`extensions.disclosures`: per path and item the outcomes other than SHOWN (or all but ABSENT)."""
        views = self._views()
        if not all_outcomes and all(view.shows_all for view in views):
            return
        for spot in self.asked.spots:
            for name, item in spot.leaves:
                path = [*spot.place, name]
                for decision, of_views in _decided(views, item).items():
                    if all_outcomes or decision.outcome is not Outcome.SHOWN:
                        meant = self._meant(item, decision, of_views)
                        if meant:
                            yield {"path": path} | self._told(item, decision, meant)

    def _views(self) -> tuple[View, ...]:
        """The views that the records share, each once."""
        return tuple(dict.fromkeys([one.view for one in self.shown]))

    def _meant(self, item: str, decision: Decision, views: set[View]) -> list[Position]:
        """Where the records with these views stand. What is shown and absent stands in the answer only."""
        may_be_absent = decision.outcome is Outcome.SHOWN
        return [
            position
            for one, position in zip(self.shown, self.positions, strict=True)
            if one.view in views and not (may_be_absent and one.is_absent(item))
        ]

    def _told(self, item: str, decision: Decision, meant: Sequence[Position]) -> dict[str, object]:
        told: dict[str, object] = {
            "item": graphql_name(item),
            "outcome": decision.outcome.value,
            "rule": decision.rule.id,
            "legalBasis": decision.rule.legal_basis,
            "count": len(meant),
        }
        if len(meant) != len(self.shown):
            told["at"] = [position[0] if len(position) == 1 else list(position) for position in meant]
        return told


def _decided(views: Iterable[View], item: str) -> dict[Decision, set[View]]:
    """The decisions on an item, each with the views that share it."""
    decided: dict[Decision, set[View]] = {}
    for view in views:
        decided.setdefault(view.decisions[item], set()).add(view)
    return decided


def graphql_name(item: str) -> str:
    """The item's name in the schema (and `id` for the sealed id)."""
    found = RESIDENT_ITEMS.get(item) or HOUSEHOLD_ITEMS.get(item) or VERSION_ITEMS.get(item)
    return found.graphql_name if found else item
