"""Why an item of a record is shown, masked or withheld: the rule, where it stands in the policy, its legal basis."""

from __future__ import annotations

from dataclasses import dataclass

from authz.callers import Profile
from authz.facts import Record
from authz.policy import Policy
from authz.policy_statements import statements


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one caller gets of an item, and why.

    `opens` says whether the record may be opened at all; `search` is the rule by which the caller may search by the
    item; `line` is where the policy says it, `declared` where the rule is listed with its legal basis.
    """

    item: str
    outcome: str
    opens: bool
    search: str
    rule: str
    line: int
    declared: int
    legal_basis: str
    text: str


def explain(policy: Policy, profile: Profile, facts: Record, item: str) -> Explanation:
    """Ask the policy, and find where it stands."""
    decision, search = policy.decide(profile, facts, item), policy.search(profile, item)
    rule = decision.rule
    line, declared = places(policy.text, rule.id, profile.purpose)
    opens = policy.opens(profile, facts)
    basis = rule.legal_basis, rule.text
    return Explanation(
        item, decision.outcome.value, opens, search.id if search else "", rule.id, line, declared, *basis
    )


def places(text: str, rule: str, purpose: str) -> tuple[int, int]:
    """The lines where the policy applies a rule (for this purpose, where it names purposes) and where it lists it."""
    wanted, named, declared = f'"{rule}"', f'"{purpose}"', 0
    applied: list[int] = []
    hers: list[int] = []
    for one in statements(text):
        words = [token.text for token in one.tokens]
        if one.is_proof or wanted not in words:
            continue
        at = words.index(wanted)
        if one.name == "rule":
            declared = one.tokens[at].line
        else:
            (hers if named in words[:at] else applied).append(one.tokens[at].line)
    return next(iter(hers or applied), declared), declared
