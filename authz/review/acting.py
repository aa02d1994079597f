"""What a caller may do, told shortly: acts on like things together, under the condition that they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from authz.facts import CertificateFacts, ExtractionFacts, NotificationFacts, Record, ResidentFacts, all_facts
from authz.review.asking import About, Act, notifications
from authz.review.conditions import Combination, combination, condition
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import RequesterKind

ANY = "any"
_OWN: Mapping[frozenset[bool], str] = {
    frozenset([True]): "own",
    frozenset([False]): "-own",
    frozenset([True, False]): "",
}
_EVERY = [combination(one) for one in all_facts(ResidentFacts).values()]
_PROCEDURES = frozenset((one.procedure, one.matter) for one in notifications())


class ToldAct(NamedTuple):
    """What may be done, to what, under which condition and by which rule."""

    action: str
    about: str
    condition: str
    rule: str


def told_acts(acts: Mapping[Act, str]) -> list[ToldAct]:
    """The acts of one caller, in the order of their names."""
    by_rule: dict[tuple[str, str], list[About]] = defaultdict(list)
    for act, rule in acts.items():
        by_rule[act.action, rule].append(act.about)
    return sorted(
        ToldAct(action, about, when, rule)
        for (action, rule), abouts in by_rule.items()
        for about, when in (*_of_resources(abouts), *_of_records(abouts), *_of_notices(abouts), *_of_papers(abouts))
    )


def _of_resources(abouts: Iterable[About]) -> Iterator[tuple[str, str]]:
    yield from ((name, "") for name in abouts if isinstance(name, str))
    own = frozenset(one.own for one in abouts if isinstance(one, ExtractionFacts))
    yield from [("Extraction", _OWN[own])] if own else []


def _of_records(abouts: Iterable[About]) -> Iterator[tuple[str, str]]:
    held: dict[str, list[Combination]] = defaultdict(list)
    for one in abouts:
        if isinstance(one, Record):
            held[type(one).__name__.removesuffix("Facts")].append(combination(one))
    yield from ((name, condition(facts, _EVERY)) for name, facts in held.items())


def _of_notices(abouts: Iterable[About]) -> Iterator[tuple[str, str]]:
    """Procedures that go by the same condition, together; an individual matter by its own name."""
    own: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for one in abouts:
        if isinstance(one, NotificationFacts):
            own[one.procedure, one.matter].add(one.own)
    for held in dict.fromkeys(map(frozenset, own.values())):
        names = [name for name in own if own[name] == held]
        told = (":".join(filter(None, name)) for name in names)
        yield f"Notification {ANY if set(names) >= _PROCEDURES else '|'.join(sorted(told))}", _OWN[held]


def _of_papers(abouts: Iterable[About]) -> Iterator[tuple[str, str]]:
    """Documents that are for the same requesters, together."""
    held: dict[tuple[str, str], list[Combination]] = defaultdict(list)
    for one in abouts:
        if isinstance(one, CertificateFacts) and one.kind:
            held[one.kind, one.requester].append(_facts(one))
    if any(isinstance(one, CertificateFacts) and not one.kind for one in abouts):
        yield "Certificate as a whole", ""
    for facts in dict.fromkeys(map(frozenset, held.values())):
        pairs = [pair for pair, combinations in held.items() if frozenset(combinations) == facts]
        yield from ((f"Certificate {told}", condition(list(facts), _EVERY)) for told in _together(pairs))


def _together(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    requesters: dict[str, list[str]] = defaultdict(list)
    for kind, requester in pairs:
        requesters[kind].append(requester)
    for wanted in dict.fromkeys(map(tuple, requesters.values())):
        kinds = [kind for kind, names in requesters.items() if tuple(names) == wanted]
        yield f"{_all_or(kinds, CertificateKind)} for {_all_or(wanted, RequesterKind)}"


def _all_or(names: Iterable[str], every: Iterable[str]) -> str:
    return ANY if {*names} == {*every} else "|".join(names)


def _facts(one: CertificateFacts) -> Combination:
    return combination(ResidentFacts(one.closed, one.protected, one.released, one.restricted))
