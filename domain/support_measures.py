"""支援措置: protection of who fled from violence (標準仕様書1.0 1.1.16, 3.4; 住民基本台帳事務処理要領第5の10).

An application (申出) protects from the moment it is recorded, by a provisional measure (仮支援措置) with the effect of
a decided one. A decided one lasts a year; in its last month it may be extended by another. All who applied together
(併せて支援を求める者) share what becomes of the application.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self

from domain.errors import Code, InvalidValue, Refusal
from domain.values.identifiers import AddresseeNumber, MunicipalityCode


class SupportKind(StrEnum):
    """What the person is protected from."""

    DOMESTIC_VIOLENCE = "DOMESTIC_VIOLENCE"
    STALKING = "STALKING"
    CHILD_ABUSE = "CHILD_ABUSE"
    OTHER = "OTHER"

    @property
    def japanese(self) -> str:
        """The word of 住民基本台帳事務処理要領第5の10 for it."""
        return _KINDS[self]


class SupportMeasureState(StrEnum):
    """How far a measure has come: 仮支援措置, 支援措置, 支援の必要なし, 終了."""

    PROVISIONAL = "PROVISIONAL"
    DECIDED = "DECIDED"
    REFUSED = "REFUSED"
    ENDED = "ENDED"


class CoveredDisclosure(StrEnum):
    """支援を求められている事務: which disclosures, of which address, are to be refused (標準仕様書1.0 1.1.16)."""

    INSPECTION_CURRENT_ADDRESS = "INSPECTION_CURRENT_ADDRESS"
    RESIDENT_RECORD_CURRENT_ADDRESS = "RESIDENT_RECORD_CURRENT_ADDRESS"
    RESIDENT_RECORD_PREVIOUS_ADDRESS = "RESIDENT_RECORD_PREVIOUS_ADDRESS"
    SUPPLEMENT_CURRENT_DOMICILE = "SUPPLEMENT_CURRENT_DOMICILE"
    SUPPLEMENT_PREVIOUS_DOMICILE = "SUPPLEMENT_PREVIOUS_DOMICILE"

    @property
    def japanese(self) -> str:
        """The standard's words for it."""
        return _COVERED[self]


class SupportMeasureAlert(StrEnum):
    """What whoever looks at the record is warned of: it ends within a month, or is over (標準仕様書1.0 3.4)."""

    ENDS_WITHIN_A_MONTH = "ENDS_WITHIN_A_MONTH"
    PERIOD_IS_OVER = "PERIOD_IS_OVER"


