"""閲覧 at the desk: four items of everybody in an area who may stand there, put out as a paper and a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from authz.certifying import certificate_of
from authz.changing import facts_codes
from authz.decisions import Permit
from authz.desk import Visit, not_permitted
from authz.disclosure import Disclosure
from authz.facts import ResidentFacts, all_facts, names_that_hold
from authz.gathering import disclosed
from authz.idempotency import asked_once
from authz.papers import Paper, PutOut, put_out, put_out_before
from authz.runs import Asked, Run, Spot, graphql_name
from domain.certificates.issuances import Issuance
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import Delivery
from domain.errors import Code, Refusal
from domain.inspections import TO_LOAD, InspectionRequest, Listed, in_order, inspection_copy
from domain.ledger.entries import Kind
from domain.notifications import Idempotency
from domain.ports import NEVER, Answer, Condition, Search
from domain.search_terms import condition_of, recorded_form

KIND: Final = CertificateKind.REGISTER_INSPECTION_COPY.value
WANTED: Final = (Spot((), tuple((graphql_name(item), item) for item in TO_LOAD)),)
NO_CERTIFIER: Final = ("No certifier is registered for today.", "本日の認証者が登録されていません。")


class Inspecting:
    """What one caller shows for inspection in one visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    async def inspect(self, asked: Asked, read: Callable[[], InspectionRequest], key: str) -> PutOut | None:
        """Put out what `read` asks for; `None` where nobody may stand on it.

        Raises `Refusal`: NOT_PERMITTED, ITEMS_NOT_PERMITTED, SEARCH_NOT_PERMITTED, EXTRACTION_REQUIRED for more people
        than the set size or than are left of the hour, and as every order.
        """
        with self.visit.running(asked) as run:
            request = read()
            run.requester = request.ground.requester.value
            permit = self._permit(run.requester)
            once = asked_once(self.visit, key, request.procedure, request)
            given = await self.visit.desk.office.certificates.answered(self._municipality, once)
            if given is not None:
                return await self._again(run, given)
            conditions = self._decided(run, request)
            found = await self._found(permit, conditions)
            run.permit, run.shown = permit, found
            return await self._put_out(run, once, request) if found else None

    def _permit(self, requester: str) -> Permit:
        """The permit for what a list is made of, narrowed to the records that may stand on one."""
        permit = self.visit.permit(Asked("", WANTED), ResidentFacts)
        listed = frozenset(code for code in permit.reading.opens if self._may("inspect", requester, code))
        if not listed:
            raise Refusal(Code.NOT_PERMITTED)
        hidden = {
            item: decision.rule.id
            for code in listed
            for item, decision in permit.views[code].decisions.items()
            if not permit.views[code].shows(item)
        }
        if hidden:
            raise not_permitted([{"item": graphql_name(item), "rule": rule} for item, rule in hidden.items()])
        return _narrowed(permit, listed)

    def _decided(self, run: Run, request: InspectionRequest) -> tuple[Condition, ...]:
        """The conditions; a right to search by each is needed, as in every search."""
        terms = request.terms()
        run.kind = Kind.SEARCH
        run.searched_by = {term.item: self.visit.digest(term.item, recorded_form(term)) for term in terms}
        self.visit.volume.search()
        refused = [term.item for term in terms if self.visit.search_right(term.item) is None]
        if refused:
            raise Refusal(Code.SEARCH_NOT_PERMITTED, names=tuple(map(graphql_name, refused)))
        return tuple(condition_of(term) for term in terms)

    async def _found(self, permit: Permit, conditions: tuple[Condition, ...]) -> list[Disclosure]:
        """Everybody who matches and may stand on the list, released for a while or not: it is for others' eyes."""
        desk, most = self.visit.desk, self.visit.desk.most_hits
        occasion = replace(self.visit.occasion, beyond=NEVER)
        hits = await desk.residents.searched(permit.reading, occasion, Search(conditions, limit=most), most)
        if hits.count > most:
            raise Refusal(Code.EXTRACTION_REQUIRED, extensions={"limit": most})
        return [one for one in disclosed(permit, hits.rows) if one.read("restricted") is not True]

    async def _put_out(self, run: Run, once: Idempotency, request: InspectionRequest) -> PutOut:
        office, today = self.visit.desk.office, self.visit.occasion.today
        certifier = await office.certificates.certifier(self._municipality, today)
        if certifier is None:
            raise Refusal(Code.INVALID_INPUT, names=("certifier",), detail=NO_CERTIFIER)
        people = in_order(map(_listed, run.shown), request.order, office.new_token())
        paper = Paper(
            document=inspection_copy(people, certifier, today),
            requester=request.book_says(),
            delivery=Delivery.COUNTER,
            answer={"findings": []},
        )
        return await put_out(self.visit, run, once, paper)

    async def _again(self, run: Run, given: Answer) -> PutOut:
        """What it was answered the first time; not the list, where somebody on it may stand on none by now."""
        self.visit.changed = True
        before = await put_out_before(self.visit, given)
        copies = [
            (issuance, handover if handover and await self._stands(issuance) else None)
            for issuance, handover in before.copies
        ]
        run.subjects = tuple(dict.fromkeys(number for issuance, _ in copies for number in issuance.items))
        return replace(before, copies=copies)

    async def _stands(self, issuance: Issuance) -> bool:
        codes = await facts_codes(self.visit, issuance.items)
        return len(codes) == len(issuance.items) and all(
            self._may("inspect", issuance.requester_kind, code) for code in codes.values()
        )

    def _may(self, action: str, requester: str, code: int) -> bool:
        facts = certificate_of(KIND, requester, names_that_hold(all_facts(ResidentFacts)[code]))
        return self.visit.desk.decisions.may(self.visit.caller.profile, action, facts) is not None

    @property
    def _municipality(self) -> str:
        return self.visit.occasion.municipality_code


@lru_cache(256)
def _narrowed(permit: Permit, codes: frozenset[int]) -> Permit:
    """The same permit for records with these facts only; remembered, as statements are with their readings."""
    reading = replace(permit.reading, opens=codes)
    return replace(permit, reading=reading, views={code: permit.views[code] for code in codes})


def _listed(one: Disclosure) -> Listed:
    return Listed(one.key, {item: one.read(item) for item in TO_LOAD})
