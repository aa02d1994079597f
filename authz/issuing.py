"""Issuing at the desk: certificates and notices, decided by law and policy together, each put out once with its entry.

What the checks find is an answer, and nothing is issued; all else that stops a certificate is a refusal. What waits
behind a link is decided again when it is fetched: who is protected by then is safe from links given out before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from authz.certifying import Certifying, certificate_of
from authz.changing import Wish, facts_codes, finding_told
from authz.desk import Visit
from authz.facts import CertificateFacts, ResidentFacts, all_facts, names_that_hold
from authz.idempotency import asked_once, plain
from authz.papers import PDF, Paper, PutOut, put_out, put_out_before
from authz.runs import Asked, Run
from domain.certificates.checks import findings_of
from domain.certificates.composing import Person, composed
from domain.certificates.issuances import Handover, Issuance
from domain.certificates.law import legal_basis
from domain.certificates.ports import CertificateStore
from domain.certificates.requests import CertificateRequest
from domain.certificates.stops import stops_on
from domain.errors import Code, Refusal
from domain.findings import Finding, Severity
from domain.ids import uuid_of
from domain.ledger.entries import Kind
from domain.notifications import Idempotency, Maker
from domain.ports import Answer, Order
from domain.values.hidden_numbers import refuse_hidden_number
from domain.values.texts import require_line

LONGEST_REASON: Final = 100
"""Characters of why a spoiled copy was disposed of."""

Keep = Callable[[Handover], Awaitable[None]]

NO_CERTIFIER: Final = ("No certifier is registered for today.", "本日の認証者が登録されていません。")
NONE_SUCH: Final = ("There is no such issuance.", "該当する交付履歴がありません。")
OF_OTHERS: Final = (
    "The first issue was another document, or of others.",
    "当初の交付と、種別または対象者が異なります。",
)


@dataclass(frozen=True, slots=True)
class IssuedAnswer:
    """What was put out, or what the checks found that stopped it; `findings` as plain JSON."""

    put_out: PutOut | None
    findings: list[dict[str, Any]]


class Issuing:
    """What one caller issues in one visit; `batch` is the batch and its line where it is one of many."""

    def __init__(self, visit: Visit, batch: tuple[str, int] | None = None) -> None:
        self.visit = visit
        self.batch = batch

    async def issue(self, asked: Asked, read: Callable[[], CertificateRequest], wish: Wish) -> IssuedAnswer:
        """Issue what `read` asks for. What its checks find is an answer; all else that stops it is a refusal."""
        with self.visit.running(asked) as run:
            request = read()
            run.requester = request.requester.kind.value
            unlawful = self._unlawful(request)
            if unlawful:
                return _refused(run, unlawful, unlawful)
            once = asked_once(self.visit, wish.key, request.procedure, (request, wish.acknowledged))
            given = await self._store.answered(self._municipality, once)
            if given is not None:
                return await self._again(run, given)
            certifying = Certifying(self.visit, run, request, await self._first_issued(request))
            people = await certifying.certified()
            found = await self._findings(request, people, certifying.facts())
            stopping = _stopping(found, wish.acknowledged)
            if stopping:
                return _refused(run, found, stopping)
            self._require_all(certifying.facts())
            return await self._put_out(run, once, request, people, found)

    async def void(self, asked: Asked, id_: str, reason: str, key: str) -> Issuance:
        """Note that a spoiled copy was disposed of (処分情報). Raises `Refusal`."""
        with self.visit.running(asked) as run:
            require_line("reason", reason, LONGEST_REASON)
            refuse_hidden_number("reason", reason)
            self._require("void", CertificateFacts())
            once = asked_once(self.visit, key, "voidIssuance", (id_, reason))
            found = await self._found(id_)
            if found is None or not self._may("void", CertificateFacts(found.kind.value)):
                raise Refusal(Code.INVALID_INPUT, names=("id",), detail=NONE_SUCH)
            run.subjects, run.requester = tuple(found.items), found.requester_kind
            await self._void(run, once, found, reason)
            (voided,) = await self._store.issuances(self._municipality, [id_])
        return voided

    async def issuance(self, asked: Asked, id_: str) -> Issuance | None:
        """The entry of the issuance book with this id, if there is one that the caller may see. Raises `Refusal`."""
        with self.visit.running(asked) as run:
            self._require("see", CertificateFacts())
            found = await self._found(id_)
            if found is None:
                return None
            run.subjects, run.requester = tuple(found.items), found.requester_kind
            may_see = await self._decided("see", found)
        return found if may_see else None

    async def history(
        self, asked: Asked, addressee_number: str, first: int, after: str | None
    ) -> tuple[list[Issuance], bool]:
        """A page of what was issued of somebody, the newest first, and whether more follow. Raises `Refusal`."""
        with self.visit.running(asked) as run:
            self._require("see", CertificateFacts())
            facts = await self._facts("", "", [addressee_number])
            if not facts:
                return [], False
            run.subjects = (addressee_number,)
            self._require_all(facts, "see")
            found = await self._store.history_of(self._municipality, addressee_number, first + 1, after)
        return found[:first], len(found) > first

    async def fetch(self, asked: Asked, token: str, keep: Keep | None = None) -> Handover:
        """What waits behind her link, signed; used up by it, once `keep` has it safe where there is such a place.

        Raises `Refusal` (NOT_FOUND, SIGNING_UNAVAILABLE), and what `keep` raises.
        """
        with self.visit.running(asked) as run:
            who, store, now = self.visit.caller, self._store, self.visit.desk.now
            found = await store.fetch(self._municipality, token, who.identity.subject, who.purpose, now())
            if found is None or not await self._stands(found.id):
                raise Refusal(Code.NOT_FOUND)
            if found.media_type == PDF:
                found = replace(found, content=await self.visit.desk.office.press.signed(found.content))
            if keep is not None:
                await keep(found)
            run.kind = Kind.ISSUE
            _tell(run, found.told)
            entry = self.visit.entry_of(run)
            if not await store.use(self._municipality, found, now(), (entry,)):
                raise Refusal(Code.NOT_FOUND)
            run.entry, self.visit.changed = entry, True
        return found

    # Issuing.

    async def _first_issued(self, request: CertificateRequest) -> datetime | None:
        """When the certificate was first issued that is issued again (再交付)."""
        if request.reissue_of is None:
            return None
        first = await self._found(request.reissue_of)
        if first is None:
            raise Refusal(Code.INVALID_INPUT, names=("reissueOf",), detail=NONE_SUCH)
        if first.kind is not request.kind or not {one.value for one in request.subjects} <= set(first.items):
            raise Refusal(Code.INVALID_INPUT, names=("reissueOf",), detail=OF_OTHERS)
        return first.issued_at

    async def _findings(
        self, request: CertificateRequest, people: Sequence[Person], facts: Sequence[CertificateFacts]
    ) -> tuple[Finding, ...]:
        """What the law, restrictions and support measures say to it."""
        desk, today = self.visit.desk, self.visit.occasion.today
        restrictions = await desk.restrictions.touching(self._municipality, [one.addressee_number for one in people])
        guarded = any(self._is_guarded(one) for one in facts)
        stops = stops_on(restrictions, today, desk.now(), leads_to_protected=guarded)
        return (*findings_of(request, people, today), *stops)

    async def _put_out(
        self,
        run: Run,
        once: Idempotency,
        request: CertificateRequest,
        people: Sequence[Person],
        found: Sequence[Finding],
    ) -> IssuedAnswer:
        today = self.visit.occasion.today
        certifier = await self._store.certifier(self._municipality, today)
        if certifier is None:
            raise Refusal(Code.INVALID_INPUT, names=("certifier",), detail=NO_CERTIFIER)
        paper = Paper(
            document=composed(request, people, certifier, today),
            requester=_requester(request),
            delivery=request.delivery,
            copies=request.copies,
            printer=request.printer or "",
            reissue_of=request.reissue_of,
            batch=self.batch,
            answer={"findings": [finding_told(one) for one in found]},
        )
        issued = await put_out(self.visit, run, once, paper)
        return IssuedAnswer(issued, issued.answer["findings"])

    async def _again(self, run: Run, given: Answer) -> IssuedAnswer:
        """What it was answered the first time, without the texts of whom nobody may be told by now."""
        self.visit.changed = True
        before = await put_out_before(self.visit, given)
        copies = [
            (issuance, handover if handover and await self._decided("hand_over", issuance) else None)
            for issuance, handover in before.copies
        ]
        run.subjects = tuple(dict.fromkeys(number for issuance, _ in copies for number in issuance.items))
        for _, handover in copies:
            _tell(run, handover.told if handover else {})
        return IssuedAnswer(replace(before, copies=copies), given["findings"])

    async def _void(self, run: Run, once: Idempotency, found: Issuance, reason: str) -> None:
        who, run.kind = self.visit.caller.identity, Kind.CHANGE
        entry = self.visit.entry_of(run)
        order = Order(self._municipality, once, {"issuance": found.id, "entry": entry.id}, (entry,))
        by = Maker(who.staff_number, who.department, who.terminal, self.visit.desk.now())
        given = await self._store.void(order, found.id, reason, by)
        if given["entry"] == entry.id:
            run.entry, self.visit.changed = entry, True
        else:
            run.kind = Kind.READ

    # What is decided.

    def _unlawful(self, request: CertificateRequest) -> tuple[Finding, ...]:
        """Before anything is loaded: what the law says where no article lets her ask for it, to who issues at all.

        Raises `Refusal` (NOT_PERMITTED) where this caller does not issue such a document to such a requester.
        """
        kind, requester = request.kind, request.requester.kind
        if not legal_basis(kind, requester):
            self._require("see", CertificateFacts())
            return findings_of(request, (), self.visit.occasion.today)
        facts = (CertificateFacts(kind.value, requester.value, closed) for closed in (False, True))
        if not any(self._may("issue", one) for one in facts):
            raise Refusal(Code.NOT_PERMITTED)
        return ()

    def _require_all(self, facts: Sequence[CertificateFacts], action: str = "issue") -> None:
        for one in facts:
            self._require(action, one)

    def _require(self, action: str, facts: CertificateFacts) -> None:
        if not self._may(action, facts):
            raise Refusal(Code.NOT_PERMITTED)

    def _may(self, action: str, facts: CertificateFacts) -> bool:
        return self.visit.desk.decisions.may(self.visit.caller.profile, action, facts) is not None

    def _is_guarded(self, facts: CertificateFacts) -> bool:
        """Whether it leads to a protected person who is not released."""
        return facts.protected and not self._may("hand_over", facts)

    async def _stands(self, id_: str) -> bool:
        """Whether what waits may still be handed over; what is no issuance stands by itself."""
        found = await self._found(id_)
        return found is None or (found.stands and await self._decided("hand_over", found))

    async def _decided(self, action: str, issuance: Issuance) -> bool:
        """Whether the caller may do it with this entry of the book, by the facts of today of all whom it is of."""
        facts = await self._facts(issuance.kind.value, issuance.requester_kind, issuance.items)
        return len(facts) == len(issuance.items) and all(self._may(action, one) for one in facts)

    async def _facts(self, kind: str, requester: str, numbers: Collection[str]) -> list[CertificateFacts]:
        codes = await facts_codes(self.visit, numbers)
        known = all_facts(ResidentFacts)
        return [certificate_of(kind, requester, names_that_hold(known[code])) for code in codes.values()]

    async def _found(self, id_: str) -> Issuance | None:
        found = await self._store.issuances(self._municipality, [id_]) if uuid_of(id_) else []
        return found[0] if found else None

    @property
    def _store(self) -> CertificateStore:
        return self.visit.desk.office.certificates

    @property
    def _municipality(self) -> str:
        return self.visit.occasion.municipality_code


def _stopping(findings: Sequence[Finding], acknowledged: frozenset[str]) -> list[Finding]:
    """Errors, and warnings that nobody has acknowledged."""
    return [one for one in findings if one.severity is Severity.ERROR or one.check.code not in acknowledged]


def _refused(run: Run, found: Sequence[Finding], stopping: Sequence[Finding]) -> IssuedAnswer:
    run.kind, run.code = Kind.REFUSAL, stopping[0].check.code
    return IssuedAnswer(None, [finding_told(one) for one in found])


def _requester(request: CertificateRequest) -> dict[str, Any]:
    """交付対象者: who asked for it and what she stated, as the issuance book keeps it."""
    stated = {name: told for name, told in plain(request.requester).items() if told not in (None, False)}
    return stated | {
        "identity_verification": request.identity_verification.value,
        "article": legal_basis(request.kind, request.requester.kind),
    }


def _tell(run: Run, told: Mapping[str, Any]) -> None:
    """Whose document is handed over or told again, and whether an Individual Number stands on it."""
    entries = told.get("entries", [])
    run.subjects = tuple(dict.fromkeys((*run.subjects, *(one["addressee_number"] for one in entries))))
    lines = [line for one in entries for line in one["lines"]]
    if any(line["item"] == "individual_number" and line["printing"] == "PRINTED" for line in lines):
        run.number_told = True
