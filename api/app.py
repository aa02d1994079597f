"""The composition root: every part is made here and handed to who needs it; at import, only the schema is made."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterable
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
from api.age_envelope import AgeEnvelope
from api.authentication import Authenticator
from api.demo_routes import Examples, demo_routes
from api.development_issuer import ISSUER, DevelopmentIssuer
from api.graphql.documents import Documents
from api.graphql.endpoint import GraphQLEndpoint
from api.graphql.schema import SCHEMA, SCHEMA_FILE
from api.graphql.sealing import Sealer
from api.handover_routes import handover_routes
from api.health import Readiness, health_routes
from api.http import PlainHost, answer_http_exception, answer_refusal
from api.issuer_keys import KeySource, PublishedKeys
from api.ledger_analyst import LedgerAnalyst
from api.ledger_keeper import Checkpointing, Keeper, Watch
from api.metrics import Metrics, metrics_route
from api.municipality_names import name_of
from api.pace import Pace
from api.pages.routes import page_routes, reviewer_routes
from api.policy_tables import PolicyTables
from api.printing.press import open_press
from api.reception import Reception
from api.refused_sign_ins import RefusedSignIns
from api.settings import Settings, missing
from api.sign_in import SignInSettings
from api.verification_routes import verification_routes
from authz.decisions import Decisions
from authz.desk import Desk
from authz.ledger_review import LedgerReview
from authz.office import Bulk, Office
from authz.policy import Policy
from authz.volume import Volumes
from domain.errors import Refusal
from domain.ids import RANDOM_BYTES, uuid7
from domain.ledger.searches import SearchHasher
from domain.volume import Bounds
from persistence.access import AccessRegister
from persistence.certificates import Certificates
from persistence.change_feed import ChangeFeed
from persistence.code_stock import CodeStock
from persistence.database import Database
from persistence.extractions import Extractions
from persistence.households import Households
from persistence.keysets import Vaults
from persistence.ledger_reading import LedgerReading
from persistence.ledger_standing import LedgerStandings
from persistence.ledger_store import LedgerStore
from persistence.ledger_tree import LedgerTree
from persistence.logins import Logins
from persistence.notifications import Notifications
from persistence.policies import KeptPolicy, Policies
from persistence.residents import Residents
from persistence.restrictions import Restrictions
from persistence.staff import Staff
from persistence.statistics import Statistics
from persistence.support_measures import SupportMeasures
from persistence.versions import Versions

TOKEN_BYTES = 32
"""Of randomness in a link, and in a paper's QR code."""

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
    policies: Policies
    desk: Desk
    codes: CodeStock
    tree: LedgerTree
    policy_tables: PolicyTables

    @property
    def decisions(self) -> Decisions:
        """The policy with its memory."""
        return self.desk.decisions


@dataclass(frozen=True, slots=True)
class Material:
    """What lies outside the settings' text: the logins to the store and the keys, read or made.

    `specimens` is where the demonstration has its own signing key and timestamp authority. Without `checkpoints` the
    services can be opened, but nobody is served.
    """

    logins: Logins
    ledger_key: bytes = field(repr=False)
    sealer: Sealer
    number_key: aead.Aead
    development_issuer: DevelopmentIssuer | None = None
    specimens: Path | None = None
    examples: Examples = field(default_factory=dict)
    checkpoints: Checkpointing | None = None


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
        tables = PolicyTables(policy)
        stack.push_async_callback(tables.stop)
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
            office=_office(settings, material, tables, database, vaults),
            hasher=SearchHasher(material.ledger_key),
            most_hits=settings.search_limit,
            now=now,
            new_id=new_id,
            ticks=time.perf_counter,
            release_for=timedelta(minutes=settings.release_minutes),
        )
        codes = CodeStock(database, settings.code_stock)
        tree = LedgerTree(material.logins, prepared_statements=settings.prepared_statements)
        yield Services(
            database, vaults, ledger, AccessRegister(database), Policies(database), desk, codes, tree, tables
        )


def _office(settings: Settings, material: Material, tables: PolicyTables, database: Database, vaults: Vaults) -> Office:
    prepared = settings.prepared_statements
    return Office(
        certificates=Certificates(database, vaults),
        press=open_press(settings.printing, material.specimens),
        city_of=name_of,
        link_for=timedelta(minutes=settings.link_minutes),
        new_token=lambda: secrets.token_urlsafe(TOKEN_BYTES),
        statistics=Statistics(database),
        bulk=Bulk(Extractions(database, vaults), AgeEnvelope(), secrets.randbelow),
        review=_review(material.logins, database, prepared_statements=prepared),
        policy_tables=tables.matrix,
        standings=LedgerStandings(LedgerTree(material.logins, prepared_statements=prepared)),
    )


def _review(logins: Logins, database: Database, *, prepared_statements: bool) -> LedgerReview:
    reading = LedgerReading(logins, prepared_statements=prepared_statements)
    return LedgerReview(reading, Staff(database), LedgerAnalyst(logins, prepared_statements=prepared_statements))


