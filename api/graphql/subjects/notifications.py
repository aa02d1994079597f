"""Notifications (届出): what is proposed for which record, how far it has come, and what the checks found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import strawberry

from api.graphql.disclosed import spot
from api.graphql.notices import input_path
from api.graphql.pages import Page
from api.graphql.resolving import GraphInfo, field_name, place_of, raw
from api.graphql.subjects.histories import ResidentVersion
from api.graphql.subjects.nodes import PageInfo
from authz import proposals
from authz.changing import Answered, Changing
from authz.disclosure import Disclosure
from authz.proposals import Proposed
from authz.runs import Asked, Position
from domain import notifications as domain
from domain.findings import Severity
from domain.notifications import State

FIRST = 20
"""How many notifications a page has when nobody says."""

Sides = Callable[..., Awaitable[list[Disclosure | None]]]

strawberry.enum(
    State,
    name="NotificationState",
    description="How far a notification has come: 仮登録 (PROVISIONAL), 本登録 (APPROVED), 取下げ (WITHDRAWN).",
)
strawberry.enum(Severity, name="Severity", description="エラー (ERROR: it stops) / アラート (WARNING: acknowledge it)")


@strawberry.type(description="What a check found; never a value. / エラー・アラート")
class Finding:
    """One finding."""

    code: str = strawberry.field(description="Stable; a warning is acknowledged by it. / コード")
    severity: Severity
    source: str = strawberry.field(description="The law, standard or assessment that it follows. / 根拠")
    message: str
    message_ja: str
    names: list[str] = strawberry.field(description="The inputs that it is about, by their paths. / 対象項目")


@strawberry.type(description="What a notification changes on one record. / 異動内容")
class ProposedChange:
    """One change: both versions are decided item by item by today's facts, like every other record."""

    reason: str = strawberry.field(description="異動事由")
    kind: str = strawberry.field(description="異動区分: 記載, 消除, 修正")
    proposed: strawberry.Private[Proposed]

    @strawberry.field(description="異動前 — the record before it; null where there is none that you may open.")
    async def before(self, info: GraphInfo) -> ResidentVersion | None:
        """The record before, for all changes of this level at once."""
        return cast("ResidentVersion | None", await _side(info, self.proposed, proposals.before))

    @strawberry.field(description="異動後 — the record once it is approved; null where you may not open it.")
    async def after(self, info: GraphInfo) -> ResidentVersion | None:
        """The record after, for all changes of this level at once."""
        return cast("ResidentVersion | None", await _side(info, self.proposed, proposals.after))


@strawberry.type(description="届出 — a notification: provisional until a second person approves it.")
class Notification:
    """A notification."""

    id: strawberry.ID
    procedure: str = strawberry.field(description="The mutation that handed it in. / 手続")
    state: State
    made_at: str = strawberry.field(description="入力日時, ISO 8601 with its offset.")
    made_by: str = strawberry.field(description="入力した職員の職員番号")
    department: str = strawberry.field(description="入力した部署")
    ended_at: str | None = strawberry.field(description="本登録又は取下げの日時")
    ended_by: str | None = strawberry.field(description="本登録又は取下げを行った職員の職員番号")
    findings: list[Finding]
    acknowledged: list[str] = strawberry.field(
        description="確認済みのアラート: codes of warnings that were acknowledged."
    )
    changes: list[ProposedChange] = strawberry.field(description="異動内容, in the order in which it happens.")


@strawberry.type(description="What a change is answered; the same each time it is sent under the same key. / 処理結果")
class NotificationResult:
    """The answer of every mutation."""

    stored: bool = strawberry.field(description="Whether it was done. Where not, `findings` say why. / 登録の有無")
    state: State | None
    notification: Notification | None
    findings: list[Finding]


@strawberry.type(description="A notification in a page, with the cursor after which the next page may begin.")
class NotificationEdge:
    """Relay's edge."""

    cursor: str
    node: Notification


@strawberry.type(description="A page of notifications, the oldest first. / 届出の一覧")
class NotificationConnection:
    """Relay's connection."""

    edges: list[NotificationEdge]
    nodes: list[Notification]
    page_info: PageInfo


async def find_notification(info: GraphInfo, id_: str) -> Notification | None:
    """The notification with this id, if there is one that the caller may see."""
    changing = Changing(info.context.visit)
    found = await changing.notification(Asked(field_name(raw(info))), id_)
    return told(changing, found) if found else None


async def list_notifications(info: GraphInfo, state: State, first: int, after: str | None) -> Page[Notification]:
    """A page of the notifications in this state."""
    context, changing = info.context, Changing(info.context.visit)
    name = field_name(raw(info))
    bound_to = context.question(name, state.value)
    start = None if after is None else context.sealer.open_cursor(after, bound_to)
    found, more = await changing.notifications(Asked(name), state, first, start)
    nodes = [told(changing, one) for one in found]
    return Page(nodes, more, after is not None, lambda one: context.sealer.cursor(one.id, bound_to))


def result_of(changing: Changing, answered: Answered) -> NotificationResult:
    """The answer of a mutation, as it was the first time."""
    answer, notification = answered.answer, answered.notification
    return NotificationResult(
        stored=answer["stored"],
        state=State(answer["state"]) if answer["state"] else None,
        notification=told(changing, notification) if notification else None,
        findings=[finding_of(one) for one in answer["findings"]],
    )


def told(changing: Changing, notification: domain.Notification) -> Notification:
    """A notification as this caller may see it: with the findings that she may be told."""
    made = notification.made
    return Notification(
        id=strawberry.ID(notification.id),
        procedure=notification.procedure,
        state=notification.state,
        made_at=made.at.isoformat(),
        made_by=made.staff_number,
        department=made.department,
        ended_at=notification.ended_at.isoformat() if notification.ended_at else None,
        ended_by=notification.ended_by,
        findings=[finding_of(one) for one in changing.findings_of(notification)],
        acknowledged=sorted(notification.acknowledged),
        changes=[_change(Proposed(notification, at)) for at in range(len(notification.changes))],
    )


def _change(proposed: Proposed) -> ProposedChange:
    reason = proposed.change.event.reason
    return ProposedChange(reason=reason.japanese, kind=reason.effect.japanese, proposed=proposed)


def finding_of(finding: dict[str, Any]) -> Finding:
    """A finding as an answer keeps it."""
    return Finding(
        code=finding["code"],
        severity=Severity(finding["severity"]),
        source=finding["source"],
        message=finding["message"],
        message_ja=finding["message_ja"],
        names=[input_path(name) for name in finding["names"]],
    )


async def _side(info: GraphInfo, proposed: Proposed, side: Sides) -> Any:
    """This change's part of what is proposed for all changes of the level."""
    place, position = place_of(raw(info))
    look = raw(info)
    asked = Asked(field_name(look), (spot(look, look.field_nodes, place, "ResidentVersion"),))

    def load(changes: Sequence[Proposed], places: Sequence[Position]) -> Awaitable[Sequence[Any]]:
        return side(info.context.visit, asked, changes, places)

    return await info.context.levels.join(place, proposed, position, load)
