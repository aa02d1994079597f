"""The schema, built once per process: what differs between apps comes through the request's context."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.graphql.arguments import Number
from api.graphql.disclosed import read_leaves
from api.graphql.mutations import mutation_type
from api.graphql.resolving import GraphInfo
from api.graphql.subjects import (
    certificates,
    explaining,
    extractions,
    histories,
    households,
    ledger_entries,
    ledger_state,
    me,
    notifications,
    policy_matrix,
    protections,
    resident_filters,
    residents,
    reviewing,
    statistics,
)
from api.graphql.subjects import changes as feed
from api.graphql.subjects.nodes import Node
from domain.extractions import ExtractionState
from domain.ledger.analyses.findings import ReportKind
from domain.ledger.reading import Dimension
from domain.notifications import State
from domain.statistics import CountedBy

AsOf = Annotated[
    str | None,
    strawberry.argument(
        description="What the record said on this day; decided as it is today, found by today's number. / 基準日"
    ),
]
KnownAt = Annotated[
    str | None,
    strawberry.argument(
        description="As the register knew it then: a date and time with offset, or a day (its end in Japan). / 時点"
    ),
]


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field(description="Who am I, and what may I see? / 自分の権限")
    def me(self, info: GraphInfo) -> me.Me:
        """The caller."""
        return me.who_am_i(info)

    @strawberry.field(
        description="What an operation would show me, field by field, and why; nothing is looked up. / 表示区分の説明"
    )
    def explain(
        self, info: GraphInfo, document: str, operation_name: str | None = None
    ) -> list[explaining.ExplainedField]:
        """What an operation would show."""
        return explaining.explain(info, document, operation_name)

    @strawberry.field(
        description="One resident, by a number or id. Null where there is none that you may open. / 住民の照会"
    )
    async def resident(
        self, info: GraphInfo, by: residents.ResidentKey, as_of: AsOf = None, known_at: KnownAt = None
    ) -> residents.Resident | None:
        """One resident."""
        then = histories.standpoint_of(info, as_of, known_at)
        return cast("residents.Resident | None", await residents.find_resident(info, by, then))

    @strawberry.field(description="Residents that match all conditions, by addressee number. / 住民の検索")
    async def residents(
        self,
        info: GraphInfo,
        where: resident_filters.ResidentFilter,
        first: int = residents.FIRST,
        after: str | None = None,
    ) -> residents.ResidentConnection:
        """A page of residents."""
        return cast(residents.ResidentConnection, await residents.list_residents(info, where, first, after))

    @strawberry.field(description="One household, by its number or id. / 世帯の照会")
    async def household(self, info: GraphInfo, by: households.HouseholdKey) -> households.Household | None:
        """One household."""
        return cast("households.Household | None", await households.find_household(info, by))

    @strawberry.field(
        description="Changes to items that your purpose is shown, in order, after a cursor that lasts. / 異動の追跡"
    )
    async def changes(
        self, info: GraphInfo, after: str | None = None, first: int = feed.FIRST
    ) -> feed.ChangeConnection:
        """A page of changes."""
        return cast(feed.ChangeConnection, await feed.list_changes(info, after, first))

    @strawberry.field(description="One notification. Null where there is none that you may see. / 届出の照会")
    async def notification(
        self,
        info: GraphInfo,
        id: strawberry.ID,  # noqa: A002 - as all ids of the graph
    ) -> notifications.Notification | None:
        """One notification."""
        return await notifications.find_notification(info, id)

    @strawberry.field(description="Notifications in one state, the oldest first. / 仮登録一覧")
    async def notifications(
        self,
        info: GraphInfo,
        state: State = State.PROVISIONAL,
        first: int = notifications.FIRST,
        after: str | None = None,
    ) -> notifications.NotificationConnection:
        """A page of notifications."""
        page = await notifications.list_notifications(info, state, first, after)
        return cast(notifications.NotificationConnection, page)

    @strawberry.field(
        description="抑止 — what is restricted for a person or her household, for the responsible officer."
    )
    async def restrictions(self, info: GraphInfo, addressee_number: Number) -> list[protections.Restriction]:
        """The restrictions that stand."""
        return await protections.list_restrictions(info, addressee_number)

    @strawberry.field(description="支援措置 — a person's support measures, for the responsible officer.")
    async def support_measures(self, info: GraphInfo, addressee_number: Number) -> protections.Support:
        """Her measures, the old ones too."""
        return await protections.find_support(info, addressee_number)

    @strawberry.field(
        description="交付履歴 — one entry of the issuance book. Null where there is none that you may see."
    )
    async def issuance(
        self,
        info: GraphInfo,
        id: strawberry.ID,  # noqa: A002 - as all ids of the graph
    ) -> certificates.Issuance | None:
        """One entry of the book."""
        return await certificates.find_issuance(info, id)

    @strawberry.field(description="交付履歴 — what was issued of somebody, the newest first.")
    async def issuance_history(
        self, info: GraphInfo, addressee_number: Number, first: int = certificates.FIRST, after: str | None = None
    ) -> certificates.IssuanceConnection:
        """A page of the book."""
        page = await certificates.list_issuances(info, addressee_number, first, after)
        return cast(certificates.IssuanceConnection, page)

    @strawberry.field(description="統計 — population and households of a day, for the register office.")
    async def population_statistics(
        self,
        info: GraphInfo,
        by: statistics.People = [],  # noqa: B006 - never changed; the schema shows it
        as_of: statistics.AsOf = None,
        known_at: statistics.KnownAt = None,
    ) -> statistics.PopulationStatistics:
        """The people of a day, counted."""
        return await statistics.population(info, as_of, known_at, by)

    @strawberry.field(description="異動集計表 — what happened in a period, for the register office.")
    async def change_summary_report(
        self,
        info: GraphInfo,
        first: statistics.First,
        last: statistics.Last,
        by: statistics.Changes = [],  # noqa: B006 - as above
        counted_by: CountedBy = CountedBy.PROCESSED_ON,
    ) -> statistics.ChangeSummaryReport:
        """The changes of a period, counted."""
        return await statistics.movements(info, first, last, counted_by, by)

    @strawberry.field(description="抽出依頼 — one request for data in bulk. Null where there is none that you may see.")
    async def extraction(
        self,
        info: GraphInfo,
        id: strawberry.ID,  # noqa: A002 - as all ids of the graph
    ) -> extractions.Extraction | None:
        """One request."""
        return await extractions.find_extraction(info, id)

    @strawberry.field(description="抽出依頼 — requests in one state that you may see, the oldest first.")
    async def extractions(
        self,
        info: GraphInfo,
        state: ExtractionState,
        first: int = extractions.FIRST,
        after: str | None = None,
    ) -> extractions.ExtractionConnection:
        """A page of requests."""
        return cast(extractions.ExtractionConnection, await extractions.list_extractions(info, state, first, after))

    @strawberry.field(description="アクセス記録 — the ledger, the newest first, for reviewers.")
    async def ledger_entries(
        self,
        info: GraphInfo,
        filter: ledger_entries.LedgerFilter | None = None,  # noqa: A002 - as it is called in every graph
        first: int = ledger_entries.FIRST,
        after: str | None = None,
    ) -> ledger_entries.LedgerEntryConnection:
        """A page of the ledger."""
        return cast(ledger_entries.LedgerEntryConnection, await ledger_entries.list_entries(info, filter, first, after))

    @strawberry.field(description="ログの分析 — use in a period that a reviewer should look at, for reviewers.")
    async def ledger_report(
        self,
        info: GraphInfo,
        kind: ReportKind,
        first: reviewing.First,
        last: reviewing.Last,
        about: reviewing.About = None,
    ) -> reviewing.LedgerReport:
        """An analysis."""
        return await reviewing.report(info, kind, first, last, about)

    @strawberry.field(description="操作権限一覧表 — all that the policy in force says, for reviewers.")
    async def policy_matrix(self, info: GraphInfo) -> policy_matrix.PolicyMatrix:
        """The policy as tables."""
        return await policy_matrix.show_matrix(info)

    @strawberry.field(description="証明の状態 — what is signed of the ledger and who outside has it, for reviewers.")
    async def ledger_state(self, info: GraphInfo) -> ledger_state.LedgerState:
        """The state of the ledger's proof."""
        return await ledger_state.show_state(info)

    @strawberry.field(description="アクセス件数 — entries of a period, counted, for reviewers.")
    async def ledger_counts(
        self,
        info: GraphInfo,
        first: reviewing.First,
        last: reviewing.Last,
        by: list[Dimension] = [Dimension.DAY],  # noqa: B006 - never changed; the schema shows it
    ) -> reviewing.LedgerCounts:
        """Entries, counted."""
        return await reviewing.counts(info, first, last, by)

    @strawberry.field(description="アクセス記録の開示 — who saw what of somebody, for herself; made by reviewers.")
    async def access_statement(
        self, info: GraphInfo, addressee_number: Number, first: reviewing.First, last: reviewing.Last
    ) -> reviewing.AccessStatement:
        """A resident's own statement."""
        return await reviewing.statement(info, addressee_number, first, last)

    @strawberry.field(description="Any record by its id. / 識別子による照会")
    async def node(self, info: GraphInfo, id: strawberry.ID) -> Node | None:  # noqa: A002 - Relay calls it id
        """A record of any kind."""
        return cast("Node | None", await find_node(info, id))


async def find_node(info: GraphInfo, node_id: str) -> object:
    """The record, if the id is ours and the caller may open it."""
    context = info.context
    opened = context.sealer.open_node_id(node_id, context.visit.occasion.municipality_code)
    if opened and opened[0] == "Household":
        return await households.find_household(info, households.HouseholdKey(id=strawberry.ID(node_id)))
    return await residents.find_resident(info, residents.ResidentKey(id=strawberry.ID(node_id)))


def build_schema() -> GraphQLSchema:
    """Strawberry's schema, as graphql-core executes it, with the one reader on every leaf."""
    schema = strawberry.Schema(
        query=Query,
        mutation=mutation_type(),
        types=[residents.Resident, households.Household],
        config=StrawberryConfig(auto_camel_case=True),
    )._schema
    read_leaves(schema)
    return schema


SCHEMA = build_schema()

SCHEMA_FILE = Path(__file__).parent / "schema.graphql"
"""The schema as text, committed; GraphiQL builds its explorer from it, and a test compares the two."""
