"""No change of the policy goes unnoticed: every mutant fails to load, or a proof or the table finds it."""

from __future__ import annotations

import re

import pytest

from authz.policy import Policy
from authz.review.mutants import Mutant, mutants, reason, survives
from authz.review.testing import Run
from tests.authz.policies import TEXT, changed
from tests.authz.policy_table import TABLE

ALL = list(mutants(TEXT))
TO_KILL = [one for one in ALL if not reason(one, TABLE)]


def test_the_policy_agrees_with_its_table_and_every_rule_of_it_is_asked_for() -> None:
    report = Run(Policy(TEXT), TABLE).report()
    assert report.failures == ()
    assert report.uncovered == []
    assert report.asked > 60_000


def test_a_wrong_policy_fails_its_table() -> None:
    elections = 'department("選挙管理委員会", ["election"'
    lent = changed(f"{elections}])", f'{elections}, "local_tax"])')
    (first, *_) = Run(Policy(re.sub(r"\?= not allow\(new Caller\(\"選挙.*", "", lent)), TABLE).failures()
    assert first == "選挙管理委員会 enters for local_tax: refused, but the policy says allowed"


def test_mutants_drop_rules_and_conditions_turn_them_around_swap_purposes_and_widen_classes() -> None:
    told = {one.change for one in ALL}
    assert {"the rule dropped", "without: not left_open(caller.purpose, item)", "not → nothing"} <= told
    assert {'"resident_register" → "local_tax"', 'with "provision_code"', '"WITHHELD" → "SHOWN"'} <= told
    assert len(ALL) > 400
    assert len({one.text for one in ALL}) > len(ALL) * 0.9


@pytest.mark.holds("E-07")
@pytest.mark.parametrize("mutant", TO_KILL, ids=lambda one: f"{one.line} {one.change}"[:60])
def test_a_mutant_is_killed(mutant: Mutant) -> None:
    assert not survives(mutant, TABLE), f"line {mutant.line}: {mutant.change}"


def test_what_the_table_says_to_change_nothing_is_one_change_each_and_changes_nothing() -> None:
    said = [one for one in ALL if reason(one, TABLE)]
    assert len(said) == len(TABLE.alike) == 5
    assert all(survives(one, TABLE) for one in said)
