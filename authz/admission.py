"""From a checked token to a caller: a registered terminal, a granted purpose, today.

Permission goes by organisation and by person, with dates, never by rank (標準仕様書1.0 10.4); purpose is part of the
caller.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from authz.callers import Caller, Identity, Profile
from authz.decisions import Decisions
from authz.purposes import Purpose
from domain.access import Access, Grant
from domain.errors import Code, Refusal


class AdmissionRefused(Refusal):
    """Nobody is let in: no purpose, one that is not granted, or a terminal that is not registered."""


def admit(identity: Identity, purpose: str | None, access: Access, decisions: Decisions, today: date) -> Caller:
    """The caller, or `AdmissionRefused` with the purposes that this person could name."""
    place = _place(identity.terminal, access, today)
    if place is None:
        raise AdmissionRefused(Code.TERMINAL_NOT_REGISTERED)
    usable = usable_grants(identity, access, decisions, today)
    named = [grant for grant in usable if grant.purpose == purpose]
    if not named:
        code = Code.PURPOSE_NOT_GRANTED if purpose else Code.PURPOSE_REQUIRED
        raise AdmissionRefused(code, extensions={"purposes": [_told(one) for one in purposes_of(usable, decisions)]})
    closed = frozenset.intersection(*(grant.switched_off for grant in named)) & decisions.policy.switchable
    profile = Profile(identity.department, named[0].purpose, closed)
    offered = tuple(one.code for one in purposes_of(usable, decisions))
    return Caller(identity, place, tuple(grant.id for grant in named), profile, offered)


def purposes_of(grants: Collection[Grant], decisions: Decisions) -> list[Purpose]:
    """The purposes of the grants, each once, in the order of the policy."""
    codes = {grant.purpose for grant in grants}
    return [purpose for code, purpose in decisions.policy.purposes.items() if code in codes]


def usable_grants(identity: Identity, access: Access, decisions: Decisions, today: date) -> list[Grant]:
    """The grants that hold today. None widens past the policy: the purpose must still be offered to the department."""
    return [
        grant
        for grant in access.grants
        if grant.staff_number == identity.staff_number
        and grant.department == identity.department
        and grant.period.holds(today)
        and decisions.enters(identity.department, grant.purpose)
    ]


def _place(terminal: str, access: Access, today: date) -> str | None:
    """Where the terminal stands, if it is registered for today."""
    held = (one.place for one in access.terminals if one.terminal == terminal and one.period.holds(today))
    return next(held, None)


def _told(purpose: Purpose) -> dict[str, str]:
    return {"code": purpose.code, "name": purpose.name}
