"""Why an item of a record is shown, masked or withheld: the rule, where it stands in the policy, its legal basis."""

from __future__ import annotations

import re
from dataclasses import dataclass

from authz.callers import Profile
from authz.facts import Record
from authz.policy import Policy
from authz.policy_text import without_proofs


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
    code = enumerate(re.sub(r"#.*", "", without_proofs(text)).splitlines(), 1)
    lines = {number: line for number, line in code if f'"{rule}"' in line}
    declared = next(number for number, line in lines.items() if line.startswith("rule("))
    applied = [number for number in lines if number != declared]
    hers = [number for number in applied if f'"{purpose}"' in _statement(text, number)]
    return next(iter(hers or applied), declared), declared


def _statement(text: str, line: int) -> str:
    """The statement that ends on or after this line, from its own beginning."""
    lines = text.splitlines()
    first = next(at for at in range(line, 0, -1) if re.match(r"\w", lines[at - 1]))
    return "\n".join(lines[first - 1 : line])
