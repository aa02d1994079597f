"""抑止 and 支援措置: what is placed on a person or a household and taken away again (標準仕様書1.0 3.1, 3.4).

They change no record, so they are no notifications (届出) and wait for no second person: what protects must hold from
the first moment, and what ends protection is the responsible officer's own to decide (支援措置責任者), by the policy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Protocol

from domain import support_measures as measures
from domain.errors import InvalidValue
from domain.notifications import told
from domain.restrictions import RestrictedProcess, Restriction, RestrictionLevel, Whose
from domain.support_measures import ALL_COVERED, CoveredDisclosure, Protection, SupportKind, SupportMeasureState
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, MunicipalityCode
from domain.values.relationships import Relationship


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is done: the day in Japan, the time, for how long a release lasts; and new ids."""

    today: date
    at: datetime
    release_for: timedelta
    new_id: Callable[[], str]


class Restricting(Protocol):
    """What is done to a restriction."""

    procedure: ClassVar[str]

    @property
    def about(self) -> str | None:
        """The id of the restriction; `None`: a new one."""
        ...

    def proposed(self, standing: Restriction | None, moment: Moment) -> Restriction:
        """What it is then. Raises `Refusal`."""
        ...


class Protecting(Protocol):
    """What is done to an application for support."""

    procedure: ClassVar[str]

    @property
    def about(self) -> str | None:
        """The id of the application; `None`: a new one."""
        ...

    def proposed(self, standing: Sequence[Protection], moment: Moment) -> list[Protection]:
        """The measures that are added or changed, as they are then. Raises `Refusal`."""
        ...


