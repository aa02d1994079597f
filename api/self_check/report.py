"""The report: for each criterion, whether the tests that name it hold it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from api.self_check.catalogue import Catalogue, Criterion, catalogues
from api.self_check.results import Outcome, Results


class State(Enum):
    """What can be said of a criterion: its name, in Japanese, and the sign that tells it apart without colours."""

    HELD = ("確認", "○")
    FAILED = ("不適合", "×")
    UNCONFIRMED = ("未確認", "―")

    @property
    def japanese(self) -> str:
        """As the report says it."""
        return self.value[0]

    @property
    def sign(self) -> str:
        """One character."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Finding:
    """A criterion and its tests; `is_of_this` says whether they tested the daicho that reports."""

    criterion: Criterion
    tests: tuple[Outcome, ...]
    is_of_this: bool

    @property
    def state(self) -> State:
        """Held when it has tests and all passed; one skipped, not reached or of other code confirms nothing."""
        outcomes = {test.outcome for test in self.tests}
        if "failed" in outcomes:
            return State.FAILED
        return State.HELD if outcomes == {"passed"} and self.is_of_this else State.UNCONFIRMED

    @property
    def counts(self) -> Mapping[str, int]:
        """How many tests ended how."""
        return Counter(test.outcome for test in self.tests)

    def sentences(self) -> Iterator[tuple[str, str, int]]:
        """Each file, the fact that a test of it states, and with how many parameters; parameters are left out."""
        facts = Counter(test.test.partition("[")[0] for test in self.tests)
        for name, count in facts.items():
            file, *_, fact = name.split("::")
            yield file, fact.removeprefix("test_").replace("_", " "), count


@dataclass(frozen=True, slots=True)
class Part:
    """One list with its findings."""

    catalogue: Catalogue
    findings: tuple[Finding, ...]

    def count(self, state: State) -> int:
        """How many are in a state."""
        return sum(finding.state is state for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole: `is_of_this` says whether the results are those of the daicho that reports."""

    parts: tuple[Part, ...]
    results: Results | None
    is_of_this: bool

    @property
    def is_all_held(self) -> bool:
        """Whether nothing failed, nothing is unconfirmed, and the results are those of this daicho."""
        findings = [finding for part in self.parts for finding in part.findings]
        return self.is_of_this and all(finding.state is State.HELD for finding in findings)


def report_on(results: Results | None, fingerprint: str, only: Collection[str] = ()) -> Report:
    """Put the criteria and the results together; `only` names the ids that are asked for, all where it is empty."""
    is_of_this = results is not None and results.fingerprint == fingerprint
    outcomes = results.outcomes if results else {}
    parts = (
        Part(
            catalogue,
            tuple(
                Finding(each, outcomes.get(each.id, ()), is_of_this)
                for each in catalogue.criteria
                if not only or each.id in only
            ),
        )
        for catalogue in catalogues()
    )
    return Report(tuple(part for part in parts if part.findings), results, is_of_this)


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    results = report.results
    return {
        "commit": results.commit if results else None,
        "dirty": results.is_dirty if results else None,
        "at": results.at.isoformat() if results else None,
        "ofThisCode": report.is_of_this,
        "allHeld": report.is_all_held,
        **{part.catalogue.name: [_finding_as_json(finding) for finding in part.findings] for part in report.parts},
    }


def _finding_as_json(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.criterion.id,
        "title": finding.criterion.title,
        "means": finding.criterion.means,
        "state": finding.state.name,
        "stateJa": finding.state.japanese,
        "tests": [{"test": each.test, "outcome": each.outcome} for each in finding.tests],
    }
