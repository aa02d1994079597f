"""What every notification says besides its matter: since when it is so, when it was handed in, and by whom.

`reported` words an event's dates: 異動日, 届出日 and what was handed in (標準仕様書1.0 4.0.3, 4.1.0.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypedDict

from domain.errors import InvalidValue
from domain.notifications import told
from domain.values.dates import RegisterDate


class Notifier(StrEnum):
    """届出人: who handed a notification in (住基法第26条, 第27条; 標準仕様書1.0 4.1.0.3)."""

    SELF = "SELF"
    SAME_HOUSEHOLD = "SAME_HOUSEHOLD"
    STATUTORY_AGENT = "STATUTORY_AGENT"
    AGENT = "AGENT"
    EX_OFFICIO = "EX_OFFICIO"
    ON_APPLICATION = "ON_APPLICATION"

    @property
    def japanese(self) -> str:
        """The word of the register for it."""
        return _JAPANESE[self]

    @property
    def needs_authority(self) -> bool:
        """Whether this is somebody else who must show that she may (住基法第27条第3項)."""
        return self in (Notifier.STATUTORY_AGENT, Notifier.AGENT)


_JAPANESE = {
    Notifier.SELF: "本人",
    Notifier.SAME_HOUSEHOLD: "同一世帯に属する者",
    Notifier.STATUTORY_AGENT: "法定代理人",
    Notifier.AGENT: "代理人",
    Notifier.EX_OFFICIO: "職権",
    Notifier.ON_APPLICATION: "申出",
}


class Reported(TypedDict):
    """What every event of a notification is told alike."""

    changed_on: RegisterDate
    notified_on: RegisterDate
    notification_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """How it was handed in."""

    changed_on: RegisterDate = told("異動日", "date of change: since when it is so")
    notified_on: RegisterDate | None = told(
        "届出日・戸籍届出通知日・申出日", "date of notification; today where it is not said", default=None
    )
    notifier: Notifier = told("届出人", "who handed it in", default=Notifier.SELF)
    has_proof_of_authority: bool = told("代理権の確認", "whether a representative showed her authority", default=False)

    def __post_init__(self) -> None:
        if self.notified_on is not None and not self.notified_on.is_calendar_day:
            raise InvalidValue("notified_on", "must be a day of the calendar", "暦上日で入力してください")

    def notified(self, today: date) -> RegisterDate:
        """届出日: today where nobody said otherwise (標準仕様書1.0 4.1.0.2)."""
        return self.notified_on or RegisterDate.of(today)

    def reported(self, notification_reason: str, today: date) -> Reported:
        """The dates and the 届出事由 of the events that it makes: `MovedIn(reason=..., **filing.reported(...))`."""
        return {
            "changed_on": self.changed_on,
            "notified_on": self.notified(today),
            "notification_reason": notification_reason,
        }
