"""The composition root: every part is made here and handed to who needs it; at import, only the schema is made."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from api.admission import Admission
from api.authentication import Authenticator
from api.demo_routes import Examples, demo_routes
from api.development_issuer import ISSUER, DevelopmentIssuer
from api.graphql.documents import Documents
from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.schema import SCHEMA, SCHEMA_FILE
from api.graphql.sealing import Sealer
from api.health import health_routes
from api.http import PlainHost, answer_http_exception, answer_refusal
from api.issuer_keys import KeySource, PublishedKeys
from api.pages.routes import page_routes
from api.refused_sign_ins import RefusedSignIns
from api.settings import Settings
from api.sign_in import SignInSettings
from authz.decisions import Decisions
from authz.desk import Desk
from authz.policy import Policy
from domain.errors import Refusal
from domain.ids import RANDOM_BYTES, uuid7
from domain.ledger.searches import SearchHasher
from persistence.access import AccessRegister
from persistence.database import Database
from persistence.households import Households
from persistence.ledger_store import LedgerStore
from persistence.residents import Residents

FOLDING_SECONDS = 1.0
"""How often refused sign-ins that were folded are recorded."""


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def new_id(at: datetime) -> str:
    """A UUIDv7 of this time."""
    return str(uuid7(at, secrets.token_bytes(RANDOM_BYTES)))


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that the service and the command line share, opened together and closed together."""

    database: Database
    ledger: LedgerStore
    access: AccessRegister
    desk: Desk

    @property
    def decisions(self) -> Decisions:
        """The policy with its memory."""
        return self.desk.decisions


@dataclass(frozen=True, slots=True)
class Material:
    """What lies outside the settings' text: the address of the store and the keys, read or made."""

    database_url: str
    ledger_key: bytes
    sealer: Sealer
    development_issuer: DevelopmentIssuer | None = None
    examples: Examples = field(default_factory=dict)


@asynccontextmanager
async def opened(settings: Settings, material: Material) -> AsyncIterator[Services]:
    """Open the store and the ledger. Raises `PolicyError`, or `Refusal` where one of them does not answer."""
    log = structlog.get_logger()
    policy = Policy.load(settings.policy_file, lambda code: log.error("policy_failure", error=code))
    database = Database(material.database_url, prepared_statements=settings.prepared_statements)
    ledger = LedgerStore(material.database_url, prepared_statements=settings.prepared_statements)
    async with AsyncExitStack() as stack:
        await database.start()
        stack.push_async_callback(database.close)
        await ledger.start()
        stack.push_async_callback(ledger.close)
        desk = Desk(
            decisions=Decisions(policy),
            residents=Residents(database),
            households=Households(database),
            hasher=SearchHasher(material.ledger_key),
            now=now,
            new_id=new_id,
            ticks=time.perf_counter,
        )
        yield Services(database, ledger, AccessRegister(database), desk)


def build_app(settings: Settings, material: Material, schema_file: Path = SCHEMA_FILE) -> Starlette:
    """The application: it opens its services when it starts and refuses to start without a writable ledger."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened(settings, material) as services, httpx.AsyncClient(trust_env=False) as client:
            for code in settings.municipalities:
                await services.ledger.check_writable(code)
            endpoint = _endpoint(settings, material, services, client)
            app.router.routes[:0] = _routes(settings, material, services, endpoint)  # before the pages: asked for most
            async with _folding(endpoint):
                yield

    app = Starlette(
        routes=page_routes(schema_file),
        lifespan=lifespan,
        middleware=[Middleware(PlainHost)],
        exception_handlers={Refusal: answer_refusal, HTTPException: answer_http_exception, Exception: answer_refusal},
    )
    app.router.redirect_slashes = False  # a redirection would repeat the address, and whatever somebody put into it
    return app


def _endpoint(settings: Settings, material: Material, services: Services, client: httpx.AsyncClient) -> GraphQLEndpoint:
    authenticator = _authenticator(settings, material, client)
    return GraphQLEndpoint(
        desk=services.desk,
        admission=Admission(authenticator, services.access.of, services.decisions, time.monotonic),
        documents=Documents(SCHEMA, introspection=settings.introspection),
        sealer=material.sealer,
        append=services.ledger.append,
        refused_sign_ins=RefusedSignIns(settings.municipalities[0], time.monotonic),
        log=structlog.get_logger(),
    )


def _routes(settings: Settings, material: Material, services: Services, endpoint: GraphQLEndpoint) -> list[BaseRoute]:
    async def is_ready() -> None:
        await services.ledger.check_writable(settings.municipalities[0])

    routes: list[BaseRoute] = [Route("/graphql", endpoint.respond, methods=["POST"]), *health_routes(is_ready)]
    if material.development_issuer is not None:
        names = {code: purpose.name for code, purpose in services.decisions.policy.purposes.items()}
        routes += demo_routes(material.development_issuer, names, time.time, material.examples)
    return routes


def _authenticator(settings: Settings, material: Material, client: httpx.AsyncClient) -> Authenticator:
    issuer, keys = settings.issuer, dict[str, KeySource]()
    if material.development_issuer is not None:
        issuer, keys = ISSUER, {ISSUER.url: material.development_issuer}
    elif issuer is not None:
        keys = {issuer.url: PublishedKeys(issuer.url, client, time.monotonic)}
    trusted = SignInSettings((issuer,) if issuer else ())
    return Authenticator(trusted, keys, frozenset(settings.municipalities), time.time)


@asynccontextmanager
async def _folding(endpoint: GraphQLEndpoint) -> AsyncIterator[None]:
    """While the service runs, and when it stops, what was folded of refused sign-ins goes to the ledger."""

    async def again_and_again() -> None:
        while True:
            await asyncio.sleep(FOLDING_SECONDS)
            await endpoint.record_folded()

    task = asyncio.create_task(again_and_again())
    yield
    task.cancel()
    await endpoint.record_folded(all_of_them=True)
