"""What the parts cost by themselves, in microseconds: deciding, reading with and without facts, recording."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from api.app import Material, Services, new_id, now, opened
from api.development_issuer import DEMONSTRATION_CALLERS, MUNICIPALITY_CODE
from api.settings import Settings
from authz.callers import Caller, Identity, Profile
from authz.desk import Visit
from authz.disclosure import Disclosure
from authz.entries import Request
from authz.facts import ResidentFacts
from authz.runs import Asked, Spot
from authz.volume import unsafe_unbounded_volume
from domain.items import RESIDENT_ITEMS
from domain.ledger.entries import Entry
from domain.ports import Search
from domain.search_terms import Term
from persistence.ledger_statements import make_ready
from tests.bench.operations import CALLER, LISTED, PURPOSE, Operation
from tests.bench.unsafe import UnsafeVisit

REPEATED = 5
"""Of so many measurements the median counts."""
ASKED = Asked("Query.residents", (Spot(("residents", "nodes", "*"), tuple((item, item) for item in LISTED)),))
PAGE = Search((), limit=100)


def parts(settings: Settings, material: Material, operations: Sequence[Operation]) -> dict[str, float]:
    """Each part and its microseconds; the list and the search are those of the operations."""
    searches = {one.name: _terms(one) for one in operations if "where" in one.variables[0]}
    return asyncio.run(_parts(settings, material, searches))


def _terms(operation: Operation) -> Sequence[Term]:
    names = {item.graphql_name: item.identifier for item in RESIDENT_ITEMS.values()}
    return [Term(names[name], text) for name, text in operation.variables[0]["where"].items()]


async def _parts(settings: Settings, material: Material, searches: Mapping[str, Sequence[Term]]) -> dict[str, float]:
    everybody, name = searches["list 100 × 15"], searches["search"]
    async with opened(settings, material) as services:
        return _decisions(services) | await _reading(services, everybody, name) | await _recording(services, everybody)


def _caller() -> Caller:
    one = next(one for one in DEMONSTRATION_CALLERS if one.name == CALLER)
    identity = Identity(
        subject=one.name,
        display_name=one.display_name,
        municipality_code=MUNICIPALITY_CODE,
        department=one.department,
        staff_number=one.staff_number,
        terminal=one.terminal,
        application="bench",
        strength="demonstration",
    )
    return Caller(identity, one.place, (), Profile(one.department, PURPOSE), one.purposes)


def _visit(services: Services) -> Visit:
    return Visit(services.desk, _caller(), Request("bench"), unsafe_unbounded_volume(now))


def _decisions(services: Services) -> dict[str, float]:
    decisions, profile, items = services.decisions, _caller().profile, ASKED.items
    oso = decisions.policy.decide
    return {
        "Oso decides one item": _timed(100, lambda: oso(profile, ResidentFacts(), "full_name")),
        "a remembered decision": _timed(10_000, lambda: decisions.decide(profile, ResidentFacts(), "full_name")),
        "the remembered view of 15 items": _timed(10_000, lambda: decisions.permit(profile, ResidentFacts, items)),
    }


async def _reading(services: Services, everybody: Sequence[Term], name: Sequence[Term]) -> dict[str, float]:
    unsafe: Any = UnsafeVisit(services.database, services.vaults)

    async def safe(terms: Sequence[Term], page: Search) -> object:
        return await _visit(services).residents(ASKED, terms, page)

    return {
        "list of 100 × 15, with facts": await _awaited(30, lambda: safe(everybody, PAGE)),
        "list of 100 × 15, without": await _awaited(30, lambda: unsafe.residents(ASKED, everybody, PAGE)),
        "search, first 20, with facts": await _awaited(30, lambda: safe(name, replace(PAGE, limit=20))),
        "search, first 20, without": await _awaited(30, lambda: unsafe.residents(ASKED, name, replace(PAGE, limit=20))),
    }


async def _recording(services: Services, everybody: Sequence[Term]) -> dict[str, float]:
    visit = _visit(services)
    shown, _ = await visit.residents(ASKED, everybody, PAGE)
    entry = visit.entries()[0]

    def copies(count: int) -> list[list[Entry]]:
        return [[replace(entry, id=new_id(now()))] for _ in range(count)]

    async def append(count: int) -> None:
        await asyncio.gather(*map(services.ledger.append, copies(count)))

    await append(1)
    return {
        "1,500 leaves read": _timed(30, lambda: _read(shown)),
        "the entry of a list of 100 × 15": _timed(300, visit.entries),
        "its canonical bytes": _timed(300, lambda: make_ready([entry])),
        "its disclosures for the answer": _timed(300, lambda: list(visit.runs[0].disclosures(all_outcomes=False))),
        "one entry committed (fsync)": await _awaited(50, lambda: append(1)),
        "16 entries committed together": await _awaited(30, lambda: append(16)),
    }


def _read(shown: Sequence[Disclosure]) -> None:
    leaves = ASKED.spots[0].leaves
    for one in shown:
        one.read_all(leaves)


def _timed(times: int, work: Callable[[], object]) -> float:
    found = []
    for _ in range(REPEATED):
        started = time.perf_counter()
        for _ in range(times):
            work()
        found.append(time.perf_counter() - started)
    return sorted(found)[REPEATED // 2] / times * 1e6


async def _awaited(times: int, work: Callable[[], Awaitable[object]]) -> float:
    found = []
    for _ in range(REPEATED):
        started = time.perf_counter()
        for _ in range(times):
            await work()
        found.append(time.perf_counter() - started)
    return sorted(found)[REPEATED // 2] / times * 1e6
