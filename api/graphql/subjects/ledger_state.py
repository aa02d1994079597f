"""How the ledger's proof stands: what is signed, and who outside the database has it."""

from __future__ import annotations

import strawberry

from api.graphql.resolving import GraphInfo, field_name, raw
from authz.overview import proof_standing
from authz.runs import Asked
from domain.ledger.checkpoints import parse_checkpoint
from domain.ledger.keeping import Signed
from domain.ledger.notes import parse_note
from domain.ledger.standing import Taken


@strawberry.type(description="A signed checkpoint (C2SP tlog-checkpoint). / チェックポイント")
class LedgerCheckpoint:
    """What was signed last."""

    size: int = strawberry.field(description="How many entries it covers. / 件数")
    signed_at: str = strawberry.field(description="署名日時, ISO 8601.")
    origin: str = strawberry.field(description="The ledger's name, and its key's. / 台帳の名")
    root: str = strawberry.field(description="The root of the tree, hexadecimal. / 木の根")
    note: str = strawberry.field(description="The note as it was signed. / 署名されたノート")


@strawberry.type(description="A place outside the database that takes checkpoints. / データベース外の保存先")
class LedgerPlace:
    """A file, syslog, a witness."""

    name: str
    size: int = strawberry.field(description="The largest checkpoint that it took. / 受領した件数")
    taken_at: str = strawberry.field(description="When it last took one, ISO 8601. / 受領日時")


@strawberry.type(
    description="While this is answered, disclosure stands: where no place outside has new checkpoints for too long,"
    " every request is refused with LEDGER_UNAVAILABLE. / 証明の状態"
)
class LedgerState:
    """The state of the proof."""

    size: int = strawberry.field(description="How many entries there are now. / 件数")
    checkpoint: LedgerCheckpoint | None = strawberry.field(description="The newest; null while nothing is signed.")
    places: list[LedgerPlace]


async def show_state(info: GraphInfo) -> LedgerState:
    """How the proof stands. Raises `Refusal` (NOT_PERMITTED, STORE_UNAVAILABLE)."""
    standing = await proof_standing(info.context.visit, Asked(field_name(raw(info))))
    return LedgerState(
        size=standing.size,
        checkpoint=_checkpoint(standing.signed) if standing.signed else None,
        places=[_place(one) for one in standing.places],
    )


def _checkpoint(signed: Signed) -> LedgerCheckpoint:
    checkpoint = parse_checkpoint(parse_note(signed.note).text)
    return LedgerCheckpoint(
        size=signed.size,
        signed_at=signed.signed_at.isoformat(),
        origin=checkpoint.origin,
        root=checkpoint.root.hex(),
        note=signed.note.decode(),
    )


def _place(taken: Taken) -> LedgerPlace:
    return LedgerPlace(name=taken.place, size=taken.size, taken_at=taken.at.isoformat())
