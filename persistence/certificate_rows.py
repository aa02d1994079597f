"""Rows of the issuance book: an entry as it is written, and as it is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.certificates.documents import IssuanceNumber
from domain.certificates.issuances import Draft, Issuance
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import Delivery
from domain.histories import JAPAN

COLUMNS: Final = (
    "i.id, i.kind, i.issued_on, i.city, i.terminal, i.printer, i.serial, i.issued_at, i.place, i.department,"
    " i.staff_number, i.requester, i.delivery, i.items, i.sheets, i.reissue_of, i.voided_at, i.voided_by, i.void_reason"
)
"""What `issuance` takes, of the table as `i`."""
ENTER: Final = """
INSERT INTO issuances (municipality_code, id, kind, issued_on, city, terminal, printer, serial, issued_at, place,
    department, staff_number, requester, delivery, items, sheets, verification, reissue_of, batch_id, batch_line)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
"""
"""Its values are the municipality and what `entered` gives."""


def day_of_issue(draft: Draft) -> date:
    """The day in Japan."""
    return draft.issued_at.astimezone(JAPAN).date()


def number_of(draft: Draft, city: str, serial: int) -> IssuanceNumber:
    """The number that it is issued under."""
    return IssuanceNumber(_day(day_of_issue(draft)), city, draft.terminal, draft.printer, serial)


def digest_of(secret: str) -> bytes:
    """What the store keeps of a link's or a paper's random code."""
    return hashlib.sha256(secret.encode()).digest()


def entered(draft: Draft, number: IssuanceNumber, sheets: int) -> tuple[Any, ...]:
    """The values of a new entry."""
    batch, line = draft.batch or (None, None)
    who = (draft.issued_at, draft.place, draft.department, draft.staff_number)
    requester, items = (json.dumps(said, ensure_ascii=False) for said in (draft.requester, draft.items))
    return (
        *(UUID(draft.id), draft.kind.value, day_of_issue(draft)),
        *(number.city, number.terminal, number.printer, number.serial),
        *(*who, requester, draft.delivery.value, items, sheets, digest_of(draft.verification)),
        *(_uuid(draft.reissue_of), _uuid(batch), line),
    )


def issuance(row: Sequence[Any]) -> Issuance:
    """An entry, of `COLUMNS`."""
    id_, kind, issued_on, city, terminal, printer, serial, issued_at, place, department, staff_number, *rest = row
    requester, delivery, items, sheets, reissue_of, voided_at, voided_by, void_reason = rest
    return Issuance(
        id=str(id_),
        kind=CertificateKind(kind),
        number=IssuanceNumber(_day(issued_on), city, terminal, printer, serial),
        issued_at=issued_at,
        place=place,
        department=department,
        staff_number=staff_number,
        requester=json.loads(requester),
        delivery=Delivery(delivery),
        items=json.loads(items),
        sheets=sheets,
        reissue_of=None if reissue_of is None else str(reissue_of),
        voided_at=voided_at,
        voided_by=voided_by,
        void_reason=void_reason,
    )


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _uuid(id_: str | None) -> UUID | None:
    return None if id_ is None else UUID(id_)
