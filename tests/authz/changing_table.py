"""Who may do what with which notification, as a table written by hand from the law and the standard, and complete.

Of every purpose, action, kind of procedure and maker: whatever is not listed is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from authz.callers import Profile
from authz.facts import NotificationFacts
from authz.policy import Policy
from tests.authz import policy_table

ACTIONS = ("notify", "approve", "withdraw", "see", "protect")
MATTERS = {
    "election": "electoral_roll_registration",
    "national_health_insurance": "national_health_insurance_eligibility",
    "late_stage_elderly_care": "late_stage_elderly_care_eligibility",
    "long_term_care": "long_term_care_insurance_eligibility",
    "national_pension": "national_pension_eligibility",
    "child_welfare": "child_allowance_eligibility",
}
"""Of the six 個別事項, who records each."""

BY_BOTH = ("placeRestriction", "applyForSupportMeasure")
BY_THE_OFFICER = (
    *("releaseRestriction", "liftRestriction", "decideSupportMeasure"),
    *("refuseSupportMeasure", "extendSupportMeasure", "endSupportMeasure"),
)
"""抑止 and 支援措置: what the register office may do on the spot, and what is the responsible officer's alone."""

AT_ONCE = ("recordMatter", "recordCardState")
"""What needs no second person."""

OTHERS = ("moveIn", "moveWithin", "changeIndividualNumber", "reverse", "recordCardState")


class Asking(NamedTuple):
    """One question to the policy."""

    profile: Profile
    action: str
    facts: NotificationFacts


def notifications() -> Iterator[NotificationFacts]:
    """Every kind of notification, by who asks and by somebody else."""
    for own in (True, False):
        yield from (NotificationFacts(procedure, own) for procedure in (*OTHERS, *BY_BOTH, *BY_THE_OFFICER))
        yield from (NotificationFacts("recordMatter", own, matter) for matter in ("", *MATTERS.values()))


def table() -> dict[Asking, str | None]:
    """Every question with the rule that answers it; None: refused."""
    asked = product(policy_table.profiles(), ACTIONS, notifications())
    return {Asking(*one): rule_of(*one) for one in asked}


def allowed_changes(policy: Policy) -> set[tuple[Asking, str]]:
    """What the policy allows, each with its rule."""
    answers = ((asking, policy.may(*asking)) for asking in table())
    return {(asking, rule.id) for asking, rule in answers if rule}


def rule_of(who: Profile, action: str, facts: NotificationFacts) -> str | None:
    notifies = _notifies(who.purpose, facts)
    if action == "notify":
        return notifies
    if action == "notify_alone":
        return notifies if facts.procedure in AT_ONCE else None
    if action == "protect":
        return "protection-recorded" if _protects(who.purpose, facts.procedure) else None
    if action == "approve":
        told_all = not who.switched_off & {"number", "code", "residence_status"}
        return "second-person" if who.purpose == "resident_register" and not facts.own and told_all else None
    if who.purpose == "resident_register" or (facts.own and notifies):
        return {"withdraw": "provisional-withdrawn", "see": "provisional-unseen"}[action]
    return None


def _notifies(purpose: str, facts: NotificationFacts) -> str | None:
    if purpose == "resident_register":
        return "register-changes"
    if facts.procedure == "recordMatter" and MATTERS.get(purpose) == (facts.matter or "none"):
        return "matter-recorded"
    return None


def _protects(purpose: str, procedure: str) -> bool:
    by_the_register = purpose == "resident_register" and procedure in BY_BOTH
    return by_the_register or (purpose == "support_measures" and procedure in BY_BOTH + BY_THE_OFFICER)
