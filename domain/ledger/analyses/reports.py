"""Each analysis, what the store may leave aside for it, and the report it ends in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from domain.ledger.analyses import masses, people, searching, times
from domain.ledger.analyses.findings import Analysis, Finding, Known, Report, ReportKind
from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Recorded, Sieve, naming

MOST_KEPT: Final = 10_000
"""So many findings a report holds; the command line writes all, as they come."""

_ANALYSES: Final[Mapping[ReportKind, Callable[[Known], Analysis]]] = MappingProxyType(
    {
        ReportKind.OUT_OF_HOURS: lambda _known: times.OutOfHours(),
        ReportKind.FAILED_SIGN_INS: lambda _known: times.FailedSignIns(),
        ReportKind.SIGN_INS: lambda _known: times.SignIns(),
        ReportKind.SESSIONS: lambda _known: times.Sessions(),
        ReportKind.MASS_SEARCHES: lambda _known: masses.MassSearches(),
        ReportKind.SEARCHES_BY_NUMBER: searching.SearchesByNumber,
        ReportKind.NOT_FOLLOWED_UP: lambda _known: searching.NotFollowedUp(),
        ReportKind.OWN_HOUSEHOLD: people.OwnHousehold,
        ReportKind.COLLEAGUES: people.Colleagues,
        ReportKind.PROTECTED: lambda _known: people.Protected(),
        ReportKind.NUMBERS: lambda _known: people.NumbersRead(),
    }
)
_SIEVES: Final[Mapping[ReportKind, Sieve]] = MappingProxyType(
    {
        ReportKind.FAILED_SIGN_INS: Sieve(frozenset({Kind.SIGN_IN, Kind.REFUSAL})),
        ReportKind.MASS_SEARCHES: Sieve(frozenset({Kind.READ, Kind.SEARCH, Kind.ISSUE, Kind.REFUSAL})),
        ReportKind.NOT_FOLLOWED_UP: Sieve(searching.ACTS),
        ReportKind.PROTECTED: Sieve(containing=(naming("protected"),)),
        ReportKind.NUMBERS: Sieve(containing=(b'"number_accessed":true',)),
    }
)


def analysis_of(kind: ReportKind, known: Known) -> Analysis:
    """A new fold."""
    return _ANALYSES[kind](known)


def sieve_of(kind: ReportKind, known: Known, days: Days) -> Sieve:
    """What the store may leave aside: the analysis comes to the same without it."""
    if kind is ReportKind.OUT_OF_HOURS:
        return Sieve(spans=tuple(times.spans_out_of_hours(days)))
    if kind is ReportKind.SEARCHES_BY_NUMBER:
        return Sieve(containing=(searching.A_SEARCH,), one_of=searching.named_by_number(known))
    return _SIEVES.get(kind, Sieve())


class Reporting:
    """An analysis under way: entries go in, page by page, and findings come out. `taken` is how many went in."""

    def __init__(self, kind: ReportKind, known: Known) -> None:
        self.kind = kind
        self._known = known
        self._analysis = analysis_of(kind, known)
        self.taken = 0
        self._staff: set[str | None] = set()
        self._kept: list[Finding] = []
        self._total = 0

    @property
    def about(self) -> str | None:
        """Whose searches it tells."""
        return self._known.about

    def sieve(self, days: Days) -> Sieve:
        """What the store may leave aside for it."""
        return sieve_of(self.kind, self._known, days)

    def take(self, page: Iterable[bytes]) -> list[Finding]:
        """What is certain with these entries, which follow those before."""
        found: list[Finding] = []
        for raw in page:
            entry = Recorded.of(raw)
            self.taken += 1
            self._staff.add(entry.staff_number)
            found.extend(self._analysis.take(entry))
        return self._noted(found)

    def finish(self) -> list[Finding]:
        """What is certain now that no more come."""
        return self._noted(list(self._analysis.rest()))

    def report(self, entries: int) -> Report:
        """The report, of a period with so many entries."""
        staff = registered = None
        if self.kind.compares_staff:
            used = self._staff - {None}
            staff, registered = len(used), len(used & self._known.own.keys())
        return Report(self.kind, entries, self._total, self._kept, staff, registered)

    def _noted(self, findings: list[Finding]) -> list[Finding]:
        self._total += len(findings)
        self._kept += findings[: MOST_KEPT - len(self._kept)]
        return findings
