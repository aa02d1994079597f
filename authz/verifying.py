"""Whether a paper is genuine and still stands: for anybody who holds it, and nothing of the person.

Nobody signs in for it. Its entry in the ledger says whose paper was asked after and from which address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from authz.desk import Desk
from authz.entries import Request, entry_of_verification
from domain.certificates.issuances import Issuance
from domain.ledger.entries import Entry

_CODE: Final = re.compile(r"[A-Za-z0-9_-]{16,128}")
"""What a paper's QR code holds; nothing else is looked for."""


class Paper(StrEnum):
    """What can be said of it."""

    GENUINE = "GENUINE"
    VOIDED = "VOIDED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Verified:
    """The answer, and the entry that must be in the ledger before it leaves; `issuance` where there is one."""

    issuance: Issuance | None
    entry: Entry

    @property
    def paper(self) -> Paper:
        """What can be said of it."""
        if self.issuance is None:
            return Paper.UNKNOWN
        return Paper.GENUINE if self.issuance.stands else Paper.VOIDED


async def verify(desk: Desk, request: Request, serving: str, address: str, code: str) -> Verified:
    """Look for the entry of the book whose paper carries this code.

    What is unknown stands in the ledger of the `serving` municipality. Raises `Refusal` (STORE_UNAVAILABLE).
    """
    found = await desk.office.certificates.verified(code) if _CODE.fullmatch(code) else None
    municipality, issuance = found or (serving, None)
    return Verified(issuance, entry_of_verification(municipality, address, issuance, desk.stamp(request)))
