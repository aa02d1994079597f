"""A notice about one person's record: what all of them ask and check. Each says what it finds, and what it changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from domain import event_rules
from domain.findings import Finding
from domain.life_events import LifeEvent
from domain.notifications import Change, Proposal, Situation, Wanted, told
from domain.procedures.filing import Filing
from domain.residents import ResidentRecord
from domain.seating import settled
from domain.values.identifiers import AddresseeNumber


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OfOneRecord:
    """What is handed in about one person.

    `of_closed_records` says of a procedure that it changes closed records too, `uncertain` that its day may be an
    uncertain one (不詳日), `precedes_residence` that it may lie before she became a resident.
    """

    of_closed_records: ClassVar[bool] = False
    uncertain: ClassVar[bool] = False
    precedes_residence: ClassVar[bool] = False

    filing: Filing = told("届出", "how it was handed in")
    resident: AddresseeNumber = told("宛名番号", "whose record: addressee number")

    def wanted(self) -> Wanted:
        """Her record, and those of whom she lives with."""
        return Wanted(residents=(self.resident,))

    def proposed(self, situation: Situation) -> Proposal:
        """What changes on her record and, with it, in her household. Raises `InvalidValue` naming the input."""
        record = event_rules.record_named(situation, self.resident, "resident")
        findings = (*self._usual_findings(situation, record), *self.findings(situation, record))
        return proposed(situation, findings, self.changes(situation, record))

    def findings(self, situation: Situation, record: ResidentRecord) -> Iterable[Finding]:
        """What the checks of this procedure find."""
        return ()

    def changes(self, situation: Situation, record: ResidentRecord) -> Iterator[Change]:
        """What it does; asked only where no check stops it."""
        return (Change(self.resident, event) for event in self.events(situation, record))

    def events(self, situation: Situation, record: ResidentRecord) -> Iterator[LifeEvent]:
        """What happens to her."""
        raise NotImplementedError

    def _usual_findings(self, situation: Situation, record: ResidentRecord) -> Iterator[Finding]:
        yield from event_rules.dates(self.filing, situation.today, uncertain=self.uncertain)
        if not self.precedes_residence:
            yield from event_rules.since_resident(self.filing, record)
        yield from event_rules.authority(self.filing)
        if not self.of_closed_records:
            yield from event_rules.not_closed(record, "resident")


def proposed(situation: Situation, findings: Iterable[Finding], changes: Iterable[Change]) -> Proposal:
    """These changes with what follows from them for households; none where a check stops them."""
    stopped = Proposal((), tuple(findings))
    return stopped if stopped.is_refused else settled(situation, tuple(changes), stopped.findings)
