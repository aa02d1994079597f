"""Who issues what to whom, as a table written by hand from domain law (住基法第12条から第15条の4まで), and complete.

Of every purpose, action, document, requester and combination of facts: whatever is not listed is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from authz.callers import Profile
from authz.facts import CertificateFacts, ResidentFacts, all_facts
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import RequesterKind
from tests.authz import policy_table

ACTIONS = ("issue", "inspect", "hand_over", "void", "see")

HERSELF = ("PERSON", "STATUTORY_AGENT", "AGENT")
OTHERS = ("THIRD_PARTY_APPLICANT", "SPECIFIED_AFFAIRS_AGENT")
COPIES = ("RESIDENT_RECORD_COPY", "RESIDENT_RECORD_ITEMS_CERTIFICATE")
CLOSED_COPIES = ("CLOSED_RESIDENT_RECORD_COPY", "CLOSED_RECORD_ITEMS_CERTIFICATE")
NOTICES = (
    *("RESIDENT_RECORD_CODE_NOTICE", "RESIDENT_RECORD_CODE_CHANGE_NOTICE"),
    "RESIDENT_RECORD_CODE_CORRECTION_NOTICE",
)

Issued = tuple[str, str, bool]
"""Document, who asks, and whether of a closed record."""


def _each(kinds: tuple[str, ...], requesters: tuple[str, ...], rule: str, *closed: bool) -> dict[Issued, str]:
    return dict.fromkeys(product(kinds, requesters, closed), rule)


ISSUED: Mapping[Issued, str] = {
    **_each(COPIES, (*HERSELF, "SAME_HOUSEHOLD"), "copy-to-residents", False),
    **_each(COPIES, ("OFFICIAL_REQUESTER",), "copy-to-organs", False),
    **_each(COPIES, OTHERS, "copy-to-others", False),
    **_each(CLOSED_COPIES, (*HERSELF, "OFFICIAL_REQUESTER", *OTHERS), "closed-copy", True),
    **_each(("WIDE_AREA_RESIDENT_RECORD_COPY",), ("ISSUING_MAYOR",), "wide-area-copy", False),
    **_each(
        ("MOVING_OUT_CERTIFICATE",), (*HERSELF, "SAME_HOUSEHOLD", "EX_OFFICIO"), "moving-out-certificate", False, True
    ),
    **_each(("MOVING_OUT_EQUIVALENT_CERTIFICATE",), (*HERSELF, "EX_OFFICIO"), "moving-out-certificate", True),
    **_each(NOTICES, ("EX_OFFICIO",), "code-notice", False),
}
"""The rule by which the register office issues it; nobody else does."""


INSPECTED = {"OFFICIAL_REQUESTER": "inspection-by-organs", "THIRD_PARTY_APPLICANT": "inspection-by-others"}
"""The same of the part of the register that is shown for inspection."""


class Asking(NamedTuple):
    """One question to the policy."""

    profile: Profile
    action: str
    facts: CertificateFacts


def certificates() -> Iterator[CertificateFacts]:
    """Every document for every requester: what is issued, of records with every combination of facts; and the book."""
    yield CertificateFacts()
    lawful = {(kind, requester) for kind, requester, _ in ISSUED}
    for kind, requester in product(map(str, CertificateKind), map(str, RequesterKind)):
        every = (kind, requester) in lawful or kind == "REGISTER_INSPECTION_COPY"
        for one in all_facts(ResidentFacts).values() if every else (ResidentFacts(), ResidentFacts(closed=True)):
            yield CertificateFacts(kind, requester, one.closed, one.protected, one.released, one.restricted)


def table() -> dict[Asking, str | None]:
    """Every question with the rule that answers it; None: refused."""
    return {Asking(*one): rule_of(*one) for one in product(callers(), ACTIONS, certificates())}


def callers() -> list[Profile]:
    """One for each purpose."""
    return list(map(policy_table.profile, policy_table.purposes()))


def rule_of(who: Profile, action: str, facts: CertificateFacts) -> str | None:
    stops = facts.restricted or (facts.protected and not facts.released)
    if action == "hand_over":
        return None if stops else "certificate-handed-over"
    if who.purpose != "resident_register":
        return None
    if action == "issue":
        return None if stops else ISSUED.get((facts.kind, facts.requester, facts.closed))
    if action == "inspect":
        return None if facts.closed or facts.protected or facts.restricted else INSPECTED.get(facts.requester)
    if action == "see":
        return None if facts.restricted else "certificates-seen"
    return "certificate-voided"
