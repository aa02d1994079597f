"""Builders of situations: who lives there, and how the register stands once a notice is approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import islice
from typing import Any

from domain.life_events import LifeEvent
from domain.life_histories import LifeHistory, Recorded
from domain.notifications import Change, Match, Notice, Proposal, Situation
from domain.procedures.filing import Filing
from domain.residents import ResidentRecord
from domain.values.check_digits import number_check_digit
from domain.values.dates import RegisterDate
from domain.values.identifiers import (
    AddresseeNumber,
    HouseholdNumber,
    IndividualNumber,
    MunicipalityCode,
    ResidentRecordCode,
)
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.versions import Version
from tests.domain.people import NUMBERS, a_record, addressee

TODAY = date(2026, 4, 10)
TOMAKOMAI = MunicipalityCode("012131")
HOUSEHOLDS = tuple(islice(HouseholdNumber.numbers_from(1), 60))


def on(iso: str = "2026-04-10") -> RegisterDate:
    """A day of a change, today if not said."""
    return RegisterDate(iso)


def household(nth: int) -> HouseholdNumber:
    """The number of the nth household, from 1."""
    return HOUSEHOLDS[nth - 1]


def number(nth: int) -> IndividualNumber:
    """The made-up Individual Number of the nth person."""
    body = f"{nth:011d}"
    return IndividualNumber(body + number_check_digit(body))


def code(nth: int) -> ResidentRecordCode:
    """The made-up Resident Record Code of the nth person."""
    body = f"{nth:010d}"
    return ResidentRecordCode(body + number_check_digit(body))


def a_filing(changed_on: str = "2026-04-10", **said: Any) -> Filing:
    """How a notice is handed in: of today, by herself."""
    return Filing(changed_on=on(changed_on), **said)


def a_resident(nth: int, relationship: str | None = "世帯主", *, home: int = 1, **items: Any) -> ResidentRecord:
    """The record of the nth person, with her own name, number and code."""
    usual: dict[str, Any] = {
        "addressee_number": addressee(nth),
        "household_number": household(home),
        "individual_number": number(nth),
        "resident_record_code": code(nth),
        "full_name": name_of(nth),
        "relationship_to_householder": None if relationship is None else Relationship(relationship),
        "address_established_on": RegisterDate("1980-04-01"),
    }
    return a_record(**{**usual, **items})


def name_of(nth: int) -> Name:
    """The made-up name of the nth person."""
    return Name(f"架空　{'一二三四五六七八九十'[nth % 10]}{nth}")


def a_family(*relationships: str | None, home: int = 1, first: int = 1) -> tuple[ResidentRecord, ...]:
    """A household: the nth person with the nth 続柄, all under the name of who is 世帯主."""
    people = [a_resident(nth, one, home=home) for nth, one in enumerate(relationships, start=first)]
    heads = [one.full_name for one in people if one.relationship_to_householder == Relationship("世帯主")]
    householder = heads[0].text if len(heads) == 1 and heads[0] else None
    return tuple(replace(one, householder_name=householder) for one in people)


def history_of(record: ResidentRecord, *events: LifeEvent) -> LifeHistory:
    """A record that was imported, and what happened to it since."""
    history = LifeHistory(Version(record, date(1980, 4, 1)))
    for event in events:
        history = history.followed_by(recorded(event, len(history.events) + 1))
    return history


def recorded(event: LifeEvent, nth: int = 1, today: date = TODAY) -> Recorded:
    """An event as the register keeps it."""
    return Recorded(nth, event, datetime.combine(today, time(1), UTC), "S0001", "T0001")


def a_situation(*people: ResidentRecord | LifeHistory, **said: Any) -> Situation:
    """The register as far as it is asked for, with numbers and codes at hand for five newcomers."""
    histories = [one if isinstance(one, LifeHistory) else history_of(one) for one in people]
    usual: dict[str, Any] = {
        "today": TODAY,
        "municipality": TOMAKOMAI,
        "histories": {one.record.addressee_number: one for one in histories if one.record},
        "new_residents": NUMBERS[100:105],
        "new_households": HOUSEHOLDS[50:55],
        "new_codes": tuple(code(nth) for nth in range(101, 106)),
    }
    return Situation(**{**usual, **said})


def a_match(nth: int, *items: str, newcomer: int = 0, is_closed: bool = True) -> Match:
    """An earlier record that looks like a newcomer."""
    return Match(newcomer, addressee(nth), frozenset(items), is_closed)


def approved(situation: Situation, proposal: Proposal) -> Situation:
    """The situation once everything proposed has happened."""
    histories = dict(situation.histories)
    for change in proposal.changes:
        before = histories.get(change.addressee_number, LifeHistory(None))
        nth = before.events[-1].number + 1 if before.events else 1
        histories[change.addressee_number] = before.followed_by(recorded(change.event, nth, situation.today))
    return replace(situation, histories=histories)


def after(situation: Situation, notice: Notice) -> Situation:
    """The situation once a notice that has no errors is approved."""
    proposal = notice.proposed(situation)
    assert not proposal.errors, codes(proposal)
    return approved(situation, proposal)


def codes(proposal: Proposal) -> list[str]:
    """The codes of what the checks found, in order."""
    return [finding.check.code for finding in proposal.findings]


def events_of(proposal: Proposal, who: AddresseeNumber) -> list[LifeEvent]:
    """What happens to her."""
    return [change.event for change in proposal.changes if change.addressee_number == who]


def reasons(changes: Sequence[Change]) -> list[str]:
    """The reasons of these changes, in order."""
    return [change.event.reason.value for change in changes]
