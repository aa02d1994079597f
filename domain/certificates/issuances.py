"""The issuance book (交付履歴, 標準仕様書1.0 1.3.8): what was issued, when, where, to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.certificates.documents import IssuanceNumber
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import Delivery


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Draft:
    """A copy that is to be issued: all that the book says of it but its number and its sheets.

    `requester` is who asked and what she stated, as plain JSON; `items` which items are printed of whom;
    `verification` a random code that the paper's QR code holds and the book knows by its hash alone.
    """

    id: str
    kind: CertificateKind
    issued_at: datetime
    place: str
    terminal: str
    printer: str
    department: str
    staff_number: str
    requester: Mapping[str, object]
    delivery: Delivery
    items: Mapping[str, list[str]]
    verification: str
    reissue_of: str | None = None
    batch: tuple[str, int] | None = None

    def __repr__(self) -> str:
        return f"Draft({self.id}, {self.kind})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Issuance:
    """An entry of the book. `voided_at` where a spoiled copy was disposed of (処分情報)."""

    id: str
    kind: CertificateKind
    number: IssuanceNumber
    issued_at: datetime
    place: str
    department: str
    staff_number: str
    requester: Mapping[str, object]
    delivery: Delivery
    items: Mapping[str, list[str]]
    sheets: int
    reissue_of: str | None = None
    voided_at: datetime | None = None
    voided_by: str | None = None
    void_reason: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not voided."""
        return self.voided_at is None

    @property
    def requester_kind(self) -> str:
        """Who asked for it, by the article that lets her (`RequesterKind`)."""
        return str(self.requester.get("kind", ""))

    def __repr__(self) -> str:
        return f"Issuance({self.id}, {self.kind})"


@dataclass(frozen=True, slots=True)
class Printed:
    """A document as the press made it, not yet signed."""

    pdf: bytes
    sheets: int

    def __repr__(self) -> str:
        return f"Printed({self.sheets} sheets)"


@dataclass(frozen=True, slots=True)
class Handover:
    """What waits behind a single-use link for who asked for it: a file, sealed in the store until it is fetched.

    `id` is that of the issuance or of the extraction. `told` is what the answer said that the book does not keep (the
    printed texts), so that a repeated request hears the same as long as the link stands; plain JSON.
    """

    id: str
    token: str
    caller: str
    purpose: str
    media_type: str
    file_name: str
    told: Mapping[str, object]
    expires_at: datetime
    content: bytes = b""

    def __repr__(self) -> str:
        return f"Handover({self.id}, {self.media_type})"


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: what the book will say of it, how it is printed once its number is drawn, and the link to it."""

    draft: Draft
    printing: Callable[[IssuanceNumber], Awaitable[Printed]]
    handover: Handover
