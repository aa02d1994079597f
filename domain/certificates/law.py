"""What the Resident Register Act lets whom have of a record, as data: route by route, with its article.

The Act names items by their number in 第7条 (for foreign residents also 第30条の45): 第1号-第3号 and 第6号-第8号 are
basic and always shown; 第4号, 第5号, 第9号-第12号 and 第14号 stay off unless specially requested (第12条第5項), or
approved where others ask (第12条の3第7項); 第8号の2 (個人番号) and 第13号 (住民票コード) never go to others. 第30条の51
reads the same articles for foreign residents. What no route lists is never shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import CertificateRequest, CertifiedItem, RequesterKind

_I, _K, _R = CertifiedItem, CertificateKind, RequesterKind
_Items = frozenset[CertifiedItem]


class Standing(StrEnum):
    """How an item stands to who asks for a document: shown in any case, if she asks, if it is approved too, or never.

    `NOT_OF_RECORD` is an item that such a record cannot have (住基法第30条の45, 第15条の2).
    """

    ALWAYS = "ALWAYS"
    ON_REQUEST = "ON_REQUEST"
    ON_APPROVAL = "ON_APPROVAL"
    NEVER = "NEVER"
    NOT_OF_RECORD = "NOT_OF_RECORD"


RECORD_ITEMS: Mapping[CertifiedItem, tuple[str, ...]] = MappingProxyType(
    {
        _I.NAME: ("full_name",),
        _I.NAME_READING: ("name_reading",),
        _I.DATE_OF_BIRTH: ("date_of_birth",),
        _I.SEX: ("sex",),
        _I.HOUSEHOLDER_AND_RELATIONSHIP: ("householder_name", "relationship_to_householder"),
        _I.REGISTERED_DOMICILE: ("registered_domicile", "family_register_head"),
        _I.BECAME_RESIDENT_ON: ("became_resident_on",),
        _I.ADDRESS: ("current_address", "building_line", "address_established_on"),
        _I.NOTIFICATION_AND_PREVIOUS_ADDRESS: ("notified_on", "previous_address"),
        _I.INDIVIDUAL_NUMBER: ("individual_number",),
        _I.ELECTORAL_ROLL: ("electoral_roll_registration",),
        _I.NATIONAL_HEALTH_INSURANCE: ("national_health_insurance_eligibility",),
        _I.LATE_STAGE_ELDERLY_CARE: ("late_stage_elderly_care_eligibility",),
        _I.LONG_TERM_CARE_INSURANCE: ("long_term_care_insurance_eligibility",),
        _I.NATIONAL_PENSION: ("national_pension_eligibility",),
        _I.CHILD_ALLOWANCE: ("child_allowance_eligibility",),
        _I.RESIDENT_RECORD_CODE: ("resident_record_code",),
        _I.FORMER_SURNAME: ("former_surname", "former_surname_reading"),
        _I.ALIAS: ("alias_history",),
        _I.ALIAS_HISTORY: ("alias_history",),
        _I.BECAME_FOREIGN_RESIDENT_ON: ("became_foreign_resident_on",),
        _I.NATIONALITY_OR_REGION: ("nationality_or_region",),
        _I.FOREIGN_RESIDENT_CATEGORY: ("foreign_resident_category",),
        _I.STATUS_OF_RESIDENCE: ("status_of_residence",),
        _I.PERIOD_OF_STAY: ("period_of_stay",),
        _I.PERIOD_OF_STAY_EXPIRES_ON: ("period_of_stay_expires_on",),
        _I.RESIDENCE_CARD_NUMBER: ("residence_card_number",),
        _I.CLOSING: (
            "change_reason",
            "changed_on",
            "ceased_resident_on",
            "planned_move_out_address",
            "confirmed_move_out_address",
        ),
    }
)
"""The items of `domain.items` that each stands for, in the order in which they are printed.

