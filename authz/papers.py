"""Putting a document out at the desk: checked against the fonts, numbered, printed, entered and recorded, in one go.

Whatever is issued goes through here: certificates, notices, inspection copies. A repeated request gets the same copies,
never new ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from authz.desk import Visit
from authz.runs import Run
from domain.certificates.documents import Document, Entry
from domain.certificates.issuances import Copy, Draft, Handover, Issuance
from domain.certificates.requests import Delivery
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from domain.notifications import Idempotency
from domain.ports import Answer, Order

PDF: Final = "application/pdf"

BATCH_WAITS: Final = timedelta(days=7)
"""How long what a batch has printed waits: a batch that was interrupted is begun anew by somebody, on a working day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document and what the book says of it besides: who asked and what she stated, how it leaves, how often.

    `batch` is the batch and its line where it is one of many. `answer` is what is answered beside the copies: plain
    JSON without a value of the register.
    """

    document: Document
    requester: Mapping[str, object]
    delivery: Delivery
    copies: int = 1
    printer: str = ""
    reissue_of: str | None = None
    batch: tuple[str, int] | None = None
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PutOut:
    """What was put out: the answer as it is kept, and each copy with its link where that still stands."""

    answer: Answer
    copies: Sequence[tuple[Issuance, Handover | None]]


async def put_out(visit: Visit, run: Run, once: Idempotency, paper: Paper) -> PutOut:
    """Issue it once, with its entry. Raises `Refusal`: CHARACTER_NOT_IN_FONT, EXTRACTION_REQUIRED, as every order."""
    office = visit.desk.office
    missing = office.press.missing(paper.document.texts())
    if missing:
        raise Refusal(Code.CHARACTER_NOT_IN_FONT, names=missing)
    at = visit.desk.now()
    visit.volume.require_room(len(paper.document.entries))
    copies = [_copy(visit, paper, at) for _ in range(paper.copies)]
    run.kind = Kind.ISSUE
    entry = visit.entry_of(run)
    municipality = visit.occasion.municipality_code
    answer = {**paper.answer, "issuances": [copy.draft.id for copy in copies], "entry": entry.id}
    order = Order(municipality, once, answer, (entry,))
    given = await office.certificates.issue(order, office.city_of(municipality), copies)
    if given["entry"] == entry.id:
        run.entry, visit.changed = entry, True
    else:
        run.kind = Kind.READ
    return await put_out_before(visit, given)


async def put_out_before(visit: Visit, given: Answer) -> PutOut:
    """What an answer of then says, as it stands now."""
    store, municipality = visit.desk.office.certificates, visit.occasion.municipality_code
    issuances, at = await store.issuances(municipality, given["issuances"]), visit.desk.now()
    return PutOut(given, [(one, await store.waiting(municipality, one.id, at)) for one in issuances])


def _copy(visit: Visit, paper: Paper, at: datetime) -> Copy:
    desk, office, who = visit.desk, visit.desk.office, visit.caller.identity
    document, verification = paper.document, office.new_token()
    draft = Draft(
        id=desk.new_id(at),
        kind=document.kind,
        issued_at=at,
        place=visit.caller.place,
        terminal=who.terminal,
        printer=paper.printer,
        department=who.department,
        staff_number=who.staff_number,
        requester=paper.requester,
        delivery=paper.delivery,
        items=document.printed_items(),
        verification=verification,
        reissue_of=paper.reissue_of,
        batch=paper.batch,
    )
    handover = Handover(
        id=draft.id,
        token=office.new_token(),
        caller=who.subject,
        purpose=visit.caller.purpose,
        media_type=PDF,
        file_name=f"{draft.id}.pdf",
        told={"entries": [_told(entry) for entry in document.entries]},
        expires_at=at + (BATCH_WAITS if paper.batch else office.link_for),
    )
    return Copy(draft, lambda number: office.press.printed(document, number, verification), handover)


def _told(entry: Entry) -> dict[str, Any]:
    """What stands on it about one person, as it is answered."""
    return {
        "addressee_number": entry.addressee_number,
        "lines": [
            {"item": line.item, "label": line.label, "printing": line.printing.value, "text": line.text}
            for line in entry.lines
        ],
    }
