"""職権記載, 職権修正, 職権消除, 軽微な修正, 誤記修正, 改製 and 再製 (標準仕様書1.0 4.2).

Nothing is overwritten: a correction is one more version, and what it corrects stays in the history (4.2.3.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from domain import record_rules
from domain.change_reasons import ChangeReason
from domain.findings import Finding
from domain.life_events import Corrected, DeletedExOfficio, Entered, EnteredExOfficio, LifeEvent, Revised
from domain.notifications import Change, Notice, Situation, Wanted, told
from domain.procedures.entering import named
from domain.procedures.moving_in import Entering
from domain.procedures.records import OfOneRecord
from domain.procedures.revising import OF_A_DWELLING, NamesAndAddresses, RevisedItems, revisable
from domain.residents import ResidentRecord
from domain.values.addresses import Address


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EnterExOfficio(Entering):
    """Enter people who live here and never notified it, or whose address was just settled (職権記載, 住所設定)."""

    procedure: ClassVar[str] = "enterExOfficio"
    notification_reason: ClassVar[str] = "職権"
    enters: ClassVar[type[Entered]] = EnteredExOfficio

    previous_address: Address | None = told(
        "転入前住所", "address before; 不明 where nobody knows, blank where there was none", default=None
    )

    @property
    def reason(self) -> ChangeReason:
        """職権記載 (標準仕様書1.0 4.2.1.1)."""
        return ChangeReason.EX_OFFICIO_ENTRY

    def _place(self, situation: Situation) -> dict[str, Any]:
        return {**Entering._place(self, situation), "previous_address": self.previous_address}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DeleteExOfficio(OfOneRecord):
    """Close the record of who does not live here (職権消除)."""

    procedure: ClassVar[str] = "deleteExOfficio"

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """Closed on the date of change."""
        reported = self.filing.reported("職権", situation.today)
        yield DeletedExOfficio(
            reason=ChangeReason.EX_OFFICIO_DELETION, **reported, ceased_resident_on=self.filing.changed_on
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Revision(OfOneRecord):
    """RevisedItems of a record that are to say something else."""

    reason: ClassVar[ChangeReason]

    items: NamesAndAddresses = told("修正する項目", "what the record says from now on")
    whole_household: bool = told(
        "世帯全員の住所", "whether the address is revised for everybody in the household", default=False
    )

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Only what may stand on this record."""
        return revisable(record, self.items.said())

    def changes(self, situation: Situation, record: ResidentRecord) -> Iterator[Change]:
        """Hers and, of the address, everybody's with whom she lives."""
        said = self.items.said()
        with named("items"):
            yield self._revised(record, said, situation)
        dwelling = {item: value for item, value in said.items() if item in OF_A_DWELLING}
        for one in situation.members_of(record.household_number):
            if self.whole_household and dwelling and one.addressee_number != self.resident:
                yield self._revised(one, dwelling, situation)

    def _revised(self, record: ResidentRecord, items: Mapping[str, Any], situation: Situation) -> Change:
        reported = self.filing.reported(_HANDED_IN[self.reason], situation.today)
        event = Revised(reason=self.reason, **reported, revised=dict(items))
        event.applied_to(record)
        return Change(record.addressee_number, event)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReviseExOfficio(_Revision):
    """Revise items of a record ex officio, as after a notification of the family register (職権修正)."""

    procedure: ClassVar[str] = "reviseExOfficio"
    reason: ClassVar[ChangeReason] = ChangeReason.EX_OFFICIO_REVISION

    items: RevisedItems = told("修正する項目", "what the record says from now on")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MinorRevision(_Revision):
    """Revise how a name or an address is written, as where a town got another name (軽微な修正)."""

    procedure: ClassVar[str] = "minorRevision"
    reason: ClassVar[ChangeReason] = ChangeReason.MINOR_REVISION


_HANDED_IN = {ChangeReason.EX_OFFICIO_REVISION: "職権", ChangeReason.MINOR_REVISION: "軽微な修正"}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CorrectClericalError(OfOneRecord):
    """Correct what was written wrongly, from the day of the mistake on; the history keeps both (誤記修正)."""

    procedure: ClassVar[str] = "correctClericalError"
    of_closed_records: ClassVar[bool] = True

    items: RevisedItems = told("修正する項目", "what should have been written")
    notification: str | None = told(
        "誤記のあった届出",
        "id of the notification with the mistake; none if it is older",
        default=None,
    )

    def wanted(self) -> Wanted:
        """Her record, and which of her events the notification made."""
        ids = () if self.notification is None else (self.notification,)
        return Wanted(residents=(self.resident,), notifications=ids)

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        """Only what may stand on this record, of a change that stands."""
        yield from revisable(record, self.items.said())
        history = situation.histories[self.resident]
        if self._mistake(situation) is None and (self.notification is not None or history.base is None):
            yield Finding(record_rules.NO_SUCH_CHANGE, ("notification",))

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """The items as they should have been, behind the event that had them wrong."""
        event = Corrected(
            reason=ChangeReason.CLERICAL_ERROR_CORRECTION,
            **self.filing.reported("誤記", situation.today),
            revised=dict(self.items.said()),
            of=self._mistake(situation),
        )
        with named("items"):
            situation.after([Change(self.resident, event)]).record_of(self.resident)
        yield event

    def _mistake(self, situation: Situation) -> int | None:
        """The last event of hers that the notification made and that stands."""
        made = situation.changes_of.get(self.notification or "", ())
        standing = {recorded.number for recorded in situation.histories[self.resident].standing}
        hers = [number for whose, number in made if whose == self.resident and number in standing]
        return hers[-1] if hers else None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Anew(OfOneRecord):
    """A record that is closed and written anew, saying the same."""

    deletion: ClassVar[ChangeReason]
    entry: ClassVar[ChangeReason]
    handed_in: ClassVar[str]

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """Deleted and entered on the same day."""
        reported = self.filing.reported(self.handed_in, situation.today)
        yield DeletedExOfficio(reason=self.deletion, **reported, ceased_resident_on=self.filing.changed_on)
        yield EnteredExOfficio(reason=self.entry, **reported, record=record)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Remake(_Anew):
    """Write a record anew that has become hard to read or too full (改製)."""

    procedure: ClassVar[str] = "remake"
    deletion: ClassVar[ChangeReason] = ChangeReason.REMAKE_DELETION
    entry: ClassVar[ChangeReason] = ChangeReason.REMAKE_ENTRY
    handed_in: ClassVar[str] = "改製"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Restore(_Anew):
    """Write a record anew that was lost, damaged, or entered on a false notification (再製)."""

    procedure: ClassVar[str] = "restore"
    deletion: ClassVar[ChangeReason] = ChangeReason.RESTORATION_DELETION
    entry: ClassVar[ChangeReason] = ChangeReason.RESTORATION_ENTRY
    handed_in: ClassVar[str] = "再製"


NOTICES: tuple[type[Notice], ...] = (
    *(EnterExOfficio, ReviseExOfficio, DeleteExOfficio, MinorRevision),
    *(CorrectClericalError, Remake, Restore),
)
