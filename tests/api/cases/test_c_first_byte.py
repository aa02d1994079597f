"""Before its first byte, every answer has its entry; who hangs up is recorded all the same (C-01)."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.serving import Service
from tests.village import CODE, EVERYONE, NUMBERS, number_of
from tests.wire import connect, head

REQUESTS, AT_ONCE = 1_000, 10
CALLERS = ("register-desk", "tax-clerk", "care-clerk", "election-clerk", "reviewer", "stranger")
QUERIES = (
    f'{{ resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ fullName individualNumber }} }}',
    f'{{ resident(by: {{individualNumber: "{NUMBERS[1]}"}}) {{ individualNumber household {{ householdNumber }} }} }}',
    f"{{ residents(where: {{{EVERYONE}}}, first: 3) {{ nodes {{ fullName individualNumber }} }} }}",
    "{ me { displayName } }",
    "{ nothing }",
)


@dataclass(frozen=True)
class Heard:
    """An answer, and how many entries were committed when its first byte was there."""

    committed: int
    status: int
    request_id: str
    body: bytes

    @property
    def holds_a_number(self) -> bool:
        return any(number.encode() in self.body for number in NUMBERS)


async def hear(service: Service, questions: list[bytes]) -> list[Heard]:
    """Ask one after the other on one connection, looking into the ledger on another at each first byte."""
    ledger = await asyncpg.connect(service.url)
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(str(service.client.base_url)).port)
    heard = []
    for question in questions:
        writer.write(question)
        first = await reader.readexactly(1)
        committed = await ledger.fetchval("SELECT size FROM ledger_heads WHERE municipality_code = $1", CODE)
        top = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = dict(line.lower().split(": ", 1) for line in top.split("\r\n")[1:-2])
        body = await reader.readexactly(int(headers["content-length"]))
        heard.append(Heard(committed, int(top.split(" ")[1]), headers["daicho-request-id"], body))
    writer.close()
    await ledger.close()
    return heard


def questions(service: Service) -> list[bytes]:
    chance = random.Random(1)  # noqa: S311 - which request comes when
    bodies = [json.dumps({"query": query}).encode() for query in QUERIES]
    heads = {(caller, body): head(service, caller, len(body)) + body for caller in CALLERS for body in bodies}
    return chance.choices(list(heads.values()), k=REQUESTS)


def is_withheld(one: Heard) -> bool:
    """Whether the ledger could not be written, so that nothing is answered."""
    return one.status == 503 and "data" not in json.loads(one.body) and b"LEDGER_UNAVAILABLE" in one.body


@pytest.mark.holds("C-01", "M08")
def test_of_a_thousand_answers_each_had_its_entry_before_its_first_byte(wire: Service) -> None:
    asked = questions(wire)

    async def all_at_once() -> list[list[Heard]]:
        return await asyncio.gather(*(hear(wire, asked[at::AT_ONCE]) for at in range(AT_ONCE)))

    everything = [one for of_connection in asyncio.run(all_at_once()) for one in of_connection]
    heard = [one for one in everything if not is_withheld(one)]  # on a machine too busy to write the ledger in time
    positions: dict[str, list[int]] = {}
    numbers: dict[str, bool] = {}
    for entry in wire.ledger():
        positions.setdefault(entry["request_id"], []).append(entry["position"])
        numbers[entry["request_id"]] = numbers.get(entry["request_id"], False) or entry["number_accessed"]
    assert len({one.request_id for one in everything}) == REQUESTS
    assert len(heard) > REQUESTS * 0.8
    assert {one.status for one in heard} == {200, 400, 403}
    assert [one.request_id for one in heard if max(positions[one.request_id]) >= one.committed] == []
    with_number = [one for one in heard if one.holds_a_number]
    assert len(with_number) > 100
    assert all(numbers[one.request_id] for one in with_number)
    assert [entry["position"] for entry in wire.ledger()] == list(range(len(wire.ledger())))


def entries_since(service: Service, before: int) -> list[dict[str, object]]:
    """The entries that have come since, waited for."""
    deadline = time.monotonic() + 5
    while len(service.ledger()) == before and time.monotonic() < deadline:
        time.sleep(0.02)
    return service.ledger()[before:]


@pytest.mark.holds("C-01", "C-14")
def test_a_client_that_hangs_up_after_asking_is_recorded(wire: Service) -> None:
    wire.ask("tax-clerk", QUERIES[3])  # whose grants are remembered then, so that the body is read before she hangs up
    kinds = {hung_up(wire) for _ in range(20)}
    assert ("SEARCH", "Query.resident", True) in kinds
    # On a busy machine she may be gone before her body is read: then nothing was asked, and that is recorded.
    assert kinds <= {("SEARCH", "Query.resident", True), ("REFUSAL", "Query", False)}


def hung_up(wire: Service) -> tuple[object, ...]:
    """Ask and hang up; the one entry that there is of it."""
    body, before = json.dumps({"query": QUERIES[0]}).encode(), len(wire.ledger())
    with connect(wire) as line:
        line.sendall(head(wire, "tax-clerk", len(body)) + body)
    (entry,) = entries_since(wire, before)
    return entry["kind"], entry["path"], entry["number_accessed"]


@pytest.mark.holds("C-14")
def test_a_client_that_hangs_up_within_its_request_is_recorded_as_refused(wire: Service) -> None:
    before = len(wire.ledger())
    with connect(wire) as line:
        line.sendall(head(wire, "tax-clerk", 1_000) + b'{"query": ')
        time.sleep(0.1)
    (entry,) = entries_since(wire, before)
    assert (entry["kind"], entry["code"], entry["caller"]) == ("REFUSAL", "BAD_REQUEST", "tax-clerk")


def test_a_request_id_of_the_clients_is_not_taken(wire: Service) -> None:
    theirs = "00000000-0000-4000-8000-000000000000"
    named = {"daicho-request-id": theirs, "x-request-id": theirs, "traceparent": f"00-{theirs}"}
    answer = wire.ask("tax-clerk", "{ me { displayName } }", **named)
    ours = answer.headers["daicho-request-id"]
    assert ours != theirs
    assert wire.ledger()[-1]["request_id"] == ours
    assert theirs not in wire.everything_written()
