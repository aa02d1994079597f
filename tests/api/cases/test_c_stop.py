"""A service that is asked to stop while it answers: what was answered was recorded (C-01)."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable

import asyncpg
import httpx
import pytest

from tests.commands import Daicho, Running
from tests.postgres import NewDatabase
from tests.serving import with_village
from tests.village import NUMBERS, number_of

ASK = {"query": f'{{ resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ fullName individualNumber }} }}'}
AT_ONCE = 8


def keep_asking(running: Running, heard: list[tuple[str, bool]]) -> None:
    """Ask until nobody answers; note the request id of each whole answer, and whether it held the number."""
    named = {"Authorization": f"Bearer {running.token('tax-clerk')}", "Daicho-Purpose": "local_tax"}
    with httpx.Client(base_url=running.url, headers=named, trust_env=False, timeout=10) as client:
        while True:
            try:
                answer = client.post("/graphql", json=ASK)
            except httpx.TransportError:
                return
            assert answer.status_code in {200, 503}
            heard.append((answer.headers["daicho-request-id"], NUMBERS[0] in answer.text))


def recorded(url: str) -> dict[str, bool]:
    """The request ids in the ledger, and whether the number was accessed."""

    async def work() -> dict[str, bool]:
        connection = await asyncpg.connect(url)
        try:
            entries = [json.loads(row["entry"]) for row in await connection.fetch("SELECT entry FROM ledger_entries")]
            return {entry["request_id"]: entry["number_accessed"] for entry in entries}
        finally:
            await connection.close()

    return asyncio.run(work())


@pytest.mark.holds("C-01", "M08")
def test_of_the_answers_before_a_sigterm_none_is_without_its_entry(
    new_daicho: Callable[..., Daicho], new_database: NewDatabase
) -> None:
    url, heard = new_database(with_village), list[tuple[str, bool]]()
    with new_daicho(DAICHO_DATABASE_URL=url).serving("--demo") as running:
        running.token("tax-clerk")
        asking = [threading.Thread(target=keep_asking, args=(running, heard)) for _ in range(AT_ONCE)]
        for thread in asking:
            thread.start()
        time.sleep(1)
        status = running.stop()
        for thread in asking:
            thread.join(timeout=20)
    in_ledger = recorded(url)
    assert status == 0
    assert len(heard) > AT_ONCE
    assert [request_id for request_id, with_number in heard if with_number and not in_ledger.get(request_id)] == []
    assert NUMBERS[0] not in running.out + running.err
