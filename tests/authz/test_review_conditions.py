"""Conditions: every combination of facts is told, once, and none other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from authz.facts import ResidentFacts, all_facts
from authz.review.conditions import OTHERWISE, combination, condition, conditions

EVERY = [combination(one) for one in all_facts(ResidentFacts).values()]


def meant_by(told: str) -> set[frozenset[str]]:
    """The combinations that a condition holds for."""
    return {one for one in EVERY for term in told.split("; ") if holds(term, one)}


def holds(term: str, held: frozenset[str]) -> bool:
    return all(word[1:] not in held if word.startswith("-") else word in held for word in term.split())


@given(st.sets(st.sampled_from(EVERY), min_size=1))
def test_a_condition_means_the_combinations_that_it_was_made_of_and_no_other(held: set[frozenset[str]]) -> None:
    assert meant_by(condition(list(held), EVERY)) == held


@given(st.lists(st.integers(0, 2), min_size=len(EVERY), max_size=len(EVERY)))
def test_each_answer_stands_once_and_the_usual_one_as_otherwise(given_answers: list[int]) -> None:
    answers = dict(zip(EVERY, given_answers, strict=True))
    told = conditions(answers)
    assert sorted(told.values()) == sorted(set(given_answers))
    for when, answer in told.items():
        if when and when != OTHERWISE:
            assert meant_by(when) == {one for one in EVERY if answers[one] == answer}
    assert told.get(OTHERWISE, answers[frozenset()]) == answers[frozenset()]


def test_conditions_are_short() -> None:
    protected = [one for one in EVERY if "protected" in one and "released" not in one]
    assert condition(protected, EVERY) == "protected -released"
    assert conditions(dict.fromkeys(EVERY, "SHOWN")) == {"": "SHOWN"}
