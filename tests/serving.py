"""A pytest plugin: daicho itself, in this process, on a database of its own that holds the village.

    def test_something(service):
        answer = service.ask("tax-clerk", "{ me { displayName } }")
        assert answer.data["me"] ...
        assert service.ledger()[-1]["path"] == "Query.me"

The application runs on an event loop in a thread, so that tests stay plain functions. The clock stands still.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
import pytest
import structlog

from api import app as application
from api.app import Material, build_app, opened
from api.checkpoint_keys import own_ledger_keys
from api.checkpoint_places import FilePlace
from api.cli.system_caller import user_name
from api.demonstration.loading import appoint_certifiers, grant_purposes, let_callers_in, stock_codes
from api.development_issuer import DEMONSTRATION_CALLERS, DevelopmentIssuer
from api.graphql.sealing import load_sealer
from api.ledger_keeper import Checkpointing
from api.settings import Settings, read_settings
from persistence.logins import Logins
from persistence.register_writing import Taking, write_register
from tests.keys import NUMBER_KEY
from tests.logins import logins_at, migrated
from tests.postgres import Databases, NewDatabase
from tests.village import CODE, TODAY, village

T = TypeVar("T")
Start = Callable[["Service", ExitStack], Coroutine[Any, Any, None]]
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 3, 0, tzinfo=UTC)
"""Noon in Japan on the village's day."""
SPECIMENS = Path(tempfile.mkdtemp(prefix="daicho-specimens-"))
"""The key that certificates are signed with, made once for all tests of a process."""
PUBLIC_URL = "https://city.example"
"""Where the QR codes of papers point to."""
LEDGER_KEY = b"a ledger key for tests, 32 bytes"
UNHINDERED = {"DAICHO_RECORDS_PER_HOUR": "999999", "DAICHO_SEARCHES_PER_HOUR": "999999"}
"""For what asks more of one caller than a person may within an hour."""
PURPOSES = {one.name: next(iter(one.purposes), "") for one in DEMONSTRATION_CALLERS} | {"stranger": "local_tax"}
"""What each caller's requests name unless a test says otherwise."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> dict[str, Any]:
        """The body."""
        body: dict[str, Any] = json.loads(self.content)
        return body

    @property
    def data(self) -> Any:
        """`data`; fails when the answer has errors."""
        assert "errors" not in self.json, self.json
        return self.json["data"]

    @property
    def codes(self) -> list[str]:
        """The codes of its errors."""
        return [error["extensions"]["code"] for error in self.json.get("errors", [])]

    @property
    def disclosures(self) -> list[dict[str, Any]]:
        """`extensions.disclosures`."""
        told: list[dict[str, Any]] = self.json["extensions"]["disclosures"]
        return told

    def outcome(self, item: str) -> str | None:
        """The one outcome told of an item, or None where nothing is told."""
        outcomes = {told["outcome"] for told in self.disclosures if told["item"] == item}
        assert len(outcomes) <= 1, outcomes
        return next(iter(outcomes), None)


@dataclass
class Service:
    """The running application and the ways to look at it from outside and from behind."""

    url: str = field(repr=False)
    settings: Settings
    material: Material
    loop: asyncio.AbstractEventLoop
    client: httpx.AsyncClient
    log: list[dict[str, Any]] = field(default_factory=list)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the application's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=30)

    def token(self, name: str) -> str:
        """A token of one of the demonstration's callers."""
        issuer = self.material.development_issuer
        assert issuer is not None
        return issuer.token_for(name, datetime.now(UTC).timestamp())

    def headers(self, caller: str, purpose: str | None = None, **more: str) -> dict[str, str]:
        """The headers of a caller's request; `strict=True` and the like by their header names."""
        named = {
            "authorization": f"Bearer {self.token(caller)}",
            "daicho-purpose": PURPOSES[caller] if purpose is None else purpose,
            "content-type": "application/json",
        }
        return {name: value for name, value in (named | more).items() if value}

    def ask(
        self,
        caller: str,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        purpose: str | None = None,
        **more: str,
    ) -> Answer:
        """Send an operation as this caller."""
        body = json.dumps({"query": query, "variables": variables or {}}).encode()
        return self.send("POST", "/graphql", body, self.headers(caller, purpose, **more))

    def send(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """Send any request."""
        response = self.run(self.client.request(method, path, content=body, headers=dict(headers or {})))
        return Answer(response.status_code, response.content, dict(response.headers))

    def execute(self, statement: str, *values: object) -> list[Any]:
        """Run a statement on the database behind the service."""

        async def work() -> list[Any]:
            connection = await asyncpg.connect(self.url)
            try:
                return list(await connection.fetch(statement, *values))
            finally:
                await connection.close()

        return self.run(work())

    def ledger(self) -> list[dict[str, Any]]:
        """All entries, oldest first."""
        return [json.loads(row["entry"]) for row in self.execute("SELECT entry FROM ledger_entries ORDER BY position")]

    def everything_written(self) -> str:
        """The ledger and the log as one text, to look for what must not be in them."""
        return json.dumps([self.ledger(), self.log], ensure_ascii=False, default=str)


@pytest.fixture
def service(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """daicho with the village, its clock standing at noon of the village's day."""
    settle(monkeypatch, lambda: NOON)
    with ExitStack() as stack:
        yield serve(new_database(with_village), stack)


@dataclass
class Clocked:
    """daicho whose clock stands where a test puts it."""

    at: datetime
    service: Service = field(init=False)


@pytest.fixture
def clocked(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clocked]:
    """daicho with the village, its clock to be set; it begins at noon of the village's day."""
    clock = Clocked(NOON)
    settle(monkeypatch, lambda: clock.at)
    with ExitStack() as stack:
        clock.service = serve(new_database(with_village), stack)
        yield clock


@pytest.fixture(scope="module")
def shared_service(databases: Databases) -> Iterator[Service]:
    """The same for all tests of a module, much sooner there: for tests that leave the register as they found it."""
    url = databases.create(with_village)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        settle(patch, lambda: NOON)
        yield serve(url, stack)
    databases.drop(url)


def settle(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """The clock tells this."""
    patch.setattr(application, "now", now)


def with_village(url: str) -> None:
    """Prepare a database: tables, village, terminals and grants of the demonstration's callers."""
    migrated(url)

    async def fill() -> None:
        home = Path(tempfile.mkdtemp())
        async with opened(_settings(home), _material(url, home)) as services:
            await write_register(services.database, Taking(CODE, services.vaults.of(CODE), NOON), village())
            await let_callers_in(services, user_name())
            await grant_purposes(services)
            await stock_codes(services)
            await appoint_certifiers(services)

    asyncio.run(fill())


def serve(
    url: str,
    stack: ExitStack,
    start: Start | None = None,
    keys: Material | None = None,
    logins: Logins | None = None,
    **settings: Any,
) -> Service:
    """Start the application on this database, in this process unless `start` says otherwise; the stack stops it.

    `keys` are those of an earlier start; else new ones are made. `logins` are those to the database itself, or others.
    """
    home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    chosen, material = replace(_settings(home), **settings), keys or _material(url, home)
    material = replace(material, logins=logins or material.logins)
    service = Service(url, chosen, material, _loop(stack), None)  # type: ignore[arg-type] # made on the loop, below
    stack.enter_context(_captured(service.log))
    service.run((start or _start)(service, stack))
    return service


async def _start(service: Service, stack: ExitStack) -> None:
    app = build_app(service.settings, service.material)
    lifespan = app.router.lifespan_context(app)
    await lifespan.__aenter__()
    service.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://daicho.test")

    async def stop() -> None:
        await service.client.aclose()
        await lifespan.__aexit__(None, None, None)

    stack.callback(lambda: service.run(stop()))


def _loop(stack: ExitStack) -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def end() -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()

    stack.callback(end)
    return loop


class _captured:  # noqa: N801 - used like a function, in a with statement
    def __init__(self, into: list[dict[str, Any]]) -> None:
        self._into = into

    def __enter__(self) -> None:
        self._before = structlog.get_config()
        every_level = structlog.make_filtering_bound_logger(
            logging.NOTSET
        )  # a command run before may have chosen fewer
        structlog.configure(processors=[self._keep], wrapper_class=every_level, cache_logger_on_first_use=False)

    def __exit__(self, *_error: object) -> None:
        structlog.configure(**self._before)

    def _keep(self, _logger: object, method: str, event: Any) -> Any:
        self._into.append({"level": method, **event})
        raise structlog.DropEvent


def _settings(home: Path) -> Settings:
    return read_settings({"DAICHO_HOME": str(home), "DAICHO_PUBLIC_URL": PUBLIC_URL, **UNHINDERED}, demo=True)


def _material(url: str, home: Path) -> Material:
    issuer = DevelopmentIssuer(home, demo=True, loopback=True)
    sealer = load_sealer(home / "cursor-keyset.json")
    keys = own_ledger_keys(home / "checkpoint-keys", [CODE])
    checkpoints = Checkpointing(keys, (FilePlace(home / "checkpoints.jsonl"),), minutes=10)
    return Material(logins_at(url), LEDGER_KEY, sealer, NUMBER_KEY, issuer, SPECIMENS, checkpoints=checkpoints)
