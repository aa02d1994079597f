"""Copies as tests of the store have them issued: what the book is told, a press that only notes the number, a link."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from domain.certificates.documents import IssuanceNumber
from domain.certificates.issuances import Copy, Draft, Handover, Printed
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import Delivery
from domain.notifications import Maker
from domain.ports import Answer, Order
from persistence.certificates import Certificates
from tests.persistence.protections import an_id, an_order
from tests.persistence.registers import NOON, Store, ask
from tests.village import CODE, NUMBERS, number_of

T = TypeVar("T")

CITY = "苫小牧市"
CLERK = Maker("C-1001", "resident_records", "T-01", NOON)
CALLER, PURPOSE = "subject of C-1001", "resident_records"
EXPIRES = NOON + timedelta(minutes=10)
PRINTED = f"%PDF of somebody whose number is {NUMBERS[0]}"
"""What every sheet of the tests holds: whoever can read it has the number."""


async def prints(number: IssuanceNumber) -> Printed:
    """A press that prints two sheets under the number."""
    return Printed(f"{PRINTED} {number.text}".encode(), 2)


def a_draft(nth: int, **differently: Any) -> Draft:
    """What the book is told of the nth copy: of the first two villagers, for one of them."""
    usual: dict[str, Any] = {
        "id": an_id(nth),
        "kind": CertificateKind.RESIDENT_RECORD_COPY,
        "issued_at": NOON,
        "place": "市民課1番窓口",
        "terminal": "T-01",
        "printer": "P-01",
        "department": "resident_records",
        "staff_number": "C-1001",
        "requester": {"kind": "PERSON", "purpose_of_use": "運転免許証の更新"},
        "delivery": Delivery.COUNTER,
        "items": {number_of(1): ["full_name", "sex"], number_of(2): ["full_name"]},
        "verification": f"code on paper {nth}",
    }
    return Draft(**usual | differently)


def a_link(nth: int, **differently: Any) -> Handover:
    """The link to the nth copy, good for ten minutes."""
    usual: dict[str, Any] = {
        "id": an_id(nth),
        "token": f"token {nth}",
        "caller": CALLER,
        "purpose": PURPOSE,
        "media_type": "application/pdf",
        "file_name": f"{an_id(nth)}.pdf",
        "told": {"entries": [{"text": f"架空　太郎 {NUMBERS[0]}"}]},
        "expires_at": EXPIRES,
    }
    return Handover(**usual | differently)


def a_copy(
    nth: int, press: Callable[[IssuanceNumber], Awaitable[Printed]] = prints, link: Any = None, **differently: Any
) -> Copy:
    """The nth copy."""
    return Copy(a_draft(nth, **differently), press, link or a_link(nth))


def certificates_of(store: Store) -> Certificates:
    """The repository."""
    return Certificates(store.database, store.vaults)


def on_book(url: str, do: Callable[[Certificates], Awaitable[T]]) -> T:
    """Ask the repository."""
    return ask(url, lambda store: do(certificates_of(store)))


def issued(url: str, *copies: Copy, order: Order | None = None) -> Answer:
    """Issue them in one order."""
    return on_book(url, lambda book: book.issue(order or an_order(), CITY, copies))


def numbers_in(url: str, *ids: int) -> list[str]:
    """Under which numbers these copies stand in the book."""
    found = on_book(url, lambda book: book.issuances(CODE, [an_id(nth) for nth in ids]))
    return [one.number.text for one in found]
