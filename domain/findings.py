"""What a check of a notification finds: an error, which stops it, or a warning, which must be acknowledged.

標準仕様書1.0 11.1 (エラー, アラート). A finding names the check, where to look, and the article or section that it
follows; never a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """エラー or アラート."""

    ERROR = "ERROR"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True)
class Check:
    """One of the checks: its stable code, the law or standard that it follows, what it says in both languages.

    `told_by` is the item that a caller must have the right to search by in order to be told: who may not look somebody
    up by a number must not find out by notifying one whether it is anybody's (the finding then waits for who may).
    """

    code: str
    severity: Severity
    source: str
    english: str
    japanese: str
    told_by: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: `names` are input fields or items, as the schema names them (`members.0.relationship`)."""

    check: Check
    names: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """Whether it stops the notification."""
        return self.check.severity
