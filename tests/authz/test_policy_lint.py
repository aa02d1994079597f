"""policies.polar keeps to the lint, and each rule of the lint finds what it is for."""

from __future__ import annotations

import pytest

from authz.review import lint
from authz.review.lint import LINT, heads
from tests.authz.policies import TEXT


@pytest.mark.holds("E-02")
@pytest.mark.parametrize("rule", LINT, ids=lambda rule: rule.__name__)
def test_the_policy_keeps_to_the_lint(rule: object) -> None:
    assert list(rule(TEXT)) == []  # type: ignore[operator] # one of the lint's functions


def test_the_lint_reads_every_rule_of_the_policy() -> None:
    names = [name for _, name, _ in heads(TEXT)]
    assert names.count("purpose") == 20
    assert names.count("says") == TEXT.count("\nsays(") >= 5
    assert names.count("allow") == TEXT.count("\nallow(") >= 5
    assert set(lint.TYPES) <= set(names)


@pytest.mark.holds("E-02")
@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("untyped", 'allow(caller, "open", record: Record);'),
        ("untyped", 'allow(_, "open", record: Record);'),
        ("untyped", 'allow(caller: Caller, "open", record) if record.closed;'),
        ("untyped", 'says(caller: Caller, _: Record, item, "SHOWN", "transfer");'),
        ("untyped", 'says(caller: Caller, _: Record, _, "SHOWN", "transfer");'),
        ("untyped", 'says(caller: Resident, _: Record, "full_name", "SHOWN", "transfer");'),
        ("untyped", 'search(caller: Caller, item, "search-what-is-shown") if caller.purpose = "election";'),
        ("untyped", "hidden(record) if record.protected;"),
        ("untyped", 'a_rule_of_the_city(caller) if caller.purpose = "election";'),
        ("untyped", 'opens("election", record);'),
        ("misnamed", 'opens("election", caller: Record);'),
        ("misnamed", "seen(record: Caller, item: String, rule);"),
        ("compares_nulls", 'allow(caller: Caller, "open", record: Record) if caller.department = record.closed;'),
        ("compares_nulls", 'opens("election", record: Record) if record.closed == record.protected;'),
        ("compares_nulls", "opens(code, record: Record) if code != record.released;"),
        ("wildcards", 'sees("election", _, "transfer");'),
        ("wildcards", 'sees_items("election", ["*"], "transfer");'),
        ("wildcards", 'department(_, ["local_tax"]);'),
        ("wildcards", "free_search(_anybody);"),
        ("wildcards", 'sees("election", [_], "transfer");'),
        ("unfounded", 'rule("new-rule", "", "何か");\nsees("election", ["base"], "new-rule");'),
        ("unfounded", 'rule("new-rule", "住基法第1条", "");\nsees("election", ["base"], "new-rule");'),
        ("unfounded", 'rule("new-rule", "住基法第1条", "何か");'),
        ("unfounded", 'rule("transfer", "住基法第1条", "何か");'),
    ],
)
def test_the_lint_finds_what_it_is_for(rule: str, broken: str) -> None:
    assert list(getattr(lint, rule)(f"{TEXT}\n{broken}\n"))


def test_the_lint_lets_proofs_and_comments_be() -> None:
    fine = '# a.b = c.d, untyped(caller)\n?= not allow(1, "open", 2);\n'
    assert not [finding for rule in LINT for finding in rule(TEXT + fine)]
