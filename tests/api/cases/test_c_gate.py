"""No record, no data: what the service answers when its ledger or its database fails (C-02, C-03, C-04)."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack

import asyncpg
import pytest

from api.app import build_app
from domain.errors import Code, Refusal
from persistence.residents import Residents
from tests.persistence.silent_line import silent_line
from tests.postgres import Databases, NewDatabase, database_of, execute
from tests.serving import Answer, Service, serve, with_village
from tests.village import NUMBERS, number_of

ASK = f'{{ resident(by: {{addresseeNumber: "{number_of(1)}"}}) {{ fullName individualNumber }} }}'
SHOWN = {"resident": {"fullName": "架空　太郎", "individualNumber": NUMBERS[0]}}


def is_withheld(answer: Answer, code: str = "LEDGER_UNAVAILABLE") -> bool:
    """Whether nothing but the refusal has left."""
    assert "data" not in answer.json
    for value in (NUMBERS[0], "架空"):
        assert value not in answer.content.decode() + str(answer.headers)
    return (answer.status, answer.codes) == (503, [code])


def positions(service: Service) -> list[int]:
    return [entry["position"] for entry in service.ledger()]


BREAKS = {
    "renamed": ("ALTER TABLE ledger_entries RENAME TO gone", "ALTER TABLE gone RENAME TO ledger_entries"),
    "without its head": ("ALTER TABLE ledger_heads RENAME TO gone", "ALTER TABLE gone RENAME TO ledger_heads"),
    "closed": (
        "ALTER TABLE ledger_entries ADD CONSTRAINT closed CHECK (false) NOT VALID",
        "ALTER TABLE ledger_entries DROP CONSTRAINT closed",
    ),
}


@pytest.mark.holds("C-02", "M08")
@pytest.mark.parametrize("broken", BREAKS)
def test_a_ledger_that_cannot_be_written_withholds_every_answer_and_recovers(service: Service, broken: str) -> None:
    breaks, mends = BREAKS[broken]
    assert service.ask("tax-clerk", ASK).data == SHOWN
    service.execute(breaks)
    told = len(service.log)
    assert is_withheld(service.ask("tax-clerk", ASK))
    assert is_withheld(service.ask("tax-clerk", "{ me { displayName } }"))
    assert is_withheld(service.ask("stranger", ASK))
    assert is_withheld(service.ask("tax-clerk", ASK, authorization="Bearer a.b.c"))
    assert service.send("GET", "/health/ready").status == 503
    assert [line for line in service.log[told:] if line["event"] == "access"] == []  # no event without its entry
    service.execute(mends)
    assert service.ask("tax-clerk", ASK).data == SHOWN
    assert service.send("GET", "/health/ready").status == 200
    assert positions(service) == list(range(len(service.ledger())))


@pytest.mark.holds("C-02")
def test_a_ledger_that_hangs_withholds_the_answer_in_about_a_second_and_recovers(service: Service) -> None:
    async def hold() -> tuple[Answer, float]:
        connection = await asyncpg.connect(service.url)
        try:
            async with connection.transaction():
                await connection.execute("UPDATE ledger_heads SET size = size")
                started = time.monotonic()
                answer = await asyncio.to_thread(service.ask, "tax-clerk", ASK)
                return answer, time.monotonic() - started
        finally:
            await connection.close()

    answer, took = asyncio.run(hold())
    assert is_withheld(answer)
    assert took < 2
    assert service.ask("tax-clerk", ASK).data == SHOWN


@pytest.mark.holds("C-01", "C-02")
def test_no_byte_leaves_while_the_entry_waits_for_its_commit(service: Service) -> None:
    async def hold() -> Answer:
        connection = await asyncpg.connect(service.url)
        try:
            await connection.execute("BEGIN")
            await connection.execute("UPDATE ledger_heads SET size = size")
            waiting = asyncio.create_task(asyncio.to_thread(service.ask, "tax-clerk", ASK))
            await asyncio.sleep(0.3)
            assert not waiting.done()
            await connection.execute("ROLLBACK")
            return await waiting
        finally:
            await connection.close()

    before = len(service.ledger())
    assert asyncio.run(hold()).data == SHOWN
    assert len(service.ledger()) == before + 1


@pytest.mark.holds("C-02")
def test_a_database_that_takes_nobody_in_is_503_and_recovers(service: Service, databases: Databases) -> None:
    name = database_of(service.url)
    close = f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false'
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608 - a name of ours
    assert service.ask("tax-clerk", ASK).data == SHOWN
    asyncio.run(execute(databases.url, close, end))
    for caller in ("tax-clerk", "care-clerk", "register-desk"):
        answer = service.ask(caller, ASK)
        assert is_withheld(answer, answer.codes[0])
        assert answer.codes[0] in {"STORE_UNAVAILABLE", "LEDGER_UNAVAILABLE"}
    assert service.send("GET", "/health/ready").status == 503
    asyncio.run(execute(databases.url, close.replace("false", "true")))
    assert service.ask("tax-clerk", ASK).data == SHOWN


@pytest.mark.holds("C-02")
def test_connections_that_were_ended_are_replaced(service: Service, databases: Databases) -> None:
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database_of(service.url)}'"  # noqa: S608 - a name of ours
    for _ in range(3):
        asyncio.run(execute(databases.url, end))
        time.sleep(0.1)
        assert service.ask("tax-clerk", ASK).data == SHOWN


@pytest.mark.holds("C-02")
def test_a_database_that_falls_silent_is_503_in_time(
    new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.database.ANSWER_SECONDS", 1.0)

    there = new_database(with_village)

    async def story() -> None:
        async with silent_line(there) as (url, line):
            with ExitStack() as stack:
                service = await asyncio.to_thread(serve, url, stack)
                assert (await asyncio.to_thread(service.ask, "tax-clerk", ASK)).status == 200
                line.last_heard = b""
                started = time.monotonic()
                answer = await asyncio.to_thread(service.ask, "care-clerk", ASK)
                assert is_withheld(answer, answer.codes[0])
                assert time.monotonic() - started < 5
                line.last_heard = None
                await asyncio.to_thread(stack.close)

    asyncio.run(story())


@pytest.mark.holds("C-02")
def test_a_register_that_is_gone_while_the_ledger_stands_is_503_and_recorded(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_arguments: object) -> None:
        raise Refusal(Code.STORE_UNAVAILABLE)

    monkeypatch.setattr(Residents, "matching", gone)
    assert is_withheld(service.ask("tax-clerk", ASK), "STORE_UNAVAILABLE")
    assert (service.ledger()[-1]["kind"], service.ledger()[-1]["code"]) == ("REFUSAL", "STORE_UNAVAILABLE")


@pytest.mark.holds("C-03")
@pytest.mark.parametrize("broken", BREAKS)
def test_the_service_does_not_start_without_a_writable_ledger(service: Service, broken: str) -> None:
    async def start() -> None:
        async with build_app(service.settings, service.material).router.lifespan_context(None):
            raise AssertionError("it started")

    breaks, mends = BREAKS[broken]
    service.execute(breaks)
    with pytest.raises(Refusal) as refused:
        service.run(start())
    assert refused.value.code is Code.LEDGER_UNAVAILABLE
    service.execute(mends)


@pytest.mark.holds("C-02")
def test_a_ledger_that_is_too_busy_refuses_instead_of_piling_up(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.ledger_store.MOST_WAITING", 0)
    assert is_withheld(service.ask("tax-clerk", ASK))
    monkeypatch.undo()
    assert service.ask("tax-clerk", ASK).data == SHOWN


def test_a_trial_of_the_ledger_leaves_nothing(service: Service) -> None:
    before = len(service.ledger())
    for _ in range(3):
        assert service.send("GET", "/health/ready").status == 200
    assert len(service.ledger()) == before
    assert service.execute("SELECT 1 FROM ledger_searches WHERE item = 'trial'") == []
