"""Explain: what an operation would show to this caller, and why, told from the policy alone; no record is touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import strawberry
from graphql import REMOVE, DirectiveNode, FieldNode, GraphQLSchema, OperationDefinitionNode, Visitor, visit
from graphql.execution.values import VariableValues

from api.graphql.disclosed import ITEMS_BY_FIELD
from api.graphql.documents import Documents, InvalidDocument, Prepared
from api.graphql.limits import fragments_of
from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.selection import Selecting, selected
from api.graphql.strict import KINDS, Operation, types_of
from api.graphql.subjects.nodes import Outcome
from api.graphql.subjects.refusals import RootField, refusals
from authz.callers import Profile
from authz.decisions import Decisions
from authz.facts import all_facts
from authz.review.conditions import combination, conditions
from authz.review.refusing import Refusing
from authz.runs import Asked
from domain.errors import Code, Refusal


@strawberry.type(description="What becomes of an item under a condition on its record's facts. / 場合ごとの表示区分")
class ExplainedCase:
    """One outcome with its reason."""

    condition: str = strawberry.field(
        description="Of closed, protected, released, restricted: `-` negates, `;` is or; empty: always. / 条件"
    )
    opened: bool = strawberry.field(description="Whether such a record may be opened at all. / 照会の可否")
    outcome: Outcome
    rule: str
    legal_basis: str


@strawberry.type(
    description="Why the whole would be refused before anything is looked up, as far as document and policy tell."
    " / 操作全体が拒否される理由"
)
class ExplainedRefusal:
    """A refusal of a root field."""

    code: str = strawberry.field(description="The error's code. / エラーコード")
    names: list[str] = strawberry.field(description="The items, or the argument, that it is about. / 対象の項目")
    condition: str = strawberry.field(
        description="Of the record, as of a case; `own` and `-own` of what is acted upon; empty: always. / 条件"
    )
    certain: bool = strawberry.field(description="False where it goes by a variable or by the condition. / 確実か")
    rule: str
    legal_basis: str


@strawberry.type(description="A field of the operation. / 操作の各フィールド")
class ExplainedField:
    """What a field would show."""

    path: str = strawberry.field(description="Names in the answer, from the root. / 回答内の位置")
    field: str = strawberry.field(description="Type and field.")
    item: str | None = strawberry.field(description="The item that it reads; null where it is none. / 項目")
    cases: list[ExplainedCase] = strawberry.field(description="Empty where it is no item of a record.")
    refusals: list[ExplainedRefusal] = strawberry.field(
        description="Of a root field, in the order in which they are found: the first is what is answered. / 拒否"
    )


def explain(info: GraphInfo, document: str, operation_name: str | None) -> list[ExplainedField]:
    """Every field that the operation selects. Raises `Refusal` as the operation itself would."""
    context = info.context.visit
    context.note(Asked(field_name(raw(info))))
    schema = raw(info).schema
    try:
        prepared = Documents(schema, introspection=True).prepare(document, operation_name)
    except InvalidDocument:
        raise Refusal(Code.VALIDATION_FAILED, names=("document",)) from None
    return list(explained(context.desk.decisions, context.caller.profile, schema, prepared))


def explained(
    decisions: Decisions, profile: Profile, schema: GraphQLSchema, prepared: Prepared
) -> Iterator[ExplainedField]:
    """The fields of an operation in the order of the answer; what @skip or @include would leave out is told as well."""
    document = visit(prepared.document, _WithoutDirectives())
    operation = visit(prepared.operation, _WithoutDirectives())
    look = Operation(schema, fragments_of(document), VariableValues({}, {}))
    root = "Mutation" if prepared.changes else "Query"
    refused = _refused(Refusing(decisions, profile), look, root, operation)
    for path, kind, field in _fields(look, root, (operation,), ()):
        item = ITEMS_BY_FIELD.get(kind, {}).get(field)
        yield ExplainedField(
            path=".".join(path),
            field=f"{kind}.{field}",
            item=item.identifier if item else None,
            cases=_cases(decisions, profile, kind, item.identifier) if item else [],
            refusals=refused.get(path, []),
        )


def _refused(
    refusing: Refusing, look: Operation, root: str, operation: OperationDefinitionNode
) -> dict[tuple[str, ...], list[ExplainedRefusal]]:
    """The refusals of each root field, by its path."""
    return {
        (name,): [
            ExplainedRefusal(
                code=one.code.value,
                names=list(one.names),
                condition=one.condition,
                certain=one.certain,
                rule=one.rule.id,
                legal_basis=one.rule.legal_basis,
            )
            for one in refusals(refusing, RootField(look.schema, root, operation, same[0], _selected(look, root, same)))
        ]
        for name, same in selected(look, (operation,), root).items()
    }


def _selected(look: Operation, root: str, nodes: Sequence[FieldNode]) -> frozenset[str]:
    kinds = types_of(look.schema, root, nodes[0].name.value)
    return frozenset(same[0].name.value for kind in kinds for same in selected(look, nodes, kind).values())


def _fields(
    look: Operation, kind: str, nodes: Iterable[Selecting], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for name, same in selected(look, nodes, kind).items():
        field = same[0].name.value
        yield (*path, name), kind, field
        for below in types_of(look.schema, kind, field):
            yield from _fields(look, below, same, (*path, name))


def _cases(decisions: Decisions, profile: Profile, kind: str, item: str) -> list[ExplainedCase]:
    answers = {
        combination(facts): (decisions.opens(profile, facts), decisions.decide(profile, facts, item))
        for facts in all_facts(KINDS[kind]).values()
    }
    return [
        ExplainedCase(
            condition=condition,
            opened=opened,
            outcome=Outcome(decision.outcome.value),
            rule=decision.rule.id,
            legal_basis=decision.rule.legal_basis,
        )
        for condition, (opened, decision) in conditions(answers).items()
    ]


class _WithoutDirectives(Visitor):
    """Takes @skip and @include away: they go by variables, which are not told."""

    def enter_directive(self, node: DirectiveNode, *_: Any) -> object:
        """Remove one."""
        return REMOVE
