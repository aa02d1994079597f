"""What can be changed: a mutation for each procedure, and the second person's part.

One request does one of them: it is one transaction under one key, so what is refused is the whole request, and what is
answered is all of it.
"""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.tools import create_type

from api.graphql.arguments import Acknowledged, Key
from api.graphql.notices import first_line, input_of, naming_inputs, notice_of
from api.graphql.resolving import GraphInfo, field_name, raw
from api.graphql.subjects.certificates import certificate_mutations
from api.graphql.subjects.extractions import extraction_mutations
from api.graphql.subjects.inspections import inspection_mutations
from api.graphql.subjects.notifications import NotificationResult, result_of
from api.graphql.subjects.protections import protection_mutations
from authz.changing import Changing, Wish
from authz.runs import Asked
from domain.notifications import Notice
from domain.procedures.registry import NOTICES


async def approve(
    info: GraphInfo,
    id: strawberry.ID,  # noqa: A002 - as all ids of the graph
    idempotency_key: Key,
    acknowledge: Acknowledged = [],  # noqa: B006 - never changed; the schema shows it
) -> NotificationResult:
    """Do what a provisional notification proposes."""
    changing = Changing(info.context.visit)
    return result_of(changing, await changing.approve(_asked(info), id, _wish(idempotency_key, acknowledge)))


async def withdraw(
    info: GraphInfo,
    id: strawberry.ID,  # noqa: A002 - as all ids of the graph
    idempotency_key: Key,
) -> NotificationResult:
    """End a provisional notification without doing it."""
    changing = Changing(info.context.visit)
    return result_of(changing, await changing.withdraw(_asked(info), id, _wish(idempotency_key)))


def mutation_of(kind: type[Notice]) -> Any:
    """The mutation that hands in a notice of this kind."""

    async def hand_in(info: GraphInfo, input: Any, idempotency_key: str, acknowledge: list[str]) -> NotificationResult:  # noqa: A002 - as GraphQL calls it
        changing = Changing(info.context.visit)
        with naming_inputs(kind):
            wish = _wish(idempotency_key, acknowledge)
            return result_of(changing, await changing.notify(_asked(info), lambda: notice_of(kind, input), wish))

    hand_in.__name__ = kind.procedure
    hand_in.__defaults__ = ([],)
    hand_in.__annotations__ |= {"input": input_of(kind), "idempotency_key": Key, "acknowledge": Acknowledged}
    return strawberry.field(resolver=hand_in, name=kind.procedure, description=first_line(kind))


def mutation_type() -> type:
    """The root of all changes: every procedure, then what becomes of a notification."""
    second: list[Any] = [
        strawberry.field(
            resolver=approve, description="本登録 — do what a notification proposes; not one of your own."
        ),
        strawberry.field(resolver=withdraw, description="取下げ — end a provisional notification without doing it."),
    ]
    return create_type(
        "Mutation",
        [
            *map(mutation_of, NOTICES.values()),
            *second,
            *protection_mutations(),
            *certificate_mutations(),
            *inspection_mutations(),
            *extraction_mutations(),
        ],
        description="What can be changed; one of these a request. / 異動",
    )


def _asked(info: GraphInfo) -> Asked:
    return Asked(field_name(raw(info)))


def _wish(key: str, acknowledge: list[str] | None = None) -> Wish:
    return Wish(key, frozenset(acknowledge or ()))
