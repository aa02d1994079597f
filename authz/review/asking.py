"""Every question that can be asked of a policy, and its answers: items, searches and acts.

The questions are complete: every caller whom a policy lets in, every combination of facts, every item; every kind of
notification, document and requester. One question to Oso leaves its item (or kind, or requester) open and is answered
for all at once, which is some fifty times as fast. Where Oso cannot do that with a rule it says so, and each is asked
by itself, as the desk does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from authz.callers import Profile
from authz.facts import (
    CertificateFacts,
    ExtractionFacts,
    HouseholdFacts,
    NotificationFacts,
    Record,
    ResidentFacts,
    all_facts,
    names_that_hold,
)
from authz.policy import PRECEDENCE, Outcome, Policy, hole
from authz.policy_vocabulary import ACTIONS, MATTERS, PERMITS, PROTECTING, Thing
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import RequesterKind
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS, Item
from domain.procedures.registry import NOTICES

KINDS: Mapping[str, type[Record]] = {"resident": ResidentFacts, "household": HouseholdFacts}
ITEMS: Mapping[type[Record], Mapping[str, Item]] = {
    ResidentFacts: {**RESIDENT_ITEMS, **VERSION_ITEMS},
    HouseholdFacts: HOUSEHOLD_ITEMS,
}
"""By the kind of record whose facts decide them: a version of a record goes by the record's."""

KIND_OF: Mapping[str, type[Record]] = {
    **dict.fromkeys(HOUSEHOLD_ITEMS, HouseholdFacts),
    **dict.fromkeys(ITEMS[ResidentFacts], ResidentFacts),
}
"""The kind of record that has the item; the resident's where both kinds have it."""

Answer = tuple[str, str]
"""An outcome and the id of the rule."""

DEFAULT: Answer = (Outcome.WITHHELD.value, "default")
About = Record | Thing | str
"""What is acted upon, as far as a policy may know; the name of a resource where it knows no more."""

ALONE = "notify_alone"
"""To notify what needs no second person: it is done at once."""


class Cell(NamedTuple):
    """One question about an item."""

    profile: Profile
    facts: Record
    item: str

    def __str__(self) -> str:
        record = "+".join(names_that_hold(self.facts)) or "none"
        return f"{told(self.profile)}, {type(self.facts).__name__} {record}, {self.item}"


class Act(NamedTuple):
    """One question about doing something."""

    profile: Profile
    action: str
    about: About

    def __str__(self) -> str:
        return f"{told(self.profile)} ({self.profile.department}), {self.action}, {self.about}"


def told(profile: Profile) -> str:
    """A caller in a line: the purpose, and the classes that are closed to her."""
    return " ".join([profile.purpose, *(f"without {name}" for name in sorted(profile.switched_off))])


def everybody(policy: Policy) -> list[Profile]:
    """Every department with each purpose that is offered to it, as its own or to be granted; nothing switched off."""
    listed = (*policy.departments.items(), *policy.grantable.items())
    return list(dict.fromkeys(Profile(name, code) for name, codes in listed for code in codes))


def one_for_each_purpose(profiles: Iterable[Profile]) -> list[Profile]:
    """The first caller of each purpose."""
    return list({one.purpose: one for one in reversed(list(profiles))}.values())[::-1]


def narrowed(policy: Policy, profile: Profile) -> Profile:
    """The same caller with every class closed that a grant may close."""
    return Profile(profile.department, profile.purpose, policy.switchable)


def items_of(policy: Policy, profile: Profile, facts: Record) -> dict[str, Answer]:
    """What the policy says of every item of a record with these facts."""
    said = _at_once(policy, "decision", profile, facts, hole("item"), hole("outcome"), hole("rule"))
    if said is None or not all(_is_decision(policy, answer) for answer in said):
        return {item: _decided(policy, profile, facts, item) for item in ITEMS[type(facts)]}
    found: dict[str, Answer] = {}
    for answer in said:
        given = answer["outcome"], answer["rule"]
        found[answer["item"]] = min(found.get(answer["item"], given), given, key=_precedence)
    return {item: found.get(item, DEFAULT) for item in ITEMS[type(facts)]}


def cells(policy: Policy, profiles: Iterable[Profile]) -> dict[Cell, Answer]:
    """What the policy says of every item, for these callers and every combination of facts."""
    return {
        Cell(profile, facts, item): answer
        for profile, kind in product(profiles, KINDS.values())
        for facts in all_facts(kind).values()
        for item, answer in items_of(policy, profile, facts).items()
    }


def searches(policy: Policy, profile: Profile) -> dict[str, str]:
    """The items that this caller may search by, each with the rule."""
    said = _at_once(policy, "search", profile, hole("item"), hole("rule"))
    if said is not None and all("item" in answer for answer in said):
        return {answer["item"]: answer["rule"] for answer in reversed(said)}
    asked = {item: policy.search(profile, item) for kind in ITEMS.values() for item in kind}
    return {item: rule.id for item, rule in asked.items() if rule}


