"""What stops a certificate besides the law on certificates: restrictions (抑止) and support measures (支援措置)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from domain.findings import Check, Finding, Severity
from domain.restrictions import RestrictedProcess, Restriction, RestrictionLevel, level_of

CERTIFICATE_RESTRICTED: Final = Check(
    code="CERTIFICATE_RESTRICTED",
    severity=Severity.ERROR,
    source="標準仕様書1.0 3.1",
    english="Certificates are restricted for one of these persons or households.",
    japanese="証明書発行の抑止（エラー）が設定されている者または世帯が含まれています。",
)
CERTIFICATE_RESTRICTED_ALERT: Final = Check(
    code="CERTIFICATE_RESTRICTED_ALERT",
    severity=Severity.WARNING,
    source="標準仕様書1.0 3.1",
    english="One of these persons or households has a restriction of certificates that alerts.",
    japanese="証明書発行の抑止（アラート）が設定されている者または世帯が含まれています。",
)
PROTECTED: Final = Check(
    code="PROTECTED",
    severity=Severity.ERROR,
    source="標準仕様書1.0 3.4; 住民基本台帳事務処理要領第5の10",
    english="It leads to a protected person: the officer responsible examines the request and releases it.",
    japanese="支援対象者が含まれるため発行できません。支援措置責任者が審査し、解除した後に発行してください。",
)
CHECKS: Final = (CERTIFICATE_RESTRICTED, CERTIFICATE_RESTRICTED_ALERT, PROTECTED)
_CHECK_OF: Final = {
    RestrictionLevel.ERROR: CERTIFICATE_RESTRICTED,
    RestrictionLevel.ALERT: CERTIFICATE_RESTRICTED_ALERT,
}


def stops_on(
    restrictions: Iterable[Restriction], on: date, at: datetime, *, leads_to_protected: bool
) -> tuple[Finding, ...]:
    """What restrictions on whom it is of, and protection that nobody has released, say to a certificate."""
    check = _CHECK_OF.get(level_of(restrictions, RestrictedProcess.CERTIFICATE, on, at))
    found = (check, PROTECTED if leads_to_protected else None)
    return tuple(Finding(one, ("subjects",)) for one in found if one)
