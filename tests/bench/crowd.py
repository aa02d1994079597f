"""50 clerks who notify and 50 applications that read, at once, over HTTP: nothing is lost, and nobody waits long."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import click

from authz.desk import JAPAN
from persistence import embedded
from persistence.home import default_home
from tests.bench.operations import RESIDENT
from tests.commands import Daicho, Running
from tests.serving import PURPOSES, UNHINDERED

CLERKS = READERS = 50
MOST_TIMES = 5.0
HOMES = [f"北海道苫小牧市旭町3丁目2番{at}号" for at in (1, 2)]
NOTIFY = """mutation ($input: MoveWithinInput!, $key: String!) {
  moveWithin(input: $input, idempotencyKey: $key) { stored notification { id } findings { code } } }"""
APPROVE = "mutation ($id: ID!, $key: String!) { approve(id: $id, idempotencyKey: $key) { stored state } }"
MOVERS = """
SELECT min(addressee_number) FROM residents WHERE NOT is_closed AND relationship_to_householder <> '世帯主'
AND planned_move_out_address IS NULL GROUP BY household_number ORDER BY md5(household_number) LIMIT $1
"""
KEPT = {
    "notified": "SELECT count(*) FROM notifications",
    "approved": "SELECT count(DISTINCT notification_id) FROM life_events",
    "recorded": "SELECT count(DISTINCT convert_from(entry, 'UTF8')::json->>'request_id') FROM ledger_entries",
}
_NOTIFYING, _APPROVING, _READING = "notify", "approve", "read"


@dataclass
class Crowd:
    """What everybody was answered, and how long each took."""

    running: Running
    tokens: dict[str, str]
    until: float
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)

    async def clerk(self, number: str) -> None:
        """Somebody moves, and is approved, again and again."""
        desk, checker = [await self._connected(one) for one in ("register-desk", "register-checker")]
        mover = {"addresseeNumber": number, "relationshipToHouseholder": "世帯主"}
        filing = {"changedOn": datetime.now(JAPAN).date().isoformat()}
        for turn in count():
            if time.perf_counter() > self.until:
                return
            notice = {"filing": filing, "members": [mover], "currentAddress": HOMES[turn % 2]}
            answer = await self._ask(desk, _NOTIFYING, NOTIFY, {"input": notice, "key": f"{number}-{turn}"})
            result: dict[str, Any] = answer["data"]["moveWithin"] if answer else {"stored": False, "findings": []}
            if not result["stored"]:
                self.wrong[f"not stored: {[one['code'] for one in result['findings']]}"] += 1
                return
            given = {"id": result["notification"]["id"], "key": f"{number}-{turn}"}
            await self._ask(checker, _APPROVING, APPROVE, given)

    async def reader(self, numbers: list[str]) -> None:
        """An application reads one record after the other."""
        tax = await self._connected("tax-clerk")
        for turn in count():
            if time.perf_counter() > self.until:
                return
            await self._ask(tax, _READING, RESIDENT, {"by": {"addresseeNumber": numbers[turn % len(numbers)]}})

    async def _connected(self, caller: str) -> Callable[[bytes], Awaitable[tuple[int, bytes]]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(self.running.url.rpartition(":")[2]))
        head = (
            "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.tokens[caller]}\r\nDaicho-Purpose: {PURPOSES[caller]}\r\n"
        )

        async def send(body: bytes) -> tuple[int, bytes]:
            writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            answered = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(answered.split(b"content-length: ")[1].split(b"\r\n")[0])
            return int(answered.split()[1]), await reader.readexactly(length)

        return send

    async def _ask(self, send: Any, kind: str, query: str, variables: dict[str, Any]) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        started = time.perf_counter()
        status, answer = await send(body)
        self.seconds[kind].append(time.perf_counter() - started)
        told = json.loads(answer)
        if status == 200 and "errors" not in told:
            return told
        self.wrong[f"{kind}: {status} {[one['extensions']['code'] for one in told.get('errors', [])]}"] += 1
        return None


def crowd(residents: int, seconds: float) -> None:
    """Let them all come, and tell how it went."""
    usual = default_home()
    with TemporaryDirectory(prefix="daicho-crowd-", dir=usual.parent) as folder:
        daicho = Daicho(Path(folder) / "home", UNHINDERED)
        with daicho.serving("--demo", "--residents", str(residents)) as running:
            asyncio.run(_crowd(running, seconds))


async def _crowd(running: Running, seconds: float) -> None:
    server = await asyncio.to_thread(embedded.start, running.daicho.home)
    tokens = {one: running.token(one) for one in ("register-desk", "register-checker", "tax-clerk")}
    store = await asyncpg.connect(server.url)
    people = [row[0] for row in await store.fetch(MOVERS, 2 * CLERKS)]
    before = {what: await store.fetchval(sql) for what, sql in KEPT.items()}
    all_of_them = Crowd(running, tokens, time.perf_counter() + seconds)
    async with asyncio.TaskGroup() as group:
        for at in range(CLERKS):
            group.create_task(all_of_them.clerk(people[at]))
            group.create_task(all_of_them.reader(people[at:] + people[:at]))
    after = {what: await store.fetchval(sql) - before[what] for what, sql in KEPT.items()}
    await store.close()
    await asyncio.to_thread(server.stop)
    _tell(all_of_them, after, seconds)


def _tell(came: Crowd, kept: dict[str, int], seconds: float) -> None:
    for kind, taken in came.seconds.items():
        ordered = sorted(taken)
        middle, slow = (ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
        verdict = "met   " if slow / middle <= MOST_TIMES else "MISSED"
        click.echo(
            f"{verdict} {CLERKS} clerks and {READERS} applications at once, {kind}: {len(taken) / seconds:,.0f}/s, p50"
            f" {middle * 1e3:.0f} ms, p99 {slow * 1e3:.0f} ms, {slow / middle:.1f} × (goal: at most {MOST_TIMES:g})"
        )
    told = {
        "notified": len(came.seconds[_NOTIFYING]),
        "approved": len(came.seconds[_APPROVING]),
        "recorded": sum(map(len, came.seconds.values())),
    }
    click.echo(
        f"{'met   ' if told == kept and not came.wrong else 'MISSED'} nothing is lost: answered {told}, kept {kept}"
    )
    for what, times in came.wrong.items():
        click.echo(f"       {times} × {what}")