_KINDS: Final = {
    SupportKind.DOMESTIC_VIOLENCE: "配偶者からの暴力",
    SupportKind.STALKING: "ストーカー行為等",
    SupportKind.CHILD_ABUSE: "児童虐待",
    SupportKind.OTHER: "その他これらに準ずる行為",
}
_COVERED: Final = {
    CoveredDisclosure.INSPECTION_CURRENT_ADDRESS: "住民基本台帳の閲覧（現住所）",
    CoveredDisclosure.RESIDENT_RECORD_CURRENT_ADDRESS: "住民票の写し等の交付（現住所）",
    CoveredDisclosure.RESIDENT_RECORD_PREVIOUS_ADDRESS: "住民票の写し等の交付（前住所）",
    CoveredDisclosure.SUPPLEMENT_CURRENT_DOMICILE: "戸籍の附票の写し等の交付（本籍）",
    CoveredDisclosure.SUPPLEMENT_PREVIOUS_DOMICILE: "戸籍の附票の写し等の交付（前本籍等）",
}
ALL_COVERED: Final = frozenset(CoveredDisclosure)
_STANDING: Final = frozenset({SupportMeasureState.PROVISIONAL, SupportMeasureState.DECIDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportMeasure:
    """One period of protection for one person, its first and last day included; an extension is another period.

    Raises `InvalidValue` if it would end before it starts.
    """

    addressee_number: AddresseeNumber
    kind: SupportKind
    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        _require_in_order("SupportMeasure", self.starts_on, self.ends_on)

    @classmethod
    def for_a_year(cls, addressee_number: AddresseeNumber, kind: SupportKind, *, starts_on: date) -> Self:
        """The usual period: from 2020-04-01 to 2021-03-31 (標準仕様書1.0 1.1.16)."""
        return cls(addressee_number=addressee_number, kind=kind, starts_on=starts_on, ends_on=last_day_from(starts_on))

    def in_force(self, on: date) -> bool:
        """Whether the measure protects the person on this day."""
        return self.starts_on <= on <= self.ends_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """One person's measure as the register keeps it: provisional and without a last day, or for a period.

    `application` is shared by all who applied together; `relationship` is what somebody is to the applicant, `None` for
    the applicant herself. `provisional_from` is the day from which it was provisional before it was decided,
    `received_from` the municipality that took the application first (当初受付市区町村), where it is another.
    """

    id: str
    application: str
    addressee_number: AddresseeNumber
    kind: SupportKind
    state: SupportMeasureState
    starts_on: date
    ends_on: date | None = None
    relationship: str | None = None
    covers: frozenset[CoveredDisclosure] = field(default=ALL_COVERED)
    provisional_from: date | None = None
    received_from: MunicipalityCode | None = None

    @property
    def stands(self) -> bool:
        """Whether it was neither refused nor ended; its period may be over all the same."""
        return self.state in _STANDING

    def in_force(self, on: date) -> bool:
        """Whether it protects her on this day: a provisional one like a decided one (標準仕様書1.0 3.4)."""
        return self.stands and self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


def decided(application: Iterable[Protection], today: date, starts_on: date, ends_on: date | None) -> list[Protection]:
    """The provisional measures of an application, decided for a year, or until the day that is given.

    It begins today or before, so that nobody is unprotected between the two. Raises `InvalidValue`, and `Refusal`
    (INVALID_INPUT) where nothing is provisional.
    """
    if starts_on > today:
        raise InvalidValue("starts_on", "lies in the future", "開始年月日が未来日です")
    last = ends_on or last_day_from(starts_on)
    _require_in_order("ends_on", today, last)
    return [
        replace(
            one, state=SupportMeasureState.DECIDED, starts_on=starts_on, ends_on=last, provisional_from=one.starts_on
        )
        for one in _provisional(application)
    ]


def refused(application: Iterable[Protection]) -> list[Protection]:
    """The provisional measures of an application, not needed. Raises `Refusal` (INVALID_INPUT) where there are none."""
    return [replace(one, state=SupportMeasureState.REFUSED) for one in _provisional(application)]


def ended(application: Iterable[Protection]) -> list[Protection]:
    """Whatever stands of an application, ended. Raises `Refusal` (INVALID_INPUT) where nothing does."""
    return _some((replace(one, state=SupportMeasureState.ENDED) for one in application if one.stands), _NOTHING_STANDS)


def extensions(application: Sequence[Protection], today: date, new_ids: Sequence[str]) -> list[Protection]:
    """Another year from the day after the last period, for everybody in it (標準仕様書1.0 3.4).

    `new_ids` are at least as many as there are measures. Raises `Refusal` (INVALID_INPUT) but in the month before the
    last day.
    """
    last = max((one.ends_on for one in application if one.stands and one.ends_on), default=None)
    if last is None or not month_before(last) <= today <= last:
        raise Refusal(Code.INVALID_INPUT, names=("application",), detail=_NOT_EXTENDED)
    start = last + timedelta(days=1)
    ending = [one for one in application if one.stands and one.ends_on == last]
    return [
        replace(one, id=id_, starts_on=start, ends_on=last_day_from(start), provisional_from=None)
        for one, id_ in zip(ending, new_ids, strict=False)
    ]


def after_moving_out(hers: Sequence[Protection], on: date, new_id: str) -> Protection | None:
    """The provisional measure by which hers goes on without an end when she moves out on this day; `None`: not needed.

    The municipality that she left keeps protecting her until hers there is known (標準仕様書1.0 3.4: 自動で切替え).
    """
    running = [one for one in hers if one.in_force(on)]
    if not running or any(one.ends_on is None for one in running):
        return None
    longest = max(running, key=lambda one: one.ends_on or date.max)
    return replace(
        longest, id=new_id, state=SupportMeasureState.PROVISIONAL, starts_on=on, ends_on=None, provisional_from=None
    )


def alert_of(hers: Iterable[Protection], on: date) -> SupportMeasureAlert | None:
    """What is to be said of somebody's measures on this day (標準仕様書1.0 3.4)."""
    standing = [one for one in hers if one.stands]
    if not standing or any(one.ends_on is None for one in standing):
        return None
    last = max(one.ends_on for one in standing if one.ends_on)
    if last < on:
        return SupportMeasureAlert.PERIOD_IS_OVER
    return SupportMeasureAlert.ENDS_WITHIN_A_MONTH if month_before(last) <= on else None


def last_day_from(start: date) -> date:
    """The last day of a year that begins on this one.

    A year from 29 February ends with the last day of February (民法第143条第2項): the day after is 1 March.
    """
    leap_day = (start.month, start.day) == (2, 29)
    after = date(start.year + 1, 3, 1) if leap_day else start.replace(year=start.year + 1)
    return after - timedelta(days=1)


def month_before(day: date) -> date:
    """The same day of the month before, or the last day of that month (民法第143条第2項)."""
    last_of_it = day.replace(day=1) - timedelta(days=1)
    return last_of_it.replace(day=min(day.day, last_of_it.day))


def _provisional(application: Iterable[Protection]) -> list[Protection]:
    return _some((one for one in application if one.state is SupportMeasureState.PROVISIONAL), _NOTHING_PROVISIONAL)


def _some(found: Iterable[Protection], otherwise: tuple[str, str]) -> list[Protection]:
    some = list(found)
    if not some:
        raise Refusal(Code.INVALID_INPUT, names=("application",), detail=otherwise)
    return some


def _require_in_order(kind: str, starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise InvalidValue(kind, "it ends before it starts", "終了年月日が開始年月日より前です")


_NOTHING_PROVISIONAL: Final = (
    "Nothing of this application is provisional.",
    "この申出に、決定を待つ仮支援措置はありません。",
)
_NOTHING_STANDS: Final = (
    "Nothing of this application stands any more.",
    "この申出による支援措置は既に終了しています。",
)
_NOT_EXTENDED: Final = (
    "A measure is extended in the month before its last day.",
    "支援措置の延長は、期間終了日の1か月前から終了日までに行ってください。",
)
