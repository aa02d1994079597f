"""What `terminals`, `grants` and `releases` have in common: added with dates, listed, and ended, never deleted.

Each change stands in one transaction with its ledger entry, which names the row by its id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import click

from api.app import Services, new_id, now
from api.cli.errand import Errand, run
from api.cli.municipalities import of_one_municipality
from api.cli.system_caller import Right
from authz.entries import Act
from domain.access import Period
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind

Row = Mapping[str, Any]
Function = TypeVar("Function", bound=Callable[..., Any])

_DAY = click.DateTime(["%Y-%m-%d"])
_NO_SUCH = ("There is no open one with this id.", "このIDの有効なものはありません。")


def dated(*, last_day_required: bool) -> Callable[[Function], Function]:
    """The options `--from` and `--until`, which reach the command as `starts_on` and `ends_on`."""

    def decorate(command: Function) -> Function:
        until = click.option("--until", "ends_on", type=_DAY, required=last_day_required, help="Last day. / 最終日")
        since = click.option("--from", "starts_on", type=_DAY, help="First day; today if not given. / 開始日")
        return since(until(command))

    return decorate


def add(
    kind: str, right: Right, days: tuple[datetime | None, datetime | None], checked: Callable[[Services], Row]
) -> None:
    """Write one down and print its id; `checked` gives what is its own, or raises `Refusal`."""

    async def work(errand: Errand) -> None:
        caller = await errand.caller()
        values = checked(errand.services)
        period = _period(days, errand.services.desk.today())
        at = now()
        id_ = new_id(at)
        row = {
            "municipality_code": errand.municipality_code,
            "id": UUID(id_),
            **values,
            "starts_on": period.starts_on,
            "ends_on": period.ends_on,
            "recorded_at": at,
            "recorded_by": caller.identity.staff_number,
        }
        subjects = (*filter(None, [values.get("addressee_number")]), id_)
        entry = errand.entry(Act(Kind.CHANGE, errand.name, subjects=subjects), caller)
        await errand.services.access.add(kind, row, entry)
        click.echo(id_)

    run(f"daicho {kind} add", right, work)


def give_list_and_end(group: click.Group, kind: str, right: Right) -> None:
    """Give a group the commands `list` and `end`, which are the same for all kinds."""

    @group.command("list")
    @of_one_municipality
    def list_() -> None:
        """All there ever were, oldest first, one JSON object a line / 一覧"""
        run(f"daicho {kind} list", right, lambda errand: _list(errand, kind))

    @group.command("end")
    @click.argument("id_", metavar="ID", type=click.UUID)
    @of_one_municipality
    def end(id_: UUID) -> None:
        """End one now; it stays in the list / 終了します。"""
        run(f"daicho {kind} end", right, lambda errand: _end(errand, kind, id_))


async def _list(errand: Errand, kind: str) -> None:
    caller = await errand.caller()
    rows = await errand.services.access.listed(kind, errand.municipality_code)
    await errand.record(Act(Kind.READ, errand.name, len(rows)), caller)
    for row in rows:
        click.echo(json.dumps(row, default=_text, ensure_ascii=False, sort_keys=True))


async def _end(errand: Errand, kind: str, id_: UUID) -> None:
    caller = await errand.caller()
    entry = errand.entry(Act(Kind.CHANGE, errand.name, subjects=(str(id_),)), caller)
    ending = (now(), caller.identity.staff_number)
    if not await errand.services.access.end(kind, errand.municipality_code, id_, ending, entry):
        raise Refusal(Code.NOT_FOUND, detail=_NO_SUCH)


def _period(days: tuple[datetime | None, datetime | None], today: date) -> Period:
    first, last = (day.date() if day else None for day in days)
    period = Period(first or today, last)
    if period.ends_on is not None and period.ends_on < period.starts_on:
        raise Refusal(Code.INVALID_INPUT, names=("until",))
    return period


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
