"""The schema, built once per process: what differs between apps comes through the request's context."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.graphql.disclosed import read_leaves
from api.graphql.mutations import mutation_type
from api.graphql.resolving import GraphInfo
from api.graphql.subjects import changes as feed
from api.graphql.subjects import histories, households, me, notifications, protections, resident_filters, residents
from api.graphql.subjects.nodes import Node
from domain.notifications import State

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
    async def restrictions(
        self, info: GraphInfo, addressee_number: protections.Number
    ) -> list[protections.Restriction]:
        """The restrictions that stand."""
        return await protections.list_restrictions(info, addressee_number)

    @strawberry.field(description="支援措置 — a person's support measures, for the responsible officer.")
    async def support_measures(self, info: GraphInfo, addressee_number: protections.Number) -> protections.Support:
        """Her measures, the old ones too."""
        return await protections.find_support(info, addressee_number)

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
