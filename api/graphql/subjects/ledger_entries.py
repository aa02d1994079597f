"""The ledger as its reviewers read it: entry by entry, the newest first, by what they ask for."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry

from api.graphql.pages import Edge, Page
from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.subjects.nodes import PageInfo
from authz.reviewing import Reviewing
from authz.runs import Asked
from domain.histories import day_of
from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Filter, Met, Recorded

FIRST = 20
"""How many entries a page has when nobody says."""

strawberry.enum(Kind, name="LedgerKind", description="照会, 検索, 異動, 発行, 拒否, サインイン, 記録の閲覧, バッチ")


@strawberry.input(description="All that is given must hold. / 記録の検索条件")
class LedgerFilter:
    """Which entries."""

    first_day: str | None = strawberry.field(
        default=None, name="from", description="The first day, in Japan. / 期間の初日"
    )
    last_day: str | None = strawberry.field(
        default=None, name="to", description="The last day, counted too. / 期間の末日"
    )
    kinds: list[Kind] | None = strawberry.field(default=None, description="Any of these kinds. / 種別")
    staff_number: str | None = strawberry.field(default=None, description="職員番号")
    department: str | None = strawberry.field(default=None, description="部署")
    purpose: str | None = strawberry.field(default=None, description="事務")
    terminal: str | None = strawberry.field(default=None, description="端末")
    path: str | None = strawberry.field(default=None, description="`Query.residents`, `daicho ledger tail`. / 機能")
    code: str | None = strawberry.field(default=None, description="The code it was refused with. / 拒否の符号")
    subject: str | None = strawberry.field(default=None, description="Whose record it was. / 対象者の宛名番号")
    request_id: str | None = strawberry.field(default=None, description="All of one request. / リクエストID")
    number_accessed: bool | None = strawberry.field(default=None, description="個人番号へのアクセス有無")


@strawberry.type(description="What was decided about an item, and by which rule. / 項目の判定")
class LedgerDecision:
    """An item of a group."""

    item: str
    outcome: str
    rule: str


@strawberry.type(description="Records that were decided alike. / 同じ判定の記録")
class LedgerGroup:
    """A group of an entry."""

    facts: list[str] = strawberry.field(description="What held of them: closed, protected, released, restricted.")
    subjects: list[str] = strawberry.field(description="宛名番号 (or a household's number, or an id).")
    decisions: list[LedgerDecision]


@strawberry.type(description="By which item was searched, and the keyed hash of the value. / 検索キー")
class LedgerSearch:
    """A term of a search."""

    item: str
    digest: str


@strawberry.type(description="One entry of the ledger. / アクセス記録")
class LedgerEntry:
    """An entry."""

    position: int = strawberry.field(description="Counted from 0, without a gap. / 記録番号")
    id: strawberry.ID
    recorded_at: str = strawberry.field(description="日時, ISO 8601 in UTC.")
    kind: Kind
    request_id: str
    caller: str | None
    staff_number: str | None = strawberry.field(description="操作者ID")
    department: str | None = strawberry.field(description="部署")
    place: str | None = strawberry.field(description="処理・交付場所; of a refused sign-in, its address.")
    purpose: str | None = strawberry.field(description="事務")
    terminal: str | None = strawberry.field(description="端末名")
    application: str | None
    strength: str | None = strawberry.field(description="認証強度")
    grants: list[str] = strawberry.field(description="利用権限")
    operation: str | None
    document: str | None
    path: str | None = strawberry.field(description="機能名")
    file: str | None = strawberry.field(description="ファイル名")
    groups: list[LedgerGroup]
    searched_by: list[LedgerSearch]
    result_count: int | None
    code: str | None
    policy_hash: str | None
    number_accessed: bool = strawberry.field(description="個人番号へのアクセス有無")
    requester: str | None = strawberry.field(description="証明書などの請求者の区分")
    canonical: str = strawberry.field(description="The entry as it was written and hashed, RFC 8785.")


@strawberry.type(description="An entry in a page, with the cursor after which the next page may begin.")
class LedgerEntryEdge:
    """Relay's edge."""

    cursor: str
    node: LedgerEntry


