"""Analyses of many entries, by a process of their own: they find the same, and nobody waits for them without end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psutil  # type: ignore[import-untyped]  # psutil has annotations, but does not declare them
import pytest

from api import ledger_analyst
from api.ledger_analyst import LedgerAnalyst
from authz import ledger_review
from authz.ledger_review import LedgerReview, report_on
from domain.errors import Code, Refusal
from domain.ledger.analyses.findings import Known, Report, ReportKind
from domain.ledger.analyses.reports import Reporting
from domain.ledger.reading import Days
from persistence.ledger_reading import LedgerReading
from tests.authz.fake_ledger import FakeStaff
from tests.domain.ledger.planted import FIRST, LAST, a_month, person
from tests.ledger_builders import CITY
from tests.logins import logins_at
from tests.persistence.ledgers import create_ledger, opened
from tests.postgres import Databases

DAYS, MONTH = Days(FIRST, LAST), a_month()
KNOWN = Known({"S-01": person(1)}, {person(1): {person(11): "HOUSEHOLD"}})
MANY = 10**6


@pytest.fixture(scope="module")
def url(databases: Databases) -> Iterator[str]:
    url = databases.create(create_ledger)

    async def fill() -> None:
        async with opened(url) as store:
            await store.append(MONTH.entries)

    asyncio.run(fill())
    yield url
    databases.drop(url)


def children() -> set[int]:
    """Processes that this one has started."""
    return {one.pid for one in psutil.Process().children()}


@pytest.mark.holds("C-15", "M09")
@pytest.mark.parametrize("kind", [ReportKind.SIGN_INS, ReportKind.OWN_HOUSEHOLD])
def test_it_finds_what_is_found_here(url: str, kind: ReportKind) -> None:
    async def work() -> tuple[Report, Report]:
        here = await report_on(LedgerReading(logins_at(url)), CITY, Reporting(kind, KNOWN), DAYS, MANY)
        return here, await LedgerAnalyst(logins_at(url)).report(CITY, Reporting(kind, KNOWN), DAYS, MANY)

    here, there = asyncio.run(work())
    assert there == here
    assert there.total > 0


@pytest.mark.parametrize(("entries", "asked"), [(ledger_review.FEW, 0), (ledger_review.FEW + 1, 1)])
def test_it_is_asked_only_where_there_are_many(url: str, entries: int, asked: int) -> None:
    class Noting(LedgerAnalyst):
        times = 0

        async def report(self, municipality_code: str, reporting: Reporting, days: Days, entries: int) -> Report:
            self.times += 1
            return Report(reporting.kind, entries, 0, ())

    noting = Noting(logins_at(url))
    review = LedgerReview(LedgerReading(logins_at(url)), FakeStaff(), noting)
    asyncio.run(review.report(CITY, Reporting(ReportKind.PROTECTED, KNOWN), DAYS, entries))
    assert noting.times == asked


def test_a_store_that_is_gone_is_told_as_such(url: str) -> None:
    gone = logins_at(url.rsplit("/", 1)[0] + "/nowhere")
    with pytest.raises(Refusal) as refusal:
        asyncio.run(LedgerAnalyst(gone).report(CITY, Reporting(ReportKind.SESSIONS, KNOWN), DAYS, MANY))
    assert refusal.value.code is Code.STORE_UNAVAILABLE


def test_whoever_comes_while_others_keep_it_busy_is_told_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_analyst, "AT_ONCE", 1)
    monkeypatch.setattr(ledger_analyst, "PATIENCE_SECONDS", 0.01)

    async def work() -> list[Report | BaseException]:
        analyst = LedgerAnalyst(logins_at(url))
        asked = [analyst.report(CITY, Reporting(ReportKind.SESSIONS, KNOWN), DAYS, MANY) for _ in range(2)]
        return await asyncio.gather(*asked, return_exceptions=True)

    done, refused = asyncio.run(work())
    assert isinstance(done, Report)
    assert isinstance(refused, Refusal)
    assert refused.code is Code.LIMIT_EXCEEDED


def test_what_nobody_waits_for_any_more_is_ended(url: str) -> None:
    async def work() -> set[int]:
        before = children()
        asked = asyncio.create_task(
            LedgerAnalyst(logins_at(url)).report(CITY, Reporting(ReportKind.SESSIONS, KNOWN), DAYS, MANY)
        )
        while not children() - before:  # noqa: ASYNC110 - there is no event for a process that begins
            await asyncio.sleep(0.01)
        asked.cancel()
        await asyncio.wait([asked])
        return children() - before

    assert asyncio.run(work()) == set()
