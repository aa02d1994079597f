"""`daicho grants`: purposes granted to persons; none widens past the policy (標準仕様書1.0 10.4)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

import click

from api.app import Services
from api.cli.access import Row, add, dated, give_list_and_end
from api.cli.errand import Errand, run
from api.cli.municipalities import of_one_municipality
from api.cli.system_caller import ADMINISTER, READ_LEDGER
from authz.entries import Act
from authz.policy import Policy
from authz.policy_text import without_proofs
from authz.review.who import Seer, who_could_see
from domain.access import Grant, Period
from domain.errors import Code, Refusal
from domain.histories import JAPAN
from domain.items import RESIDENT_ITEMS
from domain.ledger.entries import Kind
from domain.values.identifiers import AddresseeNumber
from persistence.policies import KeptPolicy

_NO_POLICY = (
    "No policy was kept before the end of that day.",
    "その日までに使用されたポリシーの記録がありません。",
)


@click.group()
def grants() -> None:
    """Purposes granted to persons / 利用権限"""


@grants.command("add")
@click.option("--staff-number", required=True, help="Whose; os:USER for a user of this command. / 職員番号")
@click.option("--department", required=True, help="As the policy calls it. / 部署")
@click.option("--purpose", required=True, help="The purpose's code. / 事務")
@click.option("--switch-off", "switched_off", multiple=True, help="An item class closed to this person. / 非表示の区分")
@click.option("--own-number", help="Her own addressee number, for the ledger's analyses alone. / 本人の宛名番号")
@dated(last_day_required=False)
@of_one_municipality
def add_grant(
    switched_off: tuple[str, ...], starts_on: datetime | None, ends_on: datetime | None, **grantee: str | None
) -> None:
    """Grant a purpose to a person / 事務の利用権限を与えます。"""
    row = {**grantee, "switched_off": list(switched_off)}
    add("grants", ADMINISTER, (starts_on, ends_on), lambda services: _checked(services, row))


def _checked(services: Services, row: Row) -> Row:
    policy = services.decisions.policy
    if not policy.enters(row["department"], row["purpose"]):
        raise Refusal(Code.INVALID_INPUT, names=("department", "purpose"))
    if not set(row["switched_off"]) <= policy.switchable:
        raise Refusal(Code.INVALID_INPUT, names=("switch-off",))
    if row["own_number"] is not None:
        AddresseeNumber(row["own_number"])
    return row


give_list_and_end(grants, "grants", ADMINISTER)


@grants.command()
@click.option("--item", required=True, type=click.Choice(sorted(RESIDENT_ITEMS)), help="Of a resident. / 項目")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="That day. / 基準日")
@of_one_municipality
def who(item: str, day: datetime) -> None:
    """Who could see an item on a day, and by which policy / その日に項目を見ることができた者"""

    async def work(errand: Errand) -> None:
        await _tell_who(errand, item, day.date())

    run("daicho grants who", READ_LEDGER, work)


async def _tell_who(errand: Errand, item: str, day: date) -> None:
    """The grants that held at any time of that day, and every policy that decided on it."""
    caller = await errand.caller()
    rows = await errand.services.access.listed("grants", errand.municipality_code)
    kept = await errand.services.policies.kept(errand.municipality_code)
    held = [_grant(row) for row in rows if _held(row, day)]
    decided = in_force(kept, day)
    seers = [(one, seer) for one in decided for seer in who_could_see(_policy(one), held, item)]
    await errand.record(Act(Kind.READ, errand.name, len(seers)), caller)
    if not decided:
        raise Refusal(Code.NOT_FOUND, detail=_NO_POLICY)
    for one, seer in seers:
        click.echo(json.dumps(_told(one, seer), ensure_ascii=False))


def in_force(kept: Sequence[KeptPolicy], day: date) -> list[KeptPolicy]:
    """The policies that decided on a day: the last that was first used before it, and those first used on it."""
    before = [one for one in kept if one.first_used_at.astimezone(JAPAN).date() < day]
    since = [one for one in kept if one.first_used_at.astimezone(JAPAN).date() == day]
    return [*before[-1:], *since]


def _policy(kept: KeptPolicy) -> Policy:
    """As it was; it was proved when it was first used."""
    return Policy(without_proofs(kept.text))


def _held(row: Row, day: date) -> bool:
    """Whether a grant held at any time of that day: within its dates, written down by then and not ended before it."""
    ended, recorded = row["ended_at"], row["recorded_at"]
    return (
        Period(row["starts_on"], row["ends_on"]).holds(day)
        and recorded.astimezone(JAPAN).date() <= day
        and (ended is None or day <= ended.astimezone(JAPAN).date())
    )


def _grant(row: Row) -> Grant:
    period = Period(row["starts_on"], row["ends_on"])
    closed = frozenset(row["switched_off"])
    return Grant(str(row["id"]), row["staff_number"], row["department"], row["purpose"], period, closed)


def _told(policy: KeptPolicy, seer: Seer) -> dict[str, str]:
    grant = seer.grant
    return {
        "staff_number": grant.staff_number,
        "department": grant.department,
        "purpose": grant.purpose,
        "grant": grant.id,
        "outcome": seer.outcome,
        "condition": seer.condition,
        "rule": seer.rule,
        "legal_basis": seer.legal_basis,
        "policy": policy.hash,
    }
