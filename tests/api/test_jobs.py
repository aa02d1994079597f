"""What the register does by itself: records are closed when their day has come, and a low stock of codes is told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest

from api.app import Services, new_id, opened
from api.cli import jobs
from api.cli.errand import Errand
from api.cli.system_caller import ADMINISTER
from authz.entries import Request
from domain.jobs import CLOSE_DUE, CODE_STOCK, HANDOVERS, JobResult
from domain.notifications import Idempotency, Maker, Notification, State
from domain.ports import Order
from domain.procedures.filing import Filing
from domain.procedures.moving import MoveOut
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from tests.domain.people import addressee
from tests.serving import NOON, Service
from tests.village import CODE, TODAY, number_of

pytestmark = pytest.mark.holds("S1-03")

T = TypeVar("T")
LEAVING = TODAY + timedelta(days=3)
SAPPORO = Address("北海道札幌市中央区北1条西2丁目")


def with_services(service: Service, work: Callable[[Services], Awaitable[T]], **settings: Any) -> T:
    """Do this with services of its own, as a command does."""

    async def done() -> T:
        async with opened(replace(service.settings, **settings), service.material) as services:
            return await work(services)

    return service.run(done())


def plan(service: Service, *people: int, day: date = LEAVING) -> None:
    """These villagers notify that they will move out."""

    async def work(services: Services) -> None:
        store, id_ = services.desk.notifications, new_id(NOON)
        filing = Filing(changed_on=RegisterDate.of(day))
        notice = MoveOut(filing=filing, residents=tuple(map(addressee, people)), planned_move_out_address=SAPPORO)
        situation = await store.situation(CODE, TODAY, notice.wanted())
        proposal = notice.proposed(situation)
        made = Maker("S-1", "市民生活部住民課", "T-1", NOON)
        versions = dict(situation.versions)
        findings, seen = proposal.findings, frozenset[str]()
        parts = (id_, "moveOut", State.APPROVED, made, proposal.changes, findings, seen, versions)
        await store.perform(Order(CODE, Idempotency("S-1", id_, b"-"), {}, ()), Notification(*parts))

    with_services(service, work)


def run(service: Service, day: date, job: Any = CLOSE_DUE, **settings: Any) -> JobResult:
    """What comes of a job that runs for this day."""

    async def work(services: Services) -> JobResult:
        errand = Errand("daicho jobs run", ADMINISTER, services, CODE, Request(new_id(NOON)))
        return await jobs._run(errand, job, day)

    return with_services(service, work, **settings)


def closed(service: Service) -> list[str]:
    """Who is closed with the planned day."""
    rows = service.execute("SELECT addressee_number FROM residents WHERE ceased_resident_on = $1", LEAVING.isoformat())
    return sorted(row[0] for row in rows)


def test_records_are_closed_when_the_planned_day_has_come_and_not_before(service: Service) -> None:
    plan(service, 1, 2, 3)
    assert run(service, LEAVING - timedelta(days=1)) == JobResult(0, 0)
    assert closed(service) == []

    assert run(service, LEAVING) == JobResult(3, 0)

    assert closed(service) == [number_of(nth) for nth in (1, 2, 3)]
    reasons = service.execute("SELECT DISTINCT reason FROM life_events WHERE kind = 'MovedOut'")
    assert [row[0] for row in reasons] == ["MOVE_OUT_DOMESTIC"]


def test_a_day_that_was_missed_is_made_up_for_and_nothing_is_done_twice(service: Service) -> None:
    plan(service, 2)

    assert run(service, LEAVING + timedelta(days=5)) == JobResult(1, 0)
    before = service.execute("SELECT count(*) FROM life_events")
    assert run(service, LEAVING + timedelta(days=5)) == JobResult(0, 0)
    assert service.execute("SELECT count(*) FROM life_events") == before
    assert closed(service) == [number_of(2)]


def test_a_move_out_that_was_planned_before_the_import_is_closed_too(service: Service) -> None:
    said = "planned_move_out_address = $2, changed_on = $3, change_reason = '国内転出'"
    for table in ("residents", "resident_versions"):
        statement = f"UPDATE {table} SET {said} WHERE addressee_number = $1"  # noqa: S608 - fixed names
        service.execute(statement, number_of(3), SAPPORO.text, LEAVING.isoformat())

    assert run(service, LEAVING - timedelta(days=1)) == JobResult(0, 0)
    assert run(service, LEAVING) == JobResult(1, 0)
    assert closed(service) == [number_of(3)]


@pytest.mark.holds("M08")
def test_each_closing_and_each_run_stand_in_the_ledger_and_the_runs_are_kept(service: Service) -> None:
    plan(service, 2)
    run(service, LEAVING)

    closing, whole = [one for one in service.ledger() if one["path"] == "daicho jobs run closeDue"]
    assert [group["subjects"] for group in closing["groups"]] == [[number_of(2)]]
    assert {one["kind"] for one in (closing, whole)} == {"JOB"}
    assert (whole["result_count"], whole["groups"], whole["purpose"]) == (1, [], "operation")
    ((job, day, done, failed, ended),) = service.execute("SELECT job, day, done, failed, ended_at FROM job_runs")
    assert (job, day, done, failed) == ("closeDue", LEAVING, 1, False)
    assert ended is not None


def test_whoever_is_closed_is_told_to_the_prefecture_by_a_message_that_waits(service: Service) -> None:
    plan(service, 2)
    assert service.execute("SELECT message FROM outbox") == []

    run(service, LEAVING)

    ((message, number),) = service.execute("SELECT message, addressee_number FROM outbox")
    assert (message, number) == ("IDENTIFICATION_INFORMATION_UPDATE", number_of(2))


def test_a_record_that_somebody_is_changing_is_left_for_the_next_run_and_the_others_are_closed(
    service: Service,
) -> None:
    plan(service, 2)
    plan(service, 9)
    held_by: UUID = uuid4()
    service.execute(
        """INSERT INTO notifications (municipality_code, id, procedure, state, made_at, made_by, department, terminal,
        changes, versions, findings, acknowledged)
        VALUES ($1, $2, 'moveWithin', 'PROVISIONAL', $3, 'S-2', 'd', 'T-2', '[]', '{}', '[]', '{}')""",
        CODE,
        held_by,
        NOON,
    )
    service.execute("INSERT INTO holds VALUES ($1, 'RESIDENT', $2, $3, 1)", CODE, number_of(2), held_by)

    assert run(service, LEAVING) == JobResult(1, 1)
    assert closed(service) == [number_of(9)]

    service.execute("DELETE FROM holds")
    assert run(service, LEAVING) == JobResult(1, 0)
    assert closed(service) == [number_of(2), number_of(9)]


@pytest.mark.holds("S1-05")
def test_documents_whose_links_have_expired_are_erased_and_no_others(service: Service) -> None:
    waits = """INSERT INTO handovers VALUES ($1, $2, $3, 'C', 'P', 'application/pdf', 'F', 'sealed', 'sealed',
        now() + $4::interval)"""
    for nth, minutes in enumerate((-60, 60)):
        id_ = UUID(int=nth)
        service.execute(waits, CODE, id_, id_.bytes, timedelta(minutes=minutes))

    assert [run(service, day, HANDOVERS) for day in (TODAY, TODAY)] == [JobResult(1, 0), JobResult(0, 0)]

    kept = service.execute("SELECT id FROM handovers WHERE sealed IS NOT NULL OR told IS NOT NULL")
    assert [row[0] for row in kept] == [UUID(int=1)]


@pytest.mark.holds("S1-11")
def test_a_low_stock_of_codes_is_something_left_to_do(shared_service: Service) -> None:
    (count,) = shared_service.execute("SELECT count(*) FROM code_pool")[0]

    assert run(shared_service, TODAY, CODE_STOCK, code_stock=count) == JobResult(0, 0)
    assert run(shared_service, TODAY, CODE_STOCK, code_stock=count + 1) == JobResult(0, 1)


@pytest.mark.holds("S1-11")
def test_the_stock_of_codes_is_a_metric_and_names_no_code(shared_service: Service) -> None:
    (count,) = shared_service.execute("SELECT count(*) FROM code_pool")[0]
    told = shared_service.send("GET", "/metrics").content.decode()

    assert f'daicho_codes_unused{{municipality="{CODE}"}} {count}.0' in told
    for (code,) in shared_service.execute("SELECT code FROM code_pool LIMIT 5"):
        assert code not in told


@pytest.mark.holds("M34", "M23")
def test_departments_hear_of_a_closing_each_what_it_may(service: Service) -> None:
    plan(service, 2)
    run(service, LEAVING)
    feed = "{ changes { nodes { previousSequence isOpen items addresseeNumber version { ceasedResidentOn } } } }"

    def last_heard(caller: str) -> dict[str, Any]:
        last: dict[str, Any] = service.ask(caller, feed).data["changes"]["nodes"][-1]
        return last

    by_election, by_tax = last_heard("election-clerk"), last_heard("tax-clerk")
    assert (by_election["isOpen"], by_election["items"], by_election["version"]) == (False, [], None)
    assert by_election["addresseeNumber"] == number_of(2)
    assert (by_tax["isOpen"], by_tax["items"]) == (True, ["ceasedResidentOn"])
    assert by_tax["version"] == {"ceasedResidentOn": LEAVING.isoformat()}
    assert by_tax["previousSequence"] is None  # the plan changed nothing that the tax office is shown
    assert last_heard("register-desk")["previousSequence"] == 0
