"""抑止: what may not be done for now with a record, or with all records of a household (標準仕様書1.0 3.1).

A restriction never ends by itself: its last day is only the one that was planned, and it holds until it is lifted. A
temporary release (一時解除) suspends it until a moment, after which it holds again without anybody's doing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.errors import Code, InvalidValue, Refusal
from domain.findings import Check, Finding, Severity


class RestrictedProcess(StrEnum):
    """What is restricted: 異動入力, 証明書発行 or 照会."""

    CHANGE = "CHANGE"
    CERTIFICATE = "CERTIFICATE"
    INQUIRY = "INQUIRY"

    @property
    def japanese(self) -> str:
        """The standard's word for it."""
        return {"CHANGE": "異動", "CERTIFICATE": "証明書発行", "INQUIRY": "照会"}[self.value]


class RestrictionLevel(StrEnum):
    """How: エラー stops it, アラート warns and lets it pass, 抑止なし is on record and does nothing."""

    ERROR = "ERROR"
    ALERT = "ALERT"
    NONE = "NONE"

    @property
    def japanese(self) -> str:
        """The standard's word for it."""
        return {"ERROR": "エラー", "ALERT": "アラート", "NONE": "抑止なし"}[self.value]


class Whose(StrEnum):
    """Whether a restriction is on one person (個人単位) or on everybody in a household (世帯単位)."""

    RESIDENT = "RESIDENT"
    HOUSEHOLD = "HOUSEHOLD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """One restriction; a person or a household may have several at once, each with its own process and level.

    `number` is the addressee or household number, `ends_on` the last day that was planned. Raises `InvalidValue` where
    that lies before the first.
    """

    id: str
    whose: Whose
    number: str
    process: RestrictedProcess
    level: RestrictionLevel
    starts_on: date
    ends_on: date | None = None
    released_until: datetime | None = None
    lifted_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise InvalidValue("ends_on", "it ends before it starts", "終了年月日が開始年月日より前です")

    @property
    def is_lifted(self) -> bool:
        """Whether it was lifted (本解除)."""
        return self.lifted_at is not None

    def is_released(self, at: datetime) -> bool:
        """Whether it is temporarily released at this moment."""
        return self.released_until is not None and at < self.released_until

    def holds(self, on: date, at: datetime) -> bool:
        """Whether it holds at this moment, which lies in this day in Japan; past its last day it holds as before."""
        return self.starts_on <= on and not self.is_lifted and not self.is_released(at)

    def is_overdue(self, on: date) -> bool:
        """Whether its last day has passed and nobody has lifted it."""
        return self.ends_on is not None and self.ends_on < on and not self.is_lifted

    def released(self, at: datetime, duration: timedelta) -> Restriction:
        """The same, temporarily released from now on. Raises `Refusal` (INVALID_INPUT) where it was lifted."""
        return replace(self._standing(), released_until=at + duration)

    def lifted(self, at: datetime) -> Restriction:
        """The same, lifted for good. Raises `Refusal` (INVALID_INPUT) where it was lifted before."""
        return replace(self._standing(), lifted_at=at)

    def _standing(self) -> Restriction:
        if self.is_lifted:
            raise Refusal(Code.INVALID_INPUT, names=("restriction",), detail=_LIFTED)
        return self


_LIFTED: Final = ("This restriction was lifted already.", "この抑止は既に解除されています。")

CHANGE_RESTRICTED: Final = Check(
    code="CHANGE_RESTRICTED",
    severity=Severity.ERROR,
    source="標準仕様書1.0 3.1",
    english="Changes are restricted for one of these persons or households.",
    japanese="異動の抑止（エラー）が設定されている者または世帯が含まれています。",
)
CHANGE_RESTRICTED_ALERT: Final = Check(
    code="CHANGE_RESTRICTED_ALERT",
    severity=Severity.WARNING,
    source="標準仕様書1.0 3.1",
    english="One of these persons or households has a restriction of changes that alerts.",
    japanese="異動の抑止（アラート）が設定されている者または世帯が含まれています。",
)
CHECKS: Final = (CHANGE_RESTRICTED, CHANGE_RESTRICTED_ALERT)
_CHECK_OF: Final = {RestrictionLevel.ERROR: CHANGE_RESTRICTED, RestrictionLevel.ALERT: CHANGE_RESTRICTED_ALERT}


def level_of(
    restrictions: Iterable[Restriction], process: RestrictedProcess, on: date, at: datetime
) -> RestrictionLevel:
    """The strictest level that holds for a process (標準仕様書1.0 3.1: 複数設定)."""
    held = {one.level for one in restrictions if one.process is process and one.holds(on, at)}
    return next((level for level in RestrictionLevel if level in held), RestrictionLevel.NONE)


def findings_on(restrictions: Iterable[Restriction], on: date, at: datetime) -> tuple[Finding, ...]:
    """What restrictions on whom a notification touches have to say to it: an error, a warning, or nothing."""
    check = _CHECK_OF.get(level_of(restrictions, RestrictedProcess.CHANGE, on, at))
    return (Finding(check),) if check else ()
