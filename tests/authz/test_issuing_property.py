"""Whatever is asked of the desk: nothing stands on paper that law or policy withholds (住基法第12条-第15条の4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from authz.decisions import Decisions
from authz.disclosure import MASK
from authz.facts import ResidentFacts, facts_from_code
from authz.policy import Outcome
from domain.certificates.law import RECORD_ITEMS, is_granted
from domain.certificates.requests import CertificateRequest, CertifiedItem, Delivery
from domain.errors import Refusal
from tests.authz.certificate_table import ISSUED
from tests.authz.fakes import FakeVersions, Held
from tests.authz.issued import a_foreign_resident, a_request, a_resident, issue, on_paper, village
from tests.authz.policy_table import profile
from tests.authz.visits import Street

NUMBERS = {"individual_number", "resident_record_code"}
HOUSE = {"householder_name"}
DOMICILE = {"registered_domicile", "family_register_head"}
MATTERS = {
    *("electoral_roll_registration", "national_health_insurance_eligibility", "late_stage_elderly_care_eligibility"),
    *("long_term_care_insurance_eligibility", "national_pension_eligibility", "child_allowance_eligibility"),
}
ORDINANCE = {"former_surname", "alias_history"}
NEVER = {
    "OFFICIAL_REQUESTER": NUMBERS,
    "THIRD_PARTY_APPLICANT": NUMBERS,
    "SPECIFIED_AFFAIRS_AGENT": NUMBERS,
    "ISSUING_MAYOR": DOMICILE | MATTERS | ORDINANCE,
}
"""What the law never lets them have, written down once more beside the law's own table."""

NIGHT = "T00:00:00.000000+09:00"
CLASSES = ("family_register", "number", "code", "residence_status")
MARKED = [*(name for names in RECORD_ITEMS.values() for name in names)]
VALUES = {
    "individual_number": ("644678155351", "090451592040", "855867956820"),
    "resident_record_code": ("16004598419", "09573296386", "52933217183"),
}

rarely = st.sampled_from([False, False, False, True])
requests = st.fixed_dictionaries(
    {
        "route": st.sampled_from(sorted(ISSUED)),
        "items": st.sets(st.sampled_from(sorted(CertifiedItem)), max_size=5).map(sorted),
        "is_found_appropriate": rarely.map(lambda one: not one),
        "whole_household": rarely,
        "with_history": rarely,
        "delivery": st.sampled_from([Delivery.COUNTER, Delivery.MAIL_TO_RESIDENT]),
    }
)
"""What is asked for: documents by whom some article lets ask for them, with and without what stops them."""

people_asked_for = st.lists(st.tuples(st.booleans(), st.sampled_from([0, 0, 0, 0, 0, 2, 6, 8])), min_size=1, max_size=3)
"""Of each of a household: whether she is a foreign resident, and the facts beside whether her record is closed."""

EVERYTHING = {"is_found_appropriate": True, "whole_household": True, "with_history": True, "delivery": Delivery.COUNTER}


@pytest.mark.holds("S1-05", "S2-02", "M23", "A-02", "A-27")
@settings(max_examples=300, deadline=None)
@given(asked=requests, people=people_asked_for, closed=st.sets(st.sampled_from(CLASSES)).map(sorted))
@example(
    asked={"route": ("RESIDENT_RECORD_COPY", "PERSON", False), "items": sorted(CertifiedItem), **EVERYTHING},
    people=[(False, 0), (True, 0), (False, 6)],
    closed=[],
)
@example(
    asked={
        **EVERYTHING,
        "route": ("WIDE_AREA_RESIDENT_RECORD_COPY", "ISSUING_MAYOR", False),
        "items": ["HOUSEHOLDER_AND_RELATIONSHIP", "INDIVIDUAL_NUMBER", "RESIDENT_RECORD_CODE"],
        "whole_household": False,
        "with_history": False,
    },
    people=[(False, 0)],
    closed=[],
)
def test_nothing_stands_on_paper_that_the_law_or_the_policy_withholds(
    remembered: Decisions, asked: dict[str, Any], people: list[tuple[bool, int]], closed: list[str]
) -> None:
    street = Street(remembered)
    kind, requester, is_closed = asked["route"]
    held = [one(nth, foreign=foreign, facts=facts + is_closed) for nth, (foreign, facts) in enumerate(people, 1)]
    village(street, *held)
    street.versions = FakeVersions([said for resident in held for said in versions_of(resident)])
    request = a_request(requester, kind=kind, **{name: said for name, said in asked.items() if name != "route"})

    try:
        put_out = issue(street, request, switched_off=tuple(closed)).put_out
    except Refusal:
        put_out = None

    written = on_paper(street)
    assert bool(put_out) == bool(street.press.documents)
    assert MASK not in written
    for resident in held:
        for item in withheld(remembered, request, resident, closed):
            assert not any(value in written for value in values(resident, item)), item


def withheld(decisions: Decisions, request: CertificateRequest, resident: Held, closed: list[str]) -> set[str]:
    """The items of somebody's record that may not stand on it."""
    facts, who = facts_from_code(ResidentFacts, resident.facts), profile("resident_register", closed)
    lawful = {
        name
        for item in CertifiedItem
        if is_granted(request, item, foreign=is_foreign(resident), closed=facts.closed)
        for name in RECORD_ITEMS[item]
    }
    shown = {name for name in MARKED if decisions.decide(who, facts, name).outcome is Outcome.SHOWN}
    never = NEVER.get(request.requester.kind.value, set()) | (set(MARKED) if facts.restricted else set())
    guarded = set(MARKED) if facts.protected and not facts.released else set()
    return {name for name in MARKED if name not in lawful & shown or name in never | guarded}


def one(nth: int, *, foreign: bool, facts: int) -> Held:
    """A resident whose values are nobody else's."""
    build = a_foreign_resident if foreign else a_resident
    items = build(nth, facts=facts).items
    own = {name: f"{said}{nth}" for name, said in items.items() if str(said).startswith("の")}
    own |= {name: numbers[nth - 1] for name, numbers in VALUES.items()}
    return build(nth, facts=facts, **own, **({"alias_history": (f"の通称{nth}",)} if foreign else {}))


def versions_of(resident: Held) -> tuple[Held, Held]:
    """What somebody's record says, and what it said before: each text another one that is hers alone, too."""
    before = {name: f"{text}前" for name, text in resident.items.items() if str(text).startswith("の")}
    now = {**resident.items, "history_number": 2, "valid_from": "2020-01-01", "recorded_at": f"2020-01-01{NIGHT}"}
    then = {**now, **before, "history_number": 1, "valid_from": "1990-01-01", "recorded_at": f"1990-01-01{NIGHT}"}
    return replace(resident, items=now), replace(resident, items=then)


def is_foreign(resident: Held) -> bool:
    """Whether it is a foreign resident's record."""
    return resident.items.get("became_foreign_resident_on") is not None


def values(resident: Held, item: str) -> list[str]:
    """What would tell the item, where its value is known by sight; an earlier one begins like it."""
    said = resident.items.get(item)
    texts = said if isinstance(said, tuple) else (said,)
    return [str(text) for text in texts if item in VALUES or str(text).startswith("の")]
