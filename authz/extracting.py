"""Extractions at the desk: asked for by one person, approved by another, given out once, in a file for its reader.

Whatever is loaded is in the ledger, with everybody's number, before the next page is loaded; so it stays there even
where the result is given to nobody in the end. What is given of each record is what its caller is shown of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from authz.decisions import Permit
from authz.desk import Visit, not_permitted
from authz.disclosure import Disclosure
from authz.facts import ExtractionFacts, ResidentFacts
from authz.gathering import disclosed
from authz.idempotency import asked_once
from authz.office import Bulk
from authz.policy import Outcome
from authz.runs import Asked, Run, Spot, graphql_name
from domain.certificates.issuances import Handover
from domain.errors import Code, InvalidValue, Refusal
from domain.extraction_files import ExtractionFile, new_file
from domain.extractions import (
    EXTRACTED,
    LONGEST_MEDIUM,
    Carried,
    Extent,
    Extraction,
    ExtractionRequest,
    ExtractionState,
    Listing,
    Sample,
    requested,
)
from domain.ledger.entries import Kind
from domain.notifications import Idempotency
from domain.ports import Answer, Order
from domain.values.hidden_numbers import refuse_hidden_number
from domain.values.texts import require_line

AGE: Final = "application/age"
PAGE: Final = 1_000
"""Records that are loaded, recorded and written at once."""

NONE_SUCH: Final = ("There is no such extraction request.", "該当する抽出依頼がありません。")


@dataclass(frozen=True, slots=True)
class Handing:
    """How a result is handed out: who stands by, and what it is written to (媒体)."""

    witness: str
    medium: str

    def __post_init__(self) -> None:
        for name in ("witness", "medium"):
            require_line(name, getattr(self, name), LONGEST_MEDIUM)
            refuse_hidden_number(name, getattr(self, name))


class Extracting:
    """What one caller extracts in one visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    async def request(self, asked: Asked, read: Callable[[], ExtractionRequest], key: str) -> Extraction:
        """Ask for data in bulk. Raises `Refusal`: NOT_PERMITTED, ITEMS_NOT_PERMITTED, SEARCH_NOT_PERMITTED ..."""
        with self.visit.running(asked) as run:
            request = read()
            self._require("request", ExtractionFacts(own=True))
            self._require_rights(request)
            if not self._bulk.envelope.accepts(request.recipient):
                raise InvalidValue("recipient", "is no age public key", "ageの公開鍵ではありません")
            once = asked_once(self.visit, key, request.procedure, request)
            one = requested(request, self._made(), self.visit.desk.now())
            return await self._ordered(run, once, one, lambda order: self._bulk.store.request(order, one))

    async def decide(self, asked: Asked, id_: str, state: ExtractionState, key: str) -> Extraction:
        """Approve or refuse somebody else's request, or withdraw one's own. Raises `Refusal`: EXTRACTION_NOT_OPEN."""
        with self.visit.running(asked) as run:
            found = await self._found(id_)
            action = "withdraw" if state is ExtractionState.WITHDRAWN else "approve"
            self._require(action, self._facts(found))
            once = asked_once(self.visit, key, state.value, (id_,))
            given = await self._bulk.store.answered(self._municipality, once)
            if given is not None:
                return await self._as_it_stands(run, given)
            decided = found.decided(state, self.visit.desk.now(), self.visit.caller.identity.staff_number)
            return await self._ordered(run, once, decided, lambda order: self._bulk.store.decide(order, decided))

    async def run(self, asked: Asked, id_: str, handing: Handing, key: str) -> tuple[Extraction, Handover | None]:
        """Carry out one's own request, once: the request as it is then, and the link to the result while it stands.

        Raises `Refusal`: EXTRACTION_NOT_OPEN, TOO_MANY_HITS where more match than were approved, ITEMS_NOT_PERMITTED
        where the caller is shown an item no more.
        """
        with self.visit.running(asked) as run:
            found = await self._found(id_)
            self._require("run", self._facts(found))
            if handing.witness == self.visit.caller.identity.staff_number:
                raise InvalidValue("witness", "must be another person", "立会者は実施者以外の職員です")
            once = asked_once(self.visit, key, "runExtraction", (id_, handing))
            given = await self._bulk.store.answered(self._municipality, once)
            if given is not None:
                one = await self._as_it_stands(run, given)
            else:
                one = await self._carry_out(run, once, found, handing)
        return one, await self._bulk.store.waiting(self._municipality, one.id, self.visit.desk.now())

    async def extraction(self, asked: Asked, id_: str) -> Extraction | None:
        """The request with this id, if there is one that the caller may see."""
        with self.visit.running(asked):
            return await self._seen(id_)

    async def extractions(
        self, asked: Asked, state: ExtractionState, first: int, after: str | None
    ) -> tuple[list[Extraction], bool]:
        """A page of the requests in this state that the caller may see, the oldest first, and whether more follow."""
        with self.visit.running(asked):
            self._require("see", ExtractionFacts(own=True))
            sees_all = self._may("see", ExtractionFacts(own=False))
            own = None if sees_all else (self.visit.caller.identity.staff_number, self.visit.caller.purpose)
            found = await self._bulk.store.listed(self._municipality, Listing(state, first + 1, after, own))
            return found[:first], len(found) > first

    # Carrying it out.

    async def _carry_out(self, run: Run, once: Idempotency, found: Extraction, handing: Handing) -> Extraction:
        desk, who = self.visit.desk, self.visit.caller.identity
        if not found.is_open(desk.now()):
            raise Refusal(Code.EXTRACTION_NOT_OPEN)
        self._require_rights(found.request)
        numbers = await self._meant(found.request)
        content, records = await self._written(run.asked, found.request, numbers)
        carried = Carried(
            at=desk.now(),
            by=who.staff_number,
            witness=handing.witness,
            medium=handing.medium,
            records=records,
            digest=sha256(content).digest(),
        )
        done = found.carried_out(carried)
        handover = self._handover(done, content)
        return await self._ordered(run, once, done, lambda order: self._bulk.store.carry_out(order, done, handover))

    async def _meant(self, request: ExtractionRequest) -> list[str]:
        """Their addressee numbers. Raises `Refusal` (TOO_MANY_HITS) for more than were approved."""
        size = request.criteria.sample
        sample, count = Sample(size or request.most, self._bulk.below), 0
        async for page in self._pages(request):
            count += len(page)
            if size is None and count > request.most:
                raise Refusal(Code.TOO_MANY_HITS, extensions={"limit": request.most})
            sample.offer(page)
        return sorted(sample.chosen)

    async def _pages(self, request: ExtractionRequest) -> AsyncIterator[list[str]]:
        permit = self._permit(request)
        extent = Extent(request.criteria, {item: self._shown_for(item) for item in request.criteria.items})
        after, page = None, [""] * PAGE
        while len(page) == PAGE:
            store, occasion = self._bulk.store, self.visit.occasion
            page = await store.found(permit.reading, occasion, extent, after, PAGE)
            after = page[-1] if page else None
            yield page

    async def _written(self, asked: Asked, request: ExtractionRequest, numbers: Sequence[str]) -> tuple[bytes, int]:
        """The file, encrypted for its reader, and how many records it has."""
        permit, file, records = self._permit(request), new_file(request.form, request.items), 0
        for at in range(0, len(numbers), PAGE):
            page = set(numbers[at : at + PAGE])
            rows = await self.visit.desk.residents.numbered(permit.reading, self.visit.occasion, page)
            shown = sorted(disclosed(permit, rows), key=lambda one: one.key)
            await self._record(Run(asked, Kind.ISSUE, permit, shown))
            _write(file, request.items, shown)
            records += len(shown)
        return await asyncio.to_thread(self._bulk.envelope.sealed, file.finished(), request.recipient), records

    async def _record(self, run: Run) -> None:
        entry = self.visit.entry_of(run)
        await self._bulk.store.record(self._municipality, (entry,))
        run.entry = entry
        self.visit.runs.append(replace(run, shown=(), positions=()))

    def _handover(self, one: Extraction, content: bytes) -> Handover:
        desk, who = self.visit.desk, self.visit.caller
        return Handover(
            id=one.id,
            token=desk.office.new_token(),
            caller=who.identity.subject,
            purpose=who.purpose,
            media_type=AGE,
            file_name=f"{one.id}.{one.request.form.value.lower()}.gz.age",
            told={"entries": []},
            expires_at=desk.now() + desk.office.link_for,
            content=content,
        )

    # Doing it once, with its entry.

    async def _ordered(
        self, run: Run, once: Idempotency, one: Extraction, act: Callable[[Order], Awaitable[Answer]]
    ) -> Extraction:
        """Carry it out; where it was done before under the same key, as it stands now."""
        run.kind = Kind.ISSUE if one.carried else Kind.CHANGE
        entry = self.visit.entry_of(run)
        given = await act(Order(self._municipality, once, {"extraction": one.id, "entry": entry.id}, (entry,)))
        if given["entry"] != entry.id:
            return await self._as_it_stands(run, given)
        run.entry, self.visit.changed = entry, True
        return one

    async def _as_it_stands(self, run: Run, given: Answer) -> Extraction:
        run.kind, self.visit.changed = Kind.READ, True
        return await self._found(str(given["extraction"]))

    # What is decided.

    def _require(self, action: str, facts: ExtractionFacts) -> None:
        if not self._may(action, facts):
            raise Refusal(Code.NOT_PERMITTED)

    def _may(self, action: str, facts: ExtractionFacts) -> bool:
        return self.visit.desk.decisions.may(self.visit.caller.profile, action, facts) is not None

    def _facts(self, one: Extraction) -> ExtractionFacts:
        who = self.visit.caller
        return ExtractionFacts(own=(one.made_by, one.purpose) == (who.identity.staff_number, who.purpose))

    def _require_rights(self, request: ExtractionRequest) -> None:
        """The caller is shown each item of some records at least, and may search by what tells people apart."""
        hidden = self._permit(request).never_shown()
        if hidden:
            told: list[dict[str, object]] = [
                {"item": graphql_name(item), "rule": decision.rule.id} for item, decision in hidden.items()
            ]
            raise not_permitted(told)
        refused = [item for item in request.criteria.items if self.visit.search_right(item) is None]
        if refused:
            raise Refusal(Code.SEARCH_NOT_PERMITTED, names=tuple(map(graphql_name, refused)))

    def _permit(self, request: ExtractionRequest) -> Permit:
        leaves = tuple((name, EXTRACTED[name]) for name in request.items)
        return self.visit.permit(Asked("", (Spot(("extraction",), leaves),)), ResidentFacts)

    def _shown_for(self, item: str) -> frozenset[int]:
        return self.visit.desk.decisions.shown_for(self.visit.caller.profile, ResidentFacts, item)

    async def _found(self, id_: str) -> Extraction:
        found = await self._seen(id_)
        if found is None:
            raise Refusal(Code.INVALID_INPUT, names=("id",), detail=NONE_SUCH)
        return found

    async def _seen(self, id_: str) -> Extraction | None:
        found = await self._bulk.store.one(self._municipality, id_)
        return found if found and self._may("see", self._facts(found)) else None

    def _made(self) -> Mapping[str, str]:
        desk, who = self.visit.desk, self.visit.caller
        identity = who.identity
        return {
            "id": desk.new_id(desk.now()),
            "made_by": identity.staff_number,
            "department": identity.department,
            "purpose": who.purpose,
        }

    @property
    def _bulk(self) -> Bulk:
        return self.visit.desk.office.bulk

    @property
    def _municipality(self) -> str:
        return self.visit.occasion.municipality_code


def _write(file: ExtractionFile, names: Sequence[str], shown: Sequence[Disclosure]) -> None:
    for one in shown:
        withheld = set(_withheld(one, names))
        values = {name: None if name in withheld else one.read(EXTRACTED[name]) for name in names}
        file.add(values, [name for name in names if name in withheld])


def _withheld(one: Disclosure, names: Sequence[str]) -> Iterator[str]:
    """What is not shown of this record: masked counts as withheld, since a file shows no masks."""
    decisions = one.view.decisions
    return (name for name in names if decisions[EXTRACTED[name]].outcome is not Outcome.SHOWN)
