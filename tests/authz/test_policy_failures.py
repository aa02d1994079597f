"""Whatever goes wrong while the policy decides denies, and leaves a code that holds no value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from authz.callers import Profile
from authz.facts import HouseholdFacts, Record, ResidentFacts
from authz.policy import Policy, PolicyError
from tests.authz.policies import TEXT, changed, unproved
from tests.authz.policy_table import facts, profile, purposes
from tests.authz.probes import answering

CLERK = profile("local_tax")
REGISTER = profile("resident_register")
WIDE_OPEN = (
    TEXT + "\nallow(_, _, _);\n" + 'says(_, _, _, "SHOWN", "transfer");\nsearch(_, _, "search-what-is-shown");\n'
)
"""A policy with the rules that nobody should write: they speak for anybody, even for None."""


def denied(policy: Policy, caller: Any, record: Any, item: Any = "full_name") -> bool:
    """Whether nothing at all is permitted."""
    decision = policy.decide(caller, record, item)
    return (decision.outcome.value, decision.rule.id) == ("WITHHELD", "default") and not policy.opens(caller, record)


# E-02: null.


@pytest.mark.holds("E-02")
@pytest.mark.parametrize(
    "nobody",
    [
        None,
        Profile(None, None),  # type: ignore[arg-type] # that is the point
        Profile("財政部市民税課", None),  # type: ignore[arg-type] # that is the point
        Profile(None, "local_tax"),  # type: ignore[arg-type] # that is the point
        Profile("財政部市民税課", "local_tax", None),  # type: ignore[arg-type] # that is the point
    ],
)
def test_a_caller_who_is_null_or_has_a_null_is_denied_even_by_an_untyped_rule(nobody: Any) -> None:
    failures: list[str] = []
    policy = unproved(WIDE_OPEN, failures.append)

    assert denied(policy, nobody, ResidentFacts())
    assert policy.search(nobody, "full_name") is None
    assert not policy.permits(nobody, "read", "Ledger")
    assert set(failures) == {"TypeError"}


@pytest.mark.holds("E-02")
@pytest.mark.parametrize("record", [None, object(), ResidentFacts(closed=None)])  # type: ignore[arg-type] # the point
def test_a_record_that_is_null_or_has_a_null_is_denied_even_by_an_untyped_rule(record: Any) -> None:
    assert denied(unproved(WIDE_OPEN), REGISTER, record)


@pytest.mark.holds("E-02")
def test_null_is_not_equal_to_null() -> None:
    policy = unproved(TEXT + '\nallow(caller: Caller, "open", record: Record) if caller.purpose = record.closed;\n')
    nobody: Any = Profile("財政部市民税課", None)  # type: ignore[arg-type] # that is the point
    unknown: Any = ResidentFacts(closed=None)  # type: ignore[arg-type] # that is the point
    assert not policy.opens(nobody, unknown)


def test_an_item_that_is_null_is_withheld() -> None:
    policy = unproved(WIDE_OPEN)
    assert policy.decide(CLERK, ResidentFacts(), None) == policy.default  # type: ignore[arg-type] # that is the point
    assert policy.search(CLERK, None) is None  # type: ignore[arg-type] # that is the point


def test_an_empty_department_or_purpose_opens_nothing(policy: Policy) -> None:
    for nobody in (Profile("", ""), Profile("財政部市民税課", ""), Profile("", "local_tax")):
        assert denied(policy, nobody, ResidentFacts())


# E-03: what is computed.


def raising(error: Exception) -> Callable[[], object]:
    def answer() -> object:
        raise error

    return answer


ODD = {
    "raises": (raising(ValueError("見本　花子")), "ValueError"),
    "is missing": (raising(AttributeError("見本　花子")), "TypeError"),
    "is a number": (lambda: 0, "TypeError"),
    "is null": (lambda: None, "TypeError"),
}


@pytest.mark.holds("E-03")
@pytest.mark.parametrize("name", ["closed", "protected", "released"])
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("purpose", ["resident_register", "local_tax", "election", "public_relations"])
def test_a_fact_that_is_no_plain_answer_denies_and_leaves_a_code(name: str, odd: str, purpose: str) -> None:
    answer, code = ODD[odd]
    failures: list[str] = []
    policy = Policy.load(on_failure=failures.append)

    for kind in (ResidentFacts, HouseholdFacts):
        assert denied(policy, profile(purpose), answering(kind(protected=True), name, answer))

    assert set(failures) == {code}


@pytest.mark.holds("E-03")
@pytest.mark.parametrize("name", ["department", "purpose", "switched_off"])
@pytest.mark.parametrize("odd", ODD)
def test_a_caller_who_is_no_plain_answer_is_denied_and_leaves_a_code(name: str, odd: str) -> None:
    answer, code = ODD[odd]
    failures: list[str] = []
    policy = Policy.load(on_failure=failures.append)

    assert denied(policy, answering(REGISTER, name, answer), ResidentFacts())

    assert set(failures) == {code}


@pytest.fixture
def coroutines() -> Iterator[Callable[[], object]]:
    """Gives coroutines that nobody awaits, and closes them in the end."""
    made = []

    async def late() -> bool:
        return True

    def answer() -> object:
        made.append(late())
        return made[-1]

    yield answer
    for one in made:
        one.close()


@pytest.mark.holds("E-03")
def test_a_fact_that_is_a_coroutine_denies_and_leaves_a_code(coroutines: Callable[[], object]) -> None:
    failures: list[str] = []
    policy = Policy.load(on_failure=failures.append)

    for purpose in purposes():
        record: Any = answering(ResidentFacts(), "closed", coroutines)
        assert denied(policy, profile(purpose), record)

    assert set(failures) == {"TypeError"}


def test_a_rule_that_fails_denies_though_others_would_show() -> None:
    failures: list[str] = []
    fails = 'says(_: Caller, _: Record, _: String, "SHOWN", "transfer") if 1 < "sex";'
    policy = unproved(f"{TEXT}\n{fails}\n", failures.append)
    assert denied_item(policy, REGISTER, ResidentFacts(), "full_name")
    assert len(failures) == 1


def test_an_outcome_that_does_not_exist_denies_and_leaves_a_code() -> None:
    failures: list[str] = []
    policy = unproved(changed('"SHOWN", rule) if', "rule, rule) if"), failures.append)
    assert denied_item(policy, REGISTER, ResidentFacts(), "full_name")
    assert failures == ["ValueError"]


def denied_item(policy: Policy, caller: Profile, record: Record, item: str) -> bool:
    """Whether the item is withheld by default."""
    return policy.decide(caller, record, item) == policy.default


# E-08: endless and very long rules.


def wide(goals: int) -> str:
    """Rules that open any record to the contractor over so many goals, a quarter in each."""
    rest = " and ".join(["1 = 1"] * (goals // 4))
    nested = "\n".join(f"part_{at}() if part_{at + 1}() and {rest};" for at in range(3))
    return f'{TEXT}\nopens("operation", _: Record) if part_0();\n{nested}\npart_3() if {rest};\n'


@pytest.mark.holds("E-08")
@pytest.mark.parametrize(
    "circle",
    [
        'opens("local_tax", record: Record) if opens("local_tax", record);',
        "opens(code, record: Record) if again(code, record);\nagain(code, record: Record) if opens(code, record);",
        "transferee(code) if purpose(code, _, _, true) and transferee(code);",
    ],
)
def test_a_rule_that_leads_back_to_itself_refuses_the_start(circle: str) -> None:
    with pytest.raises(PolicyError, match="rules lead back to themselves"):
        Policy(f"{TEXT}\n{circle}\n")


@pytest.mark.holds("E-08")
def test_ten_thousand_goals_are_denied_by_osos_limit_on_goals_and_not_by_the_clock() -> None:
    failures: list[str] = []
    policy = unproved(wide(11_000), failures.append)

    for record in facts("resident").values():
        assert denied(policy, profile("operation"), record)

    assert set(failures) == {"StackOverflowError"}
    assert not denied(policy, CLERK, ResidentFacts())


@pytest.mark.holds("E-08")
def test_the_same_rule_below_the_limit_is_decided() -> None:
    policy = unproved(wide(4_000))
    assert policy.opens(profile("operation"), ResidentFacts())
