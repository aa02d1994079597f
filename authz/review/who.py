"""Who could see an item on a day: the grants that held then, and the policy that was in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from authz.callers import Profile
from authz.facts import Record, all_facts
from authz.policy import Outcome, Policy
from authz.review.asking import KIND_OF
from authz.review.conditions import combination, condition
from domain.access import Grant


@dataclass(frozen=True, slots=True)
class Seer:
    """A grant by which somebody could see an item, and why.

    `condition` is of the record that has it: the resident's, or the household's where only that has it.
    """

    grant: Grant
    outcome: str
    condition: str
    rule: str
    legal_basis: str


def who_could_see(policy: Policy, grants: Iterable[Grant], item: str) -> Iterator[Seer]:
    """For each grant that the policy lets in, what it showed or masked of this item."""
    for grant in grants:
        if policy.enters(grant.department, grant.purpose):
            profile = Profile(grant.department, grant.purpose, grant.switched_off & policy.switchable)
            yield from _seen(policy, grant, profile, item)


def _seen(policy: Policy, grant: Grant, profile: Profile, item: str) -> Iterator[Seer]:
    every: list[Record] = list(all_facts(KIND_OF[item]).values())
    answers = {facts: policy.decide(profile, facts, item) for facts in every}
    shown = dict.fromkeys(one for one in answers.values() if one.outcome is not Outcome.WITHHELD)
    for decision in shown:
        held = [combination(facts) for facts in every if answers[facts] == decision]
        when = condition(held, [combination(facts) for facts in every])
        yield Seer(grant, decision.outcome.value, when, decision.rule.id, decision.rule.legal_basis)
