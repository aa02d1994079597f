"""UnsafeDaicho: daicho's own parts without what protects: nobody signs in, nothing is decided, nothing is recorded.

What is left is what an answer costs by itself: the request's checks, remembered documents, look-ahead, one statement a
level, the executor, the leaves read from rows, the sealed cursors, the answer's bytes. The product has no such switch;
this stands in the bench, to be measured against.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

import orjson
from graphql import ExecutionResult, execute
from sqlalchemy import ColumnElement, Subquery, Table, Text, and_, bindparam, literal_column, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tink import aead

from api.graphql import problems
from api.graphql.context import Context
from api.graphql.disclosed import DisclosureExecutor
from api.graphql.documents import Documents
from api.graphql.inputs import coerce_variables
from api.graphql.requests import bounded_body, check_head, parse_body
from api.graphql.schema import SCHEMA
from api.graphql.sealing import Sealer
from api.http import PlainHost
from authz.decisions import View
from authz.disclosure import Disclosure
from authz.facts import HouseholdFacts, Kind, ResidentFacts
from authz.runs import Asked, Position
from domain.ports import FIRST_COLUMN, KEY, Condition, Match, Row, Search
from domain.search_terms import Term, condition_of
from persistence.database import Database, Planning, Statement, compiled
from persistence.keysets import Vaults
from persistence.logins import Logins
from persistence.numbers import NUMBER, STORED, hers, opened_rows
from persistence.register_tables import HOUSEHOLDS, RESIDENTS
from persistence.searching import compares, condition_values, counted, up_to_one_more
from persistence.vault_tables import INDIVIDUAL_NUMBERS

OF_ALL: Mapping[str, Any] = {"municipality": "012131"}
MUNICIPALITY = bindparam("municipality", type_=Text)
NUMBERS = bindparam("numbers", type_=RESIDENTS.c.alias_history.type)

MOST_HITS = 500

Shape = tuple[tuple[str, Match], ...]
"""The items of conditions and how they compare."""


class UnsafeVisit:
    """In the place of a visit at the desk: it loads what is asked for, whoever asks."""

    def __init__(self, database: Database, vaults: Vaults) -> None:
        self._database = database
        self._vault = vaults.of(OF_ALL["municipality"])
        self.occasion = SimpleNamespace(municipality_code=OF_ALL["municipality"])
        self.caller = SimpleNamespace(profile=SimpleNamespace(department="", purpose=""))

    async def residents(self, asked: Asked, terms: Sequence[Term], page: Search) -> tuple[Sequence[Disclosure], bool]:
        """A page of the residents that match all terms."""
        conditions = tuple(map(condition_of, terms))
        shape = tuple((one.item, one.match) for one in conditions)
        statement = _matching_residents(asked.items, shape, page.include_closed)
        values = OF_ALL | condition_values(conditions) | {"limit": page.limit + 1, "most": MOST_HITS}
        rows = [row for row in await self._database.fetch(statement, values) if row[KEY] is not None]
        return self._residents(asked, rows[: page.limit]), len(rows) > page.limit

    async def resident(self, asked: Asked, key: Term) -> Disclosure | None:
        """The resident with this addressee number."""
        statement = _numbered_residents(asked.items)
        rows = await self._database.fetch(statement, OF_ALL | {"numbers": [condition_of(key).value]})
        return next(iter(self._residents(asked, rows)), None)

    async def household(self, asked: Asked, key: Term) -> Disclosure | None:
        """The household with this number."""
        statement = _numbered_households(asked.items)
        rows = await self._database.fetch(statement, OF_ALL | {"numbers": [condition_of(key).value]})
        return next(iter(_shown(HouseholdFacts, asked, rows)), None)

    async def householders_of(
        self, asked: Asked, households: Sequence[Disclosure], _places: Sequence[Position]
    ) -> list[Disclosure | None]:
        """The householder of each household."""
        numbers = [cast(str, household.read("householder")) for household in households]
        rows = await self._database.fetch(_numbered_residents(asked.items), OF_ALL | {"numbers": numbers})
        found = {one.key: one for one in self._residents(asked, rows)}
        return [found.get(number) for number in numbers]

    async def members_of(
        self, asked: Asked, households: Sequence[Disclosure], _places: Sequence[Position]
    ) -> list[list[Disclosure]]:
        """The current members of each household."""
        numbers = [cast(str, household.read("members")) for household in households]
        rows = await self._database.fetch(_members(asked.items), OF_ALL | {"numbers": numbers})
        at_home: dict[object, list[Disclosure]] = {}
        for row, one in zip(rows, self._residents(asked, rows), strict=True):
            at_home.setdefault(row[-1], []).append(one)
        return [at_home.get(number, []) for number in numbers]

    def _residents(self, asked: Asked, rows: Sequence[Row]) -> list[Disclosure]:
        return _shown(ResidentFacts, asked, opened_rows(rows, asked.items, OF_ALL["municipality"], self._vault))


def _shown(kind: Kind, asked: Asked, rows: Sequence[Row]) -> list[Disclosure]:
    view = _view(kind, asked.items)
    return [Disclosure(row, view) for row in rows]


@lru_cache
def _view(kind: Kind, items: tuple[str, ...]) -> View:
    return View(kind, (), {}, {item: FIRST_COLUMN + at for at, item in enumerate(items)}, {}, shows_all=True)


@lru_cache
def _matching_residents(items: tuple[str, ...], shape: Shape, include_closed: bool) -> Statement:
    conditions = (Condition(item, match, "") for item, match in shape)
    here = select(RESIDENTS.c.addressee_number).where(RESIDENTS.c.municipality_code == MUNICIPALITY)
    hits = here.where(*(compares(one, at) for at, one in enumerate(conditions)))
    hits = hits if include_closed else hits.where(RESIDENTS.c.is_closed.is_(False))

    def shown(page: Subquery) -> Any:
        return _residents(items).where(page.c.addressee_number == RESIDENTS.c.addressee_number)

    return compiled(counted(up_to_one_more(hits), shown, continued=False), Planning.FOR_EACH_VALUE)


@lru_cache
def _numbered_residents(items: tuple[str, ...]) -> Statement:
    return compiled(_residents(items).where(RESIDENTS.c.addressee_number == NUMBERS.any_()))


@lru_cache
def _members(items: tuple[str, ...]) -> Statement:
    living = and_(RESIDENTS.c.household_number == NUMBERS.any_(), RESIDENTS.c.is_closed.is_(False))
    chosen = _residents(items).add_columns(RESIDENTS.c.household_number).where(living)
    order = (RESIDENTS.c.household_number, RESIDENTS.c.member_order, RESIDENTS.c.addressee_number)
    return compiled(chosen.order_by(*order))


@lru_cache
def _numbered_households(items: tuple[str, ...]) -> Statement:
    number = HOUSEHOLDS.c.household_number
    columns = {"household_number": number, "householder": HOUSEHOLDS.c.householder_number, "members": number}
    return compiled(_select(HOUSEHOLDS, number, [columns[item] for item in items]).where(number == NUMBERS.any_()))


def _residents(items: tuple[str, ...]) -> Any:
    columns = {column.name: column for column in RESIDENTS.c} | {NUMBER: STORED}
    chosen = _select(RESIDENTS, RESIDENTS.c.addressee_number, [columns[item] for item in items])
    if NUMBER not in items:
        return chosen
    return chosen.select_from(RESIDENTS.outerjoin(INDIVIDUAL_NUMBERS, hers(RESIDENTS)))


def _select(table: Table, key: ColumnElement[str], columns: Sequence[ColumnElement[Any]]) -> Any:
    return select(literal_column("0").label("code"), key, *columns).where(table.c.municipality_code == MUNICIPALITY)


class UnsafeEndpoint:
    """In the place of the endpoint: it answers whoever asks, and tells nobody."""

    def __init__(self, database: Database, vaults: Vaults, sealer: Sealer) -> None:
        self._database = database
        self._vaults = vaults
        self._sealer = sealer
        self._documents = Documents(SCHEMA, introspection=True)

    async def respond(self, request: Request) -> Response:
        """Answer one request."""
        media_type = check_head(request.method, request.headers)
        asked = parse_body(await bounded_body(request))
        prepared = self._documents.prepare(asked.query, asked.operation_name)
        prepared.cost(coerce_variables(SCHEMA, prepared.operation, asked.variables))
        result = execute(
            SCHEMA,
            prepared.document,
            context_value=Context(cast(Any, UnsafeVisit(self._database, self._vaults)), self._sealer),
            variable_values=dict(asked.variables),
            executor_class=DisclosureExecutor,
        )
        done = result if isinstance(result, ExecutionResult) else await result
        errors = problems.from_graphql_errors(done.errors or [], "")
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(orjson.dumps(problems.body(errors, done.data)), 200, headers, media_type)


def build_unsafe(logins: Logins, number_key: aead.Aead, sealer: Sealer) -> Starlette:
    """The application, which protects nothing."""
    database = Database(logins)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await database.start()
        vaults = Vaults(database, number_key)
        await vaults.open([OF_ALL["municipality"]])
        endpoint = UnsafeEndpoint(database, vaults, sealer)
        app.router.routes.append(Route("/graphql", endpoint.respond, methods=["POST"]))
        yield
        await database.close()

    return Starlette(lifespan=lifespan, middleware=[Middleware(PlainHost)])