def build_app(settings: Settings, material: Material, schema_file: Path = SCHEMA_FILE) -> Starlette:
    """The application: it opens its services when it starts and refuses to start without a writable ledger.

    Raises `SettingsError` where nothing could sign the ledger's checkpoints.
    """
    checkpoints = material.checkpoints
    if checkpoints is None:
        raise missing("DAICHO_CHECKPOINT_KEY_FILE")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened(settings, material) as services, httpx.AsyncClient(trust_env=False) as client:
            for code in settings.municipalities:
                await services.ledger.check_writable(code)
                name_of(code)  # a tenth of a second, which the first certificate need not wait
            policy = services.decisions.policy
            await _keep(policy, services, settings.municipalities)
            keeper = open_keeper(services, checkpoints)
            watching = _Watching(Metrics(policy.purposes, policy.hash), keeper)
            services.ledger.tell_commits_to(watching.committed)
            reception = _reception(settings, material, services, client, watching)
            routes = [*_routes(settings, material, services, reception), *_watched(settings, services, watching)]
            app.router.routes[:0] = routes  # before the pages: asked for most
            services.policy_tables.begin()
            app.state.policy_tables = services.policy_tables
            async with _folding(reception), keeping(keeper):
                yield

    app = Starlette(
        routes=[*page_routes(schema_file), *reviewer_routes()],
        lifespan=lifespan,
        middleware=[Middleware(PlainHost)],
        exception_handlers={Refusal: answer_refusal, HTTPException: answer_http_exception, Exception: answer_refusal},
    )
    app.router.redirect_slashes = False  # a redirection would repeat the address, and whatever somebody put into it
    return app


@dataclass(frozen=True, slots=True)
class _Watching:
    """Who is told of every commit."""

    metrics: Metrics
    keeper: Keeper

    def committed(self, entries: int, seconds: float) -> None:
        """So many entries, in so many seconds."""
        self.metrics.committed(entries, seconds)
        self.keeper.notice(entries)


def open_keeper(services: Services, checkpoints: Checkpointing) -> Keeper:
    """The keeper of the ledger's proof, which connects as it needs to."""
    return Keeper(services.tree, checkpoints, Watch(now, time.monotonic), structlog.get_logger())


def _reception(
    settings: Settings, material: Material, services: Services, client: httpx.AsyncClient, watching: _Watching
) -> Reception:
    authenticator = _authenticator(settings, material, client)
    return Reception(
        desk=services.desk,
        admission=Admission(authenticator, services.access.of, services.decisions, time.monotonic),
        append=services.ledger.append,
        require_covered=watching.keeper.require_covered,
        refused_sign_ins=RefusedSignIns(settings.municipalities[0], time.monotonic),
        volumes=Volumes(Bounds(settings.records_per_hour, settings.searches_per_hour), services.ledger.volume, now),
        metrics=watching.metrics,
        log=structlog.get_logger(),
    )


async def _keep(policy: Policy, services: Services, municipality_codes: Iterable[str]) -> None:
    """What decides from now on, for whoever asks one day by which policy something could be seen."""
    for code in municipality_codes:
        await services.policies.keep(code, KeptPolicy(policy.hash, policy.text, now()))


def _routes(settings: Settings, material: Material, services: Services, reception: Reception) -> list[BaseRoute]:
    documents = Documents(SCHEMA, introspection=settings.introspection)
    endpoint = GraphQLEndpoint(reception, documents, material.sealer)
    routes: list[BaseRoute] = [
        Route("/graphql", endpoint.respond, methods=["POST"]),
        *handover_routes(reception),
        *verification_routes(reception, settings.municipalities[0], Pace(time.monotonic)),
    ]
    if material.development_issuer is not None:
        names = {code: purpose.name for code, purpose in services.decisions.policy.purposes.items()}
        routes += demo_routes(material.development_issuer, names, time.time, material.examples)
    return routes


def _watched(settings: Settings, services: Services, watching: _Watching) -> list[BaseRoute]:
    """What who operates the service looks at."""

    async def ledger_answers() -> None:
        await services.ledger.check_writable(settings.municipalities[0])
        watching.keeper.require_covered(settings.municipalities[0])

    standings = LedgerStandings(services.tree)

    async def look() -> None:
        for code in settings.municipalities:
            watching.metrics.uncovered(code, watching.keeper.seconds_uncovered(code))
        for code in settings.municipalities:
            watching.metrics.stocked(code, await services.codes.free(code))
            outside = await standings.outside(code)
            age = now() - outside.kept_at if outside.kept_at else None
            watching.metrics.outside(code, outside.lacking, age)

    readiness = Readiness({"store": services.database.check, "ledger": ledger_answers})
    counts = [metrics_route(watching.metrics, readiness, look)] if settings.metrics else []
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
async def keeping(keeper: Keeper) -> AsyncIterator[None]:
    """While the service runs, or a command that discloses much, the ledger's proof is kept."""
    await keeper.start()
    task = asyncio.create_task(keeper.run())
    yield
    task.cancel()
    await asyncio.wait((task,))
    await keeper.stop()


@asynccontextmanager
async def _folding(reception: Reception) -> AsyncIterator[None]:
    """While the service runs, and when it stops, what was folded of refused sign-ins goes to the ledger."""

    async def again_and_again() -> None:
        while True:
            await asyncio.sleep(FOLDING_SECONDS)
            await reception.record_folded()

    task = asyncio.create_task(again_and_again())
    yield
    task.cancel()
    await reception.record_folded(all_of_them=True)
