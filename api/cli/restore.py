"""`daicho restore`: a backup, and the archive after it, into a home whose service is stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import structlog

from api.app import new_id, now
from api.cli.backup import FOLDER, require_embedded
from api.cli.opening import archive, number_key
from api.cli.places import Place, place
from api.cli.stopping import stopping_at_refusals
from api.cli.system_caller import ADMINISTER, admitted, system_identity
from authz.decisions import Decisions
from authz.desk import JAPAN
from authz.entries import Act, Request, Stamp, entry_of_act
from authz.policy import Policy
from domain.access import Access
from domain.ledger.entries import Entry, Kind
from persistence.recovery import Restoration, Tell, Wish
from persistence.recovery import restore as restore_into

NAME = "daicho restore"


def _time(_context: click.Context, _parameter: click.Parameter, text: str | None) -> datetime | None:
    """A time with or without an offset; without, it is Japan's."""
    try:
        given = datetime.fromisoformat(text) if text is not None else None
    except ValueError:
        raise click.BadParameter("as 2026-11-23T14:32:10+09:00 / 例：2026-11-23T14:32:10") from None
    return given.replace(tzinfo=JAPAN) if given is not None and given.tzinfo is None else given


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--to", "point", metavar="TIME", callback=_time, help="The register as it was then. / 復元する時点")
@click.option("--home", type=FOLDER, help="Into this home, instead of DAICHO_HOME. / 復元先のホーム")
@click.option("--replace", is_flag=True, help="Set the register that is there aside. / 既存の台帳を退避して置き換える")
def restore(folder: Path, point: datetime | None, home: Path | None, replace: bool) -> None:
    """Restore the newest backup in DIR that serves / バックアップから復元します。"""
    with stopping_at_refusals():
        at = place(home)
        require_embedded(at)
        wish = Wish(folder, number_key(at), archive(at), point, replace)
        restored = restore_into(at.home, wish, _teller(at))
        click.echo(f"{restored.backup_id}: {_said(restored.reached)} ({restored.put_back} ledger entries put back)")
        click.echo("Make a new backup now. / 新しいバックアップを作成してください。")


def _teller(at: Place) -> Tell:
    """What makes the entries. Raises `Refusal` when the user may not restore."""
    log = structlog.get_logger()
    policy = Policy.load(at.settings.policy_file, lambda code: log.error("policy_failure", error=code))
    decisions, request = Decisions(policy), Request(new_id(now()))
    nobody, today = Access(), now().astimezone(JAPAN).date()

    def tell(code: str, restored: Restoration) -> Entry:
        caller = admitted(system_identity(code), ADMINISTER, nobody, decisions, today)
        told = (restored.backup_id, f"from {_said(restored.known_until)}", f"to {_said(restored.reached)}")
        at_ = now()
        stamp = Stamp(new_id(at_), at_, request, policy.hash)
        return entry_of_act(Act(Kind.JOB, NAME, restored.put_back, told), caller, stamp)

    admitted(system_identity(at.settings.municipalities[0]), ADMINISTER, nobody, decisions, today)
    return tell


def _said(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
