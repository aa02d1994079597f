"""Extraction requests in memory, over a register in memory; an envelope that seals nothing but says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from authz.office import Bulk
from domain.certificates.issuances import Handover
from domain.errors import Code, Refusal
from domain.extractions import FROM, Extent, Extraction, Listing
from domain.ledger.entries import Entry
from domain.notifications import Idempotency
from domain.ports import Answer, Occasion, Order, Reading

SEALED = b"sealed for "


class FakeEnvelope:
    """What is sealed can be read all the same, after whom it is for."""

    def accepts(self, recipient: str) -> bool:
        """Whether it looks like a key."""
        return recipient.startswith("age1")

    def sealed(self, content: bytes, recipient: str) -> bytes:
        """The content, after its recipient."""
        return SEALED + recipient.encode() + b"\n" + content


@dataclass
class FakeExtractions:
    """The store; `finds` are the numbers and facts of whom it finds, whatever is asked."""

    finds: Sequence[tuple[str, int]] = ()
    held: dict[str, Extraction] = field(default_factory=dict)
    handovers: dict[str, Handover] = field(default_factory=dict)
    ledger: list[Entry] = field(default_factory=list)
    extents: list[Extent] = field(default_factory=list)
    _answers: dict[tuple[str, str], tuple[bytes, Answer]] = field(default_factory=dict)

    async def answered(self, _municipality_code: str, asked: Idempotency) -> Answer | None:
        """What was answered under this key."""
        known = self._answers.get((asked.caller, asked.key))
        if known and known[0] != asked.request:
            raise Refusal(Code.IDEMPOTENCY_KEY_REUSED)
        return known[1] if known else None

    async def one(self, _municipality_code: str, id_: str) -> Extraction | None:
        """The one with this id."""
        return self.held.get(id_)

    async def listed(self, _municipality_code: str, listing: Listing) -> list[Extraction]:
        """Those in this state."""
        return [
            one
            for id_, one in sorted(self.held.items())
            if one.state is listing.state
            and id_ > (listing.after or "")
            and listing.own in (None, (one.made_by, one.purpose))
        ][: listing.first]

    async def request(self, order: Order, extraction: Extraction) -> Answer:
        """Keep it."""
        return self._keep(order, extraction)

    async def decide(self, order: Order, extraction: Extraction) -> Answer:
        """Keep it."""
        return self._keep(order, extraction)

    async def carry_out(self, order: Order, extraction: Extraction, handover: Handover) -> Answer:
        """Keep it, and the result."""
        answer = self._keep(order, extraction)
        self.handovers[handover.id] = handover
        return answer

    async def found(
        self, reading: Reading, _occasion: Occasion, extent: Extent, after: str | None, limit: int
    ) -> list[str]:
        """Those who may be opened."""
        self.extents.append(extent)
        opened = sorted(number for number, facts in self.finds if facts in reading.opens)
        return [number for number in opened if number > (after or "")][:limit]

    async def record(self, _municipality_code: str, entries: Sequence[Entry]) -> None:
        """Keep the entries."""
        self.ledger += entries

    async def waiting(self, _municipality_code: str, id_: str, _at: datetime) -> Handover | None:
        """What was not fetched."""
        return self.handovers.get(id_)

    def _keep(self, order: Order, extraction: Extraction) -> Answer:
        before = self.held.get(extraction.id)
        if before is not None and before.state not in FROM[extraction.state]:
            raise Refusal(Code.EXTRACTION_NOT_OPEN)
        self._answers[order.asked.caller, order.asked.key] = (order.asked.request, order.answer)
        self.held[extraction.id] = extraction
        self.ledger += order.entries
        return order.answer


def a_bulk(store: FakeExtractions) -> Bulk:
    """Over this store, with a chance that always takes the first."""
    return Bulk(store, FakeEnvelope(), lambda _below: 0)
