"""異動の取消し: a notification that was approved is taken back, for all whom it changed or for some of them.

The history grows: the change and its reversal both stay (標準仕様書1.0 4.6.0.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain import event_rules, record_rules
from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.findings import Finding
from domain.life_events import Reversed, Seated
from domain.life_histories import reason_of_reversal
from domain.notifications import Change, Notice, Proposal, Situation, Wanted, told
from domain.procedures.filing import Filing, Reported
from domain.residents import ResidentRecord
from domain.seating import settled
from domain.values.identifiers import AddresseeNumber
from domain.values.relationships import HOUSEHOLDER


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reverse:
    """Take back a notification that was approved; both stay in the history (異動の取消し)."""

    procedure: ClassVar[str] = "reverse"

    filing: Filing = told("届出", "how it was handed in")
    notification: str = told("取り消す届出", "id of the notification that is taken back")
    residents: tuple[AddresseeNumber, ...] = told(
        "取消しの対象者", "for whom, where not for everybody whom it changed", default=()
    )

    def wanted(self) -> Wanted:
        """Whom it changed, those with whom they lived, and a number for a household of their own."""
        return Wanted(residents=self.residents, notifications=(self.notification,), new_households=1)

    def proposed(self, situation: Situation) -> Proposal:
        """The last change first. Raises `InvalidValue` naming the input."""
        reported = self.filing.reported("異動の取消し", situation.today)
        changes: list[Change] = []
        findings = [*self._findings(situation)]
        for whose, number in self._made(situation):
            now = situation.after(changes)
            found = tuple(_in_the_way(now, whose, number, reported))
            findings += found
            changes += [] if found else [_taken_back(now, whose, number, reported)]
        return settled(situation, [*changes, *_apart(situation, changes, reported)], findings)

    def _findings(self, situation: Situation) -> Iterator[Finding]:
        yield from event_rules.dates(self.filing, situation.today)
        yield from event_rules.authority(self.filing)

    def _made(self, situation: Situation) -> list[tuple[AddresseeNumber, int]]:
        """The changes to take back, the last one first."""
        made = situation.changes_of.get(self.notification, ())
        if not made:
            raise InvalidValue("notification", "no such notification was approved", "該当する届出がありません")
        if not {whose for whose, _ in made} >= set(self.residents):
            raise InvalidValue("residents", "the notification did not change them", "この届出の対象者ではありません")
        return [one for one in reversed(made) if not self.residents or one[0] in self.residents]


def _taken_back(now: Situation, whose: AddresseeNumber, number: int, reported: Reported) -> Change:
    reason = reason_of_reversal(now.histories[whose], number)
    return Change(whose, Reversed(reason=reason, **reported, of=number))


def _in_the_way(now: Situation, whose: AddresseeNumber, number: int, reported: Reported) -> Iterator[Finding]:
    """What keeps a change from being taken back: it does not stand any more, or what came later needs it."""
    if number not in {recorded.number for recorded in now.histories[whose].standing}:
        yield Finding(record_rules.NO_SUCH_CHANGE, ("notification",))
        return
    try:
        now.after([_taken_back(now, whose, number, reported)]).record_of(whose)
    except InvalidValue:  # the record would be none: said as a finding
        yield Finding(record_rules.LATER_CHANGES_FIRST, ("notification",))


def _apart(situation: Situation, changes: Sequence[Change], reported: Reported) -> Iterator[Change]:
    """Who comes back to a household that has moved on: into a new one at the address before (標準仕様書1.0 4.6.0.1)."""
    after = situation.after(changes)
    returned = {change.addressee_number for change in changes}
    back = [one for one in map(after.record_of, sorted(returned)) if one and _came_back(situation, one)]
    apart = [one for one in back if _has_moved_on(after, one, returned)]
    for record in apart:
        seat = Seated(
            reason=ChangeReason.EX_OFFICIO_REVISION,
            **reported,
            household_number=situation.new_households[0],
            relationship_to_householder=HOUSEHOLDER if len(apart) == 1 else record.relationship_to_householder,
            householder_name=None,
        )
        yield Change(record.addressee_number, seat)


def _came_back(before: Situation, record: ResidentRecord) -> bool:
    """Whether she lives again where she did not live any more."""
    then = before.record_of(record.addressee_number)
    if record.is_closed or then is None:
        return False
    return then.is_closed or then.current_address.text != record.current_address.text


def _has_moved_on(after: Situation, record: ResidentRecord, returned: set[AddresseeNumber]) -> bool:
    """Whether the others of her household live at another address."""
    others = [one for one in after.members_of(record.household_number) if one.addressee_number not in returned]
    return bool(others) and record.current_address.text not in {one.current_address.text for one in others}


NOTICES: tuple[type[Notice], ...] = (Reverse,)
