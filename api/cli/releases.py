"""`daicho releases`: a protected person's record opened to one purpose for some days, by the officer responsible.

住民基本台帳事務処理要領第5の10（支援措置）; the officer is who has a grant for `support_measures`.
"""

from __future__ import annotations

from datetime import datetime

import click

from api.app import Services
from api.cli.access import Row, add, dated, give_list_and_end
from api.cli.municipalities import of_one_municipality
from api.cli.system_caller import RELEASE
from domain.errors import Code, Refusal
from domain.values.identifiers import AddresseeNumber


@click.group()
def releases() -> None:
    """Releases of protected persons' records, per purpose / 支援措置の個別解除"""


@releases.command("add")
@click.option("--addressee-number", "number", required=True, help="Whose record. / 宛名番号")
@click.option("--purpose", required=True, help="The purpose's code. / 事務")
@dated(last_day_required=True)
@of_one_municipality
def add_release(number: str, purpose: str, starts_on: datetime | None, ends_on: datetime | None) -> None:
    """Release a record for a purpose / 支援措置責任者として解除します。"""
    add("releases", RELEASE, (starts_on, ends_on), lambda services: _checked(services, number, purpose))


def _checked(services: Services, number: str, purpose: str) -> Row:
    if purpose not in services.decisions.policy.purposes:
        raise Refusal(Code.INVALID_INPUT, names=("purpose",))
    return {"addressee_number": AddresseeNumber.parse(number).value, "purpose": purpose}


give_list_and_end(releases, "releases", RELEASE)
