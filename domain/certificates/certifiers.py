"""認証者: the mayor, and who acts for the mayor for a while (標準仕様書1.0 1.3.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.certificates.documents import Certifier
from domain.errors import InvalidValue
from domain.values.texts import require_line

LONGEST = 100
"""Characters of a title and of a name."""


class CertifierRole(StrEnum):
    """Whose signature a certificate bears; of a ward, the ward's head and who acts for her."""

    MAYOR = "MAYOR"
    ACTING = "ACTING"

    @property
    def japanese(self) -> str:
        """The word for it."""
        return {"MAYOR": "市区町村長", "ACTING": "職務代理者"}[self.value]


@dataclass(frozen=True, slots=True)
class Term:
    """Somebody's period as certifier; `ends_on` is its last day. Raises `InvalidValue`.

    Neither name nor title may be empty: no certificate says 公印 in place of a name.
    """

    id: str
    role: CertifierRole
    certifier: Certifier
    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        require_line("title", self.certifier.title, LONGEST)
        require_line("name", self.certifier.name, LONGEST)
        if self.ends_on is None and self.role is CertifierRole.ACTING:
            raise InvalidValue("ends_on", "who acts for the mayor has a last day", "職務代理の終了日が必要です")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise InvalidValue("ends_on", "lies before its first day", "開始日より前です")
