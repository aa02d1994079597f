"""The reviewer's two overviews: the policy in force as tables, and how the ledger's proof stands."""

from __future__ import annotations

import pytest

from authz.policy import Policy
from authz.review.matrix import Matrix
from authz.review.matrix_file import MATRIX_FILE, read
from tests.browser.questions import QUESTIONS
from tests.serving import Answer, Service
from tests.village import number_of

EVERYBODY_ELSE = ["tax-clerk", "register-desk", "support-officer", "contractor"]
MATRIX, STATE = QUESTIONS["POLICY_MATRIX"], QUESTIONS["LEDGER_STATE"]
PERIOD = {"from": "2026-11-01", "to": "2026-11-30"}
ASKED_WITH = {
    "POLICY_MATRIX": {},
    "LEDGER_ENTRIES": {"filter": PERIOD, "first": 50, "after": None},
    "LEDGER_COUNTS": PERIOD,
    "LEDGER_REPORT": PERIOD | {"kind": "OUT_OF_HOURS", "about": None},
    "ACCESS_STATEMENT": PERIOD | {"subject": number_of(1)},
    "LEDGER_STATE": {},
}
"""What the page asks with, by the name of the question."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The policy that comes with daicho."""
    return Policy.load()


@pytest.fixture(scope="module")
def tables() -> Matrix:
    """Its tables, as they are committed."""
    return read(MATRIX_FILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def told(shared_service: Service) -> Answer:
    """The answer to a reviewer who asks for everything."""
    return shared_service.ask("reviewer", MATRIX)


def test_the_tables_are_those_of_the_policy_in_force(told: Answer, policy: Policy) -> None:
    answer = told.data["policyMatrix"]
    assert answer["policyHash"] == policy.hash
    assert answer["text"] == policy.text
    assert [one["code"] for one in answer["purposes"]] == list(policy.purposes)
    assert {one["id"]: one["legalBasis"] for one in answer["rules"]} == {
        rule.id: rule.legal_basis for rule in policy.rules.values()
    }
    assert set(answer["switchable"]) == policy.switchable


def test_every_cell_and_every_act_is_told_as_the_committed_matrix_has_it(told: Answer, tables: Matrix) -> None:
    answer = told.data["policyMatrix"]
    cells = {(one["purpose"], one["condition"], one["outcome"], one["rule"], one["search"]) for one in answer["cells"]}
    assert cells == {(row.purpose, row.condition, row.outcome, row.rule, row.search) for row in tables.items}
    assert len(answer["cells"]) == len(tables.items)
    acts = [(one["purpose"], one["action"], one["about"], one["condition"], one["rule"]) for one in answer["acts"]]
    assert sorted(acts) == sorted((row.purpose, row.action, row.about, row.condition, row.rule) for row in tables.acts)


def test_every_line_leads_to_the_rule_that_it_is_given_for(told: Answer) -> None:
    answer = told.data["policyMatrix"]
    lines = answer["text"].splitlines()
    for rule in answer["rules"]:
        assert lines[rule["line"] - 1].startswith(f'rule("{rule["id"]}"')
    for cell in answer["cells"]:
        assert f'"{cell["rule"]}"' in lines[cell["line"] - 1]


def test_every_item_that_a_cell_names_is_listed(told: Answer) -> None:
    answer = told.data["policyMatrix"]
    listed = {(one["record"], one["item"]) for one in answer["items"]}
    assert {(one["record"], one["item"]) for one in answer["cells"]} == listed


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_of_the_page_is_answered(shared_service: Service, name: str) -> None:
    answer = shared_service.ask("reviewer", QUESTIONS[name], ASKED_WITH[name])
    assert next(iter(answer.data.values())) is not None


@pytest.mark.holds("M08", "C-16")
@pytest.mark.parametrize(("query", "path"), [(MATRIX, "Query.policyMatrix"), (STATE, "Query.ledgerState")])
def test_each_look_is_in_the_ledger_once(shared_service: Service, query: str, path: str) -> None:
    before = len(shared_service.ledger())
    assert shared_service.ask("reviewer", query).data
    (entry,) = shared_service.ledger()[before:]
    assert (entry["kind"], entry["path"], entry["purpose"]) == ("LEDGER_READ", path, "ledger_review")


@pytest.mark.parametrize("caller", EVERYBODY_ELSE)
@pytest.mark.parametrize(("query", "field"), [(MATRIX, "policyMatrix"), (STATE, "ledgerState")])
def test_nobody_but_a_reviewer_looks_at_them(shared_service: Service, caller: str, query: str, field: str) -> None:
    before = len(shared_service.ledger())
    answer = shared_service.ask(caller, query)
    assert answer.codes == ["NOT_PERMITTED"]
    assert not (answer.json.get("data") or {}).get(field)
    (entry,) = shared_service.ledger()[before:]
    assert (entry["kind"], entry["code"]) == ("REFUSAL", "NOT_PERMITTED")


def test_the_state_tells_the_last_checkpoint_and_who_has_it(shared_service: Service) -> None:
    state = shared_service.ask("reviewer", STATE).data["ledgerState"]
    checkpoint, (place,) = state["checkpoint"], state["places"]
    assert state["size"] >= checkpoint["size"] > 0
    assert len(bytes.fromhex(checkpoint["root"])) == 32
    assert checkpoint["note"].startswith(f"{checkpoint['origin']}\n{checkpoint['size']}\n")
    assert place["name"].startswith("file:")
    assert place["size"] == checkpoint["size"]
