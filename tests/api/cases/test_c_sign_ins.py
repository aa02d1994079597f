"""Refused sign-ins are in the ledger; a flood of them is folded and counted (C-14)."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

import pytest

from api.refused_sign_ins import EACH_SECOND, RefusedSignIns
from authz.entries import RefusedSignIn
from tests.postgres import NewDatabase
from tests.serving import Answer, Service, serve, with_village
from tests.village import CODE, NUMBERS

ME = b'{"query": "{ me { displayName } }"}'


def sign_in(service: Service, authorization: str) -> Answer:
    """A request with this Authorization header, or with none."""
    headers = {"content-type": "application/json"} | ({"authorization": authorization} if authorization else {})
    return service.send("POST", "/graphql", ME, headers)


def sign_ins(service: Service) -> list[dict[str, Any]]:
    return [entry for entry in service.ledger() if entry["kind"] == "SIGN_IN"]


def counts_up_to(service: Service, total: int) -> list[int]:
    """How many refused sign-ins each entry tells of, waited for until they are so many together."""
    deadline = time.monotonic() + 10
    while sum(counts := [entry["result_count"] for entry in sign_ins(service)]) < total and time.monotonic() < deadline:
        time.sleep(0.1)
    return counts


@pytest.mark.holds("C-14", "C-12")
@pytest.mark.parametrize(
    ("authorization", "reason"),
    [
        ("", "NO_TOKEN"),
        ("Basic dXNlcjpwYXNz", "MALFORMED"),
        (f"Bearer {NUMBERS[0]}", "MALFORMED"),
        ("Bearer a.b.c", "MALFORMED"),
        ("Bearer " + "x" * 9_000, "MALFORMED"),
    ],
)
def test_a_sign_in_that_is_refused_has_its_entry_and_its_event(
    service: Service, authorization: str, reason: str
) -> None:
    answer = sign_in(service, authorization)
    assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
    (entry,) = sign_ins(service)
    assert (entry["code"], entry["result_count"], entry["place"]) == (reason, 1, "127.0.0.1")
    assert entry["request_id"] == answer.headers["daicho-request-id"]
    assert entry["municipality_code"] == CODE
    assert {entry[name] for name in ("caller", "staff_number", "department", "purpose", "terminal")} == {None}
    event = service.log[-1]
    assert (event["event"], event["entry"], event["kind"]) == ("access", entry["id"], "SIGN_IN")
    assert NUMBERS[0] not in service.everything_written()


@pytest.mark.holds("C-14")
def test_a_token_of_somebody_elses_is_refused_and_recorded(service: Service) -> None:
    token = service.token("tax-clerk")
    head, body, signature = token.split(".")
    forged = f"{head}.{body}.{signature[:20]}{'B' if signature[20] == 'A' else 'A'}{signature[21:]}"
    assert sign_in(service, f"Bearer {forged}").status == 401
    (entry,) = sign_ins(service)
    assert entry["code"] == "BAD_SIGNATURE"
    assert not any(part in service.everything_written() for part in (signature, body))


@pytest.mark.holds("C-14")
def test_a_flood_is_folded_into_one_entry_with_its_count_within_seconds(service: Service) -> None:
    for _ in range(60):
        assert sign_in(service, "").status == 401
    counts = counts_up_to(service, 60)
    assert sum(counts) == 60
    assert len(counts) < 60
    told = [line["entry"] for line in service.log if line["event"] == "access" and line["kind"] == "SIGN_IN"]
    assert told == [entry["id"] for entry in sign_ins(service)]


@pytest.mark.holds("C-14", "C-02")
def test_a_refused_sign_in_that_cannot_be_recorded_is_503(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persistence.ledger_store.MOST_WAITING", 0)
    answer = sign_in(service, "")
    assert (answer.status, answer.codes) == (503, ["LEDGER_UNAVAILABLE"])


class Clock:
    """Seconds, moved by the test."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def flooded(clock: Clock, count: int, address: str = "192.0.2.1") -> RefusedSignIns:
    """Sign-ins of one address, so many refused in the same second."""
    refused = RefusedSignIns(CODE, clock)
    told = [one for _ in range(count) for one in refused.note(address, "NO_TOKEN")]
    assert told == [RefusedSignIn(CODE, address, "NO_TOKEN")] * min(count, EACH_SECOND)
    return refused


@pytest.mark.holds("C-14")
def test_ten_a_second_are_told_one_by_one_and_the_rest_when_the_second_is_over() -> None:
    clock = Clock()
    refused = flooded(clock, EACH_SECOND + 5)
    assert refused.due() == []
    clock.at = 1.0
    assert refused.due() == [RefusedSignIn(CODE, "192.0.2.1", "NO_TOKEN", 5)]
    assert refused.due() == []


@pytest.mark.holds("C-14")
def test_each_address_and_each_reason_is_folded_by_itself() -> None:
    clock = Clock()
    refused = flooded(clock, EACH_SECOND)
    for reason in ("EXPIRED", "NO_TOKEN", "EXPIRED"):
        assert refused.note("192.0.2.1", reason) == []
    assert refused.note("192.0.2.2", "EXPIRED") == [RefusedSignIn(CODE, "192.0.2.2", "EXPIRED")]
    due = refused.due(all_of_them=True)
    assert [(one.address, one.reason, one.count) for one in due] == [
        ("192.0.2.1", "EXPIRED", 2),
        ("192.0.2.1", "NO_TOKEN", 1),
    ]


@pytest.mark.holds("C-14")
def test_the_next_second_begins_anew() -> None:
    clock = Clock()
    refused = flooded(clock, EACH_SECOND + 1)
    clock.at = 1.0
    assert len(refused.due()) == 1
    assert len(refused.note("192.0.2.1", "NO_TOKEN")) == 1


@pytest.mark.holds("C-14")
def test_what_could_not_be_recorded_is_told_again_later() -> None:
    clock = Clock()
    refused = flooded(clock, EACH_SECOND + 5)
    clock.at = 1.0
    refused.keep(refused.due())
    refused.note("192.0.2.1", "NO_TOKEN")
    clock.at = 2.0
    assert refused.due() == [RefusedSignIn(CODE, "192.0.2.1", "NO_TOKEN", 5)]


@pytest.mark.holds("C-14")
def test_what_is_folded_survives_a_ledger_that_fails_for_a_while(
    wire: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(30):
        assert sign_in(wire, "").status == 401
    monkeypatch.setattr("persistence.ledger_store.MOST_WAITING", 0)
    time.sleep(1.5)
    monkeypatch.undo()
    assert sum(counts_up_to(wire, 30)) == 30


@pytest.mark.holds("C-14")
def test_what_is_folded_is_recorded_when_the_service_stops(new_database: NewDatabase) -> None:
    url = new_database(with_village)
    with ExitStack() as stack:
        stopped = serve(url, stack)
        for _ in range(EACH_SECOND + 5):
            assert sign_in(stopped, "").status == 401
    with ExitStack() as stack:
        assert sum(entry["result_count"] for entry in sign_ins(serve(url, stack))) == EACH_SECOND + 5
