"""The tables of a policy (操作権限一覧表): purpose × item → outcome, and purpose × act → rule, with their legal basis.

Each cell stands once for every condition under which it says something else, and nothing is left out: so a change of
the policy is a change of these tables. Authentication strength is none of what a policy may know: no cell goes by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from authz.callers import Profile
from authz.policy import Policy
from authz.policy_vocabulary import Thing
from authz.review.acting import ToldAct, told_acts
from authz.review.answers import Answers, answers
from authz.review.asking import ITEMS, KINDS, Act, Answer
from authz.review.conditions import Combination, combination, conditions

Told = TypeVar("Told")
ALLOWED, REFUSED = "ALLOWED", "REFUSED"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What a purpose is shown of an item of a record, under a condition.

    `departments` is empty where all that work for the purpose are answered alike; `switched_off` names the class that
    the caller's grant closes; `search` is the rule by which she may search by the item.
    """

    purpose: str
    departments: tuple[str, ...]
    record: str
    item: str
    switched_off: str
    condition: str
    outcome: str
    search: str
    rule: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class ActRow:
    """What a purpose may do, to what, under which condition. What is not listed is refused; REFUSED stands where a
    class that a grant closes takes away what the purpose may do.

    `rule` is empty where a permission goes by the purpose alone; its legal basis is the purpose's.
    """

    purpose: str
    departments: tuple[str, ...]
    action: str
    about: str
    switched_off: str
    condition: str
    outcome: str
    rule: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Both tables of one policy, under its hash."""

    policy_hash: str
    items: tuple[ItemRow, ...]
    acts: tuple[ActRow, ...]


def matrix(policy: Policy, given: Answers | None = None) -> Matrix:
    """The tables of a policy; `given` are its answers where they were asked for already."""
    found = given or answers(policy)
    return Matrix(policy.hash, tuple(_item_rows(policy, found)), tuple(_act_rows(policy, found)))


class ToldItem(NamedTuple):
    """What one caller is told of an item, under a condition."""

    record: str
    item: str
    condition: str
    outcome: str
    rule: str
    search: str


def _item_rows(policy: Policy, found: Answers) -> Iterator[ItemRow]:
    sheets = _sheets(found)
    for purpose in policy.purposes:
        hers = {one: sheet for one, sheet in sheets.items() if one.purpose == purpose}
        usual = {one: sheet for one, sheet in hers.items() if not one.switched_off}
        for told, departments in _shared(usual).items():
            yield _item_row(policy, purpose, departments, told)
        for closed in hers.keys() - usual.keys():
            for told in _changed(hers[closed], usual[Profile(closed.department, purpose)]):
                yield _item_row(policy, purpose, (), told, ITEMS[KINDS[told.record]][told.item].item_class.value)


def _item_row(
    policy: Policy, purpose: str, departments: tuple[str, ...], told: ToldItem, switched_off: str = ""
) -> ItemRow:
    record, item, condition, outcome, rule, search = told
    basis = policy.rules[rule].legal_basis
    return ItemRow(purpose, departments, record, item, switched_off, condition, outcome, search, rule, basis)


def _sheets(found: Answers) -> dict[Profile, list[ToldItem]]:
    """The cells by caller, each once for every condition that changes it."""
    cells: dict[Profile, dict[tuple[str, str], dict[Combination, Answer]]] = {}
    for (profile, facts, item), answer in found.cells.items():
        line = cells.setdefault(profile, {}).setdefault((_RECORDS[type(facts)], item), {})
        line[combination(facts)] = answer
    return {
        one: [
            ToldItem(*line, condition, *answer, found.searches.get((one, line[1]), ""))
            for line, answers in lines.items()
            for condition, answer in conditions(answers).items()
        ]
        for one, lines in cells.items()
    }


def _changed(sheet: Sequence[ToldItem], usual: Sequence[ToldItem]) -> list[ToldItem]:
    """All that is said of the items of which something else is said than usually."""
    lines = {(told.record, told.item) for told in {*sheet} ^ {*usual}}
    return [told for told in sheet if (told.record, told.item) in lines]


def _act_rows(policy: Policy, found: Answers) -> Iterator[ActRow]:
    acts: dict[Profile, dict[Act, str]] = {}
    for act, rule in found.acts.items():
        acts.setdefault(act.profile, {})[act] = rule
    for purpose in policy.purposes:
        entering = tuple(name for name, code in sorted(found.entering) if code == purpose)
        if entering:
            yield _act_row(policy, purpose, entering, ToldAct("enter", "Purpose", "", ""))
        usual = {one: told_acts(hers) for one, hers in acts.items() if one.purpose == purpose and not one.switched_off}
        for told, departments in _shared(usual).items():
            yield _act_row(policy, purpose, departments, told)
        for closed in (one for one in found.partly if one.purpose == purpose):
            open_acts = acts.get(Profile(closed.department, purpose), {})
            for told in told_acts(_lost(open_acts, acts.get(closed, {}))):
                yield _act_row(policy, purpose, (), told, next(iter(closed.switched_off)))


def _act_row(
    policy: Policy, purpose: str, departments: tuple[str, ...], told: ToldAct, switched_off: str = ""
) -> ActRow:
    action, about, condition, rule = told
    outcome = REFUSED if switched_off else ALLOWED
    basis = policy.rules[rule].legal_basis if rule else policy.purposes[purpose].legal_basis
    return ActRow(purpose, departments, action, about, switched_off, condition, outcome, rule, basis)


def _lost(usual: Mapping[Act, str], left: Mapping[Act, str]) -> dict[Act, str]:
    """What a caller may no longer do with notifications, certificates and extractions."""
    kept = {(act.action, act.about) for act in left}
    asked = {act: rule for act, rule in usual.items() if isinstance(act.about, Thing)}
    return {act: rule for act, rule in asked.items() if (act.action, act.about) not in kept}


def _shared(sheets: Mapping[Profile, Iterable[Told]]) -> dict[Told, tuple[str, ...]]:
    """What the callers of a purpose are told, each with the departments that are: none named where all are."""
    departments: dict[Told, list[str]] = {}
    for one, sheet in sheets.items():
        for told in sheet:
            departments.setdefault(told, []).append(one.department)
    return {told: () if len(names) == len(sheets) else tuple(names) for told, names in departments.items()}


_RECORDS = {kind: name for name, kind in KINDS.items()}
