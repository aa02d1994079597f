"""What a reviewer looks over: the policy in force as tables, how the ledger's proof stands. Each look is recorded."""

from __future__ import annotations

from authz.desk import Visit
from authz.review.matrix import Matrix
from authz.reviewing import Reviewing
from authz.runs import Asked
from domain.ledger.standing import Standing


async def policy_tables(visit: Visit, asked: Asked) -> Matrix:
    """The tables of the policy in force. Raises `Refusal` (NOT_PERMITTED)."""
    with Reviewing(visit).reading(asked):
        return await visit.desk.office.policy_tables()


async def proof_standing(visit: Visit, asked: Asked) -> Standing:
    """How the proof of this municipality's ledger stands. Raises `Refusal` (NOT_PERMITTED, STORE_UNAVAILABLE)."""
    with Reviewing(visit).reading(asked):
        return await visit.desk.office.standings.of(visit.occasion.municipality_code)
