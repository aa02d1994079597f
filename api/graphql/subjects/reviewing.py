"""The reviewer's desk: the ledger analysed and counted, and a resident's own statement (開示)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import strawberry

from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.selection import selected
from api.statement_pages import statement_page
from authz.reviewing import Reviewing
from authz.runs import Asked
from domain.histories import day_of
from domain.ledger import reading, statements
from domain.ledger.analyses import findings
from domain.ledger.analyses.findings import Reason, ReportKind
from domain.ledger.analyses.reports import MOST_KEPT
from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Dimension

MOST_FINDINGS = 1_000
"""So many findings one answer tells; `csv` and the command line tell more."""

strawberry.enum(ReportKind, name="LedgerReportKind", description="ログの分析 (標準仕様書1.0 10.2), and more.")
strawberry.enum(Reason, name="LedgerFindingReason", description="該当理由")
strawberry.enum(Dimension, name="LedgerDimension", description="日, 時, 種別, 事務, 職員")

First = Annotated[str, strawberry.argument(name="from", description="The first day, in Japan. / 期間の初日")]
Last = Annotated[str, strawberry.argument(name="to", description="Its last day, counted too. / 期間の末日")]
About = Annotated[
    str | None,
    strawberry.argument(description="SEARCHES_BY_NUMBER: whose; tells each search for her. / 対象者の宛名番号"),
]


@strawberry.type(description="What an analysis found; what does not apply is null. / 該当した利用")
class LedgerFinding:
    """A finding."""

    reason: Reason
    reason_ja: str = strawberry.field(description="該当理由")
    at: str = strawberry.field(description="日時 (the first of several), ISO 8601 in Japan.")
    until: str | None = strawberry.field(description="The last of several.")
    staff_number: str | None
    department: str | None
    purpose: str | None
    terminal: str | None
    place: str | None
    path: str | None
    code: str | None
    items: list[str] = strawberry.field(description="By which items was searched.")
    subjects: list[str] = strawberry.field(description="Whose records, at most 100. / 対象者の宛名番号")
    entries: list[strawberry.ID] = strawberry.field(description="The entries' ids, at most 100.")
    count: int = strawberry.field(description="回数")
    records: int = strawberry.field(description="件数")


@strawberry.type(description="An analysis of a period. / ログの分析")
class LedgerReport:
    """A report."""

    kind: ReportKind
    title: str
    title_ja: str
    entries: int = strawberry.field(description="How many entries were looked at. / 対象の記録の件数")
    total: int = strawberry.field(description="How many findings there are. / 該当件数")
    findings: list[LedgerFinding] = strawberry.field(description=f"At most {MOST_FINDINGS}; more are in `csv`.")
    staff: int | None = strawberry.field(description="How many people used the register then. / 利用した職員の数")
    staff_registered: int | None = strawberry.field(
        description="For how many of them their own addressee number is registered: the others could not be compared."
        " Null where it does not matter. / 本人の宛名番号が登録されている職員の数"
    )
    csv: str | None = strawberry.field(
        description=f"Findings as CSV, in both languages; at most {MOST_KEPT}: `daicho ledger report` writes all."
    )


@strawberry.type(description="Entries counted together; what was not asked for is null. / 集計")
class LedgerCell:
    """A cell."""

    day: str | None
    hour: int | None = strawberry.field(description="0-23, in Japan. / 時")
    kind: Kind | None
    purpose: str | None
    staff_number: str | None
    entries: int
    number_accessed: int = strawberry.field(description="Of them with access to an Individual Number.")


@strawberry.type(description="Entries of a period, counted, for charts. / 記録の件数")
class LedgerCounts:
    """Counts."""

    total: int
    cells: list[LedgerCell]


@strawberry.type(description="An access to somebody's record, as she is told of it. / アクセスの状況")
class StatementRow:
    """A row of the statement."""

    at: str = strawberry.field(description="日時, ISO 8601 in Japan.")
    act: str = strawberry.field(description="What was done, in plain Japanese. / 利用の内容")
    department: str | None = strawberry.field(description="部署")
    place: str | None = strawberry.field(description="場所")
    purpose: str | None = strawberry.field(description="事務の名称")
    legal_basis: str | None = strawberry.field(description="根拠法令")
    items: list[str] = strawberry.field(
        description="What was asked for, of what the purpose is shown of anybody; not what was shown. / 調べた項目"
    )
    number_accessed: bool = strawberry.field(
        description="Whether the Individual Number was asked for, or searched by. / 個人番号を調べたか"
    )


@strawberry.type(description="アクセス記録の開示 — who saw what of somebody, for herself.")
class AccessStatement:
    """A resident's own statement."""

    addressee_number: str = strawberry.field(description="宛名番号")
    rows: list[StatementRow]
    hidden: int = strawberry.field(
        description="How many requests the law keeps from her, of those that may be counted. / 不開示の件数"
    )
    csv: str
    html: str = strawberry.field(description="A page to print, in plain Japanese. / 印刷用のページ")


