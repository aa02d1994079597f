"""Two callers at once, on one line and in one memory: no answer ever holds what is the other's (A-23, A-24)."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator

import pytest

from authz.disclosure import MASK
from tests.api.cases.actors import Seat, seated, told
from tests.serving import Answer, Service
from tests.village import NUMBERS, number_of
from tests.wire import connect

ASK = """query ($n: String!) { me { displayName }
    resident(by: {addresseeNumber: $n}) { addresseeNumber individualNumber } }"""
IN_FLIGHT = 200
OPEN_TO_BOTH = (1, 2, 3, 7, 9)
NAMES = {"tax-clerk": "税務 花子（見本）", "election-clerk": "選挙 三郎（見本）"}
TURNS = [(("tax-clerk", "election-clerk")[at % 2], OPEN_TO_BOTH[at // 2 % 5]) for at in range(IN_FLIGHT)]


def expected(caller: str, nth: int) -> dict[str, object]:
    """What this caller is answered about the nth villager."""
    number = NUMBERS[nth - 1] if caller == "tax-clerk" else MASK
    return {
        "me": {"displayName": NAMES[caller]},
        "resident": {"addresseeNumber": number_of(nth), "individualNumber": number},
    }


def assert_each_has_its_own(service: Service, answers: list[tuple[str, int, str, bytes]]) -> None:
    """Caller, villager, request id, body: each body is that caller's, and the ledger agrees about who asked."""
    asked_by = {}
    for caller, nth, request_id, content in answers:
        assert json.loads(content)["data"] == expected(caller, nth)
        asked_by[request_id] = (caller, number_of(nth), caller == "tax-clerk")
    assert len(asked_by) == len(answers)
    entries = [one for one in service.ledger() if one["request_id"] in asked_by]
    looked = [one for one in entries if one["path"] == "Query.resident"]
    assert len(looked) == len(answers)
    for one in looked:
        assert (one["caller"], one["groups"][0]["subjects"][0], one["number_accessed"]) == asked_by[one["request_id"]]
    assert {(one["caller"], one["purpose"]) for one in entries} == {
        ("tax-clerk", "local_tax"),
        ("election-clerk", "election"),
    }


@pytest.mark.holds("A-23", "M05")
def test_two_callers_interleaved_on_one_line_with_two_hundred_requests_in_flight(wire: Service) -> None:
    with connect(wire) as line:
        line.sendall(b"".join(request(wire, caller, nth) for caller, nth in TURNS))
        read = list(answers_on(line, len(TURNS)))

    assert_each_has_its_own(wire, [(caller, nth, *answer) for (caller, nth), answer in zip(TURNS, read, strict=True)])


@pytest.mark.holds("A-23", "M05")
def test_two_callers_on_many_lines_with_two_hundred_requests_in_flight(wire: Service) -> None:
    async def all_at_once() -> list[tuple[str, int, str, bytes]]:
        async def one(caller: str, nth: int) -> tuple[str, int, str, bytes]:
            body = json.dumps({"query": ASK, "variables": {"n": number_of(nth)}}).encode()
            response = await wire.client.post("/graphql", content=body, headers=headers[caller])
            return caller, nth, response.headers["daicho-request-id"], response.content

        return await asyncio.gather(*(one(caller, nth) for caller, nth in TURNS))

    headers = {caller: wire.headers(caller) for caller in NAMES}
    assert_each_has_its_own(wire, wire.run(all_at_once()))


@pytest.mark.holds("A-23")
def test_a_line_that_carried_one_caller_is_not_trusted_for_the_next(wire: Service) -> None:
    with connect(wire) as line:
        line.sendall(request(wire, "tax-clerk", 1))
        ((_, mine),) = answers_on(line, 1)
        line.sendall(request(wire, "tax-clerk", 1, token=""))
        ((_, nobodys),) = answers_on(line, 1)

    assert json.loads(mine)["data"]["resident"]["individualNumber"] == NUMBERS[0]
    assert json.loads(nobodys)["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert NUMBERS[0].encode() not in nobodys


def request(service: Service, caller: str, nth: int, token: str | None = None) -> bytes:
    """A request as it goes over the line."""
    body = json.dumps({"query": ASK, "variables": {"n": number_of(nth)}}).encode()
    headers = {"host": "127.0.0.1", **service.headers(caller), "content-length": str(len(body))}
    if token is not None:
        headers["authorization"] = token
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return f"POST /graphql HTTP/1.1\r\n{lines}\r\n".encode() + body


def answers_on(line: socket.socket, wanted: int) -> Iterator[tuple[str, bytes]]:
    """Request id and body of each answer that comes over the line, in order."""
    left = b""
    for _ in range(wanted):
        while b"\r\n\r\n" not in left:
            left += line.recv(65_536)
        head, _, left = left.partition(b"\r\n\r\n")
        headers = dict(text.lower().split(": ", 1) for text in head.decode("latin-1").split("\r\n")[1:])
        length = int(headers["content-length"])
        while len(left) < length:
            left += line.recv(65_536)
        yield headers["daicho-request-id"], left[:length]
        left = left[length:]


@pytest.mark.holds("A-24", "M01")
@pytest.mark.parametrize("order", [("tax-clerk", "election-clerk"), ("election-clerk", "tax-clerk")])
def test_a_document_that_one_caller_used_first_is_decided_anew_for_the_next(
    service: Service, order: tuple[str, str]
) -> None:
    seen: dict[str, list[Answer]] = {caller: [] for caller in order}
    for caller in order * 3:
        seen[caller].append(service.ask(caller, ASK, {"n": number_of(1)}))

    for caller, answers in seen.items():
        assert [answer.data for answer in answers] == [expected(caller, 1)] * 3
        assert len({str(told(answer)) for answer in answers}) == 1
    read = [one["number_accessed"] for one in service.ledger() if one["path"] == "Query.resident"]
    assert read == [caller == "tax-clerk" for caller in order] * 3


@pytest.mark.holds("A-24", "M03")
def test_one_document_of_one_person_is_decided_for_the_purpose_that_she_names(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    care = f'{{ resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ longTermCareInsuranceEligibility }} }}'
    welfare = seated(service, monkeypatch, Seat("福祉部介護福祉課", "elderly_welfare"))
    service.execute("UPDATE grants SET staff_number = 'DEMO-1003' WHERE staff_number = $1", f"S-{welfare}")

    for purpose, sees in (("long_term_care", True), ("elderly_welfare", False)) * 2:
        answer = service.ask("care-clerk", care, purpose=purpose)
        assert (answer.data["resident"]["longTermCareInsuranceEligibility"] is not None) is sees
        assert answer.outcome("longTermCareInsuranceEligibility") == (None if sees else "WITHHELD")
        assert service.ledger()[-1]["purpose"] == purpose
