"""The policy in force as tables (操作権限一覧表), each cell with the rule and the line of the policy that says so."""

from __future__ import annotations

from functools import lru_cache

import strawberry

from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.subjects.nodes import Outcome
from authz.overview import policy_tables
from authz.policy import Policy
from authz.review.asking import ITEMS, KINDS
from authz.review.explaining import places
from authz.review.matrix import ActRow, ItemRow, Matrix
from authz.runs import Asked, graphql_name


@strawberry.type(description="事務, and the departments that work for it.")
class MatrixPurpose:
    """A column of the table."""

    code: str = strawberry.field(description="コード")
    name: str = strawberry.field(description="事務の名称")
    legal_basis: str = strawberry.field(description="法的根拠")
    uses_individual_number: bool = strawberry.field(description="個人番号利用事務か")
    departments: list[str] = strawberry.field(description="部署")


@strawberry.type(description="項目 — an item of a record.")
class MatrixItem:
    """A row of the table."""

    record: str = strawberry.field(description="RESIDENT or HOUSEHOLD. / 記録の種類")
    item: str = strawberry.field(description="Its name in the schema.")
    name: str = strawberry.field(description="項目名")
    english: str
    item_class: str = strawberry.field(description="What a policy opens or closes as one. / 項目区分")
    number: int | None = strawberry.field(description="Its number in file F1 of the assessment. / 別添１の番号")


@strawberry.type(description="規則 — a rule of the policy.")
class PolicyRule:
    """A rule."""

    id: str
    legal_basis: str = strawberry.field(description="根拠法令")
    text: str = strawberry.field(description="What it says. / 内容")
    line: int = strawberry.field(description="Where the policy lists it, counted from 1. / 行")


@strawberry.type(
    description="What a purpose is shown of an item, under a condition: facts, a `-` before one that does not hold, `;`"
    " between alternatives; `otherwise` where none of the others holds, empty for always. / 操作権限一覧表のマス"
)
class MatrixCell:
    """A cell, or one of its conditions."""

    purpose: str
    departments: list[str] = strawberry.field(description="Empty: all that work for the purpose. / 部署")
    record: str
    item: str
    switched_off: str = strawberry.field(description="The class that a grant closes; else empty. / 閉じた区分")
    condition: str = strawberry.field(description="記録の状態")
    outcome: Outcome
    search: str = strawberry.field(description="The rule by which one may search by it; empty: none does. / 検索")
    rule: str
    line: int = strawberry.field(description="Where the policy applies the rule, counted from 1. / 行")


@strawberry.type(description="What a purpose may do beside reading; what is not listed is refused. / 操作の権限")
class MatrixAct:
    """An act."""

    purpose: str
    departments: list[str]
    action: str
    about: str
    switched_off: str
    condition: str
    outcome: str = strawberry.field(description="ALLOWED, or REFUSED where a closed class takes it away.")
    rule: str = strawberry.field(description="Empty where it goes by the purpose alone.")
    legal_basis: str


@strawberry.type(description="操作権限一覧表 — all that the policy in force says.")
class PolicyMatrix:
    """The tables, and the policy that they come from."""

    policy_hash: str = strawberry.field(description="SHA-256 of its text, as entries of the ledger name it.")
    text: str = strawberry.field(description="ポリシーの本文")
    switchable: list[str] = strawberry.field(description="The classes that a grant may close. / 閉じられる区分")
    purposes: list[MatrixPurpose]
    items: list[MatrixItem]
    rules: list[PolicyRule]
    cells: list[MatrixCell]
    acts: list[MatrixAct]


async def show_matrix(info: GraphInfo) -> PolicyMatrix:
    """The tables of the policy in force; recorded as a look into the ledger is. Raises `Refusal` (NOT_PERMITTED)."""
    visit = info.context.visit
    tables = await policy_tables(visit, Asked(field_name(raw(info))))
    return _told(visit.desk.decisions.policy, tables)


@lru_cache(maxsize=1)
def _told(policy: Policy, tables: Matrix) -> PolicyMatrix:
    lines: dict[tuple[str, str], int] = {}
    for one in tables.items:
        if (one.rule, one.purpose) not in lines:
            lines[one.rule, one.purpose] = places(policy.text, one.rule, one.purpose)[0]
    items = [_item(record, item) for record, kind in KINDS.items() for item in ITEMS[kind]]
    return PolicyMatrix(
        policy_hash=policy.hash,
        text=policy.text,
        switchable=[name for name in dict.fromkeys(one.item_class for one in items) if name in policy.switchable],
        purposes=[_purpose(policy, code) for code in policy.purposes],
        items=items,
        rules=[_rule(policy, rule) for rule in policy.rules],
        cells=[_cell(one, lines[one.rule, one.purpose]) for one in tables.items],
        acts=[_act(one) for one in tables.acts],
    )


def _item(record: str, identifier: str) -> MatrixItem:
    item = ITEMS[KINDS[record]][identifier]
    return MatrixItem(
        record=record.upper(),
        item=item.graphql_name,
        name=item.japanese,
        english=item.english,
        item_class=item.item_class.value,
        number=item.number,
    )


def _purpose(policy: Policy, code: str) -> MatrixPurpose:
    purpose = policy.purposes[code]
    return MatrixPurpose(
        code=code,
        name=purpose.name,
        legal_basis=purpose.legal_basis,
        uses_individual_number=purpose.uses_individual_number,
        departments=[name for name, codes in policy.departments.items() if code in codes],
    )


def _rule(policy: Policy, rule: str) -> PolicyRule:
    told = policy.rules[rule]
    _, line = places(policy.text, rule, "")
    return PolicyRule(id=rule, legal_basis=told.legal_basis, text=told.text, line=line)


def _cell(row: ItemRow, line: int) -> MatrixCell:
    return MatrixCell(
        purpose=row.purpose,
        departments=list(row.departments),
        record=row.record.upper(),
        item=graphql_name(row.item),
        switched_off=row.switched_off,
        condition=row.condition,
        outcome=Outcome(row.outcome),
        search=row.search,
        rule=row.rule,
        line=line,
    )


def _act(row: ActRow) -> MatrixAct:
    return MatrixAct(
        purpose=row.purpose,
        departments=list(row.departments),
        action=row.action,
        about=row.about,
        switched_off=row.switched_off,
        condition=row.condition,
        outcome=row.outcome,
        rule=row.rule,
        legal_basis=row.legal_basis,
    )
