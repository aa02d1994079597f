"""`daicho certifiers`: whose name certificates bear, the mayor's or who acts for the mayor (標準仕様書1.0 1.3.9)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import click

from api.app import new_id, now
from api.cli.access import dated
from api.cli.errand import Errand, run
from api.cli.municipalities import of_one_municipality
from api.cli.system_caller import ADMINISTER
from authz.entries import Act
from domain.certificates.certifiers import CertifierRole, Term
from domain.certificates.documents import Certifier
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from persistence.certifiers import Certifiers

_ROLES = {"mayor": CertifierRole.MAYOR, "acting": CertifierRole.ACTING}
_NO_SUCH = ("No term with this id lasts beyond that day.", "この日を超えて続く該当のものはありません。")


@click.group()
def certifiers() -> None:
    """Whose name certificates bear / 証明書等の認証者"""


@certifiers.command("add")
@click.option("--role", type=click.Choice(list(_ROLES)), required=True, help="Mayor, or who acts. / 区分")
@click.option("--title", required=True, help="As printed, with the prefecture: 北海道苫小牧市長 / 職名")
@click.option("--name", required=True, help="As printed. / 氏名")
@dated(last_day_required=False)
@of_one_municipality
def add(role: str, title: str, name: str, starts_on: datetime | None, ends_on: datetime | None) -> None:
    """Enter a mayor, or who acts for the mayor from one day until another / 認証者を登録します。

    Who acts takes the mayor's place on the first day, and the mayor hers again after the last.
    """

    async def work(errand: Errand) -> None:
        first = starts_on.date() if starts_on else errand.services.desk.today()
        last = ends_on.date() if ends_on else None
        term = Term(new_id(now()), _ROLES[role], Certifier(title, name), first, last)
        await _enter(errand, term)
        click.echo(term.id)

    run("daicho certifiers add", ADMINISTER, work)


@certifiers.command("list")
def list_() -> None:
    """All terms, by their first day; * marks who certifies today / 認証者の一覧"""

    async def work(errand: Errand) -> None:
        for one in errand.in_each_municipality():
            terms = Certifiers(one.services.database)
            today = await terms.on(one.municipality_code, one.services.desk.today())
            listed = await terms.listed(one.municipality_code)
            await one.record(Act(Kind.READ, one.name, len(listed)), await one.caller())
            for term in listed:
                click.echo(f"{one.municipality_code}  {_line(term, is_certifying=term.certifier == today)}")

    run("daicho certifiers list", ADMINISTER, work)


@certifiers.command("end")
@click.argument("id_", metavar="ID", type=click.UUID)
@click.option("--on", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day; today if not given. / 最終日")
@of_one_municipality
def end(id_: UUID, last: datetime | None) -> None:
    """Let a term end on a day; it stays in the list / 期間を終了します。"""

    async def work(errand: Errand) -> None:
        day = last.date() if last else errand.services.desk.today()
        await _end(errand, id_, day)

    run("daicho certifiers end", ADMINISTER, work)


async def _enter(errand: Errand, term: Term) -> None:
    entry = errand.entry(Act(Kind.CHANGE, errand.name, subjects=(term.id,)), await errand.caller())
    await Certifiers(errand.services.database).add(errand.municipality_code, term, entry)


async def _end(errand: Errand, id_: UUID, day: date) -> None:
    entry = errand.entry(Act(Kind.CHANGE, errand.name, subjects=(str(id_),)), await errand.caller())
    if not await Certifiers(errand.services.database).end(errand.municipality_code, id_, day, entry):
        raise Refusal(Code.NOT_FOUND, detail=_NO_SUCH)


def _line(term: Term, *, is_certifying: bool) -> str:
    period = f"{term.starts_on} – {term.ends_on or ''}"
    who = f"{term.certifier.title}  {term.certifier.name}"
    return f"{'*' if is_certifying else ' '} {term.id}  {period:<23}  {term.role.japanese}  {who}"
