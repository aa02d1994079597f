"""A command acts as a system caller: the operating-system user, the host as terminal, a purpose fixed per command."""

from __future__ import annotations

import getpass
import platform
from dataclasses import dataclass
from datetime import date

from authz.admission import usable_grants
from authz.callers import Caller, Identity, Profile
from authz.decisions import Decisions
from domain.access import Access
from domain.errors import Code, Refusal

DEPARTMENT = "コマンド操作"
"""What the policy calls the command line."""
PLACE = "command line"


@dataclass(frozen=True, slots=True)
class Right:
    """What a command needs: a purpose, fixed for it, with which the policy permits the action.

    A command that prints records or the ledger, or opens one, needs a grant to its user as well.
    """

    purpose: str
    action: str
    resource: str
    by_grant: bool = True


ADMINISTER = Right("operation", "administer", "Service", by_grant=False)
READ_LEDGER = Right("ledger_review", "read", "Ledger")
RELEASE = Right("support_measures", "release", "Resident")
ISSUE = Right("resident_register", "open", "Resident")


def user_name() -> str:
    """The user who runs the command, as grants name her."""
    return f"os:{getpass.getuser()}"


def system_identity(municipality_code: str) -> Identity:
    """The user who runs the command, on this host."""
    return Identity(
        subject=user_name(),
        display_name=user_name(),
        municipality_code=municipality_code,
        department=DEPARTMENT,
        staff_number=user_name(),
        terminal=platform.node() or "unknown",
        application="daicho",
        strength="operating system",
    )


def system_caller(identity: Identity, right: Right, grants: tuple[str, ...] = ()) -> Caller:
    """The user as a caller for the command's purpose, before anybody has asked whether she may."""
    return Caller(identity, PLACE, grants, Profile(DEPARTMENT, right.purpose))


def admitted(identity: Identity, right: Right, access: Access, decisions: Decisions, today: date) -> Caller:
    """The user as a caller who has this right. Raises `Refusal` where policy or grant is missing."""
    usable = usable_grants(identity, access, decisions, today)
    grants = tuple(one.id for one in usable if one.purpose == right.purpose)
    if right.by_grant and not grants:
        raise Refusal(Code.PURPOSE_NOT_GRANTED, names=(right.purpose,))
    caller = system_caller(identity, right, grants)
    if not decisions.permits(caller.profile, right.action, right.resource):
        raise Refusal(Code.NOT_PERMITTED)
    return caller
