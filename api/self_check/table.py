"""The report as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from api.self_check.report import Finding, Part, Report, State
from api.self_check.wording import run_of, warnings_of

_WIDEST = max(len(state.japanese) for state in State)
_FULL_WIDTH_SPACE = "\u3000"
_MARGIN = " " * 33


def as_lines(report: Report, *, with_tests: bool) -> Iterator[str]:
    """The report, a criterion in two lines: Japanese and English; then its tests, if they are wanted."""
    yield "自己点検 / Self-check"
    for japanese, english, said in run_of(report.results):
        yield f"  {japanese} / {english}: {said}"
    for japanese, english in warnings_of(report):
        yield f"  ! {japanese} / {english}"
    for part in report.parts:
        yield from ("", _heading(part))
        for finding in part.findings:
            yield from _lines(finding, with_tests=with_tests)


def _heading(part: Part) -> str:
    japanese, english = part.catalogue.titles
    counts = ", ".join(f"{state.japanese} {state.name} {part.count(state)}" for state in State)
    return f"{japanese} / {english}: {counts} / {len(part.findings)}"


def _lines(finding: Finding, *, with_tests: bool) -> Iterator[str]:
    state, criterion = finding.state, finding.criterion
    japanese = state.japanese.ljust(_WIDEST, _FULL_WIDTH_SPACE)
    yield f"{criterion.id:<6} {state.sign} {japanese} {state.name:<11} {len(finding.tests):>4}  {criterion.title}"
    yield f"{_MARGIN}{criterion.means}"
    for test in finding.tests if with_tests else ():
        yield f"{_MARGIN}  {test.outcome:<7} {test.test}"
