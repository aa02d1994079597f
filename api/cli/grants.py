"""`daicho grants`: purposes granted to persons; none widens past the policy (標準仕様書1.0 10.4)."""

from __future__ import annotations

from datetime import datetime

import click

from api.app import Services
from api.cli.access import Row, add, dated, give_list_and_end
from api.cli.system_caller import ADMINISTER
from domain.errors import Code, Refusal


@click.group()
def grants() -> None:
    """Purposes granted to persons / 利用権限"""


@grants.command("add")
@click.option("--staff-number", required=True, help="Whose; os:USER for a user of this command. / 職員番号")
@click.option("--department", required=True, help="As the policy calls it. / 部署")
@click.option("--purpose", required=True, help="The purpose's code. / 事務")
@click.option("--switch-off", "switched_off", multiple=True, help="An item class closed to this person. / 非表示の区分")
@dated(last_day_required=False)
def add_grant(
    switched_off: tuple[str, ...], starts_on: datetime | None, ends_on: datetime | None, **grantee: str
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
    return row


give_list_and_end(grants, "grants", ADMINISTER)
