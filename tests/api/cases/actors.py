"""Whom the attack cases act as, and what they look at: more callers, grants, releases, and equal answers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

import pytest

from api import development_issuer
from api.development_issuer import DemonstrationCaller
from authz.policy import Policy
from persistence.database import Database, Statement
from tests import serving
from tests.serving import NOON, Answer, Service
from tests.village import CODE, TODAY, number_of

FIRST_DAY = date(2020, 4, 1)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
REQUEST_ID = re.compile(rb'"requestId":"[0-9a-f-]{36}"')
REGISTER_TABLES = ("residents", "households", "individual_numbers", "support_measures")


@dataclass(frozen=True)
class Seat:
    """A made-up member of staff at a terminal: in which department, granted what, since when, until when."""

    department: str
    purpose: str
    switched_off: tuple[str, ...] = ()
    starts_on: date = FIRST_DAY
    ends_on: date | None = None
    granted_to: str = ""
    is_registered: bool = True
    name: str = field(default_factory=lambda: f"actor-{secrets.token_hex(4)}")


def seated(service: Service, patch: pytest.MonkeyPatch, seat: Seat) -> str:
    """Let somebody in as the administrator would; the name to ask with."""
    caller = DemonstrationCaller(
        seat.name, seat.name, seat.department, f"S-{seat.name}", f"T-{seat.name}", "", (seat.purpose,)
    )
    patch.setattr(development_issuer, "_BY_NAME", {**development_issuer._BY_NAME, seat.name: caller})
    patch.setitem(serving.PURPOSES, seat.name, seat.purpose)
    if seat.is_registered:
        _insert(service, "terminals", terminal=caller.terminal, place="試験室", starts_on=FIRST_DAY)
    _insert(
        service,
        "grants",
        staff_number=caller.staff_number,
        department=seat.granted_to or seat.department,
        purpose=seat.purpose,
        switched_off=list(seat.switched_off),
        starts_on=seat.starts_on,
        ends_on=seat.ends_on,
    )
    return seat.name


def released(
    service: Service, nth: int, purpose: str, *, starts_on: date = FIRST_DAY, ends_on: date | None = TODAY
) -> None:
    """The officer responsible releases a villager's record for a purpose."""
    number = number_of(nth)
    _insert(service, "releases", addressee_number=number, purpose=purpose, starts_on=starts_on, ends_on=ends_on)


def _insert(service: Service, table: str, **row: Any) -> None:
    values = {"municipality_code": CODE, "id": uuid4(), "recorded_at": NOON, "recorded_by": "S-1", **row}
    places = ", ".join(f"${at}" for at in range(1, len(values) + 1))
    service.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", *values.values())  # noqa: S608 - fixed names


@cache
def purposes_without_the_register() -> dict[str, str]:
    """Every purpose but the register office's own, each with a department that works for it."""
    departments = Policy.load().departments.items()
    return {code: name for name, codes in departments for code in codes if code != "resident_register"}


def told(answer: Answer) -> tuple[int, bytes, dict[str, str]]:
    """All that a caller can tell an answer by, save the random id of the request."""
    headers = {name: value for name, value in answer.headers.items() if name != "daicho-request-id"}
    return answer.status, REQUEST_ID.sub(b'"requestId":""', answer.content), headers


@contextmanager
def register_statements() -> Iterator[list[str]]:
    """The statements that reach a table of the register (not grants, terminals or the ledger) meanwhile."""
    seen: list[str] = []
    fetch = Database.fetch

    async def watched(database: Database, statement: Statement, values: Any) -> Any:
        if any(re.search(rf"\b{table}\b", statement.text) for table in REGISTER_TABLES):
            seen.append(statement.text)
        return await fetch(database, statement, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "fetch", watched)
        yield seen
