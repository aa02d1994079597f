"""`daicho policy`: what a policy says, whether it may be used, and what a change of it would do. It asks no store.

Only `replay` opens the ledger, and its reading is in the ledger.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from api.cli.errand import Errand, run
from api.cli.municipalities import of_one_municipality
from api.cli.policy_forms import FORMS
from api.cli.policy_mutants import try_mutants
from api.cli.policy_replay import replay_ledger
from api.cli.stopping import stopping_at_refusals
from api.cli.system_caller import READ_LEDGER
from authz.callers import Profile
from authz.facts import Record, all_facts
from authz.policy import POLICY_FILE, Policy
from authz.review.answers import answers
from authz.review.asking import ITEMS, KIND_OF, KINDS
from authz.review.checking import findings
from authz.review.comparing import Direction, changes
from authz.review.explaining import explain as explained
from authz.review.matrix import matrix as matrix_of
from authz.review.mutants import mutants as mutants_of
from authz.review.table import TABLE_FILE, Table, TableError
from authz.review.testing import Run
from domain.histories import JAPAN

ITEM_NAMES = frozenset(KIND_OF)
FACTS = [field.name for field in fields(Record)]
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOUND, _WRONG = 1, 2
"""Exit statuses: something was found; the command could not do its work."""


def _own_policy() -> Path:
    return Path(os.environ.get("DAICHO_POLICY_FILE") or POLICY_FILE)


policy_argument = click.argument("file", metavar="[POLICY]", type=FILE, default=_own_policy)


@click.group()
def policy() -> None:
    """What the policy says, and what a change would do / ポリシーの点検"""


@policy.command()
@policy_argument
def check(file: Path) -> None:
    """Is it one that the service may start with? / ポリシーを点検します。"""
    found = findings(_text(file))
    for line, what, advice, advice_ja in found:
        click.echo(f"{file}:{line}: {what}\n    {advice} / {advice_ja}")
    if found:
        click.echo(f"{len(found)} found / {len(found)} 件の指摘")
        raise SystemExit(_FOUND)
    click.echo(f"{file}: nothing to mend / 指摘なし ({Policy(_text(file)).hash})")


@policy.command()
@policy_argument
@click.option("--table", type=FILE, default=TABLE_FILE, help="The table it must agree with. / 照合する表")
@click.option("--mutants", is_flag=True, help="Try changed policies as well: minutes. / 変異させたポリシーも試験")
def test(file: Path, table: Path, mutants: bool) -> None:
    """Compare it with its table; tell all that differs / 権限表と照合します。"""
    with stopping_at_refusals():
        text, expected = _text(file), _table(table)
        report = Run(Policy(text), expected).report()
    for failure in report.failures:
        click.echo(failure)
    for rule in report.uncovered:
        click.echo(f"{rule}: the answer to no question of the table / 表のどの問いの答えにもならない規則")
    covered = len(report.answered) - len(report.uncovered)
    click.echo(
        f"{report.asked} asked, {len(report.failures)} failed, {covered} of {len(report.answered)} rules covered"
        f" / {report.asked} 問中 {len(report.failures)} 件不一致、規則 {len(report.answered)} 件中 {covered} 件を確認"
    )
    alive = try_mutants(file, list(mutants_of(text)), table) if mutants and not report.failures else 0
    if report.failures or report.uncovered or alive:
        raise SystemExit(_FOUND)


@policy.command()
@policy_argument
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="table", show_default=True)
@click.option("--purpose", "purposes", multiple=True, help="Only these. / 事務を限る")
def matrix(file: Path, form: str, purposes: tuple[str, ...]) -> None:
    """Purpose × item → outcome, purpose × act → rule / 操作権限一覧表"""
    with stopping_at_refusals():
        found = Policy(_text(file))
    if unknown := set(purposes) - found.purposes.keys():
        raise click.BadParameter(_listed(unknown), param_hint="--purpose")
    click.echo(FORMS[form](found, matrix_of(found, answers(found, purposes))), nl=False)


@policy.command()
@click.option("--policy", "file", type=FILE, default=_own_policy, help="Another policy. / 別のポリシー")
@click.option("--as", "department", required=True, help="The caller's department, as the policy calls it. / 部署")
@click.option("--purpose", required=True, help="The purpose's code. / 事務")
@click.option("--item", required=True, help="The item's identifier. / 項目")
@click.option("--of", "record", type=click.Choice(list(KINDS)), help="Whose item it is, where both have it. / 記録")
@click.option("--fact", "facts", multiple=True, type=click.Choice(FACTS), help="That holds of the record. / 記録の事実")
@click.option("--without", "switched_off", multiple=True, help="A class that her grant closes. / 非表示の区分")
def explain(
    file: Path, record: str | None, facts: tuple[str, ...], switched_off: tuple[str, ...], **asked: str
) -> None:
    """What one caller gets of an item, and why / 項目の表示区分とその根拠"""
    with stopping_at_refusals():
        found = Policy(_text(file))
    _refuse_unknown(found, **asked)
    if unknown := set(switched_off) - found.switchable:
        raise click.BadParameter(f"{_listed(unknown)}: {_listed(found.switchable)}", param_hint="--without")
    profile = Profile(asked["department"], asked["purpose"], frozenset(switched_off))
    why = explained(found, profile, _facts(asked["item"], record, facts), asked["item"])
    click.echo(f"{why.item}: {why.outcome}{'' if why.opens else ' (the record may not be opened / 照会不可)'}")
    click.echo(f"  {why.rule}  {file}:{why.line} ({file}:{why.declared})")
    click.echo(f"  {why.legal_basis}\n  {why.text}")
    click.echo(f"  search / 検索: {why.search or 'refused / 不可'}")


def _facts(item: str, record: str | None, names: tuple[str, ...]) -> Record:
    """The facts of the record that has the item."""
    kind = KINDS[record] if record else KIND_OF[item]
    if item not in ITEMS[kind]:
        raise click.BadParameter(_listed(ITEMS[kind]), param_hint="--item")
    facts = kind(**dict.fromkeys(names, True))
    if facts not in all_facts(kind).values():
        said = "released only with protected / released は protected とともに指定します"
        raise click.BadParameter(said, param_hint="--fact")
    return facts


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _refuse_unknown(found: Policy, department: str, purpose: str, item: str) -> None:
    if department not in found.departments and department not in found.grantable:
        raise click.BadParameter(", ".join(found.departments), param_hint="--as")
    if purpose not in found.purposes:
        raise click.BadParameter(", ".join(found.purposes), param_hint="--purpose")
    if item not in ITEM_NAMES:
        raise click.BadParameter(_listed(ITEM_NAMES), param_hint="--item")


@policy.command()
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
def diff(old: Path, new: Path) -> None:
    """Every cell that widens, narrows or changes its rule; status 1 on widening / 変更の影響"""
    before, after = (answers(_loaded(file)) for file in (old, new))
    found = changes(before, after)
    for one in found:
        when = f" [{one.condition}]" if one.condition else ""
        click.echo(f"{one.direction}: {one.who} ({one.department}), {one.what}{when}: {one.old} → {one.new}")
    wider = sum(one.direction is Direction.WIDENS for one in found)
    click.echo(f"{len(found)} changed, {wider} wider / 変更 {len(found)} 件、うち拡大 {wider} 件")
    if wider:
        raise SystemExit(_FOUND)


@policy.command()
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day. / 開始日")
@click.argument("new", type=FILE)
@of_one_municipality
def replay(since: datetime, new: Path) -> None:
    """Who would have gained or lost what in the real ledger / アクセス記録への影響"""
    candidate = _loaded(new)
    start = since.replace(tzinfo=JAPAN).astimezone(UTC)

    async def work(errand: Errand) -> None:
        _tell(await replay_ledger(errand, candidate, start))

    run("daicho policy replay", READ_LEDGER, work)


def _tell(lines: Iterable[object]) -> None:
    for line in lines:
        click.echo(orjson.dumps(line))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        click.echo(f"daicho: {file} is not UTF-8 / UTF-8 ではありません", err=True)
        raise SystemExit(_WRONG) from None


def _loaded(file: Path) -> Policy:
    """A policy, or the end of the command with status 2: it is no finding that it does not load."""
    found = findings(_text(file))
    for line, what, *_ in found:
        click.echo(f"daicho: {file}:{line}: {what}", err=True)
    if found:
        raise SystemExit(_WRONG)
    return Policy(_text(file))


def _table(file: Path) -> Table:
    try:
        return Table.load(file)
    except TableError as error:
        click.echo(f"daicho: {error}", err=True)
        raise SystemExit(_WRONG) from None
