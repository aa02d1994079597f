"""An issuance book in memory, and a press that prints nothing but remembers what it was given."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count

from authz.ledger_review import LedgerReview
from authz.office import Office
from domain.certificates.documents import Certifier, Document, IssuanceNumber
from domain.certificates.issuances import Copy, Handover, Issuance, Printed
from domain.errors import Code, Refusal
from domain.ledger.entries import Entry
from domain.notifications import Idempotency, Maker
from domain.ports import Answer, Order
from domain.statistics import Households, MovementQuestion, Movements, Population, PopulationQuestion, Table
from tests.authz.fake_extractions import FakeExtractions, a_bulk
from tests.authz.fake_ledger import FakeLedger, FakeStaff
from tests.authz.fake_standings import FakeStandings, tables

MAYOR = Certifier("北海道苫小牧市長", "見本　市長")
LINK_FOR = timedelta(minutes=10)
SIGNED = b"signed "


@dataclass
class FakePress:
    """A document is printed as its data; `lacks` are characters that the fonts do not have."""

    lacks: str = ""
    documents: list[Document] = field(default_factory=list)
    breaks: Exception | None = None

    def missing(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Those of `lacks` that stand in one of the texts."""
        written = "".join(texts)
        return tuple(f"U+{ord(one):04X}" for one in self.lacks if one in written)

    async def printed(self, document: Document, number: IssuanceNumber, verification: str) -> Printed:
        """One sheet for each entry."""
        self.documents.append(document)
        told = json.dumps(document.data(number, f"https://city.example/verify/{verification}"), ensure_ascii=False)
        return Printed(told.encode(), len(document.entries))

    async def signed(self, pdf: bytes) -> bytes:
        """The same, marked."""
        if self.breaks:
            raise self.breaks
        return SIGNED + pdf


@dataclass
class FakeStatistics:
    """Nobody lives here, and nothing happens; it remembers what it was asked."""

    questions: list[object] = field(default_factory=list)

    async def population(
        self, _municipality_code: str, question: PopulationQuestion, *, as_it_stands: bool
    ) -> Population:
        """Nobody."""
        self.questions.append((question, as_it_stands))
        return Population(Table(("SEX", "CITIZENSHIP")), Households())

    async def movements(self, _municipality_code: str, question: MovementQuestion) -> Movements:
        """Nothing."""
        self.questions.append(question)
        return Movements(Table(("REASON",)))


@dataclass
class FakeCertificates:
    """The book; `breaks` is raised instead of carrying out an order."""

    mayor: Certifier | None = MAYOR
    book: dict[str, Issuance] = field(default_factory=dict)
    handovers: dict[str, Handover] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    breaks: Exception | None = None
    faster: bool = False
    tokens: Iterator[int] = field(default_factory=lambda: count(1))
    _answers: dict[tuple[str, str], tuple[bytes, Answer]] = field(default_factory=dict)

    async def answered(self, _municipality_code: str, asked: Idempotency) -> Answer | None:
        """What was answered under this key."""
        known = self._answers.get((asked.caller, asked.key))
        if known and known[0] != asked.request:
            raise Refusal(Code.IDEMPOTENCY_KEY_REUSED)
        return known[1] if known else None

    async def certifier(self, _municipality_code: str, _on: date) -> Certifier | None:
        """The mayor."""
        return self.mayor

    async def issue(self, order: Order, city: str, copies: Sequence[Copy]) -> Answer:
        """Print and enter each copy."""
        known = await self._ordered(order)
        if known is not None:
            return known
        made = [await self._made(city, copy, at) for at, copy in enumerate(copies, len(self.book) + 1)]
        self._keep(order)
        for issuance, handover in made:
            self.book[issuance.id], self.handovers[issuance.id] = issuance, handover
        return order.answer

    async def issuances(self, _municipality_code: str, ids: Sequence[str]) -> list[Issuance]:
        """Those with these ids."""
        return [self.book[id_] for id_ in ids if id_ in self.book]

    async def history_of(
        self, _municipality_code: str, addressee_number: str, first: int, after: str | None
    ) -> list[Issuance]:
        """Those of her, the newest first."""
        hers = [one for id_, one in sorted(self.book.items(), reverse=True) if addressee_number in one.items]
        return [one for one in hers if after is None or one.id < after][:first]

    async def void(self, order: Order, id_: str, reason: str, by: Maker) -> Answer:
        """Note it."""
        known = await self._ordered(order)
        if known is not None:
            return known
        if id_ not in self.book or not self.book[id_].stands:
            raise Refusal(Code.INVALID_INPUT, names=("id",))
        self._keep(order)
        self.book[id_] = replace(self.book[id_], voided_at=by.at, voided_by=by.staff_number, void_reason=reason)
        return order.answer

    async def verified(self, verification: str) -> tuple[str, Issuance] | None:
        """None: tested where it is stored."""
        return None

    async def waiting(self, _municipality_code: str, id_: str, _at: datetime) -> Handover | None:
        """What was not fetched."""
        return self.handovers.get(id_)

    async def fetch(
        self, _municipality_code: str, token: str, caller: str, purpose: str, at: datetime
    ) -> Handover | None:
        """Hers, if it waits."""
        return next(
            (
                one
                for one in self.handovers.values()
                if (one.token, one.caller, one.purpose) == (token, caller, purpose) and at < one.expires_at
            ),
            None,
        )

    async def use(self, _municipality_code: str, handover: Handover, _at: datetime, entries: Sequence[Entry]) -> bool:
        """Forget it."""
        if self.faster or handover.id not in self.handovers:
            return False
        del self.handovers[handover.id]
        self.ledger += entries
        return True

    async def _ordered(self, order: Order) -> Answer | None:
        if self.breaks:
            raise self.breaks
        return await self.answered(order.municipality_code, order.asked)

    def _keep(self, order: Order) -> None:
        self._answers[order.asked.caller, order.asked.key] = (order.asked.request, order.answer)
        self.ledger += order.entries

    async def _made(self, city: str, copy: Copy, serial: int) -> tuple[Issuance, Handover]:
        draft = copy.draft
        day = f"{draft.issued_at:%Y%m%d}"
        number = IssuanceNumber(day, city, draft.terminal, draft.printer, serial)
        printed = await copy.printing(number)
        issuance = Issuance(
            id=draft.id,
            kind=draft.kind,
            number=number,
            issued_at=draft.issued_at,
            place=draft.place,
            department=draft.department,
            staff_number=draft.staff_number,
            requester=draft.requester,
            delivery=draft.delivery,
            items=draft.items,
            sheets=printed.sheets,
            reissue_of=draft.reissue_of,
        )
        return issuance, replace(copy.handover, content=printed.pdf)


def an_office(certificates: FakeCertificates, press: FakePress, extractions: FakeExtractions) -> Office:
    """An office over these, in the city."""
    return Office(
        certificates=certificates,
        press=press,
        city_of=lambda _code: "苫小牧市",
        statistics=FakeStatistics(),
        link_for=LINK_FOR,
        new_token=lambda: f"token-{next(certificates.tokens)}",
        bulk=a_bulk(extractions),
        review=LedgerReview(FakeLedger(), FakeStaff()),
        policy_tables=tables,
        standings=FakeStandings(),
    )
