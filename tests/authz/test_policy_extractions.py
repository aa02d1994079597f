"""Who asks for data in bulk, who approves it, who carries it out: for every department and purpose there is."""

from __future__ import annotations

import pytest

from authz.callers import Profile
from authz.facts import ExtractionFacts, ResidentFacts
from authz.policy import Policy, PolicyError
from tests.authz.policies import changed

KEEPER = Profile("市民生活部住民課", "resident_register")
OWN, ANOTHERS = ExtractionFacts(own=True), ExtractionFacts(own=False)


def everybody(policy: Policy) -> list[Profile]:
    """A profile for every department with every purpose, its own or not."""
    return [Profile(department, purpose) for department in policy.departments for purpose in policy.purposes]


@pytest.mark.holds("M11")
def test_only_the_department_that_keeps_the_register_approves_and_only_what_another_asked_for(policy: Policy) -> None:
    assert [who for who in everybody(policy) if policy.may(who, "approve", ANOTHERS)] == [KEEPER]
    assert not any(policy.may(who, "approve", OWN) for who in everybody(policy))


@pytest.mark.holds("M10", "M11")
@pytest.mark.parametrize("action", ["request", "run", "withdraw", "see"])
def test_whoever_opens_records_asks_for_her_own_purpose_and_nobody_else(policy: Policy, action: str) -> None:
    opens = [who for who in everybody(policy) if policy.opens(who, ResidentFacts())]

    assert [who for who in everybody(policy) if policy.may(who, action, OWN)] == opens


@pytest.mark.holds("M10")
def test_nobody_carries_out_or_withdraws_what_another_asked_for_and_the_keeper_alone_sees_it(policy: Policy) -> None:
    for action in ("run", "withdraw"):
        assert not any(policy.may(who, action, ANOTHERS) for who in everybody(policy))
    assert [who for who in everybody(policy) if policy.may(who, "see", ANOTHERS)] == [KEEPER]


def test_a_policy_that_names_an_unknown_keeper_of_the_register_refuses_the_start() -> None:
    with pytest.raises(PolicyError, match="unknown department"):
        Policy(changed('keeps_register("市民生活部住民課")', 'keeps_register("住民課")'))
