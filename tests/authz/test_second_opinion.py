"""The policy and a second, independent implementation of it answer every question alike."""

from __future__ import annotations

import pytest

from authz.facts import NotificationFacts, all_facts
from authz.policy import Policy
from authz.policy_vocabulary import ACTIONS, PERMITS
from authz.review import asking
from authz.review.answers import Answers, answers
from authz.review.asking import KINDS, About, Act
from tests.authz import second_opinion


@pytest.fixture(scope="module")
def everything(policy: Policy) -> Answers:
    """All that the policy answers."""
    return answers(policy)


def questions() -> list[tuple[str, About]]:
    """Every act on everything that there is."""
    opened = [("open", facts) for kind in KINDS.values() for facts in all_facts(kind).values()]
    things = (*asking.notifications(), *asking.certificates(), *asking.extractions())
    return [*PERMITS, *opened, *((action, one) for one in things for action in (*ACTIONS[type(one)], *_alone(one)))]


def _alone(one: About) -> list[str]:
    return [asking.ALONE] if isinstance(one, NotificationFacts) else []


@pytest.mark.holds("E-06")
def test_every_item_for_every_caller_and_every_facts_is_answered_alike(everything: Answers) -> None:
    wrong = [
        f"{cell}: {answer}, but {opinion}"
        for cell, answer in everything.cells.items()
        if (opinion := second_opinion.item(*cell)) != answer
    ]
    assert not wrong, "\n" + "\n".join(wrong[:50])


@pytest.mark.holds("E-06")
def test_every_act_of_every_caller_is_answered_alike(everything: Answers) -> None:
    callers = {cell.profile for cell in everything.cells if not cell.profile.switched_off}
    asked = [Act(who, action, about) for who in callers for action, about in questions()]
    wrong = [str(one) for one in asked if second_opinion.act(*one) != everything.acts.get(one)]
    assert not wrong, "\n" + "\n".join(wrong[:50])
    assert len(asked) + len(everything.cells) > 100_000


@pytest.mark.holds("E-06")
def test_every_search_is_answered_alike(everything: Answers) -> None:
    callers = {cell.profile for cell in everything.cells}
    items = {cell.item for cell in everything.cells}
    wrong = [
        f"{asking.told(who)} by {item}"
        for who in callers
        for item in items
        if second_opinion.search(who, item) != everything.searches.get((who, item))
    ]
    assert not wrong, "\n" + "\n".join(wrong[:50])
