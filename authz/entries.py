"""What the ledger is told: of a run at the desk, and of everybody who was not let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from authz.callers import Caller, Identity
from authz.runs import Run
from domain.certificates.issuances import Issuance
from domain.items import FILE
from domain.ledger.entries import Entry, Group, Kind


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request the ledger names: our id for it, the operation, the hash of its text without literals."""

    request_id: str
    operation: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an entry is made, under which id, for which request, and which policy decided."""

    entry_id: str
    at: datetime
    request: Request
    policy_hash: str

    def fields(self) -> dict[str, Any]:
        """The entry's fields that come from here."""
        return {
            "id": self.entry_id,
            "recorded_at": self.at,
            "request_id": self.request.request_id,
            "operation": self.request.operation,
            "document": self.request.document,
            "policy_hash": self.policy_hash,
        }


def entry_of_run(run: Run, caller: Caller, stamp: Stamp) -> Entry:
    """One run: who, from where, for which purpose, whose records, which items, decided how."""
    return Entry(
        **stamp.fields(),
        **_who(caller.identity),
        kind=run.kind,
        place=caller.place,
        purpose=caller.purpose,
        grants=caller.grants,
        path=run.asked.field,
        file=FILE if (run.permit or run.subjects) and run.kind is not Kind.LEDGER_READ else None,
        groups=run.groups(),
        searched_by=run.searched_by,
        result_count=run.counted if run.counted is not None else len(run.shown) or len(run.subjects),
        code=run.code,
        number_accessed=run.number_accessed,
        requester=run.requester,
    )


def entry_of_refused_admission(identity: Identity, purpose: str | None, code: str, stamp: Stamp) -> Entry:
    """Somebody with a valid token who named no purpose, one that is not granted, or sat at an unknown terminal."""
    return Entry(**stamp.fields(), **_who(identity), kind=Kind.REFUSAL, purpose=purpose, code=code)


@dataclass(frozen=True, slots=True)
class Act:
    """What a command or a job did: its name as the path, and what of it the ledger names."""

    kind: Kind
    path: str
    result_count: int | None = None
    subjects: tuple[str, ...] = ()
    searched_by: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None


def entry_of_act(act: Act, caller: Caller, stamp: Stamp) -> Entry:
    """A command or job, done as a system caller."""
    return Entry(
        **stamp.fields(),
        **_who(caller.identity),
        kind=act.kind,
        place=caller.place,
        purpose=caller.purpose,
        grants=caller.grants,
        path=act.path,
        groups=(Group((), act.subjects, {}),) if act.subjects else (),
        searched_by=act.searched_by,
        result_count=act.result_count,
        code=act.code,
        number_accessed="individual_number" in act.searched_by,
    )


@dataclass(frozen=True, slots=True)
class RefusedSignIn:
    """Nobody known: in the ledger of the serving municipality, by the address it came from, `count` of a kind."""

    municipality_code: str
    address: str
    reason: str
    count: int = 1


def entry_of_refused_sign_in(refused: RefusedSignIn, stamp: Stamp) -> Entry:
    """A sign-in that was refused (標準仕様書1.0 10.2 認証ログ)."""
    return Entry(
        **stamp.fields(),
        municipality_code=refused.municipality_code,
        kind=Kind.SIGN_IN,
        place=refused.address,
        code=refused.reason,
        result_count=refused.count,
    )


def entry_of_verification(municipality_code: str, address: str, paper: Issuance | None, stamp: Stamp) -> Entry:
    """Somebody unknown, at this address, asked whether a paper is genuine; `paper` is what the book has of it."""
    subjects = tuple(paper.items) if paper else ()
    return Entry(
        **stamp.fields(),
        municipality_code=municipality_code,
        kind=Kind.READ,
        place=address,
        path="Certificate.verification",
        groups=(Group((), subjects, {}),) if subjects else (),
        result_count=len(subjects),
        requester=paper.requester_kind if paper else None,
    )


def _who(identity: Identity) -> dict[str, Any]:
    return {
        "municipality_code": identity.municipality_code,
        "caller": identity.subject,
        "staff_number": identity.staff_number,
        "department": identity.department,
        "terminal": identity.terminal,
        "application": identity.application,
        "strength": identity.strength,
    }
