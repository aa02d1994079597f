"""What analyses and statements read, for the desk and for commands alike: entries in pages, and what staff is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from authz.purposes import Purpose
from domain.ledger.analyses.findings import Finding, Known, ReportKind
from domain.ledger.analyses.reports import Reporting, sieve_of
from domain.ledger.reading import Days, LedgerReader, Recorded, Sieve, StaffRegister, naming
from domain.ledger.statements import Statement, Told, statement_of


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a question is about: her addressee number, and its keyed hash as the ledger has it."""

    number: str
    digest: str


@dataclass(frozen=True, slots=True)
class LedgerReview:
    """Everything raises `Refusal` (STORE_UNAVAILABLE)."""

    ledger: LedgerReader
    staff: StaffRegister

    async def reporting(self, municipality_code: str, kind: ReportKind, about: Subject | None = None) -> Reporting:
        """An analysis that knows what it must."""
        known = Known(about=about.number, about_digest=about.digest) if about else Known()
        if kind.compares_staff:
            own = await self.staff.own_numbers(municipality_code)
            known = Known(own, await self.staff.kin(municipality_code, set(own.values())))
        return Reporting(kind, known)

    async def findings(self, municipality_code: str, reporting: Reporting, days: Days) -> AsyncGenerator[list[Finding]]:
        """What the analysis finds in these days, page by page; whoever waits for something else is served between."""
        pages = self.ledger.scanned(municipality_code, days, sieve_of(reporting.kind))
        async with aclosing(pages):
            async for page in pages:
                yield await asyncio.to_thread(reporting.take, page)
        yield reporting.finish()

    async def statement(
        self, municipality_code: str, number: str, days: Days, purposes: Mapping[str, Purpose]
    ) -> Statement:
        """What somebody is told of who saw her record."""
        official = await self.staff.official_issuances(municipality_code, number)
        entries: list[Recorded] = []
        pages = self.ledger.scanned(municipality_code, days, Sieve(containing=(naming(number),)))
        async with aclosing(pages):
            async for page in pages:
                entries += await asyncio.to_thread(_read, page)
        told = Told({code: (one.name, one.legal_basis) for code, one in purposes.items()}, official)
        return statement_of(number, days, entries, told)


def _read(page: Sequence[bytes]) -> list[Recorded]:
    return list(map(Recorded.of, page))
