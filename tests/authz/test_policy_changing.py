"""Who changes what: the policy is the table, for every purpose, action and kind of notification."""

from __future__ import annotations

import pytest

from authz.callers import Profile
from authz.decisions import Decisions
from authz.facts import NotificationFacts
from authz.policy import Policy, PolicyError
from tests.authz import policy_table, probes
from tests.authz.changing_table import ACTIONS, notifications, table
from tests.authz.policies import changed

REGISTER, TAX = policy_table.profile("resident_register"), policy_table.profile("local_tax")


@pytest.mark.holds("M03", "M14")
def test_every_change_is_allowed_to_whom_the_table_says_and_to_nobody_else(policy: Policy, failures: list[str]) -> None:
    def answer(*asking: object) -> str | None:
        rule = policy.may(*asking)  # type: ignore[arg-type] # one question of the table
        return rule.id if rule else None

    wrong = policy_table.differences(table(), answer)
    assert not wrong, "\n" + "\n".join(wrong)
    assert failures == []


def test_nobody_changes_anything_for_a_purpose_of_another_department(policy: Policy) -> None:
    offers = policy_table.offers()
    foreign = [Profile(name, code) for name in offers for code in policy_table.purposes() if code not in offers[name]]
    asked = [(who, action, facts) for who in foreign for action in ACTIONS for facts in notifications()]
    assert not any(policy.may(*one) for one in asked)


@pytest.mark.holds("M14")
def test_what_needs_no_second_person_is_individual_matters_and_card_states(policy: Policy) -> None:
    assert policy.immediate == {"recordMatter", "recordCardState"}


def test_a_policy_that_names_a_procedure_that_there_is_not_refuses_the_start() -> None:
    with pytest.raises(PolicyError, match="unknown notice: recordMater"):
        Policy(changed('immediate(["recordMatter"', 'immediate(["recordMater"'))


def test_a_change_that_was_decided_once_is_remembered_as_oso_says(policy: Policy) -> None:
    decisions = Decisions(policy)
    first = {asking: decisions.may(*asking) for asking in table()}
    asked = policy.questions
    assert {asking: decisions.may(*asking) for asking in table()} == first
    assert policy.questions == asked


def test_the_policy_reads_nothing_of_a_notification_but_its_facts(policy: Policy) -> None:
    probes.READ.clear()
    for action in ACTIONS:
        for who in (REGISTER, TAX, policy_table.profile("long_term_care"), policy_table.profile("support_measures")):
            for facts in notifications():
                policy.may(probes.watched(who), action, probes.watched(facts))
    assert {"procedure", "own", "matter", "purpose", "department"} <= probes.READ


@pytest.mark.parametrize(
    "facts",
    [
        NotificationFacts(None, False),  # type: ignore[arg-type] # what should never come
        NotificationFacts("moveIn", None),  # type: ignore[arg-type] # what should never come
        NotificationFacts("moveIn", False, None),  # type: ignore[arg-type] # what should never come
    ],
)
def test_a_null_in_the_facts_of_a_notification_denies(policy: Policy, facts: NotificationFacts) -> None:
    assert not any(Policy.load().may(REGISTER, action, facts) for action in ACTIONS)