`CLOSING` is 消除事由, its day and 転出先; on a moving-out certificate 転出先 and 転出の予定年月日 (`changed_on`).
"""

OF_JAPANESE_ONLY: _Items = frozenset(
    {_I.REGISTERED_DOMICILE, _I.BECAME_RESIDENT_ON, _I.ELECTORAL_ROLL, _I.FORMER_SURNAME}
)
"""第7条第5号, 第6号, 第9号, which 第30条の45 takes out, and 旧氏 (令第30条の13)."""

STANDING_OF_FOREIGNERS: _Items = frozenset(
    {
        _I.NATIONALITY_OR_REGION,
        _I.FOREIGN_RESIDENT_CATEGORY,
        _I.STATUS_OF_RESIDENCE,
        _I.PERIOD_OF_STAY,
        _I.PERIOD_OF_STAY_EXPIRES_ON,
        _I.RESIDENCE_CARD_NUMBER,
    }
)
"""国籍等 and the items of each category (第30条の45)."""

OF_FOREIGNERS_ONLY: _Items = STANDING_OF_FOREIGNERS | {_I.BECAME_FOREIGN_RESIDENT_ON, _I.ALIAS, _I.ALIAS_HISTORY}

IDENTITY: _Items = frozenset({_I.NAME, _I.NAME_READING, _I.DATE_OF_BIRTH, _I.SEX})
"""第7条第1号-第3号."""

BASICS: _Items = IDENTITY | {
    _I.BECAME_RESIDENT_ON,
    _I.BECAME_FOREIGN_RESIDENT_ON,
    _I.ADDRESS,
    _I.NOTIFICATION_AND_PREVIOUS_ADDRESS,
}
"""基礎証明事項 (第12条の3第1項): 第1号-第3号, 第6号-第8号; 外国人住民となった年月日 for foreign residents."""

NUMBERS: _Items = frozenset({_I.INDIVIDUAL_NUMBER, _I.RESIDENT_RECORD_CODE})
"""第8号の2 and 第13号."""

ELIGIBILITIES: _Items = frozenset(
    {
        _I.NATIONAL_HEALTH_INSURANCE,
        _I.LATE_STAGE_ELDERLY_CARE,
        _I.LONG_TERM_CARE_INSURANCE,
        _I.NATIONAL_PENSION,
        _I.CHILD_ALLOWANCE,
    }
)
"""第10号-第11号の2."""

BY_ORDINANCE: _Items = frozenset({_I.FORMER_SURNAME, _I.ALIAS, _I.ALIAS_HISTORY})
"""第14号 (令第30条の13, 第30条の16)."""

BEYOND_BASICS: _Items = (
    frozenset({_I.HOUSEHOLDER_AND_RELATIONSHIP, _I.REGISTERED_DOMICILE, _I.ELECTORAL_ROLL})
    | ELIGIBILITIES
    | BY_ORDINANCE
    | STANDING_OF_FOREIGNERS
)
"""第4号, 第5号, 第9号-第12号, 第14号, and 国籍等 with the category's items (第30条の51)."""

_CLOSING: _Items = frozenset({_I.CLOSING})
_NOTHING: _Items = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """What an article lets somebody have; `article` is the legal basis that the issuance book keeps."""

    article: str
    always: _Items
    on_request: _Items = _NOTHING
    on_approval: _Items = _NOTHING

    def standing(self, item: CertifiedItem) -> Standing:
        """How an item stands on this route."""
        if item in self.always:
            return Standing.ALWAYS
        if item in self.on_request:
            return Standing.ON_REQUEST
        return Standing.ON_APPROVAL if item in self.on_approval else Standing.NEVER

    def of_closed(self, article: str) -> Route:
        """The same of a 除票, which also says when and why it was closed (第15条の4)."""
        return Route(article, self.always | _CLOSING, self.on_request, self.on_approval)

    def of_chosen(self) -> Route:
        """The same for a certificate of items, on which nothing stands that was not chosen."""
        return Route(self.article, _NOTHING, self.always | self.on_request, self.on_approval)


