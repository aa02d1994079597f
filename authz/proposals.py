"""What a notification proposes for each record: what it says before and after, as this caller may see it today.

A provisional notification's events are applied to the records as they stand (nobody else may change them meanwhile); an
approved one's stand in the history. One that was withdrawn proposes nothing. Every item is decided by today's facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from authz.changing import facts_codes
from authz.decisions import Permit
from authz.desk import Visit
from authz.disclosure import Disclosure
from authz.facts import ResidentFacts
from authz.gathering import show_met
from authz.runs import Asked, Position
from domain.life_histories import LifeHistory, Recorded
from domain.notifications import Change, Notification, Situation, State, Wanted
from domain.ports import Row
from domain.residents import shown
from domain.versions import Version

NO_FACTS = 0
"""The facts of somebody who is not in the register yet."""

NOTHING = LifeHistory(None)


@dataclass(frozen=True, slots=True)
class Proposed:
    """One change of a notification, by its place in it."""

    notification: Notification
    at: int

    @property
    def change(self) -> Change:
        """The change itself."""
        return self.notification.changes[self.at]


@dataclass(frozen=True, slots=True)
class Step:
    """The record before a change and after it; none: there is no record."""

    before: Version | None
    after: Version | None
    is_new: bool


async def before(
    visit: Visit, asked: Asked, changes: Sequence[Proposed], places: Sequence[Position]
) -> list[Disclosure | None]:
    """What each record says before the change."""
    return await _sides(visit, asked, changes, places, "before")


async def after(
    visit: Visit, asked: Asked, changes: Sequence[Proposed], places: Sequence[Position]
) -> list[Disclosure | None]:
    """What each record says once the notification is approved."""
    return await _sides(visit, asked, changes, places, "after")


async def _sides(
    visit: Visit, asked: Asked, changes: Sequence[Proposed], places: Sequence[Position], side: str
) -> list[Disclosure | None]:
    permit = visit.permit(asked, ResidentFacts)
    with visit.running(asked, permit, len(changes)) as run:
        steps = await _steps(visit, changes) if permit.opens else {}
        codes = await facts_codes(visit, {one.change.addressee_number.value for one in changes})
        found = [_disclosed(permit, codes, one, steps.get((one.notification.id, one.at)), side) for one in changes]
        show_met(run, found, places)
    return found


def _disclosed(
    permit: Permit, codes: dict[str, int], proposed: Proposed, step: Step | None, side: str
) -> Disclosure | None:
    number = proposed.change.addressee_number.value
    version: Version | None = getattr(step, side, None)
    code = codes.get(number, NO_FACTS if step and step.is_new else None)
    if version is None or code not in permit.views:
        return None
    return Disclosure(_row(permit, code, number, version), permit.views[code])


def _row(permit: Permit, code: int, number: str, version: Version) -> Row:
    """Facts, number, and what may be shown; the same as the store would give of a version."""
    columns = permit.reading.columns
    return (code, number, *(_item(version, one.item) if code in one.shown_for else None for one in columns))


def _item(version: Version, item: str) -> object:
    match item:
        case "history_number":
            return None
        case "valid_from":
            return version.valid_from.isoformat() if version.valid_from else None
        case "recorded_at":
            return version.recorded_at.isoformat() if version.recorded_at else None
    return shown(version.record, item)


async def _steps(visit: Visit, changes: Sequence[Proposed]) -> dict[tuple[str, int], Step]:
    notifications = {one.notification.id: one.notification for one in changes}
    found: dict[tuple[str, int], Step] = {}
    for id_, notification in notifications.items():
        subjects = tuple(dict.fromkeys(change.addressee_number for change in notification.changes))
        wanted = Wanted(residents=subjects, notifications=(id_,))
        situation = await visit.desk.notifications.situation(
            visit.occasion.municipality_code, visit.occasion.today, wanted
        )
        found |= {(id_, at): step for at, step in enumerate(_of(notification, situation))}
    return found


def _of(notification: Notification, situation: Situation) -> Iterator[Step]:
    """The steps in their order; none of what was withdrawn."""
    match notification.state:
        case State.PROVISIONAL:
            yield from _to_come(notification, situation)
        case State.APPROVED:
            yield from _done(notification, situation)


def _to_come(notification: Notification, situation: Situation) -> Iterator[Step]:
    histories = dict(situation.histories)
    for change in notification.changes:
        number = change.addressee_number
        history = histories.get(number, NOTHING)
        then = histories[number] = history.followed_by(_recorded(notification, change, history))
        yield Step(_last(history), _last(then), is_new=situation.record_of(number) is None)


def _done(notification: Notification, situation: Situation) -> Iterator[Step]:
    made = sorted(situation.changes_of.get(notification.id, ()))
    events = {number: iter([event for whose, event in made if whose == number]) for number, _ in made}
    for change in notification.changes:
        history, then = _around(situation.histories[change.addressee_number], next(events[change.addressee_number]))
        yield Step(_last(history), _last(then), is_new=False)


def _around(history: LifeHistory, event: int) -> tuple[LifeHistory, LifeHistory]:
    """The history up to this event, without it and with it."""
    until = tuple(one for one in history.events if one.number < event)
    through = tuple(one for one in history.events if one.number <= event)
    return LifeHistory(history.base, until), LifeHistory(history.base, through)


def _recorded(notification: Notification, change: Change, history: LifeHistory) -> Recorded:
    made = notification.made
    number = history.events[-1].number + 1 if history.events else 1
    return Recorded(number, change.event, made.at, made.staff_number, made.terminal)


def _last(history: LifeHistory) -> Version | None:
    versions = history.versions
    return versions[-1] if versions else None
