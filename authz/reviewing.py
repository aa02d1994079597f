"""The ledger at the desk: searched, analysed, counted, and told to whom it is about; each reading is in it itself.

One run and one entry (LEDGER_READ) a question, which is written after the answer was read: so reading the ledger is in
the ledger once, and no reading reads itself. What is read here are no records of the register: nobody's volume grows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from authz.desk import Visit
from authz.ledger_review import LedgerReview, Subject
from authz.runs import Asked, Run
from domain.errors import Code, Refusal
from domain.ledger.analyses.findings import Report, ReportKind
from domain.ledger.entries import Kind
from domain.ledger.reading import Cell, Days, Dimension, Filter, Recorded
from domain.ledger.statements import Statement
from domain.values.identifiers import AddresseeNumber

MOST_STRETCHES: Final = 10
"""So many stretches of the ledger are looked through for one page."""
MOST_ENTRIES: Final = 1_500_000
"""Analyses and statements of more entries are the command line's. A city of 170,000 makes a million a month."""
MOST_SECONDS: Final = 60.0
"""Nobody waits longer for an answer; what is not done by then is given up."""

T = TypeVar("T")


class Reviewing:
    """What one reviewer reads of the ledger in one visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit

    async def entries(
        self, asked: Asked, wanted: Filter, first: int, after: str | None
    ) -> tuple[list[Recorded], str | None]:
        """A page of entries, the newest first, and the id after which the next begins (`None`: there is none).

        It may be shorter than asked for and yet not the last: where little is found, it looks through so much only.
        """
        found: list[Recorded] = []
        with self.reading(asked, wanted.subject) as run:
            for _ in range(MOST_STRETCHES):
                most = first - len(found)
                stretch = await self._review.ledger.newest(self._municipality, wanted.days, wanted.sieve, after, most)
                found += filter(wanted.holds, map(Recorded.of, stretch.entries))
                after = stretch.reached
                if len(found) == first or after is None:
                    break
            run.counted = len(found)
        return found, after

    async def counts(self, asked: Asked, days: Days, by: Sequence[Dimension]) -> list[Cell]:
        """How many entries there are. Raises `Refusal` (LIMIT_EXCEEDED)."""
        with self.reading(asked) as run:
            cells = await _in_time(self._review.ledger.counted(self._municipality, days, by))
            run.counted = sum(one.entries for one in cells)
        return cells

    async def report(self, asked: Asked, kind: ReportKind, days: Days, about: str | None = None) -> Report:
        """An analysis of a period. Raises `Refusal` (LIMIT_EXCEEDED), `InvalidValue` where `about` is no number."""
        with self.reading(asked, about) as run:
            run.counted = await self._bounded(days)
            subject = self._subject(about) if about else None
            reporting = await self._review.reporting(self._municipality, kind, subject)
            return await _in_time(self._review.report(self._municipality, reporting, days, run.counted))

    async def statement(self, asked: Asked, addressee_number: str, days: Days) -> Statement:
        """What somebody is told of who asked for her record. Raises as `report`."""
        with self.reading(asked, addressee_number) as run:
            await self._bounded(days)
            decisions = self.visit.desk.decisions
            told = await _in_time(self._review.statement(self._municipality, addressee_number, days, decisions))
            run.counted = len(told.rows)
        return told

    @contextmanager
    def reading(self, asked: Asked, about: str | None = None) -> Iterator[Run]:
        """A run that reads the ledger, and whom it is about; the right to is decided before anything is read."""
        with self.visit.running(asked) as run:
            run.kind = Kind.LEDGER_READ
            if not self.visit.desk.decisions.permits(self.visit.caller.profile, "read", "Ledger"):
                raise Refusal(Code.NOT_PERMITTED)
            run.subjects = (AddresseeNumber(about).value,) if about is not None else ()
            yield run

    async def _bounded(self, days: Days) -> int:
        """How many entries there are. Raises `Refusal` (LIMIT_EXCEEDED) for more than an answer may wait for."""
        entries = await _in_time(self._review.ledger.size(self._municipality, days))
        if entries > MOST_ENTRIES:
            text = (
                f"There are {entries} entries, more than {MOST_ENTRIES}; ask for fewer days, or use `daicho ledger`.",
                f"記録が{entries}件あり、{MOST_ENTRIES}件を超えます。期間を短くするか daicho ledger を使ってください。",
            )
            raise Refusal(Code.LIMIT_EXCEEDED, names=("from", "to"), detail=text)
        return entries

    def _subject(self, number: str) -> Subject:
        return Subject(number, self.visit.digest("addressee_number", number))

    @property
    def _review(self) -> LedgerReview:
        return self.visit.desk.office.review

    @property
    def _municipality(self) -> str:
        return self.visit.occasion.municipality_code


async def _in_time(work: Awaitable[T]) -> T:
    """What comes of it. Raises `Refusal` (LIMIT_EXCEEDED) when it takes too long."""
    try:
        async with asyncio.timeout(MOST_SECONDS):
            return await work
    except TimeoutError:
        text = (
            f"It took longer than {MOST_SECONDS:g} seconds; ask for fewer days, or use `daicho ledger`.",
            f"{MOST_SECONDS:g}秒以内に終わりませんでした。期間を短くするか daicho ledger を使ってください。",
        )
        raise Refusal(Code.LIMIT_EXCEEDED, names=("from", "to"), detail=text) from None