_OWN = Route("住基法第12条第1項", BASICS, BEYOND_BASICS | NUMBERS)
_OFFICIAL = Route("住基法第12条の2第1項", BASICS, BEYOND_BASICS)
_OF_OTHERS = Route("住基法第12条の3第1項", BASICS, on_approval=BEYOND_BASICS)
_OF_PROFESSIONS = Route("住基法第12条の3第2項", BASICS, on_approval=BEYOND_BASICS)
_WIDE_AREA = Route(
    "住基法第12条の4第1項",
    BASICS,
    NUMBERS | STANDING_OF_FOREIGNERS | {_I.HOUSEHOLDER_AND_RELATIONSHIP},
)

_OF_RECORD: Mapping[RequesterKind, Route] = {
    _R.PERSON: _OWN,
    _R.SAME_HOUSEHOLD: _OWN,
    _R.STATUTORY_AGENT: _OWN,
    _R.AGENT: _OWN,
    _R.OFFICIAL_REQUESTER: _OFFICIAL,
    _R.THIRD_PARTY_APPLICANT: _OF_OTHERS,
    _R.SPECIFIED_AFFAIRS_AGENT: _OF_PROFESSIONS,
}

# 除票には同一世帯の者がない: only the person herself, and who acts for her.
_OF_CLOSED_RECORD: Mapping[RequesterKind, Route] = {
    _R.PERSON: _OWN.of_closed("住基法第15条の4第1項"),
    _R.STATUTORY_AGENT: _OWN.of_closed("住基法第15条の4第1項"),
    _R.AGENT: _OWN.of_closed("住基法第15条の4第1項"),
    _R.OFFICIAL_REQUESTER: _OFFICIAL.of_closed("住基法第15条の4第2項"),
    _R.THIRD_PARTY_APPLICANT: _OF_OTHERS.of_closed("住基法第15条の4第3項"),
    _R.SPECIFIED_AFFAIRS_AGENT: _OF_PROFESSIONS.of_closed("住基法第15条の4第4項"),
}

_MOVING_OUT_ITEMS: _Items = (
    IDENTITY
    | NUMBERS
    | ELIGIBILITIES
    | BY_ORDINANCE
    | STANDING_OF_FOREIGNERS
    | _CLOSING
    | {_I.HOUSEHOLDER_AND_RELATIONSHIP, _I.REGISTERED_DOMICILE, _I.ADDRESS, _I.BECAME_FOREIGN_RESIDENT_ON}
)
"""令第23条第2項: all of it, whoever of the household moves."""

_MOVING_OUT = Route("住基法施行令第23条第1項, 第24条", _MOVING_OUT_ITEMS)
_MOVING_OUT_EQUIVALENT = Route("標準仕様書1.0 4.1.3.0.3", _MOVING_OUT_ITEMS)

_TOLD_WITH_CODE: _Items = frozenset({_I.NAME, _I.DATE_OF_BIRTH, _I.SEX, _I.ADDRESS, _I.RESIDENT_RECORD_CODE})


def _notice(article: str) -> Mapping[RequesterKind, Route]:
    return {_R.EX_OFFICIO: Route(article, _TOLD_WITH_CODE)}


def _chosen(routes: Mapping[RequesterKind, Route]) -> Mapping[RequesterKind, Route]:
    return {requester: route.of_chosen() for requester, route in routes.items()}


