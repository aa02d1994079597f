"""The composition root: every part is made here and handed to who needs it; at import, only the schema is made."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route
from tink import aead

from api.admission import Admission
from api.authentication import Authenticator
from api.demo_routes import Examples, demo_routes
from api.development_issuer import ISSUER, DevelopmentIssuer
from api.graphql.documents import Documents
from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.schema import SCHEMA, SCHEMA_FILE
from api.graphql.sealing import Sealer
from api.health import Readiness, health_routes
from api.http import PlainHost, answer_http_exception, answer_refusal
from api.issuer_keys import KeySource, PublishedKeys
from api.metrics import Metrics, metrics_route
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
from persistence.change_feed import ChangeFeed
from persistence.code_stock import CodeStock
from persistence.database import Database
from persistence.households import Households
from persistence.keysets import Vaults
from persistence.ledger_store import LedgerStore
from persistence.logins import Logins
from persistence.notifications import Notifications
from persistence.residents import Residents
from persistence.restrictions import Restrictions
from persistence.support_measures import SupportMeasures
from persistence.versions import Versions

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
    vaults: Vaults
    ledger: LedgerStore
    access: AccessRegister
    desk: Desk
    codes: CodeStock

    @property
    def decisions(self) -> Decisions:
        """The policy with its memory."""
        return self.desk.decisions


@dataclass(frozen=True, slots=True)
class Material:
    """What lies outside the settings' text: the logins to the store and the keys, read or made."""

    logins: Logins
    ledger_key: bytes = field(repr=False)
    sealer: Sealer
    number_key: aead.Aead
    development_issuer: DevelopmentIssuer | None = None
    examples: Examples = field(default_factory=dict)


@asynccontextmanager
async def opened(settings: Settings, material: Material) -> AsyncIterator[Services]:
    """Open the store and the ledger. Raises `PolicyError`, or `Refusal` where one of them does not answer."""
    log = structlog.get_logger()
    policy = Policy.load(settings.policy_file, lambda code: log.error("policy_failure", error=code))
    database = Database(material.logins, prepared_statements=settings.prepared_statements)
    ledger = LedgerStore(material.logins, prepared_statements=settings.prepared_statements)
    async with AsyncExitStack() as stack:
        await database.start()
        stack.push_async_callback(database.close)
        await ledger.start()
        stack.push_async_callback(ledger.close)
        vaults = Vaults(database, material.number_key)
        await vaults.open(settings.municipalities)
        desk = Desk(
            decisions=Decisions(policy),
            residents=Residents(database, vaults),
            households=Households(database),
            versions=Versions(database, vaults),
            changes=ChangeFeed(database),
            notifications=Notifications(database, vaults, now=now, new_id=new_id, below=secrets.randbelow),
            restrictions=Restrictions(database),
            support_measures=SupportMeasures(database),
            hasher=SearchHasher(material.ledger_key),
            most_hits=settings.search_limit,
            now=now,
            new_id=new_id,
            ticks=time.perf_counter,
            release_for=timedelta(minutes=settings.release_minutes),
        )
        codes = CodeStock(database, settings.code_stock)
        yield Services(database, vaults, ledger, AccessRegister(database), desk, codes)


def build_app(settings: Settings, material: Material, schema_file: Path = SCHEMA_FILE) -> Starlette:
    """The application: it opens its services when it starts and refuses to start without a writable ledger."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened(settings, material) as services, httpx.AsyncClient(trust_env=False) as client:
            for code in settings.municipalities:
                await services.ledger.check_writable(code)
            policy = services.decisions.policy
            metrics = Metrics(policy.purposes, policy.hash)
            services.ledger.tell_commits_to(metrics.committed)
            endpoint = _endpoint(settings, material, services, client, metrics)
            routes = [*_routes(settings, material, services, endpoint), *_watching(settings, services, metrics)]
            app.router.routes[:0] = routes  # before the pages: asked for most
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


def _endpoint(
    settings: Settings, material: Material, services: Services, client: httpx.AsyncClient, metrics: Metrics
) -> GraphQLEndpoint:
    authenticator = _authenticator(settings, material, client)
    return GraphQLEndpoint(
        desk=services.desk,
        admission=Admission(authenticator, services.access.of, services.decisions, time.monotonic),
        documents=Documents(SCHEMA, introspection=settings.introspection),
        sealer=material.sealer,
        append=services.ledger.append,
        refused_sign_ins=RefusedSignIns(settings.municipalities[0], time.monotonic),
        metrics=metrics,
        log=structlog.get_logger(),
    )


def _routes(settings: Settings, material: Material, services: Services, endpoint: GraphQLEndpoint) -> list[BaseRoute]:
    routes: list[BaseRoute] = [Route("/graphql", endpoint.respond, methods=["POST"])]
    if material.development_issuer is not None:
        names = {code: purpose.name for code, purpose in services.decisions.policy.purposes.items()}
        routes += demo_routes(material.development_issuer, names, time.time, material.examples)
    return routes


def _watching(settings: Settings, services: Services, metrics: Metrics) -> list[BaseRoute]:
    """What who operates the service looks at."""

    async def ledger_answers() -> None:
        await services.ledger.check_writable(settings.municipalities[0])

    async def count_codes() -> None:
        for code in settings.municipalities:
            metrics.stocked(code, await services.codes.free(code))

    readiness = Readiness({"store": services.database.check, "ledger": ledger_answers})
    counts = [metrics_route(metrics, readiness, count_codes)] if settings.metrics else []
    return [*health_routes(readiness), *counts]


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