def acts(policy: Policy, profile: Profile) -> dict[Act, str]:
    """Whatever this caller may do, each with the rule (empty where it goes by the purpose alone)."""
    permitted = {Act(profile, *one): "" for one in PERMITS if policy.permits(profile, *one)}
    opened = {
        Act(profile, "open", facts): ""
        for kind in KINDS.values()
        for facts in all_facts(kind).values()
        if policy.opens(profile, facts)
    }
    return permitted | opened | may(policy, profile)


def may(policy: Policy, profile: Profile) -> dict[Act, str]:
    """Whatever this caller may do with notifications, certificates and extractions, each with the rule."""
    notices = _acts_on(policy, profile, notifications(), ("procedure", "matter"))
    return {
        **notices,
        **_alone(policy, notices),
        **_acts_on(policy, profile, certificates(), ("kind", "requester")),
        **_acts_on(policy, profile, extractions(), ()),
    }


def _alone(policy: Policy, acts: Mapping[Act, str]) -> dict[Act, str]:
    """What of this is done at once."""
    notified = {act: rule for act, rule in acts.items() if act.action == "notify"}
    return {
        act._replace(action=ALONE): rule
        for act, rule in notified.items()
        if isinstance(act.about, NotificationFacts) and act.about.procedure in policy.immediate
    }


def _acts_on(policy: Policy, profile: Profile, every: Iterable[Thing], left_open: tuple[str, ...]) -> dict[Act, str]:
    """What she may do with each of these, of which one question leaves these facts open."""
    groups: dict[Thing, list[Thing]] = {}
    for one in every:
        groups.setdefault(_with(one, dict.fromkeys(left_open, "")), []).append(one)
    may: dict[Act, str] = {}
    for known, alike in groups.items():
        asked = _with(known, {name: hole(name) for name in left_open})
        said = _at_once(policy, "may", profile, hole("action"), asked, hole("rule"))
        for one in alike:
            fitting = _one_by_one(policy, profile, one) if said is None else _fitting(said, one, left_open)
            may |= {Act(profile, answer["action"], one): answer["rule"] for answer in reversed(fitting)}
    return may


def _with(one: Thing, facts: Mapping[str, Any]) -> Thing:
    changed: Thing = replace(one, **facts)
    return changed


def _fitting(said: list[dict[str, str]], one: Thing, left_open: tuple[str, ...]) -> list[dict[str, str]]:
    """The answers that hold for this one: a fact that an answer leaves open may be anything."""
    return [
        answer
        for answer in said
        if all(answer.get(name, getattr(one, name)) == getattr(one, name) for name in left_open)
    ]


def _one_by_one(policy: Policy, profile: Profile, about: Thing) -> list[dict[str, str]]:
    asked = {action: policy.may(profile, action, about) for action in ACTIONS[type(about)]}
    return [{"action": action, "rule": rule.id} for action, rule in asked.items() if rule]


def notifications() -> Iterator[NotificationFacts]:
    """Every kind of notification, by who asks and by somebody else."""
    for own in (True, False):
        yield from (NotificationFacts(name, own) for name in (*NOTICES, *PROTECTING))
        yield from (NotificationFacts("recordMatter", own, matter) for matter in MATTERS)


def certificates() -> Iterator[CertificateFacts]:
    """Every document for every requester, of records with every combination of facts; and the book as a whole."""
    yield CertificateFacts()
    for kind, requester in product(CertificateKind, RequesterKind):
        for one in all_facts(ResidentFacts).values():
            yield CertificateFacts(kind.value, requester.value, one.closed, one.protected, one.released, one.restricted)


def extractions() -> Iterator[ExtractionFacts]:
    """An extraction that the caller asked for, and somebody else's."""
    yield from (ExtractionFacts(own) for own in (True, False))


def _at_once(policy: Policy, head: str, *arguments: object) -> list[dict[str, str]] | None:
    """All answers; None where Oso cannot tell (it fails on a rule that takes whatever is left open)."""
    before = policy.failures
    said = policy.ask(head, *arguments)
    return said if policy.failures == before else None


def _decided(policy: Policy, profile: Profile, facts: Record, item: str) -> Answer:
    decision = policy.decide(profile, facts, item)
    return decision.outcome.value, decision.rule.id


def _is_decision(policy: Policy, answer: Mapping[str, object]) -> bool:
    """Whether an answer is about one item, and one that a decision can be made of."""
    return type(answer["item"]) is str and answer["outcome"] in list(Outcome) and answer["rule"] in policy.rules


def _precedence(answer: Answer) -> int:
    return PRECEDENCE[Outcome(answer[0])]
