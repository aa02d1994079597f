"""`daicho serve`: everything set up, then the service."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import replace

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api import logging_setup
from api.app import Material, Services, new_id, now, opened
from api.cli.errand import Errand
from api.cli.opening import archive, bring_up_to_date, checkpointing, material
from api.cli.places import Place, mark_as_demonstration, place_to_serve
from api.cli.server import Server, stop_when_asked, take_address
from api.cli.stopping import stopping_at_refusals
from api.cli.system_caller import ADMINISTER, user_name
from api.demonstration.city import FEWEST_RESIDENTS
from api.demonstration.loading import (
    appoint_certifiers,
    examples,
    grant_purposes,
    has_city,
    let_callers_in,
    load_city,
    stock_codes,
    who_lives_there,
)
from api.printing.press import open_press
from api.settings import SettingsError
from authz.entries import Act, Request
from domain.ledger.entries import Kind
from persistence import embedded
from persistence.login_checks import check_logins
from persistence.logins import Login
from persistence.migrating import require_newest_tables

LOOPBACK_ONLY = (
    "--demo: only on a loopback address, because anybody may have its tokens",
    "--demo はループバックアドレスでのみ使用できます（誰でもトークンを取得できるため）",
)


@click.command()
@click.option("--demo", is_flag=True, help="A made city, development sign-in, on a loopback address only. / デモ")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@click.option(
    "--residents",
    default=2000,
    show_default=True,
    type=click.IntRange(FEWEST_RESIDENTS),
    help="How many the demonstration's city has when it is made. / デモ用の市の人口",
)
def serve(demo: bool, host: str, port: int, residents: int) -> None:
    """Start daicho / サービスを開始します。"""
    with stopping_at_refusals():
        if demo and not _is_loopback(host):
            raise SettingsError(*LOOPBACK_ONLY)
        logging_setup.configure()
        stop_when_asked()
        at = place_to_serve(demo=demo)
        address = take_address(host, port)
        at = _with_its_own_pages(at, address.url) if demo else at
        Server(at, _made_ready(at, residents), address).serve_until_asked()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _with_its_own_pages(at: Place, url: str) -> Place:
    """The demonstration's papers point to itself, unless a setting says otherwise."""
    printing = at.settings.printing
    named = replace(printing, public_url=printing.public_url or url.rstrip("/"))
    return replace(at, settings=replace(at.settings, printing=named))


def _made_ready(at: Place, residents: int) -> Material:
    """The store with its tables, and the city in it where this is the demonstration.

    The tables of a database that we are given are changed by `daicho migrate` alone.
    """
    open_press(at.settings.printing).prepare()  # what is wrong with fonts or the signing key shows here
    store = at.settings.store
    if store.is_embedded:
        embedded.start(at.home, archive(at))  # first to start, last to stop: so the end of the log is archived too
    if store.is_embedded or (at.demo and store.owner_url is not None):
        bring_up_to_date(store, at.home, at.settings.municipalities)
    ready = replace(material(at), checkpoints=checkpointing(at))
    asyncio.run(_require_the_walls(at, ready))
    if at.demo:
        return asyncio.run(_with_the_city(at, ready, residents))
    asyncio.run(_record_the_start(at, ready))
    return ready


async def _require_the_walls(at: Place, ready: Material) -> None:
    """The tables are those of this version, and each login reaches as far as it should and no further."""
    codes = at.settings.municipalities
    await require_newest_tables(ready.logins.url(codes[0], Login.READER))
    await check_logins(ready.logins, codes, quiet=not at.demo)


async def _record_the_start(at: Place, ready: Material) -> None:
    """Each municipality's ledger hears of it; one that cannot be written ends the start here, with its reason."""
    async with opened(at.settings, ready) as services:
        for code in at.settings.municipalities:
            errand = Errand("daicho serve", ADMINISTER, services, code, Request(new_id(now())))
            await errand.record(Act(Kind.JOB, errand.name), await errand.caller())


async def _with_the_city(at: Place, ready: Material, residents: int) -> Material:
    async with opened(at.settings, ready) as services:
        is_there = await has_city(services)
        # The callers first: residents without them are taken for somebody's real ones.
        await let_callers_in(services, user_name())
        if is_there:
            click.echo("The demonstration city is there. / デモ用の市は作成済みです。")
        else:
            await _load_with_a_bar(services, residents)
        await grant_purposes(services, await who_lives_there(services))
        await stock_codes(services)
        await appoint_certifiers(services)
        mark_as_demonstration(at)
        return replace(ready, examples=await examples(services))


async def _load_with_a_bar(services: Services, residents: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as bar:
        task = bar.add_task("Demonstration city / デモ用の市", total=residents)
        await load_city(services, residents, lambda made: bar.update(task, completed=made))
