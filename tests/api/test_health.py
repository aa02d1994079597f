"""Whether the process lives and whether it serves: without a token, and without a word about anybody."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import Code, Refusal
from persistence.ledger_store import LedgerStore
from tests.serving import Service


def test_a_service_that_serves_is_live_and_ready(shared_service: Service) -> None:
    for name in ("live", "ready"):
        answer = shared_service.send("GET", f"/health/{name}")
        assert (answer.status, answer.json) == (200, {"status": name})


def test_asking_for_health_is_not_recorded(shared_service: Service) -> None:
    before = len(shared_service.ledger())
    shared_service.send("GET", "/health/ready")
    assert len(shared_service.ledger()) == before


def test_however_many_ask_at_once_the_ledger_is_tried_once(
    shared_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    async def slow(_store: LedgerStore, code: str) -> None:
        tried.append(code)
        await asyncio.sleep(0.05)

    async def all_at_once() -> list[int]:
        answers = await asyncio.gather(*(shared_service.client.get("/health/ready") for _ in range(100)))
        return [answer.status_code for answer in answers]

    monkeypatch.setattr(LedgerStore, "check_writable", slow)
    assert set(shared_service.run(all_at_once())) == {200}
    assert len(tried) < 5
    assert set(shared_service.run(all_at_once())) == {200}
    assert 2 <= len(tried) < 10


@pytest.mark.holds("C-02")
def test_a_service_without_its_ledger_is_live_but_not_ready(
    shared_service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_arguments: object) -> None:
        raise Refusal(Code.LEDGER_UNAVAILABLE)

    monkeypatch.setattr(LedgerStore, "check_writable", refuse)
    assert shared_service.send("GET", "/health/live").status == 200
    answer = shared_service.send("GET", "/health/ready")
    assert (answer.status, answer.codes) == (503, ["LEDGER_UNAVAILABLE"])
    monkeypatch.undo()
    assert shared_service.send("GET", "/health/ready").status == 200
