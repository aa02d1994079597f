"""What a policy may name, and where: which names stand in which place of a fact, a rule, a question or a class.

A name that nobody knows would be compared with nothing, in silence: under `not`, or in a rule that narrows, that opens
what should be closed. So each text of a policy must be a name that is known in its place; where the place is not known
(a city's own rule), one that is known in some place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import NamedTuple

from authz.callers import Profile
from authz.facts import CertificateFacts, ExtractionFacts, NotificationFacts, Record
from authz.policy_statements import Placed, Statement, statements
from authz.purposes import Purpose
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import RequesterKind
from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS, ItemClass
from domain.procedures.protecting import PROTECTING as SUPPORT
from domain.procedures.protecting import RESTRICTING
from domain.procedures.registry import NOTICES

PERMITS = (
    *(("release", "Resident"), ("search_freely", "Resident"), ("pass", "Restriction"), ("read", "Restriction")),
    *(("read", "SupportMeasure"), ("read", "Statistics"), ("read", "Ledger"), ("administer", "Service")),
)
"""What may be done beside reading records, and to what. Such a permission goes by the purpose and has no rule's id."""

Thing = NotificationFacts | CertificateFacts | ExtractionFacts

ACTIONS: Mapping[type[Thing], tuple[str, ...]] = {
    NotificationFacts: ("notify", "approve", "withdraw", "see", "protect"),
    CertificateFacts: ("issue", "inspect", "hand_over", "void", "see"),
    ExtractionFacts: ("request", "approve", "withdraw", "run", "see"),
}
"""What may be done with each."""

PROTECTING = (*(one.procedure for one in RESTRICTING), *(one.procedure for one in SUPPORT))
"""The procedures of 抑止 and 支援措置, which are no notices of the register."""

MATTERS = tuple(
    one
    for one, item in RESIDENT_ITEMS.items()
    if item.item_class
    in (
        ItemClass.ELECTORAL_ROLL,
        ItemClass.NATIONAL_HEALTH_INSURANCE,
        ItemClass.LATE_STAGE_ELDERLY_CARE,
        ItemClass.LONG_TERM_CARE_INSURANCE,
        ItemClass.NATIONAL_PENSION,
        ItemClass.CHILD_ALLOWANCE,
    )
)
"""個別事項: what other laws' registers say of a person."""


class Sort(StrEnum):
    """What a name is the name of."""

    ITEM = "item"
    CLASS = "class"
    PURPOSE = "purpose"
    DEPARTMENT = "department"
    RULE = "rule"
    OUTCOME = "outcome"
    PERMISSION = "permission"
    ACTION = "action"
    PROCEDURE = "procedure"
    NOTICE = "notice"
    MATTER = "matter"
    DOCUMENT = "document"
    REQUESTER = "requester"
    PROSE = "text"


_NOTHING = ""
"""A document, a requester or a matter that there is none of."""

KNOWN: Mapping[Sort, frozenset[str]] = {
    Sort.ITEM: frozenset({*RESIDENT_ITEMS, *VERSION_ITEMS, *HOUSEHOLD_ITEMS}),
    Sort.CLASS: frozenset(one.value for one in ItemClass),
    Sort.OUTCOME: frozenset({"SHOWN", "MASKED", "WITHHELD"}),
    Sort.PERMISSION: frozenset({"enter", "open", *(action for action, _ in PERMITS)}),
    Sort.ACTION: frozenset(action for actions in ACTIONS.values() for action in actions),
    Sort.PROCEDURE: frozenset({*NOTICES, *PROTECTING}),
    Sort.NOTICE: frozenset(NOTICES),
    Sort.MATTER: frozenset({*MATTERS, _NOTHING}),
    Sort.DOCUMENT: frozenset({*(one.value for one in CertificateKind), _NOTHING}),
    Sort.REQUESTER: frozenset({*(one.value for one in RequesterKind), _NOTHING}),
}
"""The names that the register has."""

DEFAULT = "default"
"""The rule of what no rule names."""

DECLARED: Mapping[str, Sort] = {
    "rule": Sort.RULE,
    "purpose": Sort.PURPOSE,
    "department": Sort.DEPARTMENT,
    "grantable": Sort.DEPARTMENT,
}
"""The facts that declare a name, as their first argument."""

Shape = tuple[Sort | None, ...]

TABLES: Mapping[str, Shape] = {
    "rule": (Sort.RULE, Sort.PROSE, Sort.PROSE),
    "purpose": (Sort.PURPOSE, Sort.PROSE, Sort.PROSE, None),
    "department": (Sort.DEPARTMENT, Sort.PURPOSE),
    "grantable": (Sort.DEPARTMENT, Sort.PURPOSE),
    "offered": (Sort.DEPARTMENT, Sort.PURPOSE),
    "keeps_register": (Sort.DEPARTMENT,),
    "item_class": (Sort.CLASS, Sort.ITEM),
    "whereabouts": (Sort.ITEM,),
    "in_search_results": (Sort.ITEM,),
    "switchable": (Sort.CLASS,),
    "sees": (Sort.PURPOSE, Sort.CLASS, Sort.RULE),
    "sees_items": (Sort.PURPOSE, Sort.ITEM, Sort.RULE),
    "transferee": (Sort.PURPOSE,),
    "free_search": (Sort.PURPOSE,),
    "immediate": (Sort.NOTICE,),
    "protecting": (Sort.PROCEDURE, Sort.PURPOSE),
    "issued": (Sort.DOCUMENT, Sort.REQUESTER, None, Sort.RULE),
    "inspected": (Sort.REQUESTER, Sort.RULE),
}
"""What names somebody or something and nothing else: no answer of theirs may leave open whom or what."""

