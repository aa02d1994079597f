"""The tables of the policy: committed, complete, and what the desk is answered too."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest

from api.cli.policy_forms import FORMS
from authz.callers import Profile
from authz.facts import CertificateFacts, ResidentFacts, all_facts
from authz.policy import Policy
from authz.policy_vocabulary import ACTIONS, PERMITS
from authz.review import asking, matrix_file
from authz.review.answers import Answers, answers
from authz.review.asking import Act
from authz.review.matrix import Matrix, matrix
from authz.review.matrix_file import MATRIX_FILE, MatrixFileError, read, written
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS
from tests.authz import policy_table
from tests.authz.policies import changed, unproved

CARE = policy_table.profile("long_term_care")


@pytest.fixture(scope="module")
def everything(policy: Policy) -> Answers:
    """All that the policy answers."""
    return answers(policy)


@pytest.fixture(scope="module")
def tables(policy: Policy, everything: Answers) -> Matrix:
    """The policy's tables."""
    return matrix(policy, everything)


@pytest.mark.holds("M07", "E-04")
def test_the_committed_matrix_is_the_policys(policy: Policy, tables: Matrix) -> None:
    now, committed = FORMS["csv"](policy, tables), MATRIX_FILE.read_text("utf-8")
    differing = set(now.splitlines()) ^ set(committed.splitlines())
    assert now == committed, "daicho policy matrix --format csv > authz/policy_matrix.csv\n" + "\n".join(differing)


def test_what_is_read_of_the_committed_matrix_is_what_the_policy_answers(tables: Matrix) -> None:
    assert read(MATRIX_FILE.read_text("utf-8")) == tables


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text.replace("MASKED", "SHOWN", 1),
        lambda text: text.replace("ALLOWED", "REFUSED", 1),
        lambda text: text[: text.rindex("\n", 0, -1) + 1],
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("a", "b", 1),
        lambda text: text.partition("\n\n")[2],
    ],
)
def test_a_matrix_in_which_anything_was_changed_is_not_read(damage: Callable[[str], str]) -> None:
    with pytest.raises(MatrixFileError):
        read(damage(MATRIX_FILE.read_text("utf-8")))


def test_a_matrix_with_other_columns_is_not_read(policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    older = Matrix(policy.hash, (), ())
    monkeypatch.setattr(matrix_file, "headings", lambda kind: ["purpose", "outcome"])
    text = written(older)
    monkeypatch.undo()
    with pytest.raises(MatrixFileError):
        read(text)


def test_every_purpose_has_every_item_of_both_kinds_of_record(tables: Matrix) -> None:
    told = {(row.purpose, row.record, row.item) for row in tables.items}
    resident = [("resident", item) for item in {**RESIDENT_ITEMS, **VERSION_ITEMS}]
    household = [("household", item) for item in HOUSEHOLD_ITEMS]
    assert told == {(code, *item) for code in policy_table.purposes() for item in (*resident, *household)}


def test_what_is_asked_at_once_is_answered_as_what_is_asked_one_by_one(policy: Policy, everything: Answers) -> None:
    for cell, answer in list(everything.cells.items())[::37]:
        decision = policy.decide(*cell)
        assert answer == (decision.outcome.value, decision.rule.id), str(cell)
    for facts in list(asking.certificates())[::29]:
        for action in ACTIONS[CertificateFacts]:
            one = policy_table.profile("resident_register")
            rule = policy.may(one, action, facts)
            assert everything.acts.get(Act(one, action, facts)) == (rule.id if rule else None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A rule for whatever item there is, and one that asks what an item is not.
        ("# Masking.", 'says(_: Caller, _: Record, _: String, "SHOWN", "transfer");\n# Masking.'),
        ("    seen(caller, item, _) and\n    not left_open", "    not left_open"),
        ("    record.restricted and\n    seen(", '    record.restricted and\n    item != "full_name" and\n    seen('),
    ],
)
def test_a_rule_that_oso_cannot_answer_at_once_is_asked_item_by_item(old: str, new: str) -> None:
    odd, facts = unproved(changed(old, new)), ResidentFacts(restricted=True)
    told = asking.items_of(odd, CARE, facts)
    for item in RESIDENT_ITEMS:
        decision = odd.decide(CARE, facts, item)
        assert told[item] == (decision.outcome.value, decision.rule.id), item


def test_a_rule_about_what_a_certificate_is_not_is_answered_for_each_kind() -> None:
    unlike = 'certificate.kind != "WIDE_AREA_RESIDENT_RECORD_COPY"'
    odd = unproved(changed("    certificate.kind in kinds and", f"    {unlike} and\n    certificate.kind in kinds and"))
    clerk = policy_table.profile("resident_register")
    told = asking.may(odd, clerk)
    for facts in list(asking.certificates())[::17]:
        assert (Act(clerk, "issue", facts) in told) == (odd.may(clerk, "issue", facts) is not None), facts


def test_what_a_class_hides_that_a_grant_closes_goes_by_its_class_alone(policy: Policy) -> None:
    clerk = policy_table.profile("resident_register")
    whole = asking.items_of(policy, asking.narrowed(policy, clerk), ResidentFacts())
    for name in policy.switchable:
        one = asking.items_of(policy, Profile(clerk.department, clerk.purpose, frozenset([name])), ResidentFacts())
        for item in policy_table.items_of([name]):
            assert one[item] == whole[item]


def test_every_act_of_the_table_is_asked_and_each_permission_of_the_service(tables: Matrix) -> None:
    acts = {row.action for row in tables.acts}
    named = {action for actions in ACTIONS.values() for action in actions}
    assert acts == {"enter", "open", asking.ALONE, *named, *(action for action, _ in PERMITS)}


def test_every_row_has_its_legal_basis(tables: Matrix) -> None:
    assert all(row.legal_basis for row in (*tables.items, *tables.acts))


def test_each_form_tells_every_row(policy: Policy, tables: Matrix) -> None:
    rows = len(tables.items) + len(tables.acts)
    told = json.loads(FORMS["json"](policy, tables))
    assert len(told["items"]) + len(told["acts"]) == rows
    assert FORMS["html"](policy, tables).count("<tr class=") == rows
    assert len(FORMS["table"](policy, tables).splitlines()) == rows + 5
    named, *both = FORMS["csv"](policy, tables).split("\n\n")
    assert named.splitlines()[1].split(",")[0] == policy.hash
    assert sum(len(list(csv.DictReader(io.StringIO(one)))) for one in both) == rows


def test_all_facts_are_asked(everything: Answers) -> None:
    asked = {cell.facts for cell in everything.cells if cell.profile == CARE}
    assert {one for one in asked if isinstance(one, ResidentFacts)} == set(all_facts(ResidentFacts).values())