ROUTES: Mapping[CertificateKind, Mapping[RequesterKind, Route]] = MappingProxyType(
    {
        _K.RESIDENT_RECORD_COPY: _OF_RECORD,
        _K.RESIDENT_RECORD_ITEMS_CERTIFICATE: _chosen(_OF_RECORD),
        _K.CLOSED_RESIDENT_RECORD_COPY: _OF_CLOSED_RECORD,
        _K.CLOSED_RECORD_ITEMS_CERTIFICATE: _chosen(_OF_CLOSED_RECORD),
        _K.MOVING_OUT_CERTIFICATE: dict.fromkeys(
            (_R.PERSON, _R.SAME_HOUSEHOLD, _R.STATUTORY_AGENT, _R.AGENT, _R.EX_OFFICIO), _MOVING_OUT
        ),
        _K.MOVING_OUT_EQUIVALENT_CERTIFICATE: dict.fromkeys(
            (_R.PERSON, _R.STATUTORY_AGENT, _R.AGENT, _R.EX_OFFICIO), _MOVING_OUT_EQUIVALENT
        ),
        _K.RESIDENT_RECORD_CODE_NOTICE: _notice("住基法第30条の3第3項"),
        _K.RESIDENT_RECORD_CODE_CHANGE_NOTICE: _notice("住基法第30条の4第4項"),
        _K.RESIDENT_RECORD_CODE_CORRECTION_NOTICE: _notice("標準仕様書1.0 4.3.3"),
        _K.WIDE_AREA_RESIDENT_RECORD_COPY: {_R.ISSUING_MAYOR: _WIDE_AREA},
    }
)
"""Who may ask for which document, by which article. A copy for inspection is nobody's to ask for so (第11条)."""


def standing(
    kind: CertificateKind, requester_kind: RequesterKind, item: CertifiedItem, *, foreign: bool, closed: bool
) -> Standing:
    """How an item of such a record stands to who asks for this kind of document; `NEVER` where no article lets her."""
    route = ROUTES.get(kind, {}).get(requester_kind)
    if route is None or kind.is_of_closed_record is not closed:
        return Standing.NEVER
    if item in (OF_JAPANESE_ONLY if foreign else OF_FOREIGNERS_ONLY):
        return Standing.NOT_OF_RECORD
    if item is _I.CLOSING and not closed and kind is not _K.MOVING_OUT_CERTIFICATE:
        return Standing.NOT_OF_RECORD
    return route.standing(item)


def legal_basis(kind: CertificateKind, requester_kind: RequesterKind) -> str:
    """The article that lets her ask for it; empty where none does."""
    route = ROUTES.get(kind, {}).get(requester_kind)
    return route.article if route else ""


def is_granted(request: CertificateRequest, item: CertifiedItem, *, foreign: bool, closed: bool) -> bool:
    """Whether law and request together let an item of such a record be printed."""
    match standing(request.kind, request.requester.kind, item, foreign=foreign, closed=closed):
        case Standing.ALWAYS:
            return True
        case Standing.ON_REQUEST:
            return item in request.items
        case Standing.ON_APPROVAL:
            return item in request.items and request.is_found_appropriate
        case _:
            return False


FOR_CHECKS = (
    "household_number",
    "full_name",
    "current_address",
    "building_line",
    "ceased_resident_on",
    "became_foreign_resident_on",
)
"""Which record it is, and whether it is the one that was stated."""

_BY_CHANGES: _Items = frozenset({_I.NOTIFICATION_AND_PREVIOUS_ADDRESS, _I.CLOSING})
"""What is read from the changes of the record: that of the address, that which closes it, a move that is planned."""


def printable(request: CertificateRequest) -> tuple[CertifiedItem, ...]:
    """What law and request together let be printed of a resident, Japanese or foreign."""
    closed = request.kind.is_of_closed_record
    return tuple(
        item
        for item in CertifiedItem
        if any(is_granted(request, item, foreign=foreign, closed=closed) for foreign in (False, True))
    )


def items_to_print(request: CertificateRequest) -> tuple[str, ...]:
    """The record items that stand on it: who issues it must be shown each of them."""
    return tuple(dict.fromkeys(identifier for item in printable(request) for identifier in RECORD_ITEMS[item]))


def items_to_load(request: CertificateRequest) -> tuple[str, ...]:
    """The record items to ask the policy for: what is to be printed of its people, and what composing must know."""
    stated = () if request.requester.kind.is_herself else ("previous_address",)
    changes = ("change_reason", "changed_on") if _BY_CHANGES.intersection(printable(request)) else ()
    return tuple(dict.fromkeys((*FOR_CHECKS, *stated, *changes, *items_to_print(request))))