_ABOUT: Mapping[str, Shape] = {
    "allow": (None, Sort.PERMISSION, None),
    "opens": (Sort.PURPOSE, None),
    "left_open": (Sort.PURPOSE, Sort.ITEM),
    "decision": (None, None, Sort.ITEM, Sort.OUTCOME, Sort.RULE),
    "says": (None, None, Sort.ITEM, Sort.OUTCOME, Sort.RULE),
    "seen": (None, Sort.ITEM, Sort.RULE),
    "search": (None, Sort.ITEM, Sort.RULE),
    "class_switched_off": (None, Sort.CLASS),
    "may": (None, Sort.ACTION, None, Sort.RULE),
    "notifies": (None, None, Sort.RULE),
}
"""Rules about a caller or a record."""

_READ: Mapping[str, Mapping[str, Sort]] = {
    "Caller": {"department": Sort.DEPARTMENT, "purpose": Sort.PURPOSE, "switched_off": Sort.CLASS},
    "Purpose": {"code": Sort.PURPOSE, "name": Sort.PROSE, "legal_basis": Sort.PROSE},
    "Notification": {"procedure": Sort.PROCEDURE, "matter": Sort.MATTER},
    "Certificate": {"kind": Sort.DOCUMENT, "requester": Sort.REQUESTER},
}
"""What the attributes of a class say that are texts."""

_FIELDS: Mapping[str, tuple[str, ...]] = {
    name: tuple(field.name for field in fields(kind))
    for name, kind in {
        "Caller": Profile,
        **dict.fromkeys(("Record", "Resident", "Household"), Record),
        "Purpose": Purpose,
        "Notification": NotificationFacts,
        "Certificate": CertificateFacts,
        "Extraction": ExtractionFacts,
    }.items()
}
CLASSES: Mapping[str, tuple[str, ...]] = {
    **_FIELDS,
    **dict.fromkeys(("Ledger", "Service", "Restriction", "SupportMeasure", "Statistics"), ()),
}
"""The classes of a policy, each with its attributes."""

OBJECTS: Mapping[str, str] = {name.lower(): name for name in _FIELDS}
"""What a rule calls an object of each class."""

_COMPARING = frozenset({"=", "==", "!=", ":=", "in"})


class Unknown(NamedTuple):
    """A name that nobody knows in its place."""

    line: int
    sort: str
    name: str


def unknown_names(text: str) -> Iterator[Unknown]:
    """Every text of the policy that is no name of what stands in its place."""
    known = {**KNOWN, **_declared(text)}
    every = frozenset().union(*known.values())
    for statement in statements(text):
        reading = _Reading(statement)
        for one in statement.placed:
            token = statement.tokens[one.at]
            if token.is_text:
                sort = reading.sort_of(one)
                if sort is not Sort.PROSE and token.said not in (every if sort is None else known[sort]):
                    yield Unknown(token.line, sort.value if sort else "name", token.said)


def _declared(text: str) -> dict[Sort, frozenset[str]]:
    found: dict[Sort, set[str]] = {sort: set() for sort in DECLARED.values()}
    for statement in statements(text):
        if statement.name in DECLARED and statement.tokens[2].is_text:
            found[DECLARED[statement.name]].add(statement.tokens[2].said)
    return {sort: frozenset(names) for sort, names in found.items()}


class _Reading:
    """A statement, and what its variables stand for: what stands in the places in which they stand."""

    def __init__(self, statement: Statement) -> None:
        self._tokens = statement.tokens
        self._variables = dict(self._named(statement.placed))

    def sort_of(self, one: Placed) -> Sort | None:
        """What the text in this place must be the name of; None where nothing tells."""
        return _expected(one) if one.call else self._compared(one)

    def _named(self, placed: Iterable[Placed]) -> Iterator[tuple[str, Sort]]:
        for one in placed:
            sort = _expected(one)
            if sort is not None and self._tokens[one.at].is_name:
                yield self._tokens[one.at].text, sort

    def _compared(self, one: Placed) -> Sort | None:
        """By what the text, or the list that it stands in, is compared with."""
        before, after = self._tokens[: one.first], self._tokens[one.at + 1 :]
        if before and before[-1].text in _COMPARING:
            return self._operand([token.text for token in before[-4:-1]], last=True)
        if after and after[0].text in _COMPARING:
            return self._operand([token.text for token in after[1:4]], last=False)
        return None

    def _operand(self, words: Sequence[str], *, last: bool) -> Sort | None:
        """What an attribute or variable stands for that ends, or begins, with these words."""
        match words:
            case [owner, ".", attribute]:
                return _READ.get(OBJECTS.get(owner, ""), {}).get(attribute)
            case []:
                return None
        return self._variables.get(words[-1 if last else 0])


def _expected(one: Placed) -> Sort | None:
    """What stands in this place of a call or class."""
    if one.call in CLASSES:
        named = CLASSES[one.call]
        name = one.key or (named[one.argument] if one.argument < len(named) else "")
        return _READ.get(one.call, {}).get(name)
    shape = TABLES.get(one.call) or _ABOUT.get(one.call, ())
    return shape[one.argument] if one.argument < len(shape) else None
