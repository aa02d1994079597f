"""The policy written a second time, in Python and by hand: from the law, the assessment and the city's decisions.

It shares nothing with policies.polar or with its table but the names of items and rules.
"""

from __future__ import annotations

from authz.callers import Profile
from authz.facts import CertificateFacts, ExtractionFacts, HouseholdFacts, NotificationFacts, Record
from authz.review.asking import About
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS, ItemClass
from tests.authz import certificate_table, changing_table

CLASS_OF = {
    one.identifier: one.item_class
    for one in (*RESIDENT_ITEMS.values(), *VERSION_ITEMS.values(), *HOUSEHOLD_ITEMS.values())
}
REGISTER = "resident_register"
OWN_MATTER = {
    "national_health_insurance": ItemClass.NATIONAL_HEALTH_INSURANCE,
    "national_pension": ItemClass.NATIONAL_PENSION,
    "long_term_care": ItemClass.LONG_TERM_CARE_INSURANCE,
    "late_stage_elderly_care": ItemClass.LATE_STAGE_ELDERLY_CARE,
    "child_welfare": ItemClass.CHILD_ALLOWANCE,
    "election": ItemClass.ELECTORAL_ROLL,
    "seal_registration": ItemClass.SEAL_REGISTRATION,
}
BASE_BY = {"election": "election-base", "seal_registration": "seal-base"}
OFFICES_WITHOUT_RECORDS = ("support_measures", "ledger_review", "operation")
WITHOUT_NUMBER = ("election", "seal_registration", "public_relations")
NAME_AND_ADDRESS = ("full_name", "name_kana", "name_reading", "current_address", "building_line")
WHERE = (
    *("current_address", "building_line", "previous_address", "planned_move_out_address", "registered_domicile"),
    *("confirmed_move_out_address", "household_number", "household", "householder", "members"),
)
NOT_IN_RESULTS = ("became_resident_on", "address_established_on", "ceased_resident_on", "became_foreign_resident_on")
MANAGES_REGISTER = "市民生活部住民課"

Answer = tuple[str, str]
NOTHING: Answer = ("WITHHELD", "default")


def item(who: Profile, facts: Record, name: str) -> Answer:
    """What this caller gets of an item."""
    if not opens(who.purpose, facts):
        return NOTHING
    seen = sees(who.purpose, name)
    closed = CLASS_OF[name] in who.switched_off
    shown = None if closed else seen
    for rule in narrowing(who.purpose, facts, name, shown):
        return "WITHHELD", rule
    if closed and CLASS_OF[name] is not ItemClass.NUMBER:
        return "WITHHELD", "switched-off"
    if shown:
        return "SHOWN", shown
    masked = name == "individual_number" and not isinstance(facts, HouseholdFacts)
    return ("MASKED", "number-masked") if masked else NOTHING


def opens(purpose: str, facts: Record) -> bool:
    """Whether the record may be opened."""
    if purpose == REGISTER:
        return True
    if purpose in OFFICES_WITHOUT_RECORDS or (facts.closed and purpose in WITHOUT_NUMBER):
        return False
    if isinstance(facts, HouseholdFacts):
        return purpose != "public_relations" and (facts.released or not facts.protected)
    return True


def sees(purpose: str, name: str) -> str | None:
    """The rule by which a purpose sees an item of an ordinary record."""
    its_class = CLASS_OF[name]
    if purpose in OFFICES_WITHOUT_RECORDS or its_class is ItemClass.PROVISION_CODE:
        return None
    if purpose == REGISTER:
        return "register-office"
    if OWN_MATTER.get(purpose) is its_class:
        return "own-matter"
    if purpose == "public_relations":
        return "name-and-address" if name in NAME_AND_ADDRESS else None
    return _of_a_class(purpose, its_class)


def _of_a_class(purpose: str, its_class: ItemClass) -> str | None:
    if purpose in BASE_BY:
        alias = its_class is ItemClass.ALIAS and purpose == "seal_registration"
        return BASE_BY[purpose] if its_class is ItemClass.BASE or alias else None
    if its_class is ItemClass.NUMBER:
        return "number-affairs"
    return "transfer" if its_class in (ItemClass.BASE, ItemClass.ALIAS, ItemClass.RESIDENCE_STATUS) else None


def narrowing(purpose: str, facts: Record, name: str, shown: str | None) -> list[str]:
    """The rules that take an item away for the record's facts, the first first."""
    transferee = purpose != REGISTER and purpose not in WITHOUT_NUMBER
    rules = [
        ("inquiry-restricted", facts.restricted and shown is not None and not left_open(purpose, name)),
        (
            "protected-whereabouts",
            facts.protected and not facts.released and purpose != REGISTER and name in WHERE,
        ),
        (
            "closed-record",
            facts.closed and transferee and CLASS_OF[name] in (ItemClass.RESIDENCE_STATUS, ItemClass.ALIAS),
        ),
    ]
    return [rule for rule, holds in rules if holds]


def left_open(purpose: str, name: str) -> bool:
    """What is still seen of a record that is restricted."""
    if name in ("addressee_number", "restricted"):
        return True
    in_results = CLASS_OF[name] in (ItemClass.BASE, ItemClass.ALIAS) and name not in NOT_IN_RESULTS
    return purpose == REGISTER and in_results


def search(who: Profile, name: str) -> str | None:
    """The rule by which a caller may search by an item."""
    seen = sees(who.purpose, name) and CLASS_OF[name] not in who.switched_off
    return "search-what-is-shown" if seen else None


def act(who: Profile, action: str, about: About) -> str | None:
    """The rule by which somebody may do something: empty where it goes by the purpose alone, None if refused."""
    if isinstance(about, CertificateFacts):
        return certificate_table.rule_of(who, action, about)
    if isinstance(about, NotificationFacts):
        return changing_table.rule_of(who, action, about)
    if isinstance(about, ExtractionFacts):
        return _extraction(who, action, about.own)
    if isinstance(about, Record):
        return "" if opens(who.purpose, about) else None
    return "" if (action, about) in PERMITTED.get(who.purpose, ()) else None


PERMITTED = {
    REGISTER: (("search_freely", "Resident"), ("pass", "Restriction"), ("read", "Statistics")),
    "support_measures": (("release", "Resident"), ("read", "Restriction"), ("read", "SupportMeasure")),
    "ledger_review": (("read", "Ledger"),),
    "operation": (("administer", "Service"),),
}


def _extraction(who: Profile, action: str, own: bool) -> str | None:
    asks = who.purpose not in OFFICES_WITHOUT_RECORDS and (own or action == "request")
    if asks and action != "approve":
        return "extraction-requested"
    manages = who.purpose == REGISTER and who.department == MANAGES_REGISTER
    return "extraction-approved" if manages and action in ("approve", "see") and not own else None
