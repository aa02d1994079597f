"""Who issues what to whom: the policy is the table, and says nothing that the law's own table does not."""

from __future__ import annotations

import pytest

from authz.callers import Profile
from authz.facts import CertificateFacts
from authz.policy import Policy, PolicyError
from domain.certificates.kinds import CertificateKind
from domain.certificates.law import legal_basis
from domain.certificates.requests import RequesterKind
from tests.authz import policy_table, probes
from tests.authz.certificate_table import ACTIONS, ISSUED, Asking, certificates, table
from tests.authz.policies import changed

REGISTER = policy_table.profile("resident_register")


@pytest.mark.holds("S1-05", "M23")
def test_every_document_is_issued_by_whom_and_to_whom_the_table_says_and_no_other(
    policy: Policy, failures: list[str]
) -> None:
    def answer(*asking: object) -> str | None:
        rule = policy.may(*asking)  # type: ignore[arg-type] # one question of the table
        return rule.id if rule else None

    wrong = policy_table.differences(table(), answer)
    assert not wrong, "\n" + "\n".join(wrong[:50])
    assert failures == []


@pytest.mark.holds("S1-05", "M23")
def test_the_policy_issues_exactly_what_an_article_lets_somebody_ask_for() -> None:
    by_law = {
        (kind.value, requester.value)
        for kind in CertificateKind
        for requester in RequesterKind
        if legal_basis(kind, requester)
    }
    assert {(kind, requester) for kind, requester, _ in ISSUED} == by_law


def test_nobody_issues_anything_for_a_purpose_of_another_department(policy: Policy) -> None:
    offers = policy_table.offers()
    foreign = [Profile(name, "resident_register") for name in offers if "resident_register" not in offers[name]]
    asked = [Asking(who, action, CertificateFacts(*one)) for who in foreign for action in ACTIONS for one in ISSUED]
    assert asked
    assert not any(policy.may(*one) for one in asked)


@pytest.mark.parametrize(
    ("old", "what"), [('["WIDE_AREA_RESIDENT_RECORD_COPY"]', "document"), ('["ISSUING_MAYOR"]', "requester")]
)
def test_a_policy_that_misspells_a_document_or_a_requester_refuses_the_start(old: str, what: str) -> None:
    with pytest.raises(PolicyError, match=f"unknown {what}"):
        Policy(changed(old, old.replace("R", "P", 1)))


def test_the_policy_reads_nothing_of_a_certificate_but_its_facts(policy: Policy) -> None:
    probes.READ.clear()
    for action in ACTIONS:
        for kind, requester, closed in ISSUED:
            for protected in (False, True):
                about = CertificateFacts(kind, requester, closed, protected)
                policy.may(probes.watched(REGISTER), action, probes.watched(about))
    assert {"kind", "requester", "closed", "protected", "released", "restricted", "purpose"} <= probes.READ


@pytest.mark.parametrize("name", ["kind", "requester", "closed", "protected", "released", "restricted"])
def test_a_null_in_the_facts_of_a_certificate_denies(name: str) -> None:
    about = CertificateFacts("RESIDENT_RECORD_COPY", "PERSON")
    policy = Policy.load()
    assert policy.may(REGISTER, "issue", about)
    odd = probes.answering(about, name, lambda: None)
    assert not any(policy.may(REGISTER, action, odd) for action in ACTIONS)


def test_the_table_asks_about_every_document_and_requester() -> None:
    asked = {(one.kind, one.requester) for one in certificates()}
    assert len(asked) == len(CertificateKind) * len(RequesterKind) + 1
