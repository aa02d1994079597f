"""Builders: whoever asks states all that the law wants, and every part can be said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from domain.certificates.composing import Person, composed
from domain.certificates.documents import Certifier, Document, Line, Printing
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import (
    CertificateRequest,
    CertifiedItem,
    IdentityVerification,
    Profession,
    Requester,
    RequesterKind,
)
from domain.residents import IDENTIFIERS, ResidentRecord, all_shown
from domain.values.dates import RegisterDate
from domain.values.identifiers import MunicipalityCode
from tests.domain.people import a_foreign_record, a_record, addressee

TODAY = date(2026, 11, 23)
MAYOR = Certifier("北海道架空市長", "架空　市長")
NAME, ADDRESS = "架空　花子", "北海道苫小牧市旭町4丁目5番6号"
"""Of the record that `tests.domain.people` builds."""

_TARGET = {"target_name": NAME, "target_address": ADDRESS}
_OTHER = {**_TARGET, "name": "見本　三郎", "address": "北海道架空市見本町1番地", "purpose_of_use": "債権の行使"}
_STATED: dict[RequesterKind, dict[str, Any]] = {
    RequesterKind.PERSON: {},
    RequesterKind.SAME_HOUSEHOLD: {"name": "架空　太郎"},
    RequesterKind.STATUTORY_AGENT: {"name": "架空　太郎", "has_proof_of_authority": True},
    RequesterKind.AGENT: {"name": "見本　三郎", "has_proof_of_authority": True},
    RequesterKind.OFFICIAL_REQUESTER: {
        **_TARGET,
        "name": "見本　四郎",
        "organ": "架空税務署",
        "official_title": "事務官",
        "purpose_of_use": "滞納処分",
    },
    RequesterKind.THIRD_PARTY_APPLICANT: _OTHER,
    RequesterKind.SPECIFIED_AFFAIRS_AGENT: {**_OTHER, "profession": Profession.ATTORNEY, "client": "見本　五郎"},
    RequesterKind.ISSUING_MAYOR: {"issuing_municipality": MunicipalityCode("011002")},
    RequesterKind.EX_OFFICIO: {},
}


def a_requester(kind: RequesterKind, **stated: Any) -> Requester:
    """Who asks, with all that she must state."""
    return Requester(**{"kind": kind, **_STATED[kind], **stated})


def a_request(
    kind: CertificateKind = CertificateKind.RESIDENT_RECORD_COPY,
    asks: RequesterKind = RequesterKind.PERSON,
    *items: CertifiedItem,
    **said: Any,
) -> CertificateRequest:
    """A request against which nothing stands; `requester` says otherwise what she states."""
    usual: dict[str, Any] = {
        "kind": kind,
        "subjects": (addressee(1),),
        "items": items or ((CertifiedItem.NAME,) if kind.has_chosen_items else ()),
        "identity_verification": IdentityVerification.INDIVIDUAL_NUMBER_CARD,
        "is_found_appropriate": True,
    }
    requester = a_requester(asks, **said.pop("requester", {}))
    return CertificateRequest(requester=requester, **{**usual, **said})


def a_person(record: ResidentRecord | None = None, *versions: dict[str, Any], **more: Any) -> Person:
    """Somebody all of whose items were shown; each version says what differs, and `valid_from`."""
    record = record or a_record()
    values = dict(zip(IDENTIFIERS, all_shown(record), strict=True))
    earlier = [{**values, "history_number": number, **said} for number, said in enumerate(versions, 1)]
    return replace(Person.of(record.addressee_number.value, values, earlier), **more)


def somebody(*, foreign: bool = False, closed: bool = False, **items: Any) -> Person:
    """A resident, or somebody who was one."""
    ceased = {"ceased_resident_on": RegisterDate("2025-06-30"), "change_reason": "国内転出"} if closed else {}
    return a_person((a_foreign_record if foreign else a_record)(**{**ceased, **items}))


def document(request: CertificateRequest, *people: Person) -> Document:
    """What is composed of them."""
    return composed(request, people, MAYOR, TODAY)


def lines(request: CertificateRequest, person: Person) -> Sequence[Line]:
    """What stands on it about one person."""
    return document(request, person).entries[0].lines


def printed(request: CertificateRequest, person: Person) -> dict[str, str | None]:
    """What is printed of one person, by label."""
    return {line.label: line.text for line in lines(request, person) if line.printing is Printing.PRINTED}


def omitted(request: CertificateRequest, person: Person) -> set[str]:
    """The labels of what says 省略."""
    return {line.label for line in lines(request, person) if line.printing is Printing.OMITTED}
