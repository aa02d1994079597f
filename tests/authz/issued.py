"""People whose every item says which it is, and certificates asked of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from authz.changing import Wish
from authz.issuing import IssuedAnswer, Issuing
from authz.runs import Asked
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import (
    CertificateRequest,
    CertifiedItem,
    Delivery,
    IdentityVerification,
    Profession,
    Requester,
    RequesterKind,
)
from domain.values.identifiers import MunicipalityCode
from tests.authz.fakes import FakeResidents, FakeVersions, Held
from tests.authz.visits import Street, done
from tests.domain.people import addressee
from tests.village import HOME_1, household_number, number_of

FIELD = Asked("Mutation.issueCertificate")
NAME, ADDRESS = "見本　証子", HOME_1
NUMBER, CODE = "644678155351", "16004598419"
DATES = {
    "date_of_birth": "1950-03-31",
    "became_resident_on": "1981-04-02",
    "address_established_on": "1999-09-09",
    "notified_on": "1999-09-10",
    "changed_on": "1999-09-09",
}
TEXTS = (
    *("name_reading", "householder_name", "registered_domicile", "family_register_head", "building_line"),
    *("previous_address", "electoral_roll_registration", "national_health_insurance_eligibility"),
    *("late_stage_elderly_care_eligibility", "long_term_care_insurance_eligibility", "national_pension_eligibility"),
    *("child_allowance_eligibility", "former_surname", "former_surname_reading"),
)
OF_FOREIGNERS = (
    *("nationality_or_region", "foreign_resident_category", "status_of_residence", "period_of_stay"),
    "residence_card_number",
)
"""Items whose value is their own name, so that each is known wherever it stands."""


def a_resident(nth: int, home: int = 1, facts: int = 0, **items: object) -> Held:
    """A Japanese resident with every item; closed where the facts say so."""
    closed = {"ceased_resident_on": "2025-06-30", "change_reason": "転出（国内）"} if facts & 1 else {}
    said = {name: f"の{name}" for name in TEXTS}
    usual: dict[str, object] = {
        "addressee_number": number_of(nth),
        "household_number": household_number(home),
        "full_name": NAME,
        "sex": "FEMALE",
        "current_address": ADDRESS,
        "relationship_to_householder": "世帯主",
        "individual_number": NUMBER,
        "resident_record_code": CODE,
        "change_reason": "転居",
    }
    return Held(number_of(nth), facts, {**usual, **DATES, **said, **closed, **items}, {}, household_number(home))


def a_foreign_resident(nth: int, home: int = 1, facts: int = 0, **items: object) -> Held:
    """A foreign resident with every item."""
    of_japanese = ("registered_domicile", "family_register_head", "became_resident_on", "electoral_roll_registration")
    blank: dict[str, object] = dict.fromkeys((*of_japanese, "former_surname", "former_surname_reading"))
    said = {name: f"の{name}" for name in OF_FOREIGNERS}
    foreign = {"became_foreign_resident_on": "2012-07-09", "period_of_stay_expires_on": "2030-01-31"}
    return a_resident(nth, home, facts, **{**blank, **said, **foreign, "alias_history": ("の通称",), **items})


def village(street: Street, *people: Held) -> Street:
    """The street with these people in it."""
    street.residents, street.versions = FakeResidents(people), FakeVersions()
    return street


def a_requester(kind: str, **given: Any) -> Requester:
    """Somebody who states all that anybody must."""
    usual: dict[str, Any] = {
        "name": "請求　太郎",
        "address": "北海道札幌市中央区北1条西1丁目",
        "organ": "架空省",
        "official_title": "係長",
        "profession": Profession.ATTORNEY,
        "client": "依頼　花子",
        "issuing_municipality": MunicipalityCode("011002"),
        "has_proof_of_authority": True,
        "target_name": NAME,
        "target_address": ADDRESS,
        "purpose_of_use": "訴訟の提起",
        "legal_basis": "架空法第1条",
    }
    return Requester(kind=RequesterKind(kind), **(usual | given))


def a_request(
    requester: str | Requester = "PERSON",
    *subjects: int,
    kind: str = "RESIDENT_RECORD_COPY",
    items: Iterable[str] = (),
    **given: Any,
) -> CertificateRequest:
    """A request that nothing stands against, of the first person unless others are named."""
    usual: dict[str, Any] = {
        "identity_verification": IdentityVerification.INDIVIDUAL_NUMBER_CARD,
        "is_found_appropriate": True,
        "delivery": Delivery.COUNTER,
    }
    return CertificateRequest(
        kind=CertificateKind(kind),
        subjects=tuple(addressee(nth) for nth in subjects or (1,)),
        requester=requester if isinstance(requester, Requester) else a_requester(requester),
        items=tuple(CertifiedItem(item) for item in items),
        **(usual | given),
    )


def issue(
    street: Street, request: CertificateRequest, *acknowledge: str, key: str = "key-1", **who: Any
) -> IssuedAnswer:
    """What is answered to it at the register office, or to whom else `who` describes."""
    visit = street.visit(who.pop("purpose", "resident_register"), **who)
    street.visits.append(visit)
    return done(Issuing(visit).issue(FIELD, lambda: request, Wish(key, frozenset(acknowledge))))


def codes(answer: IssuedAnswer) -> list[str]:
    """The codes of what was found."""
    return [one["code"] for one in answer.findings]


def on_paper(street: Street) -> str:
    """Everything that the press was given."""
    written = [list(document.texts()) for document in street.press.documents]
    return json.dumps(written, ensure_ascii=False)
