"""What stops a certificate by law: one function a rule, each giving what it finds.

The checks themselves, with their articles and texts, are in `obstacles`. A finding names inputs of the request, never a
value; what was not shown to who issues it equals nothing that was stated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.certificates import composing, earlier, law, obstacles, stated
from domain.certificates.composing import Person
from domain.certificates.kinds import CertificateKind
from domain.certificates.law import Standing
from domain.certificates.requests import (
    CertificateRequest,
    CertifiedItem,
    Delivery,
    IdentityVerification,
    RequesterKind,
)
from domain.findings import Check, Finding
from domain.values.dates import RegisterDate

_K, _R = CertificateKind, RequesterKind
Findings = Iterator[Finding]

_OTHERS = (_R.THIRD_PARTY_APPLICANT, _R.SPECIFIED_AFFAIRS_AGENT)
"""Who asks by 住基法第12条の3."""

_OF_MOVES = (_K.MOVING_OUT_CERTIFICATE, _K.MOVING_OUT_EQUIVALENT_CERTIFICATE)
_CARD_OR_PHOTOGRAPH = (IdentityVerification.INDIVIDUAL_NUMBER_CARD, IdentityVerification.PHOTO_IDENTIFICATION)


def findings_of(request: CertificateRequest, people: Sequence[Person], today: date) -> tuple[Finding, ...]:
    """Everything that stands against issuing this about these people today."""
    of_request = (finding for rule in _OF_REQUEST for finding in rule(request))
    of_people = (finding for rule in _OF_PEOPLE for finding in rule(request, people))
    return (*of_request, *of_people, *_move_out_day(request, people, today))


# Who may ask for what.


def _basis(request: CertificateRequest) -> Findings:
    if law.legal_basis(request.kind, request.requester.kind):
        return
    of_household = request.kind.is_of_closed_record and request.requester.kind is _R.SAME_HOUSEHOLD
    yield Finding(
        obstacles.CLOSED_RECORD_TO_PERSON_ONLY if of_household else obstacles.NO_LEGAL_BASIS, ("requester.kind",)
    )


def _appropriate(request: CertificateRequest) -> Findings:
    if request.requester.kind in _OTHERS and not request.is_found_appropriate:
        yield Finding(obstacles.NOT_FOUND_APPROPRIATE, ("is_found_appropriate",))


def _never_shown(request: CertificateRequest, people: Sequence[Person]) -> Findings:
    if not law.legal_basis(request.kind, request.requester.kind):
        return
    # Of which records it must be is another check; here only who asks, and for what.
    closed = request.kind.is_of_closed_record
    kinds_of_record = {person.foreign for person in people}
    for at, item in enumerate(request.items):
        standings = (
            law.standing(request.kind, request.requester.kind, item, foreign=foreign, closed=closed)
            for foreign in kinds_of_record
        )
        if Standing.NEVER in standings:
            yield Finding(obstacles.ITEM_NEVER_SHOWN, (f"items.{at}",))


# What who asks must state and show.


def _says_who(request: CertificateRequest) -> Findings:
    """Each kind of requester states what its article names."""
    asks = request.requester
    match asks.kind:
        case _R.SAME_HOUSEHOLD | _R.STATUTORY_AGENT | _R.AGENT:
            yield from _missing(obstacles.REQUESTER_NOT_STATED, request, "name")
        case _R.OFFICIAL_REQUESTER:
            yield from _missing(obstacles.ORGAN_NOT_STATED, request, "organ", "official_title", "name")
            if not asks.legal_basis:
                yield from _missing(obstacles.PURPOSE_NOT_STATED, request, "purpose_of_use")
        case _R.THIRD_PARTY_APPLICANT:
            yield from _missing(obstacles.REQUESTER_NOT_STATED, request, "name", "address")
            yield from _missing(obstacles.PURPOSE_NOT_STATED, request, "purpose_of_use")
        case _R.SPECIFIED_AFFAIRS_AGENT:
            yield from _missing(obstacles.REQUESTER_NOT_STATED, request, "name", "address")
            yield from _missing(obstacles.PROFESSION_NOT_STATED, request, "profession")
            yield from _missing(obstacles.PURPOSE_NOT_STATED, request, "purpose_of_use")
            if not asks.is_dispute_representation:
                yield from _missing(obstacles.CLIENT_NOT_STATED, request, "client")
        case _R.ISSUING_MAYOR:
            yield from _missing(obstacles.ISSUING_MUNICIPALITY_NOT_STATED, request, "issuing_municipality")
        case _:
            return


def _missing(check: Check, request: CertificateRequest, *names: str) -> Findings:
    """One finding, naming what was left out."""
    if left_out := tuple(f"requester.{name}" for name in names if not getattr(request.requester, name)):
        yield Finding(check, left_out)


def _identity(request: CertificateRequest) -> Findings:
    shown = request.identity_verification
    wide_area = request.requester.kind is _R.ISSUING_MAYOR
    lacks = shown not in _CARD_OR_PHOTOGRAPH if wide_area else shown is IdentityVerification.NONE
    if lacks and request.requester.kind is not _R.EX_OFFICIO:
        yield Finding(obstacles.IDENTITY_NOT_VERIFIED, ("identity_verification",))


def _authority(request: CertificateRequest) -> Findings:
    if request.requester.kind.acts_for_another and not request.requester.has_proof_of_authority:
        yield Finding(obstacles.NO_PROOF_OF_AUTHORITY, ("requester.has_proof_of_authority",))


def _delivery(request: CertificateRequest) -> Findings:
    """Of a statutory agent the law asks no more than of the person herself."""
    voluntary = request.requester.kind is _R.AGENT
    if voluntary and request.delivery is not Delivery.MAIL_TO_RESIDENT and _carries_number(request):
        yield Finding(obstacles.BY_MAIL_TO_RESIDENT_ONLY, ("delivery",))


def _carries_number(request: CertificateRequest) -> bool:
    return CertifiedItem.INDIVIDUAL_NUMBER in law.printable(request)


def _target(request: CertificateRequest, people: Sequence[Person]) -> Findings:
    """Others state whose record they ask for, and it is that one."""
    asks = request.requester
    if asks.kind is not _R.OFFICIAL_REQUESTER and asks.kind not in _OTHERS:
        return
    missing = tuple(_missing(obstacles.TARGET_NOT_STATED, request, "target_name", "target_address"))
    yield from missing
    if missing or not people:
        return
    values, versions = people[0].values, people[0].versions
    same = {
        "requester.target_name": stated.is_name_of(asks.target_name or "", values, versions),
        "requester.target_address": stated.is_address_of(asks.target_address or "", values, versions),
    }
    if differing := tuple(name for name, is_same in same.items() if not is_same):
        yield Finding(obstacles.TARGET_DIFFERS, differing)


# The records.


def _closed_or_not(request: CertificateRequest, people: Sequence[Person]) -> Findings:
    wrong = [person for person in people if person.closed is not request.kind.is_of_closed_record]
    if wrong:
        yield Finding(obstacles.RECORD_IS_CLOSED if wrong[0].closed else obstacles.RECORD_IS_NOT_CLOSED, ("subjects",))


def _one_household(request: CertificateRequest, people: Sequence[Person]) -> Findings:
    if len({person.values["household_number"] for person in people}) > 1:
        yield Finding(obstacles.MORE_THAN_ONE_HOUSEHOLD, ("subjects",))


def _one_person(request: CertificateRequest, people: Sequence[Person]) -> Findings:
    kind, asks = request.kind, request.requester.kind
    of_one = kind.is_notice_of_code or asks in _OTHERS or (kind.is_of_closed_record and asks.is_herself)
    if of_one and len(people) > 1:
        yield Finding(obstacles.ONE_PERSON_ONLY, ("subjects",))


def _move_out_notified(request: CertificateRequest, people: Sequence[Person]) -> Findings:
    wanted = request.kind is _K.MOVING_OUT_CERTIFICATE
    if wanted and not all(_plan(person) or person.values.get("planned_move_out_address") for person in people):
        yield Finding(obstacles.NO_MOVE_OUT_NOTIFIED, ("subjects",))


def _move_out_day(request: CertificateRequest, people: Sequence[Person], today: date) -> Findings:
    """A resident whose day has passed is none any more, though her record is still open (標準仕様書1.0 1.1.5)."""
    plans = (_plan(person) for person in people if not person.closed)
    days = (str(plan["changed_on"]) for plan in plans if plan and plan["changed_on"])
    overdue = any(RegisterDate.as_registered(day).latest < today for day in days)
    if overdue and request.kind is not _K.MOVING_OUT_CERTIFICATE:
        yield Finding(obstacles.MOVE_OUT_DAY_HAS_PASSED, ("subjects",))


def _plan(person: Person) -> earlier.Version | None:
    return earlier.planned_move_out(person.values, earlier.one_after_another(person.versions))


# The form.


def _form(request: CertificateRequest) -> Findings:
    if request.kind.has_chosen_items and not request.items:
        yield Finding(obstacles.NOTHING_CHOSEN, ("items",))
    if request.omit_building_line and not request.kind.has_chosen_items:
        yield Finding(obstacles.BUILDING_LINE_ALWAYS_SHOWN, ("omit_building_line",))


def _not_on_it(request: CertificateRequest) -> Findings:
    """Histories are of copies; a list of everybody, of residents; each mark, of its own documents."""
    copy_or_items = request.kind in composing.COPIES or request.kind.has_chosen_items
    of_residents = copy_or_items and not request.kind.is_of_closed_record
    allowed = {
        "with_history": request.kind in composing.WITH_HISTORY,
        "in_one_list": of_residents or request.kind in _OF_MOVES,
        "whole_household": of_residents or request.kind is _K.MOVING_OUT_CERTIFICATE,
        "marked_official": copy_or_items,
        "special_move_in": request.kind is _K.MOVING_OUT_CERTIFICATE,
    }
    if names := tuple(name for name, is_allowed in allowed.items() if getattr(request, name) and not is_allowed):
        yield Finding(obstacles.NOT_ON_THIS_DOCUMENT, names)


_OF_REQUEST = (_basis, _appropriate, _says_who, _identity, _authority, _delivery, _form, _not_on_it)
_OF_PEOPLE = (_never_shown, _target, _closed_or_not, _one_household, _one_person, _move_out_notified)
