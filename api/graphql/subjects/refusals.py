"""What of an operation would be refused as a whole, root field by root field, told from its document and the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import cast

from graphql import (
    EnumValueNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    ListValueNode,
    NonNullTypeNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
    get_named_type,
)
from strawberry.utils.str_converters import to_camel_case

from api.graphql.subjects.resident_filters import CONDITIONS, ITEMS
from authz.facts import CertificateFacts, ExtractionFacts, NotificationFacts
from authz.policy_vocabulary import MATTERS, PROTECTING
from authz.review.asking import notifications
from authz.review.refusing import Named, Refused, Refusing
from domain import statistics
from domain.certificates.kinds import CertificateKind
from domain.certificates.law import legal_basis
from domain.certificates.requests import CertificateRequest, RequesterKind
from domain.extractions import ExtractionRequest
from domain.inspections import InspectionGround, InspectionRequest
from domain.items import RESIDENT_ITEMS
from domain.procedures.matters import IndividualMatter, RecordMatter
from domain.procedures.registry import NOTICES

_ASKED_BY: Mapping[str, str] = {
    **{one.graphql_name: name for name, one in RESIDENT_ITEMS.items()},
    **{to_camel_case(name): ITEMS.get(name, name) for name in CONDITIONS},
}
"""The items by what keys and conditions of residents call them; an id is none, and needs no right to search."""


@dataclass(frozen=True)
class RootField:
    """A root field of an operation, as its document writes it."""

    schema: GraphQLSchema
    root: str
    operation: OperationDefinitionNode
    node: FieldNode
    selected: frozenset[str]

    @property
    def name(self) -> str:
        """Its name in the schema."""
        return self.node.name.value

    def inputs(self, argument: str) -> dict[str, bool]:
        """What an input object gives; false for what only a variable may give."""
        value = self._value(argument)
        if isinstance(value, ObjectValueNode):
            given = [one for one in value.fields if not isinstance(one.value, NullValueNode)]
            return {one.name.value: self._is_certain(one.value) for one in given}
        kind = self._type_of(argument)
        every = kind.fields if isinstance(kind, GraphQLInputObjectType) else ()
        return dict.fromkeys(every if isinstance(value, VariableNode) else (), False)

    def choices(self, argument: str) -> dict[str, bool]:
        """What a list of an enumeration names, likewise."""
        value = self._value(argument)
        values = value.values if isinstance(value, ListValueNode) else [value]
        named = {one.value: True for one in values if isinstance(one, EnumValueNode)}
        kind = self._type_of(argument)
        every = kind.values if isinstance(kind, GraphQLEnumType) else ()
        return {**dict.fromkeys(every if any(isinstance(one, VariableNode) for one in values) else (), False), **named}

    def choice(self, *path: str) -> str | None:
        """The value of an enumeration in an input; None where the document does not tell."""
        value = self._value(path[0])
        for name in path[1:]:
            fields = value.fields if isinstance(value, ObjectValueNode) else ()
            value = next((one.value for one in fields if one.name.value == name), None)
        return value.value if isinstance(value, EnumValueNode) else None

    def _value(self, argument: str) -> ValueNode | None:
        return next((one.value for one in self.node.arguments or () if one.name.value == argument), None)

    def _type_of(self, argument: str) -> object:
        kind = cast(GraphQLObjectType, self.schema.type_map[self.root])
        return get_named_type(kind.fields[self.name].args[argument].type)

    def _is_certain(self, value: ValueNode) -> bool:
        if not isinstance(value, VariableNode):
            return True
        declared = {one.variable.name.value: one.type for one in self.operation.variable_definitions or ()}
        return isinstance(declared.get(value.name.value), NonNullTypeNode)


Right = Callable[[Refusing, RootField], Iterable[Refused]]


def refusals(refusing: Refusing, field: RootField) -> list[Refused]:
    """What stops it, in the order in which the desk finds it; the first is what is answered."""
    right = RIGHTS[field.root].get(field.name)
    return list(right(refusing, field)) if right else []


def _permission(resource: str) -> Right:
    return lambda refusing, _: refusing.permission("read", resource)


def _resident(refusing: Refusing, field: RootField) -> Iterator[Refused]:
    yield from refusing.searching(_items(field.inputs("by")))


def _residents(refusing: Refusing, field: RootField) -> Iterator[Refused]:
    items = _items(field.inputs("where"))
    yield from refusing.searching(items)
    yield from refusing.too_few(items)


def _counted(refusing: Refusing, field: RootField) -> Iterator[Refused]:
    yield from refusing.permission("read", "Statistics")
    drawn = {statistics.PopulationDimension.AGE.value: True} if "pyramid" in field.selected else {}
    named = {**field.choices("by"), **drawn}
    items: dict[str, bool] = {}
    for name, certain in named.items():
        items[statistics.ITEMS[name]] = certain or items.get(statistics.ITEMS[name], False)
    yield from refusing.searching(items)


def _notified(refusing: Refusing, field: RootField) -> Iterator[Refused]:
    chosen = field.choice("input", "matter")
    every = [IndividualMatter[chosen].item] if chosen else MATTERS
    matters = every if field.name == RecordMatter.procedure else ("",)
    yield from refusing.doing("notify", [NotificationFacts(field.name, True, one) for one in matters])


def _protected(refusing: Refusing, field: RootField) -> Iterator[Refused]:
    yield from refusing.doing("protect", [NotificationFacts(field.name, own=True)])


def _issued(refusing: Refusing, field: RootField) -> Iterator[Refused]:
    """Who issues nothing is not told either what the law says where no article lets somebody ask."""
    kind, requester = field.choice("input", "kind"), field.choice("input", "requester", "kind")
    kinds = [CertificateKind[kind]] if kind else CertificateKind
    requesters = [RequesterKind[requester]] if requester else RequesterKind
    lawful = [
        CertificateFacts(one.value, who.value) for one, who in product(kinds, requesters) if legal_basis(one, who)
    ]
    yield from refusing.of_records("issue", lawful) if lawful else refusing.doing("see", [CertificateFacts()])


def _inspected(refusing: Refusing, field: RootField) -> Iterator[Refused]:
    """Whoever may not stand on the list is left out; it is refused where nobody may."""
    chosen = field.choice("input", "ground")
    grounds = [InspectionGround[chosen]] if chosen else list(InspectionGround)
    copy = CertificateKind.REGISTER_INSPECTION_COPY.value
    made = list(dict.fromkeys(CertificateFacts(copy, one.requester.value) for one in grounds))
    yield from (one for one in refusing.of_records("inspect", made) if not one.condition)


def _seen_of_records(refusing: Refusing, _: RootField) -> Iterator[Refused]:
    yield from refusing.of_records("see", [CertificateFacts()])


def _book(action: str) -> Right:
    return lambda refusing, _: refusing.doing(action, [CertificateFacts()])


def _with_notification(action: str) -> Right:
    return lambda refusing, _: refusing.with_kept(action, list(notifications()))


def _with_extraction(action: str) -> Right:
    return lambda refusing, _: refusing.with_kept(action, [ExtractionFacts(own=True), ExtractionFacts(own=False)])


def _own_extractions(action: str) -> Right:
    return lambda refusing, _: refusing.doing(action, [ExtractionFacts(own=True)])


_LEDGER = ("ledgerEntries", "ledgerReport", "policyMatrix", "ledgerState", "ledgerCounts", "accessStatement")

FREE: Mapping[str, frozenset[str]] = {
    "Query": frozenset({"me", "explain", "changes", "notification", "notifications", "extraction", "node"}),
    "Mutation": frozenset(),
}
"""Root fields that are never refused as a whole: what the caller may not see is not there."""

RIGHTS: Mapping[str, Mapping[str, Right]] = {
    "Query": {
        "resident": _resident,
        "residents": _residents,
        "household": _resident,
        **dict.fromkeys(_LEDGER, _permission("Ledger")),
        **dict.fromkeys(("populationStatistics", "changeSummaryReport"), _counted),
        "restrictions": _permission("Restriction"),
        "supportMeasures": _permission("SupportMeasure"),
        "issuance": _book("see"),
        "issuanceHistory": _seen_of_records,
        "extractions": _own_extractions("see"),
    },
    "Mutation": {
        **dict.fromkeys(NOTICES, _notified),
        **dict.fromkeys(PROTECTING, _protected),
        "approve": _with_notification("approve"),
        "withdraw": _with_notification("withdraw"),
        CertificateRequest.procedure: _issued,
        "voidIssuance": _book("void"),
        InspectionRequest.procedure: _inspected,
        ExtractionRequest.procedure: _own_extractions("request"),
        **dict.fromkeys(("approveExtraction", "refuseExtraction"), _with_extraction("approve")),
        "withdrawExtraction": _with_extraction("withdraw"),
        "runExtraction": _with_extraction("run"),
    },
}
"""What each other root field needs, as the desk demands it."""


def _items(names: Mapping[str, bool]) -> Named:
    return {_ASKED_BY[name]: certain for name, certain in names.items() if name in _ASKED_BY}
