"""What `daicho policy check` and `explain` tell: lines, reasons, and what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.facts import ResidentFacts, all_facts
from authz.policy import Policy
from authz.review.checking import findings
from authz.review.explaining import explain
from domain.items import RESIDENT_ITEMS
from tests.authz import policy_table
from tests.authz.policies import TEXT, changed

POLICY = Policy(TEXT)


def line_of(found: str) -> int:
    return TEXT[: TEXT.index(found)].count("\n") + 1


def test_nothing_is_found_in_the_policy_that_comes_with_daicho() -> None:
    assert findings(TEXT) == []


@pytest.mark.holds("E-01", "E-02")
@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('rule("transfer"', 'rule("transfr"', "unknown rule: transfer"),
        ("record.closed and\n    transferee", "record.close and\n    transferee", "there is no record.close"),
        ('sees("election", ["base"]', 'sees("elections", ["base"]', "unknown purpose: elections"),
        ("offered(department, code) if department(", "offered(department, code) if departmen(", "departmen"),
        ('(caller: Caller, _: Record, item: String, "SHOWN"', '(caller, _: Record, item: String, "SHOWN"', "caller"),
        ('sees("election", ["base"]', 'sees(_, ["base"]', "sees: _"),
        ('"住基法第12条の4"', '""', "wide-area-copy has no legal basis"),
        ('"MASKED", "number-masked")', '"SHOWN", "number-masked")', "proofs of the policy fail"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_what_to_do(old: str, new: str, what: str) -> None:
    broken = changed(old, new)
    found = findings(broken)
    assert any(what in one.what and 0 < one.line <= broken.count("\n") for one in found), found
    assert all(one.advice and one.advice_ja for one in found)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    broken = changed('"住基法第12条の4"', '""').replace('sees("election", ["base"]', 'sees(_, ["base"]')
    assert len({one.line for one in findings(broken)}) >= 2


def test_an_explanation_names_the_rule_its_lines_and_its_legal_basis() -> None:
    why = explain(POLICY, policy_table.profile("local_tax"), ResidentFacts(protected=True), "current_address")
    assert (why.outcome, why.rule, why.opens) == ("WITHHELD", "protected-whereabouts", True)
    assert why.line == line_of('"WITHHELD", "protected-whereabouts"')
    assert why.declared == line_of('rule("protected-whereabouts"')
    assert "支援措置" in why.legal_basis


def test_an_explanation_leads_to_the_line_of_the_purpose_where_several_use_the_rule() -> None:
    why = explain(POLICY, policy_table.profile("national_pension"), ResidentFacts(), "national_pension_eligibility")
    assert why.line == line_of('sees("national_pension"')


@given(
    st.sampled_from(policy_table.profiles()),
    st.sampled_from(list(all_facts(ResidentFacts).values())),
    st.sampled_from(sorted(RESIDENT_ITEMS)),
)
def test_an_explanation_is_what_is_decided(who: object, facts: ResidentFacts, item: str) -> None:
    why = explain(POLICY, who, facts, item)  # type: ignore[arg-type] # a profile of the table
    decision = POLICY.decide(who, facts, item)  # type: ignore[arg-type] # the same
    assert (why.outcome, why.rule) == (decision.outcome.value, decision.rule.id)
    assert why.rule == "default" or f'"{why.rule}"' in TEXT.splitlines()[why.line - 1]
