"""世帯分離, 世帯合併, 世帯変更, 世帯主変更: who belongs together, and under whom (標準仕様書1.0 4.1.4; 住基法第25条).

The address stays: who also moves notifies a move within the municipality.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domain import event_rules, household_rules
from domain.change_reasons import ChangeReason
from domain.errors import InvalidValue
from domain.findings import Finding
from domain.life_events import Seated
from domain.notifications import Change, Notice, Proposal, Situation, Wanted, told
from domain.procedures.filing import Filing
from domain.procedures.records import proposed
from domain.residents import ResidentRecord
from domain.values.identifiers import AddresseeNumber, HouseholdNumber
from domain.values.relationships import HOUSEHOLDER, Relationship


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class HouseholdPlace:
    """Somebody's place in a household from now on."""

    addressee_number: AddresseeNumber = told("宛名番号", "who: addressee number")
    relationship_to_householder: Relationship = told("続柄", "relationship to the householder from now on")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _OfHouseholds:
    """What is notified of a household: who belongs to it from now on, as what."""

    handed_in: ClassVar[str] = "世帯変更届"
    reason: ClassVar[ChangeReason]

    filing: Filing = told("届出", "how it was handed in")
    members: tuple[HouseholdPlace, ...] = told("世帯員", "who comes to belong to the household, and as what")

    def proposed(self, situation: Situation) -> Proposal:
        """Everybody's place, and what follows. Raises `InvalidValue` naming the input."""
        return proposed(situation, self._findings(situation), self.changes(situation))

    def findings(self, situation: Situation) -> Iterator[Finding]:
        """What the checks of this procedure find."""
        raise NotImplementedError

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Who sits where; asked only where no check stops it."""
        raise NotImplementedError

    def named_places(self) -> Sequence[tuple[str, HouseholdPlace]]:
        """Everybody named, each with the input that names her."""
        return [(f"members.{at}", place) for at, place in enumerate(self.members)]

    def living(self, situation: Situation) -> list[ResidentRecord]:
        """The records of `members`. Raises `InvalidValue` naming the input where there is none."""
        return [
            event_rules.record_named(situation, place.addressee_number, f"members.{at}.addressee_number")
            for at, place in enumerate(self.members)
        ]

    def seated(
        self, place: HouseholdPlace, household: HouseholdNumber, situation: Situation, reason: ChangeReason
    ) -> Change:
        """Somebody in her place; the householder's name follows (`domain.seating`)."""
        event = Seated(
            reason=reason,
            **self.filing.reported(self.handed_in, situation.today),
            household_number=household,
            relationship_to_householder=place.relationship_to_householder,
            householder_name=None,
        )
        return Change(place.addressee_number, event)

    def _findings(self, situation: Situation) -> Iterator[Finding]:
        everybody = self.named_places()
        event_rules.require_each_once([place.addressee_number for _, place in everybody], "members")
        yield from event_rules.dates(self.filing, situation.today)
        yield from event_rules.in_time(self.filing, situation.today)
        yield from event_rules.authority(self.filing)
        for path, place in everybody:
            record = event_rules.record_named(situation, place.addressee_number, f"{path}.addressee_number")
            yield from event_rules.not_closed(record, f"{path}.addressee_number")
            yield from event_rules.since_resident(self.filing, record)
        yield from self.findings(situation)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _WithThoseWhoStay(_OfHouseholds):
    """A change after which others, too, may be something else to their householder."""

    remaining: tuple[HouseholdPlace, ...] = told(
        "他の世帯員の続柄",
        "those who stay where they are, if their relationship is another",
        default=(),
    )

    def named_places(self) -> Sequence[tuple[str, HouseholdPlace]]:
        """Those who stay, too."""
        staying = [(f"remaining.{at}", place) for at, place in enumerate(self.remaining)]
        return [*_OfHouseholds.named_places(self), *staying]

    def moved_into(self, household: HouseholdNumber, situation: Situation) -> Iterator[Change]:
        """The members in this household, and those who stay under their householder."""
        for place in self.members:
            yield self.seated(place, household, situation, self.reason)
        for at, place in enumerate(self.remaining):
            record = event_rules.record_named(situation, place.addressee_number, f"remaining.{at}.addressee_number")
            yield self.seated(place, record.household_number, situation, ChangeReason.HOUSEHOLDER_CHANGE)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SplitHousehold(_WithThoseWhoStay):
    """Let some members of a household form one of their own at the same address (世帯分離)."""

    procedure: ClassVar[str] = "splitHousehold"
    reason: ClassVar[ChangeReason] = ChangeReason.HOUSEHOLD_SPLIT

    def wanted(self) -> Wanted:
        """Everybody named, and a number for the new household."""
        return Wanted(residents=tuple(place.addressee_number for _, place in self.named_places()), new_households=1)

    def findings(self, situation: Situation) -> Iterator[Finding]:
        """They come from one household, and somebody stays there."""
        living = self.living(situation)
        yield from household_rules.of_one_household(living, "members")
        yield from household_rules.somebody_stays(situation, living, "members")

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Into the new household."""
        return self.moved_into(situation.new_households[0], situation)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _IntoAnother(_WithThoseWhoStay):
    """A change by which people come into a household that is there."""

    household: HouseholdNumber = told("異動先世帯", "the household that they join")

    def wanted(self) -> Wanted:
        """Everybody named, and the household."""
        everybody = tuple(place.addressee_number for _, place in self.named_places())
        return Wanted(residents=everybody, households=(self.household,))

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Into that household."""
        return self.moved_into(self.household, situation)

    def require_another(self, situation: Situation) -> None:
        """Somebody lives there, none of them yet. Raises `InvalidValue`."""
        there = {one.addressee_number for one in situation.members_of(self.household)}
        if not there:
            raise InvalidValue("household", "nobody lives in this household", "該当する世帯がありません")
        if there & {place.addressee_number for place in self.members}:
            raise InvalidValue("members", "somebody belongs to this household already", "既にこの世帯の世帯員です")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MergeHouseholds(_IntoAnother):
    """Let all members of a household come into another one at the same address (世帯合併)."""

    procedure: ClassVar[str] = "mergeHouseholds"
    reason: ClassVar[ChangeReason] = ChangeReason.HOUSEHOLD_MERGER

    def findings(self, situation: Situation) -> Iterator[Finding]:
        """Nobody stays behind."""
        self.require_another(situation)
        yield from household_rules.nobody_stays(situation, self.living(situation), "members")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChangeHousehold(_IntoAnother):
    """Let some members of a household come into another one at the same address (世帯変更)."""

    procedure: ClassVar[str] = "changeHousehold"
    reason: ClassVar[ChangeReason] = ChangeReason.HOUSEHOLD_CHANGE

    def findings(self, situation: Situation) -> Iterator[Finding]:
        """Somebody stays behind."""
        self.require_another(situation)
        yield from household_rules.somebody_stays(situation, self.living(situation), "members")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChangeHouseholder(_OfHouseholds):
    """Give a household another householder, and everybody the relationship to her (世帯主変更)."""

    procedure: ClassVar[str] = "changeHouseholder"
    reason: ClassVar[ChangeReason] = ChangeReason.HOUSEHOLDER_CHANGE

    def wanted(self) -> Wanted:
        """The household."""
        return Wanted(residents=tuple(place.addressee_number for place in self.members))

    def findings(self, situation: Situation) -> Iterator[Finding]:
        """All of one household, one of them 世帯主. Raises `InvalidValue` where nobody is."""
        if HOUSEHOLDER not in {place.relationship_to_householder for place in self.members}:
            raise InvalidValue("members", "names no householder", "世帯主となる者がいません")
        living = self.living(situation)
        yield from household_rules.of_one_household(living, "members")
        yield from household_rules.everybody_is_named(situation, living, "members")

    def changes(self, situation: Situation) -> Iterator[Change]:
        """Everybody under the new householder."""
        for place, record in zip(self.members, self.living(situation), strict=True):
            yield self.seated(place, record.household_number, situation, self.reason)


NOTICES: tuple[type[Notice], ...] = (SplitHousehold, MergeHouseholds, ChangeHousehold, ChangeHouseholder)
