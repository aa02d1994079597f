"""What issuing needs from outside: the press, and the book with what waits behind its links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

from domain.certificates.documents import Certifier, Document, IssuanceNumber
from domain.certificates.issuances import Copy, Handover, Issuance, Printed
from domain.ledger.entries import Entry
from domain.notifications import Idempotency, Maker
from domain.ports import Answer, Order


class Press(Protocol):
    """What prints documents: exactly, or not at all."""

    def missing(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The characters that the fonts do not have, as code points (`U+845B U+E0102`), each once."""
        ...

    async def printed(self, document: Document, number: IssuanceNumber, verification: str) -> Printed:
        """The document as PDF/A with its number, its sheets counted, and the QR code of its verification page."""
        ...

    async def signed(self, pdf: bytes) -> bytes:
        """The same with the city's signature (PAdES) and a timestamp. Raises `Refusal` (SIGNING_UNAVAILABLE)."""
        ...


class CertificateStore(Protocol):
    """The issuance book, and what waits behind single-use links. Each order is one transaction, as everywhere."""

    async def answered(self, municipality_code: str, asked: Idempotency) -> Answer | None:
        """What this was answered before, if it was asked before."""
        ...

    async def certifier(self, municipality_code: str, on: date) -> Certifier | None:
        """認証者 of this day: who acts for the mayor in her period, else the mayor (標準仕様書1.0 1.3.9)."""
        ...

    async def issue(self, order: Order, city: str, copies: Sequence[Copy]) -> Answer:
        """Draw a number for each copy, have it printed under it, and enter it in the book: all of them or none.

        What was printed waits behind the copy's link. `city` is the name in the numbers. Raises `Refusal` as every
        order does, and what the printing raises.
        """
        ...

    async def issuances(self, municipality_code: str, ids: Sequence[str]) -> list[Issuance]:
        """These entries of the book, in this order; those that are not there are left out."""
        ...

    async def history_of(
        self, municipality_code: str, addressee_number: str, first: int, after: str | None
    ) -> list[Issuance]:
        """What was issued of somebody, the newest first, after this id (標準仕様書1.0 2.2.2)."""
        ...

    async def void(self, order: Order, id_: str, reason: str, by: Maker) -> Answer:
        """Note that a spoiled copy was disposed of. Raises `Refusal` (INVALID_INPUT) where none stands with this id."""
        ...

    async def verified(self, verification: str) -> tuple[str, Issuance] | None:
        """The entry of the book whose paper carries this code, after the municipality in whose book it stands."""
        ...

    async def waiting(self, municipality_code: str, id_: str, at: datetime) -> Handover | None:
        """A link that was not used and has not expired, for who repeats her request; without its content."""
        ...

    async def fetch(
        self, municipality_code: str, token: str, caller: str, purpose: str, at: datetime
    ) -> Handover | None:
        """What waits behind her link, without using it up; `None` where it is used, expired, another's or none."""
        ...

    async def use(self, municipality_code: str, handover: Handover, at: datetime, entries: Sequence[Entry]) -> bool:
        """Use up the link with its entry in the ledger, and forget the content; false where somebody was faster."""
        ...
