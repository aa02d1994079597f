"""What a change of the policy widens, narrows, or bases on another rule."""

from __future__ import annotations

import re

import pytest

from authz.policy import Policy
from authz.review.answers import Answers, answers
from authz.review.comparing import Change, Direction, changes
from tests.authz.policies import TEXT, changed, unproved

PURPOSES = ("election", "long_term_care", "ledger_review")
REGISTER = ("resident_register",)


@pytest.fixture(scope="module")
def old(policy: Policy) -> Answers:
    """What some purposes are answered today."""
    return answers(policy, PURPOSES)


def changed_by(old: Answers, before: str, after: str) -> list[Change]:
    return changes(old, answers(unproved(changed(before, after)), PURPOSES))


def test_a_policy_compared_with_itself_changes_nothing(old: Answers) -> None:
    assert changes(old, answers(Policy(f"{TEXT}\n# a remark\n"), PURPOSES)) == []


def test_a_wider_class_is_told_item_by_item_with_its_conditions(old: Answers) -> None:
    found = changed_by(old, 'sees("election", ["base"]', 'sees("election", ["base", "family_register"]')
    cells = {one.what: one for one in found if one.direction is Direction.WIDENS and one.who == "election"}
    head, domicile = cells["resident family_register_head"], cells["resident registered_domicile"]
    assert (head.direction, head.old, head.new) == (Direction.WIDENS, "WITHHELD by default", "SHOWN by election-base")
    assert head.condition == "-closed -restricted"
    assert domicile.direction is Direction.WIDENS
    assert any(one.what == "search by registered_domicile" for one in found)
    assert {one.who.split()[0] for one in found} == {"election"}


def test_a_dropped_item_narrows(old: Answers) -> None:
    found = changed_by(old, 'sees("election", ["electoral_roll"], "own-matter");', "")
    assert {one.direction for one in found} <= {Direction.NARROWS, Direction.RULE}
    assert ("NARROWS", "resident electoral_roll_registration") in {(one.direction, one.what) for one in found}
    assert any(one.what.startswith("notify") for one in found)


def test_another_rule_for_the_same_answer_is_told(old: Answers) -> None:
    found = changed_by(old, 'sees("election", ["base"], "election-base")', 'sees("election", ["base"], "seal-base")')
    assert {one.direction for one in found} == {Direction.RULE}
    assert {one.new for one in found} == {"SHOWN by seal-base"}


def test_a_purpose_lent_to_a_department_widens_what_it_enters_for(old: Answers) -> None:
    elections = 'department("選挙管理委員会", ["election"'
    found = changed_by(old, f"{elections}])", f'{elections}, "long_term_care"])')
    entered = next(one for one in found if one.what == "enter")
    assert (entered.direction, entered.department, entered.who) == ("WIDENS", "選挙管理委員会", "long_term_care")


def test_what_a_reviewer_may_no_longer_read_narrows(old: Answers) -> None:
    found = changed_by(old, 'caller.purpose = "ledger_review"', 'caller.purpose = "operation"')
    told = {(one.direction, one.department, one.what, one.new) for one in found}
    assert told == {("NARROWS", name, "read Ledger", "refused") for name in ("総務部行政監理室", "コマンド操作")}


@pytest.fixture(scope="module")
def registers() -> Answers:
    """What one department of the register's own purpose is answered."""
    return answers(unproved(ONE_DEPARTMENT), REGISTER)


ONE_DEPARTMENT = re.sub(
    r'^(department|grantable)\(("[^"]+"), \[.*\]\);$',
    lambda one: one[0] if one[2] == '"市民生活部住民課"' else f"{one[1]}({one[2]}, []);",
    TEXT,
    flags=re.M,
)


def widened_by(registers: Answers, before: str, after: str) -> list[Change]:
    assert before in ONE_DEPARTMENT
    return changes(registers, answers(unproved(ONE_DEPARTMENT.replace(before, after, 1)), REGISTER))


@pytest.mark.holds("E-07", "M07")
def test_what_needs_no_second_person_any_more_widens(registers: Answers) -> None:
    found = widened_by(registers, 'immediate(["recordMatter", ', 'immediate(["moveIn", "recordMatter", ')
    assert {one.direction for one in found} == {Direction.WIDENS}
    assert {(one.who.split()[0], one.old, one.new) for one in found} == {
        ("resident_register", "refused", "register-changes")
    }
    assert all(one.what.startswith("notify_alone ") and "moveIn" in one.what for one in found)


@pytest.mark.holds("E-07", "M07")
def test_a_class_that_no_grant_can_close_any_more_widens_by_its_items_alone(registers: Answers) -> None:
    found = widened_by(registers, 'switchable(["family_register", ', "switchable([")
    wider = {one.what for one in found if one.direction is Direction.WIDENS}
    assert wider == {f"{how}{item}" for how in ("resident ", "search by ") for item in FAMILY_REGISTER}
    assert {one.who for one in found} == {"resident_register without family_register"}


@pytest.mark.holds("M07")
def test_a_class_that_a_grant_can_close_now_narrows(registers: Answers) -> None:
    found = widened_by(registers, "switchable([", 'switchable(["cards", ')
    assert {one.direction for one in found} <= {Direction.NARROWS, Direction.RULE}
    assert {one.who for one in found} == {"resident_register without cards"}


FAMILY_REGISTER = ("registered_domicile", "family_register_head")


@pytest.mark.holds("E-07", "M07")
def test_a_purpose_that_may_be_granted_now_widens(registers: Answers) -> None:
    found = widened_by(registers, 'grantable("コマンド操作", [])', 'grantable("コマンド操作", ["resident_register"])')
    assert ("WIDENS", "コマンド操作", "enter") in {(one.direction, one.department, one.what) for one in found}
