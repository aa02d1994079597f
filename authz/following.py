"""Following changes at the desk: a caller hears of those to items she is shown, and of nothing else.

Whether she hears of one is decided by the facts that were stored with it, so that what she has heard stays what it was;
what she sees of the version that it left, by the facts of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from authz.decisions import Permit
from authz.desk import Visit
from authz.disclosure import Disclosure
from authz.facts import ResidentFacts
from authz.gathering import disclosed, show_met
from authz.runs import Asked, Position
from domain.change_feed import Changed, Hearing
from domain.ports import HISTORY_NUMBER


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `known` is the record as far as the caller knew it then, with the version that the change left.

    Where the record is open to her no more (`is_open`), the change says nothing but that.
    """

    known: Disclosure
    sequence: int
    previous_sequence: int | None
    is_open: bool
    items: tuple[str, ...]

    def read(self, item: str) -> object:
        """What is known of the record itself."""
        return self.known.read(item)


async def changes_after(visit: Visit, asked: Asked, after: int | None, first: int) -> tuple[Sequence[Change], bool]:
    """The next changes after this sequence that the caller hears of, and whether more follow."""
    permit, hearing = visit.permit(asked, ResidentFacts), visit.desk.decisions.hearing(visit.caller.profile)
    with visit.running(asked, permit, first) as run:
        feed = visit.desk.changes
        changed = await feed.after(hearing, visit.occasion, after, first + 1) if permit.opens else []
        changes = _heard(permit, hearing, changed[:first])
        run.shown, run.positions = [one.known for one in changes], [(at,) for at in range(len(changes))]
    return changes, len(changed) > first


async def versions_left(
    visit: Visit, asked: Asked, known: Sequence[Disclosure], places: Sequence[Position]
) -> list[Disclosure | None]:
    """The version that each of these changes left, as far as it may be seen today."""
    permit = visit.permit(asked, ResidentFacts)
    with visit.running(asked, permit, len(known)) as run:
        wanted = [_place(one) for one in known if one.row[HISTORY_NUMBER] is not None]
        versions, reading = visit.desk.versions, permit.reading
        rows = await versions.left(reading, visit.occasion, wanted) if wanted and permit.opens else []
        by_place = {_place(one): one for one in disclosed(permit, rows)}
        found = [by_place.get(_place(one)) for one in known]
        show_met(run, found, places)
    return found


def _place(one: Disclosure) -> tuple[str, int]:
    return one.key, one.row[HISTORY_NUMBER]  # type: ignore[return-value] # what rows of versions end with


def _heard(permit: Permit, hearing: Hearing, changes: Iterable[Changed]) -> list[Change]:
    return [
        Change(
            _known(permit, change, is_open=hearing.is_open(change)),
            change.sequence,
            change.previous_sequence,
            hearing.is_open(change),
            hearing.items_in(change),
        )
        for change in changes
    ]


def _known(permit: Permit, change: Changed, *, is_open: bool) -> Disclosure:
    """The record as it was known: where it was closed to her, as before."""
    facts = change.facts if is_open else change.was_facts
    row = (facts, change.addressee_number, change.addressee_number, change.history_number if is_open else None)
    return Disclosure(row, permit.views[facts])  # type: ignore[index] # one of the codes that are open to her
