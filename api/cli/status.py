"""`daicho status`: what is held, in counts; nobody is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from api.cli.errand import Errand, run
from api.cli.system_caller import ADMINISTER
from authz.entries import Act
from domain.ledger.entries import Kind
from persistence.counting import counts_of, database_bytes, tables_version
from persistence.outbox import Outbox

LABELS: Mapping[str, str] = {
    "residents": "residents / 住民",
    "closed_records": "closed records / 除票",
    "households": "households / 世帯",
    "versions": "versions / 履歴",
    "individual_numbers": "Individual Numbers / 個人番号",
    "support_measures": "support measures / 支援措置",
    "unused_codes": "unused Resident Record Codes / 住民票コードの空き番",
    "waiting_messages": "messages that wait for counterparts / 未送信の電文",
    "ledger_entries": "ledger entries / アクセス記録",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(as_json: bool) -> None:
    """What is held, in counts / 保有件数を表示します。"""

    async def work(errand: Errand) -> None:
        told = await _status(errand)
        click.echo(json.dumps(told) if as_json else _table(told))

    run("daicho status", ADMINISTER, work)


async def _status(errand: Errand) -> dict[str, Any]:
    services, code = errand.services, errand.municipality_code
    held: dict[str, dict[str, int]] = {}
    for each in services.vaults.municipality_codes:
        one = replace(errand, municipality_code=each)
        await one.record(Act(Kind.JOB, one.name), await one.caller())
        size = await services.ledger.size(each)
        stock = {
            "unused_codes": await services.codes.free(each),
            "waiting_messages": await Outbox(services.database).waiting(each),
        }
        held[each] = await counts_of(services.database, each) | stock | {"ledger_entries": size}
    return {
        "tables": await tables_version(services.database, code),
        "database_bytes": await database_bytes(services.database, code),
        "municipalities": held,
    }


def _table(told: Mapping[str, Any]) -> str:
    lines = [f"tables / 表の版: {told['tables']}", f"database / データベース: {told['database_bytes']:,} bytes"]
    for code, counts in told["municipalities"].items():
        lines += ["", code, *(f"{counts[name]:>12,}  {label}" for name, label in LABELS.items())]
    return "\n".join(lines)