@strawberry.type(
    description="A page of entries, the newest first. A page may be short, or empty, and yet have a next one: it looks"
    " through so many entries and no more. / アクセス記録の一覧"
)
class LedgerEntryConnection:
    """Relay's connection."""

    edges: list[LedgerEntryEdge]
    nodes: list[LedgerEntry]
    page_info: PageInfo


async def list_entries(info: GraphInfo, wanted: LedgerFilter | None, first: int, after: str | None) -> LedgerPage:
    """A page of the entries that are meant, the newest first."""
    context, name = info.context, field_name(raw(info))
    visit, meant = context.visit, _filter(wanted)
    bound_to = context.question(name, repr(meant))
    start = None if after is None else context.sealer.open_cursor(after, bound_to)
    found, reached = await Reviewing(visit).entries(Asked(name), meant, first, start)
    told = list(map(_entry, found))
    end = None if reached is None else context.sealer.cursor(reached, bound_to)
    return LedgerPage(
        Page(told, end is not None, after is not None, lambda one: context.sealer.cursor(one.id, bound_to)), end
    )


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page that may end after its last entry: what was looked through goes on to there."""

    page: Page[LedgerEntry]
    end_cursor: str | None

    @property
    def nodes(self) -> list[LedgerEntry]:
        """The entries."""
        return list(self.page.nodes)

    @property
    def edges(self) -> list[Edge[LedgerEntry]]:
        """Each with its cursor."""
        return self.page.edges

    @property
    def page_info(self) -> LedgerPage:
        """Where the page stands: read from the page itself."""
        return self

    @property
    def has_next_page(self) -> bool:
        """Whether there is more to look through."""
        return self.page.has_next_page

    @property
    def has_previous_page(self) -> bool:
        """Whether it was asked for with a cursor."""
        return self.page.has_previous_page

    @property
    def start_cursor(self) -> str | None:
        """The first entry's."""
        return self.page.start_cursor


def _filter(wanted: LedgerFilter | None) -> Filter:
    if wanted is None:
        return Filter()
    return Filter(
        days=_open_days(wanted.first_day, wanted.last_day),
        kinds=frozenset(wanted.kinds or ()),
        staff_number=wanted.staff_number,
        department=wanted.department,
        purpose=wanted.purpose,
        terminal=wanted.terminal,
        path=wanted.path,
        code=wanted.code,
        request_id=wanted.request_id,
        subject=wanted.subject,
        number_accessed=wanted.number_accessed,
    )


def _open_days(first: str | None, last: str | None) -> Days | None:
    """Days of which one end may be open."""
    if first is None and last is None:
        return None
    return Days(day_of(first or "1970-01-01", "from"), day_of(last or "9998-12-31", "to"))


def _entry(one: Recorded) -> LedgerEntry:
    texts = {name: one.text(name) for name in _TEXTS}
    return LedgerEntry(
        position=one.fields["position"],
        id=strawberry.ID(one.id),
        recorded_at=str(one.fields["recorded_at"]),
        kind=one.kind,
        request_id=str(one.fields["request_id"]),
        grants=list(one.fields["grants"]),
        groups=[_group(group) for group in one.groups],
        searched_by=[LedgerSearch(item=item, digest=digest) for item, digest in one.searched_by.items()],
        result_count=one.fields["result_count"],
        number_accessed=one.fields["number_accessed"],
        canonical=one.raw.decode(),
        **texts,
    )


_TEXTS = (
    *("caller", "staff_number", "department", "place", "purpose", "terminal", "application", "strength"),
    *("operation", "document", "path", "file", "code", "policy_hash", "requester"),
)


def _group(one: Met) -> LedgerGroup:
    decisions = [
        LedgerDecision(item=item, outcome=said["outcome"], rule=said["rule"]) for item, said in one.items.items()
    ]
    return LedgerGroup(facts=sorted(one.facts), subjects=list(one.subjects), decisions=decisions)