async def report(info: GraphInfo, kind: ReportKind, first: str, last: str, about: str | None) -> LedgerReport:
    """An analysis of a period."""
    found = await Reviewing(info.context.visit).report(_asked(info), kind, _days(first, last), about)
    wanted = {same[0].name.value for same in selected(raw(info), raw(info).field_nodes, "LedgerReport").values()}
    return LedgerReport(
        kind=kind,
        title=kind.english,
        title_ja=kind.japanese,
        entries=found.entries,
        total=found.total,
        findings=list(map(_finding, found.findings[:MOST_FINDINGS])),
        staff=found.staff,
        staff_registered=found.registered,
        csv=found.csv() if "csv" in wanted else None,
    )


async def counts(info: GraphInfo, first: str, last: str, by: list[Dimension]) -> LedgerCounts:
    """Entries, counted."""
    dimensions = list(dict.fromkeys(by))
    cells = await Reviewing(info.context.visit).counts(_asked(info), _days(first, last), dimensions)
    return LedgerCounts(total=sum(one.entries for one in cells), cells=[_cell(dimensions, one) for one in cells])


async def statement(info: GraphInfo, addressee_number: str, first: str, last: str) -> AccessStatement:
    """What somebody is told of who saw her record."""
    visit = info.context.visit
    told = await Reviewing(visit).statement(_asked(info), addressee_number, _days(first, last))
    city = visit.desk.office.city_of(visit.occasion.municipality_code)
    return AccessStatement(
        addressee_number=told.addressee_number,
        rows=list(map(_row, told.rows)),
        hidden=told.hidden,
        csv=told.csv(),
        html=statement_page(told, city, visit.occasion.today),
    )


def _days(first: str, last: str) -> Days:
    return Days(day_of(first, "from"), day_of(last, "to"))


def _finding(one: findings.Finding) -> LedgerFinding:
    return LedgerFinding(
        reason=one.reason,
        reason_ja=one.reason.japanese,
        at=one.at.isoformat(),
        until=one.until.isoformat() if one.until else None,
        staff_number=one.staff_number,
        department=one.department,
        purpose=one.purpose,
        terminal=one.terminal,
        place=one.place,
        path=one.path,
        code=one.code,
        items=list(one.items),
        subjects=list(one.subjects),
        entries=list(map(strawberry.ID, one.entries)),
        count=one.count,
        records=one.records,
    )


def _cell(by: Iterable[Dimension], cell: reading.Cell) -> LedgerCell:
    of = dict(zip(by, cell.key, strict=True))
    hour, kind = of.get(Dimension.HOUR), of.get(Dimension.KIND)
    return LedgerCell(
        day=of.get(Dimension.DAY),
        hour=None if hour is None else int(hour),
        kind=None if kind is None else Kind(kind),
        purpose=of.get(Dimension.PURPOSE),
        staff_number=of.get(Dimension.STAFF_NUMBER),
        entries=cell.entries,
        number_accessed=cell.number_accessed,
    )


def _row(one: statements.Row) -> StatementRow:
    return StatementRow(
        at=one.at.isoformat(),
        act=one.act,
        department=one.department,
        place=one.place,
        purpose=one.purpose,
        legal_basis=one.legal_basis,
        items=list(one.items),
        number_accessed=one.number_accessed,
    )


def _asked(info: GraphInfo) -> Asked:
    return Asked(field_name(raw(info)))
