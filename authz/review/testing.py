"""The policy against its own table: every failure, and which rules were the answer to some question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from authz.callers import Profile
from authz.facts import Record
from authz.policy import Policy
from authz.review import asking
from authz.review.asking import Answer, Cell, told
from authz.review.table import Table


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a run. `answered` counts for each rule how often it was the answer; zero is not covered."""

    asked: int
    failures: tuple[str, ...]
    answered: Mapping[str, int]

    @property
    def uncovered(self) -> list[str]:
        """Rules that were the answer to no question of the table."""
        return [rule for rule, times in self.answered.items() if not times]


class Run:
    """One run of a table against a policy."""

    def __init__(self, policy: Policy, table: Table) -> None:
        self._policy = policy
        self._table = table
        self._asked = 0
        self._answered = dict.fromkeys(policy.rules, 0)

    def report(self) -> Report:
        """Ask everything, and tell all that failed."""
        failures = tuple(self.failures())
        return Report(self._asked, failures, self._answered)

    def failures(self) -> Iterator[str]:
        """Every question that is not answered as the table says; what is quickly asked first."""
        yield from self._entering()
        yield from self._foreign()
        yield from self._searches()
        yield from self._acts()
        yield from self._cells()

    def _entering(self) -> Iterator[str]:
        unknown = {*self._policy.departments, *self._policy.purposes} - {*self._table.offers, *self._table.purposes}
        yield from (f"{name}: the table does not know it" for name in sorted(unknown))
        for (department, offered), purpose in product(self._table.offers.items(), self._table.purposes):
            right, given = purpose in offered, self._policy.enters(department, purpose)
            yield from self._compared(f"{department} enters for {purpose}", right, given)

    def _foreign(self) -> Iterator[str]:
        """A purpose is not lent: under it a department that does not work for it does, opens and finds nothing."""
        for purpose in self._table.purposes:
            who = Profile(next(name for name, codes in self._table.offers.items() if purpose not in codes), purpose)
            for act, rule in asking.acts(self._policy, who).items():
                yield from self._compared(str(act), None, rule)
            for item, rule in asking.searches(self._policy, who).items():
                yield from self._compared(f"{told(who)} ({who.department}) searches by {item}", None, rule)

    def _searches(self) -> Iterator[str]:
        by_caller: dict[Profile, dict[str, str | None]] = {}
        for (who, item), rule in self._table.searches.items():
            by_caller.setdefault(who, {})[item] = rule
        for who, rules in by_caller.items():
            given = asking.searches(self._policy, who)
            for item, rule in rules.items():
                yield from self._compared(f"{told(who)} searches by {item}", rule, given.get(item))

    def _acts(self) -> Iterator[str]:
        for who in (*self._table.everybody, *self._table.narrowed):
            right, given = self._table.acts(who), asking.acts(self._policy, who)
            for act in {**right, **given}:
                yield from self._compared(str(act), right.get(act), given.get(act))

    def _cells(self) -> Iterator[str]:
        by_record: dict[tuple[Record, Profile], dict[str, Answer]] = {}
        for (who, facts, item), answer in self._table.decisions.items():
            by_record.setdefault((facts, who), {})[item] = answer
        for (facts, who), answers in sorted(by_record.items(), key=lambda one: sum(_holding(one[0][0]))):
            given = asking.items_of(self._policy, who, facts)
            for item, answer in answers.items():
                yield from self._compared(str(Cell(who, facts, item)), answer, given[item])

    def _compared(self, question: str, right: object, given: object) -> Iterator[str]:
        self._asked += 1
        rule = given[1] if isinstance(given, tuple) else given
        if rule in self._answered:
            self._answered[str(rule)] += 1
        if right != given:
            yield f"{question}: {_said(right)}, but the policy says {_said(given)}"


def _holding(facts: Record) -> tuple[bool, ...]:
    return facts.closed, facts.protected, facts.released, facts.restricted


def _said(answer: object) -> str:
    match answer:
        case (outcome, rule):
            return f"{outcome} by {rule}"
        case None | False:
            return "refused"
        case "" | True:
            return "allowed"
    return f"allowed by {answer}"
