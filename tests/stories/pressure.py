"""Many requests at the same moment, changes among them; what each was answered, and what the store has of it after."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import httpx

from authz.desk import JAPAN
from persistence import embedded
from tests.api.changing import NEW_HOME, mutation
from tests.commands import Daicho, Running
from tests.crash.checks import Checks
from tests.crash.load import Told
from tests.serving import PURPOSES

RIGHT = frozenset({200, 503, None})
"""Well, for a moment not, or not at all."""
PATIENCE = 60
AT_ONCE = 64
RESULT = "stored state notification { id } findings { code }"
READ = "query ($n: String!) { resident(by: {addresseeNumber: $n}) { fullName currentAddress individualNumber } }"
OF_TWO = """
SELECT min(addressee_number) FROM residents AS one WHERE NOT is_closed AND relationship_to_householder <> '世帯主'
AND foreign_resident_category IS NULL AND planned_move_out_address IS NULL GROUP BY household_number
ORDER BY household_number
"""
"""Somebody of each household who may leave it without anybody else's record saying so."""
KEPT = "SELECT answer->>'notification' FROM idempotency_keys"
EVENTS = "SELECT notification_id::text, count(*) FROM life_events GROUP BY notification_id"
NOTIFICATIONS = "SELECT id::text, state FROM notifications"
RECORDED = "SELECT entry FROM ledger_entries WHERE kind = 'CHANGE'"


@dataclass(frozen=True)
class Ask:
    """A request; a change has a key."""

    caller: str
    query: str
    variables: dict[str, Any]

    @property
    def key(self) -> str | None:
        """Under which it is done once."""
        return self.variables.get("key")


@dataclass(frozen=True)
class Heard:
    """What was answered: no status where nothing was."""

    ask: Ask
    status: int | None = None
    body: Any = None
    request_id: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether it was answered well."""
        return self.status == httpx.codes.OK

    @property
    def result(self) -> dict[str, Any]:
        """What came of a change."""
        (result,) = self.body["data"].values()
        told: dict[str, Any] = result
        return told


def moves(people: Sequence[str]) -> list[Ask]:
    """Each notifies that she moves; that waits for a second person."""
    return [_change("register-desk", "moveWithin", {**_move(who), **_filing()}, f"move-{who}") for who in people]


def matters(people: Sequence[str]) -> list[Ask]:
    """Of each something is recorded at once."""
    said = {"matter": "LONG_TERM_CARE_INSURANCE", "text": "該当（第2号被保険者）"}
    return [
        _change("care-clerk", "recordMatter", {"resident": who, **said, **_filing()}, f"matter-{who}") for who in people
    ]


def reads(people: Sequence[str]) -> list[Ask]:
    """Each is looked at, her number too."""
    return [Ask("tax-clerk", READ, {"n": who}) for who in people]


def mixed(*kinds: Sequence[Ask]) -> list[Ask]:
    """One of each kind after the other."""
    return [ask for together in zip(*kinds, strict=True) for ask in together]


@dataclass(frozen=True)
class Strike:
    """What is done to the service when so many of the requests are answered."""

    after: int
    act: Callable[[], None]


async def press(running: Running, asks: Sequence[Ask], strike: Strike | None = None) -> list[Heard]:
    """Send all, `AT_ONCE` at a time, whatever befalls the service meanwhile."""
    headers = {one: _headers(running, one) for one in {ask.caller for ask in asks}}
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=running.url, limits=limits, timeout=PATIENCE, trust_env=False) as client:
        sent = [asyncio.create_task(_send(client, headers[ask.caller], ask)) for ask in asks]
        for at, one in enumerate(asyncio.as_completed(sent), start=1):
            await one
            if strike and at == strike.after:
                await asyncio.to_thread(strike.act)
    return [one.result() for one in sent]


async def insist(running: Running, asks: Sequence[Ask], strike: Strike | None = None) -> list[Heard]:
    """The same; and what was not answered well is asked again, under its key, until it is. All that was heard."""
    heard = await press(running, asks, strike)
    left = [one.ask for one in heard if not one.is_answered]
    until = time.monotonic() + PATIENCE
    while left and time.monotonic() < until:
        again = await press(running, left)
        heard += again
        left = [one.ask for one in again if not one.is_answered]
    return heard


async def _send(client: httpx.AsyncClient, headers: dict[str, str], ask: Ask) -> Heard:
    try:
        body = {"query": ask.query, "variables": ask.variables}
        answer = await client.post("/graphql", json=body, headers=headers)
    except httpx.TransportError:
        return Heard(ask)
    return Heard(ask, answer.status_code, answer.json(), answer.headers["daicho-request-id"])


def _headers(running: Running, caller: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {running.token(caller)}", "Daicho-Purpose": PURPOSES[caller]}


def _change(caller: str, procedure: str, notice: dict[str, Any], key: str) -> Ask:
    return Ask(caller, mutation(procedure, RESULT), {"input": notice, "key": key})


def _filing() -> dict[str, Any]:
    return {"filing": {"changedOn": datetime.now(JAPAN).date().isoformat()}}


def _move(who: str) -> dict[str, Any]:
    mover = {"addresseeNumber": who, "relationshipToHouseholder": "世帯主"}
    return {"members": [mover], "currentAddress": NEW_HOME}


# The store.


@contextmanager
def store_of(daicho: Daicho) -> Iterator[str]:
    """The URL of the home's own store, running or not."""
    server = embedded.start(daicho.home)
    try:
        yield server.url
    finally:
        server.stop()


def people_of(daicho: Daicho, count: int) -> list[str]:
    """So many people, no two of one household."""
    with store_of(daicho) as url:
        people = [row[0] for row in asyncio.run(_rows(url, OF_TWO))]
    assert len(people) >= count
    return people[:count]


def what_is_wrong(daicho: Daicho, heard: Sequence[Heard]) -> list[str]:
    """Where the store is not what was answered: each change once, with its entry, and nothing half-written."""
    with store_of(daicho) as url:
        tables = [asyncio.run(_rows(url, one)) for one in (KEPT, NOTIFICATIONS, EVENTS, RECORDED)]
        found = Checks().findings(url, Told({one.request_id for one in heard if one.is_answered}))
    kept, states, events, entries = [row[0] for row in tables[0]], dict(tables[1]), dict(tables[2]), tables[3]
    told = {one.result["notification"]["id"] for one in heard if one.is_answered and one.ask.key}
    paths = [json.loads(row[0])["path"] for row in entries]
    entered = [one for one in paths if one in {"Mutation.moveWithin", "Mutation.recordMatter"}]
    wrong = {
        "answered, and not there": told - states.keys(),
        "done under no key, or under two": set(states) ^ {id_ for id_ in kept if kept.count(id_) == 1},
        "done more often than asked": sorted(states)[len({one.ask.key for one in heard if one.ask.key}) :],
        "recorded without being done, or the other way": set(range(len(entered))) ^ set(range(len(states))),
        "approved without its one event": [
            id_ for id_, state in states.items() if events.get(id_, 0) != (state == "APPROVED")
        ],
    }
    return found + [f"{what}: {len(which)}" for what, which in wrong.items() if which]


async def _rows(url: str, statement: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(statement))
    finally:
        await connection.close()
