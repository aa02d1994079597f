"""What analyses and statements read, for the desk and for commands alike: entries in pages, and what staff is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Protocol

from authz.callers import Profile
from authz.decisions import Decisions
from authz.sights import PolicySight
from domain.ledger.analyses.findings import Finding, Known, Report, ReportKind
from domain.ledger.analyses.reports import Reporting
from domain.ledger.reading import Days, LedgerReader, Recorded, Sieve, StaffRegister, naming
from domain.ledger.statements import Statement, Told, statement_of

FEW: Final = 20_000
"""So many entries are looked at by a thread, in some tenths of a second; more are the analyst's."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a question is about: her addressee number, and its keyed hash as the ledger has it."""

    number: str
    digest: str


class Analyst(Protocol):
    """Who analyses many entries where nobody is held up by it."""

    async def report(self, municipality_code: str, reporting: Reporting, days: Days, entries: int) -> Report:
        """The report. Raises `Refusal` (STORE_UNAVAILABLE, LIMIT_EXCEEDED)."""


@dataclass(frozen=True, slots=True)
class LedgerReview:
    """Everything raises `Refusal` (STORE_UNAVAILABLE). Without an analyst, all is looked at here."""

    ledger: LedgerReader
    staff: StaffRegister
    analyst: Analyst | None = None

    async def reporting(self, municipality_code: str, kind: ReportKind, about: Subject | None = None) -> Reporting:
        """An analysis that knows what it must."""
        known = Known(about=about.number, about_digest=about.digest) if about else Known()
        if kind.compares_staff:
            own = await self.staff.own_numbers(municipality_code)
            known = Known(own, await self.staff.kin(municipality_code, set(own.values())))
        return Reporting(kind, known)

    async def report(self, municipality_code: str, reporting: Reporting, days: Days, entries: int) -> Report:
        """The report on these days, which have so many entries. Raises `Refusal` (LIMIT_EXCEEDED) too."""
        if self.analyst is not None and entries > FEW:
            return await self.analyst.report(municipality_code, reporting, days, entries)
        return await report_on(self.ledger, municipality_code, reporting, days, entries)

    async def statement(self, municipality_code: str, number: str, days: Days, decisions: Decisions) -> Statement:
        """What somebody is told of who asked for her record."""
        entries: list[Recorded] = []
        pages = self.ledger.scanned(municipality_code, days, Sieve(containing=(naming(number),)))
        async with aclosing(pages):
            async for page in pages:
                entries += await asyncio.to_thread(_read, page)
        purposes = {code: (one.name, one.legal_basis) for code, one in decisions.policy.purposes.items()}
        told = Told(purposes, lambda department, purpose: PolicySight(decisions, Profile(department, purpose)))
        return statement_of(number, days, entries, told)


async def report_on(
    ledger: LedgerReader, municipality_code: str, reporting: Reporting, days: Days, entries: int
) -> Report:
    """The report on these days, which have so many entries."""
    async for _ in findings_of(ledger, municipality_code, reporting, days):
        pass
    return reporting.report(entries)


async def findings_of(
    ledger: LedgerReader, municipality_code: str, reporting: Reporting, days: Days
) -> AsyncGenerator[list[Finding]]:
    """What the analysis finds in these days, page by page; whoever waits for something else is served between."""
    pages = ledger.scanned(municipality_code, days, reporting.sieve(days))
    async with aclosing(pages):
        async for page in pages:
            yield await asyncio.to_thread(reporting.take, page)
    yield reporting.finish()


def _read(page: Sequence[bytes]) -> list[Recorded]:
    return list(map(Recorded.of, page))
