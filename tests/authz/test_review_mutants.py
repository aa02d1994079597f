"""No change of the policy goes unnoticed: each mutant fails to load, or a proof or the table finds it."""

from __future__ import annotations

import re

import pytest

from authz.policy import Policy
from authz.review.mutants import Mutant, mutants, survives
from authz.review.testing import Run
from tests.authz.policies import TEXT, changed
from tests.authz.policy_table import TABLE

EVERY = 23
"""One mutant in so many is tried here; `daicho policy test --mutants` tries them all, which takes minutes."""

OFFERED = "without: offered(caller.department, caller.purpose)"
ALIKE = {
    ("whereabouts(", 'without "householder"'): "only a household has it; a protected person's is not opened at all",
    ("whereabouts(", 'without "members"'): "the same",
    ("in_search_results(", 'without "restricted"'): "left_open names it for everybody",
    ("in_search_results(", 'without "addressee_number"'): "the same",
    ('may(caller: Caller, "approve", notification', OFFERED): "who may search by an item has been asked that",
    ("sees_records(", OFFERED): "who may open a record has been asked that",
}
"""Changes that change nothing, because the policy says it twice."""

ALL = list(mutants(TEXT))


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
@pytest.mark.parametrize("mutant", ALL[::EVERY], ids=lambda one: f"{one.line} {one.change}"[:60])
def test_a_mutant_is_killed(mutant: Mutant) -> None:
    if not any(mutant.statement.startswith(start) and mutant.change == change for start, change in ALIKE):
        assert not survives(mutant, TABLE), f"line {mutant.line}: {mutant.change}"
