"""`python -m tests.bench.growth`: what the size of the city costs, a small and a large one side by side.

The same reads through the same desk, one city and then the other, again and again: one resident by key, and searches
with as many hits in either city. A read by key may cost at most 1.2 times as much in the large city, a search twice.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import click

from api.app import Material, Services, new_id, now, opened
from api.cli.database_logins import kept_logins
from api.demonstration.city import MUNICIPALITY, build_city
from api.graphql.sealing import load_sealer
from api.number_key import own_number_key
from api.settings import Settings, read_settings
from authz.callers import Caller, Identity, Profile
from authz.desk import Visit
from authz.entries import Request
from authz.runs import Asked, Spot
from authz.volume import unsafe_unbounded_volume
from domain.ports import Match, Search
from domain.search_terms import Manner, Term
from persistence import embedded
from persistence.home import default_home
from persistence.migrating import migrate_database
from persistence.register_writing import Register, Taking, write_register
from tests.bench.operations import LISTED
from tests.serving import UNHINDERED

CODE = MUNICIPALITY.value
GOALS = {"by key": 1.2, "name, as a whole": 2.0, "name, its beginning": 2.0, "name, a part": 2.0}
ASKED = Asked("Query.residents", (Spot(("residents", "nodes", "*"), tuple((item, item) for item in LISTED)),))
HITS = 5
"""Every search has so many."""
PEOPLE = 100

_SOMEBODY = """
SELECT addressee_number FROM residents WHERE municipality_code = $1 AND NOT is_closed
ORDER BY md5(addressee_number) LIMIT $2
"""
_BEGINNINGS = """
SELECT part FROM (
    SELECT left(key, size) AS part, count(*) AS hits, count(*) FILTER (WHERE length(key) = size) AS whole
    FROM search_keys k JOIN residents r USING (municipality_code, addressee_number), generate_series(2, 8) AS size
    WHERE kind = 'full_name' AND NOT is_past AND NOT is_closed AND length(key) >= size AND k.municipality_code = $1
    GROUP BY 1
) AS parts WHERE hits = $2 ORDER BY md5(part) LIMIT $3
"""
_PARTS = """
SELECT part FROM (
    SELECT DISTINCT addressee_number, substr(key, at, 3) AS part
    FROM search_keys k JOIN residents r USING (municipality_code, addressee_number), generate_series(1, 40) AS at
    WHERE kind = 'name_kana' AND NOT is_past AND NOT is_closed AND length(key) >= at + 2 AND k.municipality_code = $1
) AS parts GROUP BY part HAVING count(*) BETWEEN $2 AND 2 * $2 ORDER BY md5(part) LIMIT $3
"""


@dataclass(frozen=True)
class City:
    """A city behind the desk, and what is asked of it."""

    services: Services
    questions: dict[str, list[Term]]

    async def ask(self, term: Term) -> int:
        """Ask once; answers how many were found."""
        visit = Visit(self.services.desk, _caller(), Request("bench"), unsafe_unbounded_volume(now))
        if term.item == "addressee_number":
            return int(await visit.resident(ASKED, term) is not None)
        found, _ = await visit.residents(ASKED, (term,), Search((), limit=20))
        return len(found)


@click.command()
@click.option("--small", default=2_000, show_default=True, help="Residents of the one.")
@click.option("--large", default=170_000, show_default=True, help="Residents of the other.")
@click.option("--rounds", default=20, show_default=True, help="Of each question, through all its terms.")
def growth(small: int, large: int, rounds: int) -> None:
    """Compare the same reads in a small and a large city."""
    usual = default_home()
    usual.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="daicho-growth-", dir=usual.parent) as name:
        server = embedded.start(Path(name))
        try:
            asyncio.run(_compare(Path(name), server.url, (small, large), rounds))
        finally:
            server.stop()


async def _compare(home: Path, url: str, sizes: tuple[int, int], rounds: int) -> None:
    async with AsyncExitStack() as stack:
        cities = [await _city(stack, home, url, size) for size in sizes]
        for question, goal in GOALS.items():
            small, large = await _measured(cities, question, rounds)
            ratio = large / small
            verdict = "met   " if ratio <= goal else "MISSED"
            click.echo(
                f"{verdict} {question}: {small * 1e6:,.0f} µs in the small city, {large * 1e6:,.0f} in the large one,"
                f" {ratio:.2f} × (goal: at most {goal})"
            )


async def _measured(cities: list[City], question: str, rounds: int) -> list[float]:
    """The median seconds of a read in each city; they take turns."""
    taken: list[list[float]] = [[] for _ in cities]
    for at in range(rounds + 1):
        for city, seconds in zip(cities, taken, strict=True):
            for term in city.questions[question]:
                started = time.perf_counter()
                await city.ask(term)
                if at:  # the first round is for warming up
                    seconds.append(time.perf_counter() - started)
    return [statistics.median(seconds) for seconds in taken]


async def _city(stack: AsyncExitStack, home: Path, url: str, residents: int) -> City:
    """A database with a city of this size."""
    settings, material, own = await new_city(home, url, residents)
    services = await stack.enter_async_context(opened(settings, material))
    return City(services, await _questions(own))


async def new_city(home: Path, url: str, residents: int) -> tuple[Settings, Material, str]:
    """A database with a city of this size, nobody connected: what to open it with, and its own URL."""
    click.echo(f"A city of {residents} residents ...", err=True)
    name = f"city_{residents}"
    owner = await asyncpg.connect(url)
    await owner.execute(f'CREATE DATABASE "{name}"')
    await owner.close()
    own = urlsplit(url)._replace(path=f"/{name}").geturl()
    logins = kept_logins(home / "database-roles.json", own, [CODE]).moved_to(own)
    await migrate_database(own, lambda: logins)
    material = Material(
        logins, b"0" * 32, load_sealer(home / "cursor-keyset.json"), own_number_key(home / "number-key.json")
    )
    settings = read_settings({"DAICHO_HOME": str(home), **UNHINDERED}, demo=True)
    async with opened(settings, material) as services:
        made = build_city(residents=residents, today=services.desk.today())
        measures = [(UUID(new_id(now())), measure) for measure in made.support_measures]
        register = Register(made.residents, made.households, measures)
        await write_register(services.database, Taking(CODE, services.vaults.of(CODE), now()), register)
    return settings, material, own


async def _questions(url: str) -> dict[str, list[Term]]:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM ANALYZE")
        people = [row[0] for row in await connection.fetch(_SOMEBODY, CODE, PEOPLE)]
        beginnings = [row[0] for row in await connection.fetch(_BEGINNINGS, CODE, HITS, PEOPLE)]
        parts = [row[0] for row in await connection.fetch(_PARTS, CODE, HITS, PEOPLE)]
    finally:
        await connection.close()
    return {
        "by key": [Term("addressee_number", one) for one in people],
        "name, as a whole": [Term("full_name", one, manner=Manner(Match.EQUALS)) for one in beginnings],
        "name, its beginning": [Term("full_name", one) for one in beginnings],
        "name, a part": [Term("name_kana", one, manner=Manner(Match.CONTAINS)) for one in parts],
    }


def _caller() -> Caller:
    identity = Identity(
        subject="bench",
        display_name="bench",
        municipality_code=CODE,
        department="市民生活部住民課",
        staff_number="bench",
        terminal="bench",
        application="bench",
        strength="bench",
    )
    return Caller(identity, "bench", (), Profile(identity.department, "resident_register"), ("resident_register",))


if __name__ == "__main__":
    growth()