# 抑止.


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRestriction:
    """Restrict a process for a person or a household (抑止の設定)."""

    procedure: ClassVar[str] = "placeRestriction"

    addressee_number: AddresseeNumber | None = told("宛名番号", "the person; or else a household", default=None)
    household_number: HouseholdNumber | None = told("世帯番号", "the household; or else a person", default=None)
    process: RestrictedProcess = told("抑止する処理", "what is restricted")
    level: RestrictionLevel = told("抑止レベル", "whether it stops or warns")
    starts_on: RegisterDate | None = told("開始年月日", "first day; today where none is said", default=None)
    ends_on: RegisterDate | None = told(
        "終了年月日", "last day as planned; the restriction holds until it is lifted all the same", default=None
    )

    @property
    def about(self) -> None:
        """A new one."""

    def proposed(self, standing: Restriction | None, moment: Moment) -> Restriction:
        """The restriction. Raises `InvalidValue` unless it is on a person or else on a household."""
        del standing
        if (self.addressee_number is None) == (self.household_number is None):
            raise InvalidValue("addressee_number", "name a person or a household", "個人又は世帯を指定してください")
        number = self.addressee_number or self.household_number
        return Restriction(
            id=moment.new_id(),
            whose=Whose.RESIDENT if self.addressee_number else Whose.HOUSEHOLD,
            number=str(number),
            process=self.process,
            level=self.level,
            starts_on=_day("starts_on", self.starts_on) or moment.today,
            ends_on=_day("ends_on", self.ends_on),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfRestriction:
    restriction: str = told("抑止ID", "id of the restriction")

    @property
    def about(self) -> str:
        """The restriction."""
        return self.restriction


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRestriction(_OfRestriction):
    """Release a restriction for a while, after which it holds again (一時解除)."""

    procedure: ClassVar[str] = "releaseRestriction"

    def proposed(self, standing: Restriction | None, moment: Moment) -> Restriction:
        """The restriction, suspended. Raises `Refusal` where there is none, or it was lifted."""
        return _required("restriction", standing).released(moment.at, moment.release_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftRestriction(_OfRestriction):
    """Lift a restriction for good (抑止の解除)."""

    procedure: ClassVar[str] = "liftRestriction"

    def proposed(self, standing: Restriction | None, moment: Moment) -> Restriction:
        """The restriction, lifted. Raises `Refusal` where there is none, or it was lifted before."""
        return _required("restriction", standing).lifted(moment.at)


# 支援措置.


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Somebody who is to be protected with the applicant (併せて支援を求める者)."""

    addressee_number: AddresseeNumber = told("宛名番号", "who joins: addressee number")
    relationship: Relationship | None = told("申出者との関係", "what she is to the applicant", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForSupportMeasure:
    """Record an application for protection, which protects from now on (支援措置申出, 仮支援措置)."""

    procedure: ClassVar[str] = "applyForSupportMeasure"

    applicant: AddresseeNumber = told("申出者", "the applicant's addressee number")
    kind: SupportKind = told("区分", "what she is protected from")
    joining: tuple[Joining, ...] = told("併せて支援を求める者", "who is protected with her", default=())
    covers: tuple[CoveredDisclosure, ...] = told(
        "支援を求められている事務", "which disclosures are to be refused; all where none is said", default=()
    )
    applied_on: RegisterDate | None = told(
        "申出年月日", "day of the application; today where none is said", default=None
    )
    received_from: MunicipalityCode | None = told(
        "当初受付市区町村", "code of the municipality that took it first, where it is another", default=None
    )

    @property
    def about(self) -> None:
        """A new one."""

    def proposed(self, standing: Sequence[Protection], moment: Moment) -> list[Protection]:
        """A provisional measure for each of them. Raises `InvalidValue` naming the input."""
        del standing
        applied_on = _day("applied_on", self.applied_on) or moment.today
        if applied_on > moment.today:
            raise InvalidValue("applied_on", "lies in the future", "申出年月日が未来日です")
        whose = [self.applicant, *(one.addressee_number for one in self.joining)]
        if len(set(whose)) != len(whose):
            raise InvalidValue("joining", "names somebody twice", "対象者が重複しています")
        hers = self._hers(moment.new_id(), applied_on)
        others = [
            replace(
                hers,
                id=moment.new_id(),
                addressee_number=one.addressee_number,
                relationship=one.relationship.text if one.relationship else _NOT_SAID,
            )
            for one in self.joining
        ]
        return [hers, *others]

    def _hers(self, id_: str, applied_on: date) -> Protection:
        return Protection(
            id=id_,
            application=id_,
            addressee_number=self.applicant,
            kind=self.kind,
            state=SupportMeasureState.PROVISIONAL,
            starts_on=applied_on,
            covers=frozenset(self.covers) or ALL_COVERED,
            received_from=self.received_from,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfApplication:
    application: str = told("申出ID", "id of the application")

    @property
    def about(self) -> str:
        """The application."""
        return self.application


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideSupportMeasure(_OfApplication):
    """Decide a provisional measure, for a year unless another last day is said (支援措置の決定)."""

    procedure: ClassVar[str] = "decideSupportMeasure"

    starts_on: RegisterDate | None = told("開始年月日", "first day; today where none is said", default=None)
    ends_on: RegisterDate | None = told("終了年月日", "last day; a year where none is said", default=None)

    def proposed(self, standing: Sequence[Protection], moment: Moment) -> list[Protection]:
        """The measures of all who applied, decided. Raises `Refusal`."""
        starts_on = _day("starts_on", self.starts_on) or moment.today
        return measures.decided(_some(standing), moment.today, starts_on, _day("ends_on", self.ends_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseSupportMeasure(_OfApplication):
    """Refuse an application, whose provisional measures end (支援の必要性なし)."""

    procedure: ClassVar[str] = "refuseSupportMeasure"

    def proposed(self, standing: Sequence[Protection], moment: Moment) -> list[Protection]:
        """The provisional measures, refused. Raises `Refusal`."""
        del moment
        return measures.refused(_some(standing))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendSupportMeasure(_OfApplication):
    """Extend a measure by a year, in the month before its last day (支援措置の延長)."""

    procedure: ClassVar[str] = "extendSupportMeasure"

    def proposed(self, standing: Sequence[Protection], moment: Moment) -> list[Protection]:
        """A year more for all in the last period. Raises `Refusal`."""
        ids = [moment.new_id() for _ in standing]
        return measures.extensions(_some(standing), moment.today, ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSupportMeasure(_OfApplication):
    """End a measure on her request, or because there is no need any more (支援措置の終了)."""

    procedure: ClassVar[str] = "endSupportMeasure"

    def proposed(self, standing: Sequence[Protection], moment: Moment) -> list[Protection]:
        """All that stands of it, ended. Raises `Refusal`."""
        del moment
        return measures.ended(_some(standing))


RESTRICTING: tuple[type[Restricting], ...] = (PlaceRestriction, ReleaseRestriction, LiftRestriction)
PROTECTING: tuple[type[Protecting], ...] = (
    ApplyForSupportMeasure,
    DecideSupportMeasure,
    RefuseSupportMeasure,
    ExtendSupportMeasure,
    EndSupportMeasure,
)

_NOT_SAID = ""
"""What somebody who joins is to the applicant where nobody said."""


def _day(name: str, said: RegisterDate | None) -> date | None:
    """A day of the calendar. Raises `InvalidValue` naming the input."""
    if said is None:
        return None
    if not said.is_calendar_day:
        raise InvalidValue(name, "must be a day of the calendar", "暦上日で入力してください")
    return said.earliest


def _required(name: str, standing: Restriction | None) -> Restriction:
    if standing is None:
        raise _nothing(name)
    return standing


def _some(standing: Sequence[Protection]) -> Sequence[Protection]:
    if not standing:
        raise _nothing("application")
    return standing


def _nothing(name: str) -> InvalidValue:
    return InvalidValue(name, "there is none with this id", "該当するものがありません")
